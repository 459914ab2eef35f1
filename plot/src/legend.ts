/**
 * Names of lines: at their ends where there is room, else in columns above; and which closed form is compared with which line.
 * @module
 */
import type { FigureComparison, Line } from "./data.ts";
import { EXACT_DASH, type ExactMarks, FULL, INK, type Sides, type Sizes } from "./style.ts";
import { element, labelText, plainText, spread } from "./svg.ts";
import { fit, labelWidth, textWidth } from "./text.ts";

/** Most lines that are named at their ends. */
const MAX_END_LABELS = 12;
/** Most closed forms that a narrow figure writes out. */
const MOST_FORMS = 4;
const SAMPLE = 34;
const SHORT_SAMPLE = 25;
const COLUMN_GAP = 24;

/** Whether the names fit beside the ends of the lines. */
export function namedAtEnds(lines: readonly Line[], sizes = FULL): boolean {
  return lines.length <= MAX_END_LABELS && lines.every(({ label }) => endWidth(label, sizes) <= sizes.widestName);
}

/** The margin that the names at the ends need. */
export function endMargin(lines: readonly Line[], sizes = FULL): number {
  return lines.reduce((most, { label }) => Math.max(most, sizes.gap + endWidth(label, sizes) + sizes.edge / 2), 0);
}

const endWidth = (label: string, { label: size }: Sizes) => labelWidth(label, size, true);

/** The name of each line at its right end, between `low` and `high`. */
export function endLabels(
  document: Document,
  lines: readonly Line[],
  ends: readonly number[],
  { width, right, sizes = FULL }: Sides,
  [low, high]: readonly [number, number],
): SVGElement[] {
  const gap = Math.min(1.25 * sizes.label, (high - low) / Math.max(lines.length - 1, 1));
  const positions = spread(ends, gap, low, high);
  return lines.map(({ label, color }, k) =>
    labelText(document, label, {
      x: width - right + sizes.gap,
      y: positions[k]!,
      dy: "0.32em",
      fill: color,
      "text-anchor": "start",
      "font-weight": "bold",
      "font-size": sizes.label,
    }),
  );
}

/** A legend of lines in columns, and its height; where there are too many, it says how many more there are. */
export function lineLegend(document: Document, all: readonly Line[], { width: sheet, left, sizes = FULL }: Sides) {
  const more = Math.max(0, all.length - sizes.mostNames);
  const lines = all.slice(0, all.length - more);
  const { font, row } = sizes;
  const room = sheet - left - sizes.edge;
  const start = SAMPLE + 8;
  const labels = lines.map(({ label }) => fit(label, room - start, (text) => labelWidth(text, font)));
  const width = labels.reduce((most, label) => Math.max(most, start + labelWidth(label, font)), 0) + COLUMN_GAP;
  const columns = Math.max(1, Math.floor((room + COLUMN_GAP) / width));
  const rows = Math.ceil(lines.length / columns);
  const entries = lines.map((line, k) => {
    const x = left + Math.floor(k / rows) * width;
    const entry = element(document, "g", { transform: `translate(${x},${(k % rows) * row + 12})` });
    entry.append(
      sample(document, line),
      labelText(document, labels[k]!, { x: start, dy: "0.35em", "text-anchor": "start" }),
    );
    return entry;
  });
  if (more === 0) return { entries, height: rows * row };
  const rest = plainText(document, `and ${more} more`, { x: left + start, y: rows * row + 12, dy: "0.35em" });
  return { entries: [...entries, rest], height: (rows + 1) * row };
}

/** A line and a circle: what is computed, what is exact. */
export function comparisonRow(
  document: Document,
  { formula }: FigureComparison,
  line: Line,
  y: number,
  { width, left }: Sides,
): SVGElement {
  const { font, edge } = FULL;
  const row = element(document, "g", { transform: `translate(${left},${y + 12})` });
  const x = 163;
  const room = width - left - x - edge;
  const rest = (text: string) => ` = ${text}  (closed form)`;
  const forLabel = Math.min(room / 2, room - textWidth(rest("…"), font));
  const label = fit(line.label, forLabel, (text) => labelWidth(text, font));
  const shown = fit(formula, room - labelWidth(label, font), (text) => textWidth(rest(text), font));
  row.append(
    sample(document, line),
    plainText(document, "computed", { x: 42, dy: "0.35em" }),
    element(document, "circle", { cx: 150, r: 4.5, fill: "white", stroke: INK, "stroke-width": 1.6 }),
    labelText(document, label, { x, dy: "0.35em" }, rest(shown)),
  );
  return row;
}

/** What a dashed line over the computed ones is. */
export function formulaRow(
  document: Document,
  formula: string,
  { width, left }: Pick<Sides, "width" | "left">,
): SVGElement {
  const { font, edge } = FULL;
  const row = element(document, "g", { transform: `translate(${left},12)` });
  const text = fit(`closed form: ${formula}`, width - left - 42 - edge, (part) => textWidth(part, font));
  row.append(
    sample(document, { color: INK, dash: EXACT_DASH }),
    plainText(document, text, { x: 42, dy: "0.35em", "text-anchor": "start" }),
  );
  return row;
}

/** What is exact, in a narrow figure: closed forms below each other, and how many more there are. */
export function exactRows(
  document: Document,
  all: readonly { readonly label: string; readonly formula: string }[],
  marks: ExactMarks,
  { width, sizes }: { width: number; sizes: Sizes },
): { rows: SVGElement[]; height: number } {
  const { edge, font, row } = sizes;
  const x = edge + SHORT_SAMPLE + 8;
  const room = width - x - edge;
  const heading = "closed form";
  const rows: SVGElement[] = [];
  let y = row / 2;
  const write = (label: string, rest: string) => {
    rows.push(labelText(document, label, { x, y, dy: "0.35em", "text-anchor": "start" }, rest));
    y += row;
  };
  for (const { label, formula } of all.slice(0, MOST_FORMS)) {
    const name = fit(label, room / 2, (text) => labelWidth(text, font));
    const left = room - labelWidth(name, font);
    const rest = ` = ${formula}`;
    rows.push(
      marks === "dashed"
        ? element(document, "path", {
            d: `M${edge},${y} h${SHORT_SAMPLE}`,
            stroke: INK,
            "stroke-width": 1.4,
            "stroke-dasharray": EXACT_DASH,
          })
        : element(document, "circle", { cx: edge + SHORT_SAMPLE / 2, cy: y, r: 3.6, fill: "white", stroke: INK }),
    );
    // in one line, or where that is too short in two
    const isShort = textWidth(`${heading}: ${rest}`, font) <= left;
    if (!isShort) write(heading, "");
    write(
      isShort ? `${heading}: ${name}` : name,
      fit(rest, left, (text) => textWidth(text, font)),
    );
  }
  if (all.length > MOST_FORMS) write(`and ${all.length - MOST_FORMS} more`, "");
  return { rows, height: y - row / 2 };
}

function sample(document: Document, { color, dash }: Pick<Line, "color" | "dash">): SVGElement {
  return element(document, "line", { x1: 0, x2: SAMPLE, stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash });
}
