// Lines over time. The drawing library is loaded when the first chart is looked at.
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { theme } from "../look/theme.ts";
import { clock } from "../shell/app_state.ts";
import type { Series } from "../floor/metrics_ring.ts";

export interface ChartLine {
  series: Series;
  label: string;
  /** Name of the colour among the style variables. */
  colour: string;
  /** How the line is told apart without its colour. */
  dash?: number[];
}

interface Properties {
  title: string;
  lines: readonly ChartLine[];
  times: Float64Array;
  values: Record<Series, Float64Array>;
  seconds: number;
  format: (value: number) => string;
  /** The scale begins at 0. */
  fromZero?: boolean;
  /** … and never goes above this. */
  most?: number;
  /** The scale spans at least this much, so that a trifle does not look like a storm. */
  leastSpan: number;
  /** Only whole numbers on the scale. */
  whole?: boolean;
}

const height = 180;

export function Chart(properties: Properties) {
  const { title, lines, times, values, seconds, format } = properties;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(properties);
  newest.current = properties;
  const scheme = theme.value;

  useEffect(() => {
    let ended = false;
    let resized: ResizeObserver | null = null;
    void import("./chart_library.ts").then(({ Plot }) => {
      if (ended || !frame.current) return;
      const host = frame.current;
      plot.current = new Plot(optionsFor(newest, host), dataOf(newest.current), host);
      resized = new ResizeObserver(() => plot.current?.setSize({ width: host.clientWidth, height }));
      resized.observe(host);
    });
    return () => {
      ended = true;
      resized?.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [scheme, lines]);

  useEffect(() => plot.current?.setData(dataOf(properties)));

  const last = times.length - 1;
  const told = lines
    .map(({ label, series }) => {
      const now = values[series][last] ?? NaN;
      return `${label} ${Number.isNaN(now) ? "unknown" : format(now)}`;
    })
    .join(", ");
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul class="chart-key">
          {lines.map((one) => (
            <li key={one.series}>
              <svg class="chart-sample" viewBox="0 0 20 4" aria-hidden="true" data-colour={one.colour}>
                <path d="M0 2H20" stroke-dasharray={one.dash?.join(" ")} />
              </svg>
              {one.label} <strong>{last < 0 ? "–" : format(values[one.series][last]!)}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        class="chart-frame"
        ref={frame}
        role="img"
        aria-label={`${title} over the last ${Math.round(seconds / 60)} minutes. Now: ${told}.`}
      />
    </figure>
  );
}

/** Beginning and end of the time scale stand even while the ring is still filling. */
function dataOf({ lines, times, values, seconds }: Properties): uPlot.AlignedData {
  const last = times[times.length - 1] ?? Date.now() / 1000;
  const from = last - seconds;
  if (times.length > 0 && times[0]! <= from + 1) return [times, ...lines.map((one) => nulled(values[one.series]))];
  return [[from, ...times], ...lines.map((one) => [null, ...nulled(values[one.series])])];
}

function nulled(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

function optionsFor(newest: { current: Properties }, host: HTMLElement): uPlot.Options {
  const style = getComputedStyle(host);
  const variable = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const font = `12px ${style.fontFamily}`;
  const { lines, fromZero, most, leastSpan } = newest.current;
  const axis: uPlot.Axis = {
    stroke: variable("muted"),
    font,
    grid: { stroke: variable("line"), width: 1 },
    ticks: { stroke: variable("line"), width: 1, size: 4 },
  };
  return {
    width: Math.max(100, host.clientWidth),
    height,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, least, greatest) => {
          if (least === null || greatest === null) return [0, most ?? 1];
          const top = Math.min(most ?? Infinity, greatest + (greatest - least) * 0.1);
          if (fromZero) return [0, Math.max(top, leastSpan)];
          const missing = Math.max(0, leastSpan - (top - least));
          const high = Math.min(most ?? Infinity, top + missing / 2);
          return [Math.max(0, Math.min(least, high - leastSpan)), high];
        },
      },
    },
    axes: [
      {
        ...axis,
        values: (_plot, instants) => instants.map((one) => clock.peek().minute(one * 1000)),
        space: 70,
        size: 28,
      },
      {
        ...axis,
        values: (_plot, ticks) => ticks.map((one) => newest.current.format(one)),
        size: 72,
        ...(newest.current.whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] } : {}),
      },
    ],
    series: [
      {},
      ...lines.map((one) => ({
        label: one.label,
        stroke: variable(one.colour),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        ...(one.dash ? { dash: one.dash } : {}),
      })),
    ],
  };
}
