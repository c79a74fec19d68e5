// Search and filters above the table.
import { useEffect, useRef } from "preact/hooks";
import type { InternedNames } from "../floor/interned_names.ts";
import { type RowFilter, everything, isEverything } from "../floor/row_filter.ts";
import { type Choice, ChoiceMenu } from "./choice_menu.tsx";
import { MatchCount } from "./agent_grid.tsx";
import { go, route, store } from "../shell/app_state.ts";
import { reasonWords, unknownState } from "../look/agent_words.ts";
import { Icon } from "./icon.tsx";

export function setFilter(changes: Partial<RowFilter>): void {
  go({ filter: { ...route.value.filter, ...changes } }, true);
}

export const searchFieldId = "agent-search";

export function GridToolbar() {
  const { filter } = route.value;
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (field.current && field.current !== document.activeElement) field.current.value = filter.search;
  }, [filter.search]);

  return (
    <div class="grid-toolbar" role="search" aria-label="Agents">
      <div class="search-field">
        <Icon name="search" />
        <input
          id={searchFieldId}
          ref={field}
          class="field"
          type="search"
          aria-label="Search for an agent by name, id or team"
          placeholder="Search agents"
          autocomplete="off"
          spellcheck={false}
          defaultValue={filter.search}
          onInput={(event) => setFilter({ search: event.currentTarget.value })}
        />
      </div>
      <ChoiceMenu
        title="State"
        choices={stateChoices}
        chosen={filter.states}
        choose={(states) => setFilter({ states })}
      />
      <ChoiceMenu
        title="Team"
        choices={() => choicesOf(store.table.teams, "no team")}
        chosen={filter.teams}
        choose={(teams) => setFilter({ teams })}
      />
      <ChoiceMenu
        title="Reason"
        choices={() => choicesOf(store.table.reasons, "no reason")}
        chosen={filter.reasons}
        choose={(reasons) => setFilter({ reasons })}
      />
      {filter.doubts.map((doubt) => (
        <button
          class="field chosen"
          key={doubt}
          onClick={() => setFilter({ doubts: filter.doubts.filter((one) => one !== doubt) })}
        >
          only {doubt}
          <Icon name="close" />
          <span class="spoken">, remove this filter</span>
        </button>
      ))}
      {!isEverything(filter) && (
        <button class="plain" onClick={() => go({ filter: everything }, true)}>
          Clear
        </button>
      )}
      <MatchCount />
    </div>
  );
}

function stateChoices(): Choice[] {
  return store.summary.value.states.map((one) => ({
    value: one.state,
    label: one.state || unknownState,
    count: one.sure + one.unsure,
  }));
}

function choicesOf(names: InternedNames, none: string): Choice[] {
  // As old as the summary, which is new enough for an open menu.
  store.summary.value;
  return names
    .counted()
    .map(({ name, count }) => ({ value: name, label: name === "" ? none : reasonWords(name), count }))
    .sort((a, b) => Number(a.value === "") - Number(b.value === ""));
}
