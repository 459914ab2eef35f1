/**
 * How pure a state is, and how far two are from each other.
 * @module
 */
import { eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import { overlap } from "../operators/expectation.ts";
import { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import {
  type ComplexElements,
  doubled,
  type Eigenroot,
  readKetOrState,
  readKetsOrStates,
  readPair,
  rootsOf,
  type State,
  singularValues,
  zeroOf,
} from "./spectrum.ts";

/** Tr rho²: from 1/d (maximally mixed) to 1 (pure). QuTiP's `Qobj.purity`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError} */
export function purity(state: State): number {
  return purityOf(readKetOrState(state, "purity: state"));
}

/** Linear entropy 1 - Tr rho²: from 0 (pure) to 1 - 1/d. QuTiP's `entropy_linear`. @throws as {@link purity} */
export function linearEntropy(state: State): number {
  return Math.max(0, 1 - purityOf(readKetOrState(state, "linearEntropy: state")));
}

/** Participation ratio 1/Tr rho²: how many eigenstates a state is spread over, from 1 (pure) to d. QuTiP's `participation_ratio`.
 * @throws as {@link purity} */
export function participationRatio(state: State): number {
  return 1 / purityOf(readKetOrState(state, "participationRatio: state"));
}

function purityOf(state: Operator | Ket): number {
  return state.norm() ** (state instanceof Ket ? 4 : 2);
}

/**
 * Trace distance ½ Tr|rho - sigma|: from 0 (equal) to 1 (orthogonal). QuTiP's `tracedist`.
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link DimensionMismatchError}
 */
export function tracedist(rho: State, sigma: State): number {
  if (rho instanceof Ket && sigma instanceof Ket) {
    const [a, b] = readKetsOrStates(rho, sigma, "tracedist") as [Ket, Ket];
    // Of kets what is left of one at right angles to the other: near kets keep their digits.
    const { re, im } = overlap(a, b);
    return b.add(a.scale({ re: -re, im: -im })).norm();
  }
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
  return fidelityOf(...readKetsOrStates(rho, sigma, "fidelity"));
}

/** Of operators that have been read. */
export function fidelityOf(rho: Operator | Ket, sigma: Operator | Ket): number {
  const [a, b] = [rootsOf(rho), rootsOf(sigma)];
  return singularValues(a.length, b.length, overlapsOf(a, b)).reduce((sum, value) => sum + value, 0);
}

/** sqrt(rho) sqrt(sigma) in the eigenbases of both: no root is taken of what rounding leaves of an eigenvalue. */
function overlapsOf(a: readonly Eigenroot[], b: readonly Eigenroot[]): ComplexElements {
  return (i, j) => {
    const [x, y] = [a[i]!, b[j]!];
    let [re, im] = [0, 0];
    for (let k = 0; k < x.vector.length; k += 2) {
      const [u, v, w, z] = [x.vector[k]!, x.vector[k + 1]!, y.vector[k]!, y.vector[k + 1]!];
      re += u * w + v * z;
      im += u * z - v * w;
    }
    const weight = x.root * y.root;
    return [weight * re, weight * im];
  };
}

/**
 * Bures distance sqrt(2 - 2F), F the {@link fidelity}: from 0 (equal) to √2 (orthogonal), the least ‖A - B‖₂ of AA† = rho, BB† = sigma, as which it is
 * computed. Near 0 it is known to rounding of kets and of states without eigenvalues near 0, else to 1e-7, the root of rounding. QuTiP's
 * `bures_dist`. (Bengtsson, Życzkowski, Geometry of Quantum States, eqs. (9.30) and (9.31).)
 * @throws as {@link fidelity}
 */
export function buresDist(rho: State, sigma: State): number {
  return buresDistOf(...readKetsOrStates(rho, sigma, "buresDist"));
}

/**
 * Bures angle arccos F, F the {@link fidelity}: from 0 (equal) to π/2 (orthogonal), the length of the shortest path of states; near 0 as well known
 * as the {@link buresDist}. QuTiP's `bures_angle`. (Bengtsson, Życzkowski, Geometry of Quantum States, eq. (9.32).)
 * @throws as {@link fidelity}
 */
export function buresAngle(rho: State, sigma: State): number {
  return 2 * Math.asin(0.5 * buresDistOf(...readKetsOrStates(rho, sigma, "buresAngle")));
}

function buresDistOf(rho: Operator | Ket, sigma: Operator | Ket): number {
  const [a, b] = [rootsOf(rho), rootsOf(sigma)];
  const { values, vectors } = eigenHermitian(doubled(a.length, b.length, overlapsOf(a, b)));
  const zero = zeroOf(a.length + b.length);
  // Of each pair of singular vectors the vectors of A and B that are nearest to each other; the rest of A is orthogonal to that of B.
  let [sum, pairs, pairedA, pairedB] = [0, 0, 0, 0];
  for (let k = values.length - 1; k >= 0 && values[k]! > zero; k--, pairs++) {
    const x = factorTimes(a, vectors[k]!.subarray(0, 2 * a.length));
    const y = factorTimes(b, vectors[k]!.subarray(2 * a.length));
    for (let i = 0; i < x.length; i++) {
      sum += (x[i]! - y[i]!) ** 2;
      pairedA += x[i]! ** 2;
      pairedB += y[i]! ** 2;
    }
  }
  if (a.length > pairs) sum += Math.max(0, 1 - pairedA);
  if (b.length > pairs) sum += Math.max(0, 1 - pairedB);
  return Math.sqrt(Math.min(2, sum));
}

/** √2 times the sum of root |vector> times the amplitudes: A u of a vector u of norm 1/√2. */
function factorTimes(roots: readonly Eigenroot[], amplitudes: Float64Array): Float64Array {
  const result = new Float64Array(roots[0]!.vector.length);
  roots.forEach(({ root, vector }, i) => {
    const [u, v] = [Math.SQRT2 * root * amplitudes[2 * i]!, Math.SQRT2 * root * amplitudes[2 * i + 1]!];
    for (let k = 0; k < vector.length; k += 2) {
      result[k]! += u * vector[k]! - v * vector[k + 1]!;
      result[k + 1]! += u * vector[k + 1]! + v * vector[k]!;
    }
  });
  return result;
}

/**
 * Hilbert-Schmidt distance ‖rho - sigma‖₂ = sqrt(Tr[(rho - sigma)²]): from 0 to √2. QuTiP's `hilbert_dist` is its square. Channels may make it
 * larger (Ozawa, Phys. Lett. A 268 (2000) 158).
 * @throws as {@link tracedist}
 */
export function hilbertSchmidtDist(rho: State, sigma: State): number {
  const [a, b] = readPair(rho, sigma, "hilbertSchmidtDist");
  return a.sub(b).norm();
}

/**
 * Hellinger distance ‖sqrt(rho) - sqrt(sigma)‖₂ = sqrt(2 - 2 Tr[sqrt(rho) sqrt(sigma)]): from 0 (equal) to √2 (orthogonal), not below the
 * {@link buresDist}. QuTiP's `hellinger_dist`. (Luo, Zhang, Phys. Rev. A 69 (2004) 032106.)
 * @throws as {@link tracedist}
 */
export function hellingerDist(rho: State, sigma: State): number {
  const [a, b] = readKetsOrStates(rho, sigma, "hellingerDist");
  const [x, y] = [squareRoot(a.size, rootsOf(a)), squareRoot(b.size, rootsOf(b))];
  return Math.sqrt(x.reduce((sum, value, k) => sum + (value - y[k]!) ** 2, 0));
}

/** sqrt(rho), row-major. */
function squareRoot(d: number, roots: readonly Eigenroot[]): Float64Array {
  const matrix = new Float64Array(2 * d * d);
  for (const { root, vector } of roots) {
    for (let i = 0, k = 0; i < d; i++) {
      const [x, y] = [root * vector[2 * i]!, root * vector[2 * i + 1]!];
      for (let j = 0; j < d; j++, k += 2) {
        const [u, v] = [vector[2 * j]!, vector[2 * j + 1]!];
        matrix[k]! += x * u + y * v;
        matrix[k + 1]! += y * u - x * v;
      }
    }
  }
  return matrix;
}
