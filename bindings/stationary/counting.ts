/**
 * Full counting statistics: how often, in the steady state, chosen jumps happen.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkFinite, checkKeys, readNumbers } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { Operator } from "../operators/operator.ts";
import { couplings, rowsOn } from "../plan/coordinates.ts";
import { rowsTimes } from "../plan/rows.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import type { Equations } from "./equations.ts";
import { STEADY, solveTraceless } from "./pseudo-inverse.ts";
import { withInverse } from "./unique.ts";

/** Options of {@link countingStatistics}. */
export interface CountingOptions {
  /** Per jump, what each of its events adds to the count: 1 for a photon that is emitted, -1 for one that is absorbed, its energy, 0 where it is not counted. Default: 1 for all. */
  weights?: ArrayLike<number> | undefined;
  /** Cumulants up to this order. Default 3, at most 8. */
  order?: number | undefined;
}

/** What the count N(t) of a long time t does. */
export interface CountingStatistics {
  /** Cumulants of N(t) over t, as t grows, the first order first: mean current, noise, skewness, … */
  readonly cumulants: Float64Array;
  /** cumulants[0], the mean rate of N. */
  readonly current: number;
  /** cumulants[1], Var N(t) / t: the zero-frequency noise; undefined for `order: 1`. */
  readonly noise?: number;
  /** noise / |current|: 1 for a Poisson process of unit events; not a number where nothing is counted, Infinity where only the mean vanishes. */
  readonly fano?: number;
}

const MOST_ORDERS = 8;

/**
 * Cumulants of the counting statistics of jumps by the recursion of Flindt, Novotny, Braggio and Jauho, Phys. Rev. B 82 (2010) 155407, equations (24) to (26): derivatives at zero of the eigenvalue of
 * the tilted generator L + sum_k (exp(w_k s) - 1) L_k · L_k† that is zero at s = 0.
 *
 * @param H as in {@link steadystate}
 * @param cOps as in {@link steadystate}
 * @throws {@link SteadyStateNotUniqueError}, {@link TooLargeError}, {@link InvalidArgumentError}, {@link UnknownOptionError}, {@link NonFiniteError}, {@link DimensionMismatchError},
 * {@link NotHermitianError}; {@link ConvergenceError} as {@link pseudoInverse}, where `order` is 2 or more
 * @example
 * // Photons of a driven qubit: they come one by one, more regular than a Poisson process.
 * countingStatistics(sigmax(), [sigmam()]).fano; // 19/27
 */
export function countingStatistics(
  H: Operator,
  cOps: readonly Jump[],
  options: CountingOptions = {},
): CountingStatistics {
  const where = "countingStatistics";
  checkKeys(options, ["weights", "order"], where);
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const jumps = resolveJumps(cOps, H.dims, `${where}: cOps`);
  const { order = 3 } = options;
  const weights = checkWeights(options.weights, jumps.length, where);
  if (!Number.isInteger(order) || order < 1 || order > MOST_ORDERS) {
    throw new InvalidArgumentError(`${where}: order`, order, `an integer from 1 to ${MOST_ORDERS}`);
  }
  const powers = Array.from({ length: order }, (_, m) => weights.map((w) => w ** (m + 1)));
  powers.forEach((power, m) => {
    checkFinite(power, `${where}: weights to the power ${m + 1}`);
  });
  const problem = { H: hamiltonian, jumps, start: undefined, method: undefined, tol: STEADY, where };
  const { used: cumulants } = withInverse(problem, (equations, inverse) => {
    // W_m = sum_k w_k^m L_k · L_k†
    const W = powers.map((power) => jumpAction(equations, jumps, power));
    const states = [inverse.rho];
    const found = new Float64Array(order);
    for (let n = 1; n <= order; n++) {
      const sum = new Float64Array(equations.count);
      for (let m = 1; m <= n; m++) {
        const image = W[m - 1]!(states[n - m]!);
        const factor = binomial(n, m);
        found[n - 1]! += factor * equations.trace(image);
        for (let k = 0; k < sum.length; k++) sum[k]! -= factor * image[k]!;
      }
      if (n === order) break;
      for (let m = 1; m <= n; m++) {
        const factor = binomial(n, m) * found[m - 1]!;
        for (let k = 0; k < sum.length; k++) sum[k]! += factor * states[n - m]![k]!;
      }
      states.push(solveTraceless(equations, inverse, sum, where));
    }
    return found;
  });
  const [current = 0, noise = 0] = cumulants;
  return order > 1 ? { cumulants, current, noise, fano: noise / Math.abs(current) } : { cumulants, current };
}

/** What the events of each jump count; 1 unless it is given. @throws {@link InvalidArgumentError}, {@link NonFiniteError} */
export function checkWeights(given: ArrayLike<number> | undefined, count: number, where: string): Float64Array {
  if (given === undefined) return new Float64Array(count).fill(1);
  const weights = readNumbers(given, `${where}: weights`, "an array of numbers, one for each jump");
  if (weights.length !== count) {
    throw new InvalidArgumentError(`${where}: weights`, weights.length, `${count} numbers, one for each jump`);
  }
  checkFinite(weights, `${where}: weights`);
  return weights;
}

/** x -> sum_k w_k L_k x L_k† on the coordinates. */
function jumpAction(equations: Equations, jumps: readonly Operator[], weights: Float64Array) {
  const nothing = Operator.fromTriplets(equations.dims, []);
  const parts = [1, -1].map((sign) => {
    const chosen = jumps.flatMap((L, k) => (sign * weights[k]! > 0 ? [L.scale(Math.sqrt(sign * weights[k]!))] : []));
    return { sign, rows: rowsOn(couplings(nothing, chosen), equations.places) };
  });
  return (x: Float64Array) => {
    const [out, part] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (const { sign, rows } of parts) {
      rowsTimes(rows, x, part);
      for (let k = 0; k < out.length; k++) out[k]! += sign * part[k]!;
    }
    return out;
  };
}

function binomial(n: number, m: number): number {
  let value = 1;
  for (let k = 1; k <= m; k++) value = (value * (n - m + k)) / k;
  return value;
}
