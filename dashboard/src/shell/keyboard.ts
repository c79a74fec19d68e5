// Keys that work anywhere in the page.
import { type Command, KeyReader } from "./key_bindings.ts";
import { everything } from "../floor/row_filter.ts";
import { sortColumns } from "../parts/agent_grid.tsx";
import { searchFieldId } from "../parts/grid_toolbar.tsx";
import { nextTheme } from "../look/theme.ts";
import { go, helpOpen, route, show, signInNeeded, singleKeys, store } from "./app_state.ts";

export function startKeyboard(): void {
  const reader = new KeyReader();
  document.addEventListener("keydown", (event) => {
    // A dialog or a menu has the keys to itself.
    if (event.defaultPrevented || signInNeeded.value || document.querySelector("dialog[open]")) return;
    const command = reader.read(
      { key: event.key, modified: event.ctrlKey || event.metaKey || event.altKey, writing: isWriting(event.target) },
      singleKeys.value,
    );
    if (command === null) return;
    if (obey(command)) event.preventDefault();
  });
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** False: the key means nothing here, and goes its usual way. */
function obey(command: Command): boolean {
  const { view, filter, sorting } = route.value;
  const onFloor = view.name === "floor";
  if (typeof command === "object") {
    const state = store.summary.value.states[command.state]?.state;
    if (!onFloor || state === undefined) return false;
    const only = filter.states.length === 1 && filter.states[0] === state;
    go({ filter: { ...filter, states: only ? [] : [state] } }, true);
    return true;
  }
  switch (command) {
    case "help":
      helpOpen.value = true;
      return true;
    case "floor":
    case "alerts":
    case "metrics":
      show({ name: command });
      return true;
    case "wall":
      show({ name: view.name === "wall" ? "floor" : "wall" });
      return true;
    case "theme":
      nextTheme();
      return true;
    case "search":
      if (!onFloor) return false;
      document.getElementById(searchFieldId)?.focus();
      return true;
    case "sort": {
      if (!onFloor) return false;
      const next = sortColumns[(sortColumns.indexOf(sorting.column) + 1) % sortColumns.length]!;
      go({ sorting: { column: next, reversed: false } }, true);
      return true;
    }
    case "reverse":
      if (!onFloor) return false;
      go({ sorting: { ...sorting, reversed: !sorting.reversed } }, true);
      return true;
    case "clear":
      if (!onFloor) return false;
      go({ filter: everything }, true);
      return true;
    case "back":
      return back();
  }
}

function back(): boolean {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.id === searchFieldId) {
    if (field.value !== "") go({ filter: { ...route.value.filter, search: "" } }, true);
    field.value = "";
    document.querySelector<HTMLElement>(".agent-grid")?.focus();
    return true;
  }
  const { view } = route.value;
  if (view.name === "floor") return false;
  show({ name: "floor" });
  return true;
}
