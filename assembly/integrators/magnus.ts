/**
 * The commutator-free Magnus method of order 4 (Blanes and Moan, Appl. Numer. Math. 56 (2006) 1519; Alvermann and Fehske, J. Comput. Phys.
 * 230 (2011) 5930): a step of length h is exp(h (a2 L1 + a1 L2)) exp(h (a1 L1 + a2 L2)), L1 and L2 the generator at the Gauss points,
 * a = ¼ ± sqrt(3)/6. Each exponential is that of a constant generator, in Krylov spaces: the step is as long as the change of the generator
 * allows, whatever its norm. The error is that of one step beside two of half the length, which are kept.
 */
import { distance } from "../complex/vector";
import { STATUS_METHOD_FAILED, STATUS_NON_FINITE, STATUS_RUNNING, STATUS_STEP_UNDERFLOW } from "../constants";
import { Drive, driveToMean } from "../drive/drive";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";
import { growth, remembered, shrink } from "./controller";
import { exponentialAction, krylovBytes, prepareKrylov } from "./krylov";
import { allowedStep, nextStop, nextTime, passStop, reach, Run, stateNorm, writeOutput } from "./run";

/** Gauss points of two, in a step of length 1; weights of the generators there in the mean that the first half of a step is made with. */
const EARLY: f64 = 0.21132486540518712;
const LATE: f64 = 0.7886751345948129;
const NEAR: f64 = 1.0773502691896257;
const FAR: f64 = -0.07735026918962573;
/** The difference of one step and two halves, over the error of the halves. */
const RICHARDSON: f64 = 15;
/** Order by which the controller changes the step: local errors go with its fifth power. */
const ORDER: i32 = 5;
/** Share of the tolerance that the Krylov spaces may use up. */
const SHARE: f64 = 0.02;
/** The first step, in units of the longest one allowed. */
const FIRST: f64 = 1 / 64.0;


@unmanaged
class Magnus {
  /** What Krylov's method works with: a Krylov. */
  krylov: usize;
  whole: usize;
  halves: usize;
  h: f64;
  error: f64;
}

/** Bytes that `prepareMagnus` needs at least. */
export function magnusBytes(length: f64, functionals: i32): f64 {
  return krylovBytes(length, functionals) + 2 * (length * 8 + 64) + 1024;
}

/** Prepares a run; false when memory does not suffice. */
export function prepareMagnus(run: Run): bool {
  const pointer = arenaAllocate(offsetof<Magnus>());
  if (pointer == 0) return false;
  const w = changetype<Magnus>(pointer);
  const bytes = (<usize>run.length) << 3;
  w.whole = arenaAllocate(bytes);
  w.halves = arenaAllocate(bytes);
  if (w.whole == 0 || w.halves == 0 || !prepareKrylov(run)) return false;
  w.krylov = run.work;
  w.error = 1;
  run.work = pointer;
  return true;
}

/** One attempt at a step; steps end at output times. */
export function magnusStep(run: Run): void {
  const w = changetype<Magnus>(run.work);
  const longest = allowedStep(run, run.stepOption > 0 ? run.stepOption : Infinity);
  if (w.h == 0) w.h = FIRST * min(longest, run.end - run.t);
  const stop = min(nextTime(run), nextStop(run));
  const remaining = stop - run.t;
  let h = min(w.h, longest);
  const last = remaining <= min(h * 1.0001, longest);
  h = last ? remaining : run.t + h - run.t;
  if (h == 0) {
    run.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  run.lastStep = h;
  const tolerance = max(run.atol + run.rtol * run.norm, f64.MIN_NORMAL_VALUE);
  const rate = (SHARE * tolerance) / h;
  const bytes = (<usize>run.length) << 3;
  memory.copy(w.whole, run.y, bytes);
  memory.copy(w.halves, run.y, bytes);
  const done =
    frozenStep(run, w, run.t, h, rate, w.whole) &&
    frozenStep(run, w, run.t, 0.5 * h, rate, w.halves) &&
    frozenStep(run, w, run.t + 0.5 * h, 0.5 * h, rate, w.halves);
  if (!done) {
    if (run.status == STATUS_RUNNING) run.status = STATUS_METHOD_FAILED;
    return;
  }
  const error = distance(w.whole, w.halves, run.length) / RICHARDSON / tolerance;
  const nextNorm = stateNorm(run, w.halves);
  if (!isFinite(error) || !isFinite(nextNorm)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  if (error > 1) {
    run.rejected += 1;
    w.h = h * shrink(error, ORDER);
    return;
  }
  const y = run.y;
  run.y = w.halves;
  w.halves = y;
  reach(run, last ? stop : run.t + h, nextNorm);
  // A step that was cut short to land on a time says little about the next one.
  w.h = max(last ? w.h : 0, h * growth(error, w.error, ORDER));
  w.error = remembered(error);
  if (run.t == nextTime(run)) writeOutput(run, run.y);
  if (passStop(run)) w.error = 1;
}

/** x after a step of length h from time t; false when the spaces do not suffice. */
function frozenStep(run: Run, w: Magnus, t: f64, h: f64, rate: f64, x: usize): bool {
  const drive = changetype<Superoperator>(run.superoperator).drive;
  if (drive == 0) return exponentialAction(run, w.krylov, h, rate, x);
  const d = changetype<Drive>(drive);
  driveToMean(d, t + EARLY * h, NEAR, t + LATE * h, FAR);
  if (!exponentialAction(run, w.krylov, 0.5 * h, rate, x)) return false;
  driveToMean(d, t + EARLY * h, FAR, t + LATE * h, NEAR);
  return exponentialAction(run, w.krylov, 0.5 * h, rate, x);
}
