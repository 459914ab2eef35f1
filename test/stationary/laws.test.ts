/**
 * Analytic laws of steady states, correlations and spectra, at the precision to which they are known: that of the steady state by factors or a dense kernel is a few roundings.
 */
import { describe, expect, it } from "vitest";
import {
  type Complex,
  coherenceG2,
  correlation2op1t,
  destroy,
  fock,
  type Jump,
  Ket,
  ket2dm,
  liouvillianSpectrum,
  expect as mean,
  num,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  spectrum,
  steadystate,
} from "../../bindings/index.ts";
import { TIGHT, uniformTimes } from "../support/law.ts";
import { maxDifference } from "../support/random.ts";

const WAYS = ["auto", "direct", "channel", "dense"] as const;
const frequencies = Array.from({ length: 121 }, (_, k) => -6 + 0.1 * k);
const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);

describe.each([
  [1.7, 0.6],
  [2.5, 0.9],
  [1.3, 0.7],
])("resonance fluorescence, Omega = %f, Gamma = %f", (O, G) => {
  const H = sigmax().scale(O / 2);
  const cOps: Jump[] = [{ op: sigmam(), rate: G }];
  const W = Math.sqrt(O ** 2 - G ** 2 / 16);
  const q = (2 * O ** 2) / G ** 2;
  const A = (q - 1) / (q + 1);
  const B = ((G / (4 * W)) * (5 * q - 1)) / (q + 1);
  const excited = O ** 2 / (G ** 2 + 2 * O ** 2);
  const taus = uniformTimes(20, 101);
  /** Every delay rounds numbers of order one once, and errors do not grow. */
  const ROUNDED = taus.length * Number.EPSILON;

  it.each(WAYS)("steady state by %s", (method) => {
    const { rho } = steadystate(H, cOps, { method });
    expect(Math.abs(rho.get(0, 0).re - excited)).toBeLessThan(4e-14);
    const s = mean(sigmam(), rho) as Complex;
    expect(Math.hypot(s.re, s.im + (O * G) / (G ** 2 + 2 * O ** 2))).toBeLessThan(4e-14);
  });

  it("<sigma+(tau) sigma-(0)>", () => {
    const { re, im } = correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps, ...TIGHT });
    taus.forEach((t, k) => {
      const side = Math.exp((-3 * G * t) / 4) * (A * Math.cos(W * t) + B * Math.sin(W * t));
      const exact = (q / (2 * (1 + q))) * (1 / (1 + q) + (Math.exp((-G * t) / 2) + side) / 2);
      expect(Math.hypot(re[k]! - exact, im[k]!)).toBeLessThan(ROUNDED);
    });
  });

  it("g2", () => {
    const g2 = coherenceG2(H, undefined, taus, sigmam(), { cOps, ...TIGHT });
    taus.forEach((t, k) => {
      const exact = 1 - Math.exp((-3 * G * t) / 4) * (Math.cos(W * t) + ((3 * G) / (4 * W)) * Math.sin(W * t));
      // A quotient by the square of the intensity.
      expect(Math.abs(g2[k]! - exact)).toBeLessThan(ROUNDED / excited ** 2);
    });
  });

  it.each(["schur", "krylov"] as const)("Mollow's triplet by %s", (method) => {
    const { values } = spectrum(H, frequencies, cOps, sigmap(), sigmam(), { method });
    const [g1, g3] = [G / 2, (3 * G) / 4];
    const side = (x: number, sign: 1 | -1) => (A * g3 - sign * B * x) / (g3 ** 2 + x ** 2);
    const exact = frequencies.map(
      (v) => (q / (1 + q)) * ((0.5 * g1) / (g1 ** 2 + v ** 2) + 0.25 * (side(v - W, 1) + side(v + W, -1))),
    );
    const errors = exact.map((S, k) => Math.abs(values[k]! - S));
    expect(largest(errors)).toBeLessThan(6e-16 * Math.max(1, largest(exact)));
  });
});

describe("two-photon loss and drive, L = a² - alpha²", () => {
  it.each([
    [1.4, 40, 0],
    [1.4, 40, 1],
    [2, 60, 0],
    [2, 60, 1],
  ])("alpha = %f, %i levels: from |%i> a cat of that parity", (alpha, levels, parity) => {
    const a = destroy(levels);
    const jump = a.mul(a).sub(qeye(levels).scale(alpha ** 2));
    const { rho } = steadystate(qeye(levels).scale(0), [jump], { rho0: fock(levels, parity) });
    // alpha^n / sqrt(n!) for n of that parity
    const amplitudes = new Float64Array(2 * levels);
    for (let n = 0, amplitude = 1; n < levels; n++, amplitude *= alpha / Math.sqrt(n)) {
      if (n % 2 === parity) amplitudes[2 * n] = amplitude;
    }
    const cat = ket2dm(new Ket([levels], amplitudes).unit());
    expect(Math.abs(1 - (mean(cat, rho) as number))).toBeLessThan(2e-14);
    expect(maxDifference(rho, cat)).toBeLessThan(2e-14);
  });
});

