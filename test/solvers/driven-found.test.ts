/**
 * Driven problems on which reviewers once got wrong numbers.
 */
import { describe, expect, it } from "vitest";
import {
  type Coefficient,
  InvalidArgumentError,
  mesolve,
  NotHermitianError,
  piecewise,
  pulse,
  samples,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { maxDifference } from "../support/random.ts";
import { spin } from "../support/spin.ts";

const { tight, up } = spin;

describe("what others have found", () => {
  const jumping = piecewise([0, 2, 4, 10], [1, -1, 0.5]);
  const H = [sigmaz(), [sigmax(), jumping]] as const;
  const times = [0, 1, 3.3, 7, 10];
  const exact = mesolve(H, up, times, { ...tight, storeStates: true }).states!;

  it.each(["auto", "tsit5", "dop853", "kencarp4", "magnus", "rk4"] as const)(
    "%s: runs in pieces go on behind a jump",
    (method) => {
      const options = { method, ...(method === "rk4" ? { dt: 1e-3 } : { rtol: 1e-8, atol: 1e-10 }) };
      const until = mesolve(H, up, times, { ...options, until: () => false, storeStates: true });
      const listed = mesolve(H, up, [0, 10], { ...options, storeStates: [3.3, 7] });
      until.states!.forEach((state, k) => {
        expect(maxDifference(state, exact[k]!)).toBeLessThan(1e-5);
      });
      listed.states!.forEach((state, k) => {
        expect(maxDifference(state, exact[2 + k]!)).toBeLessThan(1e-5);
      });
    },
  );

  it("a spline rings beside an edge, where all samples are flat", () => {
    for (const [dt, order] of [
      [1e-3, 3],
      [1e-3, 2],
      [0.1, 3],
    ] as const) {
      const t = Array.from({ length: 101 }, (_, k) => (k - 50) * dt);
      const f = samples(
        t,
        t.map((_, k) => (k === 50 ? 0.5 / dt : 0)),
        { order },
      );
      const run = (options: object) =>
        mesolve([[sigmax(), f]], up, [t[0]!, t[100]!], { eOps: { z: sigmaz() }, ...options }).expect.z[1]!;
      // What commutes with itself depends on the integral alone: a step on every sample knows it.
      expect(Math.abs(run({}) - run({ ...tight, maxStep: dt / 4 }))).toBeLessThan(1e-5);
    }
  });

  it("a pulse beside one that is thousands of times higher", () => {
    const t = uniformTimes(100, 100_001);
    const g = (x: number, center: number, sigma: number) => Math.exp(-(((x - center) / sigma) ** 2) / 2);
    for (const height of [4500, 8000]) {
      const f = samples(
        t,
        Float64Array.from(t, (x) => height * g(x, 1, 0.02) + 4 * g(x, 60, 0.1)),
      );
      const angle = 2 * Math.sqrt(2 * Math.PI) * (height * 0.02 + 4 * 0.1);
      const { expect: values } = mesolve([[sigmax(), f]], up, [0, 100], { eOps: { z: sigmaz() } });
      expect(Math.abs(values.z[1]! - Math.cos(angle))).toBeLessThan(1e-4);
    }
  });

  it("powers of an oscillation are narrower than it, sums of exponentials have a peak", () => {
    let p = pulse.sine({ omega: 1 });
    for (let k = 0; k < 10; k++) p = p.mul(p);
    const run = (f: Coefficient, T: number, options: object = {}) =>
      mesolve([[sigmax(), f]], up, [0, T], { eOps: { z: sigmaz() }, ...options }).expect.z[1]!;
    // The mean of sin^2n is (2n)!/(4^n n!²): 100 is 31.83 half turns, and what is left is flat.
    let mean = 1;
    for (let n = 1; n <= 512; n++) mean *= (2 * n - 1) / (2 * n);
    expect(Math.abs(run(p, 31 * Math.PI) - Math.cos(2 * 31 * Math.PI * mean))).toBeLessThan(1e-5);
    const difference = pulse
      .exponential({ rate: -1, start: 50 })
      .add(pulse.exponential({ rate: -5, start: 50 }).mul(-1))
      .mul(pulse.square({ from: 50, to: 200 }))
      .mul(2);
    for (const method of ["auto", "kencarp4", "magnus"] as const) {
      // ∫ 2 (e^-s - e^-5s) ds = 1.6
      expect(Math.abs(run(difference, 200, { method }) - Math.cos(3.2))).toBeLessThan(1e-4);
    }
  });

  it("what is wrong for a short time only", () => {
    const short = pulse.square({ from: 40.31, to: 40.45 });
    const span = [0, 100];
    const rate = piecewise([0, 40.31, 40.45, 100], [0.1, -3, 0.1]);
    expect(() => mesolve(sigmaz(), up, span, { cOps: [{ op: sigmam(), rate }] })).toThrow(/negativeRates/);
    const complex = short.mul({ re: 0, im: 20 }).add(1);
    expect(() => mesolve([sigmaz(), [sigmax(), complex]], up, span)).toThrow(NotHermitianError);
    expect(() => mesolve([sigmaz(), [sigmam(), short]], up, span)).toThrow(NotHermitianError);
    const narrow = pulse.gaussian({ center: 40.4, sigma: 0.02 }).mul(10);
    expect(() => mesolve([sigmaz(), [sigmam(), narrow]], up, span)).toThrow(NotHermitianError);
    const jump = { op: sigmam(), rate: short.mul({ re: 0, im: 1 }).add(1) };
    expect(() => mesolve(sigmaz(), up, span, { cOps: [jump], negativeRates: true })).toThrow(InvalidArgumentError);
  });

  it("couplings whose squares underflow", () => {
    for (const method of ["krylov", "faber", "expm"] as const) {
      const { finalState } = mesolve(sigmaz().add(sigmax().scale(1e-170)), up, [0, 1], { method });
      expect(finalState.get(0, 0).re).toBeCloseTo(1, 12);
    }
    const narrow = pulse.gaussian({ center: 5, sigma: 0.1 });
    const run = (method: "magnus" | "dop853") =>
      mesolve([sigmaz(), [sigmax(), narrow]], up, [0, 10], { method, eOps: { z: sigmaz() } }).expect.z[1]!;
    expect(Math.abs(run("magnus") - run("dop853"))).toBeLessThan(1e-4);
  });

  it.each(["auto", "dop853", "tsit5", "kencarp4", "magnus"] as const)(
    "%s: a Gaussian that an exponential moves far from its middle",
    (method) => {
      for (const shift of [9, 24, 30]) {
        // exp(-½ t²) exp(r (t - r/2)) = exp(-½ (t - r)²)
        const moved = pulse.gaussian({ center: 0, sigma: 1 }).mul(pulse.exponential({ rate: shift, start: shift / 2 }));
        for (const drive of [moved, pulse.cosine({ omega: 0 }).mul(moved).mul(0.5).mul(2)]) {
          const options = { method, eOps: { z: sigmaz() }, cOps: [sigmam().scale(1e-12)] };
          const { expect: values } = mesolve([[sigmax().scale(0.5), drive]], up, [-50, 1000], options);
          // 1e-6 a step, of some 80 steps.
          expect(Math.abs(values.z[1]! - Math.cos(Math.sqrt(2 * Math.PI)))).toBeLessThan(1e-4);
        }
      }
    },
  );

  it("a drive of period 1 does the same from any whole time on: phases of some millions had wrong signs", () => {
    const H = [sigmaz().scale(Math.PI), [sigmax(), pulse.cosine({ omega: 2 * Math.PI })]] as const;
    const run = (from: number, method: "auto" | "tsit5" | "magnus", picture: "schrodinger" | "interaction") =>
      mesolve([...H], up, [from, from + 1], { method, picture, cOps: [sigmam()], eOps: { z: sigmaz() } }).expect.z[1]!;
    const exact = mesolve([...H], up, [0, 1], { ...tight, cOps: [sigmam()], eOps: { z: sigmaz() } }).expect.z[1]!;
    for (const from of [-5e5, 2.63e5, 4e5, 6.67e5, 1e6]) {
      for (const method of ["auto", "tsit5", "magnus"] as const) {
        expect(Math.abs(run(from, method, "schrodinger") - exact)).toBeLessThan(2e-5);
      }
      expect(Math.abs(run(from, "tsit5", "interaction") - exact)).toBeLessThan(2e-5);
    }
  });

  it("functions that jump hundreds of times between two outputs", () => {
    const { expect: values } = mesolve([[sigmax(), (t: number) => Math.sign(Math.sin(20 * t))]], up, [0, 100], {
      eOps: { z: sigmaz() },
    });
    // The triangle wave's value at the end, ∫ sign(sin 20 t) = 100 mod (pi/10) folded.
    const x = 100 % (Math.PI / 10);
    const area = x < Math.PI / 20 ? x : Math.PI / 10 - x;
    expect(Math.abs(values.z[1]! - Math.cos(2 * area))).toBeLessThan(1e-5);
  });
});
