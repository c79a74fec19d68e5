// Figures as they are shown. Pure.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const missing = "–";

export function count(value: number): string {
  return Number.isFinite(value) ? whole.format(value) : missing;
}

/** Two digits behind the point only where they tell something: 100 %, 99.98 %, 97.3 %. */
export function percent(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  if (value === 100) return "100 %";
  // 99.996 must not be shown as 100.
  const digits = value >= 99 ? 2 : 1;
  const scale = 10 ** digits;
  return `${(Math.floor(value * scale) / scale).toFixed(digits)} %`;
}

/** Of a share from 0 to 1: 83 %. Only all of it is 100 %. */
export function share(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  return `${value >= 1 ? 100 : Math.min(99, Math.round(value * 100))} %`;
}

export function milliseconds(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  if (value < 10_000) return `${whole.format(value)} ms`;
  return `${(value / 1000).toFixed(1)} s`;
}

export function rate(value: number): string {
  if (!Number.isFinite(value)) return missing;
  return value < 10 ? value.toFixed(1) : whole.format(value);
}

/** "1 agent", "2 agents" */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
