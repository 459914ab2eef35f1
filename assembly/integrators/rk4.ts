/**
 * The classical Runge-Kutta method (Kutta, Z. Math. Phys. 46 (1901) 435) with a fixed step. For a constant generator every
 * method of four stages and order four is the Taylor polynomial of degree 4, and Horner's scheme evaluates it with one vector besides the
 * states: v = y + (h/4) L y, v = y + (h/3) L v, v = y + (h/2) L v, y = y + h L v, each sum in the pass that ends a right-hand side.
 */
import { FORM_MATRIX, STATUS_NON_FINITE, STATUS_STEP_UNDERFLOW } from "../constants";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";
import {
  constant,
  derivativeStage,
  derivativeSum,
  leave,
  nextStop,
  nextTime,
  passStop,
  reach,
  Run,
  setTime,
  writeOutput,
} from "./run";


@unmanaged
class Classical {
  sum: usize;
  stage: usize;
  /** The derivative, where it needs a place of its own. */
  k: usize;
  /** Where the present interval between outputs began, into how many steps it is divided, which one is next. */
  intervalStart: f64;
  intervalSteps: f64;
  intervalStep: f64;
}

/** Bytes that `prepareClassical` allocates at most. */
export function classicalBytes(length: f64): f64 {
  return 3 * length * 8 + 4096;
}

/** Prepares a run; false when memory does not suffice. */
export function prepareClassical(run: Run): bool {
  assert(run.stepOption > 0, "prepareClassical: no step");
  const pointer = arenaAllocate(offsetof<Classical>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<Classical>(pointer);
  const bytes = (<usize>run.length) << 3;
  w.sum = arenaAllocate(bytes);
  w.stage = arenaAllocate(bytes);
  w.k = arenaAllocate(changetype<Superoperator>(run.superoperator).form == FORM_MATRIX ? 8 : bytes);
  return w.sum != 0 && w.stage != 0 && w.k != 0;
}

/** The state after a step of length h with a constant generator into `sum`; returns its norm. */
function constantStages(run: Run, w: Classical, h: f64): f64 {
  const y = run.y;
  derivativeSum(run, y, y, h / 4, w.stage, w.k);
  derivativeSum(run, w.stage, y, h / 3, w.stage, w.k);
  derivativeSum(run, w.stage, y, h / 2, w.stage, w.k);
  return derivativeSum(run, w.stage, y, h, w.sum, w.k);
}

/** The same with one that depends on time: argument of the next stage and running sum come from one pass. */
function changingStages(run: Run, w: Classical, h: f64): f64 {
  setTime(run, 0);
  derivativeStage(run, run.y, h / 2, w.stage, run.y, h / 6, w.sum, w.k);
  setTime(run, h / 2);
  derivativeStage(run, w.stage, h / 2, w.stage, w.sum, h / 3, w.sum, w.k);
  derivativeStage(run, w.stage, h, w.stage, w.sum, h / 3, w.sum, w.k);
  setTime(run, h);
  const nextNorm = derivativeSum(run, w.stage, w.sum, h / 6, w.sum, w.k);
  leave(run, h, w.sum);
  return nextNorm;
}

/** One step: every interval between output times, and jumps of the generator, is divided evenly into steps no longer than asked for. */
export function classicalStep(run: Run): void {
  const w = changetype<Classical>(run.work);
  const target = min(nextTime(run), nextStop(run));
  if (w.intervalStep == 0) {
    w.intervalStart = run.t;
    // A ratio that is a whole number but for rounding counts as that number.
    w.intervalSteps = Math.max(1, Math.ceil(((target - run.t) / run.stepOption) * (1 - 1e-12)));
  }
  w.intervalStep += 1;
  const last = w.intervalStep == w.intervalSteps;
  const fraction = w.intervalStep / w.intervalSteps;
  const reached = last ? target : w.intervalStart + fraction * (target - w.intervalStart);
  const h = reached - run.t;
  if (h == 0) {
    run.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  run.lastStep = h;
  const y = run.y;
  const nextNorm = constant(run) ? constantStages(run, w, h) : changingStages(run, w, h);
  if (!isFinite(nextNorm)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  run.y = w.sum;
  w.sum = y;
  reach(run, reached, nextNorm);
  if (last) {
    w.intervalStep = 0;
    if (reached == nextTime(run)) writeOutput(run, run.y);
    passStop(run);
  }
}
