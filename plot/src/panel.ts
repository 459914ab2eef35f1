/**
 * One panel of a run's figure alone, for a page that shows several: series over time, exact values on top, a cursor at one time.
 * @module
 */
import { timeAxis, valueAxis } from "./axis.ts";
import { below, type FigureOptions, inTheme, sheetWidth, tile } from "./canvas.ts";
import { fitsBeside, tileSides } from "./chart.ts";
import {
  type FigureComparison,
  type FigureData,
  groupOf,
  type Line,
  type LineGroup,
  labelOf,
  type PanelName,
  valueAt,
} from "./data.ts";
import { readable } from "./formula.ts";
import type { Frame } from "./frame.ts";
import { endMargin, exactRows, namedAtEnds } from "./legend.ts";
import { type SeriesPanel, seriesPanel } from "./panels.ts";
import { compactSizes, type ExactMarks, WIDTH } from "./style.ts";
import { element } from "./svg.ts";
import { numeral, textWidth } from "./text.ts";

/** What a panel takes. */
export interface PanelOptions extends FigureOptions {
  /** Exact values as circles, or as a dashed line. Default "dashed". */
  readonly exact?: ExactMarks | undefined;
  /** A time that is marked. Default none. */
  readonly cursor?: number | undefined;
  /** Of the axes with their labels, in pixels. Default three fifths of the width, between 190 and 320. */
  readonly height?: number | undefined;
}

const ALL: readonly PanelName[] = ["energies", "changes", "flows", "entropies", "norms", "observables"];
/** Lines that a description names, with their values. */
const MOST_NAMED = 8;

/** A comparison, and the name of its series. */
type Named = FigureComparison & { readonly label: string };

/** How to move the cursor of a figure. */
const cursors = new WeakMap<SVGSVGElement, (time: number | undefined) => void>();

/** The panels for which a run has series. */
export function panelsOf(data: FigureData): PanelName[] {
  return ALL.filter((name) => groupOf(data, name).lines.length > 0);
}

/**
 * Draws one panel at the width that it is shown at. Where there is no series for it, it says so.
 * @throws RangeError for a width, a height, a theme or a panel that is none
 */
export function panelFigure(data: FigureData, panel: PanelName, options: PanelOptions): SVGSVGElement {
  const { document, exact = "dashed" } = options;
  const { quantity, lines } = groupOf(data, checked(panel));
  const sizes = compactSizes(options.width ?? WIDTH);
  const width = sheetWidth(options, sizes);
  const height = options.height ?? Math.round(Math.min(320, Math.max(190, 0.6 * width)));
  if (!(height >= 100)) throw new RangeError(`height: expected at least 100, got ${height}`);
  const comparisons = lines.flatMap((line) => comparisonsOf(data, line));
  const y = valueAxis(
    [...lines.map(({ values }) => values), ...comparisons.map(({ exact }) => exact)].flatMap((all) => Array.from(all)),
    Math.max(2, Math.floor(height / (4 * sizes.font))),
  );
  const narrow = tileSides(width, y, sizes, namedAtEnds(lines, sizes) ? endMargin(lines, sizes) : 0);
  const time = timeAxis(data.times, (labels) => fitsBeside(labels, narrow));
  // half of the last label reaches beyond the axis
  const half = Math.max(0, ...time.ticks.map((tick) => textWidth(time.format(tick), sizes.font) / 2));
  const sides = {
    ...narrow,
    right: Math.max(narrow.right, Math.ceil(half)),
    left: Math.max(narrow.left, Math.ceil(half)),
  };
  const frame: Frame = { document, data, sides, time };
  const own = { height, isLast: true, title: "", exact };
  const drawn = seriesPanel(frame, { quantity, lines }, y, comparisons, own);
  const { rows, height: top } = exactRows(document, comparisons, exact, { width, sizes });
  const description = inWords(data, { quantity, lines }, comparisons);
  const svg = tile(options, { title: quantity, description, sizes, height: top + drawn.height }, [
    ...rows,
    below(document, top, drawn.group),
  ]);
  cursors.set(svg, cursorOf(options, data.times, lines, drawn));
  moveCursor(svg, options.cursor);
  return svg;
}

