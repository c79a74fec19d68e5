// The teams, each with its agents by state. Pressed, a team filters the table.
import type { TeamSummary } from "../floor/floor_summary.ts";
import { lookOf, route, store } from "../shell/app_state.ts";
import { floorFigures } from "../shell/floor_figures.ts";
import { unknownState } from "../look/agent_words.ts";
import { count, missing, share } from "../look/numbers.ts";
import { setFilter } from "./grid_toolbar.tsx";

export function TeamPanel() {
  const { teams, states: names } = store.teams.value;
  const chosen = route.value.filter.teams;
  if (!store.ready.value || teams.length < 2) return null;
  const occupancy = new Map(floorFigures.value?.teams.map((one) => [one.team, share(one.occupancy)]));
  return (
    <section class="teams" aria-labelledby="teams-title">
      <h2 id="teams-title">Teams</h2>
      <ul>
        {teams.map((one) => (
          <li key={one.team}>
            <button
              class="team"
              aria-pressed={chosen.includes(one.team)}
              title={told(one, names)}
              onClick={() =>
                setFilter({
                  teams: chosen.includes(one.team) ? chosen.filter((team) => team !== one.team) : [...chosen, one.team],
                })
              }
            >
              <span class="team-name" dir="auto">
                {one.team || "no team"}
              </span>
              <span class="team-occupancy" title="Occupancy today">
                <span class="spoken">, occupancy today </span>
                {occupancy.get(one.team) ?? missing}
              </span>
              <span class="team-count">
                <span class="spoken">, agents </span>
                {count(one.agents)}
              </span>
              <span class="team-bar" aria-hidden="true">
                {one.byState.map(
                  (agents, i) =>
                    agents > 0 && (
                      <span key={names[i]} data-tone={lookOf.value(names[i]!).tone} style={{ flexGrow: agents }} />
                    ),
                )}
              </span>
              <span class="spoken">: {told(one, names)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function told(team: TeamSummary, names: readonly string[]): string {
  return team.byState
    .map((agents, i) => (agents > 0 ? `${count(agents)} ${names[i] || unknownState}` : ""))
    .filter((text) => text !== "")
    .join(", ");
}
