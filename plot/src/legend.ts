/**
 * Names of lines: at their ends where there is room, else in columns above; and which closed form is compared with which line.
 * @module
 */
import type { FigureComparison, Line } from "./data.ts";
import { EDGE, FONT_SIZE, INK, LABEL_SIZE, LEGEND_HEIGHT, type Sides } from "./style.ts";
import { element, labelText, plainText, spread } from "./svg.ts";
import { fit, labelWidth, textWidth } from "./text.ts";

/** Most lines that are named at their ends, and the widest of such names. */
const MAX_END_LABELS = 12;
const MAX_END_WIDTH = 190;
/** From the end of a line to its name. */
const END_GAP = 12;
const SAMPLE = 34;
const COLUMN_GAP = 24;

/** Whether the names fit beside the ends of the lines. */
export function namedAtEnds(lines: readonly Line[]): boolean {
  return lines.length <= MAX_END_LABELS && lines.every(({ label }) => endWidth(label) <= MAX_END_WIDTH);
}

/** The margin that the names at the ends need. */
export function endMargin(lines: readonly Line[]): number {
  return lines.reduce((most, { label }) => Math.max(most, END_GAP + endWidth(label) + EDGE / 2), 0);
}

const endWidth = (label: string) => labelWidth(label, LABEL_SIZE, true);

/** The name of each line at its right end, between `low` and `high`. */
export function endLabels(
  document: Document,
  lines: readonly Line[],
  ends: readonly number[],
  { width, right }: Sides,
  [low, high]: readonly [number, number],
): SVGElement[] {
  const gap = Math.min(1.25 * LABEL_SIZE, (high - low) / Math.max(lines.length - 1, 1));
  const positions = spread(ends, gap, low, high);
  return lines.map(({ label, color }, k) =>
    labelText(document, label, {
      x: width - right + END_GAP,
      y: positions[k]!,
      dy: "0.32em",
      fill: color,
      "text-anchor": "start",
      "font-weight": "bold",
      "font-size": LABEL_SIZE,
    }),
  );
}

/** A legend of lines in columns, and its height. */
export function lineLegend(document: Document, lines: readonly Line[], { width: sheet, left }: Sides) {
  const room = sheet - left - EDGE;
  const start = SAMPLE + 8;
  const labels = lines.map(({ label }) => fit(label, room - start, (text) => labelWidth(text, FONT_SIZE)));
  const width = labels.reduce((most, label) => Math.max(most, start + labelWidth(label, FONT_SIZE)), 0) + COLUMN_GAP;
  const columns = Math.max(1, Math.floor((room + COLUMN_GAP) / width));
  const rows = Math.ceil(lines.length / columns);
  const entries = lines.map((line, k) => {
    const x = left + Math.floor(k / rows) * width;
    const entry = element(document, "g", { transform: `translate(${x},${(k % rows) * LEGEND_HEIGHT + 12})` });
    entry.append(
      sample(document, line),
      labelText(document, labels[k]!, { x: start, dy: "0.35em", "text-anchor": "start" }),
    );
    return entry;
  });
  return { entries, height: rows * LEGEND_HEIGHT };
}

/** A line and a circle: what is computed, what is exact. */
export function comparisonRow(
  document: Document,
  { formula }: FigureComparison,
  line: Line,
  y: number,
  { width, left }: Sides,
): SVGElement {
  const row = element(document, "g", { transform: `translate(${left},${y + 12})` });
  const x = 163;
  const room = width - left - x - EDGE;
  const rest = (text: string) => ` = ${text}  (closed form)`;
  const forLabel = Math.min(room / 2, room - textWidth(rest("…"), FONT_SIZE));
  const label = fit(line.label, forLabel, (text) => labelWidth(text, FONT_SIZE));
  const shown = fit(formula, room - labelWidth(label, FONT_SIZE), (text) => textWidth(rest(text), FONT_SIZE));
  row.append(
    sample(document, line),
    plainText(document, "computed", { x: 42, dy: "0.35em" }),
    element(document, "circle", { cx: 150, r: 4.5, fill: "white", stroke: INK, "stroke-width": 1.6 }),
    labelText(document, label, { x, dy: "0.35em" }, rest(shown)),
  );
  return row;
}

function sample(document: Document, { color, dash }: Line): SVGElement {
  return element(document, "line", { x1: 0, x2: SAMPLE, stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash });
}
