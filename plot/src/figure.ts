/**
 * The figure of a run: its series over time with exact values on top, and below how far the two are apart.
 * @module
 */
import * as Plot from "@observablehq/plot";
import { type FigureComparison, type FigureData, type Line, linesOf, sample, styleOf } from "./data.ts";
import { asGroup, element, labelText, plainText, spread, withText } from "./svg.ts";

/** Options of {@link seriesFigure}. */
export interface FigureOptions {
  /** Where the elements are made: the page's document, or one of linkedom. */
  readonly document: Document;
}

const WIDTH = 860;
const MAIN_HEIGHT = 390;
const DIFFERENCE_HEIGHT = 220;
const TITLE_HEIGHT = 46;
const LEGEND_HEIGHT = 26;
const MARGIN = { left: 84, right: 96, top: 40, bottom: 58, bottomBare: 30 };
const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
const FONT_SIZE = 16;
const INK = "#222222";
const GRID = "#d9d9d9";
/** Marks of exact values over the whole width: dense enough to follow, sparse enough to see the line below. */
const EXACT_MARKS = 25;
/** Points of a line; more than the figure has pixels only make the file larger. */
const LINE_POINTS = 2000;

/** Draws the figure of a run as one SVG element. */
export function seriesFigure(data: FigureData, { document }: FigureOptions): SVGSVGElement {
  const lines = linesOf(data);
  const shown = data.comparisons.filter(({ series }) => lines.some((line) => line.key === series));
  const differing = data.comparisons.filter(({ difference }) => Array.from(difference).some((x) => x !== 0));
  const legend = TITLE_HEIGHT;
  const main = legend + shown.length * LEGEND_HEIGHT;
  const height = main + MAIN_HEIGHT + (differing.length > 0 ? DIFFERENCE_HEIGHT : 0);

  const svg = element(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    "font-family": FONT,
    "font-size": FONT_SIZE,
    fill: INK,
  }) as SVGSVGElement;
  const title =
    data.name ??
    (data.kind === "bipartite" ? "Energies of the two parts and of their correlation" : "Expectation values");
  svg.append(
    withText(document, element(document, "title", {}), title),
    element(document, "rect", { width: WIDTH, height, fill: "white" }),
    plainText(document, shorten(title, 72), { x: MARGIN.left, y: 30, "font-size": 20, "font-weight": "bold" }),
    ...shown.map((comparison, k) => legendRow(document, comparison, lines, legend + k * LEGEND_HEIGHT)),
    asGroup(document, mainPanel(data, lines, shown, differing.length === 0, document), main),
  );
  if (differing.length > 0) {
    svg.append(asGroup(document, differencePanel(data, differing, lines, document), main + MAIN_HEIGHT));
  }
  return svg;
}

/** A line and a circle: what is computed, what is exact. */
function legendRow(document: Document, comparison: FigureComparison, lines: readonly Line[], y: number): SVGElement {
  const { color, dash, label } = lines.find(({ key }) => key === comparison.series)!;
  const row = element(document, "g", { transform: `translate(${MARGIN.left},${y + 12})` });
  const formula = shorten(comparison.formula, 60);
  row.append(
    element(document, "line", { x1: 0, x2: 34, stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash }),
    plainText(document, "computed", { x: 42, dy: "0.35em" }),
    element(document, "circle", { cx: 150, r: 4.5, fill: "white", stroke: INK, "stroke-width": 1.6 }),
    labelText(document, label, { x: 163, dy: "0.35em" }, ` = ${formula}  (closed form)`),
  );
  return row;
}

