/**
 * Names in expressions: which are allowed, and which one was perhaps meant.
 * @module
 */
import { shorten } from "./error.ts";

/** What a parameter, operator or observable may be called: Latin, Greek or Cyrillic letters, digits, underscores. Spelled
 * without Unicode classes, because it is also a pattern of the JSON Schema, whose readers differ in them. */
export const NAME_PATTERN =
  /^[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f][A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]{0,63}$/;

/** Keys that reach into JavaScript's prototypes when they are handled carelessly. */
export const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Names listed in a message before it says how many more there are. */
const LISTED = 24;

/** `unknown name "sigmz"; did you mean "sigmaz"?`, or the names there are when none is close. */
export function unknownName(name: string, available: Iterable<string>): string {
  const names = [...new Set(available)];
  const close = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    // one letter for another is no typing error
    .filter(
      ({ candidate, distance }) =>
        distance <= (name.length > 3 ? 2 : 1) && distance < Math.min(name.length, candidate.length),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => JSON.stringify(candidate));
  const what = `unknown name ${JSON.stringify(shorten(name))}`;
  return close.length > 0 ? `${what}; did you mean ${close.join(" or ")}?` : `${what}; known here: ${list(names)}`;
}

/** A list of names for a message, cut when long. */
export function list(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return "none";
  const shown = all.slice(0, LISTED).join(", ");
  return all.length > LISTED ? `${shown} and ${all.length - LISTED} more` : shown;
}

/** Levenshtein distance; names of very different length count as infinitely far. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
