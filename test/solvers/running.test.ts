/**
 * How a run is watched, stopped and repeated; what it returns.
 */
import { describe, expect, it, vi } from "vitest";
import {
  create,
  destroy,
  expect as expectation,
  fock,
  mesolve,
  num,
  Operator,
  type Progress,
  ptrace,
  qeye,
  sigmam,
  sigmax,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { METHODS } from "../../bindings/solvers/options.ts";

const N = 20;
const a = destroy(N);
const H = num(N).add(a.add(a.dag()).scale(0.4));
const cOps = [{ op: a, rate: 0.3 }];
const times = Array.from({ length: 51 }, (_, k) => k / 5);

describe("mesolve", () => {
  it("gives bit-identical results again, watched or not", () => {
    const run = (watch: boolean) =>
      mesolve(H, fock(N, 3), times, {
        cOps,
        eOps: { n: num(N), a },
        storeStates: true,
        ...(watch ? { onProgress: () => {} } : {}),
      });
    const [first, second, watched] = [run(false), run(false), run(true)];
    for (const other of [second, watched]) {
      expect(other.expect).toEqual(first.expect);
      expect(other.finalState.toDense()).toEqual(first.finalState.toDense());
      expect(other.states!.map((s) => s.toDense())).toEqual(first.states!.map((s) => s.toDense()));
      expect(other.stats.steps).toBe(first.stats.steps);
    }
  });

  it.each([...METHODS])("gives bit-identical results again by %s, whatever ran in between", (method) => {
    const dt = method === "rk4" ? { dt: 0.01 } : {};
    const run = () =>
      mesolve(H, fock(N, 3), [0, 0.3, 1], { cOps, eOps: { n: num(N), a }, storeStates: true, method, ...dt });
    const first = run();
    mesolve(H.scale(2), fock(N, 1), [0, 0.7], { cOps, method, ...dt });
    const second = run();
    expect(second.expect).toEqual(first.expect);
    expect(second.states!.map((state) => state.toDense())).toEqual(first.states!.map((state) => state.toDense()));
    expect(second.stats.rhsEvaluations).toBe(first.stats.rhsEvaluations);
  });

  it("reports progress from start to end", () => {
    const seen: Progress[] = [];
    mesolve(H, fock(N, 3), times, { cOps, onProgress: (p) => seen.push(p) });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)).toMatchObject({ fraction: 1, time: 10 });
    seen.reduce((before, now) => {
      expect(now.time).toBeGreaterThanOrEqual(before.time);
      return now;
    });
  });

  it("stops when its signal is aborted, with the reason, and gives its memory back", () => {
    const before = getKernel().available;
    const aborted = AbortSignal.abort(new Error("enough"));
    expect(() => mesolve(H, fock(N, 3), times, { signal: aborted })).toThrow("enough");
    const controller = new AbortController();
    const onProgress = vi.fn(() => controller.abort(new Error("in between")));
    expect(() =>
      mesolve(H, fock(N, 3), times, { cOps, method: "tsit5", signal: controller.signal, onProgress }),
    ).toThrow("in between");
    expect(onProgress).toHaveBeenCalledTimes(1);
    expect(getKernel().available).toBe(before);
  });

  it("can be called from within its own progress report", () => {
    const inner: number[] = [];
    const onProgress = () => inner.push(mesolve(H, fock(N), [0, 1], { eOps: { n: num(N) } }).expect.n[1]!);
    const watched = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N) }, onProgress });
    const plain = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N) } });
    expect(inner.length).toBeGreaterThan(0);
    expect(watched.expect.n).toEqual(plain.expect.n);
  });

  it("returns real series for Hermitian operators and complex ones for others, equal to those of the states", () => {
    const result = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N), a }, storeStates: true });
    const { n } = result.expect;
    const amplitude = result.expect.a as { re: Float64Array; im: Float64Array };
    result.states!.forEach((state, k) => {
      expect(n[k]).toBeCloseTo(expectation(num(N), state) as number, 12);
      const exact = expectation(a, state) as { re: number; im: number };
      expect(Math.hypot(amplitude.re[k]! - exact.re, amplitude.im[k]! - exact.im)).toBeLessThan(1e-12);
    });
    expect(result.states!.at(-1)!.toDense()).toEqual(result.finalState.toDense());
    expect(result.states![0]!.get(3, 3)).toEqual({ re: 1, im: 0 });
  });

  it("takes one time, negative times, and a time list that is a typed array", () => {
    expect(mesolve(H, fock(N, 3), [7], { eOps: { n: num(N) } }).expect.n).toEqual(Float64Array.of(3));
    const shifted = mesolve(H, fock(N, 3), Float64Array.of(-5, -4), { cOps, eOps: { n: num(N) } });
    const plain = mesolve(H, fock(N, 3), [0, 1], { cOps, eOps: { n: num(N) } });
    expect(shifted.expect.n[1]).toBeCloseTo(plain.expect.n[1]!, 9);
  });

  it("advances the state by what the clock advances, however far from zero the times are", () => {
    const spin = (start: number, options: object) =>
      mesolve(sigmax().scale(1.5), fock(2, 0), [start, start + 8], {
        cOps: [sigmaz().scale(0.5)],
        eOps: { z: sigmaz() },
        ...options,
      }).expect.z;
    for (const options of [{ rtol: 1e-12, atol: 1e-14 }, { dt: 1 / 128 }]) {
      const exact = spin(0, options)[1]!;
      // The adaptive steps differ by rounding, so the errors of the method (a few 1e-12) do too.
      for (const start of [2 ** 20, -(2 ** 30), 2 ** 40]) {
        expect(Math.abs(spin(start, options)[1]! - exact)).toBeLessThan(1e-11);
      }
    }
  });

  it("takes the steps it is told to: dt divides every interval evenly, maxStep bounds all of them", () => {
    const steps = (list: number[], options: object) => mesolve(H, fock(N, 3), list, { cOps, ...options }).stats.steps;
    expect(steps([0, 1000], { dt: 0.1 })).toBe(10_000);
    expect(steps([1e6, 1e6 + 1], { dt: 1e-3 })).toBe(1000);
    expect(steps([0, 0.25, 1], { dt: 0.1 })).toBe(3 + 8);
    expect(steps([0, 1], { dt: 5 })).toBe(1);
    expect(steps([0, 1], { maxStep: 0.01 })).toBeGreaterThanOrEqual(100);
  });

  it("reads atol and rtol as documented, with the documented defaults", () => {
    const run = (options: object) => mesolve(H, fock(N, 3), [0, 10], { cOps, method: "tsit5", ...options });
    const plain = run({});
    expect(run({ rtol: 1e-6, atol: 1e-8 }).finalState.toDense()).toEqual(plain.finalState.toDense());
    const exact = run({ rtol: 1e-13, atol: 1e-15 }).finalState;
    // Each of them rules where the other is out of the way, and steps grow as the fifth root of the tolerance.
    for (const tolerances of [(x: number) => ({ rtol: 1e-15, atol: x }), (x: number) => ({ rtol: x, atol: 0 })]) {
      const [coarse, fine] = [1e-5, 1e-10].map((x) => run(tolerances(x))) as [typeof plain, typeof plain];
      const ratio = fine.stats.steps / coarse.stats.steps;
      expect(ratio).toBeGreaterThan(5);
      expect(ratio).toBeLessThan(20);
      expect(fine.finalState.sub(exact).norm()).toBeLessThan(fine.stats.steps * 1e-10);
    }
  });

  it("spends what a fifth-order method needs: a change of the controller shows here", () => {
    const kerr = num(30)
      .mul(num(30))
      .add(destroy(30).add(create(30)));
    const runs = {
      accurate: mesolve(H, fock(N, 3), [0, 20], { cOps, method: "tsit5", rtol: 1e-9, atol: 1e-11 }),
      stiff: mesolve(sigmax(), fock(2, 0), [0, 10], { cOps: [sigmam().scale(10)], method: "tsit5", rtol: 1e-4 }),
      kicked: mesolve(kerr, fock(30, 6), [0, 2], { cOps: [destroy(30)], method: "tsit5", rtol: 0.1, atol: 0.1 }),
    };
    const pinned = { accurate: [380, 0], stiff: [295, 1], kicked: [650, 14] };
    for (const [name, [steps, rejected]] of Object.entries(pinned)) {
      const { stats } = runs[name as keyof typeof runs];
      // Fused multiply-adds may move a decision of the controller, not many of them.
      const slack = getKernel().build === "relaxed" ? 0.03 * steps! : 0;
      expect(Math.abs(stats.steps - steps!), `${name}: ${stats.steps} steps`).toBeLessThanOrEqual(slack);
      expect(Math.abs(stats.rejected - rejected!), `${name}: ${stats.rejected} rejected`).toBeLessThanOrEqual(slack);
    }
    expect(runs.stiff.stats.stiffness).toBeGreaterThan(0.8);
    expect(runs.stiff.stats.stiffness).toBeLessThan(1.2);
    expect(runs.accurate.stats.stiffness).toBeLessThan(0.6);
  });

  it("reports the defects of the final state as they are", () => {
    // Past the stability limit for a few steps: a matrix that is far from a state.
    const { stats, finalState } = mesolve(sigmax(), fock(2, 0), [0, 10], { cOps: [sigmam().scale(6)], dt: 0.25 });
    const trace = finalState.tr();
    expect(stats.traceError).toBe(Math.hypot(trace.re - 1, trace.im));
    expect(stats.traceError).toBeGreaterThan(0);
    expect(stats.minEigenvalue).toBe(eigenvaluesHermitian(finalState)[0]);
    expect(stats.minEigenvalue).toBeLessThan(-1);
    expect(stats.hermiticityError).toBe(finalState.hermiticityDefect().deviation);
  });

  it("keeps the trace of a state and the energy of an H that are Hermitian only to rounding", () => {
    const skew = Operator.dense(2, [0.5, 0, 0, 4e-11, 0, 4e-11, 0.5, 0]);
    const run = mesolve(sigmax().scale(100), skew, [0, 100], { cOps: [sigmam()], rtol: 1e-8 });
    expect(run.stats.traceError).toBeLessThan(1e-12);
    const leaky = sigmax().add(qeye(2).scale({ re: 0, im: 4e-13 }));
    expect(mesolve(leaky, fock(2, 0), [0, 1e4]).stats.traceError).toBeLessThan(1e-11);
  });

  it("reports fractions of the interval, wherever it lies", () => {
    const seen: Progress[] = [];
    mesolve(H, fock(N, 3), [100, 400], { cOps, onProgress: (p) => seen.push(p) });
    for (const { time, fraction } of seen) expect(fraction).toBeCloseTo((time - 100) / 300, 14);
    expect(seen.at(-1)!.fraction).toBe(1);
  });

  it("does not throw away a finished run when the last progress report aborts", () => {
    const controller = new AbortController();
    const onProgress = ({ fraction }: Progress) => {
      if (fraction === 1) controller.abort();
    };
    expect(mesolve(H, fock(N, 3), times, { cOps, signal: controller.signal, onProgress }).times).toHaveLength(51);
  });

  it("says how it went", () => {
    const { stats } = mesolve(H, fock(N, 3), times, { cOps, method: "tsit5" });
    expect(stats).toMatchObject({ method: "tsit5", build: getKernel().build, hermiticityError: 0 });
    expect(stats.form).toBe("one triangle of a Hermitian matrix: 3 diagonals, 1 jump");
    expect(stats.rhsEvaluations).toBe(2 + 6 * (stats.steps + stats.rejected));
    expect(stats.traceError).toBeLessThan(1e-13);
    expect(stats.minEigenvalue).toBeGreaterThan(-1e-6);
    expect(mesolve(H, fock(N, 3), [0, 1], { dt: 0.01 }).stats).toMatchObject({
      method: "rk4",
      steps: 100,
      rhsEvaluations: 400,
    });
  });

  it.each([30, 60])("ends well in the nearly pure states of a driven oscillator, %i levels", (levels) => {
    const b = destroy(levels);
    const driven = num(levels).add(b.add(b.dag()));
    for (const end of [20, 40, 60]) {
      const { stats } = mesolve(driven, fock(levels, 3), [0, end], { cOps: [b], rtol: 1e-8 });
      expect(stats.minEigenvalue).toBeGreaterThan(-1e-6);
    }
  });

  it("keeps a steady state steady", () => {
    const result = mesolve(sigmaz(), fock(2, 1), [0, 1e6], { cOps: [sigmam()], method: "tsit5" });
    // From 1e-6 the step grows tenfold each time.
    expect(result.stats.steps).toBe(13);
    expect(result.finalState.get(1, 1).re).toBe(1);
  });

  it("works on composite systems", () => {
    const pair = mesolve(tensor(sigmaz(), num(3)), tensor(fock(2, 0), fock(3, 2)), [0, 1], {
      cOps: [tensor(sigmam(), num(3).scale(0).add(destroy(3)))],
    });
    expect(ptrace(pair.finalState, 1).tr().re).toBeCloseTo(1, 12);
    expect(pair.finalState.dims).toEqual([2, 3]);
  });
});
