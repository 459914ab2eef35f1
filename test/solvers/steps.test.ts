/**
 * Runs that end early, that are followed output by output, and that keep some of their states.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  InvalidArgumentError,
  InvalidTimesError,
  mesolve,
  mesolveSteps,
  num,
  type Operator,
  type Point,
  pulse,
  StepLimitError,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const N = 30;
const k = 0.4;
const H = num(N);
const times = uniformTimes(20, 201);
const options = { cOps: [{ op: destroy(N), rate: k }], eOps: { n: num(N), a: destroy(N) } };
const whole = mesolve(H, fock(N, 3), times, { ...options, storeStates: true, rtol: 1e-10, atol: 1e-12 });

describe("until", () => {
  it("ends a run at the first output where it holds", () => {
    const result = mesolve(H, fock(N, 3), times, { ...options, until: ({ expect: { n } }: Point) => n < 0.5 });
    // 3 exp(-0.4 t) < 0.5 from t = 4.4794 on.
    expect(result.stopped).toBeCloseTo(4.5, 12);
    expect(result.times).toHaveLength(46);
    expect(result.expect.n).toHaveLength(46);
    expect((result.expect.a as { re: Float64Array }).re).toHaveLength(46);
    expect(Math.abs(result.expect.n[45]! - 3 * Math.exp(-k * 4.5))).toBeLessThan(1e-5);
    expect(maxDifference(result.finalState, whole.states![45]!)).toBeLessThan(1e-6);
    expect(result.states).toBeUndefined();
  });

  it("sees time, index and state, in order and none twice", () => {
    const seen: number[] = [];
    mesolve(H, fock(N, 3), times, {
      ...options,
      until: ({ time, index, state, expect: { n, a } }) => {
        expect(time).toBe(times[index]);
        expect(maxDifference(state, whole.states![index]!)).toBeLessThan(1e-6);
        expect(Math.abs(n - whole.expect.n[index]!)).toBeLessThan(1e-4);
        expect(a).toEqual({ re: expect.any(Number), im: expect.any(Number) });
        seen.push(index);
        return false;
      },
    });
    expect(seen).toEqual(Array.from(times.keys()));
  });

  it("goes to the end when it never holds, and keeps the states that were asked for", () => {
    const result = mesolve(H, fock(N, 3), times, { ...options, until: () => false, storeStates: true });
    expect(result.stopped).toBeUndefined();
    expect(result.states).toHaveLength(201);
    expect(maxDifference(result.finalState, whole.finalState)).toBeLessThan(1e-6);
    const early = mesolve(H, fock(N, 3), times, { ...options, until: ({ index }) => index === 10, storeStates: "all" });
    expect(early.states).toHaveLength(11);
  });

  it("the first output counts", () => {
    const result = mesolve(H, fock(N, 3), times, { ...options, until: () => true });
    expect(result.times).toHaveLength(1);
    expect(result.stopped).toBe(0);
    expect(result.stats.steps).toBeLessThan(2);
  });

  it("refuses an answer that is neither true nor false", () => {
    const ket = sesolve.bind(undefined, H, basis(N, 3), times);
    for (const answer of [undefined, null, 0, 1, "", "yes", {}, Promise.resolve(true), NaN]) {
      const until = (() => answer) as unknown as () => boolean;
      for (const run of [() => mesolve(H, fock(N, 3), times, { ...options, until }), () => ket({ until })]) {
        expect(run).toThrow(InvalidArgumentError);
        expect(run).toThrow(/solve: until: expected a function that returns true or false, got /);
      }
    }
  });

  it("is a steady state to a tolerance", () => {
    const drive = H.scale(0.2).add(destroy(N).add(destroy(N).dag()).scale(0.2));
    const result = mesolve(drive, fock(N, 0), uniformTimes(200, 201), { ...options, until: { steady: 1e-6 } });
    expect(result.stopped).toBeGreaterThan(20);
    expect(result.stopped).toBeLessThan(120);
    // A coherent state: alpha = -E/(D - ik/2).
    const n = 0.2 ** 2 / (0.2 ** 2 + (k / 2) ** 2);
    expect(Math.abs(result.expect.n.at(-1)! - n)).toBeLessThan(1e-4);
  });

  it("works with a drive, in two copies, in windows that move, with a hand-over", () => {
    const driven = mesolve([H, [destroy(N).add(destroy(N).dag()), pulse.sine({ omega: 1 })]], fock(N, 0), times, {
      ...options,
      until: ({ expect: { n } }) => n > 1,
    });
    expect(driven.expect.n.at(-1)).toBeGreaterThan(1);
    expect(driven.expect.n.at(-2)).toBeLessThan(1);
    const random = generator(12);
    const X = randomOperator(random, [5]);
    const G = randomHermitian(random, [5]);
    const both = mesolve(G, X, [0, 1, 2, 3], { checkState: false, until: ({ index }) => index === 2 });
    expect(maxDifference(both.finalState, mesolve(G, X, [0, 2], { checkState: false }).finalState)).toBeLessThan(1e-6);
    const M = 100;
    const pumped = num(M)
      .scale(0.1)
      .add(destroy(M).add(destroy(M).dag()).scale(1.5));
    const moving = mesolve(pumped, fock(M, 0), uniformTimes(12, 49), {
      cOps: [destroy(M).scale(0.5)],
      eOps: { n: num(M) },
      until: ({ expect: { n } }) => n > 20,
    });
    const plain = mesolve(pumped, fock(M, 0), moving.times, { cOps: [destroy(M).scale(0.5)], eOps: { n: num(M) } });
    moving.expect.n.forEach((value, i) => {
      expect(Math.abs(value - plain.expect.n[i]!)).toBeLessThan(1e-4);
    });
  });
});

describe("mesolveSteps", () => {
  it("gives points one by one, and the solution at its end", () => {
    const steps = mesolveSteps(H, fock(N, 3), times, options);
    const seen: Point[] = [];
    let last = steps.next();
    while (!last.done) {
      seen.push(last.value);
      last = steps.next();
    }
    expect(seen.map(({ time }) => time)).toEqual(Array.from(times));
    seen.forEach(({ expect: { n } }, i) => {
      expect(Math.abs(n - 3 * Math.exp(-k * times[i]!))).toBeLessThan(1e-5);
    });
    expect(last.value.expect.n).toEqual(Float64Array.from(seen, ({ expect: { n } }) => n));
  });

  it("can be left, computes no further than asked, and lets others solve in between", () => {
    let count = 0;
    for (const { state } of mesolveSteps(H, fock(N, 3), times, options)) {
      count++;
      const inner = mesolve(sigmax(), fock(2, 0), [0, 1], { eOps: { z: sigmaz() } });
      expect(inner.expect.z[1]).toBeCloseTo(Math.cos(2), 6);
      if (count === 20) {
        expect(maxDifference(state, whole.states![19]!)).toBeLessThan(1e-6);
        break;
      }
    }
    expect(count).toBe(20);
  });

  it("two at once do not disturb each other", () => {
    const random = generator(3);
    const problems = [1, 2].map(() => ({
      G: randomHermitian(random, [6]),
      L: randomOperator(random, [6]).scale(0.3),
      rho: randomState(random, [6]),
    }));
    const ts = uniformTimes(3, 31);
    const steps = problems.map(({ G, L, rho }) => mesolveSteps(G, rho, ts, { cOps: [L] }));
    const alone = problems.map(({ G, L, rho }) => mesolve(G, rho, ts, { cOps: [L], storeStates: true }).states!);
    ts.forEach((_, i) => {
      steps.forEach((step, j) => {
        const { state } = step.next().value as Point;
        expect(maxDifference(state, alone[j]![i]!)).toBeLessThan(1e-6);
      });
    });
  });

  it("throws what ends the run, with what was computed", () => {
    const steps = mesolveSteps(sigmax(), fock(2, 0), uniformTimes(1000, 101), {
      method: "tsit5",
      maxSteps: 200,
      cOps: [sigmam()],
      eOps: { z: sigmaz() },
    });
    let error: unknown;
    let count = 0;
    try {
      for (const _ of steps) count++;
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StepLimitError);
    expect((error as StepLimitError).partial!.times).toHaveLength(count);
    expect(count).toBeGreaterThan(3);
  });

  it("has no until", () => {
    expect(() => mesolveSteps(H, fock(N, 3), times, { until: () => true } as object)).toThrow(InvalidArgumentError);
  });
});

describe("storeStates", () => {
  it("at given times, which need not be output times", () => {
    const wanted = [0, 0.05, 7.3, 7.33, 20];
    const result = mesolve(H, fock(N, 3), times, { ...options, storeStates: wanted, rtol: 1e-9, atol: 1e-11 });
    expect([...result.stateTimes!]).toEqual(wanted);
    expect([...result.times]).toEqual([...times]);
    expect(result.expect.n).toHaveLength(201);
    const exact = mesolve(H, fock(N, 3), wanted, { ...options, storeStates: true, rtol: 1e-10, atol: 1e-12 }).states!;
    result.states!.forEach((state, i) => {
      expect(maxDifference(state, exact[i]!)).toBeLessThan(1e-8);
    });
    result.expect.n.forEach((value, i) => {
      expect(Math.abs(value - whole.expect.n[i]!)).toBeLessThan(1e-7);
    });
  });

  it("in any order, none twice, also before until ends the run", () => {
    const { stateTimes, states } = mesolve(H, fock(N, 3), times, {
      ...options,
      storeStates: [5, 1, 1, 3],
      until: ({ time }) => time >= 4,
    });
    expect([...stateTimes!]).toEqual([1, 3]);
    expect(states).toHaveLength(2);
  });

  it("all, final, none", () => {
    const run = (storeStates: "all" | "final" | "none" | boolean) => mesolve(H, fock(N, 3), [0, 1], { storeStates });
    expect(run("all").states).toHaveLength(2);
    expect(run(true).states).toHaveLength(2);
    for (const kept of ["final", false] as const) {
      expect(run(kept).states).toBeUndefined();
      expect(run(kept).finalState.size).toBe(N);
    }
    const none = run("none");
    expect("finalState" in none).toBe(false);
    expect(none.stats.traceError).toBeLessThan(1e-12);
    expect(none.stats.minEigenvalue).toBeGreaterThan(-1e-12);
    expect(String(none)).toMatch(/^Solution: 2 times from 0 to 1\n/);
  });

  it("refuses times outside the run, and what is no time", () => {
    const run = (storeStates: unknown) => () => mesolve(H as Operator, fock(N, 3), [0, 1], { storeStates } as object);
    expect(run([0.5, 1.5])).toThrow(InvalidArgumentError);
    expect(run([Number.NaN])).toThrow(InvalidTimesError);
    expect(run("some")).toThrow(InvalidArgumentError);
    expect(() => mesolve(H, fock(N, 3), [0, 1], { until: { steady: 0 } })).toThrow(InvalidArgumentError);
    const driven = [H, [num(N), pulse.sine({ omega: 1 })]] as const;
    expect(() => mesolve(driven, fock(N, 3), [0, 1], { until: { steady: 1e-3 } })).toThrow(/never steady/);
  });
});
