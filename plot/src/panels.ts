/**
 * The panels of a figure: series over time with exact values on top, and how far the two are apart.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type Axis, nameOf } from "./axis.ts";
import { axisTitle, frameOptions } from "./chart.ts";
import { type FigureComparison, type Line, type LineGroup, sample } from "./data.ts";
import type { Frame, Panel } from "./frame.ts";
import { endLabels, lineLegend, namedAtEnds } from "./legend.ts";
import { EXACT_DASH, type ExactMarks, FULL, GRID, INK, type Sides } from "./style.ts";
import { asGroup, element, plainText } from "./svg.ts";

/** Marks of exact values over the whole width: dense enough to follow, sparse enough to see the line below. */
const EXACT_MARKS = 25;
/** Points of a line; more than the figure has pixels only make the file larger. */
const LINE_POINTS = 2000;

/** A panel of lines, and where a time and a value are in it. */
export interface SeriesPanel extends Panel {
  /** The part of the group that these coordinates are of. */
  readonly plot: SVGElement;
  /** Between these heights. */
  readonly range: readonly [number, number];
  readonly place: (time: number, value: number) => readonly [number, number];
}

/** Draws lines, with exact values on top. @param own `title` of the vertical axis; default the quantity */
export function seriesPanel(
  frame: Frame,
  { quantity, lines }: LineGroup,
  y: Axis,
  comparisons: readonly Pick<FigureComparison, "exact">[],
  own: { height: number; isLast: boolean; title?: string; exact?: ExactMarks },
): SeriesPanel {
  const { document, data, sides } = frame;
  const { height, isLast, exact = "circles" } = own;
  const { stroke, margin } = sides.sizes ?? FULL;
  const inUnit = (values: ArrayLike<number>, count: number) =>
    points(frame, values, count).map(([t, x]): [number, number] => [t, x / y.unit]);
  const plot = Plot.plot({
    ...timeFrame(frame, height, isLast),
    y: { label: null, domain: [...y.domain], ticks: [...y.ticks], tickFormat: y.format, inset: 8 },
    marks: [
      Plot.gridY(y.ticks, { stroke: GRID, strokeOpacity: 1 }),
      Plot.ruleY(y.domain[0] <= 0 && y.domain[1] >= 0 ? [0] : [], { stroke: GRID, strokeWidth: 2 }),
      ...lines.map((line) => lineMark(line, inUnit(line.values, LINE_POINTS), stroke * line.width)),
      ...comparisons.map(({ exact: values }) =>
        exact === "dashed"
          ? lineMark({ color: INK, dash: EXACT_DASH }, inUnit(values, LINE_POINTS), 1.4)
          : Plot.dot(inUnit(values, EXACT_MARKS), { r: 4.5 * stroke, fill: "white", stroke: INK, strokeWidth: 1.6 }),
      ),
    ],
  });
  plot.append(...axisTitle(document, nameOf(y, own.title ?? quantity), sides));
  if (lines.length === 0 || data.times.length === 0) plot.append(nothing(document, sides, height));
  const range: [number, number] = [margin.top, height - marginBottom(sides, isLast)];
  const scales = [plot.scale("x")!, plot.scale("y")!] as const;
  const place = (time: number, value: number) =>
    [scales[0].apply((time - frame.time.origin) / frame.time.unit), scales[1].apply(value / y.unit)] as const;
  if (!namedAtEnds(lines, sides.sizes)) return { ...withLegend(frame, lines, plot, height), range, place };
  // whole pixels: rounding errors must not decide which of two equal lines is named first
  const ends = lines.map(({ values }) => Math.round(scales[1].apply((values[values.length - 1] ?? 0) / y.unit)));
  plot.append(...endLabels(document, lines, ends, sides, range));
  const group = asGroup(document, plot, 0);
  return { group, plot: group, height, range, place };
}

