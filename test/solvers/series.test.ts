/**
 * Faber series and propagators: exact solutions, the tolerance asked for, windows of levels, operators that are no states.
 */
import { describe, expect, it } from "vitest";
import { STATUS_LEAK } from "../../assembly/constants.ts";
import {
  destroy,
  fock,
  type MesolveOptions,
  mesolve,
  num,
  Operator,
  qeye,
  type Series,
  sigmam,
  sigmax,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { putEvolution, putVectors, represent } from "../support/forms.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";
import { type Evolution, readReference } from "../support/reference.ts";

describe("constant generators", () => {
  it.each([1e-3, 1e-6, 1e-9, 1e-12])("keep to rtol = %d over the whole run", (rtol) => {
    const random = generator(77);
    for (const d of [3, 6, 11, 30]) {
      const H = randomHermitian(random, [d], d > 10 ? 0.2 : 1).scale(3);
      const cOps = [randomOperator(random, [d], 0.3), randomOperator(random, [d], 0.1)];
      const rho = randomState(random, [d]);
      const times = [0, 0.1, 0.5, 2];
      const run = (options: MesolveOptions) => mesolve(H, rho, times, { cOps, storeStates: true, ...options }).states!;
      const exact = run({ method: "tsit5", rtol: 1e-13, atol: 1e-15 });
      const methods = d > 10 ? (["faber", "auto"] as const) : (["faber", "expm", "auto"] as const);
      for (const method of methods) {
        run({ method, rtol, atol: rtol / 100 }).forEach((state, k) => {
          // Truncation takes a fiftieth of the tolerance for the whole run; 2e-12 is what the reference is good for.
          expect(state.sub(exact[k]!).norm(), `${method} d = ${d}`).toBeLessThan(rtol / 50 + 2e-12);
        });
      }
    }
  });

  it("agree with each other on uniform, uneven and single times, states and expectation values", () => {
    const N = 6;
    const a = destroy(N);
    const H = num(N).scale(2).add(a.add(a.dag()));
    for (const times of [uniformTimes(3, 61), [0, 0.01, 1, 1.5, 7], [2], [-1, 0]]) {
      const [one, two] = (["faber", "expm"] as const).map((method) =>
        mesolve(H, fock(N, 2), times, { cOps: [a], eOps: { n: num(N), a }, method, storeStates: true, rtol: 1e-11 }),
      );
      times.forEach((_, k) => {
        expect(maxDifference(one!.states![k]!, two!.states![k]!)).toBeLessThan(1e-11);
      });
      const values = (series: Series) => (series instanceof Float64Array ? series : series.re);
      for (const name of ["n", "a"]) {
        const [x, y] = [one!, two!].map((run) => values((run.expect as Record<string, Series>)[name]!));
        x!.forEach((value, k) => {
          expect(Math.abs(value - y![k]!)).toBeLessThan(1e-10);
        });
      }
    }
  });

  it("store more states in a step than one pass holds, and keep the trace to rounding", () => {
    const N = 8;
    const a = destroy(N);
    const run = mesolve(num(N).add(a.add(a.dag())), fock(N, 0), uniformTimes(0.5, 100), {
      cOps: [a],
      method: "faber",
      storeStates: true,
      eOps: { n: num(N) },
    });
    run.states!.forEach((state, k) => {
      expect(Math.abs(state.tr().re - 1)).toBeLessThan(1e-13);
      expect(Math.abs(run.expect.n[k]! - num(N).mul(state).tr().re)).toBeLessThan(1e-13);
    });
  });

  it("take stiff decay in their stride", () => {
    // |1> decays at 1e4, |0> is fed from |2> at 1: populations are sums of two exponentials.
    const ket = (i: number, j: number) => Operator.fromTriplets(3, [[i, j, 1, 0]]);
    const times = uniformTimes(2, 21);
    const eOps = { p0: ket(0, 0).asHermitian(), p1: ket(1, 1).asHermitian() };
    const cOps = [ket(0, 1).scale(100), ket(1, 2)];
    for (const method of ["auto", "faber", "expm"] as const) {
      const { expect: series } = mesolve(qeye(3), fock(3, 2), times, { cOps, eOps, method, rtol: 1e-10, atol: 1e-12 });
      times.forEach((t, k) => {
        const p1 = (Math.exp(-t) - Math.exp(-1e4 * t)) / (1e4 - 1);
        expect(Math.abs(series.p1[k]! - p1)).toBeLessThan(1e-11);
        expect(Math.abs(series.p0[k]! - (1 - Math.exp(-t) - p1))).toBeLessThan(1e-10);
      });
    }
  });

  it("refuse a propagator that is too large, with the reason", () => {
    const N = 80;
    const H = destroy(N).add(destroy(N).dag());
    expect(() => mesolve(H, fock(N), [0, 1], { cOps: [destroy(N)], method: "expm" })).toThrow(
      /mesolve: method: expected another method: .* more than 2048 coordinates/,
    );
  });

  it("do nothing where nothing happens", () => {
    for (const method of ["auto", "faber", "expm"] as const) {
      const still = mesolve(qeye(4).scale(0), fock(4, 1), [0, 1e6], { method });
      // The coefficients of a series are divided by their sum.
      expect(Math.abs(still.finalState.get(1, 1).re - 1)).toBeLessThan(4 * Number.EPSILON);
    }
  });
});

describe("an operator that is no state", () => {
  const reference = readReference<Evolution>("random_3_nonhermitian_X0");
  const { dims } = reference;
  const [H, X0] = [Operator.dense(dims, reference.H as number[]), Operator.dense(dims, reference.rho0)];
  const cOps = reference.jumps.map(({ rate, op }) => ({ rate, op: Operator.dense(dims, op as number[]) }));
  const exact = reference.rho_index.map((index, k) => [index, Operator.dense(dims, reference.rho[k]!)] as const);

  it.each(["auto", "faber", "expm", "tsit5"] as const)("is evolved by %s when asked for", (method) => {
    const run = mesolve(H, X0, reference.t, {
      cOps,
      method,
      checkState: false,
      storeStates: true,
      eOps: { X: X0.dag() },
      rtol: 1e-12,
      atol: 1e-14,
    });
    const series = run.expect.X as { re: Float64Array; im: Float64Array };
    for (const [index, state] of exact) {
      expect(maxDifference(run.states![index]!, state)).toBeLessThan(1e-10);
      const { re, im } = X0.dag().mul(state).tr();
      expect(Math.hypot(series.re[index]! - re, series.im[index]! - im)).toBeLessThan(1e-10);
    }
  });

  it("is refused otherwise", () => {
    expect(() => mesolve(H, X0, reference.t, { cOps })).toThrow(/density matrix|trace|Hermitian/);
  });
});

describe("windows of levels", () => {
  const levels = (reasons: readonly string[]) => reasons.find((reason) => reason.startsWith("levels:"));

  it("give what all levels give, to the tolerance", () => {
    const N = 48;
    const a = destroy(N);
    const H = num(N).scale(0.5).add(a.dag().mul(a.dag()).mul(a).mul(a).scale(0.15)).add(a.add(a.dag()));
    const options = { cOps: [a], eOps: { n: num(N), a }, storeStates: true };
    for (const rtol of [1e-4, 1e-6, 1e-9]) {
      const run = mesolve(H, fock(N, 0), uniformTimes(10, 31), { ...options, rtol, atol: rtol / 100 });
      const full = mesolve(H, fock(N, 0), uniformTimes(10, 31), {
        ...options,
        method: "faber",
        rtol: 1e-13,
        atol: 1e-15,
      });
      expect(levels(run.stats.reasons)).toMatch(/^levels: [12]\d of 48 carry weight$/);
      run.states!.forEach((state, k) => {
        expect(state.dims).toEqual([N]);
        expect(state.sub(full.states![k]!).norm()).toBeLessThan(rtol / 10);
        expect(Math.abs(state.tr().re - 1)).toBeLessThan(rtol / 10);
      });
      expect(maxDifference(run.finalState, full.finalState)).toBeLessThan(rtol / 10);
    }
  });

  it("follow a coherent state that is driven outwards, and one that comes back within a step", () => {
    // A resonantly driven, undamped mode: alpha(t) = -i F t; a detuned one turns back: |alpha| = (2F/D) |sin(Dt/2)|.
    const N = 150;
    const a = destroy(N);
    const drive = a.add(a.dag());
    const out = mesolve(drive.scale(0.5), fock(N, 0), uniformTimes(9, 10), { eOps: { n: num(N) }, rtol: 1e-8 });
    out.times.forEach((t, k) => {
      expect(Math.abs(out.expect.n[k]! - (0.5 * t) ** 2)).toBeLessThan(1e-6);
    });
    const D = 2;
    const back = mesolve(num(N).scale(D).add(drive.scale(3)), fock(N, 0), uniformTimes(2 * Math.PI, 21), {
      eOps: { n: num(N) },
      rtol: 1e-8,
    });
    expect(levels(back.stats.reasons)).toBeDefined();
    back.times.forEach((t, k) => {
      const exact = ((2 * 3) / D) ** 2 * Math.sin((D * t) / 2) ** 2;
      expect(Math.abs(back.expect.n[k]! - exact)).toBeLessThan(1e-6);
    });
  });

  it("are drawn anew with any number of output times to come", () => {
    // More than a call takes arguments.
    const N = 40;
    const drive = destroy(N).add(destroy(N).dag()).scale(0.5);
    const times = uniformTimes(5, 200_000);
    const { stats, expect: values } = mesolve(drive, fock(N, 0), times, { eOps: { n: num(N) } });
    expect(stats.reasons.join()).toMatch(/levels before: \d+/);
    // The tolerance times the norm of the observable.
    for (let k = 0; k < times.length; k += 9999) {
      expect(Math.abs(values.n[k]! - (0.5 * times[k]!) ** 2)).toBeLessThan((N - 1) * 1.01e-6);
    }
  });

  it("shrink behind a state that decays, in composite systems too", () => {
    const N = 170;
    const a = tensor(destroy(N), qeye(2));
    const n = tensor(num(N), qeye(2));
    const H = n.add(a.add(a.dag()).scale(0.1)).add(tensor(qeye(N), sigmaz()));
    const start = tensor(fock(N, 30), fock(2, 0));
    const run = mesolve(H, start, uniformTimes(4, 9), {
      cOps: [a, tensor(qeye(N), sigmam())],
      eOps: { n },
      rtol: 1e-8,
    });
    const full = mesolve(H, start, uniformTimes(4, 9), {
      cOps: [a, tensor(qeye(N), sigmam())],
      eOps: { n },
      rtol: 1e-10,
      method: "faber",
    });
    expect(levels(run.stats.reasons)).toBeDefined();
    run.expect.n.forEach((value, k) => {
      expect(Math.abs(value - full.expect.n[k]!)).toBeLessThan(1e-6);
    });
  });

  it("are left by jumps as well as by H", () => {
    // A pumped ladder: H couples no levels, the jump carries a coherence upwards through window after window.
    const N = 120;
    const up = Operator.fromTriplets(
      N,
      Array.from({ length: N - 1 }, (_, i) => [i + 1, i, 1, 0]),
    );
    const H = num(N);
    const start = Operator.fromTriplets(N, [
      [0, 0, 0.5, 0],
      [0, 1, 0.5, 0],
      [1, 0, 0.5, 0],
      [1, 1, 0.5, 0],
    ]);
    for (const rtol of [1e-3, 1e-6]) {
      const options = { cOps: [up], atol: rtol / 100 };
      const run = mesolve(H, start, [0, 5, 20], { ...options, rtol });
      const full = mesolve(H, start, [0, 5, 20], { ...options, rtol: 1e-12, atol: 1e-14, method: "faber" });
      expect(levels(run.stats.reasons)).toBeDefined();
      expect(run.finalState.sub(full.finalState).norm()).toBeLessThan(rtol);
    }
  });
});

describe("a series within one step", () => {
  it("gives every stored state the whole trace, the first as well", () => {
    // A tolerance so large that what is cut off is far above rounding.
    const a = destroy(6);
    const options = { cOps: [a], method: "faber", storeStates: true, rtol: 0.5 } as const;
    const { states, stats } = mesolve(num(6).add(a.add(a.dag())), fock(6, 2), [0, 0.97, 1], options);
    expect(stats.steps).toBe(1);
    for (const state of states!) expect(Math.abs(state.tr().re - 1)).toBeLessThan(1e-13);
  });

  it("is no longer than maxStep, after one that was cut short to store states", () => {
    // Sixteen states end the first step at 0.99995; what is left until 1.99998 is longer than maxStep by less than a ten-thousandth.
    const times = Array.from({ length: 17 }, (_, k) => (k * 0.99995) / 16);
    const run = (end: number) =>
      mesolve(sigmax(), fock(2, 0), [...times, end], { method: "faber", storeStates: true, maxStep: 1 }).stats;
    expect(run(1.9999).steps).toBe(2);
    expect(run(1.99998).steps).toBe(3);
  });

  it("is watched at times in between: what has come back at its end had left", () => {
    // Half a turn of sigmax: the population of |1> is sin² t, so its row is empty at t = pi and full at pi/2.
    const ground = Operator.fromTriplets(2, [[0, 0, 1, 0]]);
    getKernel().frame((kernel) => {
      const representation = represent("coordinates", sigmax(), [], ground);
      const vectors = putVectors(kernel, representation);
      const y = vectors.vector(ground);
      const evolution = putEvolution(kernel, vectors, "faber", y, [0, Math.PI]);
      const { offsets, squares } = representation.row(kernel, 1);
      const watching = kernel.functions.watchRows(
        evolution,
        1,
        kernel.putIntegers([0, offsets.length], "test"),
        kernel.putIntegers(offsets, "test"),
        kernel.putDoubles(squares, "test"),
        kernel.putDoubles([1], "test"),
        0.5,
      );
      expect(watching).not.toBe(0);
      expect(kernel.functions.evolutionAdvance(evolution, 1)).toBe(STATUS_LEAK);
    });
  });
});
