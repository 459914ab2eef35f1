/**
 * How fast flows turn, at most: a guess before a run.
 * @module
 */
import type { Span } from "../coefficients/real.ts";
import type { Operator } from "../operators/operator.ts";
import type { Component } from "./energetics.ts";

/**
 * About the largest rate at which a flow turns: twice that of the state. Energies count by how much they differ between levels that are coherent
 * at some time, for H or the state couples them, or jumps bring coherence there.
 */
export function turningRate(
  H: Operator,
  jumps: readonly Operator[],
  components: readonly Component[],
  rho: Operator,
  span: Span,
): number {
  // The largest element of the diagonal of sum L†L.
  const decays = new Float64Array(H.size);
  for (const L of jumps) {
    L.forEachNonzero((_row, column, re, im) => {
      decays[column]! += re * re + im * im;
    });
  }
  const decay = decays.reduce((a, b) => Math.max(a, b), 0);
  // The operators of parts with a coefficient act on a part, or on both.
  const drives = components.slice(1).reduce((sum, { HA, HB, V, coefficient }) => {
    const height = Array.from(span.times, (t) => Math.abs(coefficient.at(t))).reduce((a, b) => Math.max(a, b));
    return sum + height * largestRow((HA ?? HB ?? V)!);
  }, 0);
  const groups = components.length > 1 ? undefined : coherentGroups([H, rho], jumps);
  return 2 * (largestRow(H, groups) + drives) + decay;
}

/** Largest sum of the absolute values of a row, but for what the diagonal has in common within a group (default: all of it). */
function largestRow(operator: Operator, groups: Int32Array = new Int32Array(operator.size)): number {
  const rows = new Float64Array(operator.size);
  const diagonal = new Float64Array(operator.size);
  operator.forEachNonzero((row, column, re, im) => {
    if (row === column) diagonal[row] = re;
    else rows[row]! += Math.hypot(re, im);
  });
  const [sums, sizes] = [new Float64Array(operator.size), new Float64Array(operator.size)];
  groups.forEach((group, k) => {
    sums[group]! += diagonal[k]!;
    sizes[group]!++;
  });
  return rows.reduce((most, sum, k) => {
    const group = groups[k]!;
    return Math.max(most, sum + Math.abs(diagonal[k]! - sums[group]! / sizes[group]!));
  }, 0);
}

/** Where an operator is not zero. */
export type Pattern = Pick<Operator, "size"> & { forEachNonzero(visit: (row: number, column: number) => void): void };

/**
 * Levels that are coherent with each other at some time, at most: those that one of `operators` couples, and those that jumps take such levels to.
 * Of every level the first one of its group.
 */
export function coherentGroups(operators: readonly Pattern[], jumps: readonly Pattern[]): Int32Array {
  const first = Int32Array.from({ length: operators[0]!.size }, (_, k) => k);
  let groups = first.length;
  const rootOf = (k: number): number => {
    let root = k;
    while (first[root] !== root) root = first[root]!;
    first[k] = root;
    return root;
  };
  const join = (a: number, b: number) => {
    const [p, q] = [rootOf(a), rootOf(b)];
    if (p === q) return;
    first[Math.max(p, q)] = Math.min(p, q);
    groups--;
  };
  for (const operator of operators) operator.forEachNonzero(join);
  for (let before = -1; before !== groups && groups > 1; ) {
    before = groups;
    for (const L of jumps) {
      const reached = new Map<number, number>();
      L.forEachNonzero((row, column) => {
        const group = rootOf(column);
        const other = reached.get(group);
        if (other === undefined) reached.set(group, row);
        else join(other, row);
      });
      if (groups === 1) break;
    }
  }
  return first.map((_, k) => rootOf(k));
}
