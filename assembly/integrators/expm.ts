/**
 * Small constant generators: the propagator exp(L dt) as a matrix, once for every length of interval between output times, then
 * one product a time. Exact to rounding at any step.
 */
import { FORM_COORDINATES, STATUS_NON_FINITE } from "../constants";
import { EXPM_MATRICES, expm, norm1, realMatrixBytes, realStride, rowTimesMatrix } from "../linalg/expm";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "../superoperator/coordinates";
import { Superoperator } from "../superoperator/superoperator";
import { nextTime, reach, Run, stateNorm, writeOutput } from "./run";

/** Share of the tolerance by which a propagator may be that of another interval. */
const INTERVAL_SHARE: f64 = 1e-3;


@unmanaged
class Propagator {
  /** Rows are L e_i, the transpose of L: so is everything made from it. */
  generator: usize;
  propagator: usize;
  scratch: usize;
  next: usize;
  /** The interval of `propagator`. */
  interval: f64;
  /** Largest row sum of the generator. */
  norm: f64;
}

/** Bytes that `prepareExpm` allocates at most, for a superoperator of length `n`. */
export function expmBytes(n: f64, copies: i32): f64 {
  return <f64>(EXPM_MATRICES + 2) * n * (n + 8) * 8 + <f64>copies * n * 8 + 4096;
}

/** Prepares a run; false when memory does not suffice. */
export function prepareExpm(run: Run): bool {
  const s = changetype<Superoperator>(run.superoperator);
  assert(s.form == FORM_COORDINATES, "prepareExpm: a propagator needs coordinates");
  const n = s.length;
  const pointer = arenaAllocate(offsetof<Propagator>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<Propagator>(pointer);
  const matrix = realMatrixBytes(n);
  w.generator = arenaAllocate(matrix);
  w.propagator = arenaAllocate(matrix);
  w.scratch = arenaAllocate(matrix * EXPM_MATRICES);
  w.next = arenaAllocate((<usize>run.length) << 3);
  if (w.generator == 0 || w.propagator == 0 || w.scratch == 0 || w.next == 0) return false;
  const stride = (<usize>realStride(n)) << 3;
  const unit = w.scratch;
  for (let i = 0; i < n; i++) {
    store<f64>(unit + ((<usize>i) << 3), 1);
    applyCoordinates(changetype<Coordinates>(s.data), unit, w.generator + <usize>i * stride);
    store<f64>(unit + ((<usize>i) << 3), 0);
  }
  run.rhsEvaluations += <f64>n;
  w.norm = Math.max(norm1(n, w.generator), f64.MIN_NORMAL_VALUE);
  return true;
}

/** One step: to the next output time. */
export function expmStep(run: Run): void {
  const w = changetype<Propagator>(run.work);
  const s = changetype<Superoperator>(run.superoperator);
  const n = s.length;
  const time = nextTime(run);
  const interval = time - run.t;
  // Times of a uniform grid are rounded: intervals that differ by no more than that are one.
  const clock = 4 * f64.EPSILON * Math.max(Math.abs(time), Math.abs(run.t));
  const jitter = Math.min(clock, Math.max(INTERVAL_SHARE * (run.rtol + run.atol), 64 * f64.EPSILON) / w.norm);
  if (!(Math.abs(interval - w.interval) <= jitter) || w.interval == 0) {
    expm(n, w.generator, interval, w.propagator, w.scratch);
    w.interval = interval;
  }
  const bytes = (<usize>n) << 3;
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = <usize>copy * bytes;
    rowTimesMatrix(n, run.y + shift, w.propagator, w.next + shift);
  }
  run.lastStep = interval;
  const norm = stateNorm(run, w.next);
  if (!isFinite(norm)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  const y = run.y;
  run.y = w.next;
  w.next = y;
  reach(run, time, norm);
  writeOutput(run, run.y);
}
