/**
 * What a problem has besides its trajectory: a steady state, and means over quantum jumps.
 */
import {
  Ket,
  mcsolve,
  mesolve,
  mesolveBatch,
  Operator,
  operatorToVector,
  propagator,
  SteadyStateNotUniqueError,
  steadystate,
  vectorToOperator,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { distance, type Reference, type Verdict } from "./judge.ts";
import { type Built, operatorOf } from "./problem.ts";
import type { Qutip } from "./qutip.ts";

/** Levels up to which the limit of long times is computed, by squares of the propagator. */
const MOST_LEVELS = 9;
/** What doubling the time changes when nothing changes any more. */
const SETTLED = 1e-11;
/** The longest time, in units of the first run. */
const LONGEST = 2 ** 24;
/** What comes after that, in units of the time in which everything settles: rounding of eigenvalues that vanish grows with time where nothing stops it. */
const LATER = [1e3, 1e6, 1e12];
/** The error of QuTiP's direct solution where ours and the limit of long times agree. */
const DIRECT = 1e-8;

/**
 * The steady state beside the state after a long time and after far longer ones, in every way that may take such, and beside QuTiP's. None where it is not unique, or not reached. A residual
 * r = ‖L[rho]‖ leaves an error of r times the time in which everything settles, at most.
 */
export async function longTime(built: Built, qutip: Qutip | undefined): Promise<Verdict[]> {
  const { problem, H0, jumps, driven, d, times } = built;
  if (driven || jumps.length === 0 || d > MOST_LEVELS || problem.initial.kind === "operator") return [];
  const first = times.at(-1)! - times[0]!;
  const after = (time: number) =>
    mesolve(H0, built.initial, [0, time], { cOps: jumps, method: "expm" }).finalState.toDense();
  let time = first;
  let [state, next] = [after(time), after(2 * time)];
  while (distance(state, next) > SETTLED && time < LONGEST * first) {
    time *= 4;
    [state, next] = [after(time), after(2 * time)];
  }
  if (distance(state, next) > SETTLED) return [];
  try {
    const { rho, residual, method } = steadystate(H0, jumps);
    const own = rho.toDense();
    const allowed = 10 * SETTLED + residual * 2 * time;
    const verdict = { promised: "run" as const, rtol: 10 * SETTLED, allowed: 1, form: method };
    const ours = { ...verdict, way: "steadystate", ratio: distance(own, next) / allowed };
    const later = afterwards(built).flatMap(([way, solve]) =>
      LATER.map((factor) => {
        const ratio = distance(solve(factor * time).toDense(), next) / allowed;
        return { ...verdict, way: `${way}, long after`, ratio: Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio };
      }),
    );
    if (qutip === undefined || ours.ratio > 1) return [ours, ...later];
    const theirs = await qutip.steady(problem);
    const limit = DIRECT + allowed;
    return [
      ours,
      ...later,
      { ...verdict, way: "steadystate, QuTiP", rtol: DIRECT, ratio: distance(own, theirs) / limit },
    ];
  } catch (error) {
    if (error instanceof SteadyStateNotUniqueError) return [];
    throw error;
  }
}

/** Ways to a state after a time without end. */
function afterwards({ H0, initial, rho, jumps: cOps }: Built): [way: string, solve: (time: number) => Operator][] {
  return [
    ["auto", (time) => mesolve(H0, initial, [0, time], { cOps }).finalState],
    ["expm", (time) => mesolve(H0, initial, [0, time], { cOps, method: "expm" }).finalState],
    ["mesolveBatch", (time) => mesolveBatch(H0, initial, [0, time], { cOps, storeStates: "final" }).finalStates![0]!],
    ["propagator", (time) => vectorToOperator(propagator(H0, time, { cOps }).apply(operatorToVector(rho)))],
  ];
}

const TRAJECTORIES = 100;
/** Probability that a mean lies outside its bound by chance. */
const RARE = 1e-10;

/**
 * Means over quantum jumps within what the sample allows: |mean - exact| <= sqrt(2 V ln(2/p)/n) + 7 R ln(2/p)/(3 (n - 1)), V the variance of the
 * sample, R the range of the observable (Maurer and Pontil, COLT 2009, theorem 4, both sides).
 */
export function sampled(built: Built, { states, turns }: Reference): Verdict[] {
  const { problem, H, cOps, times, initial, d } = built;
  if (!(initial instanceof Ket) || cOps.length === 0 || d > 16 || turns > 100 || problem.negativeRates) return [];
  const eOps = { o: operatorOf(problem.dims, problem.observables[1] ?? []).hermitianPart() };
  const run = mcsolve(H, initial, times, { cOps, eOps, ntraj: TRAJECTORIES, seed: problem.seed });
  const values = eigenvaluesHermitian(eOps.o);
  const range = values.at(-1)! - values[0]!;
  const logarithm = Math.log(4 / RARE);
  const ratios = states.map((state, k) => {
    const exact = eOps.o.mul(Operator.dense(problem.dims, state)).tr().re;
    const allowed =
      run.stdError.o[k]! * Math.sqrt(2 * logarithm) + (7 * range * logarithm) / (3 * (TRAJECTORIES - 1)) + 1e-5 * range;
    return Math.abs(run.expect.o[k]! - exact) / (allowed || 1);
  });
  const ratio = Math.max(...ratios);
  return [
    { way: "mcsolve", promised: "run", rtol: 1 / Math.sqrt(TRAJECTORIES), ratio, allowed: 1, form: run.stats.method },
  ];
}
