/**
 * What `method: "auto"` promises: no error worse than asked for, whatever the problem; no size that is found too large only on the way; and
 * that it hands over when a method cannot go on. Most of these were found by trying to break it.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  type MesolveOptions,
  mesolve,
  num,
  Operator,
  sigmam,
  sigmax,
  sigmaz,
  TooLargeError,
} from "../../bindings/index.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { planEvolution } from "../../bindings/solvers/evolve.ts";
import { METHODS, resolveOptions } from "../../bindings/solvers/options.ts";
import { generator, maxDifference, randomHermitian, randomState } from "../support/random.ts";

const code = (body: () => unknown) => {
  try {
    body();
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
  return "no error";
};

describe("auto keeps to its tolerance", () => {
  it.each([
    [100, 40],
    [400, 40],
    [400, 100],
  ])("where one level dephases at %i and the others turn freely until t = %i", (gamma, t) => {
    const d = 24;
    const energy = (i: number) => (i < d - 1 ? (0.5 * i) / (d - 2) : 0.25);
    const H = Operator.fromTriplets(
      d,
      Array.from({ length: d }, (_, i) => [i, i, energy(i), 0]),
    );
    const L = Operator.fromTriplets(d, [[d - 1, d - 1, Math.sqrt(2 * gamma), 0]]);
    const rho = Operator.dense(
      d,
      new Float64Array(2 * d * d).map((_, k) => (k % 2 === 0 ? 1 / d : 0)),
    );
    for (const method of ["auto", "faber"] as const) {
      const { finalState } = mesolve(H, rho, [0, t], { cOps: [L], method });
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const damping = (i === d - 1) !== (j === d - 1) ? Math.exp(-gamma * t) : 1;
          const phase = (energy(i) - energy(j)) * t;
          const { re, im } = finalState.get(i, j);
          expect(Math.abs(re - (damping * Math.cos(phase)) / d)).toBeLessThan(1e-8);
          expect(Math.abs(im + (damping * Math.sin(phase)) / d)).toBeLessThan(1e-8);
        }
      }
    }
  });

  it("in random systems with rates over many orders, against propagators", () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = generator(9000 + seed);
      const d = 6 + Math.floor(10 * random());
      const H = randomHermitian(random, [d], 0.3);
      const wide = () => Math.tan(3 * (random() - 0.5));
      const dephasing = Operator.fromTriplets(
        d,
        Array.from({ length: d }, (_, i) => [i, i, wide(), 0]),
      );
      const hops = Operator.fromTriplets(
        d,
        Array.from({ length: 4 }, () => [Math.floor(d * random()), Math.floor(d * random()), wide(), random()]),
      );
      const rho = randomState(random, [d]);
      const times = [0, 10 * random()];
      const rtol = 10 ** -(4 + Math.floor(6 * random()));
      const run = (options: MesolveOptions) =>
        mesolve(H, rho, times, { cOps: [dephasing, hops], rtol, atol: rtol / 100, ...options }).finalState;
      const exact = run({ method: "expm" });
      for (const method of ["auto", "faber", "krylov"] as const) {
        const error = run({ method }).sub(exact).norm();
        // 1e-12: what rounding leaves of propagators with rates of up to a few thousand.
        expect(error, `seed ${seed}, ${method}`).toBeLessThan(rtol * (0.01 + exact.norm()) + 1e-12);
      }
    }
  });

  it.each([
    // Polynomials that grow and cancel in the sum: their rounding does not.
    ["rounding of terms that cancel", 608, 12, 0.2, 1, 200, 1e-10, [[0, 1]]],
    ["rounding of terms that cancel", 694, 5, 0.5, 1, 200, 1e-9, [[0, 1]]],
    // Undamped motion beside fast decay, at the flat end of the ellipse.
    [
      "an ellipse that must be widened",
      573,
      12,
      0.5,
      100,
      20,
      1e-10,
      [
        [0, 1],
        [2, 2],
      ],
    ],
    ["an ellipse that must be widened", 661, 8, 0.5, 100, 60, 1e-9, [[0, 0]]],
  ] as const)("by a series, against propagators: %s, seed %i", (_, seed, d, density, rate, t, rtol, jumps) => {
    const random = generator(seed);
    const H = randomHermitian(random, [d], density);
    const rho = randomState(random, [d]);
    const cOps = jumps.map(([i, j], k) => Operator.fromTriplets(d, [[i, j, k === 0 ? Math.sqrt(rate) : 1, 0]]));
    const [series, exact] = (["faber", "expm"] as const).map(
      (method) => mesolve(H, rho, [0, t], { cOps, method, rtol, atol: rtol / 100 }).finalState,
    );
    expect(series!.sub(exact!).norm()).toBeLessThan(rtol);
  });

  it("in the interaction picture, with levels that a window would have cut off", () => {
    const a = destroy(80);
    const H = num(80).add(a.add(a.dag()).scale(1.5));
    const run = (options: MesolveOptions) =>
      mesolve(H, fock(80, 0), [0, 1, 2, 3, 4], { cOps: [a.scale(0.3)], ...options });
    const turned = run({ picture: "interaction" });
    expect(turned.stats.reasons.join()).not.toMatch(/levels:/);
    expect(turned.finalState.sub(run({ rtol: 1e-10 }).finalState).norm()).toBeLessThan(1e-6);
  });

  it("far from t = 0, where intervals differ by less than the clock's rounding", () => {
    const times = [1e9, 1e9 + 1e-6, 1e9 + 1.5e-6, 1e9 + 1.7e-6];
    for (const method of ["auto", "expm", "faber"] as const) {
      const { z } = mesolve(sigmax().scale(1e6), fock(2, 0), times, { eOps: { z: sigmaz() }, method }).expect;
      times.forEach((t, k) => {
        // The times are rounded, their differences are not.
        expect(Math.abs(z[k]! - Math.cos(2e6 * (t - times[0]!)))).toBeLessThan(1e-7);
      });
    }
  });

  it("on uniform grids whose times are rounded, though one propagator serves all intervals", () => {
    const ulp = 2 ** -33;
    const grids: [number, (k: number) => number][] = [
      // 0.3 is no multiple of the spacing of numbers at 1e6: the first interval is off the mean by a part of it.
      [1e5, (k) => 1e6 + 0.3 * k],
      // The first interval is seven spacings short.
      [2e4, (k) => 1e6 + 0.125 * k - (k > 0 ? 7 * ulp : 0)],
    ];
    for (const [count, at] of grids) {
      const times = Float64Array.from({ length: count }, (_, k) => at(k));
      const run = (method: "auto" | "expm", rtol: number) =>
        mesolve(sigmax().scale(0.5), basis(2, 0), times, { eOps: { z: sigmaz() }, method, rtol, atol: 0 });
      expect(run("auto", 1.7e-7).stats.reasons.join()).toMatch(/method expm: 1 propagator/);
      for (const rtol of [2e-6, 1.7e-7, 1e-13]) {
        const { z } = run("expm", rtol).expect;
        const error = z.reduce((most, x, k) => Math.max(most, Math.abs(x - Math.cos(times[k]! - times[0]!))), 0);
        // A state may be ahead by a thousandth of rtol; every product rounds four sums of four.
        expect(error).toBeLessThan(1e-3 * rtol + 4 * Number.EPSILON * count);
      }
    }
  });

  it("over an interval that is next to nothing", () => {
    for (const method of ["faber", "krylov", "expm"] as const) {
      const run = mesolve(sigmax(), fock(2, 0), [0, 1e-310, 1], { method, storeStates: true });
      expect(maxDifference(run.states![1]!, run.states![0]!)).toBeLessThan(1e-15);
      expect(run.finalState.get(0, 0).re).toBeCloseTo(Math.cos(1) ** 2, 8);
    }
  });
});

describe("what cannot be done", () => {
  it("takes the steps that a series needs, and says when they are too many", () => {
    for (const end of [1e10, 1e12]) {
      expect(code(() => mesolve(sigmax(), fock(2, 0), [0, end], { method: "faber", maxSteps: 300 }))).toBe(
        "STEP_LIMIT",
      );
    }
  });

  it("is not silent where squares overflow or vanish", () => {
    for (const scale of [1e160, 1e-170]) {
      const run = () => mesolve(sigmax().scale(scale), fock(2, 0), [0, 1 / scale], { method: "krylov" });
      expect(code(run)).toBe("NON_FINITE");
    }
  });

  it("is refused before it starts when all levels would not fit", () => {
    expect(() => mesolve(num(1e5), basis(1e5, 0), [0, 1], { cOps: [destroy(1e5)] })).toThrow(TooLargeError);
    const ladder = num(20000)
      .scale(1e-4)
      .add(destroy(20000).add(destroy(20000).dag()).scale(1e-4));
    expect(() => mesolve(ladder, basis(20000, 0), [0, 1])).toThrow(TooLargeError);
    const a = destroy(200);
    const times = Array.from({ length: 11000 }, (_, k) => k / 1000);
    expect(() => mesolve(num(200).add(a.add(a.dag())), fock(200, 0), times, { storeStates: true })).toThrow(
      TooLargeError,
    );
  });

  /** Five quanta that decay in the lowest fifty of d levels. */
  const plan = (d: number) => {
    const decay = Operator.fromTriplets(
      d,
      Array.from({ length: 49 }, (_, i) => [i, i + 1, Math.sqrt(i + 1), 0]),
    );
    const energies = num(d);
    return planEvolution({
      G: noJumpOperator(energies, [decay]),
      jumps: [decay],
      states: [Operator.fromTriplets(d, [[5, 5, 1, 0]])],
      times: Float64Array.of(0, 1, 2),
      functionals: [energies],
      options: resolveOptions({}, "plan"),
      where: "plan",
    });
  };

  it("is not refused for levels that are never reached", () => {
    // Thirteen matrices of all levels would take 4.4 GB; six numbers are evolved.
    expect(() => plan(4600)).not.toThrow();
  });

  it("is told in whole bytes", () => {
    const a = destroy(3000);
    const problem = () =>
      mesolve(num(3000), basis(3000, 3), [0, 1], { cOps: [a, a.dag()], method: "kencarp4", checkState: false });
    expect(problem).toThrow(TooLargeError);
    expect(problem).toThrow(/ needs \d+ bytes /);
  });

  it("does not count output times as steps", () => {
    const times = Array.from({ length: 50 }, (_, k) => k);
    const run = mesolve(sigmax(), fock(2, 0), times, { cOps: [sigmam()], maxSteps: 10 });
    expect(run.times).toHaveLength(50);
  });
});

describe("nothing", () => {
  it.each([...METHODS])("evolves to nothing by %s", (method) => {
    const zero = Operator.fromTriplets(3, []);
    const options = {
      method,
      atol: 0,
      checkState: false,
      cOps: [destroy(3)],
      ...(method === "rk4" ? { dt: 0.1 } : {}),
    };
    expect(mesolve(num(3), zero, [0, 1], options).finalState.maxAbs()).toBe(0);
  });
});

describe("handing over", () => {
  it("goes on with a series when the interaction picture proves stiff", () => {
    // A strong Kerr term for the phases to take; what is left is a decay that holds the steps once the state has fallen.
    const d = 60;
    const a = destroy(d);
    const random = generator(5);
    const rho = randomState(random, [d]);
    const { stats, finalState } = mesolve(num(d).mul(num(d)).add(a.add(a.dag())), rho, [0, 20], { cOps: [a.scale(2)] });
    expect(stats.reasons.join()).toMatch(/method faber: dop853 could not go on at t = /);
    expect(finalState.get(0, 0).re).toBeGreaterThan(0.5);
    expect(stats.traceError).toBeLessThan(1e-6);
    expect(stats.steps).toBeGreaterThan(200);
  });
});