function shorten(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

function frame(document: Document, height: number, withTimeLabel: boolean) {
  return {
    document,
    width: WIDTH,
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: withTimeLabel ? MARGIN.bottom : MARGIN.bottomBare,
    x: {
      label: withTimeLabel ? "time t (1/energy, ħ = 1)" : null,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 46,
    },
  } satisfies Plot.PlotOptions;
}

/** The quantity on the vertical axis, written above it: easier to read than turned by a quarter. */
function axisTitle(document: Document, content: string): SVGElement {
  return plainText(document, content, { x: MARGIN.left, y: MARGIN.top - 14, "text-anchor": "start" });
}

function points(times: ArrayLike<number>, values: ArrayLike<number>, count: number): [number, number][] {
  return sample(times.length, count).map((k) => [times[k]!, values[k]!]);
}

function mainPanel(
  data: FigureData,
  lines: readonly Line[],
  shown: readonly FigureComparison[],
  withTimeLabel: boolean,
  document: Document,
): Element {
  const plot = Plot.plot({
    ...frame(document, MAIN_HEIGHT, withTimeLabel),
    y: { label: null, nice: true, ticks: 6, inset: 8 },
    marks: [
      Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 6 }),
      Plot.ruleY([0], { stroke: GRID, strokeWidth: 2 }),
      ...lines.map(({ color, width, dash, values }) =>
        Plot.line(points(data.times, values, LINE_POINTS), {
          stroke: color,
          strokeWidth: width,
          strokeDasharray: dash,
        }),
      ),
      ...shown.map(({ exact }) =>
        Plot.dot(points(data.times, exact, EXACT_MARKS), { r: 4.5, fill: "white", stroke: INK, strokeWidth: 1.6 }),
      ),
    ],
  });
  const quantity = data.kind === "bipartite" ? "energy change  ΔU = U(t) − U(0)" : "expectation value";
  plot.append(axisTitle(document, quantity), ...endLabels(plot, lines, document));
  return plot;
}

/** The name of each line at its right end. */
function endLabels(plot: Plot.Plot, lines: readonly Line[], document: Document): SVGElement[] {
  const y = plot.scale("y")!;
  const space = MAIN_HEIGHT - MARGIN.top - MARGIN.bottom;
  const positions = spread(
    lines.map(({ values }) => y.apply(values[values.length - 1]!)),
    Math.min(1.4 * FONT_SIZE, space / lines.length),
  );
  return lines.map(({ label, color }, k) =>
    labelText(document, label, {
      x: WIDTH - MARGIN.right + 12,
      y: positions[k]!,
      dy: "0.32em",
      fill: color,
      "text-anchor": "start",
      "font-weight": "bold",
      "font-size": FONT_SIZE + 2,
    }),
  );
}

function differencePanel(
  data: FigureData,
  differing: readonly FigureComparison[],
  lines: readonly Line[],
  document: Document,
): Element {
  const paths = differing.map((comparison, k) => ({
    ...(lines.find(({ key }) => key === comparison.series) ?? styleOf(lines.length + k)),
    // a logarithm cannot show an exact zero
    points: points(data.times, comparison.difference, LINE_POINTS)
      .map(([t, x]): [number, number] => [t, Math.abs(x)])
      .filter(([, x]) => x > 0),
  }));
  const decades = decadesOf(paths.flatMap((path) => path.points.map(([, x]) => x)));
  const base = frame(document, DIFFERENCE_HEIGHT, true);
  const plot = Plot.plot({
    ...base,
    x: { ...base.x, domain: [data.times[0]!, data.times[data.times.length - 1]!] },
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
      ...paths.map(({ color, dash, points: path }) =>
        Plot.line(path, { stroke: color, strokeWidth: 1.8, strokeDasharray: dash }),
      ),
    ],
  });
  plot.append(axisTitle(document, "|computed − closed form|"));
  return plot;
}

/** Powers of ten around the values, the largest four decades: below them a line only dips towards its zeros. */
function decadesOf(values: readonly number[]): number[] {
  const exponents = values.map(Math.log10);
  const top = Math.ceil(exponents.reduce((a, b) => Math.max(a, b)));
  const bottom = Math.floor(exponents.reduce((a, b) => Math.min(a, b)));
  const count = Math.min(Math.max(top - bottom, 1), 4);
  return Array.from({ length: count + 1 }, (_, k) => Number(`1e${top - count + k}`));
}
