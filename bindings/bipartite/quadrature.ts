/**
 * Integrals over a run of what is known at any of its times: Gauss-Kronrod rules over as many outputs as they are good for, between breaks.
 * @module
 */
import { getKernel } from "../kernel/load.ts";
import { joined } from "../solvers/segment.ts";
import { union } from "../solvers/stepping.ts";

class Rule {
  /** Nodes on [-1, 1], Kronrod's weights and those of the embedded Gauss rule (0 where it has no node). */
  readonly nodes: Float64Array;
  readonly kronrod: Float64Array;
  readonly gauss: Float64Array;
  /** Of the polynomial through values at the nodes: what the one at node n counts in the coefficient of the Legendre polynomial P_j, row n. */
  #legendre: Float64Array | undefined;

  /** From the non-negative half of it, from 0 on. */
  constructor(half: readonly (readonly [node: number, kronrod: number, gauss: number])[]) {
    const mirrored = half.slice(1).map(([x, k, g]) => [-x, k, g] as const);
    const all = [...mirrored.reverse(), ...half];
    this.nodes = Float64Array.from(all, ([x]) => x);
    this.kronrod = Float64Array.from(all, ([, k]) => k);
    this.gauss = Float64Array.from(all, ([, , g]) => g);
  }

  /** Weights of the integral from -1 to x of the polynomial through the values at the nodes. */
  upTo(x: number): Float64Array {
    const m = this.nodes.length;
    this.#legendre ??= inverse(m, (j, n) => legendre(j, this.nodes[n]!)[j]!);
    const P = legendre(m, x);
    const out = new Float64Array(m);
    for (let j = 0; j < m; j++) {
      // The integral of P_j from -1 to x
      const integral = j === 0 ? x + 1 : (P[j + 1]! - P[j - 1]!) / (2 * j + 1);
      for (let n = 0; n < m; n++) out[n]! += integral * this.#legendre[n * m + j]!;
    }
    return out;
  }
}

/** P_0(x) … P_m(x) */
function legendre(m: number, x: number): Float64Array {
  const P = new Float64Array(m + 1);
  P[0] = 1;
  if (m > 0) P[1] = x;
  for (let j = 1; j < m; j++) P[j + 1] = ((2 * j + 1) * x * P[j]! - j * P[j - 1]!) / (j + 1);
  return P;
}

/** The inverse of a small matrix, by Gauss and Jordan. */
function inverse(m: number, element: (row: number, column: number) => number): Float64Array {
  const rows = Array.from({ length: m }, (_, i) =>
    Float64Array.from({ length: 2 * m }, (_, k) => (k < m ? element(i, k) : k - m === i ? 1 : 0)),
  );
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k; i < m; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const row = rows[k]!;
    const scale = row[k]!;
    for (let c = 0; c < 2 * m; c++) row[c]! /= scale;
    for (let i = 0; i < m; i++) {
      const factor = rows[i]![k]!;
      if (i !== k && factor !== 0) for (let c = 0; c < 2 * m; c++) rows[i]![c]! -= factor * row[c]!;
    }
  }
  const out = new Float64Array(m * m);
  rows.forEach((row, i) => {
    out.set(row.subarray(m), i * m);
  });
  return out;
}

