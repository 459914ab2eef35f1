/**
 * Numbers and symbols as a reader sees them.
 * @module
 */
import { Fragment } from "preact";

/** `U_chi` -> U with a subscript χ; words around it stay what they are. */
export function Subscripts({ children }: { children: string }) {
  const parts = children.replace(/_chi\b/g, "_χ").split(/_([\p{L}\p{N}]+)/u);
  return (
    <>
      {parts.map((part, k) => (
        // an odd part followed an underscore
        <Fragment key={k}>{k % 2 === 1 ? <sub>{part}</sub> : part}</Fragment>
      ))}
    </>
  );
}

/** Greek letters for their names, as the library's words have them. */
export function greek(text: string): string {
  return text
    .replace(/\bpi(?=_)/g, "π")
    .replace(/\bbeta\b|\bbeta(?=_)/g, "β")
    .replace(/\bhbar\b/g, "ħ");
}

const MINUS = "\u2212";

/** A number with so many significant digits, without zeros at its end, and with a real minus sign. */
export function digits(value: number, count = 4): string {
  if (value === Number.POSITIVE_INFINITY) return "∞";
  if (value === Number.NEGATIVE_INFINITY) return `${MINUS}∞`;
  if (Number.isNaN(value)) return "none";
  const rounded = Number(value.toPrecision(count));
  const magnitude = Math.abs(rounded);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) {
    const [mantissa, exponent] = rounded.toExponential().split("e");
    return `${mantissa!.replace("-", MINUS)}·10${superscript(Number(exponent))}`;
  }
  return String(rounded).replace("-", MINUS);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const raised = [...String(Math.abs(exponent))].map((digit) => RAISED[Number(digit)]).join("");
  return exponent < 0 ? `⁻${raised}` : raised;
}

/** The same number at every place, so that a column of them does not dance: `0.1234`, `−0.0012`. */
export function fixed(value: number, places = 5): string {
  if (!Number.isFinite(value)) return digits(value);
  const text = value.toFixed(places);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", MINUS);
}

/** A number as people write it, and as the page does: with a comma, with a real minus sign. NaN where it is none. */
export function numberIn(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text.replace(",", ".").replaceAll(MINUS, "-"));
}