/**
 * Moves the cursor of a panel to another time: a line, and a dot on each series. Nothing else is drawn anew.
 * @param figure what {@link panelFigure} returned
 * @param time none takes the cursor away, as does one before the first or after the last
 * @throws RangeError for another figure
 */
export function moveCursor(figure: SVGSVGElement, time: number | undefined): void {
  const move = cursors.get(figure);
  if (move === undefined) throw new RangeError("figure: expected what panelFigure returned");
  move(time);
}

/** What a panel shows, in words: where each of its lines begins and ends. */
export function describePanel(data: FigureData, panel: PanelName): string {
  const group = groupOf(data, checked(panel));
  return inWords(
    data,
    group,
    group.lines.flatMap((line) => comparisonsOf(data, line)),
  );
}

function inWords(data: FigureData, { quantity, lines }: LineGroup, comparisons: readonly Named[]): string {
  const last = data.times.length - 1;
  if (lines.length === 0 || last < 0) return `${quantity}: nothing recorded`;
  const words = lines
    .slice(0, MOST_NAMED)
    .map(
      ({ label, values }) => `${label.replaceAll("_", " ")} from ${numeral(values[0]!)} to ${numeral(values[last]!)}`,
    );
  const more = lines.length > MOST_NAMED ? [`and ${lines.length - MOST_NAMED} more`] : [];
  const times = `from t = ${numeral(data.times[0]!)} to ${numeral(data.times[last]!)}`;
  const exact = comparisons.map(({ label, difference }) => {
    const apart = Array.from(difference).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return ` The closed form of ${label.replaceAll("_", " ")} is at most ${numeral(apart)} away.`;
  });
  return `${quantity}, ${times}: ${[...words, ...more].join("; ")}.${exact.join("")}`;
}

/** A comparison of a line; one of its change from the start counts for it too. */
function comparisonsOf(data: FigureData, line: Line): Named[] {
  return data.comparisons.flatMap((comparison) => {
    const named = { ...comparison, label: labelOf(comparison.series), formula: readable(comparison.formula) };
    if (comparison.series === line.key) return [{ ...named, label: line.label }];
    if (comparison.series !== `delta_${line.key}`) return [];
    const start = line.values[0] ?? 0;
    return [{ ...named, exact: Array.from(comparison.exact, (x) => start + x) }];
  });
}

function cursorOf(
  options: FigureOptions,
  times: ArrayLike<number>,
  lines: readonly Line[],
  { plot, range: [top, bottom], place }: SeriesPanel,
): (time: number | undefined) => void {
  const { document } = options;
  const group = element(document, "g", { "aria-hidden": "true" });
  const rule = element(document, "line", { y1: top, y2: bottom, stroke: "#777777", "stroke-width": 1 });
  const dots = lines.map(({ color }) =>
    element(document, "circle", { r: 4, fill: color, stroke: "white", "stroke-width": 1.5 }),
  );
  group.append(rule, ...dots);
  inTheme(options, group);
  return (time) => {
    const [x] = place(time ?? Number.NaN, 0);
    if (time === undefined || !Number.isFinite(valueAt(times, times, time))) {
      group.remove();
      return;
    }
    rule.setAttribute("x1", x.toFixed(1));
    rule.setAttribute("x2", x.toFixed(1));
    lines.forEach(({ values }, k) => {
      const value = valueAt(times, values, time);
      const dot = dots[k]!;
      if (Number.isFinite(value)) {
        dot.setAttribute("cx", x.toFixed(1));
        dot.setAttribute("cy", place(time, value)[1].toFixed(1));
        dot.removeAttribute("display");
      } else dot.setAttribute("display", "none");
    });
    if (group.parentNode === null) plot.append(group);
  };
}

function checked(panel: PanelName): PanelName {
  if (!ALL.includes(panel)) throw new RangeError(`panel: expected one of ${ALL.join(", ")}, got ${panel}`);
  return panel;
}
