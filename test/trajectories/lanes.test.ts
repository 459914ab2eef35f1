/**
 * Trajectories side by side: what lies in the other lanes changes nothing, and they go as they would alone.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  type McsolveOptions,
  mcsolve,
  num,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";

const a = destroy(6);
const cavity = {
  H: a.add(a.dag()).scale(1.3).add(num(6).scale(0.4)),
  psi: fock(6, 2),
  cOps: [a.scale(1.1), a.dag().scale(0.3)],
  eOps: { n: num(6), a },
};
const run = (times: readonly number[], options: McsolveOptions = {}) =>
  mcsolve(cavity.H, cavity.psi, times, {
    ...{ cOps: cavity.cOps, eOps: cavity.eOps, keepRuns: true, seed: 4, method: "dyadic" },
    ...options,
  });
const times = uniformTimes(6, 13);

describe("trajectories side by side", () => {
  it("are bit by bit those of other groups, with their states", () => {
    const all = run(times, { ntraj: 21, storeStates: true });
    for (const [first, ntraj] of [
      [0, 3],
      [5, 1],
      [6, 9],
      [20, 1],
    ] as const) {
      const some = run(times, { ntraj, first, storeStates: true });
      expect(some.jumps).toEqual(all.jumps.slice(first, first + ntraj));
      expect(some.runs).toEqual(all.runs!.slice(first, first + ntraj));
    }
    expect(all.jumps.reduce((sum, { times }) => sum + times.length, 0)).toBeGreaterThan(60);
  });

  it("go as alone, where output times are not equally far apart", () => {
    // One more time, after the last: no interval has the propagator of the others.
    const alone = run([...times, 6.3], { ntraj: 16, storeStates: true });
    const all = run(times, { ntraj: 16, storeStates: true });
    for (const [k, { times: jumps, channels }] of all.jumps.entries()) {
      const other = alone.jumps[k]!;
      expect([...channels]).toEqual([...other.channels].slice(0, channels.length));
      // Rounding of the norm, over the slope with which it crosses.
      for (const [j, t] of jumps.entries()) expect(Math.abs(t - other.times[j]!)).toBeLessThan(1e-11);
      const [one, two] = [all.runs![k]!, alone.runs![k]!];
      const [n, m] = [one.expect.n as Float64Array, two.expect.n as Float64Array];
      for (const [j, value] of n.entries()) expect(Math.abs(value - m[j]!)).toBeLessThan(1e-10);
      for (const [j, state] of one.states!.entries()) {
        expect(Math.abs(state.norm() - 1)).toBeLessThan(1e-14);
        const [x, y] = [state.toArray(), two.states![j]!.toArray()];
        for (const [i, value] of x.entries()) expect(Math.abs(value - y[i]!)).toBeLessThan(1e-10);
      }
    }
  });

  it("go as by steps of a Runge-Kutta method", () => {
    const all = run(times, { ntraj: 8 });
    const steps = run(times, { ntraj: 8, method: "dop853", rtol: 1e-12, atol: 1e-13 });
    for (const [k, { times: jumps, channels }] of all.jumps.entries()) {
      expect(channels).toEqual(steps.jumps[k]!.channels);
      for (const [j, t] of jumps.entries()) expect(Math.abs(t - steps.jumps[k]!.times[j]!)).toBeLessThan(1e-8);
    }
  });

  it("are at their output times, where these are only nearly equally far apart", () => {
    // On a clock that reads 1e6, intervals of one length differ by 1e-10; so do these, but those of one length come one after another.
    const start = 1e6;
    const nearly = Array.from({ length: 4001 }, (_, k) => start + k * 0.1 + Math.max(0, k - 2000) * 1e-9);
    const z = (times: readonly number[]) =>
      mcsolve(sigmax(), basis(2, 0), times, { ntraj: 1, eOps: { z: sigmaz() }, method: "dyadic" }).expect.z;
    const found = z(nearly);
    // d<z>/dt is 2 at most: what a clock of so many digits may be off by.
    for (const [k, t] of nearly.entries()) expect(Math.abs(found[k]! - Math.cos(2 * (t - start)))).toBeLessThan(1e-8);
  });

  it("jump more often than records are kept for, each on its own", () => {
    const rate = 900;
    const fast = (ntraj: number, first = 0) =>
      mcsolve(sigmax().scale(rate), basis(2, 0), uniformTimes(4, 5), {
        ...{ cOps: [sigmam().scale(Math.sqrt(rate))], eOps: { z: sigmaz() }, keepRuns: true, seed: 2, first, ntraj },
        method: "dyadic",
      });
    const all = fast(8);
    const counts = all.jumps.map(({ times }) => times.length);
    // Rate·pe, pe = 4/9 on average: 1600, with a spread below its square root.
    for (const count of counts) expect(Math.abs(count - 1600)).toBeLessThan(6 * 40);
    for (const { times: jumps } of all.jumps) expect(jumps.every((t, k) => k === 0 || t > jumps[k - 1]!)).toBe(true);
    const one = fast(1, 5);
    expect(one.jumps[0]).toEqual(all.jumps[5]);
    expect(one.runs![0]).toEqual(all.runs![5]);
  });
});
