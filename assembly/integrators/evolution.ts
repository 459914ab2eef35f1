/**
 * A run of the master equation: the state, the buffers, the outputs, and one loop that takes steps of whatever method the
 * tableau describes. The loop can be left after a number of steps and entered again; that changes nothing in the results.
 */
import { matrixBytes, planeBytes } from "../complex/layout";
import { combinationNorm, combine, distance, norm, scratchLength } from "../complex/vector";
import {
  METHOD_RK4,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_LIMIT,
  STATUS_STEP_UNDERFLOW,
} from "../constants";
import { applyGenerator, Generator } from "../generator/generator";
import { arenaAllocate } from "../memory";
import { firstStep, growth, remembered, shrink, trialStep } from "./controller";
import { evaluate, Functionals, outputBytes, stateAt } from "./observe";
import { interpolationWeights, loadTableau, Tableau } from "./tableau";

/** Steps between two estimates of the spectral radius, which take two passes over the state. */
const RADIUS_INTERVAL: i32 = 16;


@unmanaged
export class Evolution {
  generator: usize;
  tableau: usize;
  functionals: usize;
  /** Output times, strictly increasing; the first is the initial time. */
  times: usize;
  /** Functionals at every output time. */
  values: usize;
  /** States at every output time; 0 when they are not stored. */
  states: usize;

  y: usize;
  next: usize;
  stage: usize;
  /** Pointers to the derivatives of the stages. */
  k: usize;
  weights: usize;
  scratch: usize;
  /** Functionals of y, of the next state and of every stage derivative. */
  traces: usize;

  t: f64;
  end: f64;
  /** Adaptive: the step to try next. */
  h: f64;
  /** The step last tried. */
  lastStep: f64;
  rtol: f64;
  atol: f64;
  /** Step asked for (fixed step), or largest step (adaptive; 0 = none). */
  stepOption: f64;
  /** Scaled error of the last accepted step, as the controller remembers it. */
  error: f64;
  norm: f64;
  spectralRadius: f64;
  /** Fixed step: where the present interval between outputs began, into how many steps it is divided, which one is next. */
  intervalStart: f64;
  intervalSteps: f64;
  intervalStep: f64;
  steps: f64;
  rejected: f64;
  rhsEvaluations: f64;
  maxSteps: f64;

  timeCount: i32;
  /** Index of the next output time. */
  output: i32;
  length: i32;
  status: i32;
  /** Whether the first derivative of the coming step is already known. */
  derivativeKnown: i32;
}

// @ts-ignore: decorator
@inline
function stageDerivative(e: Evolution, i: i32): usize {
  return load<usize>(e.k + ((<usize>i) << alignof<usize>()));
}

/** A run from `y` (used in place as working memory); 0 when memory does not suffice. */
export function createEvolution(
  generatorPointer: usize,
  method: i32,
  y: usize,
  times: usize,
  timeCount: i32,
  functionalsPointer: usize,
  values: usize,
  states: usize,
  rtol: f64,
  atol: f64,
  stepOption: f64,
  maxSteps: f64,
): usize {
  assert(timeCount > 0, "createEvolution: no output times");
  assert(method != METHOD_RK4 || stepOption > 0, "createEvolution: rk4 without a step");
  const pointer = arenaAllocate(offsetof<Evolution>());
  if (pointer == 0) return 0;
  const e = changetype<Evolution>(pointer);
  const d = changetype<Generator>(generatorPointer).d;
  const functionals = changetype<Functionals>(functionalsPointer);
  e.generator = generatorPointer;
  e.functionals = functionalsPointer;
  e.times = times;
  e.timeCount = timeCount;
  e.values = values;
  e.states = states;
  e.rtol = rtol;
  e.atol = atol;
  e.stepOption = stepOption;
  e.maxSteps = maxSteps;
  e.length = <i32>(matrixBytes(d) >>> 3);
  e.t = load<f64>(times);
  e.end = load<f64>(times + ((<usize>(timeCount - 1)) << 3));
  e.error = 1;
  e.y = y;

  e.tableau = arenaAllocate(offsetof<Tableau>());
  if (e.tableau == 0) return 0;
  const tableau = changetype<Tableau>(e.tableau);
  loadTableau(method, tableau);
  e.k = arenaAllocate((<usize>tableau.stages) << alignof<usize>());
  e.weights = arenaAllocate((<usize>tableau.stages) << 3);
  e.scratch = arenaAllocate((<usize>scratchLength()) << 3);
  e.traces = arenaAllocate(outputBytes(functionals.count) * <usize>(tableau.stages + 1) + 8);
  e.next = arenaAllocate(matrixBytes(d));
  e.stage = arenaAllocate(matrixBytes(d));
  if (e.k == 0 || e.weights == 0 || e.scratch == 0 || e.traces == 0 || e.next == 0 || e.stage == 0) return 0;
  for (let i = 0; i < tableau.stages; i++) {
    const k = arenaAllocate(matrixBytes(d));
    if (k == 0) return 0;
    store<usize>(e.k + ((<usize>i) << alignof<usize>()), k);
  }
  e.norm = norm(y, e.length);
  writeOutput(e, y);
  return pointer;
}

