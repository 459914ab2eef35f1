/**
 * Spectra of sampled correlation functions against sums term by term, closed forms and the spectrum from the generator.
 */
import { describe, expect, it } from "vitest";
import {
  correlation2op1t,
  destroy,
  InvalidArgumentError,
  num,
  sigmam,
  sigmap,
  sigmax,
  spectrum,
  spectrumCorrelationFft,
} from "../../bindings/index.ts";
import { discreteFourier } from "../../bindings/stationary/fourier.ts";
import { generator } from "../support/random.ts";

/** qutip 5: spectrum_correlation_fft(t, exp(-(0.3 + 0.7j) t)), t = 0, 0.5, …, 2. */
const QUTIP = [
  [-5.026548245743669, -2.5132741228718345, 0.0, 2.5132741228718345, 5.026548245743669],
  [0.47127554292141693, 0.2853567394930763, 2.7856798684152118, 0.841851013676675, 0.61583683549362],
];

const grid = (n: number, dt: number) => Float64Array.from({ length: n }, (_, k) => k * dt);

describe("discrete transforms", () => {
  it.each([1, 2, 3, 5, 8, 12, 97, 100, 128, 255])("of %i numbers are the sums that define them", (n) => {
    const random = generator(n);
    const x = { re: new Float64Array(n).map(() => random() - 0.5), im: new Float64Array(n).map(() => random() - 0.5) };
    const { re, im } = discreteFourier(x);
    for (let k = 0; k < n; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        sumRe += x.re[j]! * Math.cos(angle) - x.im[j]! * Math.sin(angle);
        sumIm += x.re[j]! * Math.sin(angle) + x.im[j]! * Math.cos(angle);
      }
      // Rounding of n terms below 1.
      expect(Math.hypot(re[k]! - sumRe, im[k]! - sumIm)).toBeLessThan(4 * n * Number.EPSILON);
    }
  });
});

describe("spectra of samples", () => {
  it.each([2000, 2048])("thermal oscillator, %i samples: a Lorentzian, and the geometric sum exactly", (n) => {
    const [w, kappa, nbar, levels, dt] = [1.3, 0.8, 0.2, 24, 0.02];
    const a = destroy(levels);
    const cOps = [
      { op: a, rate: kappa * (nbar + 1) },
      { op: a.dag(), rate: kappa * nbar },
    ];
    const taus = grid(n, dt);
    const C = correlation2op1t(num(levels).scale(w), undefined, taus, a.dag(), a, { cOps, rtol: 1e-10, atol: 1e-12 });
    const { frequencies, values, remaining } = spectrumCorrelationFft(taus, C);
    expect(frequencies).toHaveLength(n);
    expect(frequencies[n / 2]).toBe(0);
    expect(remaining).toBeLessThan(1e-6);
    // <a†(tau) a> = N exp((i w - kappa/2) tau); the truncation leaves (nbar/(nbar+1))^24 of it out.
    const exact = (v: number) => (nbar * kappa) / ((kappa / 2) ** 2 + (v - w) ** 2);
    let largest = 0;
    frequencies.forEach((v, k) => {
      if (Math.abs(v) < 10) largest = Math.max(largest, Math.abs(values[k]! - exact(v)));
    });
    // dt²/6 |C'(0) - i v C(0)| nbar, and what is left at the end
    expect(largest).toBeLessThan((dt ** 2 / 6) * nbar * 12 + 2 * nbar * remaining * 3);
    // q = exp((i (w - v) - kappa/2) dt): dt times (1 + q)/(1 - q), twice its real part halved.
    const k = n / 2 + 7;
    const [size, angle] = [Math.exp((-kappa / 2) * dt), (w - frequencies[k]!) * dt];
    const sum = (1 - size ** 2) / (1 - 2 * size * Math.cos(angle) + size ** 2);
    expect(values[k]).toBeCloseTo(nbar * dt * sum, 6);
  });

  it("fluorescence: the spectrum from the generator, less its line", () => {
    const [O, G, dt, n] = [2, 1, 0.01, 4000];
    const [H, cOps] = [sigmax().scale(O / 2), [{ op: sigmam(), rate: G }]];
    const taus = grid(n, dt);
    const C = correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps, rtol: 1e-10, atol: 1e-12 });
    expect(spectrumCorrelationFft(taus, C).remaining).toBeGreaterThan(0.1);
    const near = [n / 2 - 30, n / 2 - 3, n / 2, n / 2 + 11, n / 2 + 40];
    const { frequencies } = spectrumCorrelationFft(taus, C);
    const wlist = near.map((k) => frequencies[k]!);
    const { values, coherent } = spectrum(H, wlist, cOps, sigmap(), sigmam());
    const incoherent = { re: C.re.map((x) => x - coherent.re), im: C.im.map((x) => x - coherent.im) };
    const sampled = spectrumCorrelationFft(taus, incoherent);
    near.forEach((k, j) => {
      // dt²/6 times derivatives of exp(-i w tau) C of order one at 0: |w| + O + G
      expect(Math.abs(sampled.values[k]! - values[j]!)).toBeLessThan((dt ** 2 / 6) * 10);
    });
  });

  it("QuTiP's formula differs by dt C(0), and half of the last sample", () => {
    const taus = grid(5, 0.5);
    const C = {
      re: taus.map((tau) => Math.exp(-0.3 * tau) * Math.cos(0.7 * tau)),
      im: taus.map((tau) => -Math.exp(-0.3 * tau) * Math.sin(0.7 * tau)),
    };
    const { frequencies, values } = spectrumCorrelationFft(taus, C);
    const [w, S] = QUTIP;
    w!.forEach((v, k) => {
      expect(frequencies[k]).toBeCloseTo(v, 13);
      const angle = v * 2;
      const last = C.re[4]! * Math.cos(angle) + C.im[4]! * Math.sin(angle);
      expect(values[k]! + 0.5 * C.re[0]! + 0.5 * last).toBeCloseTo(S![k]!, 13);
    });
  });

  it("real samples, and what it refuses", () => {
    const { values } = spectrumCorrelationFft([0, 1, 2], [1, 0, 0]);
    for (const value of values) expect(value).toBeCloseTo(1, 14);
    expect(spectrumCorrelationFft([0, 1], [0, 0]).remaining).toBe(0);
    expect(() => spectrumCorrelationFft([0, 1, 2.5], [1, 0, 0])).toThrow(/times\[1\].*even grid/);
    expect(() => spectrumCorrelationFft([1, 2], [1, 0])).toThrow(/times\[0\]/);
    expect(() => spectrumCorrelationFft([0], [1])).toThrow(/two at least/);
    expect(() => spectrumCorrelationFft([0, 1], [1])).toThrow(/one for each time/);
    expect(() => spectrumCorrelationFft([0, 1], [1, Number.NaN])).toThrow(/not finite/);
    for (const values of [undefined, null, 3, ["1", "0"], { re: [1, 0] }, { re: [1, 0], im: ["0", "0"] }]) {
      const go = () => spectrumCorrelationFft([0, 1], values as never);
      expect(go).toThrow(InvalidArgumentError);
      expect(go).toThrow(/spectrumCorrelationFft: values/);
    }
    expect(() => spectrumCorrelationFft([0, 2, 1], [1, 1, 1])).toThrow(/increasing/);
  });
});
