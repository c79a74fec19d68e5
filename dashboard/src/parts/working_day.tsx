// How busy the floor is: the tenant's working figures of today and of the last hour.
import { useEffect } from "preact/hooks";
import { clock, store } from "../shell/app_state.ts";
import { floorFigures, followFloorFigures } from "../shell/floor_figures.ts";
import { notObserved } from "../floor/working_day.ts";
import { count, share } from "../look/numbers.ts";

export function WorkingDay() {
  const tenant = store.tenant.value;
  useEffect(() => (tenant === null ? undefined : followFloorFigures(tenant)), [tenant]);
  const figures = floorFigures.value?.tenant;
  if (!figures) return null;
  // The window's length is configured.
  const since = clock.value.minute(Date.parse(figures.window.from));
  return (
    <section class="pulse pulse-plain" aria-labelledby="day-title">
      <h2 id="day-title">The day so far</h2>
      <dl>
        <Line name="Occupancy today" value={share(figures.occupancy)} />
        <Line name={`Occupancy since ${since}`} value={share(figures.window.occupancy)} />
        <Line name="Changes, last hour" value={count(figures.transitionsLastHour)} />
        <Line name="Time not observed" value={share(notObserved(figures))} />
      </dl>
    </section>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
