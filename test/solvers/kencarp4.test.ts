/**
 * The implicit method: order of the solution and of the interpolant, exact trajectories in either form, steps that follow accuracy where
 * explicit ones are held by stability, and how it ends when its equations cannot be solved.
 */
import { describe, expect, it } from "vitest";
import { STATISTIC_REJECTED, STATISTIC_STEPS, STATUS_DONE, STATUS_METHOD_FAILED } from "../../assembly/constants.ts";
import {
  destroy,
  fock,
  ket2dm,
  type MesolveOptions,
  mesolve,
  num,
  Operator,
  StepLimitError,
  sigmam,
  sigmax,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { type Form, putEvolution, putVectors, represent, type Vectors } from "../support/forms.ts";
import { uniformTimes } from "../support/law.ts";
import { LOOSE, qubitError, slope } from "../support/order.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";
import { type Evolution, matrix, readReference } from "../support/reference.ts";

const method = "kencarp4";

function kerr(N: number) {
  const a = destroy(N);
  const H = num(N).scale(0.5).add(a.dag().mul(a.dag()).mul(a).mul(a).scale(0.15)).add(a.add(a.dag()));
  return { H, cOps: [a], rho0: fock(N, 0), n: num(N) };
}

function problem(name: string) {
  const reference = readReference<Evolution>(name);
  const { dims } = reference;
  return {
    reference,
    H: matrix(dims, reference.H),
    jumps: reference.jumps.map(({ rate, op }) => matrix(dims, op).scale(Math.sqrt(rate))),
    rho0: Operator.dense(dims, reference.rho0),
  };
}

/** A run in the form that the test chooses; `noJump` is what the preconditioner is made of. */
function run(
  form: Form,
  { H, jumps, rho0 }: { H: Operator; jumps: readonly Operator[]; rho0: Operator },
  times: readonly number[],
  options: { rtol?: number; atol?: number; step?: number; method?: string; noJump?: Operator },
): { status: number; state: Operator; statistics: Float64Array } {
  return getKernel().frame((kernel) => {
    const representation = represent(form, H, jumps, rho0);
    const vectors: Vectors = putVectors(kernel, representation);
    if (form === "matrix") {
      const G = options.noJump ?? noJumpOperator(H, jumps);
      kernel.functions.setNoJump(vectors.superoperator, kernel.putMatrix(G, "test"));
    }
    const evolution = putEvolution(kernel, vectors, options.method ?? method, vectors.vector(rho0), times, options);
    const canary = kernel.allocate(4096, "test");
    const status = kernel.functions.evolutionAdvance(evolution, 1e6);
    expect(kernel.doubles.slice(canary / 8, canary / 8 + 512).every((x) => x === 0)).toBe(true);
    const state = kernel.functions.evolutionState(evolution) >>> 0;
    return {
      status,
      state: Operator.dense(H.dims, representation.read(kernel, state, "test")),
      statistics: kernel.statistics(evolution).slice(),
    };
  });
}

describe("kencarp4", () => {
  const steps = [1 / 8, 1 / 16, 1 / 32];

  it("has order 4", () => {
    const order = slope(
      steps,
      steps.map((maxStep) => qubitError([0, 8], { method, ...LOOSE, maxStep })),
    );
    expect(order).toBeGreaterThan(3.8);
    expect(order).toBeLessThan(4.2);
  });

  it("has an interpolant of order 3 (local errors of order 4)", () => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 7.993) / 40);
    const errors = steps.map((maxStep) => qubitError(times, { method, ...LOOSE, maxStep }));
    expect(slope(steps, errors)).toBeGreaterThan(3.8);
  });

  it.each([1e-3, 1e-5, 1e-7, 1e-9])("keeps to rtol = %d", (rtol) => {
    const { stats } = mesolve(sigmax().scale(1.5), fock(2, 0), [0, 2], { method, rtol, atol: rtol / 100 });
    const error = qubitError(uniformTimes(2, 41), { method, rtol, atol: rtol / 100 });
    // Each step is off by about rtol + atol in Frobenius norm, sigma has norm sqrt(2); twice as many steps at most for the damped qubit.
    expect(error).toBeLessThan(2 * stats.steps * 1.01 * rtol * Math.SQRT2);
  });

  it.each(["p7_d3", "p7_d16"])("%s: rates of 5000 and more do not hold its steps, in either form", (name) => {
    const { reference, H, jumps, rho0 } = problem(name);
    const { t, dims, rho } = reference;
    const exact = Operator.dense(dims, rho.at(-1)!);
    for (const form of ["coordinates", "matrix"] as const) {
      const { status, state, statistics } = run(form, { H, jumps, rho0 }, [0, t.at(-1)!], { rtol: 1e-6, atol: 1e-8 });
      expect(status).toBe(STATUS_DONE);
      expect(statistics[STATISTIC_STEPS]! + statistics[STATISTIC_REJECTED]!).toBeLessThan(500);
      expect(maxDifference(state, exact)).toBeLessThan(1e-5);
    }
    // An explicit method of order 5 needs at least rate·t/3.5 steps.
    const explicit = () => mesolve(H, rho0, [0, t.at(-1)!], { cOps: jumps, method: "tsit5", maxSteps: 10_000 });
    expect(explicit).toThrow(StepLimitError);
    expect(explicit).toThrow(/stability, not by accuracy/);
  });

  it("is L-stable: what decays infinitely fast is gone after one step", () => {
    const gone = mesolve(sigmax().scale(0), fock(2, 0), [0, 1], { cOps: [sigmam().scale(1e6)], method, ...LOOSE });
    // One step of |h lambda| = 1e12 leaves of the order of its inverse; rounding of 1 - h gamma L is eps relative to it.
    expect(Math.abs(gone.finalState.get(0, 0).re)).toBeLessThan(1e-10);
    expect(Math.abs(gone.finalState.get(1, 1).re - 1)).toBeLessThan(1e-10);
  });

  it.each<[Form, number]>([
    ["coordinates", 2],
    ["coordinates", 5],
    ["coordinates", 12],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 17, 33].map((d): [Form, number] => ["matrix", d]),
  ])("agrees with a series: %s, d = %i", (form, d) => {
    const random = generator(d);
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d], 0.5), randomOperator(random, [d]).scale(0.5)];
    const rho0 = randomState(random, [d]).hermitianPart();
    const { status, state, statistics } = run(form, { H, jumps, rho0 }, [0, 1], { rtol: 1e-8, atol: 1e-10 });
    expect(status).toBe(STATUS_DONE);
    const exact = mesolve(H, rho0, [0, 1], { cOps: jumps, method: "faber", rtol: 1e-13, atol: 1e-15 });
    expect(state.sub(exact.finalState).norm()).toBeLessThan(statistics[STATISTIC_STEPS]! * 1.01e-8);
    expect(state.hermiticityDefect().deviation).toBe(0);
  });

  it("writes functionals and states between steps, bit-identical again, and never grows the memory inside a run", () => {
    // 26 levels: more coordinates than are factored.
    for (const [N, form] of [
      [12, /coordinates/],
      [26, /matrix form/],
    ] as const) {
      const { H, cOps, rho0, n } = kerr(N);
      const times = uniformTimes(3, 31);
      const run = (options: MesolveOptions) =>
        mesolve(H, rho0, times, { cOps, eOps: { n }, storeStates: true, rtol: 1e-7, atol: 1e-9, ...options });
      const exact = run({ method: "faber", rtol: 1e-12, atol: 1e-14 });
      const pages = new Set<number>();
      const onProgress = () => pages.add(getKernel().doubles.byteLength);
      const [first, second] = [run({ method, onProgress }), run({ method })];
      expect(first.stats.form).toMatch(form);
      expect(pages.size).toBe(1);
      expect(second.expect.n).toEqual(first.expect.n);
      first.states!.forEach((state, k) => {
        expect(second.states![k]!.toDense()).toEqual(state.toDense());
        expect(maxDifference(state, exact.states![k]!)).toBeLessThan(first.stats.steps * 1.01e-7);
      });
      expect(first.stats.traceError).toBeLessThan(1e-8);
    }
  });

  it("evolves what is not Hermitian", () => {
    const { H, cOps } = kerr(26);
    const X = randomOperator(generator(1), [26]);
    const run = (options: MesolveOptions) =>
      mesolve(H, X.scale(1 / X.norm()), [0, 0.2], { cOps, checkState: false, ...options }).finalState;
    const exact = run({ method: "faber", rtol: 1e-12, atol: 1e-14 });
    expect(run({ method, rtol: 1e-6, atol: 1e-8 }).sub(exact).norm()).toBeLessThan(1e-4);
  });

  it("gives up after a bounded number of shorter steps when a stage cannot be solved", () => {
    const { H, cOps, rho0 } = kerr(8);
    const parts = { H, jumps: cOps, rho0: ket2dm(rho0) };
    // A preconditioner that takes everything to zero.
    const noJump = num(8)
      .scale(-1e300)
      .sub(ket2dm(fock(8, 0)).scale(1e300));
    const { status, statistics } = run("matrix", parts, [0, 1], { noJump });
    expect(status).toBe(STATUS_METHOD_FAILED);
    expect(statistics[STATISTIC_STEPS]).toBe(0);
    expect(statistics[STATISTIC_REJECTED]).toBe(12);
  });

  it("takes shorter steps where a stage cannot be solved, and goes on", () => {
    const { H, cOps, rho0 } = kerr(40);
    const parts = { H, jumps: cOps, rho0: ket2dm(rho0) };
    // No preconditioner at all.
    const noJump = Operator.fromTriplets(40, []);
    const options = { rtol: 1e-3, atol: 1e-5 };
    const plain = run("matrix", parts, [0, 5], options);
    const hard = run("matrix", parts, [0, 5], { ...options, noJump });
    expect(hard.status).toBe(STATUS_DONE);
    expect(plain.statistics[STATISTIC_REJECTED]).toBe(0);
    expect(hard.statistics[STATISTIC_REJECTED]).toBeGreaterThan(0);
    expect(hard.state.sub(plain.state).norm()).toBeLessThan(0.1);
  });
});
