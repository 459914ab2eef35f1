import { describe, expect, it } from "vitest";
import {
  basis,
  coherent,
  correlation2op1t,
  DimensionMismatchError,
  destroy,
  InvalidArgumentError,
  mcCorrelation2op1t,
  mesolve,
  num,
  piecewise,
  pulse,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";
import { chiSquareBounds } from "../support/sampled.ts";

const TAUS = uniformTimes(3, 7);

/** Largest |difference| in standard errors. */
function worst(run: ReturnType<typeof mcCorrelation2op1t>, exact: { re: Float64Array; im: Float64Array }): number {
  const one = (value: number, reference: number, error: number) =>
    Math.abs(value - reference) < 1e-9 ? 0 : Math.abs(value - reference) / error;
  return run.re.reduce(
    (most, re, k) =>
      Math.max(most, one(re, exact.re[k]!, run.reError[k]!), one(run.im[k]!, exact.im[k]!, run.imError[k]!)),
    0,
  );
}

describe("<A(t + tau) B(t)>", () => {
  it("of the fluorescence of a driven atom in its steady state", () => {
    const H = sigmax().scale(1.5);
    const cOps = [sigmam()];
    const exact = correlation2op1t(H, undefined, TAUS, sigmap(), sigmam(), { cOps });
    const run = mcCorrelation2op1t(H, basis(2, 1), TAUS, sigmap(), sigmam(), { cOps, t: 15, ntraj: 3000, seed: 3 });
    // Fourteen numbers, correlated: five standard errors.
    expect(worst(run, exact)).toBeLessThan(5);
    expect(run.re[0]).toBeGreaterThan(0.3);
  });

  it("of random systems, by every method, from a time and delays of any kind", () => {
    const random = generator(6);
    let chi = 0;
    for (let system = 0; system < 20; system++) {
      const dims = [[2], [3], [2, 2]][system % 3]!;
      const [H, L] = [randomHermitian(random, dims), randomOperator(random, dims, 0.6)];
      const [A, B] = [randomOperator(random, dims), randomOperator(random, dims)];
      const psi = basis(
        dims.reduce((a, b) => a * b),
        0,
      );
      const ket = dims.length > 1 ? basis(2, 0).kron(basis(2, 0)) : psi;
      const [t, taus] = system % 2 ? [0.7, [0, 0.3, 1]] : [0, [0.2, 1]];
      const rho = t > 0 ? mesolve(H, ket, [0, t], { cOps: [L], rtol: 1e-10, atol: 1e-12 }).finalState : ket;
      const exact = correlation2op1t(H, rho, taus, A, B, { cOps: [L] });
      const run = mcCorrelation2op1t(H, ket, taus, A, B, {
        cOps: [L],
        t,
        ntraj: 500,
        seed: system,
        method: (["dyadic", "dop853"] as const)[system % 2],
      });
      chi += ((run.re.at(-1)! - exact.re.at(-1)!) / run.reError.at(-1)!) ** 2;
      chi += ((run.im.at(-1)! - exact.im.at(-1)!) / run.imError.at(-1)!) ** 2;
    }
    const [least, most] = chiSquareBounds(40);
    expect(chi).toBeGreaterThan(least);
    expect(chi).toBeLessThan(most);
  });

  it("of a coherent state there is no noise where A follows from B", () => {
    const [N, alpha] = [20, 1.2];
    const a = destroy(N);
    const run = mcCorrelation2op1t(num(N), coherent(N, alpha), TAUS, a.dag(), a, { cOps: [a], ntraj: 40 });
    TAUS.forEach((tau, k) => {
      // |alpha|² exp((i - 1/2) tau)
      const size = alpha ** 2 * Math.exp(-tau / 2);
      const error = Math.hypot(run.reError[k]!, run.imError[k]!);
      expect(Math.abs(run.re[k]! - size * Math.cos(tau))).toBeLessThan(6 * error + 1e-6);
      expect(Math.abs(run.im[k]! - size * Math.sin(tau))).toBeLessThan(6 * error + 1e-6);
    });
  });

  it("where H depends on time the delay begins at t", () => {
    const H = [sigmaz(), [sigmax(), pulse.gaussian({ center: 1, sigma: 0.3 })]] as const;
    const cOps = [sigmam().scale(0.7)];
    const rho = mesolve([...H], basis(2, 1), [0, 0.8], { cOps, rtol: 1e-10, atol: 1e-12 }).finalState;
    // The clock of correlation2op1t begins at 0: the pulse comes 0.8 earlier.
    const shifted = [sigmaz(), [sigmax(), pulse.gaussian({ center: 0.2, sigma: 0.3 })]] as const;
    const exact = correlation2op1t([...shifted], rho, TAUS, sigmap(), sigmax(), { cOps });
    const run = mcCorrelation2op1t([...H], basis(2, 1), TAUS, sigmap(), sigmax(), {
      cOps,
      t: 0.8,
      ntraj: 2000,
      seed: 1,
    });
    expect(worst(run, exact)).toBeLessThan(5);
  });
});

it.each([0, 0.7])("of a single delay, which may be none, after t = %f", (t) => {
  const options = { cOps: [sigmam()], t, ntraj: 20 };
  const call = (taus: readonly number[]) =>
    mcCorrelation2op1t(
      [sigmaz(), [sigmax(), piecewise([0, 1, 4], [1, 3])]],
      basis(2, 1),
      taus,
      sigmap(),
      sigmam(),
      options,
    );
  const all = call([0, 0.6]);
  [0, 0.6].forEach((tau, k) => {
    const one = call([tau]);
    expect(one.re).toHaveLength(1);
    // Steps are those to other output times.
    expect(one.re[0]).toBeCloseTo(all.re[k]!, 5);
    expect(one.im[0]).toBeCloseTo(all.im[k]!, 5);
  });
});

it("is bilinear in A and B, to the last bit where a power of two is the factor, and never NaN", () => {
  const call = (a: number, b: number) =>
    mcCorrelation2op1t(sigmax(), basis(2, 0), TAUS, sigmap().scale(a), sigmax().scale(b), {
      cOps: [sigmam()],
      ntraj: 5,
    });
  const one = call(1, 1);
  for (const [a, b] of [
    [2 ** 900, 2 ** -900],
    [2 ** -500, 2 ** 500],
    [2 ** 10, 2 ** -10],
  ] as const) {
    expect(call(a, b)).toEqual(one);
  }
  expect(Math.max(...one.re.map(Math.abs))).toBeGreaterThan(0.1);
  expect([...call(1e308, 1e308).re].some(Number.isNaN)).toBe(false);
  expect([...call(1, 0).re, ...call(1, 0).reError]).toEqual(Array(2 * TAUS.length).fill(0));
});

it("is the same in any block", () => {
  const call = (options: object) =>
    mcCorrelation2op1t(sigmax(), basis(2, 0), TAUS, sigmap(), sigmam(), { cOps: [sigmam()], seed: 2, ...options });
  const [one, two] = [call({ ntraj: 1, first: 5 }), call({ ntraj: 1, first: 6 })];
  const both = call({ ntraj: 2, first: 5 });
  both.re.forEach((value, k) => {
    expect(value).toBeCloseTo((one.re[k]! + two.re[k]!) / 2, 14);
  });
  expect(one.reError.every((error) => error === Number.POSITIVE_INFINITY)).toBe(true);
});

it("refuses what is wrong before it computes", () => {
  const call =
    (options: object, taus: readonly number[] = TAUS) =>
    () =>
      mcCorrelation2op1t(sigmax(), basis(2, 0), taus, sigmap(), sigmam(), { cOps: [sigmam()], ...options });
  expect(call({ t: -1 })).toThrow(InvalidArgumentError);
  expect(call({}, [-1, 0])).toThrow(/taulist/);
  expect(call({ ntraj: 0 })).toThrow(InvalidArgumentError);
  expect(call({ keepRuns: true })).toThrow(/keepRuns/);
  expect(() => mcCorrelation2op1t(sigmax(), basis(2, 0), TAUS, num(3), sigmam())).toThrow(DimensionMismatchError);
});
