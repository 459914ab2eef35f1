/**
 * Tables with a name before each row.
 * @module
 */

/** A name, and numbers; undefined ones are shown as a dash. */
export type Row = readonly [name: string, values: readonly (number | undefined)[]];

const DIGITS = 8;
const LEAST_DIGITS = 2;
/** Longest names, where there is room and where there is not. */
const NAMES = [12, 6];
/** Of the largest number: what is below is rounding, of which the order says all. */
const ROUNDING = 1e-12;

/** Lines of at most `width` columns, headings first: as many digits as there is room for. @param rounding numbers below it are shown by their order alone */
export function rowsOf(headings: readonly string[], rows: readonly Row[], width: number, rounding = 0): string[] {
  let lines: string[] = [];
  for (const longest of NAMES) {
    for (let digits = DIGITS; digits >= LEAST_DIGITS; digits--) {
      lines = layOut(headings, rows, { digits, longest, rounding });
      if (lines.every((line) => line.length <= width)) return lines;
    }
  }
  return lines;
}

function layOut(
  headings: readonly string[],
  rows: readonly Row[],
  { digits, longest, rounding }: { digits: number; longest: number; rounding: number },
): string[] {
  const largest = rows.flatMap(([, values]) => values.map((x) => Math.abs(x ?? 0))).reduce((a, b) => Math.max(a, b), 0);
  const floor = Math.max(rounding, ROUNDING * largest);
  const cell = (x: number | undefined) => {
    if (x === undefined) return "-";
    if (x === 0) return "0";
    return Math.abs(x) < floor ? x.toExponential(0) : x.toPrecision(digits);
  };
  const cells = [headings, ...rows.map(([, values]) => values.map(cell))];
  const widths = headings.map((_, k) => Math.max(...cells.map((line) => line[k]!.length)));
  const names = ["", ...rows.map(([name]) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name))];
  const room = Math.max(...names.map((name) => name.length));
  return cells.map((line, k) =>
    [`  ${names[k]!.padEnd(room)}`, ...line.map((text, column) => text.padStart(widths[column]!))].join("  "),
  );
}
