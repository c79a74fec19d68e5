// A button that opens a list of names to tick: which teams, which reasons.
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { folded } from "../floor/agent_table.ts";
import { count } from "../look/numbers.ts";

export interface Choice {
  value: string;
  label: string;
  count: number;
}

interface Properties {
  title: string;
  /** Called while the list is open. */
  choices: () => Choice[];
  chosen: readonly string[];
  choose: (values: string[]) => void;
}

/** From this many on, the list can be searched. */
const searchableFrom = 12;

export function ChoiceMenu({ title, choices, chosen, choose }: Properties) {
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panelId = `choices-${title.toLowerCase()}`;

  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>("input, button.plain")?.focus();
    const outside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const inputs = [...(root.current?.querySelectorAll<HTMLElement>(".choices input") ?? [])];
      const at = inputs.indexOf(document.activeElement as HTMLElement);
      const step = event.key === "ArrowDown" ? 1 : -1;
      inputs[Math.min(inputs.length - 1, Math.max(0, at + step))]?.focus();
    }
  };

  const onFocusOut = (event: FocusEvent): void => {
    if (isOpen && event.relatedTarget !== null && !root.current?.contains(event.relatedTarget as Node)) setOpen(false);
  };

  const all = isOpen ? choices() : [];
  const wanted = folded(search);
  const shown = all.filter((one) => folded(one.label).includes(wanted));
  // What was chosen stays to be unticked, even if nobody is there any more.
  const vanished = chosen.filter((value) => !all.some((one) => one.value === value));
  const listed = [...shown, ...vanished.map((value) => ({ value, label: value || "none", count: 0 }))];

  return (
    <div class="choice-menu" ref={root} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <button
        ref={button}
        class={chosen.length > 0 ? "field chosen" : "field"}
        aria-expanded={isOpen}
        aria-controls={panelId}
        onClick={() => setOpen(!isOpen)}
      >
        {chosen.length === 0 ? title : `${title}: ${chosen.length === 1 ? chosen[0] || "none" : chosen.length}`}
        <Icon name="down" />
      </button>
      {isOpen && (
        <div class="choices-panel" id={panelId} role="group" aria-label={title}>
          {all.length >= searchableFrom && (
            <input
              class="field"
              type="search"
              aria-label={`Search in ${title.toLowerCase()}`}
              placeholder="Search"
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          )}
          <div class="choices">
            {listed.map((one) => (
              <label key={one.value}>
                <input
                  type="checkbox"
                  checked={chosen.includes(one.value)}
                  onChange={(event) =>
                    choose(
                      event.currentTarget.checked
                        ? [...chosen, one.value]
                        : chosen.filter((value) => value !== one.value),
                    )
                  }
                />
                <span class="choice-label">{one.label}</span>
                <span class="choice-count">{count(one.count)}</span>
              </label>
            ))}
            {listed.length === 0 && <p class="quiet">Nothing of this name.</p>}
          </div>
          {chosen.length > 0 && (
            <button class="plain" onClick={() => choose([])}>
              Show all
            </button>
          )}
        </div>
      )}
    </div>
  );
}
