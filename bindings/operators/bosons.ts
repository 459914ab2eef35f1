/**
 * Operators and states of a mode (a harmonic oscillator) truncated to its first `levels` Fock states. x = (a + a†)/√2,
 * p = -i(a - a†)/√2, so that [x, p] = i below the cut and the vacuum has variance 1/2 of each.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkLevels, destroy } from "./builders.ts";
import { checkKeys, isNameIn } from "./checks.ts";
import { type Complex, powers, type Scalar, toPolar } from "./complex.ts";
import { exponentialOfHops, exponentialOnVacuum, type Hops } from "./hops.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";

/** How a state that reaches beyond the `levels` kept is made. */
export interface TruncationOptions {
  /**
   * `"operator"` (default, as in QuTiP): the truncated operator acts on the vacuum; a unit vector whose amplitudes near the cut are not
   * those of the whole mode. `"analytic"`: the amplitudes of the whole mode, cut off; exact, but the norm lacks what lies beyond the cut.
   */
  method?: "operator" | "analytic" | undefined;
}

/** The position x = (a + a†)/√2 (of a mode with ħ = m = ω = 1). QuTiP's `position`. @throws {@link InvalidArgumentError} */
export function position(levels: number): HermitianOperator {
  checkLevels(levels, "position: levels");
  const a = destroy(levels);
  return a.add(a.dag()).scale(Math.SQRT1_2).asHermitian();
}

/** The momentum p = -i(a - a†)/√2. QuTiP's `momentum`. @throws {@link InvalidArgumentError} */
export function momentum(levels: number): HermitianOperator {
  checkLevels(levels, "momentum: levels");
  const a = destroy(levels);
  return a.sub(a.dag()).scale({ re: 0, im: -Math.SQRT1_2 }).asHermitian();
}

/** The parity (-1)^n, the sign of |n>. @throws {@link InvalidArgumentError} */
export function parity(levels: number): HermitianOperator {
  checkLevels(levels, "parity: levels");
  return Operator.fromTriplets(
    levels,
    Array.from({ length: levels }, (_, n) => [n, n, 1 - 2 * (n % 2), 0] as const),
  ).asHermitian();
}

/**
 * The displacement D(alpha) = exp(alpha a† - alpha* a) with the truncated a, as QuTiP's `displace`: unitary, and close to that of the
 * whole mode on states that stay far below the cut before and after. D(alpha)|0> is a coherent state, D†aD = a + alpha.
 * @param alpha real or complex
 * @returns dense; real where alpha is
 * @throws {@link InvalidArgumentError}
 */
export function displace(levels: number, alpha: Scalar): Operator {
  return exponentialOfHops(displacement(levels, alpha, "displace"));
}

/**
 * The squeezing S(z) = exp((z* a² - z a†²)/2) with the truncated a, as QuTiP's `squeeze`: for z = r > 0 it shrinks x by exp(-r) and
 * stretches p by exp(r). Unitary; couples numbers of the same parity only.
 * @param z real or complex
 * @returns dense; real where z is
 * @throws {@link InvalidArgumentError}
 */
export function squeeze(levels: number, z: Scalar): Operator {
  return exponentialOfHops(squeezing(levels, z, "squeeze"));
}

/** alpha a† - alpha* a */
function displacement(levels: number, alpha: Scalar, name: string): Hops {
  checkLevels(levels, `${name}: levels`);
  const where = `${name}: alpha`;
  return { levels, step: 1, hop: Math.sqrt, ...toPolar(alpha, where), where };
}

/** (z* a² - z a†²)/2: the hop a²/2 with -z */
function squeezing(levels: number, z: Scalar, name: string): Hops {
  checkLevels(levels, `${name}: levels`);
  const where = `${name}: z`;
  const { modulus, phase } = toPolar(z, where);
  const hop = (n: number) => Math.sqrt(n * (n - 1)) / 2;
  return { levels, step: 2, hop, modulus, phase: { re: -phase.re, im: -phase.im }, where };
}

