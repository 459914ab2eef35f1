/**
 * Trajectories on the levels that carry weight: against all levels, and when all are kept.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  coherent,
  destroy,
  fock,
  type Ket,
  type McsolveOptions,
  mcsolve,
  mesolve,
  num,
  type Operator,
  qeye,
  sigmam,
  tensor,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";

/** A driven Kerr cavity of `d` levels. */
function cavity(d: number) {
  const a = destroy(d);
  const H = a.dag().mul(a.dag()).mul(a).mul(a).scale(0.5).add(a.add(a.dag())).sub(num(d).scale(0.5));
  return { H, psi: fock(d, 0), cOps: [a, a.dag().scale(0.2)], eOps: { n: num(d), a } };
}

const times = uniformTimes(4, 9);
type Problem = { H: Operator; psi: Ket; cOps: Operator[]; eOps: Record<string, Operator> };
const run = ({ H, psi, cOps, eOps }: Problem, options: McsolveOptions = {}, at: readonly number[] = times) =>
  mcsolve(H, psi, at, { cOps, eOps, ntraj: 12, seed: 6, keepRuns: true, storeStates: true, ...options });
const kept = (solution: { stats: { reasons: readonly string[] } }) =>
  solution.stats.reasons.find((reason) => reason.startsWith("levels:"));

describe("a cavity that is far larger than its states", () => {
  const problem = cavity(48);
  const few = run(problem);
  // By name, a method has all levels.
  const all = run(problem, { method: "dyadic" });

  it("goes as on all levels: jumps, values, states", () => {
    expect(kept(few)).toMatch(/^levels: (1|2)\d of 48 carry weight$/);
    expect(kept(all)).toBeUndefined();
    expect(few.jumps.reduce((sum, { times }) => sum + times.length, 0)).toBeGreaterThan(20);
    for (const [k, { times: jumps, channels }] of few.jumps.entries()) {
      expect(channels).toEqual(all.jumps[k]!.channels);
      // What leaves is a hundredth of 1e-8 at most.
      for (const [j, t] of jumps.entries()) expect(Math.abs(t - all.jumps[k]!.times[j]!)).toBeLessThan(1e-9);
      const [one, other] = [few.runs![k]!, all.runs![k]!];
      const [n, m] = [one.expect.n as Float64Array, other.expect.n as Float64Array];
      for (const [j, value] of n.entries()) expect(Math.abs(value - m[j]!)).toBeLessThan(1e-9);
      for (const [j, state] of one.states!.entries()) {
        expect(state.dims).toEqual([48]);
        const [x, y] = [state.toArray(), other.states![j]!.toArray()];
        for (const [i, value] of x.entries()) expect(Math.abs(value - y[i]!)).toBeLessThan(1e-9);
      }
    }
    const [mean, reference] = [few.states!.at(-1)!, all.states!.at(-1)!];
    expect(mean.dims).toEqual([48]);
    expect(mean.sub(reference).norm()).toBeLessThan(1e-9);
  });

  it("is the same alone, and with other observables", () => {
    const one = run(problem, { ntraj: 1, first: 7 });
    expect(one.jumps[0]).toEqual(few.jumps[7]);
    expect(one.runs![0]).toEqual(few.runs![7]);
    expect(run({ ...problem, eOps: {} }).jumps).toEqual(few.jumps);
  });

  it("is the same for mixed states, with the trajectory without jumps apart", () => {
    const rho = [
      [problem.psi, 0.6],
      [coherent(48, 0.8), 0.4],
    ] as const;
    const { H, cOps, eOps } = problem;
    const [one, two] = (["auto", "dyadic"] as const).map((method) =>
      mcsolve(H, rho, times, { cOps, eOps, ntraj: 8, seed: 3, improvedSampling: true, method }),
    );
    expect(kept(one!)).toMatch(/of 48 carry weight$/);
    for (const [j, value] of (one!.expect.n as Float64Array).entries())
      expect(Math.abs(value - (two!.expect.n as Float64Array)[j]!)).toBeLessThan(1e-9);
  });

  it("has the levels of a ket that is hardly ever drawn", () => {
    const { H, psi, cOps, eOps } = problem;
    const rho = [
      [psi, 1],
      [fock(48, 30), 1e-18],
    ] as const;
    // The quiet trajectory of each counts, that of the other with next to nothing.
    const [one, two] = (["auto", "dyadic"] as const).map((method) =>
      mcsolve(H, rho, times, { cOps, eOps, ntraj: 8, seed: 3, improvedSampling: true, method }),
    );
    for (const [j, value] of (one!.expect.n as Float64Array).entries())
      expect(Math.abs(value - (two!.expect.n as Float64Array)[j]!)).toBeLessThan(1e-9);
  });

  it("may have weight between the outputs only", () => {
    // A coherent state goes once around and comes back: at both outputs it is empty.
    const d = 140;
    const a = destroy(d);
    const H = num(d).add(a.add(a.dag()).scale(1.2));
    const around = { H, psi: fock(d, 0), cOps: [a.scale(0.05)], eOps: { n: num(d) } };
    const solution = run(around, { ntraj: 4 }, [0, 2 * Math.PI]);
    const levels = Number(/^levels: (\d+)/.exec(kept(solution)!)![1]);
    // |alpha|² = 5.76 half way: a Poisson distribution has 1e-11 of its weight beyond 27.
    expect(levels).toBeGreaterThan(27);
    const reference = run(around, { ntraj: 4, method: "dyadic" }, [0, 2 * Math.PI]);
    expect(Math.abs((solution.expect.n as Float64Array)[1]! - (reference.expect.n as Float64Array)[1]!)).toBeLessThan(
      1e-9,
    );
  });
});

