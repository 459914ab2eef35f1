/**
 * A run: the state and the time it has reached, the outputs still to be written, counters. Integrators move it forward.
 */
import { norm, scale } from "../complex/vector";
import { FUNCTIONALS_QUADRATIC } from "../constants";
import { Drive, enterInterval, longestStep } from "../drive/drive";
import {
  apply,
  applyStage,
  applySum,
  hasPicture,
  isConstant,
  setSuperoperatorTime,
  Superoperator,
  toSchrodinger,
} from "../superoperator/superoperator";
import { evaluate, Functionals, outputBytes } from "./observe";


@unmanaged
export class Run {
  superoperator: usize;
  functionals: usize;
  /** Output times, strictly increasing; the first is the initial time. */
  times: usize;
  /** Functionals at every output time. */
  values: usize;
  /** States at every output time; 0 when they are not stored. */
  states: usize;
  /** The state reached; integrators may exchange it for a buffer of theirs. */
  y: usize;
  /** A Watch, or 0. */
  watch: usize;
  /** The integrator's own data. */
  work: usize;

  /** The first output time, the time reached, the last output time. */
  start: f64;
  t: f64;
  end: f64;
  rtol: f64;
  atol: f64;
  /** Step asked for (fixed step), or largest step (adaptive; 0 = none). */
  stepOption: f64;
  maxSteps: f64;
  /** Share of the tolerance for the estimate of any single step, where the tolerance is that of the run; 0 where it is that of every step. */
  stepShare: f64;
  /** Of a Tableau, where the tolerance is that of the run; 0 where it is that of every step. */
  errorPart: f64;
  /** What one more term of a series costs at one output time, in units of one application of the generator. */
  outputCost: f64;
  /** Norm of y. */
  norm: f64;
  /** Square of the norm at which the run stops, STATUS_CROSSED; 0: it never does. */
  threshold: f64;
  /** The step last tried. */
  lastStep: f64;
  steps: f64;
  rejected: f64;
  rhsEvaluations: f64;
  /** Estimate of |lambda| of the generator; 0 when there is none. */
  spectralRadius: f64;
  /** Steps over what stability would allow, 1 at the limit; 0 when there is no such limit. */
  stiffness: f64;
  /** By how much rounding may have moved modes that neither decay nor are restored, relative to the state; of propagators only. */
  rounding: f64;

  method: i32;
  /** Order of methods that control the error of a step. */
  order: i32;
  /** Whether an explicit method gives up when its steps are held by stability, because another one waits. */
  yields: i32;
  timeCount: i32;
  /** Index of the next output time. */
  output: i32;
  /** Doubles of the state. */
  length: i32;
  status: i32;
  /** Whether outputs are those of the state divided by its norm. */
  normalised: i32;
}

/** The next output time, or infinity when all are written. */
// @ts-ignore: decorator
@inline
export function nextTime(run: Run): f64 {
  return run.output < run.timeCount ? load<f64>(run.times + ((<usize>run.output) << 3)) : Infinity;
}

/** Where the functionals at the next output time go. */
// @ts-ignore: decorator
@inline
export function valuesAt(run: Run): usize {
  return run.values + <usize>run.output * outputBytes(changetype<Functionals>(run.functionals).count);
}

/** Where the state at the next output time goes. */
// @ts-ignore: decorator
@inline
export function stateAt(run: Run): usize {
  return run.states + <usize>run.output * ((<usize>run.length) << 3);
}

/** The next output is that of the vector `x`. */
export function writeOutput(run: Run, x: usize): void {
  assert(run.output < run.timeCount, "writeOutput: no output time is left");
  const values = valuesAt(run);
  traces(run, x, values);
  if (run.states != 0) memory.copy(stateAt(run), x, (<usize>run.length) << 3);
  if (run.normalised != 0) {
    const size = stateNorm(run, x);
    scale(values, 1 / (size * size), 2 * changetype<Functionals>(run.functionals).count);
    if (run.states != 0) scale(stateAt(run), 1 / size, run.length);
  }
  run.output++;
}

/** Whether a norm is one at which the run stops. */
// @ts-ignore: decorator
@inline
export function crosses(run: Run, norm: f64): bool {
  return run.threshold > 0 && norm * norm <= run.threshold;
}

/** Whether functionals need the state at their time: those of what it is a sum of do not tell. */
// @ts-ignore: decorator
@inline
export function quadratic(run: Run): bool {
  const functionals = changetype<Functionals>(run.functionals);
  return functionals.kind == FUNCTIONALS_QUADRATIC && functionals.count > 0;
}

