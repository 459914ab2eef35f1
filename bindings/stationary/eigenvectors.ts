/**
 * Eigenvalues of a real matrix with right and left eigenvectors.
 * @module
 */
import {
  eigenvaluesOf,
  type RealSchurForm,
  type ReducedMatrix,
  realSchurForm,
  reduceReal,
} from "../kernel/real-schur.ts";
import type { Complex } from "../operators/complex.ts";
import { schurVectors } from "./schur-vectors.ts";

/** An eigenvalue, and unit vectors r, l (re and im interleaved) with A r = lambda r, lᵀ A = lambda lᵀ. */
export interface Eigenpair {
  readonly value: Complex;
  readonly right: Float64Array;
  readonly left: Float64Array;
}

/** All eigenvalues, and the vectors of those that are asked for. */
export interface Eigensystem {
  readonly values: readonly Complex[];
  /** @param chosen numbers in `values` @throws {@link TooLargeError}, {@link ConvergenceError} */
  pairs(chosen: readonly number[]): Eigenpair[];
}

/** Rows below which the whole Schur form costs nothing. */
const SMALL = 24;
/** Share of the vectors up to which they are found one by one. */
const FEW = 0.2;
/** Of ‖A‖ (Frobenius): how far an eigenvalue is from all others whose vectors are found by themselves. */
const ISOLATED = 1e-6;

/**
 * By the real Schur form: vectors by substitution in it. Where a few are wanted, as is known once the eigenvalues are, and these lie by themselves, they come from
 * the Hessenberg form by inverse iteration, and the rest of the Schur form is not computed.
 * @param A n x n, row-major
 * @param isWhole whether most vectors will be asked for
 * @throws {@link TooLargeError}, {@link ConvergenceError}
 */
export function eigensystem(n: number, A: Float64Array, isWhole = false): Eigensystem {
  if (isWhole || n < SMALL) {
    const form = realSchurForm(n, A);
    const values = eigenvaluesOf(n, form.T);
    return { values, pairs: (chosen) => bySubstitution(form, values, chosen) };
  }
  const reduced = reduceReal(n, A);
  const { values } = reduced;
  return {
    values,
    pairs(chosen) {
      const few = chosen.length <= FEW * n && areIsolated(reduced, chosen) ? byIteration(reduced, chosen) : undefined;
      if (few) return few;
      const form = realSchurForm(n, A);
      const all = eigenvaluesOf(n, form.T);
      return bySubstitution(form, all, matched(values, chosen, all));
    },
  };
}

function bySubstitution(form: RealSchurForm, values: readonly Complex[], chosen: readonly number[]): Eigenpair[] {
  return chosen.map((k) => {
    const { right, left } = schurVectors(form, values, k);
    return { value: values[k]!, right: normalised(right), left: normalised(left) };
  });
}

function byIteration({ values, vectors }: ReducedMatrix, chosen: readonly number[]): Eigenpair[] | undefined {
  // Of a pair the first, which is followed by its conjugate.
  const firsts = [...new Set(chosen.map((k) => (values[k]!.im < 0 ? k - 1 : k)))];
  const found = vectors(firsts.map((k) => values[k]!));
  return (
    found &&
    chosen.map((k) => {
      const value = values[k]!;
      const { right, left } = found[firsts.indexOf(value.im < 0 ? k - 1 : k)]!;
      return value.im < 0 ? { value, right: conjugate(right), left: conjugate(left) } : { value, right, left };
    })
  );
}

function areIsolated({ values, norm }: ReducedMatrix, chosen: readonly number[]): boolean {
  return chosen.every((k) => {
    const { re, im } = values[k]!;
    return values.every((other, j) => j === k || Math.hypot(other.re - re, other.im - im) > ISOLATED * norm);
  });
}

/** The same eigenvalues in another list. */
function matched(values: readonly Complex[], chosen: readonly number[], others: readonly Complex[]): number[] {
  const free = new Set(others.keys());
  return chosen.map((k) => {
    const { re, im } = values[k]!;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const j of free) {
      const distance = Math.hypot(others[j]!.re - re, others[j]!.im - im);
      if (distance >= least) continue;
      least = distance;
      best = j;
    }
    free.delete(best);
    return best;
  });
}

function conjugate(x: Float64Array): Float64Array {
  return x.map((value, k) => (k % 2 === 0 ? value : -value));
}

/** Of unit length. */
export function normalised(x: Float64Array): Float64Array {
  let sum = 0;
  for (const value of x) sum += value * value;
  const factor = 1 / Math.sqrt(sum);
  return x.map((value) => value * factor);
}
