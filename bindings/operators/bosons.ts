/**
 * Operators and states of a mode (a harmonic oscillator) truncated to its first `levels` Fock states. x = (a + a†)/√2,
 * p = -i(a - a†)/√2, so that [x, p] = i below the cut and the vacuum has variance 1/2 of each.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian, multiplyDense } from "../kernel/dense.ts";
import { checkLevels, destroy } from "./builders.ts";
import { checkOptions } from "./checks.ts";
import { type Complex, powers, type Scalar, toPolar } from "./complex.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";
import { fock } from "./states.ts";

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
  checkLevels(levels, "displace: levels");
  return exponentialOfHops(levels, 1, Math.sqrt, toPolar(alpha, "displace: alpha"));
}

/**
 * The squeezing S(z) = exp((z* a² - z a†²)/2) with the truncated a, as QuTiP's `squeeze`: for z = r > 0 it shrinks x by exp(-r) and
 * stretches p by exp(r). Unitary; couples numbers of the same parity only.
 * @param z real or complex
 * @returns dense; real where z is
 * @throws {@link InvalidArgumentError}
 */
export function squeeze(levels: number, z: Scalar): Operator {
  checkLevels(levels, "squeeze: levels");
  const { modulus, phase } = toPolar(z, "squeeze: z");
  return exponentialOfHops(levels, 2, (n) => Math.sqrt(n * (n - 1)), {
    modulus: modulus / 2,
    phase: { re: -phase.re, im: -phase.im },
  });
}

/**
 * The coherent state |alpha> = exp(-|alpha|²/2) Σ alpha^n/√(n!) |n>, a|alpha> = alpha|alpha>. QuTiP's `coherent`.
 * @param alpha real or complex
 * @param options `method`: how it is truncated, see {@link TruncationOptions}
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function coherent(levels: number, alpha: Scalar, options: TruncationOptions = {}): Ket {
  checkLevels(levels, "coherent: levels");
  const polar = toPolar(alpha, "coherent: alpha");
  if (truncation(options, "coherent") === "operator") return displace(levels, alpha).apply(fock(levels));
  const { modulus } = polar;
  // ln |c_n| - ln |c_(n-1)| = ln(|alpha|/√n)
  return fromLogarithms(levels, 1, -(modulus ** 2) / 2, (n) => Math.log(modulus / Math.sqrt(n)), polar.phase);
}

/**
 * The squeezed vacuum S(z)|0> = (cosh r)^(-1/2) Σ (-e^(iθ) tanh r)^k √((2k)!)/(2^k k!) |2k>, z = r e^(iθ) (Gerry and Knight, Introductory Quantum
 * Optics, section 7.1; the sign is that of {@link squeeze}). Variances for θ = 0: exp(-2r)/2 of x and exp(2r)/2 of p.
 * @param z real or complex
 * @param options `method`: how it is truncated, see {@link TruncationOptions}
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}
 */
export function squeezedVacuum(levels: number, z: Scalar, options: TruncationOptions = {}): Ket {
  checkLevels(levels, "squeezedVacuum: levels");
  const { modulus: r, phase } = toPolar(z, "squeezedVacuum: z");
  if (truncation(options, "squeezedVacuum") === "operator") return squeeze(levels, z).apply(fock(levels));
  // c_2k/c_2(k-1) = -e^(iθ) tanh r √((2k - 1)/(2k)); ln cosh r without overflow
  const logCosh = r + Math.log1p(Math.exp(-2 * r)) - Math.LN2;
  const ratio = (k: number) => Math.log(Math.tanh(r) * Math.sqrt((2 * k - 1) / (2 * k)));
  return fromLogarithms(levels, 2, -logCosh / 2, ratio, { re: -phase.re, im: -phase.im });
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
  checkLevels(levels, "catState: levels");
  toPolar(alpha, "catState: alpha");
  truncation(options, "catState");
  const amplitudes = coherent(levels, alpha, options).toArray();
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
  if (typeof phase === "string" && Object.hasOwn(CATS, phase)) return CATS[phase];
  if (typeof phase !== "number" || !Number.isFinite(phase)) {
    throw new InvalidArgumentError("catState: phase", phase, '"even", "odd", "yurkeStoler" or a finite angle');
  }
  return { re: Math.cos(phase), im: Math.sin(phase) };
}

function truncation(options: TruncationOptions, where: string): "operator" | "analytic" {
  checkOptions(options, ["method"], where);
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

/**
 * exp(z L† - z* L), L|n> = hop(n)|n - step>. Phases of the basis vectors make it exp(i|z|(L + L†)) with a real symmetric exponent, and that falls
 * apart into chains n, n + step, …: along each, its eigensystem gives the exponential. From |n> to |n + k·step> the element is the phase of
 * z to the power k times a real number: cosines of the eigenvalues for even k, sines for odd k, with the signs of (-i)^k and i(-i)^k.
 */
function exponentialOfHops(
  levels: number,
  step: number,
  hop: (n: number) => number,
  z: { modulus: number; phase: Complex },
): Operator {
  const data = new Float64Array(2 * levels * levels);
  const phases = powers(z.phase, Math.ceil(levels / step));
  for (let start = 0; start < Math.min(step, levels); start++) {
    const length = Math.ceil((levels - start) / step);
    const chain = exponentialOfChain(
      Array.from({ length: length - 1 }, (_, k) => hop(start + (k + 1) * step)),
      z.modulus,
    );
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) {
        const k = i - j;
        const { re, im } = phases[Math.abs(k)]!;
        const odd = k % 2 !== 0;
        const value = chain[2 * (i * length + j) + (odd ? 1 : 0)]!;
        // (-i)^k = (-1)^(k/2) for even k, i(-i)^k = (-1)^((k-1)/2) for odd k
        const real = Math.floor(k / 2) % 2 === 0 ? value : -value;
        const at = 2 * ((start + i * step) * levels + start + j * step);
        data[at] = real * re;
        data[at + 1] = real * (k < 0 ? -im : im);
      }
    }
  }
  return Operator.dense(levels, data);
}

/** exp(i·r·T), row-major and interleaved, of the symmetric tridiagonal T with a zero diagonal and `neighbours` beside it. */
function exponentialOfChain(neighbours: readonly number[], r: number): Float64Array {
  const size = neighbours.length + 1;
  const { values, vectors } = eigenHermitian({
    size,
    forEachNonzero(visit) {
      neighbours.forEach((value, k) => {
        visit(k, k + 1, value, 0);
        visit(k + 1, k, value, 0);
      });
    },
  });
  // V e^(i r λ) times V^T
  const left = new Float64Array(2 * size * size);
  const right = new Float64Array(2 * size * size);
  vectors.forEach((vector, k) => {
    const [re, im] = [Math.cos(r * values[k]!), Math.sin(r * values[k]!)];
    for (let i = 0; i < size; i++) {
      const x = vector[2 * i]!;
      left[2 * (i * size + k)] = x * re;
      left[2 * (i * size + k) + 1] = x * im;
      right[2 * (k * size + i)] = x;
    }
  });
  return multiplyDense(size, left, right);
}
