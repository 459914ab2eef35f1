/**
 * Matrices for a terminal.
 * @module
 */
import type { Operator } from "lindblad";

/** Elements that are shown. */
const ELEMENTS = 16;
const DIGITS = 6;

/** The largest elements on and above the diagonal; the others follow from them. */
export function elementsOf(operator: Operator, most = ELEMENTS): string[] {
  const threshold = 10 ** -DIGITS * operator.maxAbs();
  const elements: { row: number; column: number; re: number; im: number }[] = [];
  operator.forEachNonzero((row, column, re, im) => {
    if (row <= column && Math.hypot(re, im) > threshold) elements.push({ row, column, re, im });
  });
  const shown = elements.sort((p, q) => Math.hypot(q.re, q.im) - Math.hypot(p.re, p.im)).slice(0, most);
  shown.sort((p, q) => p.row - q.row || p.column - q.column);
  const rest = elements.length - shown.length;
  return [
    ...shown.map(({ row, column, re, im }) => `  [${row}][${column}]`.padEnd(12) + signed(complex(re, im))),
    ...(rest > 0 ? [`  and ${rest} smaller; --json has them all`] : []),
  ];
}

/** A complex number in few digits; its imaginary part only where that is more than rounding. */
export function complex(re: number, im: number): string {
  const digits = (x: number) => (x === 0 ? "0" : x.toPrecision(DIGITS));
  const negligible = Math.abs(im) <= 1e-12 * Math.hypot(re, im);
  return negligible ? digits(re) : `${digits(re)} ${im < 0 ? "-" : "+"} ${digits(Math.abs(im))}i`;
}

/** Numbers with and without a sign stand below one another. */
export const signed = (text: string): string => (text.startsWith("-") ? text : ` ${text}`);
