/**
 * How long steps may be where a smooth function is known at points only.
 * @module
 */
import { overlay, type Span, type Stretch } from "./real.ts";

/** A rise or fall smaller than this share of the function's range is no feature: what rounding makes is not. */
const NEGLIGIBLE = 1e-10;
/** A rise goes on as long as the slope is above this share of its steepest. */
const FLAT = 0.02;

/**
 * Stretches of a smooth function (of several at once: real and imaginary part) from its values at increasing times that cover the
 * span. Every rise or fall is a feature: a step in it is no longer than it would take at its steepest, two sampling intervals at least.
 */
export function stretchesOf(t: ArrayLike<number>, parts: readonly ArrayLike<number>[], span: Span): Stretch[] {
  return overlay(
    parts.map((v) => features(t, v, span)),
    (zeros) => zeros.every((zero) => zero),
  );
}

function features(t: ArrayLike<number>, v: ArrayLike<number>, { from, to }: Span): Stretch[] {
  const out: Stretch[] = [];
  const push = (first: number, last: number, limit: number) => {
    const end = Math.min(t[last]!, to);
    if (end <= Math.max(from, out.at(-1)?.end ?? from)) return;
    out.push({ end, limit, hard: false, zero: isZero(v, first, last) });
  };
  const { all, enough } = runs(v);
  let reached = 0;
  const cover = (first: number, last: number): void => {
    if (!(Math.abs(v[last]! - v[first]!) > enough)) return;
    const { begin, end, limit } = steepPart(t, v, first, last);
    // What is flat beside this may be steep by itself.
    if (begin > first) cover(first, begin);
    push(reached, begin, Number.POSITIVE_INFINITY);
    push(begin, end, limit);
    reached = end;
    if (end < last) cover(end, last);
  };
  for (const { first, last } of all) cover(first, last);
  push(reached, t.length - 1, Number.POSITIVE_INFINITY);
  const last = out.pop();
  if (last) out.push({ ...last, end: to });
  return last ? out : [{ end: to, limit: Number.POSITIVE_INFINITY, hard: false, zero: isZero(v, 0, t.length - 1) }];
}

function isZero(v: ArrayLike<number>, first: number, last: number): boolean {
  for (let k = first; k <= last; k++) if (v[k] !== 0) return false;
  return true;
}

/** Indices between which the function rises or falls, up to reversals that are negligible. */
function runs(v: ArrayLike<number>): { all: { first: number; last: number }[]; enough: number } {
  let [least, most] = [v[0]!, v[0]!];
  for (let k = 1; k < v.length; k++) [least, most] = [Math.min(least, v[k]!), Math.max(most, v[k]!)];
  const enough = NEGLIGIBLE * (most - least);
  const out: { first: number; last: number }[] = [];
  if (!(enough > 0)) return { all: out, enough };
  let first = 0;
  let [low, high] = [0, 0];
  let direction = 0;
  for (let k = 1; k < v.length; k++) {
    if (v[k]! < v[low]!) low = k;
    if (v[k]! > v[high]!) high = k;
    if (direction >= 0 && v[high]! - v[k]! > enough) {
      if (direction > 0) out.push({ first, last: high });
      [direction, first, low] = [-1, high, k];
    } else if (direction <= 0 && v[k]! - v[low]! > enough) {
      if (direction < 0) out.push({ first, last: low });
      [direction, first, high] = [1, low, k];
    }
  }
  out.push({ first, last: v.length - 1 });
  return { all: out, enough };
}

/** Where a run is steep, and how long its whole height would take at its steepest. */
function steepPart(t: ArrayLike<number>, v: ArrayLike<number>, first: number, last: number) {
  const slope = (k: number) => Math.abs(v[k + 1]! - v[k]!) / (t[k + 1]! - t[k]!);
  let [steepest, least, most] = [0, v[first]!, v[first]!];
  for (let k = first; k < last; k++) {
    steepest = Math.max(steepest, slope(k));
    [least, most] = [Math.min(least, v[k + 1]!), Math.max(most, v[k + 1]!)];
  }
  let [begin, end] = [first, last];
  while (begin < end - 1 && slope(begin) < FLAT * steepest) begin++;
  while (end > begin + 1 && slope(end - 1) < FLAT * steepest) end--;
  let widest = 0;
  for (let k = begin; k < end; k++) widest = Math.max(widest, t[k + 1]! - t[k]!);
  return { begin, end, limit: Math.max((most - least) / steepest, 2 * widest) };
}
