/**
 * DOP853: order of the solution and of the interpolant, exact trajectories, what its steps cost, how it ends.
 */
import { describe, expect, it } from "vitest";
import {
  destroy,
  fock,
  type Hamiltonian,
  mesolve,
  num,
  Operator,
  pulse,
  StepLimitError,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { uniformTimes } from "../support/law.ts";
import { LOOSE, qubitError, slope } from "../support/order.ts";
import { maxDifference } from "../support/random.ts";
import { type Evolution, matrix, REFERENCE_TOLERANCE, readReference } from "../support/reference.ts";

const method = "dop853";
const N = 20;
const a = destroy(N);
const H = num(N).add(a.add(a.dag()).scale(0.4));
const cOps = [{ op: a, rate: 0.3 }];

describe("dop853", () => {
  const steps = [1 / 3, 1 / 6, 1 / 9];

  it("has order 8", () => {
    const errors = steps.map((maxStep) => qubitError([0, 8], { method, ...LOOSE, maxStep }));
    expect(slope(steps, errors)).toBeGreaterThan(7.8);
    expect(slope(steps, errors)).toBeLessThan(8.2);
  });

  it("has an interpolant of order 7: local errors, and slopes of at least 7.8", () => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 7.993) / 40);
    const errors = steps.map((maxStep) => qubitError(times, { method, ...LOOSE, maxStep }));
    expect(slope(steps, errors)).toBeGreaterThan(7.8);
  });

  it.each([1e-4, 1e-6, 1e-8, 1e-10, 1e-12])("keeps to rtol = %d", (rtol) => {
    // Fewer than 50 steps, each off by at most rtol + atol in Frobenius norm; sigma has norm sqrt(2).
    const error = qubitError(uniformTimes(2, 41), { method, rtol, atol: rtol / 100 });
    expect(error).toBeLessThan(50 * 1.01 * rtol * Math.SQRT2 + 1e-14);
  });

  it.each(["p1_0", "p2_N16", "p3_N4", "p4_N5", "p8_N12", "random_2x3_L4", "random_8_L4"])("reproduces %s", (name) => {
    const reference = readReference<Evolution>(name);
    const { dims } = reference;
    const result = mesolve(matrix(dims, reference.H), Operator.dense(dims, reference.rho0), reference.t, {
      cOps: reference.jumps.map(({ rate, op }) => ({ op: matrix(dims, op), rate })),
      storeStates: true,
      method,
      rtol: 1e-12,
      atol: 1e-14,
    });
    reference.rho_index.forEach((index, k) => {
      const exact = Operator.dense(dims, reference.rho[k]!);
      expect(maxDifference(result.states![index]!, exact), `rho(t[${index}])`).toBeLessThan(REFERENCE_TOLERANCE);
    });
  });

  it("takes 12 right-hand sides a step, 11 when it is rejected, 3 more where an output lies inside", () => {
    const run = (times: number[]) => mesolve(H, fock(N, 3), times, { cOps, method, rtol: 1e-3 }).stats;
    const plain = run([0, 10]);
    // Two more begin the run; every estimate of the spectral radius may add one to a rejected step.
    const least = 2 + 12 * plain.steps + 11 * plain.rejected;
    expect(plain.rhsEvaluations).toBeGreaterThanOrEqual(least);
    expect(plain.rhsEvaluations).toBeLessThanOrEqual(least + plain.rejected);
    const middle = run([0, 5, 10]);
    expect(middle.steps).toBe(plain.steps);
    expect(middle.rhsEvaluations).toBe(plain.rhsEvaluations + 3);
  });

  it("gives bit-identical results again, watched or not, and never grows the memory inside a run", () => {
    const run = (onProgress?: () => void) =>
      mesolve(H, fock(N, 3), uniformTimes(10, 51), {
        cOps,
        method,
        storeStates: true,
        eOps: { n: num(N) },
        onProgress,
      });
    const first = run();
    const pages = new Set<number>();
    for (const other of [run(), run(() => pages.add(getKernel().doubles.byteLength))]) {
      expect(other.expect).toEqual(first.expect);
      expect(other.states!.map((s) => s.toDense())).toEqual(first.states!.map((s) => s.toDense()));
    }
    expect(pages.size).toBe(1);
  });

  it("advances the state by what the clock advances, however far from zero the times are", () => {
    const spin = (start: number) =>
      mesolve(sigmax().scale(1.5), fock(2, 0), [start, start + 8], {
        cOps: [sigmam()],
        method,
        rtol: 1e-12,
        atol: 1e-14,
      });
    const exact = spin(0).finalState;
    for (const start of [2 ** 20, -(2 ** 30), 2 ** 40]) {
      expect(maxDifference(spin(start).finalState, exact)).toBeLessThan(1e-11);
    }
  });

  it("keeps the length of steps whose interpolant errs by the rounding of times alone", () => {
    // Within the rounding of times, 2e-12 at t = 30000, the pulse rises by 1e-8 of itself: by a hundred tolerances, in steps of any length.
    const [center, sigma] = [30_000, 1e-4];
    const drive = pulse.gaussian({ center, sigma });
    const run = (outputs: number) => {
      const times = Array.from({ length: outputs }, (_, i) => center + 16 * sigma * (i / (outputs - 1) - 0.5));
      const H: Hamiltonian = [sigmaz(), [sigmax().scale(1 / sigma), drive]];
      return mesolve(H, fock(2, 0), times, { method, rtol: 1e-10, atol: 1e-12, eOps: { z: sigmaz() } });
    };
    const [plain, watched] = [run(2), run(200)];
    // A pulse of area sqrt(2 pi) turns by twice that; sigma_z beside it by sigma, which changes that by its square.
    const z = Math.cos(2 * Math.sqrt(2 * Math.PI));
    for (const { expect: values } of [plain, watched]) expect(Math.abs(values.z.at(-1)! - z)).toBeLessThan(10 * sigma);
    expect(watched.stats.steps).toBeLessThan(1.2 * plain.stats.steps);
  });

  it("says so when its steps are held by stability", () => {
    const stiff = (options: object) =>
      mesolve(sigmax(), fock(2, 0), [0, 10], { cOps: [sigmam().scale(10)], method, ...options });
    const { stats } = stiff({ rtol: 1e-4 });
    expect(stats.stiffness).toBeGreaterThan(0.8);
    expect(stats.stiffness).toBeLessThan(1.2);
    // L = 10 sigma_minus: rates of 50 and 100.
    expect(stats.spectralRadius).toBeGreaterThan(50);
    expect(stats.spectralRadius).toBeLessThan(120);
    expect(() => stiff({ maxSteps: 100 })).toThrow(StepLimitError);
    expect(() => stiff({ maxSteps: 100 })).toThrow(/stability, not by accuracy/);
  });
});
