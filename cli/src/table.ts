/**
 * Tables of numbers for a terminal: columns that do not fit beside each other are left out.
 * @module
 */

/** A column: its heading and its numbers. */
export interface Column {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Significant digits of the largest number; seven when left out. More are shown where the numbers need them to differ. */
  readonly digits?: number;
  /** Where the room is short, the column with the largest number goes first; 0 when left out. */
  readonly expendable?: number;
}

/** Width where nobody says how wide the terminal is. */
const WIDTH = 60;
const GAP = "  ";
/** Longest heading; most numbers are no wider. */
const MAX_NAME = 9;
/** Rows of a table; longer series are thinned evenly, ends included. */
const ROWS = 21;
const DIGITS = 7;

/** Six columns, the first of five digits and one of exponents, fit. */
export const MAX_COLUMNS = 6;

/** Numbers that differ by less than this share of the largest differ by rounding: nobody wants to read that. */
const ROUNDING = 1e-11;
/** Digits of the spread that are shown. */
const SPREAD_DIGITS = 2;

/** The text of the table, headings first; the first column and one other are always there. */
export function table(columns: readonly Column[], width = WIDTH): string {
  const rows = rowsOf(columns[0]!.values.length);
  const laidOut = columns.slice(0, MAX_COLUMNS).map((column) => layOut(column, rows));
  const total = () => laidOut.reduce((sum, column) => sum + column.width, GAP.length * (laidOut.length - 1));
  while (laidOut.length > 2 && total() > width) {
    const most = Math.max(...laidOut.slice(1).map(({ expendable }) => expendable));
    laidOut.splice(
      laidOut.findLastIndex(({ expendable }) => expendable === most),
      1,
    );
  }
  return laidOut[0]!.cells
    .map((_, line) => laidOut.map(({ cells, width }) => cells[line]!.padStart(width)).join(GAP))
    .join("\n");
}

function layOut({ name, values, digits = DIGITS, expendable = 0 }: Column, rows: readonly number[]) {
  const shown = rows.map((row) => values[row]!);
  const cells = [name.slice(0, MAX_NAME), ...shown.map(formatOf(shown, digits))];
  return { cells, width: Math.max(...cells.map((cell) => cell.length)), expendable };
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
function formatOf(values: readonly number[], usual: number): (value: number) => string {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return () => "0";
  const magnitude = Math.floor(Math.log10(largest));
  const needed = digitsOfSpread(values, largest);
  if (magnitude < -4 || magnitude >= usual) {
    const decimals = Math.max(needed - 1, 1);
    return (value) => (value === 0 ? "0" : value.toExponential(decimals));
  }
  const digits = Math.max(usual, needed);
  const decimals = Math.min(digits - 1 - Math.max(magnitude, 0), decimalsOf(values, digits));
  return (value) => value.toFixed(decimals).replace(/^-(0\.?0*)$/, "$1");
}

/** Significant digits of the largest number that show how the numbers differ; 0 when they do not. */
function digitsOfSpread(values: readonly number[], largest: number): number {
  // as shares of the largest: the difference of two doubles need not be one
  const shares = values.map((value) => value / largest);
  const spread = shares.reduce((a, b) => Math.max(a, b)) - shares.reduce((a, b) => Math.min(a, b));
  return spread < ROUNDING ? 0 : Math.ceil(-Math.log10(spread)) + SPREAD_DIGITS;
}

/** Decimals that the numbers really have, so that 0.5 is not written as 0.50000. */
function decimalsOf(values: readonly number[], digits: number): number {
  return values.reduce((most, value) => {
    const [, fraction = ""] = /\.(\d+)$/.exec(Number(value.toFixed(digits)).toString()) ?? [];
    return Math.max(most, fraction.length);
  }, 0);
}
