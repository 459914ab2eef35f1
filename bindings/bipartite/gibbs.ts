/**
 * Thermal states, and which levels count as degenerate.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { checkHamiltonian } from "../solvers/checks.ts";

/** Difference of energies, relative to the largest of them and of their differences, below which two levels count as degenerate. */
const DEGENERACY_TOLERANCE = 1e-9;

/** The difference of energies below which two of these levels (increasing) count as degenerate. */
export function degeneracyOf(E: Float64Array): number {
  return DEGENERACY_TOLERANCE * Math.max(E.at(-1)! - E[0]!, Math.abs(E[0]!), Math.abs(E.at(-1)!));
}

/** Pairs of neighbours among levels (increasing) that are degenerate. */
export function degeneratePairs(E: Float64Array): [number, number][] {
  const tolerance = degeneracyOf(E);
  const pairs: [number, number][] = [];
  for (let m = 1; m < E.length; m++) if (E[m]! - E[m - 1]! <= tolerance) pairs.push([m - 1, m]);
  return pairs;
}

/**
 * The thermal (Gibbs) state exp(-beta H)/Tr exp(-beta H).
 * @param beta inverse temperature in units of 1/energy (k_B = 1); Infinity gives the projector on the ground states (levels that differ by less than 1e-9 of the
 * spectrum are one), divided by their number
 * @throws {@link NotHermitianError}, {@link InvalidArgumentError}
 */
export function thermalState(hamiltonian: Operator, beta: number): HermitianOperator {
  const H = checkHamiltonian(hamiltonian, "thermalState: H");
  if (typeof beta !== "number" || Number.isNaN(beta) || beta === -Infinity) {
    throw new InvalidArgumentError("thermalState: beta", beta, "a finite number, or Infinity for zero temperature");
  }
  const { values, vectors } = eigenHermitian(H);
  const weights = weightsOf(values, beta);
  const Z = weights.reduce((a, b) => a + b);
  return vectors
    .map((vector, k) => outer(H.dims, vector, vector).scale(weights[k]! / Z))
    .reduce((sum, term) => sum.add(term))
    .asHermitian();
}

/** exp(-beta E) of levels (increasing), relative to the largest: no exponential overflows. */
export function weightsOf(E: Float64Array, beta: number): Float64Array {
  if (beta === Infinity) {
    const highest = E[0]! + degeneracyOf(E);
    return E.map((value) => (value <= highest ? 1 : 0));
  }
  const exponents = E.map((value) => -beta * value);
  const largest = exponents.reduce((a, b) => Math.max(a, b));
  return exponents.map((x) => Math.exp(x - largest));
}

/** |x><y| from interleaved amplitudes. */
export function outer(dims: readonly number[], x: Float64Array, y: Float64Array): Operator {
  const triplets: [number, number, number, number][] = [];
  for (let i = 0; i < x.length; i += 2) {
    for (let j = 0; j < y.length; j += 2) {
      const re = x[i]! * y[j]! + x[i + 1]! * y[j + 1]!;
      const im = x[i + 1]! * y[j]! - x[i]! * y[j + 1]!;
      if (re !== 0 || im !== 0) triplets.push([i / 2, j / 2, re, im]);
    }
  }
  return Operator.fromTriplets(dims, triplets);
}