function withLegend({ document, sides }: Frame, lines: readonly Line[], plot: Element, height: number) {
  const legend = lineLegend(document, lines, sides);
  const group = element(document, "g", {});
  const moved = asGroup(document, plot, legend.height);
  group.append(...legend.entries, moved);
  return { group, plot: moved, height: legend.height + height };
}

/** Draws the absolute values of differences, over powers of ten. */
export function differencePanel(
  frame: Frame,
  differences: readonly { readonly style: { color: string; dash: string }; readonly values: ArrayLike<number> }[],
  height: number,
): Panel {
  const { document, sides } = frame;
  const paths = differences.map(({ style, values }) => ({
    style,
    // a logarithm cannot show an exact zero
    path: points(frame, values, LINE_POINTS)
      .map(([t, x]): [number, number] => [t, Math.abs(x)])
      .filter(([, x]) => x > 0),
  }));
  const decades = decadesOf(differences.flatMap(({ values }) => Array.from(values)));
  const plot = Plot.plot({
    ...timeFrame(frame, height, true),
    y: {
      type: "log",
      label: null,
      domain: [decades[0]!, decades.at(-1)!],
      clamp: true,
      ticks: decades,
      tickFormat: "~e",
    },
    marks: [
      Plot.gridY(decades, { stroke: GRID, strokeOpacity: 1 }),
      ...paths.map(({ style, path }) => lineMark(style, path, 1.8)),
    ],
  });
  plot.append(...axisTitle(document, "|computed − closed form|", sides));
  return { group: asGroup(document, plot, 0), height };
}

/** A line; a single point would be none, and is drawn as a dot. */
export function lineMark({ color, dash }: { color: string; dash: string }, path: [number, number][], width: number) {
  return path.length === 1
    ? Plot.dot(path, { r: 1.5 * width, fill: color, stroke: "none" })
    : Plot.line(path, { stroke: color, strokeWidth: width, strokeDasharray: dash });
}

function marginBottom({ sizes = FULL }: Sides, isLast: boolean): number {
  return isLast ? sizes.margin.bottom : sizes.margin.bottomBare;
}

const timeFrame = ({ document, time, sides }: Frame, height: number, isLast: boolean) =>
  frameOptions(document, {
    x: time,
    xTitle: isLast ? timeLabel(time) : null,
    sides,
    height,
    marginBottom: marginBottom(sides, isLast),
  });

export function timeLabel({ origin, power }: Axis): string {
  const since = origin === 0 ? "" : origin > 0 ? ` − ${origin}` : ` + ${-origin}`;
  return `time t${since} (${power || "1"}/energy, ħ = 1)`;
}

function nothing(document: Document, { width, sizes = FULL }: Sides, height: number): SVGElement {
  return plainText(document, "nothing recorded", {
    x: width / 2,
    y: height / 2,
    "font-size": sizes.font,
    "text-anchor": "middle",
  });
}

/** Times in the axis' unit, with values. */
function points({ data, time }: Frame, values: ArrayLike<number>, count: number): [number, number][] {
  return sample(data.times.length, count)
    .map((k): [number, number] => [(data.times[k]! - time.origin) / time.unit, values[k]!])
    .filter(([, value]) => Number.isFinite(value));
}

/** Powers of ten around the values, the largest four decades: below them a line only dips towards its zeros. */
function decadesOf(values: readonly number[]): number[] {
  const exponents = values.map((value) => Math.log10(Math.abs(value))).filter(Number.isFinite);
  // Plot cannot label denormal numbers; what is smaller lies on the bottom
  const top = Math.max(-300, Math.min(308, Math.ceil(exponents.reduce((a, b) => Math.max(a, b)))));
  const bottom = Math.floor(exponents.reduce((a, b) => Math.min(a, b)));
  const count = Math.min(Math.max(top - bottom, 1), 4);
  return Array.from({ length: count + 1 }, (_, k) => Number(`1e${top - count + k}`));
}
