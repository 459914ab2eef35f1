/**
 * Times at which functions of time are looked at before a run, so that what is wrong for a short time only is found.
 * @module
 */
import { COEFFICIENT_CALLABLE, COEFFICIENT_SPLINE } from "../../assembly/constants.ts";
import type { RealFunction, Span } from "../coefficients/real.ts";

/** Golden ratio: times that keep off every regular grid. */
const GOLDEN = 0.6180339887498949;
/** Local minima that are searched, and steps of each search: each leaves 0.62 of the interval. */
const MINIMA = 8;
const SEARCH = 40;

/**
 * The first and the last time, some between, one in every stretch of these functions and three in every piece of a table, in increasing
 * order.
 * @param most of those in stretches and pieces
 */
export function lookTimes(
  span: Span,
  functions: readonly RealFunction[],
  count: number,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const { from, to } = span;
  const own = functions.flatMap((f) => [...middles(f, span), ...nodesOf(f).flatMap((node) => inPieces(node, span))]);
  const every = Math.max(1, Math.ceil(own.length / most));
  const times = [
    from,
    ...Array.from({ length: Math.min(count, most) - 2 }, (_, k) => from + ((GOLDEN * (k + 1)) % 1) * (to - from)),
    ...own.filter((_, k) => k % every === 0),
    to,
  ];
  return [...new Set(times)].sort((a, b) => a - b);
}

/** Whether a function of the caller's is in it, which is known by its values alone. */
export function isBlind(f: RealFunction): boolean {
  return nodesOf(f).some(({ kind }) => kind === COEFFICIENT_CALLABLE);
}

/** The time among `times`, or near them, at which f is least. */
export function leastAt(f: (t: number) => number, times: readonly number[]): number {
  const values = times.map(f);
  const minima = [...values.keys()]
    .filter((k) => !(values[k - 1]! < values[k]!) && !(values[k + 1]! < values[k]!))
    .sort((a, b) => values[a]! - values[b]!)
    .slice(0, MINIMA);
  let best = { t: times[0]!, value: Number.POSITIVE_INFINITY };
  const look = (t: number): number => {
    const value = f(t);
    if (value < best.value) best = { t, value };
    return value;
  };
  for (const k of minima) {
    look(times[k]!);
    let [a, b] = [times[Math.max(k - 1, 0)]!, times[Math.min(k + 1, times.length - 1)]!];
    for (let n = 0; n < SEARCH; n++) {
      const [x, y] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
      if (look(x) <= look(y)) b = y;
      else a = x;
    }
  }
  return best.t;
}

function middles(f: RealFunction, span: Span): number[] {
  const ends = f.stretches(span).map(({ end }) => end);
  return ends.map((end, k) => 0.5 * (end + (k === 0 ? span.from : ends[k - 1]!)));
}

/** A function and all that it is made of. */
function nodesOf(f: RealFunction): RealFunction[] {
  const seen = new Set<RealFunction>();
  const waiting = [f];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...node.operands);
  }
  return [...seen];
}

/** In the pieces of a table: constant ones are known by any time, curved ones by some. */
function inPieces({ kind, table, parameters: [pieces = 0, order = 0] }: RealFunction, { from, to }: Span): number[] {
  if (kind !== COEFFICIENT_SPLINE) return [];
  const shares = order === 0 ? [0.5] : [0, 1 / 3, 2 / 3];
  const out: number[] = [];
  for (let k = 0; k < pieces; k++) {
    for (const share of shares) {
      const t = table![k]! + share * (table![k + 1]! - table![k]!);
      if (t > from && t < to) out.push(t);
    }
  }
  return out;
}
