/**
 * Power spectra against closed forms, one way against the other, and against the correlation function they are the transform of.
 */
import { describe, expect, it } from "vitest";
import {
  correlation2op1t,
  create,
  destroy,
  expect as mean,
  num,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  spectrum,
  steadystate,
  tensor,
} from "../../bindings/index.ts";
import { ShiftedHessenberg } from "../../bindings/stationary/hessenberg.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";

const WAYS = ["schur", "krylov"] as const;
const frequencies = Float64Array.from({ length: 61 }, (_, k) => -6 + 0.2 * k);

describe.each(WAYS)("by %s", (method) => {
  it("Mollow's triplet", () => {
    const [O, G] = [2.3, 0.8];
    const W = Math.sqrt(O ** 2 - G ** 2 / 16);
    const q = (2 * O ** 2) / G ** 2;
    const A = (q - 1) / (q + 1);
    const B = ((G / (4 * W)) * (5 * q - 1)) / (q + 1);
    const [g1, g3] = [G / 2, (3 * G) / 4];
    const found = spectrum(sigmax().scale(O / 2), frequencies, [{ op: sigmam(), rate: G }], sigmap(), sigmam(), {
      method,
    });
    frequencies.forEach((v, k) => {
      const side = (x: number, sign: 1 | -1) => (A * g3 - sign * B * x) / (g3 ** 2 + x ** 2);
      const exact = (q / (1 + q)) * ((0.5 * g1) / (g1 ** 2 + v ** 2) + 0.25 * (side(v - W, 1) + side(v + W, -1)));
      expect(found.values[k]!).toBeCloseTo(exact, 11);
    });
    // |<sigma->|² = O² G² / (G² + 2 O²)²
    expect(found.coherent.re).toBeCloseTo((O * G) ** 2 / (G ** 2 + 2 * O ** 2) ** 2, 12);
    expect(found.method).toBe(method);
  });

  it("a thermal oscillator: a Lorentzian at its frequency", () => {
    const [levels, nth, rate, w0] = [24, 0.3, 0.9, 1.5];
    const a = destroy(levels);
    const cOps = [
      { op: a, rate: rate * (1 + nth) },
      { op: a.dag(), rate: rate * nth },
    ];
    const { values } = spectrum(num(levels).scale(w0), frequencies, cOps, a.dag(), a, { method, tol: 1e-12 });
    frequencies.forEach((w, k) => {
      // The truncation leaves (nth / (1 + nth))^24 = 5e-16.
      expect(values[k]!).toBeCloseTo((nth * rate) / ((w - w0) ** 2 + rate ** 2 / 4), 10);
    });
  });

  it.each([1, 2, 3, 4])("random generator %i: the integral over all frequencies is a variance", (seed) => {
    const random = generator(seed);
    const d = 2 + seed;
    const H = randomHermitian(random, [d]);
    const cOps = [randomOperator(random, [d]), randomOperator(random, [d])];
    const [A, B] = [randomOperator(random, [d]), randomOperator(random, [d])];
    const found = spectrum(H, [-1, 0, 2.5], cOps, A, B, { method });
    // S(w) by the correlation function, Simpson's rule on a fine grid up to where it has decayed.
    const { gap, rho } = steadystate(H, cOps);
    const end = 36 / gap!;
    const steps = 4000;
    const taus = Float64Array.from({ length: steps + 1 }, (_, k) => (end * k) / steps);
    const { re, im } = correlation2op1t(H, rho, taus, A, B, { cOps, rtol: 1e-11, atol: 1e-13 });
    const line = { re: mean(A, rho), im: mean(B, rho) } as unknown as Record<"re" | "im", { re: number; im: number }>;
    expect(found.coherent.re).toBeCloseTo(line.re.re * line.im.re - line.re.im * line.im.im, 11);
    found.frequencies.forEach((w, j) => {
      const f = (k: number) =>
        Math.cos(w * taus[k]!) * (re[k]! - found.coherent.re) + Math.sin(w * taus[k]!) * (im[k]! - found.coherent.im);
      let sum = f(0) + f(steps);
      for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(k);
      expect((2 * sum * end) / (3 * steps)).toBeCloseTo(found.values[j]!, 6);
    });
  });
});

it("both ways agree where Krylov spaces pay: a driven Kerr oscillator", () => {
  const levels = 17;
  const a = destroy(levels);
  const n = num(levels);
  const H = n.scale(0.5).add(n.mul(n).sub(n).scale(0.15)).add(a.add(a.dag()).scale(0.7));
  const [exact, found] = WAYS.map((method) => spectrum(H, frequencies, [a], a.dag(), a, { method }));
  const height = Math.max(...exact!.values);
  frequencies.forEach((_, k) => {
    expect(Math.abs(found!.values[k]! - exact!.values[k]!)).toBeLessThan(1e-8 * height);
  });
  expect(exact!.size).toBe(levels ** 2);
});

