/**
 * Correlation functions against closed forms, against each other, and where the generator depends on time.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  coherenceG1,
  coherenceG2,
  coherent,
  correlation2op1t,
  correlation2op2t,
  correlation3op1t,
  correlation3op2t,
  destroy,
  InvalidArgumentError,
  type Jump,
  ket2dm,
  mesolve,
  num,
  type Operator,
  pulse,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  thermalDm,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const taus = Float64Array.from({ length: 41 }, (_, k) => 0.2 * k);
/** Tolerance of the defaults, rtol 1e-8, over some tens of steps. */
const CLOSE = 1e-6;

describe("resonance fluorescence", () => {
  const [O, G] = [1.7, 0.6];
  const H = sigmax().scale(O / 2);
  const cOps: Jump[] = [{ op: sigmam(), rate: G }];
  const W = Math.sqrt(O ** 2 - G ** 2 / 16);

  it("<sigma+(tau) sigma-(0)> (Mollow)", () => {
    const q = (2 * O ** 2) / G ** 2;
    const A = (q - 1) / (q + 1);
    const B = ((G / (4 * W)) * (5 * q - 1)) / (q + 1);
    const { re, im } = correlation2op1t(H, undefined, taus, sigmap(), sigmam(), { cOps });
    taus.forEach((t, k) => {
      const incoherent =
        Math.exp((-G * t) / 2) / 2 + (Math.exp((-3 * G * t) / 4) / 2) * (A * Math.cos(W * t) + B * Math.sin(W * t));
      const exact = (q / (2 * (1 + q))) * (1 / (1 + q) + incoherent);
      expect(Math.abs(re[k]! - exact)).toBeLessThan(CLOSE);
      expect(Math.abs(im[k]!)).toBeLessThan(CLOSE);
    });
  });

  it("photons are antibunched: g2", () => {
    const g2 = coherenceG2(H, undefined, taus, sigmam(), { cOps });
    taus.forEach((t, k) => {
      const exact = 1 - Math.exp((-3 * G * t) / 4) * (Math.cos(W * t) + ((3 * G) / (4 * W)) * Math.sin(W * t));
      expect(Math.abs(g2[k]! - exact)).toBeLessThan(10 * CLOSE);
    });
  });
});

describe("one oscillator", () => {
  it("in a thermal bath: <a†(tau) a(0)> and g2 = 1 + |g1|²", () => {
    const [levels, nth, rate, w] = [40, 0.4, 0.8, 1.2];
    const a = destroy(levels);
    const cOps = [
      { op: a, rate: rate * (1 + nth) },
      { op: a.dag(), rate: rate * nth },
    ];
    const H = num(levels).scale(w);
    const found = correlation2op1t(H, undefined, taus, a.dag(), a, { cOps });
    const g1 = coherenceG1(H, thermalDm(levels, nth), taus, a, { cOps });
    const g2 = coherenceG2(H, undefined, taus, a, { cOps });
    taus.forEach((t, k) => {
      const size = Math.exp((-rate * t) / 2);
      expect(Math.abs(found.re[k]! - nth * size * Math.cos(w * t))).toBeLessThan(CLOSE);
      expect(Math.abs(found.im[k]! - nth * size * Math.sin(w * t))).toBeLessThan(CLOSE);
      expect(Math.abs(g1.re[k]! - size * Math.cos(w * t))).toBeLessThan(10 * CLOSE);
      expect(Math.abs(g2[k]! - 1 - size ** 2)).toBeLessThan(10 * CLOSE);
    });
  });

  it("coherent light: g1 = g2 = 1 in modulus, at all times", () => {
    const levels = 30;
    const a = destroy(levels);
    const g2 = coherenceG2(num(levels), coherent(levels, 1.2), taus, a, { cOps: [a] });
    for (const value of g2) expect(Math.abs(value - 1)).toBeLessThan(1e-4);
  });
});

