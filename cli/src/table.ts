/**
 * Tables of numbers for a terminal, at most 60 columns wide.
 * @module
 */

/** A column: its heading and its numbers. */
export interface Column {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Significant digits of the largest number; seven when left out. */
  readonly digits?: number;
}

/** Longest heading; the numbers are no wider. */
const MAX_NAME = 9;
/** Rows of a table; longer series are thinned evenly, ends included. */
const ROWS = 21;
const DIGITS = 7;

/** Six columns, the first of five digits and one of exponents, fit. */
export const MAX_COLUMNS = 6;

/** The text of the table, headings first. */
export function table(columns: readonly Column[]): string {
  const rows = rowsOf(columns[0]!.values.length);
  const cells = columns.slice(0, MAX_COLUMNS).map(({ name, values, digits = DIGITS }) => {
    const format = formatOf(
      rows.map((row) => values[row]!),
      digits,
    );
    return [name.slice(0, MAX_NAME), ...rows.map((row) => format(values[row]!))];
  });
  const widths = cells.map((column) => Math.max(...column.map((cell) => cell.length)));
  return cells[0]!.map((_, line) => cells.map((column, k) => column[line]!.padStart(widths[k]!)).join("  ")).join("\n");
}

function rowsOf(length: number): number[] {
  if (length <= ROWS) return Array.from({ length }, (_, k) => k);
  const last = length - 1;
  const least = Math.ceil(last / (ROWS - 1));
  // an even stride keeps the times round; one that divides the length meets the end
  const strides = Array.from({ length: least }, (_, k) => least + k);
  const stride = strides.find((n) => last % n === 0) ?? least;
  return [...Array.from({ length: Math.ceil(last / stride) }, (_, k) => k * stride), last];
}

/** One format for a column: as many decimals as its largest number can use, or exponents when it is very large or small. */
function formatOf(values: readonly number[], digits: number): (value: number) => string {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return () => "0";
  const magnitude = Math.floor(Math.log10(largest));
  if (magnitude < -4 || magnitude >= digits) return (value) => (value === 0 ? "0" : value.toExponential(1));
  const decimals = Math.min(digits - 1 - Math.max(magnitude, 0), decimalsOf(values, digits));
  return (value) => value.toFixed(decimals).replace(/^-(0\.?0*)$/, "$1");
}

/** Decimals that the numbers really have, so that 0.5 is not written as 0.50000. */
function decimalsOf(values: readonly number[], digits: number): number {
  return values.reduce((most, value) => {
    const [, fraction = ""] = /\.(\d+)$/.exec(Number(value.toFixed(digits)).toString()) ?? [];
    return Math.max(most, fraction.length);
  }, 0);
}