/** The functionals of the vector `x`. */
export function traces(run: Run, x: usize, out: usize): void {
  evaluate(changetype<Functionals>(run.functionals), changetype<Superoperator>(run.superoperator), x, out);
}

/** out = L[x], counted. */
export function derivative(run: Run, x: usize, out: usize): void {
  apply(changetype<Superoperator>(run.superoperator), x, out);
  run.rhsEvaluations += 1;
}

/** Whether states within a step are those of the interaction picture. */
// @ts-ignore: decorator
@inline
export function inPicture(run: Run): bool {
  return hasPicture(changetype<Superoperator>(run.superoperator));
}

/** Whether the generator is the same at all times, and in the picture of its steps. */
// @ts-ignore: decorator
@inline
export function constant(run: Run): bool {
  return isConstant(changetype<Superoperator>(run.superoperator));
}

/** Derivatives are those at time t of a step from now on. */
// @ts-ignore: decorator
@inline
export function setTime(run: Run, t: f64): void {
  const s = changetype<Superoperator>(run.superoperator);
  if (!isConstant(s)) setSuperoperatorTime(s, run.t, t);
}

/** The next time at which the generator jumps, or the end of the run. */
// @ts-ignore: decorator
@inline
export function nextStop(run: Run): f64 {
  const drive = changetype<Superoperator>(run.superoperator).drive;
  return drive == 0 ? run.end : min(run.end, changetype<Drive>(drive).upper);
}

/** The longest step, h at most, that misses nothing of what the generator does. */
// @ts-ignore: decorator
@inline
export function allowedStep(run: Run, h: f64): f64 {
  const drive = changetype<Superoperator>(run.superoperator).drive;
  return drive == 0 ? h : longestStep(changetype<Drive>(drive), run.t, min(h, nextStop(run) - run.t));
}

/** To be called when a time has been reached; whether the generator jumped there. */
// @ts-ignore: decorator
@inline
export function passStop(run: Run): bool {
  const drive = changetype<Superoperator>(run.superoperator).drive;
  return drive != 0 && enterInterval(changetype<Drive>(drive), run.t);
}

/** A vector of time t within a step becomes one of Schrödinger's picture. */
// @ts-ignore: decorator
@inline
export function leave(run: Run, t: f64, x: usize): void {
  if (inPicture(run)) toSchrodinger(changetype<Superoperator>(run.superoperator), t, x);
}

/** With k = L[x]: sum = from + b·k, stage = y + a·k (`applyStage`), counted. */
export function derivativeStage(
  run: Run,
  x: usize,
  a: f64,
  stage: usize,
  from: usize,
  b: f64,
  sum: usize,
  k: usize,
): void {
  applyStage(changetype<Superoperator>(run.superoperator), x, run.y, a, stage, from, b, sum, k);
  run.rhsEvaluations += 1;
}

/** out = from + b·L[x], counted; returns its norm. */
export function derivativeSum(run: Run, x: usize, from: usize, b: f64, out: usize, k: usize): f64 {
  run.rhsEvaluations += 1;
  return applySum(changetype<Superoperator>(run.superoperator), x, from, b, out, k);
}

/** Time and state after a step. */
export function reach(run: Run, time: f64, stateNorm: f64): void {
  run.t = time;
  run.norm = stateNorm;
  run.steps += 1;
}

/** What rounding makes of estimates. */
const ESTIMATE_ROUNDING: f64 = 1e-15;

/**
 * Estimated error that a step of length h may have which leads to a state of norm `norm`. Where the errors of all steps together are to stay
 * below the tolerance, that of a step may be a part h/T of it, T the length of the run; its estimate is larger (`Tableau.errorPart`).
 */
export function stepTolerance(run: Run, h: f64, norm: f64): f64 {
  const asked = run.atol + run.rtol * norm;
  if (run.errorPart == 0) return asked;
  const size = Math.max(norm, f64.MIN_NORMAL_VALUE);
  const error = ((asked / size) * h) / (run.end - run.start);
  const estimate = size * Math.pow(error / run.errorPart, <f64>run.order / <f64>(run.order + 1));
  return Math.max(Math.min(run.stepShare * asked, estimate), ESTIMATE_ROUNDING * norm);
}

/** Frobenius norm of a state vector. */
export function stateNorm(run: Run, x: usize): f64 {
  return norm(x, run.length);
}