it("a cavity with an atom keeps levels of both, and means are those of the master equation", () => {
  const a = tensor(destroy(80), qeye(2));
  const s = tensor(qeye(80), sigmam());
  const H = a.dag().mul(s).add(s.dag().mul(a)).add(a.add(a.dag()).scale(0.4));
  const psi = tensor(fock(80, 0), basis(2, 1));
  const options = { cOps: [a.scale(0.7), s.scale(0.5)], eOps: { n: a.dag().mul(a), e: s.dag().mul(s) } };
  const solution = mcsolve(H, psi, times, { ...options, ntraj: 400, seed: 1 });
  expect(kept(solution)).toMatch(/^levels: \d+ of 160 carry weight$/);
  const exact = mesolve(H, psi, times, { ...options, rtol: 1e-10, atol: 1e-12 });
  for (const name of ["n", "e"] as const) {
    for (let k = 1; k < times.length; k++) {
      const off = Math.abs((solution.expect[name] as Float64Array)[k]! - (exact.expect[name] as Float64Array)[k]!);
      // 16 numbers of a normal distribution: six standard errors have a probability below 1e-7.
      expect(off).toBeLessThan(6 * (solution.stdError[name] as Float64Array)[k]!);
    }
  }
});

it("levels are all kept where the states need them, or the method was asked for", () => {
  const d = 24;
  const a = destroy(d);
  const wide = { H: num(d), psi: coherent(d, 3), cOps: [a.dag().scale(0.3)], eOps: { n: num(d) } };
  expect(kept(run(wide))).toBeUndefined();
  expect(kept(run(cavity(48), { method: "dop853" }))).toBeUndefined();
  expect(kept(run(cavity(12)))).toBeUndefined();
});

it("levels are not looked for where that takes longer than it saves", () => {
  // The density matrix on 20 levels takes 0.3 ms a unit of time.
  expect(kept(run(cavity(48), { ntraj: 1, eOps: {} }, [0, 100]))).toMatch(/^levels: 20 of 48/);
  expect(kept(run(cavity(48), { ntraj: 1, eOps: {} }, [0, 4000]))).toBeUndefined();
  // Beyond propagators, a single ket of all levels takes longer: a million steps.
  const a = destroy(300);
  const large = { H: num(300).add(a.add(a.dag()).scale(0.5)), psi: fock(300, 0), cOps: [a], eOps: {} };
  const few = run(large, { ntraj: 1, storeStates: false }, [0, 6000]);
  expect(kept(few)).toMatch(/^levels: \d+ of 300 carry weight$/);
});
