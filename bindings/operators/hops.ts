/**
 * Exponentials exp(z L† - z* L) of a hop L|n> = hop(n)|n - step>: displacements and squeezings of a truncated mode. With the phase of z moved into the
 * basis vectors the exponent is real, antisymmetric and tridiagonal along each chain n, n + step, …, and its exponential is a series of
 * Chebyshev polynomials with Bessel functions as coefficients (Tal-Ezer and Kosloff, J. Chem. Phys. 81 (1984) 3967), column by column.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { type Complex, powers } from "./complex.ts";
import { Ket } from "./ket.ts";
import { Operator } from "./operator.ts";
import { denseNumbers } from "./storage.ts";

/** The exponent's z L†, and where z came from for messages. */
export interface Hops {
  readonly levels: number;
  readonly step: number;
  readonly hop: (n: number) => number;
  readonly modulus: number;
  readonly phase: Complex;
  readonly where: string;
}

/** Largest norm of an exponent: rounding is about 2^-53 of it, and so is the number of terms. */
const MAX_NORM = 1e5;
/** Coefficients below this do not show in a sum of size 1. */
const NEGLIGIBLE = 2 ** -60;
/** Bessel functions start where they are below exp(-69) = 1e-30. */
const LOG_START = -69;

/** The exponential as an operator, dense. @throws {@link InvalidArgumentError} for a z far too large for the levels */
export function exponentialOfHops(hops: Hops): Operator {
  const { levels, step } = hops;
  const data = denseNumbers(levels);
  const phases = powers(hops.phase, Math.ceil(levels / step));
  for (let start = 0; start < Math.min(step, levels); start++) {
    const chain = makeChain(hops, start);
    for (let j = 0; j < chain.length; j++) {
      column(chain, j).forEach((value, i) => {
        const { re, im } = phases[Math.abs(i - j)]!;
        const at = 2 * ((start + i * step) * levels + start + j * step);
        data[at] = value * re;
        data[at + 1] = value * (i < j ? -im : im);
      });
    }
  }
  return Operator.dense(levels, data);
}

/** The exponential on |0>: the first column alone. @throws as {@link exponentialOfHops} */
export function exponentialOnVacuum(hops: Hops): Ket {
  const data = new Float64Array(2 * hops.levels);
  const chain = makeChain(hops, 0);
  const phases = powers(hops.phase, chain.length);
  column(chain, 0).forEach((value, k) => {
    data[2 * k * hops.step] = value * phases[k]!.re;
    data[2 * k * hops.step + 1] = value * phases[k]!.im;
  });
  return new Ket(hops.levels, data);
}

/** exp(r A), A the antisymmetric matrix of the hops along one chain. */
interface Chain {
  readonly length: number;
  /** 2 A_(k,k-1)/rho at k, 0 at both ends; rho bounds the spectrum of A. */
  readonly hops: Float64Array;
  /** J_0(r rho), 2 J_1(r rho), 2 J_2(r rho), … */
  readonly coefficients: Float64Array;
}

function makeChain({ levels, step, hop, modulus, where }: Hops, start: number): Chain {
  const length = Math.ceil((levels - start) / step);
  const hops = new Float64Array(length + 1);
  for (let k = 1; k < length; k++) hops[k] = hop(start + k * step);
  // Gershgorin
  let rho = 0;
  for (let k = 0; k < length; k++) rho = Math.max(rho, hops[k]! + hops[k + 1]!);
  const norm = modulus * rho;
  if (norm > MAX_NORM) {
    throw new InvalidArgumentError(
      where,
      modulus,
      `a modulus that ${levels} levels can hold, at most ${MAX_NORM / rho}`,
    );
  }
  return {
    length,
    hops: rho > 0 ? hops.map((value) => (2 * value) / rho) : hops,
    coefficients: besselFunctions(norm).map((value, k) => (k === 0 ? value : 2 * value)),
  };
}

/** Column j of exp(r A): the sum of coefficients times phi_k, phi_0 = 1, phi_1 = A/rho, phi_(k+1) = (2A/rho) phi_k + phi_(k-1). */
function column({ length, hops, coefficients }: Chain, j: number): Float64Array {
  // Element i at i + 1, a zero at either end.
  let before = new Float64Array(length + 2);
  let now = new Float64Array(length + 2);
  before[j + 1] = 1;
  now[j + 2] = hops[j + 1]! / 2;
  now[j] = -hops[j]! / 2;
  const sum = new Float64Array(length);
  sum[j] = coefficients[0]!;
  for (let k = 1; k < coefficients.length; k++) {
    const coefficient = coefficients[k]!;
    // phi_k goes k steps from j: to every other place.
    for (let i = (j + k) % 2; i < length; i += 2) sum[i]! += coefficient * now[i + 1]!;
    for (let i = (j + k + 1) % 2; i < length; i += 2) {
      before[i + 1]! += hops[i]! * now[i]! - hops[i + 1]! * now[i + 2]!;
    }
    [before, now] = [now, before];
  }
  return sum;
}

/** J_0(x), J_1(x), … as far as they matter, x >= 0, by Miller's backward recurrence (Abramowitz and Stegun, section 9.12). */
function besselFunctions(x: number): Float64Array {
  if (x < NEGLIGIBLE) return Float64Array.of(1, x / 2);
  // |J_k(x)| <= (x/2)^k/k!, decreasing from k = x/2 on
  let order = 0;
  for (let bound = 0; order < x / 2 || bound > LOG_START; bound += Math.log(x / 2 / order)) order++;
  const J = new Float64Array(order + 1);
  J[order] = 1;
  for (let k = order; k > 0; k--) {
    J[k - 1] = ((2 * k) / x) * J[k]! - (k < order ? J[k + 1]! : 0);
    if (Math.abs(J[k - 1]!) > 1e200) {
      for (let l = k - 1; l <= order; l++) J[l]! *= 1e-200;
    }
  }
  // J_0 + 2 J_2 + 2 J_4 + … = 1
  let sum = J[0]!;
  for (let k = 2; k <= order; k += 2) sum += 2 * J[k]!;
  let count = order + 1;
  while (count > 1 && Math.abs(J[count - 1]! / sum) < NEGLIGIBLE) count--;
  return J.slice(0, count).map((value) => value / sum);
}
