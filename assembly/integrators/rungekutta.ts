/**
 * Runge-Kutta methods of adaptive step, explicit and diagonally implicit, as their tableau describes them. The last stage of all of them is the first of the next
 * step (first same as last).
 *
 * For a constant generator every stage of an explicit method is a polynomial in L, so that all of them lie in the span of the powers L y,
 * L² y, …: these are computed in their place, each from the one before, and sums of stages are formed once a step instead of once a stage.
 */
import { axpy, combinationNorm, combine, combineWithNorms, distance, scale, scratchLength } from "../complex/vector";
import {
  DIRECT_LIMIT,
  STATUS_CROSSED,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_UNDERFLOW,
} from "../constants";
import { arenaAllocate } from "../memory";
import { beginSearch, narrow } from "../trajectories/crossing";
import { firstStep, growth, remembered, shrink, trialStep } from "./controller";
import { Implicit, implicitBytes, keepsStep, prepareImplicit, solveStage } from "./implicit";
import { combineTraces, Functionals, outputBytes } from "./observe";
import {
  allowedStep,
  constant,
  crosses,
  derivative,
  inPicture,
  leave,
  nextStop,
  nextTime,
  passStop,
  quadratic,
  reach,
  Run,
  setTime,
  stateAt,
  stateNorm,
  stepTolerance,
  traces,
  valuesAt,
  writeOutput,
} from "./run";
import { interpolationWeights, loadTableau, stageTime, Tableau } from "./tableau";

/** Steps before a run is called stiff, at the least, and the stiffness (1 at the limit of stability) from which on it is. */
const STIFF_STEPS: f64 = 200;
const STIFF: f64 = 0.7;
/** Steps between two estimates of the spectral radius, which take two passes over the state. */
const RADIUS_INTERVAL: i32 = 16;
/**
 * What the interpolant may miss the argument of its last stage by, in tolerances of the step. On y' = lambda y that is 1.4 to 10 times its largest error,
 * and 20 times the estimate of the step's at most, but for h lambda < -5, where it grows to hundreds of them: nobody else would tell.
 */
const INTERPOLATED: f64 = 10;
/**
 * In a step that is made shorter the miss per unit of time falls as h^7. What stays above this share of itself is rounding of the times at which steep
 * coefficients are taken: no shorter step would help. It is looked at again from so many times that level on.
 */
const ROUNDED: f64 = 0.5;
const BEYOND_ROUNDING: f64 = 4;
/** What the square of the norm misses its threshold by where the run stops, relative to it and in tolerances: far below the error of a step. */
const CROSSING_SHARE: f64 = 1e-3;
/** Norms of the two estimates of a step's error. */
const NORMS: usize = memory.data(16, 16);
/** Growth of the step that is worth new factors. */
const WORTHWHILE: f64 = 1.2;
/** Attempts in a row at a stage equation before the method gives up. */
const MAX_FAILURES: i32 = 12;


@unmanaged
class RungeKutta {
  tableau: usize;
  next: usize;
  stage: usize;
  /** Pointers to the derivatives of the stages. */
  k: usize;
  /** Weights at an output time: that of y, then those of the stage derivatives. */
  weights: usize;
  scratch: usize;
  /** Functionals of y, then of the stage derivatives. */
  traces: usize;

  /** How many of the derivatives are powers L y, L² y, … instead; 0 when they are those of the stages. */
  powers: i32;
  /** k_i = sum_m h^m conversion[i][m] L^(m+1) y, powers x powers. */
  conversion: usize;
  /** Weights of the powers: three sets of them. */
  converted: usize;

  /** What solves stage equations, an Implicit; 0 for an explicit method. */
  implicit: usize;

  /** The step to try next. */
  h: f64;
  /** Scaled error of the last accepted step, as the controller remembers it. */
  error: f64;
  /** Attempts in a row that ended in a stage equation that was not solved. */
  failures: i32;

  /** The first step that was refused for its interpolant since one was accepted, or 0; what the last of these missed per unit of time. */
  refused: f64;
  missed: f64;
  /** What interpolants miss per unit of time by rounding. */
  rounding: f64;
}