it("shifted Hessenberg equations", () => {
  const random = generator(3);
  for (const m of [1, 2, 5, 40]) {
    const columns = Array.from({ length: m }, (_, j) => Float64Array.from({ length: j + 2 }, () => 2 * random() - 1));
    const w = 0.7;
    const x = Array.from({ length: m }, () => ({ re: 2 * random() - 1, im: 2 * random() - 1 }));
    const shifted = new ShiftedHessenberg(w);
    columns.forEach((column, j) => {
      // t = (i w - H)ᵀ x, element by element: tᵀ (i w - H)⁻¹ e_1 is the first element of x
      let [re, im] = [-w * x[j]!.im, w * x[j]!.re];
      for (let i = 0; i <= Math.min(j + 1, m - 1); i++) {
        re -= column[i]! * x[i]!.re;
        im -= column[i]! * x[i]!.im;
      }
      shifted.add(column, re, im);
      expect(shifted.value.every(Number.isFinite)).toBe(true);
    });
    expect(shifted.value[0]).toBeCloseTo(x[0]!.re, 11);
    expect(shifted.value[1]).toBeCloseTo(x[0]!.im, 11);
  }
});

it("bad input is named", () => {
  const go =
    (...rest: unknown[]) =>
    () =>
      (spectrum as (...all: unknown[]) => unknown)(...rest);
  expect(go(sigmax(), [0, Number.NaN], [sigmam()], sigmap(), sigmam())).toThrow(/wlist/);
  expect(go(sigmax(), null as unknown as number[], [sigmam()], sigmap(), sigmam())).toThrow(/array of frequencies/);
  expect(go(sigmax(), [0], [sigmam()], destroy(3), sigmam())).toThrow(/spectrum: A/);
  expect(go(sigmax(), [0], [sigmam()], sigmap(), 3)).toThrow(/spectrum: B/);
  expect(go(sigmax(), [0], [sigmam()], sigmap(), sigmam(), { method: "fft" })).toThrow(/method/);
  expect(go(qeye(2), [0], [], sigmap(), sigmam())).toThrow(/not unique/);
});

describe("where little decays", () => {
  it.each([
    ["an atom in a driven cavity", 2, 0.3, 0.1, 0.05],
    ["the same, hardly damped", 5, 0.5, 0.1, 0.01],
  ])("%s: both ways agree at zero frequency, too", (_, g, drive, kappa, gamma) => {
    const [a, s] = [tensor(destroy(12), qeye(2)), tensor(qeye(12), sigmam())];
    const H = a.mul(s.dag()).add(a.dag().mul(s)).scale(g).add(a.add(a.dag()).scale(drive)).hermitianPart();
    const cOps = [
      { op: a, rate: kappa },
      { op: s, rate: gamma },
    ];
    const w = [-g, -0.1, 0, 0.01, g];
    const [exact, krylov] = (["schur", "krylov"] as const).map(
      (method) => spectrum(H, w, cOps, a.dag(), a, { method }).values,
    );
    const height = exact!.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    krylov!.forEach((x, k) => {
      expect(Math.abs(x - exact![k]!)).toBeLessThan(1e-8 * height);
    });
  });

  it("fluctuations of the photon number of a Kerr oscillator", () => {
    const n = num(20);
    const H = n
      .mul(n)
      .scale(0.1)
      .add(destroy(20).add(create(20)).scale(0.5))
      .hermitianPart();
    const cOps = [{ op: destroy(20), rate: 0.1 }];
    const [exact, krylov] = (["schur", "krylov"] as const).map(
      (method) => spectrum(H, [0, 0.02, 1], cOps, n, n, { method }).values,
    );
    krylov!.forEach((x, k) => {
      expect(Math.abs(x - exact![k]!)).toBeLessThan(1e-8 * exact![0]!);
    });
  });
});

it.each(["schur", "krylov"] as const)("nothing fluctuates where B rho is <B> rho, by %s", (method) => {
  const cases: Parameters<typeof spectrum>[] = [
    [num(10), [0, 1], [destroy(10)], create(10), destroy(10)],
    [sigmax(), [0, 1], [sigmam()], sigmax(), qeye(2)],
    [qeye(1), [0, 1], [], qeye(1), qeye(1)],
  ];
  for (const [H, w, cOps, A, B] of cases) {
    expect(Array.from(spectrum(H, w, cOps, A, B, { method }).values)).toEqual([0, 0]);
  }
});

it.each(["schur", "krylov"] as const)("far from all resonances it falls as its moments say, by %s", (method) => {
  const run = (w: number[]) => spectrum(sigmax(), w, [sigmam()], sigmap(), sigmam(), { method }).values;
  // The line of a driven atom falls as 1/w⁴: the rates of the first moments vanish.
  const [near, far] = [run([9e4, -9e4]), run([9e5, -9e5, 1e10, 1e100, 1e300])];
  far.forEach((x) => {
    expect(Number.isFinite(x)).toBe(true);
  });
  expect(Math.abs(far[0]! / near[0]! - 1e-4)).toBeLessThan(1e-4);
  expect(far[0]! / far[1]!).toBeCloseTo(1, 6);
});
