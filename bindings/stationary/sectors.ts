/**
 * Whether states could be stationary outside the coordinates that the maximally mixed state reaches: coherences between sectors that L keeps apart.
 * @module
 */
import { schurForm } from "../kernel/dense.ts";
import { getKernel } from "../kernel/load.ts";
import { Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { planEnvelope } from "../plan/envelope.ts";
import { Equations, scattered } from "./equations.ts";
import { nextEigenvalue } from "./gap.ts";
import { plainInverse } from "./inverse.ts";

/** Eigenvalues that differ by less, relative to ‖L‖, may be one: at an exceptional point rounding moves them by a root of its size. */
const NEAR = 0.05;
/** ‖X‖ ‖L‖ / ‖C‖ of G_p X - X G_q = C beyond which rounding may be all that makes it solvable. */
const SOLVABLE = 1e10;
/** Coherences between sectors that are asked at most, and multiplications of their factors; and vectors for the eigenvalue next to zero. */
const MOST_BETWEEN = 70_000;
const MOST_OPERATIONS = 1e10;
const VECTORS = 12;

/**
 * Whether every stationary operator lies in the coordinates of `equations`, those of all elements inside of sectors, given that they hold one stationary state only.
 *
 * On the support of the stationary state a stationary operator between two sectors is an intertwiner X of their
 * no-jump parts, G_p X = X G_q (the fixed points of a faithful semigroup are the commutant of H and the jumps: Frigerio, Commun. Math. Phys. 63 (1978) 269); where
 * G_p X - X G_q = C has a solution for a C that is like no other, there is none. `undefined`: there may be some, which decides nothing.
 */
export function reachesAllStationary(equations: Equations, sectors: readonly (readonly number[])[]): true | undefined {
  if (sectors.length === 1) return true;
  const { d, norm: scale, couplings } = equations;
  const found: { re: number; im: number; sector: number }[] = [];
  const position = new Int32Array(d);
  const forms = sectors.map((levels, sector) => {
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
    return { T, n };
  });
  found.sort((a, b) => a.im - b.im);
  const apart = new Set<number>();
  for (let k = 0; k < found.length; k++) {
    const a = found[k]!;
    for (let l = k + 1; l < found.length && found[l]!.im - a.im <= NEAR * scale; l++) {
      const b = found[l]!;
      if (b.sector === a.sector || Math.abs(b.re - a.re) > NEAR * scale) continue;
      const [p, q] = [Math.min(a.sector, b.sector), Math.max(a.sector, b.sector)];
      const pair = p * sectors.length + q;
      if (apart.has(pair)) continue;
      if (!(intertwining(forms[p]!, forms[q]!, scale) <= SOLVABLE)) return undefined;
      apart.add(pair);
    }
  }
  return true;
}

/** An upper triangular matrix, row-major and interleaved. */
interface Triangular {
  readonly T: Float64Array;
  readonly n: number;
}

/** ‖X‖ ‖L‖ / ‖C‖ of P X - X Q = C with some C. */
function intertwining({ T: P, n: p }: Triangular, { T: Q, n: q }: Triangular, scale: number): number {
  const X = scattered(2 * p * q);
  const before = norm(X);
  const least = Number.EPSILON * scale;
  // Column by column, from the last row up.
  for (let j = 0; j < q; j++) {
    for (let i = p - 1; i >= 0; i--) {
      const at = 2 * (i * q + j);
      let [re, im] = [X[at]!, X[at + 1]!];
      for (let k = i + 1; k < p; k++) {
        const [a, b] = [P[2 * (i * p + k)]!, P[2 * (i * p + k) + 1]!];
        const [x, y] = [X[2 * (k * q + j)]!, X[2 * (k * q + j) + 1]!];
        re -= a * x - b * y;
        im -= a * y + b * x;
      }
      for (let k = 0; k < j; k++) {
        const [a, b] = [Q[2 * (k * q + j)]!, Q[2 * (k * q + j) + 1]!];
        const [x, y] = [X[2 * (i * q + k)]!, X[2 * (i * q + k) + 1]!];
        re += a * x - b * y;
        im += a * y + b * x;
      }
      let u = P[2 * (i * p + i)]! - Q[2 * (j * q + j)]!;
      const v = P[2 * (i * p + i) + 1]! - Q[2 * (j * q + j) + 1]!;
      if (Math.hypot(u, v) < least) u = least;
      const square = u * u + v * v;
      X[at] = (re * u + im * v) / square;
      X[at + 1] = (im * u - re * v) / square;
    }
  }
  return (norm(X) * scale) / before;
}

/** An operator that has every element inside of sectors, real and imaginary part. */
export function sectorBlocks(dims: readonly number[], sectors: readonly (readonly number[])[]): Operator {
  return Operator.fromTriplets(
    dims,
    sectors.flatMap((levels) => levels.flatMap((row) => levels.map((column) => [row, column, 1, 1] as const))),
  );
}

/**
 * Distance of the eigenvalues of L on the coherences between sectors from zero; undefined where factors of it would take too long or are not exact, and where an eigenvalue is as good as zero.
 */
export function leastBetween(
  H: Operator,
  jumps: readonly Operator[],
  sectors: readonly (readonly number[])[],
): number | undefined {
  const inside = sectors.reduce((sum, { length }) => sum + length ** 2, 0);
  if (H.size ** 2 - inside > MOST_BETWEEN) return undefined;
  const between = Operator.fromTriplets(
    H.dims,
    sectors.flatMap((levels, p) =>
      sectors
        .slice(p + 1)
        .flatMap((others) => levels.flatMap((row) => others.map((column) => [row, column, 1, 1] as const))),
    ),
  );
  const equations = new Equations(H, jumps, [between]);
  const { rows, graph, count, resolution } = equations;
  const plan = planEnvelope(rows, undefined, graph);
  if (plan.operations > MOST_OPERATIONS) return undefined;
  return getKernel().frame((kernel) => {
    const solve = plainInverse(kernel, equations, plan, "coherences between sectors");
    const next = nextEigenvalue(equations, { rho: new Float64Array(count), residual: 0, solve }, VECTORS);
    const distance = next ? Math.hypot(next.re, next.im) : Number.POSITIVE_INFINITY;
    return distance > resolution ? distance : undefined;
  });
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
