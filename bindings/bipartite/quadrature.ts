/**
 * Integrals over a run of what is known at any of its times: Gauss-Kronrod rules between outputs and breaks.
 * @module
 */

interface Rule {
  /** Nodes on [-1, 1], Kronrod's weights and those of the embedded Gauss rule (0 where it has no node). */
  readonly nodes: readonly number[];
  readonly kronrod: readonly number[];
  readonly gauss: readonly number[];
}

/** From its non-negative half, from 0 on. */
function symmetric(half: readonly (readonly [node: number, kronrod: number, gauss: number])[]): Rule {
  const all = [
    ...half
      .slice(1)
      .map(([x, k, g]) => [-x, k, g] as const)
      .reverse(),
    ...half,
  ];
  return { nodes: all.map(([x]) => x), kronrod: all.map(([, k]) => k), gauss: all.map(([, , g]) => g) };
}

/** Kronrod (1965): 3 and 7 nodes, exact to degree 11. */
const SHORT = symmetric([
  [0, 0.45091653865847414, 0.8888888888888888],
  [0.43424374934680254, 0.40139741477596225, 0],
  [0.7745966692414834, 0.26848808986833345, 0.5555555555555556],
  [0.9604912687080203, 0.10465622602646726, 0],
]);
/** 5 and 11 nodes, exact to degree 17. */
const LONG = symmetric([
  [0, 0.2829874178574912, 0.5688888888888889],
  [0.2796304131617832, 0.2728498019125589, 0],
  [0.5384693101056831, 0.2410403392286476, 0.47862867049936647],
  [0.7541667265708493, 0.18680079655649265, 0],
  [0.906179845938664, 0.1152333166224734, 0.23692688505618908],
  [0.9840853600948425, 0.04258203675108183, 0],
]);

/** A stretch of time with a rule on it. */
export interface Panel {
  readonly from: number;
  readonly to: number;
  readonly rule: Rule;
}

/**
 * Phase over a panel at which the estimate of a rule's error is a hundredth of 1e-6, and the order of that estimate. Panels between two edges at
 * first, at most: a guess by the fastest rate need not be met.
 */
const SHORT_PHASE = 0.4;
const SHORT_ORDER = 9;
const LONG_PHASE = 2;
const LONG_ORDER = 15;
const FIRST_PANELS = 8;

/** Panels between neighbouring edges, for functions that turn at `rate` at most and are wanted to `rtol`. */
export function panelsOf(edges: ArrayLike<number>, rate: number, rtol: number): Panel[] {
  const [short, long] = [
    SHORT_PHASE * (rtol / 1e-6) ** (1 / SHORT_ORDER),
    LONG_PHASE * (rtol / 1e-6) ** (1 / LONG_ORDER),
  ];
  return Array.from({ length: Math.max(edges.length - 1, 0) }, (_, k) => {
    const [from, to] = [edges[k]!, edges[k + 1]!];
    const phase = rate * (to - from);
    if (phase <= short) return [{ from, to, rule: SHORT }];
    return divide(from, to, Math.min(Math.ceil(phase / long), FIRST_PANELS));
  }).flat();
}

/** Equal panels of the long rule. */
export function divide(from: number, to: number, count: number): Panel[] {
  const edge = (k: number) => (k === count ? to : from + ((to - from) * k) / count);
  return Array.from({ length: count }, (_, k) => ({ from: edge(k), to: edge(k + 1), rule: LONG }));
}

/** The times at which a panel's rule wants its function, increasing. */
export function nodesOf({ from, to, rule }: Panel): number[] {
  const half = 0.5 * (to - from);
  return rule.nodes.map((x) => from + half * (1 + x));
}

/** Integrals over a panel, and what they may be wrong by. */
export interface Integral {
  readonly value: Float64Array;
  readonly error: Float64Array;
}

/**
 * @param at values of all functions at a panel's node
 * @param count functions
 * The error is that of QUADPACK (Piessens et al. 1983, QK15).
 */
export function integrate({ from, to, rule }: Panel, at: (node: number) => ArrayLike<number>, count: number): Integral {
  const half = 0.5 * (to - from);
  const { nodes, kronrod, gauss } = rule;
  const value = new Float64Array(count);
  const other = new Float64Array(count);
  const spread = new Float64Array(count);
  const rows = nodes.map((_, n) => at(n));
  for (let n = 0; n < rows.length; n++) {
    const [row, k, g] = [rows[n]!, kronrod[n]!, gauss[n]!];
    for (let f = 0; f < count; f++) {
      value[f]! += k * row[f]!;
      other[f]! += g * row[f]!;
    }
  }
  for (let n = 0; n < rows.length; n++) {
    const [row, k] = [rows[n]!, kronrod[n]!];
    for (let f = 0; f < count; f++) spread[f]! += k * Math.abs(row[f]! - 0.5 * value[f]!);
  }
  const error = other;
  for (let f = 0; f < count; f++) {
    const [difference, range] = [Math.abs(value[f]! - other[f]!), spread[f]!];
    const ratio = range === 0 ? 0 : Math.min(1, (200 * difference) / range);
    error[f] = half * (range === 0 ? difference : range * ratio * Math.sqrt(ratio));
    value[f]! *= half;
  }
  return { value, error };
}
