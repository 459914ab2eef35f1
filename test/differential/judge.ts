/**
 * Solves a problem in every way and by QuTiP, and compares.
 */
import { Operator, type Series } from "../../bindings/index.ts";
import { longTime, sampled } from "./limits.ts";
import { type Built, build, type Problem, shortestOf, strengthOf } from "./problem.ts";
import type { Qutip } from "./qutip.ts";
import { atolOf, type Promised, type Trajectory, type Way, waysOf } from "./ways.ts";

/** How well a way did. */
export interface Verdict {
  readonly way: string;
  readonly promised: Promised;
  readonly rtol: number;
  /** The largest error of a state or an expectation value over the tolerance that was asked for. */
  readonly ratio: number;
  /** What the ratio may be. */
  readonly allowed: number;
  readonly form: string;
  /** Why it did not come to its end. */
  readonly failed?: string;
}

/** QuTiP beside our reference. */
export interface Agreement {
  readonly distance: number;
  readonly allowed: number;
}

export interface Judgement {
  readonly problem: Problem;
  readonly verdicts: readonly Verdict[];
  /** Undefined where QuTiP was not asked. */
  readonly qutip: Agreement | undefined;
  readonly reference: Reference;
}

/** What errors are measured from. */
export interface Reference {
  readonly states: readonly Float64Array[];
  /** An estimate of its own error. */
  readonly error: number;
  readonly turns: number;
}

export const norm = (data: Float64Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
export const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2, 0));

/** Strength times length of the run. */
export const turnsOf = (built: Built): number => strengthOf(built) * (built.times.at(-1)! - built.times[0]!);

const wayOf = (built: Built, turns: number, name: string): Way | undefined =>
  waysOf(built, turns).find((one) => one.name === name);

/**
 * The most exact solution of ours: of a constant generator its exponential as a matrix, exact to rounding, or, of large ones, Krylov spaces to a
 * tolerance of 1e-13; of others Dormand and Prince's method with 1e-13 a step, whose error is that of 1e-12 beside it, at most.
 */
export function referenceOf(built: Built, turns = turnsOf(built)): Reference {
  const states = (name: string, rtol: number) =>
    wayOf(built, turns, name)?.solve(built, rtol).states as Float64Array[] | undefined;
  if (!built.driven) {
    const exact = states("expm", 1e-13);
    if (exact) return { states: exact, error: 0, turns };
    return { states: states("krylov", 1e-13)!, error: 1e-13 * norm(built.rho.toDense()), turns };
  }
  const [coarse, fine] = [states("dop853", 1e-12)!, states("dop853", 1e-13)!];
  const error = Math.max(...fine.map((state, k) => distance(state, coarse[k]!)));
  // Where steps are held by other things both take the same ones.
  return { states: fine, error: Math.max(error, 1e-12 * norm(built.rho.toDense())), turns };
}

/** Rounding: of the phases and rates that the generator turns through (docs/accuracy.md), and of some hundred operations on the state. */
const roundingOf = (turns: number, size: number): number => 2 ** -52 * (2 * turns + 200) * size;

/** The largest error over the tolerance, of states and of expectation values (which may be off by the norm of their operator times that). */
function ratioOf(
  built: Built,
  trajectory: Trajectory,
  { states }: Reference,
  tolerance: (size: number) => number,
): number {
  // A state that is missing is as wrong as can be; one that the way does not give is there, and undefined.
  let worst = trajectory.states.length === states.length ? 0 : Number.POSITIVE_INFINITY;
  const operators = Object.values(built.eOps);
  states.forEach((exact, k) => {
    const allowed = tolerance(norm(exact));
    const state = trajectory.states[k];
    if (state) worst = Math.max(worst, distance(state, exact) / allowed);
    const rho = Operator.dense(built.H0.dims, exact);
    trajectory.expect?.forEach((series, j) => {
      const value = operators[j]!.mul(rho).tr();
      const [re, im] = series instanceof Float64Array ? [series[k]!, value.im] : [series.re[k]!, series.im[k]!];
      const error = Math.hypot(re - value.re, im - value.im) / operatorNorm(built, j);
      // NaN is as wrong as can be
      worst = Math.max(worst, Number.isFinite(error) ? error / allowed : Number.POSITIVE_INFINITY);
    });
  });
  return Number.isFinite(worst) ? worst : Number.POSITIVE_INFINITY;
}

/** Steps of rk4 a unit of strength times length. */
const FIXED_STEPS = 12;

/** By how much the estimate of a step's error may be off: it is none of its bound (one by an interpolant, or of a stiff system, least of all). */
const ESTIMATE = 10;

/**
 * What a ratio may be. Where the tolerance is that of the run: 1. Where it is that of a step: as many as there are steps, for what a step
 * adds does not grow in the trace norm, which is between the norm of Frobenius and sqrt(d) times that.
 */
