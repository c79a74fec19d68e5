// The floor: how many are in each state, what is wrong, and every agent. It reads no signal itself, so that a change
// draws only the part that shows it.
import { AgentGrid } from "../parts/agent_grid.tsx";
import { AttentionPanel } from "../parts/attention_panel.tsx";
import { GridToolbar } from "../parts/grid_toolbar.tsx";
import { PulseFigures } from "../parts/pulse_figures.tsx";
import { StateTiles } from "../parts/state_tiles.tsx";
import { TeamPanel } from "../parts/team_panel.tsx";
import { WorkingDay } from "../parts/working_day.tsx";

export function FloorView() {
  return (
    <div class="floor">
      <h1 class="spoken">The floor</h1>
      <StateTiles />
      <div class="floor-side">
        <AttentionPanel limit={4} />
        <WorkingDay />
        <PulseFigures />
        <TeamPanel />
      </div>
      <section class="floor-agents" aria-label="All agents">
        <GridToolbar />
        <AgentGrid />
      </section>
    </div>
  );
}
