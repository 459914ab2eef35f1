/**
 * What a state can measure: Fisher information, squeezing of spins and of modes.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { destroy } from "../operators/builders.ts";
import { checkParts } from "../operators/checks.ts";
import { overlap, traceOfProduct } from "../operators/expectation.ts";
import { Ket } from "../operators/ket.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { expand } from "../operators/sites.ts";
import { jmat } from "../operators/spins.ts";
import { ptrace } from "../operators/tensor.ts";
import { readHamiltonian, readKetOrState, readState, type State, zeroOf } from "./spectrum.ts";
import { tangents } from "./sphere.ts";

/**
 * Quantum Fisher information of the phase θ in exp(-iθG) rho exp(iθG): 2 sum_ij (p_i - p_j)²/(p_i + p_j) |<i|G|j>|² over the eigenstates of rho
 * (Braunstein, Caves, Phys. Rev. Lett. 72 (1994) 3439; Pezzè, Smerzi, arXiv:1411.5164, eq. (62)). 4 Var G of pure states, less of
 * mixed ones; no measurement of θ has a variance below its inverse. In units of G².
 * @throws {@link InvalidArgumentError}, {@link NotDensityMatrixError}, {@link NotHermitianError}, {@link DimensionMismatchError}
 * @example
 * quantumFisherInformation(ghzState(5), collectiveSpin(5, "z")); // 25
 */
export function quantumFisherInformation(state: State, G: Operator): number {
  const rho = readKetOrState(state, "quantumFisherInformation: state");
  const generator = readHamiltonian(G, rho, "quantumFisherInformation", "G");
  if (rho instanceof Ket) return 4 * varianceOf(generator, rho);
  const { values, vectors } = eigenHermitian(rho);
  const zero = zeroOf(rho.size);
  const d = rho.size;
  const image = new Float64Array(2 * d);
  let sum = 0;
  for (let j = 0; j < d; j++) {
    if (values[j]! <= zero) continue;
    const v = vectors[j]!;
    image.fill(0);
    generator.forEachNonzero((row, column, re, im) => {
      image[2 * row]! += re * v[2 * column]! - im * v[2 * column + 1]!;
      image[2 * row + 1]! += re * v[2 * column + 1]! + im * v[2 * column]!;
    });
    for (let i = 0; i < d; i++) {
      const other = Math.max(0, values[i]!);
      // Both of a pair that are populated are met twice.
      const weight = (values[j]! - other) ** 2 / (values[j]! + other) / (other > zero ? 2 : 1);
      sum += weight * overlapSquared(vectors[i]!, image);
    }
  }
  return 4 * sum;
}

/** ‖(G - <G>)|psi>‖² */
function varianceOf(G: Operator, psi: Ket): number {
  const image = G.apply(psi);
  return image.add(psi.scale(-overlap(psi, image).re)).norm() ** 2;
}

function overlapSquared(u: Float64Array, v: Float64Array): number {
  let [re, im] = [0, 0];
  for (let k = 0; k < u.length; k += 2) {
    re += u[k]! * v[k]! + u[k + 1]! * v[k + 1]!;
    im += u[k]! * v[k + 1]! - u[k + 1]! * v[k]!;
  }
  return re * re + im * im;
}

/** Spin squeezing parameters; below 1 of squeezed states, 1 of coherent ones. */
export interface SpinSqueezing {
  /** ξ_S² = 4 min Var J_⊥/N, of all directions at right angles to the mean spin (Kitagawa, Ueda, Phys. Rev. A 47 (1993) 5138). */
  readonly kitagawaUeda: number;
  /** ξ_R² = N min Var J_⊥/|<J>|²: how much less than with a coherent state a measured angle varies; below 1 only of entangled spins ½
   * (Wineland et al., Phys. Rev. A 50 (1994) 67; Sørensen et al., Nature 409 (2001) 63). */
  readonly wineland: number;
  /** <J_x>, <J_y>, <J_z>, ħ = 1. */
  readonly mean: readonly [number, number, number];
  /** The direction in which the spin varies least, a unit vector. */
  readonly direction: readonly [number, number, number];
}

/**
 * Squeezing of the collective spin J of all parts; a part of n levels is a spin (n - 1)/2, and N counts spins ½: the sum of n - 1.
 * By Kitagawa and Ueda's measure and by Wineland's: below 1 the spin is squeezed, 1 is a coherent state.
 * @throws {@link InvalidArgumentError}, among them a state without a mean spin, where neither is defined; {@link NotDensityMatrixError}
 * @example
 * spinSqueezing(spinCoherent(10, 0.4, 1)).wineland; // 1
 */