/** Kronrod (1965): 3 and 7 nodes, exact to degree 11. */
const SHORT = /* @__PURE__ */ new Rule([
  [0, 0.45091653865847414, 0.8888888888888888],
  [0.43424374934680254, 0.40139741477596225, 0],
  [0.7745966692414834, 0.26848808986833345, 0.5555555555555556],
  [0.9604912687080203, 0.10465622602646726, 0],
]);
/** 5 and 11 nodes, exact to degree 17. */
const LONG = /* @__PURE__ */ new Rule([
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
/** Places on [-1, 1] that differ by less are one. */
const SAME = 1e-12;

/** Stretches of time with a rule on each, in order. */
export interface Panels {
  readonly count: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Half the length. */
  readonly halves: Float64Array;
  /** The times at which the rules want their functions, increasing, and their weights; those of panel k begin with number `starts[k]`. */
  readonly nodes: Float64Array;
  readonly kronrod: Float64Array;
  readonly gauss: Float64Array;
  readonly starts: Int32Array;
  /**
   * Panels fall into pieces at the output times inside them, those of panel k from number `pieces[k]` on. Of every piece its end, and the weights
   * of the panel's nodes in the integral over it, piece after piece.
   */
  readonly pieces: Int32Array;
  readonly ends: Float64Array;
  readonly weights: Float64Array;
}

/** A stretch of time, and into how many panels of the long rule it is cut; 0: one of the short rule. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly parts: number;
}

/**
 * Panels for functions that turn at `rate` at most and are wanted to `rtol`: as many intervals between output times to each as the rule is good
 * for, none over a break; or several to an interval.
 */
export function panelsOf(times: Float64Array, breaks: readonly number[], rate: number, rtol: number): Panels {
  const [short, long] = [
    SHORT_PHASE * (rtol / 1e-6) ** (1 / SHORT_ORDER),
    LONG_PHASE * (rtol / 1e-6) ** (1 / LONG_ORDER),
  ];
  const edges = breaks.length > 0 ? union(times, breaks) : times;
  const hard = new Set(breaks);
  const stretches: Stretch[] = [];
  for (let k = 0; k + 1 < edges.length; ) {
    const from = edges[k]!;
    let next = k + 1;
    while (next + 1 < edges.length && !hard.has(edges[next]!) && rate * (edges[next + 1]! - from) <= long) next++;
    const to = edges[next]!;
    const phase = rate * (to - from);
    // Rounding must not make two of one.
    const parts = phase <= short ? 0 : Math.min(Math.ceil(phase / long - 1e-9), FIRST_PANELS);
    stretches.push({ from, to, parts });
    k = next;
  }
  return cut(stretches, times);
}

/** Panels on stretches of time, in order, and their pieces between output times. */
export function cut(stretches: readonly Stretch[], times: Float64Array): Panels {
  const count = stretches.reduce((sum, { parts }) => sum + Math.max(parts, 1), 0);
  const [from, to, halves] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const [starts, pieces] = [new Int32Array(count + 1), new Int32Array(count + 1)];
  const rules: Rule[] = [];
  const nodes: number[] = [];
  const ends: number[] = [];
  const weights: Float64Array[] = [];
  let output = 0;
  let last: Division | undefined;
  for (const stretch of stretches) {
    const parts = Math.max(stretch.parts, 1);
    const edge = (n: number) => (n === parts ? stretch.to : stretch.from + ((stretch.to - stretch.from) * n) / parts);
    for (let n = 0; n < parts; n++) {
      const panel = rules.length;
      const rule = stretch.parts === 0 ? SHORT : LONG;
      const [start, end] = [edge(n), edge(n + 1)];
      const half = 0.5 * (end - start);
      rules.push(rule);
      from[panel] = start;
      to[panel] = end;
      halves[panel] = half;
      for (const x of rule.nodes) nodes.push(start + half * (1 + x));
      starts[panel + 1] = nodes.length;
      while (output < times.length && times[output]! <= start) output++;
      const inside: number[] = [];
      for (; output < times.length && times[output]! < end; output++) {
        inside.push((times[output]! - start) / half - 1);
        ends.push(times[output]!);
      }
      ends.push(end);
      // Most panels of a run have their output times at the same places.
      if (!(last && last.rule === rule && areSame(last.inside, inside))) last = divided(rule, inside);
      weights.push(...last.weights);
      // What is the same time but for rounding is one.
      last.nodes.forEach((node, k) => {
        if (node >= 0) nodes[starts[panel]! + node] = ends[ends.length - 1 - inside.length + k]!;
      });
      pieces[panel + 1] = ends.length;
    }
  }
  return {
    count,
    from,
    to,
    halves,
    nodes: Float64Array.from(nodes),
    kronrod: joined(rules.map(({ kronrod }) => kronrod)),
    gauss: joined(rules.map(({ gauss }) => gauss)),
    starts,
    pieces,
    ends: Float64Array.from(ends),
    weights: joined(weights),
  };
}

/** A panel cut into pieces at some places inside it. */
interface Division {
  readonly rule: Rule;
  readonly inside: readonly number[];
  /** The node at each of these places, or -1. */
  readonly nodes: readonly number[];
  /** Of every piece. */
  readonly weights: readonly Float64Array[];
}

function divided(rule: Rule, inside: readonly number[]): Division {
  const nodes = inside.map((x) => rule.nodes.findIndex((node) => Math.abs(node - x) < SAME));
  const upTo = [...inside.map((x) => rule.upTo(x)), rule.kronrod];
  const weights = upTo.map((all, k) => (k === 0 ? all : all.map((weight, n) => weight - upTo[k - 1]![n]!)));
  return { rule, inside, nodes, weights };
}

function areSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, k) => Math.abs(x - b[k]!) < SAME);
}

/** Values of some functions at some times: function f at time k is `table[columns * k + first + f]`. */
export interface Samples {
  readonly table: Float64Array;
  readonly columns: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Integrals over the pieces of the first panels, and what those over the whole panels may be wrong by: number `count * k + f` is of function f and
 * piece, or panel, k.
 * @param places where the values at each node stand in the table
 */
export function integrate(
  { starts, halves, kronrod, gauss, pieces, weights }: Panels,
  panels: number,
  places: ArrayLike<number>,
  { table, columns, first, count }: Samples,
): { values: Float64Array; errors: Float64Array } {
  const what = "integrals over a run";
  const sizes = [pieces[panels]! * count, panels * count] as const;
  return getKernel().frame((kernel) => {
    const [values, errors] = sizes.map((size) => kernel.allocate(8 * size + 8, what)) as [number, number];
    kernel.functions.integratePanels(
      panels,
      kernel.putIntegers(starts, what),
      kernel.putIntegers(pieces, what),
      kernel.putDoubles(halves, what),
      kernel.putIntegers(
        Int32Array.from(places).map((place) => columns * place),
        what,
      ),
      kernel.putDoubles(kronrod, what),
      kernel.putDoubles(gauss, what),
      kernel.putDoubles(weights, what),
      kernel.putDoubles(table, what),
      first,
      count,
      values,
      errors,
    );
    const read = (pointer: number, size: number) => kernel.doubles.slice(pointer / 8, pointer / 8 + size);
    return { values: read(values, sizes[0]), errors: read(errors, sizes[1]) };
  });
}
