/**
 * Small constant generators: the propagator exp(L dt) as a matrix, once for every length of interval between output times, of which some are
 * kept, then one product a time. Exact to rounding at any step.
 */
import { axpy } from "../complex/vector";
import {
  FORM_COORDINATES,
  INTERVAL_ROUNDING,
  INTERVAL_SHARE,
  PROPAGATORS,
  PROPAGATORS_LENGTH,
  STATUS_NON_FINITE,
} from "../constants";
import { Conserved, conservedBytes, findConserved, roundingOf } from "../linalg/conserved";
import { EXPM_MATRICES, expm, norm1, realMatrixBytes, realStride, rowTimesMatrix } from "../linalg/expm";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "../superoperator/coordinates";
import { Superoperator } from "../superoperator/superoperator";
import { derivative, nextTime, reach, Run, stateNorm, writeOutput } from "./run";

/** Share of the tolerance that the state may be ahead of the clock by, and what rounding makes of less. */
const AHEAD_SHARE: f64 = 1e-3;
const AHEAD_ROUNDING: f64 = 64 * f64.EPSILON;
/** Terms that take it back: INTERVAL_SHARE to the fourth power over 4! is below rounding. */
const AHEAD_TERMS: i32 = 3;


@unmanaged
class Propagator {
  /** Rows are L e_i, the transpose of L: so is everything made from it. */
  generator: usize;
  /** A Conserved. */
  conserved: usize;
  /** `slots` matrices, and the interval of each; 0: none yet. `oldest` is the next one to be given up. */
  propagators: usize;
  intervals: usize;
  slots: i32;
  oldest: i32;
  scratch: usize;
  next: usize;
  /** Largest row sum of the generator. */
  norm: f64;
  /** By how much the state is ahead of the clock: what intervals that share a propagator differ by, added up. */
  ahead: f64;
}

/** Propagators that are kept, of `n` coordinates. */
function slotsOf(n: f64): i32 {
  return n <= PROPAGATORS_LENGTH ? PROPAGATORS : 1;
}

/** Bytes that `prepareExpm` allocates at most, for a superoperator of length `n`. */
export function expmBytes(n: f64, copies: i32): f64 {
  return <f64>(EXPM_MATRICES + 1 + slotsOf(n)) * n * (n + 8) * 8 + <f64>copies * n * 8 + conservedBytes(n) + 4096;
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
  w.slots = slotsOf(<f64>n);
  w.propagators = arenaAllocate(matrix * w.slots);
  w.intervals = arenaAllocate((<usize>w.slots) << 3);
  w.scratch = arenaAllocate(matrix * EXPM_MATRICES);
  w.next = arenaAllocate((<usize>run.length) << 3);
  if (w.generator == 0 || w.propagators == 0 || w.intervals == 0 || w.scratch == 0 || w.next == 0) return false;
  const stride = (<usize>realStride(n)) << 3;
  const unit = w.scratch;
  for (let i = 0; i < n; i++) {
    store<f64>(unit + ((<usize>i) << 3), 1);
    applyCoordinates(changetype<Coordinates>(s.data), unit, w.generator + <usize>i * stride);
    store<f64>(unit + ((<usize>i) << 3), 0);
  }
  run.rhsEvaluations += <f64>n;
  w.norm = Math.max(norm1(n, w.generator), f64.MIN_NORMAL_VALUE);
  w.conserved = findConserved(n, w.generator, stride, changetype<Coordinates>(s.data).populations, w.norm);
  return w.conserved != 0;
}

/** The slot whose interval differs from this one by the jitter of a clock at most; filled where there was none. */
function propagatorOf(run: Run, w: Propagator, n: i32, interval: f64, jitter: f64): i32 {
  for (let slot = 0; slot < w.slots; slot++) {
    const known = load<f64>(w.intervals + ((<usize>slot) << 3));
    if (known != 0 && Math.abs(interval - known) <= jitter) return slot;
  }
  const slot = w.oldest;
  w.oldest = slot + 1 == w.slots ? 0 : slot + 1;
  expm(n, w.generator, interval, w.propagators + realMatrixBytes(n) * slot, w.scratch, w.conserved);
  const c = changetype<Conserved>(w.conserved);
  run.rounding = Math.max(run.rounding, roundingOf(w.norm, c.surviving, c.watched, run.end - run.start));
  store<f64>(w.intervals + ((<usize>slot) << 3), interval);
  return slot;
}

/** One step: to the next output time. */
export function expmStep(run: Run): void {
  const w = changetype<Propagator>(run.work);
  const s = changetype<Superoperator>(run.superoperator);
  const n = s.length;
  const time = nextTime(run);
  const interval = time - run.t;
  const clock = INTERVAL_ROUNDING * Math.max(Math.abs(time), Math.abs(run.t));
  const jitter = Math.min(clock, INTERVAL_SHARE / w.norm);
  const slot = propagatorOf(run, w, n, interval, jitter);
  const propagator = w.propagators + realMatrixBytes(n) * slot;
  const bytes = (<usize>n) << 3;
  for (let copy = 0; copy < s.copies; copy++) {
    const shift = <usize>copy * bytes;
    rowTimesMatrix(n, run.y + shift, propagator, w.next + shift);
  }
  w.ahead += load<f64>(w.intervals + ((<usize>slot) << 3)) - interval;
  // Each interval alone differs by next to nothing, but all of them may in one direction.
  if (Math.abs(w.ahead) * w.norm > Math.max(AHEAD_SHARE * run.rtol, AHEAD_ROUNDING)) takeBack(run, w);
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

/** The state of the clock's time from one that is ahead of it: exp(-ahead L) in powers of L. */
function takeBack(run: Run, w: Propagator): void {
  // The scratch of a propagator has room for three states.
  const bytes = (<usize>run.length) << 3;
  let power = w.scratch;
  let image = power + bytes;
  memory.copy(power, w.next, bytes);
  let factor: f64 = 1;
  for (let k = 1; k <= AHEAD_TERMS; k++) {
    derivative(run, power, image);
    factor *= -w.ahead / <f64>k;
    axpy(w.next, factor, image, run.length);
    const before = power;
    power = image;
    image = before;
  }
  w.ahead = 0;
}