export function spinSqueezing(state: State): SpinSqueezing {
  const rho = readKetOrState(state, "spinSqueezing: state");
  const N = rho.dims.reduce((sum, dim) => sum + dim - 1, 0);
  const J = (["x", "y", "z"] as const).map((component) =>
    rho.dims.map((dim, part) => expand(jmat((dim - 1) / 2, component), rho.dims, part)).reduce((a, b) => a.add(b)),
  );
  const { mean, second } = rho instanceof Ket ? momentsOfKet(J, rho) : moments(J, rho);
  const length = Math.hypot(...mean);
  // Rounding of sums of N/2.
  if (!(length > zeroOf(rho.size) * N)) {
    throw new InvalidArgumentError("spinSqueezing: state", `a mean spin of ${length}`, "a state with a mean spin");
  }
  const n = mean.map((x) => x / length) as [number, number, number];
  const [u, v] = tangents(n);
  // The symmetrised covariance, for at right angles to the mean spin the means vanish.
  const form = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, k) => sum + b.reduce((inner, y, l) => inner + x * y * second[k]![l]!, 0), 0);
  const { least, angle } = principal(form(u, u), form(v, v), form(u, v));
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    kitagawaUeda: (4 * least) / N,
    wineland: (N * least) / length ** 2,
    mean,
    direction: [c * u[0] + s * v[0], c * u[1] + s * v[1], c * u[2] + s * v[2]],
  };
}

/** <J_k>, and Re <J_k J_l>. */
interface Moments {
  readonly mean: [number, number, number];
  readonly second: number[][];
}

function moments(J: readonly Operator[], rho: Operator): Moments {
  const moved = J.map((component) => component.mul(rho));
  return {
    mean: moved.map((operator) => operator.tr().re) as Moments["mean"],
    second: J.map((a) => moved.map((b) => traceOfProduct(a, b).re)),
  };
}

function momentsOfKet(J: readonly Operator[], psi: Ket): Moments {
  const moved = J.map((component) => component.apply(psi));
  return {
    mean: moved.map((ket) => overlap(psi, ket).re) as Moments["mean"],
    second: moved.map((a) => moved.map((b) => overlap(a, b).re)),
  };
}

/** Variances of the quadratures of a mode. */
export interface QuadratureSqueezing {
  /** The smallest and the largest variance of any quadrature; ½ of the vacuum and of coherent states. Their product is at least ¼. */
  readonly min: number;
  /** The largest variance over all quadratures. */
  readonly max: number;
  /** The quadrature that varies least is x cos(angle) + p sin(angle); from -π/2 to π/2. */
  readonly angle: number;
  /** Of x and of p, and their symmetrised covariance. */
  readonly x: number;
  /** The variance of p. */
  readonly p: number;
  /** The symmetric covariance of x and p. */
  readonly xp: number;
}

/**
 * Variances of the quadratures x_θ = (a exp(-iθ) + a† exp(iθ))/√2, {@link position} (θ = 0) and {@link momentum} (π/2) among them, with ħ = 1, by normal
 * order, so that a state that ends short of the cut has its exact values (Walls, Milburn, Quantum Optics, section 2.4). 10 log10(2 min) is the squeezing in dB.
 * @param part which part is the mode; default the only one
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} (several parts, none named), {@link NotDensityMatrixError}
 * @example
 * quadratureSqueezing(squeezedVacuum(60, 0.5)).min; // exp(-1)/2
 */
export function quadratureSqueezing(state: State, part?: number): QuadratureSqueezing {
  const whole = readState(state, "quadratureSqueezing: state");
  if (part === undefined && whole.dims.length > 1) {
    throw new DimensionMismatchError(
      "quadratureSqueezing: state",
      "one mode, or the number of a part",
      `dims [${whole.dims}]`,
    );
  }
  const rho: HermitianOperator = ptrace(whole, checkParts(part ?? 0, whole.dims.length, "quadratureSqueezing: part"));
  const a = destroy(rho.size);
  const lowered = a.mul(rho);
  const mean = lowered.tr();
  const square = traceOfProduct(a, lowered);
  // <a†a> - |<a>|² and <a²> - <a>²
  const quanta = traceOfProduct(a.dag(), lowered).re - mean.re ** 2 - mean.im ** 2;
  const [re, im] = [square.re - mean.re ** 2 + mean.im ** 2, square.im - 2 * mean.re * mean.im];
  const [x, p, xp] = [0.5 + quanta + re, 0.5 + quanta - re, im];
  const { least, most, angle } = principal(x, p, xp);
  return { min: least, max: most, angle, x, p, xp };
}

/** Eigenvalues of [[a, c], [c, b]], and the angle of the eigenvector of the smaller, (-π/2, π/2]. */
function principal(a: number, b: number, c: number): { least: number; most: number; angle: number } {
  const [mean, half] = [0.5 * (a + b), 0.5 * Math.hypot(a - b, 2 * c)];
  return { least: mean - half, most: mean + half, angle: 0.5 * Math.atan2(-2 * c, b - a) };
}