describe("light that goes out", () => {
  // <a†a> = exp(-t) <a†a>(0) for a coherent state and for one photon.
  const late = [0, 1, 10, 30, 35, 38, 100, 1000];
  const gone = (t: number) => Math.exp(-t) <= Number.EPSILON;

  it("is not a number once it is rounding", () => {
    const options = { cOps: [sigmam()] };
    const one = coherenceG2(sigmaz(), basis(2, 0), late, sigmam(), options);
    const { re, im } = coherenceG1(sigmaz(), basis(2, 0), late, sigmam(), options);
    const a = destroy(12);
    const many = coherenceG2(num(12), coherent(12, 1), late, a, { cOps: [a] });
    late.forEach((t, k) => {
      if (gone(t)) {
        for (const value of [one[k], re[k], im[k], many[k]]) expect(value, `t = ${t}`).toBeNaN();
      } else {
        // the truncation of the coherent state, 1e-8
        expect(one[k]).toBe(0);
        expect(Math.hypot(re[k]!, im[k]!)).toBeCloseTo(1, 6);
        expect(many[k]).toBeCloseTo(1, 6);
      }
    });
  });

  it("but not where it was never more, or comes on later", () => {
    const weak = 1e-17;
    const a = destroy(3);
    const cOps = [
      { op: a, rate: 1 + weak },
      { op: a.dag(), rate: weak },
    ];
    const { re } = coherenceG1(num(3).scale(0), thermalDm(3, weak), [0, 1], a, { cOps, atol: 0 });
    expect(re[1]).toBeCloseTo(Math.exp(-0.5), 6);
    const driven = coherenceG2(sigmax(), basis(2, 0), [0, 0.7], sigmam(), { cOps: [sigmam()] });
    expect(driven[1]).toBeGreaterThan(0);
  });
});

describe("identities on random generators", () => {
  it.each([1, 2, 3])("number %i", (seed) => {
    const random = generator(seed);
    const d = 2 + seed;
    const H = randomHermitian(random, [d]);
    const cOps = [randomOperator(random, [d])];
    const rho = randomState(random, [d]).hermitianPart();
    const [A, B, C] = [randomOperator(random, [d]), randomOperator(random, [d]), randomOperator(random, [d])];
    const times = [0, 0.3, 0.9];
    const delays = [0, 0.2, 0.5];
    const equal = (x: { re: number; im: number }, re: number, im: number) =>
      expect(Math.hypot(x.re - re, x.im - im)).toBeLessThan(CLOSE);
    const at = (series: { re: Float64Array; im: Float64Array }, k: number) => ({
      re: series.re[k]!,
      im: series.im[k]!,
    });
    // With 1 for one of them, three become two; conjugates turn the order around.
    const three = correlation3op1t(H, rho, delays, qeye(d), A, B, { cOps });
    const two = correlation2op1t(H, rho, delays, A, B, { cOps });
    const turned = correlation2op1t(H, rho, delays, B.dag(), A.dag(), { cOps, reverse: true });
    delays.forEach((_, k) => {
      equal(at(two, k), three.re[k]!, three.im[k]!);
      equal(at(two, k), turned.re[k]!, -turned.im[k]!);
    });
    // At no delay it is an expectation value.
    const states = mesolve(H, rho, times, { cOps, rtol: 1e-10, atol: 1e-12, storeStates: true }).states!;
    const later = correlation3op2t(H, rho, times, delays, A, B, C, { cOps });
    const pairs = correlation2op2t(H, rho, times, delays, A, B, { cOps });
    times.forEach((_, j) => {
      const exact = A.mul(B).mul(C).mul(states[j]!).tr();
      equal(at(later[j]!, 0), exact.re, exact.im);
      // And from there on it is that of the state reached.
      const again = correlation2op1t(H, states[j]!, delays, A, B, { cOps });
      delays.forEach((_, k) => {
        equal(at(pairs[j]!, k), again.re[k]!, again.im[k]!);
      });
    });
  });
});