export function judgeWay(built: Built, way: Way, reference: Reference, rtol: number): Verdict {
  const { turns } = reference;
  const size = Math.max(...reference.states.map(norm));
  const floor = roundingOf(turns, size) + 2 * reference.error;
  const given = { way: way.name, promised: way.promised, rtol };
  try {
    if (way.promised === "fixed") return { ...given, ...fixedSteps(built, way, reference, rtol, floor) };
    const trajectory = way.solve(built, rtol);
    const tolerance = (state: number) => atolOf(rtol) + rtol * state;
    const steps = ESTIMATE * Math.sqrt(built.d) * Math.max(1, trajectory.steps);
    // Of a function's higher derivatives nobody is told: where they jump the estimate of a step does not see it, whoever promised what.
    const ofStep = way.promised === "step" || built.problem.functions;
    const share = ofStep ? steps : (way.scale?.(built) ?? 1);
    return {
      ...given,
      ratio: ratioOf(built, trajectory, reference, tolerance),
      allowed: share + floor / tolerance(Math.min(...reference.states.map(norm))),
      form: trajectory.form,
    };
  } catch (error) {
    return { ...given, ratio: Number.POSITIVE_INFINITY, allowed: 1, form: "", failed: `${error}` };
  }
}

/** A fixed step has no tolerance: in its place is what half of the step changes, for a method of whatever order has less than that to go. */
function fixedSteps(built: Built, way: Way, reference: Reference, rtol: number, floor: number) {
  const { times } = built;
  const long = (times.at(-1)! - times[0]!) / (FIXED_STEPS * (reference.turns + 5));
  const dt = Math.min(long, shortestOf(built));
  const [coarse, fine] = [way.solve(built, rtol, dt), way.solve(built, rtol, dt / 2)];
  const states = Math.max(...fine.states.map((state, k) => (state ? distance(state, coarse.states[k]!) : 0)));
  const values = fine.expect!.map((series, k) => seriesDistance(series, coarse.expect![k]!) / operatorNorm(built, k));
  const change = Math.max(states, ...values);
  return { ratio: ratioOf(built, fine, reference, () => change + floor), allowed: 1, form: fine.form };
}

function seriesDistance(a: Series, b: Series): number {
  if (a instanceof Float64Array) return Math.max(...a.map((x, k) => Math.abs(x - (b as Float64Array)[k]!)));
  const { re, im } = b as Exclude<Series, Float64Array>;
  return Math.max(...a.re.map((x, k) => Math.hypot(x - re[k]!, a.im[k]! - im[k]!)));
}

const operatorNorm = ({ eOps }: Built, k: number): number => Object.values(eOps)[k]!.norm() || 1;

/** QuTiP's tolerance of a step and the number of its steps: one at least for every turn, and some to begin. */
const QUTIP_RTOL = 1e-10;

export function agreementOf(built: Built, reference: Reference, theirs: readonly Float64Array[]): Agreement {
  const size = Math.max(...reference.states.map(norm));
  const { turns } = reference;
  const steps = Math.min(turns, 2000) + 20;
  return {
    distance:
      theirs.length === reference.states.length
        ? Math.max(...reference.states.map((state, k) => distance(state, theirs[k]!)))
        : Number.POSITIVE_INFINITY,
    allowed:
      Math.sqrt(built.d) * steps * QUTIP_RTOL * (size + 0.01) + roundingOf(turns, 4 * built.d * size) + reference.error,
  };
}

/** What to judge besides a problem's ways at its own tolerance. */
export interface More {
  /** Further tolerances for the methods of `mesolve`. */
  readonly tolerances?: readonly number[];
  /** Its steady state and means over quantum jumps. */
  readonly limits?: boolean;
}

/** All ways of a problem. */
export async function judge(
  problem: Problem,
  qutip: Qutip | undefined,
  { tolerances = [], limits = false }: More = {},
): Promise<Judgement> {
  const built = build(problem);
  const turns = turnsOf(built);
  const theirs = qutip?.solve(problem, turns, QUTIP_RTOL);
  // It may fail before it is waited for.
  theirs?.catch(() => {});
  // What functions do is known to us, if not to the solver.
  const reference = referenceOf(problem.functions ? build({ ...problem, functions: false }) : built, turns);
  const ways = waysOf(built, turns);
  const verdicts = ways.map((way) => judgeWay(built, way, reference, problem.rtol));
  for (const rtol of tolerances) {
    if (rtol === problem.rtol) continue;
    for (const way of ways) if (way.follows) verdicts.push(judgeWay(built, way, reference, rtol));
  }
  if (limits) verdicts.push(...(await longTime(built, qutip)), ...sampled(built, reference));
  let agreement = theirs && agreementOf(built, reference, await theirs);
  if (agreement && agreement.distance > agreement.allowed) {
    // One that fails to be as exact as it estimates comes nearer when asked for more.
    agreement = agreementOf(built, reference, await qutip!.solve(problem, turns, QUTIP_RTOL / 100));
  }
  return { problem, verdicts, reference, qutip: agreement };
}

/** What is wrong in a judgement, in words. */
export function faultsOf({ problem, verdicts, qutip }: Judgement): string[] {
  const name = `problem ${problem.seed} (${problem.family}, dims ${problem.dims.join("x")})`;
  return [
    ...verdicts
      .filter(({ ratio, allowed }) => !(ratio <= allowed))
      .map(
        ({ way, rtol, ratio, allowed, form, failed }) =>
          `${name}: ${way}, rtol ${rtol}: ${failed ?? `${ratio.toPrecision(3)} of the tolerance, ${allowed.toPrecision(3)} allowed (${form})`}`,
      ),
    ...(qutip && !(qutip.distance <= qutip.allowed)
      ? [`${name}: QuTiP differs by ${qutip.distance.toPrecision(3)}, ${qutip.allowed.toPrecision(3)} allowed`]
      : []),
  ];
}
