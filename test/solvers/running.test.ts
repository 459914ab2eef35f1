/**
 * How a run is watched, stopped and repeated; what it returns.
 */
import { describe, expect, it, vi } from "vitest";
import {
  destroy,
  expect as expectation,
  fock,
  mesolve,
  num,
  type Progress,
  ptrace,
  sigmam,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

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
    expect(() => mesolve(H, fock(N, 3), times, { cOps, signal: controller.signal, onProgress })).toThrow("in between");
    expect(onProgress).toHaveBeenCalledTimes(1);
    expect(getKernel().available).toBe(before);
  });

  it("can be called from within its own progress report", () => {
    const inner: number[] = [];
    const onProgress = () =>
      inner.push((mesolve(H, fock(N), [0, 1], { eOps: { n: num(N) } }).expect.n as Float64Array)[1]!);
    const watched = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N) }, onProgress });
    const plain = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N) } });
    expect(inner.length).toBeGreaterThan(0);
    expect(watched.expect.n).toEqual(plain.expect.n);
  });

  it("returns real series for Hermitian operators and complex ones for others, equal to those of the states", () => {
    const result = mesolve(H, fock(N, 3), times, { cOps, eOps: { n: num(N), a }, storeStates: true });
    const n = result.expect.n as Float64Array;
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
    expect((shifted.expect.n as Float64Array)[1]).toBeCloseTo((plain.expect.n as Float64Array)[1]!, 9);
  });

  it("says how it went", () => {
    const { stats } = mesolve(H, fock(N, 3), times, { cOps });
    expect(stats).toMatchObject({ method: "tsit5", build: getKernel().build, hermiticityError: 0 });
    expect(stats.form).toBe("Hermitian matrix form: G sparse (1.9 elements a row), 1 jump on one diagonal");
    expect(stats.rhsEvaluations).toBe(2 + 6 * (stats.steps + stats.rejected));
    expect(stats.traceError).toBeLessThan(1e-13);
    expect(stats.minEigenvalue).toBeGreaterThan(-1e-6);
    expect(mesolve(H, fock(N, 3), [0, 1], { dt: 0.01 }).stats).toMatchObject({
      method: "rk4",
      steps: 100,
      rhsEvaluations: 400,
    });
  });

  it("keeps a steady state steady", () => {
    const result = mesolve(sigmaz(), fock(2, 1), [0, 1e6], { cOps: [sigmam()] });
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