/** Matrices that `createEvolution` allocates besides the state it is given. */
export function workingMatrices(method: i32): i32 {
  const tableau = changetype<Tableau>(__alloc(offsetof<Tableau>()));
  loadTableau(method, tableau);
  const stages = tableau.stages;
  heap.free(changetype<usize>(tableau));
  return stages + 2;
}

/** Takes at most `budget` steps; returns a STATUS. */
export function advance(e: Evolution, budget: i32): i32 {
  const adaptive = changetype<Tableau>(e.tableau).error != 0;
  while (e.status == STATUS_RUNNING && budget > 0) {
    if (e.output >= e.timeCount) {
      e.status = STATUS_DONE;
    } else if (e.steps + e.rejected >= e.maxSteps) {
      e.status = STATUS_STEP_LIMIT;
    } else if (adaptive) {
      adaptiveStep(e);
    } else {
      fixedStep(e);
    }
    budget--;
  }
  if (e.status == STATUS_RUNNING && e.output >= e.timeCount) e.status = STATUS_DONE;
  return e.status;
}

/** One attempt at a step of adaptive size. Output times inside the step are read off the interpolant. */
function adaptiveStep(e: Evolution): void {
  const tableau = changetype<Tableau>(e.tableau);
  if (e.h == 0) {
    chooseFirstStep(e);
    if (e.status != STATUS_RUNNING) return;
  }
  const longest = e.stepOption > 0 ? e.stepOption : Infinity;
  let h = min(e.h, longest);
  const remaining = e.end - e.t;
  // Stretch a little rather than leave a sliver for the last step.
  const last = remaining <= min(h * 1.0001, longest);
  // The state must advance by what the clock does: t + h rounds.
  h = last ? remaining : e.t + h - e.t;
  if (h == 0) {
    e.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  computeStages(e, h);
  const nextNorm = norm(e.next, e.length);
  const tolerance = e.atol + e.rtol * max(e.norm, nextNorm);
  const error = combinationNorm(h, tableau.error, e.k, tableau.stages, e.length, e.scratch) / tolerance;
  if (!isFinite(error) || !isFinite(nextNorm)) {
    e.status = STATUS_NON_FINITE;
    return;
  }
  const attempts = e.steps + e.rejected + 1;
  if (last || attempts >= e.maxSteps || <i32>attempts % RADIUS_INTERVAL == 0) estimateSpectralRadius(e);
  if (error > 1) {
    e.rejected += 1;
    e.h = h * shrink(error);
    return;
  }
  e.steps += 1;
  const reached = last ? e.end : e.t + h;
  writeOutputs(e, h, reached);
  accept(e, reached, nextNorm);
  e.h = h * growth(error, e.error);
  e.error = remembered(error);
}

/** One step of fixed size: every interval between output times is divided evenly into steps no longer than asked for. */
function fixedStep(e: Evolution): void {
  const target = load<f64>(e.times + ((<usize>e.output) << 3));
  if (e.intervalStep == 0) {
    e.intervalStart = e.t;
    // A ratio that is a whole number but for rounding counts as that number.
    e.intervalSteps = Math.max(1, Math.ceil(((target - e.t) / e.stepOption) * (1 - 1e-12)));
  }
  e.intervalStep += 1;
  const last = e.intervalStep == e.intervalSteps;
  const fraction = e.intervalStep / e.intervalSteps;
  const reached = last ? target : e.intervalStart + fraction * (target - e.intervalStart);
  const h = reached - e.t;
  if (h == 0) {
    e.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  computeStages(e, h);
  const nextNorm = norm(e.next, e.length);
  if (!isFinite(nextNorm)) {
    e.status = STATUS_NON_FINITE;
    return;
  }
  e.steps += 1;
  accept(e, reached, nextNorm);
  if (last) {
    e.intervalStep = 0;
    writeOutput(e, e.y);
  }
}

/** The derivatives of all stages, and the new state in `next`. */
function computeStages(e: Evolution, h: f64): void {
  e.lastStep = h;
  const tableau = changetype<Tableau>(e.tableau);
  const generator = changetype<Generator>(e.generator);
  const stages = tableau.stages;
  if (!e.derivativeKnown) {
    applyGenerator(generator, e.y, stageDerivative(e, 0));
    e.rhsEvaluations += 1;
    e.derivativeKnown = 1;
  }
  let row = tableau.a;
  for (let i = 1; i < stages; i++) {
    const argument = tableau.firstSameAsLast && i == stages - 1 ? e.next : e.stage;
    combine(argument, e.y, h, row, e.k, i, e.length);
    applyGenerator(generator, argument, stageDerivative(e, i));
    row += (<usize>i) << 3;
  }
  e.rhsEvaluations += <f64>(stages - 1);
  if (!tableau.firstSameAsLast) combine(e.next, e.y, h, tableau.b, e.k, stages, e.length);
}

/** The new state becomes the state; the last derivative the first one, where the method allows it. */
function accept(e: Evolution, reached: f64, nextNorm: f64): void {
  const tableau = changetype<Tableau>(e.tableau);
  const y = e.y;
  e.y = e.next;
  e.next = y;
  e.t = reached;
  e.norm = nextNorm;
  if (tableau.firstSameAsLast) {
    const last = e.k + ((<usize>(tableau.stages - 1)) << alignof<usize>());
    const first = load<usize>(e.k);
    store<usize>(e.k, load<usize>(last));
    store<usize>(last, first);
  } else {
    e.derivativeKnown = 0;
  }
}

/**
 * |lambda| ≈ ‖f(u) - f(v)‖ / ‖u - v‖ for the last two stages of a first-same-as-last method, which lie at the same time
 * (Hairer and Wanner, Solving ODEs II, section IV.2).
 */
function estimateSpectralRadius(e: Evolution): void {
  const stages = changetype<Tableau>(e.tableau).stages;
  const separation = distance(e.next, e.stage, e.length);
  // At rounding level the quotient is noise.
  if (separation <= 4 * f64.EPSILON * e.norm) return;
  const slope = distance(stageDerivative(e, stages - 1), stageDerivative(e, stages - 2), e.length);
  e.spectralRadius = slope / separation;
}

function chooseFirstStep(e: Evolution): void {
  const tableau = changetype<Tableau>(e.tableau);
  const generator = changetype<Generator>(e.generator);
  const scale = e.atol + e.rtol * e.norm;
  const derivative = stageDerivative(e, 0);
  applyGenerator(generator, e.y, derivative);
  const slope = norm(derivative, e.length) / scale;
  const trial = trialStep(e.norm / scale, slope);
  store<f64>(e.weights, 1);
  combine(e.stage, e.y, trial, e.weights, e.k, 1, e.length);
  applyGenerator(generator, e.stage, e.next);
  const second = distance(e.next, derivative, e.length) / scale / trial;
  e.rhsEvaluations += 2;
  e.derivativeKnown = 1;
  e.h = firstStep(trial, slope, second, tableau.order);
  if (!isFinite(e.h) || !isFinite(slope)) e.status = STATUS_NON_FINITE;
}

/** All output times in (t, reached], during the step of length h from t. */
function writeOutputs(e: Evolution, h: f64, reached: f64): void {
  const tableau = changetype<Tableau>(e.tableau);
  const functionals = changetype<Functionals>(e.functionals);
  const count = functionals.count;
  const stages = tableau.stages;
  const bytes = outputBytes(count);
  let traced = false;
  while (e.output < e.timeCount) {
    const time = load<f64>(e.times + ((<usize>e.output) << 3));
    if (time > reached) return;
    if (time == reached) {
      writeOutput(e, e.next);
      continue;
    }
    interpolationWeights(tableau, (time - e.t) / h, e.weights);
    if (!traced && count > 0) {
      traced = true;
      const plane = planeBytes(changetype<Generator>(e.generator).d);
      evaluate(functionals, e.y, plane, e.traces);
      for (let i = 0; i < stages; i++) {
        evaluate(functionals, stageDerivative(e, i), plane, e.traces + <usize>(i + 1) * bytes);
      }
    }
    const out = e.values + <usize>e.output * bytes;
    for (let f = 0; f < 2 * count; f++) {
      const at = (<usize>f) << 3;
      let value: f64 = 0;
      for (let i = 0; i < stages; i++) {
        value += load<f64>(e.weights + ((<usize>i) << 3)) * load<f64>(e.traces + <usize>(i + 1) * bytes + at);
      }
      store<f64>(out + at, load<f64>(e.traces + at) + h * value);
    }
    if (e.states != 0) {
      const state = stateAt(e.states, e.output, changetype<Generator>(e.generator).d);
      combine(state, e.y, h, e.weights, e.k, stages, e.length);
    }
    e.output++;
  }
}

/** The next output is the state `x` itself. */
function writeOutput(e: Evolution, x: usize): void {
  const d = changetype<Generator>(e.generator).d;
  const functionals = changetype<Functionals>(e.functionals);
  evaluate(functionals, x, planeBytes(d), e.values + <usize>e.output * outputBytes(functionals.count));
  if (e.states != 0) memory.copy(stateAt(e.states, e.output, d), x, matrixBytes(d));
  e.output++;
}
