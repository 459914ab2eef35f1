/**
 * What a state is worth as a source of work, and how hot it is. hbar = k_B = 1.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian, eigenvaluesHermitian } from "../kernel/dense.ts";
import { checkParts } from "../operators/checks.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { Ket, withPositiveAmplitude } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import { ptrace } from "../operators/tensor.ts";
import { checkHamiltonian } from "../solvers/checks.ts";
import { entropy, readHamiltonian, readState, type State, zeroIn, zeroOf } from "./spectrum.ts";

/**
 * The energies of a Hamiltonian: its eigenvalues in increasing order, each as often as it occurs. QuTiP's `H.eigenenergies()`.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link TooLargeError}
 * @example
 * eigenenergies(sigmax()); // [-1, 1]
 */
export function eigenenergies(H: Operator): Float64Array {
  return eigenvaluesHermitian(checkHamiltonian(H, "eigenenergies: H"));
}

/** What {@link eigenstates} finds. */
export interface Eigenstates {
  /** The eigenvalues in increasing order, each as often as it occurs. */
  readonly energies: Float64Array;
  /** Their eigenvectors, an orthonormal basis; the largest amplitude of each is positive. Of equal energies any basis of their space. */
  readonly states: readonly Ket[];
}

/**
 * The energies of a Hamiltonian and its eigenstates, H|k> = E_k|k>; the first is the ground state. QuTiP's `H.eigenstates()`.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link TooLargeError}
 * @example
 * const { energies, states } = eigenstates(sigmax());
 * energies; // [-1, 1]
 * expect(sigmax(), states[0]); // -1: the ground state
 */
export function eigenstates(H: Operator): Eigenstates {
  const { values, vectors } = eigenHermitian(checkHamiltonian(H, "eigenstates: H"));
  return { energies: values, states: vectors.map((vector) => withPositiveAmplitude(new Ket(H.dims, vector))) };
}

/**
 * Ergotropy: the most work that unitaries can take out of a state, Tr[rho H] - sum_k p_k E_k with populations p decreasing and energies E
 * increasing (Allahverdyan, Balian, Nieuwenhuizen, Europhys. Lett. 67 (2004) 565). In the units of H.
 * @param parts where the unitaries act, H being the Hamiltonian of these parts: the local ergotropy. Default everywhere
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link NotHermitianError}, {@link DimensionMismatchError}
 * @example
 * const rho = ket2dm(bellState("00"));
 * ergotropy(rho, tensor(sigmaz(), qeye(2)).add(tensor(qeye(2), sigmaz()))); // 2: of the whole
 * ergotropy(rho, sigmaz(), 0); // 0: of part 0 alone
 */
export function ergotropy(state: State, H: Operator, parts?: number | readonly number[]): number {
  const whole = readState(state, "ergotropy: state");
  const rho = parts === undefined ? whole : ptrace(whole, checkParts(parts, whole.dims.length, "ergotropy: parts"));
  const hamiltonian = readHamiltonian(H, rho, "ergotropy");
  return ergotropyOf(eigenvaluesHermitian(rho), eigenvaluesHermitian(hamiltonian), traceOfProduct(hamiltonian, rho).re);
}

/** From populations and energies, both increasing, and Tr[rho H]. */
export function ergotropyOf(p: Float64Array, E: Float64Array, energy: number): number {
  return Math.max(
    0,
    E.reduce((sum, value, k) => sum - value * p[p.length - 1 - k]!, energy),
  );
}

/**
 * Free energy F = Tr[rho H] - S/beta, smallest in the thermal state of that beta (beta > 0), in the units of H.
 * @param beta inverse temperature, not 0; Infinity gives the energy
 * @throws as {@link ergotropy}
 */
export function freeEnergy(state: State, H: Operator, beta: number): number {
  const rho = readState(state, "freeEnergy: state");
  const hamiltonian = readHamiltonian(H, rho, "freeEnergy");
  if (typeof beta !== "number" || Number.isNaN(beta) || beta === 0) {
    throw new InvalidArgumentError("freeEnergy: beta", beta, "a number that is not 0");
  }
  return traceOfProduct(hamiltonian, rho).re - entropy(rho) / beta;
}

/** Bisections that leave nothing between two doubles. */
const BISECTIONS = 1100;

/**
 * Effective inverse temperature: the beta whose thermal state exp(-beta H)/Z has the energy of the state. Negative above the mean of the
 * spectrum; +Infinity in the ground state, -Infinity in the highest one.
 * @throws as {@link ergotropy}; {@link InvalidArgumentError} when all levels are equal, for then any beta would do
 */
export function effectiveBeta(state: State, H: Operator): number {
  const rho = readState(state, "effectiveBeta: state");
  const hamiltonian = readHamiltonian(H, rho, "effectiveBeta");
  const E = eigenvaluesHermitian(hamiltonian);
  const [low, high] = [E[0]!, E.at(-1)!];
  // Of a diagonal H sums of terms that are not negative: a cold state's energy above the ground state keeps its digits.
  const distance = (from: number) => {
    const weight = (k: number) => Math.abs(hamiltonian.get(k, k).re - from) * rho.get(k, k).re;
    return E.reduce((sum, _, k) => sum + weight(k), 0);
  };
  const beta =
    zeroIn(hamiltonian) === 0
      ? betaOf(E, distance(low), distance(high), 0)
      : effectiveBetaOf(E, traceOfProduct(hamiltonian, rho).re);
  if (Number.isNaN(beta)) throw new InvalidArgumentError("effectiveBeta: H", E[0]!, "levels that differ in energy");
  return beta;
}

/** From energies, increasing, and Tr[rho H]; NaN when all levels are equal. */
export function effectiveBetaOf(E: Float64Array, total: number): number {
  return betaOf(E, total - E[0]!, E.at(-1)! - total, zeroOf(E.length));
}

/** From energies and how far above the lowest and below the highest one the state's is; `zero`: what counts as none, as a share of their spread. */
function betaOf(E: Float64Array, above: number, below: number, zero: number): number {
  const [low, high] = [E[0]!, E.at(-1)!];
  const spread = high - low;
  if (!(spread > zeroOf(E.length) * Math.max(Math.abs(low), Math.abs(high)))) return Number.NaN;
  // Of levels from 0 to 1; measured from the nearer end, so that a small distance to it keeps its digits.
  const mean = E.reduce((sum, value) => sum + (value - low) / spread / E.length, 0);
  const inverted = above / spread > mean;
  const levels = E.map((value) => (inverted ? high - value : value - low) / spread);
  const target = (inverted ? below : above) / spread;
  if (target <= zero) return inverted ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const beta = solveBeta(levels, target) / spread;
  return inverted ? -beta : beta;
}

/** The b >= 0 at which thermal levels, the lowest at 0, have a mean energy below their plain mean. */
function solveBeta(levels: Float64Array, target: number): number {
  const above = (b: number) => levels.reduce((sum, e) => sum + (e - target) * Math.exp(-b * e), 0) > 0;
  let [from, to] = [0, 1];
  while (above(to)) [from, to] = [to, 2 * to];
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = 0.5 * (from + to);
    if (middle === from || middle === to) break;
    if (above(middle)) from = middle;
    else to = middle;
  }
  return to;
}
