/**
 * How pure a state is, and how far two are from each other.
 * @module
 */
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import type { Operator } from "../operators/operator.ts";
import { readPair, readState, rootsOf, type State, singularValues } from "./spectrum.ts";

/** Tr rho²: from 1/d (maximally mixed) to 1 (pure). QuTiP's `Qobj.purity`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError} */
export function purity(state: State): number {
  return readState(state, "purity: state").norm() ** 2;
}

/**
 * Trace distance ½ Tr|rho - sigma|: from 0 (equal) to 1 (orthogonal). QuTiP's `tracedist`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function tracedist(rho: State, sigma: State): number {
  const [a, b] = readPair(rho, sigma, "tracedist");
  return tracedistOf(a, b);
}

/** Of operators that have been read. */
export function tracedistOf(a: Operator, b: Operator): number {
  return eigenvaluesHermitian(a.sub(b)).reduce((sum, value) => sum + Math.abs(value) / 2, 0);
}

/**
 * Uhlmann's fidelity Tr sqrt(sqrt(rho) sigma sqrt(rho)), from 0 (orthogonal) to 1 (equal); |<psi|phi>| of pure states. QuTiP's
 * `fidelity`: many authors call its square by that name.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function fidelity(rho: State, sigma: State): number {
  return fidelityOf(...readPair(rho, sigma, "fidelity"));
}

/** Of operators that have been read. */
export function fidelityOf(rho: Operator, sigma: Operator): number {
  const [a, b] = [rho, sigma].map(rootsOf);
  // ‖sqrt(rho) sqrt(sigma)‖₁, in the eigenbases of both: no root is taken of what rounding leaves of an eigenvalue.
  const overlaps = singularValues(a!.length, b!.length, (i, j) => {
    const [x, y] = [a![i]!, b![j]!];
    let [re, im] = [0, 0];
    for (let k = 0; k < x.vector.length; k += 2) {
      const [u, v, w, z] = [x.vector[k]!, x.vector[k + 1]!, y.vector[k]!, y.vector[k + 1]!];
      re += u * w + v * z;
      im += u * z - v * w;
    }
    const weight = x.root * y.root;
    return [weight * re, weight * im];
  });
  return overlaps.reduce((sum, value) => sum + value, 0);
}
