/**
 * Quantum jumps at the edges: one time, nothing that changes, far too fast, uneven times, jumps at output times.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  ket2dm,
  mcsolve,
  mesolve,
  num,
  Operator,
  qeye,
  StepLimitError,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  type TrajectoryMethod,
} from "../../bindings/index.ts";
import { expectMeans } from "../support/sampled.ts";

const METHODS: TrajectoryMethod[] = ["dyadic", "dop853", "tsit5"];
const none = qeye(2).scale(0);

describe.each(METHODS)("%s", (method) => {
  it("one output time is the initial state", () => {
    const run = mcsolve(sigmax(), basis(2, 0), [3], { cOps: [sigmam()], eOps: { z: sigmaz() }, ntraj: 3, method });
    expect(Array.from(run.expect.z)).toEqual([1]);
    expect(run.photocurrents).toEqual([new Float64Array(0)]);
    expect(run.jumps.every(({ times }) => times.length === 0)).toBe(true);
  });

  it("where nothing changes nothing happens", () => {
    const run = mcsolve(none, basis(2, 0), [0, 1e9], { cOps: [none], eOps: { z: sigmaz() }, ntraj: 3, method });
    expect(Array.from(run.expect.z)).toEqual([1, 1]);
  });

  it("a jump operator that is a number jumps and changes nothing", () => {
    const rate = 3;
    const run = mcsolve(sigmax(), basis(2, 0), [0, 1, 2], {
      cOps: [{ op: qeye(2), rate }],
      eOps: { z: sigmaz() },
      ntraj: 400,
      method,
      rtol: 1e-10,
      atol: 1e-12,
    });
    [1, Math.cos(2), Math.cos(4)].forEach((z, k) => {
      expect(run.expect.z[k]).toBeCloseTo(z, 8);
    });
    // Poisson: 2·rate jumps each.
    const mean = run.jumps.reduce((sum, { times }) => sum + times.length, 0) / 400;
    expect(Math.abs(mean - 2 * rate)).toBeLessThan(6 * Math.sqrt((2 * rate) / 400));
  });

  it("times that are not even, with jumps everywhere between them", () => {
    const times = [0, 1e-6, 0.013, 0.014, 0.5, 1.7, 1.7000001, 3];
    const options = { cOps: [sigmam(), { op: sigmap(), rate: 0.5 }], eOps: { z: sigmaz() } };
    const exact = mesolve(sigmax().scale(2), basis(2, 1), times, { ...options, rtol: 1e-10, atol: 1e-12 });
    const run = mcsolve(sigmax().scale(2), basis(2, 1), times, { ...options, ntraj: 1500, method, seed: 4 });
    expectMeans(run, options.eOps, (_t, k) => ({ z: exact.expect.z[k]! }));
    for (const { times: moments } of run.jumps) {
      moments.forEach((t, k) => {
        expect(t).toBeGreaterThanOrEqual(k > 0 ? moments[k - 1]! : 0);
        expect(t).toBeLessThanOrEqual(3);
      });
    }
  });

  it("many jumps in a row: more than are recorded at once", () => {
    const run = mcsolve(none, basis(2, 0), [0, 1], {
      cOps: [{ op: sigmaz(), rate: 3000 }],
      ntraj: 2,
      method,
      maxSteps: 1e7,
    });
    for (const { times } of run.jumps) {
      expect(Math.abs(times.length - 3000)).toBeLessThan(6 * Math.sqrt(3000));
      expect(times.every((t, k) => k === 0 || t > times[k - 1]!)).toBe(true);
    }
  });

  it("begins where it is told to, at times far from zero", () => {
    const options = { cOps: [destroy(4)], eOps: { n: num(4) }, ntraj: 200, method, seed: 1 };
    const near = mcsolve(num(4), fock(4, 3), [0, 1, 2], options);
    const far = mcsolve(num(4), fock(4, 3), [1024, 1025, 1026], options);
    near.expect.n.forEach((n, k) => {
      expect(far.expect.n[k]).toBeCloseTo(n, 6);
    });
    far.jumps.forEach(({ times }, k) => {
      times.forEach((t, j) => {
        expect(t - 1024).toBeCloseTo(near.jumps[k]!.times[j]!, 6);
      });
    });
  });
});

it("a generator that is far too fast for its output times", () => {
  const times = [0, 1, 2];
  const options = { cOps: [{ op: sigmam(), rate: 1 }], eOps: { pe: ket2dm(basis(2, 0)) }, ntraj: 500 };
  const run = mcsolve(sigmaz().scale(1e9), basis(2, 0), times, { ...options, method: "dyadic" });
  expectMeans(run, options.eOps, (t) => ({ pe: Math.exp(-t) }));
});

it("dark states: what never jumps stays", () => {
  // |-> of two levels that both decay to a third with one jump.
  const dark = basis(3, 0).add(basis(3, 1).scale(-1)).scale(Math.SQRT1_2);
  const jump = Operator.fromTriplets(
    [3],
    [
      [2, 0, 1, 0],
      [2, 1, 1, 0],
    ],
  );
  const run = mcsolve(num(3).scale(0), basis(3, 0), [0, 50], {
    cOps: [jump],
    eOps: { dark: ket2dm(dark) },
    ntraj: 1000,
    improvedSampling: true,
  });
  // Half of |0> is dark, and the trajectory without jumps is all that ends there.
  expect(run.noJumpProbability).toBeCloseTo(0.5, 10);
  expect(run.expect.dark[1]).toBeCloseTo(0.5, 10);
});

describe("a norm that falls by errors of the method alone", () => {
  // Two levels that turn into one another; the jump needs a third.
  const turning = Operator.fromTriplets(
    [3],
    [
      [0, 1, 30, 0],
      [1, 0, 30, 0],
    ],
  );
  const elsewhere = Operator.fromTriplets([3], [[0, 2, 1, 0]]);
  const loose = { cOps: [elsewhere], rtol: 1e-2, atol: 1e-2 };

  it("is no jump", () => {
    const options = { ...loose, eOps: { third: ket2dm(basis(3, 2)) }, ntraj: 50, method: "dop853" as const };
    const run = mcsolve(turning, basis(3, 0), [0, 10, 20], options);
    expect(run.jumps.every(({ times }) => times.length === 0)).toBe(true);
    expect(Array.from(run.expect.third)).toEqual([0, 0, 0]);
  });

  it.each(METHODS)("or rises: the probability of no jump is one at most (%s)", (method) => {
    const run = mcsolve(turning, basis(3, 0), [0, 20], { ...loose, improvedSampling: true, ntraj: 1, method });
    expect(run.noJumpProbability).toBeLessThanOrEqual(1);
  });
});

it.each(METHODS)("more jumps than maxSteps are an error, by every method (%s)", (method) => {
  const options = { cOps: [{ op: qeye(2), rate: 1e4 }], ntraj: 1, method, maxSteps: 1000 };
  expect(() => mcsolve(sigmax(), basis(2, 0), [0, 1], options)).toThrow(StepLimitError);
});
