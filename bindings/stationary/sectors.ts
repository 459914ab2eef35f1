/**
 * Whether states could be stationary outside the coordinates that the maximally mixed state reaches: coherences between sectors that L keeps apart.
 * @module
 */
import { schurForm } from "../kernel/dense.ts";
import { Operator } from "../operators/operator.ts";
import type { Equations } from "./equations.ts";

/** Eigenvalues that differ by less, relative to ‖L‖, may be one. */
const RESOLUTION = 1e-9;

/**
 * Whether every stationary operator lies in the coordinates of `equations`, those of all elements inside of sectors, given that they hold one stationary state only.
 *
 * On the support of the stationary state a stationary operator between two sectors is an intertwiner X of their
 * no-jump parts, G_p X = X G_q (the fixed points of a faithful semigroup are the commutant of H and the jumps: Frigerio, Commun. Math. Phys. 63 (1978) 269); where no
 * eigenvalue of G_p is one of G_q there is none. `undefined`: some are, which decides nothing.
 */
export function reachesAllStationary(equations: Equations, sectors: readonly (readonly number[])[]): true | undefined {
  const { d, norm, couplings } = equations;
  const limit = RESOLUTION * norm;
  const found: { re: number; im: number; sector: number }[] = [];
  const position = new Int32Array(d);
  sectors.forEach((levels, sector) => {
    levels.forEach((level, k) => {
      position[level] = k;
    });
    const n = levels.length;
    const { pointers, indices, re, im } = couplings.G;
    const { T } = schurForm({
      size: n,
      forEachNonzero(visit) {
        levels.forEach((level, row) => {
          for (let k = pointers[level]!; k < pointers[level + 1]!; k++) {
            visit(row, position[indices[k]!]!, re[k]!, im[k]!);
          }
        });
      },
    });
    for (let k = 0; k < n; k++) found.push({ re: T[2 * (n + 1) * k]!, im: T[2 * (n + 1) * k + 1]!, sector });
  });
  found.sort((a, b) => a.im - b.im);
  for (let k = 0; k < found.length; k++) {
    const a = found[k]!;
    for (let l = k + 1; l < found.length && found[l]!.im - a.im <= limit; l++) {
      const b = found[l]!;
      if (b.sector !== a.sector && Math.abs(b.re - a.re) <= limit) return undefined;
    }
  }
  return true;
}

/** An operator that has every element inside of sectors, real and imaginary part. */
export function sectorBlocks(dims: readonly number[], sectors: readonly (readonly number[])[]): Operator {
  return Operator.fromTriplets(
    dims,
    sectors.flatMap((levels) => levels.flatMap((row) => levels.map((column) => [row, column, 1, 1] as const))),
  );
}

/** Sets of levels that elements (i, j) among the coordinates join. */
export function sectorsOf({ d, places }: Equations): number[][] {
  const parent = Int32Array.from({ length: d }, (_, k) => k);
  const root = (k: number) => {
    let at = k;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (const place of places) {
    const column = (place >> 1) % d;
    const row = ((place >> 1) - column) / d;
    if (row !== column) parent[root(row)] = root(column);
  }
  const sectors = new Map<number, number[]>();
  for (let level = 0; level < d; level++) {
    const of = root(level);
    const levels = sectors.get(of);
    if (levels) levels.push(level);
    else sectors.set(of, [level]);
  }
  return [...sectors.values()];
}