describe("driven Kerr oscillator", () => {
  // <a†a>, <a†²a²>, <a> by the law of Drummond and Walls (J. Phys. A 13 (1980) 725) in 60 digits (mpmath).
  it.each([
    [30, 0.5, 0.3, 1, 1, 1.1215498432507052, 1.056042058589158, -0.8775875392020999, -0.5607749216253526],
    [60, -1.2, 0.6, 2, 0.5, 3.924115276827114, 13.792983153525862, -1.78342577996149, -0.49051440960338927],
    [160, 0.1, 0.02, 1.5, 1, 7.251091403315622, 51.90772984090662, -1.1755091580997965, -2.417030467771874],
    [512, 0.5, 0.3, 1, 1, 1.1215498432507052, 1.056042058589158, -0.8775875392020999, -0.5607749216253526],
    [40, 0.8, 1.5, 0.6, 1, 0.27115751714580216, 0.03239002854182363, -0.442518427548962, -0.22596459762150178],
    [48, 0, 0.5, 1.5, 1, 2.0474308208847045, 3.5576890242870465, -1.1858963414290156, -0.6824769402949015],
  ])("%i levels, Delta = %f, U = %f, F = %f, rate %f", (levels, delta, U, F, rate, number, pairs, re, im) => {
    const [a, n] = [destroy(levels), num(levels)];
    const twice = n.mul(n).sub(n);
    const H = n
      .scale(delta)
      .add(twice.scale(U / 2))
      .add(a.add(a.dag()).scale(F));
    const { rho } = steadystate(H, [{ op: a, rate }]);
    // Four times the best that the law was checked to: moments weigh the state's own roundings, some units in the last place of each element.
    const tolerance = 8e-15;
    expect(Math.abs((mean(n, rho) as number) / number - 1)).toBeLessThan(tolerance);
    expect(Math.abs((mean(twice, rho) as number) / pairs - 1)).toBeLessThan(tolerance);
    const amplitude = mean(a, rho) as Complex;
    expect(Math.hypot(amplitude.re - re, amplitude.im - im)).toBeLessThan(tolerance * Math.hypot(re, im));
  });
});

describe.each([
  [0.9, 1.4],
  [1, 1],
  [0.3, 2],
])("Lambda system, Omega_1 = %f, Omega_2 = %f", (O1, O2) => {
  it.each(WAYS)("its dark state by %s", (method) => {
    const element = (i: number, j: number, x: number) => Operator.fromTriplets([3], [[i, j, x, 0]]);
    const drive = element(2, 0, O1 / 2).add(element(2, 1, O2 / 2));
    const { rho } = steadystate(drive.add(drive.dag()), [element(0, 2, 1), element(1, 2, 0.7)], { method });
    const dark = ket2dm(new Ket([3], Float64Array.of(O2, 0, -O1, 0, 0, 0)).unit());
    // Exact but for the rounding of numbers up to one, in both: of sums of three.
    expect(maxDifference(rho, dark)).toBeLessThan(6 * Number.EPSILON);
  });
});

describe("one oscillator", () => {
  it("eigenvalues at zero temperature, -i w (m - n) - k (m + n)/2", () => {
    const [levels, w, k] = [8, 1.3, 0.4];
    const { eigenvalues } = liouvillianSpectrum(num(levels).scale(w), [{ op: destroy(levels), rate: k }], {
      count: Number.POSITIVE_INFINITY,
    });
    const left = [...eigenvalues];
    expect(left).toHaveLength(levels ** 2);
    for (let m = 0; m < levels; m++) {
      for (let n = 0; n < levels; n++) {
        const distance = (z: Complex) => Math.hypot(z.re + (k * (m + n)) / 2, z.im + w * (m - n));
        const nearest = left.reduce((best, z, j) => (distance(z) < distance(left[best]!) ? j : best), 0);
        // Relative to the largest of them.
        expect(distance(left[nearest]!)).toBeLessThan(4e-16 * w * levels);
        left.splice(nearest, 1);
      }
    }
  });

  it.each(["auto", "krylov"] as const)("the spectrum of thermal light by %s, a Lorentzian", (method) => {
    const [levels, nth, k, w0] = [60, 0.5, 0.9, 1.5];
    const a = destroy(levels);
    const cOps = [
      { op: a, rate: k * (nth + 1) },
      { op: a.dag(), rate: k * nth },
    ];
    const { values } = spectrum(num(levels).scale(w0), frequencies, cOps, a.dag(), a, { method, tol: 1e-13 });
    const errors = frequencies.map((w, j) => Math.abs(values[j]! - (nth * k) / ((w - w0) ** 2 + k ** 2 / 4)));
    expect(largest(errors)).toBeLessThan(2e-12);
  });
});