/** Bytes that `prepareRungeKutta` allocates at most. */
export function rungeKuttaBytes(method: i32, length: f64, copies: i32, functionals: i32): f64 {
  const tableau = changetype<Tableau>(__alloc(offsetof<Tableau>()));
  memory.fill(changetype<usize>(tableau), 0, offsetof<Tableau>());
  loadTableau(method, tableau);
  const stages = tableau.stages + tableau.extraStages;
  const explicit = tableau.diagonal == 0;
  heap.free(changetype<usize>(tableau));
  const vectors = <f64>(stages + 2) * length * <f64>copies * 8;
  const bytes = vectors + <f64>(stages + 1) * (<f64>functionals * 16 + 64) + 8192;
  if (explicit) return bytes;
  const iterative = implicitBytes(length, copies, false);
  return bytes + (length > <f64>DIRECT_LIMIT ? iterative : Math.max(iterative, implicitBytes(length, copies, true)));
}

/** Prepares a run by a Runge-Kutta method; false when memory does not suffice. */
export function prepareRungeKutta(run: Run): bool {
  const pointer = arenaAllocate(offsetof<RungeKutta>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<RungeKutta>(pointer);
  w.error = 1;
  w.tableau = arenaAllocate(offsetof<Tableau>());
  if (w.tableau == 0) return false;
  const tableau = changetype<Tableau>(w.tableau);
  loadTableau(run.method, tableau);
  run.order = tableau.order;
  run.errorPart = run.stepShare > 0 ? tableau.errorPart : 0;
  const stages = <usize>(tableau.stages + tableau.extraStages);
  const bytes = (<usize>run.length) << 3;
  w.k = arenaAllocate(stages << alignof<usize>());
  w.weights = arenaAllocate((stages + 1) << 3);
  w.scratch = arenaAllocate((<usize>scratchLength()) << 3);
  w.traces = arenaAllocate(outputBytes(changetype<Functionals>(run.functionals).count) * (stages + 1) + 8);
  w.next = arenaAllocate(bytes);
  w.stage = arenaAllocate(bytes);
  if (w.k == 0 || w.weights == 0 || w.scratch == 0 || w.traces == 0 || w.next == 0 || w.stage == 0) return false;
  for (let i: usize = 0; i < stages; i++) {
    const k = arenaAllocate(bytes);
    if (k == 0) return false;
    store<usize>(w.k + (i << alignof<usize>()), k);
  }
  if (tableau.diagonal == 0) return !constant(run) || preparePowers(w, tableau);
  w.implicit = prepareImplicit(run);
  return w.implicit != 0;
}

/** Stage i is k_i = L (y + h sum_j a_ij k_j). */
function preparePowers(w: RungeKutta, tableau: Tableau): bool {
  const p = tableau.stages - 1;
  w.conversion = arenaAllocate((<usize>(p * p)) << 3);
  w.converted = arenaAllocate(WEIGHTS * weightsBytes(tableau));
  if (w.conversion == 0 || w.converted == 0) return false;
  w.powers = p;
  let a = tableau.a;
  for (let i = 0; i < p; i++) {
    const row = w.conversion + ((<usize>(i * p)) << 3);
    store<f64>(row, 1);
    for (let m = 1; m < p; m++) {
      let sum: f64 = 0;
      for (let j = 0; j < i; j++) {
        sum += load<f64>(a + ((<usize>j) << 3)) * load<f64>(w.conversion + ((<usize>(j * p + m - 1)) << 3));
      }
      store<f64>(row + ((<usize>m) << 3), sum);
    }
    a += (<usize>i) << 3;
  }
  return true;
}

/** Sets of weights that are in use at once. */
const WEIGHTS: usize = 3;

function weightsBytes(tableau: Tableau): usize {
  return (<usize>(tableau.stages + tableau.extraStages)) << 3;
}

/** Weights of what the `count` derivatives are, from those of the stages. @param set which of the sets is overwritten */
function weights(w: RungeKutta, stageWeights: usize, count: i32, h: f64, set: usize = 0): usize {
  const p = w.powers;
  if (p == 0) return stageWeights;
  const converted = w.converted + set * weightsBytes(changetype<Tableau>(w.tableau));
  assert(count >= p, "weights: a sum of some of the stages");
  let power: f64 = 1;
  for (let m = 0; m < p; m++) {
    let sum: f64 = 0;
    for (let i = 0; i < p; i++) {
      sum += load<f64>(stageWeights + ((<usize>i) << 3)) * load<f64>(w.conversion + ((<usize>(i * p + m)) << 3));
    }
    store<f64>(converted + ((<usize>m) << 3), power * sum);
    power *= h;
  }
  for (let i = (<usize>p) << 3; i < (<usize>count) << 3; i += 8) {
    store<f64>(converted + i, load<f64>(stageWeights + i));
  }
  return converted;
}

// @ts-ignore: decorator
@inline
function stageDerivative(w: RungeKutta, i: i32): usize {
  return load<usize>(w.k + ((<usize>i) << alignof<usize>()));
}

/** One attempt at a step of adaptive size. Output times inside the step are read off the interpolant. */
export function adaptiveStep(run: Run): void {
  const w = changetype<RungeKutta>(run.work);
  const tableau = changetype<Tableau>(w.tableau);
  if (w.h == 0) {
    chooseFirstStep(run, w);
    if (run.status != STATUS_RUNNING) return;
  }
  const longest = allowedStep(run, run.stepOption > 0 ? run.stepOption : Infinity);
  let h = min(w.h, longest);
  const stop = nextStop(run);
  const remaining = stop - run.t;
  // Stretch a little rather than leave a sliver for the last step.
  const last = remaining <= min(h * 1.0001, longest);
  // The state must advance by what the clock does: t + h rounds.
  h = last ? remaining : run.t + h - run.t;
  if (h == 0) {
    run.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  run.lastStep = h;
  if (!computeStages(run, w, h, 1, tableau.errorStages)) {
    refuse(run, w, h);
    return;
  }
  const full = tableau.errorStages == tableau.stages;
  const estimated = full ? estimateError(run, w, h) : finishStep(run, w, h);
  const nextNorm = stateNorm(run, w.next);
  const tolerance = max(stepTolerance(run, h, max(run.norm, nextNorm)), f64.MIN_NORMAL_VALUE);
  const error = estimated / tolerance;
  if (!isFinite(error) || !isFinite(nextNorm)) {
    if (w.powers > 0) {
      // High powers of very large rates overflow where the stages themselves do not.
      w.powers = 0;
      run.rejected += 1;
      return;
    }
    run.status = STATUS_NON_FINITE;
    return;
  }
  const attempts = run.steps + run.rejected + 1;
  const estimate = (last && stop == run.end) || attempts >= run.maxSteps || <i32>attempts % RADIUS_INTERVAL == 0;
  // The time of the last stage is still set: that of the one before is the same.
  if (!full && (estimate || error <= 1)) derivative(run, w.next, stageDerivative(w, tableau.stages - 1));
  if (estimate && w.implicit == 0) estimateSpectralRadius(run, w);
  if (run.yields && heldByStability(run)) {
    run.status = STATUS_METHOD_FAILED;
    return;
  }
  if (error > 1) {
    run.rejected += 1;
    w.h = h * shrink(error, tableau.order);
    return;
  }
  const reached = last ? stop : run.t + h;
  const crossing = crosses(run, nextNorm);
  if (crossing || nextTime(run) < reached) {
    computeStages(run, w, h, tableau.stages, tableau.stages + tableau.extraStages);
    const missed = interpolationError(run, w, h);
    const off = missed / (INTERPOLATED * tolerance);
    if (off > 1 && mayImprove(w, missed / h)) {
      if (w.refused == 0) w.refused = h;
      w.missed = missed / h;
      run.rejected += 1;
      w.h = h * shrink(off, tableau.order);
      return;
    }
  }
  if (crossing) {
    cross(run, w, h);
    return;
  }
  leave(run, h, w.next);
  writeOutputs(run, w, h, reached);
  leave(run, h, stageDerivative(w, tableau.stages - 1));
  accept(run, w, reached, nextNorm);
  const factor = growth(error, w.error, tableau.order);
  const kept = w.implicit != 0 && keepsStep(changetype<Implicit>(w.implicit)) && factor >= 1 && factor < WORTHWHILE;
  // A step that was cut short to land on a time says little about the next one.
  const tried = last ? w.h : 0;
  w.h = max(tried, kept ? h : h * factor);
  // Where rounding rules, an error says nothing about the step, which would stay as short as it was made.
  if (w.refused > 0 && w.rounding > 0) w.h = max(w.h, w.refused);
  w.refused = 0;
  w.failures = 0;
  w.error = remembered(error);
  if (!passStop(run)) return;
  setTime(run, 0);
  derivative(run, run.y, stageDerivative(w, 0));
  w.error = 1;
}

/** The derivatives of stages `first` … `stop` - 1; the last one leaves the new state in `next`. False when a stage
 * equation was not solved. */
function computeStages(run: Run, w: RungeKutta, h: f64, first: i32, stop: i32): bool {
  const tableau = changetype<Tableau>(w.tableau);
  for (let i = first; i < stop; i++) {
    const argument = i == tableau.stages - 1 ? w.next : w.stage;
    if (w.implicit != 0) {
      if (!implicitStage(run, w, h, i)) return false;
      continue;
    }
    if (i < w.powers) {
      derivative(run, stageDerivative(w, i - 1), stageDerivative(w, i));
      continue;
    }
    stageArgument(run, w, h, i, argument);
    setTime(run, h * stageTime(tableau, i));
    derivative(run, argument, stageDerivative(w, i));
  }
  return true;
}

/**
 * Stage i of an implicit method: (1 - h gamma L) x = r, k = (x - r)/(h gamma), which equals L x without multiplying what is left of the
 * residual by L. Stages follow one another in `next`, each the guess of the one after it.
 */
function implicitStage(run: Run, w: RungeKutta, h: f64, i: i32): bool {
  const tableau = changetype<Tableau>(w.tableau);
  const c = h * tableau.diagonal;
  const k = stageDerivative(w, i);
  if (i == 1) memory.copy(w.next, run.y, (<usize>run.length) << 3);
  stageArgument(run, w, h, i, w.stage);
  setTime(run, h * stageTime(tableau, i));
  if (!solveStage(run, changetype<Implicit>(w.implicit), c, w.stage, w.next)) return false;
  memory.copy(k, w.next, (<usize>run.length) << 3);
  axpy(k, -1, w.stage, run.length);
  scale(k, 1 / c, run.length);
  return true;
}

/** A step of length h was not to be had: a shorter one, for which the equations are easier, a bounded number of times. */
function refuse(run: Run, w: RungeKutta, h: f64): void {
  run.rejected += 1;
  w.failures++;
  w.h = 0.25 * h;
  if (w.failures >= MAX_FAILURES) run.status = STATUS_METHOD_FAILED;
}

// @ts-ignore: decorator
@inline
function rowOf(w: RungeKutta, i: i32): usize {
  return changetype<Tableau>(w.tableau).a + ((<usize>((i * (i - 1)) >> 1)) << 3);
}

// @ts-ignore: decorator
@inline
function stageArgument(run: Run, w: RungeKutta, h: f64, i: i32, out: usize): void {
  combine(out, run.y, h, weights(w, rowOf(w, i), i, h), w.k, i, run.length);
}

/** Norm of the estimated error of a step of length h, all stages of which are there. */
function estimateError(run: Run, w: RungeKutta, h: f64): f64 {
  const tableau = changetype<Tableau>(w.tableau);
  const stages = tableau.errorStages;
  return combinationNorm(h, weights(w, tableau.error, stages, h), w.k, stages, run.length, w.scratch);
}

/** The new state, from all stages but the last, to `next`, and the norm of the estimated error of a step of length h. */
function finishStep(run: Run, w: RungeKutta, h: f64): f64 {
  const tableau = changetype<Tableau>(w.tableau);
  const stages = tableau.errorStages;
  assert(stages == tableau.stages - 1 && tableau.lowError != 0, "finishStep: another tableau");
  const next = weights(w, rowOf(w, stages), stages, h, 0);
  const high = weights(w, tableau.error, stages, h, 1);
  const lower = weights(w, tableau.lowError, stages, h, 2);
  combineWithNorms(w.next, run.y, h, next, high, lower, w.k, stages, run.length, w.scratch, NORMS);
  const error = load<f64>(NORMS);
  if (error == 0) return 0;
  // Hairer, Norsett, Wanner, equation (II.10.17): the two together behave like h^8.
  return (error * error) / Math.hypot(error, 0.1 * load<f64>(NORMS, 8));
}

/** The new state becomes the state; the last derivative the first one. */
function accept(run: Run, w: RungeKutta, reached: f64, nextNorm: f64): void {
  const tableau = changetype<Tableau>(w.tableau);
  const y = run.y;
  run.y = w.next;
  w.next = y;
  reach(run, reached, nextNorm);
  if (run.spectralRadius > 0 && tableau.stabilityLimit > 0) {
    run.stiffness = (run.spectralRadius * (reached - run.start)) / run.steps / tableau.stabilityLimit;
  }
  const last = w.k + ((<usize>(tableau.stages - 1)) << alignof<usize>());
  const first = load<usize>(w.k);
  store<usize>(w.k, load<usize>(last));
  store<usize>(last, first);
}

/**
 * |lambda| ≈ ‖f(u) - f(v)‖ / ‖u - v‖ for the last two stages, which lie at the same time
 * (Hairer and Wanner, Solving ODEs II, section IV.2). Powers L^m y tell it directly.
 */
function estimateSpectralRadius(run: Run, w: RungeKutta): void {
  const stages = changetype<Tableau>(w.tableau).stages;
  const p = w.powers;
  if (p > 0) {
    const before = stateNorm(run, stageDerivative(w, p - 2));
    // At rounding level the quotient is noise.
    if (Math.pow(Math.abs(run.lastStep), <f64>(p - 1)) * before <= 4 * f64.EPSILON * run.norm) return;
    run.spectralRadius = stateNorm(run, stageDerivative(w, p - 1)) / before;
    return;
  }
  const separation = distance(w.next, w.stage, run.length);
  // At rounding level the quotient is noise.
  if (separation <= 4 * f64.EPSILON * run.norm) return;
  const slope = distance(stageDerivative(w, stages - 1), stageDerivative(w, stages - 2), run.length);
  run.spectralRadius = slope / separation;
}

/** Whether a run that may give way has shown that its steps are held by stability, and many more are to come. */
function heldByStability(run: Run): bool {
  if (run.steps < STIFF_STEPS || run.stiffness < STIFF) return false;
  return (run.end - run.t) * run.steps > STIFF_STEPS * (run.t - run.start);
}

function chooseFirstStep(run: Run, w: RungeKutta): void {
  const tableau = changetype<Tableau>(w.tableau);
  let scale = max(stepTolerance(run, Infinity, run.norm), f64.MIN_NORMAL_VALUE);
  const slopeAt = stageDerivative(w, 0);
  setTime(run, 0);
  derivative(run, run.y, slopeAt);
  const slopeNorm = stateNorm(run, slopeAt);
  const trial = trialStep(run.norm / scale, slopeNorm / scale);
  // The first step is longer than the trial: what that may have is on the safe side.
  scale = max(stepTolerance(run, trial, run.norm), f64.MIN_NORMAL_VALUE);
  const slope = slopeNorm / scale;
  store<f64>(w.weights, 1);
  combine(w.stage, run.y, trial, w.weights, w.k, 1, run.length);
  setTime(run, trial);
  derivative(run, w.stage, w.next);
  const second = distance(w.next, slopeAt, run.length) / scale / trial;
  w.h = firstStep(trial, slope, second, tableau.order);
  if (!isFinite(w.h) || !isFinite(slope)) run.status = STATUS_NON_FINITE;
}

/** out = the state at theta·h of the step from y, by the interpolant, for which all stages are there. */
function interpolate(run: Run, w: RungeKutta, theta: f64, h: f64, out: usize): void {
  const tableau = changetype<Tableau>(w.tableau);
  const stages = tableau.stages + tableau.extraStages;
  const stageWeights = w.weights + 8;
  interpolationWeights(tableau, theta, h, stageWeights);
  if (w.powers > 0) memory.copy(stageWeights, weights(w, stageWeights, stages, h), (<usize>stages) << 3);
  combine(out, run.y, 1, stageWeights, w.k, stages, run.length);
}

/**
 * The norm of what the interpolant misses the argument of its last stage by, for a method that has stages for its interpolant, all of which are there: the
 * interpolant has the slopes of these stages, not the states that they were computed from.
 */
function interpolationError(run: Run, w: RungeKutta, h: f64): f64 {
  const tableau = changetype<Tableau>(w.tableau);
  if (tableau.extraStages == 0) return 0;
  const stages = tableau.stages + tableau.extraStages;
  const last = stages - 1;
  const stageWeights = w.weights + 8;
  interpolationWeights(tableau, stageTime(tableau, last), 1, stageWeights);
  const row = rowOf(w, last);
  for (let i = 0; i < last; i++) {
    const at = (<usize>i) << 3;
    store<f64>(stageWeights + at, load<f64>(stageWeights + at) - load<f64>(row + at));
  }
  return combinationNorm(h, weights(w, stageWeights, stages, h), w.k, stages, run.length, w.scratch);
}

/** Whether a shorter step may bring down what the interpolant misses per unit of time; what a shorter step did not bring down is noted as rounding. */
function mayImprove(w: RungeKutta, missed: f64): bool {
  if (missed <= BEYOND_ROUNDING * w.rounding) return false;
  if (w.refused == 0 || missed <= ROUNDED * w.missed) return true;
  w.rounding = missed;
  return false;
}

/** The run stops within the step of length h, where the norm crosses the threshold. */
function cross(run: Run, w: RungeKutta, h: f64): void {
  const search = beginSearch(run.threshold, run.norm, stateNorm(run, w.next), CROSSING_SHARE * run.rtol);
  while (search.open) {
    interpolate(run, w, search.at, h, w.stage);
    narrow(search, stateNorm(run, w.stage));
  }
  const theta = search.upper;
  interpolate(run, w, theta, h, w.next);
  const reached = run.t + theta * h;
  writeOutputs(run, w, h, reached);
  const y = run.y;
  run.y = w.next;
  w.next = y;
  reach(run, reached, stateNorm(run, run.y));
  w.h = h;
  run.status = STATUS_CROSSED;
}

/** A run goes on from another state, as if the generator had jumped. */
export function resumeRungeKutta(run: Run): void {
  const w = changetype<RungeKutta>(run.work);
  if (w.h == 0) return;
  setTime(run, 0);
  derivative(run, run.y, stageDerivative(w, 0));
  w.error = 1;
}

/** A run begins anew. */
export function restartRungeKutta(run: Run): void {
  const w = changetype<RungeKutta>(run.work);
  w.h = 0;
  w.error = 1;
  w.failures = 0;
  w.refused = 0;
  w.rounding = 0;
}

/** All output times in (t, reached], during the step of length h from t. Those inside of it need all stages of the interpolant. */
function writeOutputs(run: Run, w: RungeKutta, h: f64, reached: f64): void {
  const tableau = changetype<Tableau>(w.tableau);
  const count = changetype<Functionals>(run.functionals).count;
  const stages = tableau.stages + tableau.extraStages;
  const bytes = outputBytes(count);
  const stageWeights = w.weights + 8;
  store<f64>(w.weights, 1);
  let traced = false;
  for (let time = nextTime(run); time <= reached; time = nextTime(run)) {
    if (time == reached) {
      writeOutput(run, w.next);
      continue;
    }
    const theta = (time - run.t) / h;
    if (inPicture(run) || quadratic(run) || run.normalised != 0) {
      // The stage is no longer needed.
      interpolate(run, w, theta, h, w.stage);
      leave(run, time - run.t, w.stage);
      writeOutput(run, w.stage);
      continue;
    }
    interpolationWeights(tableau, theta, h, stageWeights);
    if (w.powers > 0) memory.copy(stageWeights, weights(w, stageWeights, stages, h), (<usize>stages) << 3);
    if (!traced && count > 0) {
      traced = true;
      traces(run, run.y, w.traces);
      for (let i = 0; i < stages; i++) traces(run, stageDerivative(w, i), w.traces + <usize>(i + 1) * bytes);
    }
    combineTraces(count, w.traces, w.weights, stages + 1, valuesAt(run));
    if (run.states != 0) combine(stateAt(run), run.y, 1, stageWeights, w.k, stages, run.length);
    run.output++;
  }
}