/**
 * The coherent state |alpha> = exp(-|alpha|²/2) Σ alpha^n/√(n!) |n>, a|alpha> = alpha|alpha>. QuTiP's `coherent`.
 * @param alpha real or complex
 * @param options `method`: how it is truncated, see {@link TruncationOptions}
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function coherent(levels: number, alpha: Scalar, options: TruncationOptions = {}): Ket {
  return displacedVacuum(levels, alpha, options, "coherent");
}

function displacedVacuum(levels: number, alpha: Scalar, options: TruncationOptions, name: string): Ket {
  const hops = displacement(levels, alpha, name);
  if (truncation(options, name) === "operator") return exponentialOnVacuum(hops);
  const { modulus, phase } = hops;
  // c_n/c_(n-1) = alpha/√n
  return fromLogarithms(levels, 1, -(modulus ** 2) / 2, (n) => Math.log(modulus / Math.sqrt(n)), phase);
}

/**
 * The squeezed vacuum S(z)|0> = (cosh r)^(-1/2) Σ (-e^(iθ) tanh r)^k √((2k)!)/(2^k k!) |2k>, z = r e^(iθ) (Gerry and Knight, Introductory Quantum
 * Optics, section 7.1; the sign is that of {@link squeeze}). Variances for θ = 0: exp(-2r)/2 of x and exp(2r)/2 of p.
 * @param z real or complex
 * @param options `method`: how it is truncated, see {@link TruncationOptions}
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function squeezedVacuum(levels: number, z: Scalar, options: TruncationOptions = {}): Ket {
  const hops = squeezing(levels, z, "squeezedVacuum");
  if (truncation(options, "squeezedVacuum") === "operator") return exponentialOnVacuum(hops);
  const { modulus: r, phase } = hops;
  // c_2k/c_2(k-1) = -e^(iθ) tanh r √((2k - 1)/(2k)); ln cosh r without overflow
  const logCosh = r + Math.log1p(Math.exp(-2 * r)) - Math.LN2;
  const ratio = (k: number) => Math.log(Math.tanh(r) * Math.sqrt((2 * k - 1) / (2 * k)));
  return fromLogarithms(levels, 2, -logCosh / 2, ratio, phase);
}

/** The cat states with names: the phase as the exact number e^(i phase). */
const CATS = { even: { re: 1, im: 0 }, odd: { re: -1, im: 0 }, yurkeStoler: { re: 0, im: 1 } } as const;

/**
 * The cat state |alpha> + e^(i phase)|-alpha>, as a unit vector.
 * @param alpha real or complex
 * @param phase `"even"` (default, 0), `"odd"` (π) and `"yurkeStoler"` (π/2; Yurke and Stoler, Phys. Rev. Lett. 57 (1986) 13), exactly: the even
 * and the odd one have no odd and no even numbers at all; or an angle in radians
 * @param options `method`: how |±alpha> is truncated, see {@link TruncationOptions}
 * @throws {@link InvalidArgumentError} (among others for the odd cat of alpha = 0, the zero vector), {@link UnknownOptionError}
 */
export function catState(
  levels: number,
  alpha: Scalar,
  phase: keyof typeof CATS | number = "even",
  options: TruncationOptions = {},
): Ket {
  const e = catPhase(phase);
  const amplitudes = displacedVacuum(levels, alpha, options, "catState").toArray();
  // <n|-alpha> = (-1)^n <n|alpha>, truncated or not
  const data = new Float64Array(2 * levels);
  for (let n = 0; n < levels; n++) {
    const sign = n % 2 === 0 ? 1 : -1;
    const [re, im] = [1 + sign * e.re, sign * e.im];
    const [x, y] = [amplitudes[2 * n]!, amplitudes[2 * n + 1]!];
    data[2 * n] = re * x - im * y;
    data[2 * n + 1] = re * y + im * x;
  }
  if (data.every((x) => x === 0)) {
    throw new InvalidArgumentError(
      "catState: alpha",
      alpha,
      "an alpha for which |alpha> + e^(i phase)|-alpha> is not zero",
    );
  }
  return new Ket(levels, data).unit();
}

function catPhase(phase: keyof typeof CATS | number): Complex {
  if (isNameIn(CATS, phase)) return CATS[phase];
  if (typeof phase !== "number" || !Number.isFinite(phase)) {
    throw new InvalidArgumentError("catState: phase", phase, '"even", "odd", "yurkeStoler" or a finite angle');
  }
  return { re: Math.cos(phase), im: Math.sin(phase) };
}

function truncation(options: TruncationOptions, where: string): "operator" | "analytic" {
  checkKeys(options, ["method"], where);
  const { method = "operator" } = options;
  if (method !== "operator" && method !== "analytic") {
    throw new InvalidArgumentError(`${where}: method`, method, '"operator" or "analytic"');
  }
  return method;
}

/** The ket with amplitudes on 0, step, 2·step, …, given by logarithms, for the first may underflow where later ones do not:
 * ln|c_0| = `first`, ln|c_k| = ln|c_(k-1)| + ratio(k), and the phase of c_k is that of `phase` to the power k. */
function fromLogarithms(
  levels: number,
  step: number,
  first: number,
  ratio: (k: number) => number,
  phase: Complex,
): Ket {
  const data = new Float64Array(2 * levels);
  let logarithm = first;
  powers(phase, Math.ceil(levels / step)).forEach(({ re, im }, k) => {
    if (k > 0) logarithm += ratio(k);
    const size = Math.exp(logarithm);
    data[2 * k * step] = size * re;
    data[2 * k * step + 1] = size * im;
  });
  return new Ket(levels, data);
}
