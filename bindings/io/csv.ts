/**
 * Comma-separated values after RFC 4180.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";

/**
 * Columns of numbers as CSV text (RFC 4180: lines end in CR LF) with a header line. Numbers are written with the fewest digits that read
 * back as the same double.
 * @throws {@link DimensionMismatchError} when the columns differ in length; {@link InvalidArgumentError}
 * @example
 * csv({ t: [0, 1], n: [1, 0.5] }).split("\r\n")[2]; // "1,0.5"
 */
export function csv(columns: Readonly<Record<string, ArrayLike<number>>>): string {
  if (typeof columns !== "object" || columns === null) {
    throw new InvalidArgumentError("csv: columns", columns, "an object of columns by name");
  }
  const names = Object.keys(columns);
  const rows = names.length === 0 ? 0 : columns[names[0]!]!.length;
  for (const name of names) {
    if (columns[name]!.length !== rows) {
      throw new DimensionMismatchError(`csv: column ${name}`, `${rows} values`, `${columns[name]!.length}`);
    }
  }
  const lines = [names.map(quote).join(",")];
  for (let row = 0; row < rows; row++) lines.push(names.map((name) => number(columns[name]![row]!)).join(","));
  return lines.map((line) => `${line}\r\n`).join("");
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `String` gives the shortest form that round-trips, but loses the sign of zero. */
function number(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
