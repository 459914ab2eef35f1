/**
 * Eigenvalues next to zero of a large sparse matrix, by Arnoldi's method for its inverse.
 * @module
 */
import { ConvergenceError } from "../errors.ts";
import type { Complex } from "../operators/complex.ts";
import { norm, orthogonalise } from "../operators/vectors.ts";
import { eigensystem, normalised } from "./eigenvectors.ts";
import { scattered } from "./equations.ts";

/** Vectors that a first look is taken with, besides twice those wanted, how many more each time, and at most. */
const FIRST = 20;
const GROWTH = 1.5;
const MOST = 400;
/** Residual of an eigenpair of the inverse, relative to its eigenvalue, at which it is taken. */
const CONVERGED = 1e-11;

export interface Inverted {
  readonly count: number;
  /** A⁻¹ x */
  solve(x: Float64Array): Float64Array;
  /** Takes from x its part in an invariant subspace that is known and of no interest. */
  deflate(x: Float64Array): void;
}

/** An eigenvalue of A, and a unit vector (re and im interleaved) with A x = lambda x. */
export interface Found {
  readonly value: Complex;
  readonly vector: Float64Array;
}

/** The `wanted` eigenvalues nearest to zero (one more where only one of a conjugate pair is among them). @throws {@link ConvergenceError} */
export function nearestToZero({ count, solve, deflate }: Inverted, wanted: number, where: string): Found[] {
  const most = Math.min(count, Math.max(MOST, 4 * wanted));
  const basis: Float64Array[] = [];
  const columns: Float64Array[] = [];
  let v = scattered(count);
  deflate(v);
  let size = norm(v);
  let closed = false;
  for (let m = Math.min(most, 2 * wanted + FIRST); ; m = Math.min(most, Math.ceil(m * GROWTH))) {
    while (basis.length < m && !closed) {
      basis.push(v.map((x) => x / size));
      v = solve(basis.at(-1)!);
      deflate(v);
      const before = norm(v);
      const column = new Float64Array(basis.length + 1);
      orthogonalise(v, basis, column);
      size = norm(v);
      // A subspace that the inverse does not lead out of.
      closed = !(size > 1e-13 * before);
      column[basis.length] = closed ? 0 : size;
      columns.push(column);
    }
    const k = basis.length;
    const H = new Float64Array(k * k);
    columns.forEach((column, j) => {
      for (let i = 0; i < Math.min(column.length, k); i++) H[i * k + j] = column[i]!;
    });
    const last = closed ? 0 : columns.at(-1)!.at(-1)!;
    const system = eigensystem(k, H, true);
    const pairs = system
      .pairs([...system.values.keys()])
      .map(({ value, right }) => ({ value, right, size: Math.hypot(value.re, value.im) }))
      .sort((a, b) => b.size - a.size);
    const residual = (index: number) => {
      const { right, size: of } = pairs[index]!;
      return (last * Math.hypot(right[2 * (k - 1)]!, right[2 * (k - 1) + 1]!)) / of;
    };
    let good = 0;
    while (good < pairs.length && residual(good) <= CONVERGED) good++;
    if (good >= wanted || closed || k === count) {
      const enough = Math.min(pairs.length, wanted + (splitsPair(pairs, wanted) ? 1 : 0));
      return pairs
        .slice(0, closed || k === count ? enough : Math.min(enough, good))
        .map(({ value, right, size: of }) => ({
          value: { re: value.re / of ** 2, im: -value.im / of ** 2 },
          vector: lifted(basis, right),
        }));
    }
    if (k === most) {
      throw new ConvergenceError(
        `${where}: ${good} of ${wanted} eigenvalues have converged with ${most} Krylov vectors`,
      );
    }
  }
}

function splitsPair(pairs: readonly { value: Complex; size: number }[], wanted: number): boolean {
  const [last, next] = [pairs[wanted - 1], pairs[wanted]];
  if (!last || !next || last.value.im === 0) return false;
  return (
    Math.abs(last.value.im + next.value.im) <= 1e-10 * last.size &&
    Math.abs(last.value.re - next.value.re) <= 1e-10 * last.size
  );
}

function lifted(basis: readonly Float64Array[], y: Float64Array): Float64Array {
  const n = basis[0]!.length;
  const out = new Float64Array(2 * n);
  basis.forEach((w, j) => {
    const [re, im] = [y[2 * j]!, y[2 * j + 1]!];
    for (let k = 0; k < n; k++) {
      out[2 * k]! += re * w[k]!;
      out[2 * k + 1]! += im * w[k]!;
    }
  });
  return normalised(out);
}
