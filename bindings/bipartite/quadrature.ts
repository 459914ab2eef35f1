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

/**
 * Phase over a panel at which the estimate of a rule's error is a hundredth of 1e-6, and the order of that estimate. Panels between two edges at
 * first, at most: a guess by the fastest rate need not be met.
 */
const SHORT_PHASE = 0.4;
const SHORT_ORDER = 9;
const LONG_PHASE = 2;
const LONG_ORDER = 15;
const FIRST_PANELS = 8;

/** Stretches of time with a rule on each, in order. */
export interface Panels {
  readonly count: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly rules: readonly Rule[];
  /** The times at which the rules want their functions, increasing; those of panel k begin with number `starts[k]`. */
  readonly nodes: Float64Array;
  readonly starts: Int32Array;
}

/** Panels between neighbouring edges, for functions that turn at `rate` at most and are wanted to `rtol`. */
export function panelsOf(edges: ArrayLike<number>, rate: number, rtol: number): Panels {
  const [short, long] = [
    SHORT_PHASE * (rtol / 1e-6) ** (1 / SHORT_ORDER),
    LONG_PHASE * (rtol / 1e-6) ** (1 / LONG_ORDER),
  ];
  const parts = Array.from({ length: Math.max(edges.length - 1, 0) }, (_, k) => {
    const phase = rate * (edges[k + 1]! - edges[k]!);
    return phase <= short ? 0 : Math.min(Math.ceil(phase / long), FIRST_PANELS);
  });
  return cut(edges, (k) => edges[k + 1]!, parts);
}

/** Some of these panels, each in equal parts with the long rule. */
export function divide({ from, to }: Panels, which: readonly number[], count: number): Panels {
  return cut(
    which.map((k) => from[k]!),
    (k) => to[which[k]!]!,
    which.map(() => count),
  );
}

/** Panels from from[k] to to(k), in parts[k] with the long rule, or a whole one with the short rule where that is 0. */
function cut(from: ArrayLike<number>, to: (k: number) => number, parts: readonly number[]): Panels {
  const count = parts.reduce((sum, part) => sum + Math.max(part, 1), 0);
  const panels = { from: new Float64Array(count), to: new Float64Array(count), starts: new Int32Array(count) };
  const rules: Rule[] = [];
  let nodes = 0;
  parts.forEach((part, k) => {
    const [start, end] = [from[k]!, to(k)];
    for (let n = 0; n < Math.max(part, 1); n++) {
      const rule = part === 0 ? SHORT : LONG;
      panels.from[rules.length] = n === 0 ? start : start + ((end - start) * n) / part;
      panels.to[rules.length] = n + 1 >= part ? end : start + ((end - start) * (n + 1)) / part;
      panels.starts[rules.length] = nodes;
      nodes += rule.nodes.length;
      rules.push(rule);
    }
  });
  const times = new Float64Array(nodes);
  let at = 0;
  for (let k = 0; k < count; k++) {
    const half = 0.5 * (panels.to[k]! - panels.from[k]!);
    for (const x of rules[k]!.nodes) times[at++] = panels.from[k]! + half * (1 + x);
  }
  return { count, ...panels, rules, nodes: times };
}

/** Values of some functions at some times: function f at time k is `table[columns * k + first + f]`. */
export interface Samples {
  readonly table: Float64Array;
  readonly columns: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Integrals over panels, and what they may be wrong by: those of function f over panel k are number `count * k + f`.
 * @param places where the values at each node stand in the table
 * The error is that of QUADPACK (Piessens et al. 1983, QK15).
 */
export function integrate(
  panels: Panels,
  places: ArrayLike<number>,
  { table, columns, first, count }: Samples,
): { values: Float64Array; errors: Float64Array } {
  const values = new Float64Array(panels.count * count);
  const errors = new Float64Array(panels.count * count);
  for (let p = 0; p < panels.count; p++) {
    const { kronrod, gauss } = panels.rules[p]!;
    const start = panels.starts[p]!;
    const half = 0.5 * (panels.to[p]! - panels.from[p]!);
    for (let f = 0; f < count; f++) {
      let value = 0;
      let other = 0;
      for (let n = 0; n < kronrod.length; n++) {
        const x = table[columns * places[start + n]! + first + f]!;
        value += kronrod[n]! * x;
        other += gauss[n]! * x;
      }
      let range = 0;
      for (let n = 0; n < kronrod.length; n++) {
        range += kronrod[n]! * Math.abs(table[columns * places[start + n]! + first + f]! - 0.5 * value);
      }
      const difference = Math.abs(value - other);
      const ratio = range === 0 ? 0 : Math.min(1, (200 * difference) / range);
      errors[count * p + f] = half * (range === 0 ? difference : range * ratio * Math.sqrt(ratio));
      values[count * p + f] = half * value;
    }
  }
  return { values, errors };
}