describe("generators that depend on time", () => {
  it("the delay begins at t: <sigma-(t + tau) sigma+(t)> of a qubit whose frequency changes", () => {
    // H = f(t) sigma_z / 2, f = cos(w t): the coherence turns by the integral of f from t to t + tau.
    const w = 0.9;
    const H = [[sigmaz().scale(0.5), pulse.cosine({ omega: w })] as const];
    const times = [0, 0.7, 2.1];
    const delays = [0, 0.4, 1.3, 2.2];
    const G = 0.3;
    const found = correlation2op2t(H, ket2dm(basis(2, 1)), times, delays, sigmam(), sigmap(), {
      cOps: [{ op: sigmam(), rate: G }],
    });
    times.forEach((t, j) => {
      // The ground state stays, and is lifted at t.
      delays.forEach((tau, k) => {
        const phase = (Math.sin(w * (t + tau)) - Math.sin(w * t)) / w;
        const size = Math.exp((-G * tau) / 2);
        expect(Math.abs(found[j]!.re[k]! - size * Math.cos(phase))).toBeLessThan(CLOSE);
        expect(Math.abs(found[j]!.im[k]! + size * Math.sin(phase))).toBeLessThan(CLOSE);
      });
    });
  });

  it("has no steady state to begin with", () => {
    const H = [[sigmaz(), pulse.cosine({ omega: 1 })] as const];
    expect(() => correlation2op1t(H, undefined, taus, sigmam(), sigmap(), { cOps: [sigmam()] })).toThrow(/state/);
  });
});

describe("bad input", () => {
  it("is named", () => {
    const go =
      (...rest: unknown[]) =>
      () =>
        (correlation2op1t as (...all: unknown[]) => unknown)(...rest);
    expect(go(sigmaz(), undefined, [-1, 0], sigmam(), sigmap(), { cOps: [sigmam()] })).toThrow(/taulist\[0\]/);
    expect(go(sigmaz(), undefined, [0, 1], destroy(3), sigmap(), { cOps: [sigmam()] })).toThrow(/operators/);
    expect(go(sigmaz(), undefined, [0, 1], sigmam(), sigmap(), { cOps: [sigmam()], eOps: {} })).toThrow(/eOps/);
    expect(go(sigmaz(), undefined, [0, 1], sigmam(), sigmap(), {})).toThrow(/not unique/);
    expect(() => coherenceG2(sigmaz(), basis(2, 1), [0, 1], sigmam())).toThrow(/light/);
    const cOps = [sigmam()];
    for (const reverse of ["no", 1, null]) {
      const bad = go(sigmaz(), basis(2, 0), [0, 1], sigmam(), sigmap(), { cOps, reverse });
      expect(bad).toThrow(InvalidArgumentError);
      expect(bad).toThrow(/correlation2op1t: reverse: expected true or false/);
      const two = () =>
        correlation2op2t(sigmaz(), basis(2, 0), [0], [0, 1], sigmam(), sigmap(), { cOps, reverse } as never);
      expect(two).toThrow(/correlation2op2t: reverse/);
    }
    expect(go(sigmaz(), undefined, [0, 1], sigmam(), sigmap(), null)).toThrow(InvalidArgumentError);
    const notOne = () => coherenceG1(sigmaz(), basis(2, 0), [0, 1], "a" as never, { cOps });
    expect(notOne).toThrow(InvalidArgumentError);
    expect(notOne).toThrow(/coherenceG1: a: expected an Operator/);
    // One that is left out is not the identity.
    expect(go(sigmaz(), basis(2, 0), [0, 1], sigmam(), undefined, { cOps })).toThrow(/correlation2op1t: B/);
    expect(go(sigmaz(), basis(2, 0), [0, 1], undefined, sigmap(), { cOps })).toThrow(/correlation2op1t: A/);
    const three = (...ABC: unknown[]) => {
      const [A, B, C] = ABC as Operator[];
      return [
        () => correlation3op1t(sigmaz(), basis(2, 0), [0, 1], A!, B!, C!, { cOps }),
        () => correlation3op2t(sigmaz(), basis(2, 0), [0], [0, 1], A!, B!, C!, { cOps }),
      ];
    };
    for (const missing of three(undefined, sigmaz(), sigmap())) expect(missing).toThrow(/correlation3op.t: A/);
    for (const missing of three(sigmam(), sigmaz(), undefined)) expect(missing).toThrow(/correlation3op.t: C/);
  });
});
