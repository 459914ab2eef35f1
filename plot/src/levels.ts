/**
 * Figures of spectra and levels: a power spectrum, energy levels.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type Axis, timeAxis, valueAxis } from "./axis.ts";
import { below, canvas, type FigureOptions, sheetWidth, TITLE_HEIGHT } from "./canvas.ts";
import { chart, fitsBeside, leftMargin, TICKS } from "./chart.ts";
import { styleOf } from "./data.ts";
import { FONT_SIZE, INK, MARGIN } from "./style.ts";
import { asGroup, element, labelText, spread } from "./svg.ts";
import { fit, labelWidth } from "./text.ts";

/** A power spectrum: what `spectrum` returns for a list of frequencies. */
export interface SpectrumData {
  /** Angular frequencies ω. */
  readonly frequencies: ArrayLike<number>;
  /** S(ω), one value a frequency. */
  readonly values: ArrayLike<number>;
  /** What is on the vertical axis, with its unit. Default "S(ω)". */
  readonly quantity?: string | undefined;
}

/** Energies, in any order. */
export interface LevelsData {
  /** The energies. */
  readonly energies: ArrayLike<number>;
  /** A name for each; what follows an underscore is a subscript. Default E_0, E_1, … from the lowest. */
  readonly labels?: readonly string[] | undefined;
}

/** Of the axes with their labels. */
export const HEIGHT = 430;
/** Levels closer than this share of the range of energies stand side by side. */
const DEGENERATE = 1e-9;
/** Beside a level, as a share of the width. */
const GAP = 0.06;
const COLOR = styleOf(0).color;

/** Draws S(ω). @throws RangeError where there is not one value a frequency */
export function spectrumFigure({ frequencies, values, quantity = "S(ω)" }: SpectrumData, options: FigureOptions) {
  if (values.length !== frequencies.length) {
    throw new RangeError(`values: expected one a frequency (${frequencies.length}), got ${values.length}`);
  }
  const y = valueAxis(Array.from(values), TICKS);
  const sides = { width: sheetWidth(options), left: leftMargin([y]), right: MARGIN.right / 2 };
  const x = timeAxis(frequencies, (labels) => fitsBeside(labels, sides));
  const path = Array.from(frequencies, (w, k): [number, number] => [(w - x.origin) / x.unit, values[k]! / y.unit]);
  const finite = path.filter(([, value]) => Number.isFinite(value));
  const unit = x.power === "" ? "energy" : `${x.power} energy`;
  const since = x.origin === 0 ? "" : ` − ${x.origin}`;
  const frame = { x, y, sides, height: HEIGHT, xTitle: `frequency ω${since} (${unit}, ħ = 1)`, yTitle: quantity };
  const plot = chart(options.document, frame, [Plot.line(finite, { stroke: COLOR, strokeWidth: 2.2 })]);
  const peak = finite.reduce((most, point) => (point[1] > most[1] ? point : most), finite[0] ?? [0, 0]);
  const description = `Power spectrum, largest at ω = ${Number((x.origin + peak[0] * x.unit).toPrecision(4))}`;
  return chartSheet(
    options,
    { title: "Power spectrum", description, left: sides.left },
    asGroup(options.document, plot, 0),
  );
}

/** Draws energies as levels, degenerate ones side by side. @throws RangeError where there are labels, but not one a level */
export function levelsFigure({ energies, labels }: LevelsData, options: FigureOptions): SVGSVGElement {
  if (labels !== undefined && labels.length !== energies.length) {
    throw new RangeError(`labels: expected one a level (${energies.length}), got ${labels.length}`);
  }
  const { document } = options;
  const sorted = Array.from(energies, (energy, k) => ({ energy, name: labels?.[k] }))
    .sort((a, b) => a.energy - b.energy)
    .map(({ energy, name }, k) => ({ energy, name: name ?? `E_${k}` }));
  const y = valueAxis(
    sorted.map(({ energy }) => energy),
    TICKS,
  );
  const groups = groupLevels(sorted, y);
  const names = groups.map((group) => group.map(({ name }) => name).join(", "));
  const width = sheetWidth(options);
  const sides = { width, left: leftMargin([y]), right: Math.round(0.28 * width) };
  const none: Axis = { ...timeAxis([0, 1], () => true), ticks: [] };
  const lines = groups.flatMap((group) =>
    group.map(({ energy }, k) => {
      // Gaps as wide as the margins.
      const length = (1 - GAP) / group.length - GAP;
      const x1 = GAP + k * (length + GAP);
      return { x1, x2: x1 + length, y: energy / y.unit };
    }),
  );
  const frame = { x: none, y, sides, height: HEIGHT, xTitle: "", yTitle: "energy (ħ = 1)" };
  const plot = chart(document, frame, [
    Plot.ruleY(lines, { x1: "x1", x2: "x2", y: "y", stroke: COLOR, strokeWidth: 3 }),
  ]);
  const apply = (energy: number) => plot.scale("y")!.apply(energy / y.unit) as number;
  const heights = groups.map(([level]) => apply(level!.energy));
  // Too many names would cover each other: as many as there is room for.
  const gap = 1.2 * FONT_SIZE;
  const every = Math.ceil((groups.length * gap) / (HEIGHT - MARGIN.top - MARGIN.bottom));
  const shown = heights.map((_, k) => k).filter((k) => k % every === 0);
  const places = spread(
    shown.map((k) => heights[k]!),
    gap,
    MARGIN.top,
    HEIGHT - MARGIN.bottom,
  );
  const edge = width - sides.right;
  shown.forEach((group, k) => {
    const label = fit(names[group]!, sides.right - 48, (text) => labelWidth(text, FONT_SIZE));
    plot.append(
      element(document, "path", {
        d: `M${edge + 2},${heights[group]!} L${edge + 20},${places[k]!}`,
        stroke: "#9a9a9a",
        fill: "none",
      }),
      labelText(document, label, {
        x: edge + 25,
        y: places[k]!,
        dy: "0.32em",
        fill: INK,
        "text-anchor": "start",
      }),
    );
  });
  const description = `${sorted.length} energy levels${sorted.length === 0 ? "" : ` from ${number(sorted[0]!.energy)} to ${number(sorted.at(-1)!.energy)}`}`;
  return chartSheet(options, { title: "Energy levels", description, left: sides.left }, asGroup(document, plot, 0));
}

/** Neighbours that the figure cannot tell apart. */
function groupLevels(sorted: readonly { energy: number; name: string }[], y: Axis) {
  const range = (y.domain[1] - y.domain[0]) * y.unit;
  const groups: { energy: number; name: string }[][] = [];
  for (const level of sorted) {
    const last = groups.at(-1);
    if (last !== undefined && level.energy - last[0]!.energy <= DEGENERATE * range) last.push(level);
    else groups.push([level]);
  }
  return groups;
}

const number = (value: number) => Number(value.toPrecision(4));

/** A chart on its sheet. */
export function chartSheet(
  options: FigureOptions,
  own: { title: string; description: string; left: number },
  group: SVGElement,
): SVGSVGElement {
  const content = [below(options.document, TITLE_HEIGHT, group)];
  return canvas(options, { ...own, height: TITLE_HEIGHT + HEIGHT }, content);
}
