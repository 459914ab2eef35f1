/**
 * Power spectra of correlation functions that are known at some times.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkFinite, readNumbers } from "../operators/checks.ts";
import { checkTimes } from "../solvers/checks.ts";
import type { ComplexSeries } from "../solvers/solution.ts";
import { discreteFourier } from "./fourier.ts";

/** What {@link spectrumCorrelationFft} finds. */
export interface SampledSpectrum {
  /** Angular frequencies, increasing, spaced by 2 pi / (n dt): from -pi/dt on, below pi/dt. */
  readonly frequencies: Float64Array;
  /** S(w) = 2 Re of the integral of exp(-i w tau) C(tau) over tau > 0. */
  readonly values: Float64Array;
  /** |C| at the last time, relative to the largest: what is not zero there makes S ring. A constant <A><B> is to be subtracted from C before; {@link spectrum} does that. */
  readonly remaining: number;
}

/** Differences of steps, relative to the times, that rounding explains. */
const EVEN = 1e-9;

/**
 * The power spectrum of a correlation function C(tau) = <A(tau) B(0)> sampled on an even grid. QuTiP's `spectrum_correlation_fft`; the convention is that of {@link spectrum}.
 *
 * The integral is taken by the trapezoidal rule, so that the first sample and the last count half: the error is about dt²/6 |C'(0)| where C has decayed at the end and w is far below pi/dt. QuTiP counts them in full,
 * which adds dt C(0) to the spectrum at every frequency.
 *
 * @param times delays, evenly spaced, from 0 on; any number of them, two at least
 * @param values C at those: real, or what {@link correlation2op1t} returns
 * @throws {@link InvalidArgumentError} (an uneven grid), {@link InvalidTimesError}, {@link NonFiniteError}
 * @example
 * const taus = Float64Array.from({ length: 1000 }, (_, k) => 0.02 * k);
 * spectrumCorrelationFft(taus, correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps }));
 */
export function spectrumCorrelationFft(
  times: ArrayLike<number>,
  values: ArrayLike<number> | ComplexSeries,
): SampledSpectrum {
  const where = "spectrumCorrelationFft";
  const taus = checkTimes(times, `${where}: times`);
  const n = taus.length;
  if (n < 2) throw new InvalidArgumentError(`${where}: times`, n, "two at least");
  if (taus[0] !== 0) throw new InvalidArgumentError(`${where}: times[0]`, taus[0], "0, where the delay begins");
  const dt = taus[n - 1]! / (n - 1);
  taus.forEach((tau, k) => {
    if (Math.abs(tau - k * dt) > EVEN * taus[n - 1]!) {
      throw new InvalidArgumentError(`${where}: times[${k}]`, tau, `${k * dt}: an even grid`);
    }
  });
  const { re, im } = partsOf(values, `${where}: values`);
  for (const part of [re, im]) {
    if (part.length !== n) throw new InvalidArgumentError(`${where}: values`, part.length, `${n}, one for each time`);
    checkFinite(part, `${where}: values`);
  }
  const sizes = re.map((x, k) => Math.hypot(x, im[k]!));
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  const remaining = largest === 0 ? 0 : sizes[n - 1]! / largest;
  for (const k of [0, n - 1]) {
    re[k]! /= 2;
    im[k]! /= 2;
  }
  const transform = discreteFourier({ re, im });
  const spacing = (2 * Math.PI) / (n * dt);
  const first = -Math.floor(n / 2);
  const order = Int32Array.from({ length: n }, (_, k) => first + k);
  return {
    frequencies: Float64Array.from(order, (k) => k * spacing),
    values: Float64Array.from(order, (k) => 2 * dt * transform.re[k < 0 ? k + n : k]!),
    remaining,
  };
}

/** Copies. */
function partsOf(values: ArrayLike<number> | ComplexSeries, where: string): ComplexSeries {
  const expected = "an array of numbers, or { re, im }";
  if (typeof values === "object" && values !== null && "re" in values) {
    return {
      re: readNumbers(values.re, `${where}.re`, expected),
      im: readNumbers(values.im, `${where}.im`, expected),
    };
  }
  const re = readNumbers(values, where, expected);
  return { re, im: new Float64Array(re.length) };
}
