// The stylesheet's colours, held against what WCAG and colour-blind eyes need.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../../src/styles/tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');

type Rgb = [number, number, number];

function colours(part: string): Map<string, Rgb> {
  const found = new Map<string, Rgb>();
  for (const [, name, hex] of part.matchAll(/--([a-z0-9-]+): #([0-9a-f]{6});/g))
    found.set(name!, [0, 2, 4].map((i) => parseInt(hex!.slice(i, i + 2), 16) / 255) as Rgb);
  return found;
}

const themes = [
  ["light", colours(light)],
  ["dark", colours(dark)],
] as const;

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map(linear) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear values. */
const eyes: Record<string, number[][]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** As a point in OKLab, in which distances are about as seen. */
function seen(colour: Rgb, eye: number[][]): number[] {
  const [lr, lg, lb] = colour.map(linear) as Rgb;
  const [r, g, b] = eye.map((row) => Math.min(1, Math.max(0, row[0]! * lr + row[1]! * lg + row[2]! * lb))) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const distance = (a: number[], b: number[]): number => Math.hypot(...a.map((v, i) => v - b[i]!));

const texts: [string, string[]][] = [
  ["text", ["ground", "surface", "raised", "hover", "accent-ground", "doubt-ground"]],
  ["muted", ["ground", "surface", "raised", "hover", "accent-ground"]],
  ["accent", ["ground", "surface", "raised", "accent-ground", "hover"]],
  ["critical", ["ground", "surface", "critical-ground"]],
  ["doubt", ["surface", "doubt-ground", "hover", "accent-ground"]],
  ["good", ["ground", "surface"]],
  ["on-accent", ["accent"]],
];

test.each(themes)("in the %s theme every text is legible on every ground it stands on", (_theme, colour) => {
  for (const [text, grounds] of texts)
    for (const ground of grounds)
      expect(contrast(colour.get(text)!, colour.get(ground)!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
});

test.each(themes)(
  "in the %s theme tones, chart lines and borders of controls stand out from their ground",
  (_theme, colour) => {
    for (const [name, value] of colour)
      if (/^(tone|chart)-|^line-strong$/.test(name))
        expect(contrast(value, colour.get("surface")!), name).toBeGreaterThanOrEqual(3);
  },
);

test.each(themes)("in the %s theme the five well-known states are apart for every kind of eye", (_theme, colour) => {
  const five = ["green", "blue", "amber", "rose", "grey"];
  for (const [eye, matrix] of Object.entries(eyes))
    for (const [i, a] of five.entries())
      for (const b of five.slice(i + 1))
        expect(
          distance(seen(colour.get(`tone-${a}`)!, matrix), seen(colour.get(`tone-${b}`)!, matrix)),
          `${a} and ${b}, ${eye}`,
        ).toBeGreaterThan(0.09);
});
