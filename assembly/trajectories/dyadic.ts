/**
 * Kets between jumps under a constant generator, without an error of the step: propagators U_p = exp(2^p h G) as matrices, p = 0 … `levels` - 1, take an interval apart into powers of two; what is
 * shorter than h, and the place where the norm crosses the threshold, by a Taylor series in h.
 */
import { combine, scale } from "../complex/vector";
import {
  FORM_COORDINATES,
  INTERVAL_ROUNDING,
  STATUS_CROSSED,
  STATUS_NON_FINITE,
  STATUS_STEP_LIMIT,
} from "../constants";
import { crosses, derivative, nextTime, reach, Run, stateNorm, writeOutput } from "../integrators/run";
import { EXPM_MATRICES, expm, norm1, realMatrixBytes, realMultiply, realStride, rowTimesMatrix } from "../linalg/expm";
import { arenaAllocate } from "../memory";
import { applyCoordinates, Coordinates } from "../superoperator/coordinates";
import { Superoperator } from "../superoperator/superoperator";
import { beginSearch, narrow } from "./crossing";

/** Largest h·‖G‖, and the degree of the series at most. */
const REACH: f64 = 1;
const DEGREE: i32 = 24;
/** A term that is none, relative to the state: those after it are smaller still. */
const NEGLIGIBLE: f64 = 0.25 * f64.EPSILON;
/** Output times that were added up one after another stray from equal distances: by so much of 1/‖G‖ at most. */
const DRIFT: f64 = 1e-11;
/** Propagators at most: what is longer is taken in several steps of the longest. */
export const DYADIC_LEVELS: i32 = 24;
/** Of which so many are allowed whatever `maxSteps` is. */
const LONG_STEPS: f64 = 1000;


@unmanaged
class Dyadic {
  propagators: usize;
  levels: i32;
  h: f64;
  /** Pointers to the terms of the series, (h G)^m / m! of the state, and the powers of the place that are their weights. */
  terms: usize;
  weights: usize;
  /** Terms in use. */
  degree: i32;
  /** Whether all intervals are as long as the longest propagator. */
  whole: bool;
  /** Time that the state lags behind, at most the rounding of clocks: it is not forgotten, or many intervals would add it up. */
  owed: f64;
  next: usize;
}

/** Propagators for intervals of at most `longest`, of a generator whose row sums are at most `size`. */
function levelsFor(longest: f64, size: f64): i32 {
  return 1 + max(0, min(DYADIC_LEVELS - 1, <i32>Math.ceil(Math.log2((longest * size) / REACH))));
}

/** Bytes that `prepareDyadic` allocates at most, for a superoperator of `n` doubles. */
export function dyadicBytes(n: f64): f64 {
  return <f64>(DYADIC_LEVELS + EXPM_MATRICES + 1) * n * (n + 8) * 8 + <f64>(DEGREE + 2) * (n * 8 + 64) + 8192;
}

/** Prepares a run; false when memory does not suffice. */
export function prepareDyadic(run: Run): bool {
  const s = changetype<Superoperator>(run.superoperator);
  assert(s.form == FORM_COORDINATES && s.copies == 1 && s.drive == 0, "prepareDyadic: one ket, a constant generator");
  const n = s.length;
  const pointer = arenaAllocate(offsetof<Dyadic>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<Dyadic>(pointer);
  const bytes = (<usize>n) << 3;
  const matrix = realMatrixBytes(n);
  w.next = arenaAllocate(bytes);
  w.terms = arenaAllocate((<usize>DEGREE) << alignof<usize>());
  w.weights = arenaAllocate((<usize>DEGREE) << 3);
  const vectors = arenaAllocate(bytes * DEGREE);
  const generator = arenaAllocate(matrix);
  const scratch = arenaAllocate(matrix * EXPM_MATRICES);
  if (w.next == 0 || w.terms == 0 || w.weights == 0 || vectors == 0 || generator == 0 || scratch == 0) return false;
  for (let m: usize = 0; m < <usize>DEGREE; m++) store<usize>(w.terms + (m << alignof<usize>()), vectors + m * bytes);
  // Rows are G e_i: the transpose, and so is all that is made from it.
  const stride = (<usize>realStride(n)) << 3;
  for (let i = 0; i < n; i++) {
    store<f64>(vectors + ((<usize>i) << 3), 1);
    applyCoordinates(changetype<Coordinates>(s.data), vectors, generator + <usize>i * stride);
    store<f64>(vectors + ((<usize>i) << 3), 0);
  }
  const size = max(norm1(n, generator), columnNorm(n, generator));
  let longest: f64 = 0;
  let shortest: f64 = Infinity;
  for (let k = 0; k + 1 < run.timeCount; k++) {
    const at = run.times + ((<usize>k) << 3);
    const interval = load<f64>(at, 8) - load<f64>(at);
    longest = max(longest, interval);
    shortest = min(shortest, interval);
  }
  // Intervals of one length are one power of two.
  const clock = INTERVAL_ROUNDING * max(Math.abs(run.start), Math.abs(run.end));
  const uniform = longest - shortest <= 2 * clock && strays(run) <= max(clock, DRIFT / size);
  if (uniform && run.timeCount > 1) longest = (run.end - run.start) / <f64>(run.timeCount - 1);
  w.levels = levelsFor(longest, size);
  w.h = longest / Math.pow(2, <f64>(w.levels - 1));
  w.whole = uniform && run.timeCount > 1;
  if (w.h * size > REACH * 1.0001) {
    w.h = REACH / size;
    w.whole = false;
  }
  w.propagators = arenaAllocate(matrix * w.levels);
  if (w.propagators == 0) return false;
  // E = exp - 1, of which the rounding is relative to the exponent: (1 + E)² - 1 = E² + 2E.
  expm(n, generator, w.h, w.propagators, scratch, 0);
  addToDiagonal(n, w.propagators, -1);
  for (let p = 1; p < w.levels; p++) {
    const last = w.propagators + matrix * (p - 1);
    realMultiply(n, last, last, last + matrix);
    addTwice(last, last + matrix, matrix);
  }
  for (let p = 0; p < w.levels; p++) addToDiagonal(n, w.propagators + matrix * p, 1);
  return true;
}

/** How far an output time is at most from where it would be with all of them equally far apart. */
function strays(run: Run): f64 {
  const interval = (run.end - run.start) / <f64>max(1, run.timeCount - 1);
  let largest: f64 = 0;
  for (let k = 0; k < run.timeCount; k++) {
    const even = run.start + <f64>k * interval;
    largest = max(largest, Math.abs(load<f64>(run.times + ((<usize>k) << 3)) - even));
  }
  return largest;
}

/** The propagator over an interval between outputs where it is the same one for all of them, or 0. */
export function wholeInterval(run: Run): usize {
  const w = changetype<Dyadic>(run.work);
  return w.whole ? w.propagators + realMatrixBytes(run.length) * (w.levels - 1) : 0;
}

function addToDiagonal(n: i32, a: usize, value: f64): void {
  const step = (<usize>(realStride(n) + 1)) << 3;
  for (let i = 0; i < n; i++, a += step) store<f64>(a, load<f64>(a) + value);
}

function addTwice(x: usize, y: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(y + k, load<f64>(y + k) + 2 * load<f64>(x + k));
}

/** Largest column sum of |a|. */
function columnNorm(n: i32, a: usize): f64 {
  const stride = (<usize>realStride(n)) << 3;
  let largest: f64 = 0;
  for (let j = 0; j < n; j++) {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(load<f64>(a + <usize>i * stride + ((<usize>j) << 3)));
    largest = max(largest, sum);
  }
  return largest;
}

/** To the next output time, or to where the norm crosses the threshold. */
export function dyadicStep(run: Run): void {
  const w = changetype<Dyadic>(run.work);
  const time = nextTime(run);
  const clock = INTERVAL_ROUNDING * max(Math.abs(time), Math.abs(run.t));
  const due = time - run.t + w.owed;
  let count = Math.floor(due / w.h);
  let rest = due - count * w.h;
  let owed: f64 = 0;
  if (w.h - rest <= clock) {
    count += 1;
    owed = rest - w.h;
    rest = 0;
  } else if (rest <= clock) {
    owed = rest;
    rest = 0;
  }
  if (rest > 0 && !shortStep(run, w, rest)) return;
  let p = w.levels - 1;
  if (count > Math.pow(2, <f64>p) * max(LONG_STEPS, run.maxSteps)) {
    run.status = STATUS_STEP_LIMIT;
    return;
  }
  while (count > 0) {
    while (Math.pow(2, <f64>p) > count) p--;
    if (longStep(run, w, p)) {
      count -= Math.pow(2, <f64>p);
      continue;
    }
    if (run.status == STATUS_NON_FINITE) return;
    // What is not crossed in the one half is crossed in the other.
    for (let q = p - 1; q >= 0; q--) if (longStep(run, w, q)) count -= Math.pow(2, <f64>q);
    if (!shortStep(run, w, w.h)) return;
    count -= 1;
  }
  run.t = time;
  w.owed = owed;
  writeOutput(run, run.y);
}

/** The state that a run has now is that of its time. */
export function settleDyadic(run: Run): void {
  changetype<Dyadic>(run.work).owed = 0;
}

/** By U_p, unless the threshold is crossed on the way. */
function longStep(run: Run, w: Dyadic, p: i32): bool {
  const n = run.length;
  rowTimesMatrix(n, run.y, w.propagators + realMatrixBytes(n) * p, w.next);
  run.rhsEvaluations += 1;
  const norm = stateNorm(run, w.next);
  if (!isFinite(norm)) run.status = STATUS_NON_FINITE;
  if (run.status == STATUS_NON_FINITE || crosses(run, norm)) return false;
  accept(run, w, w.h * Math.pow(2, <f64>p), norm);
  return true;
}

/** By the series over `length`, h at most; false where the run stops within it. */
function shortStep(run: Run, w: Dyadic, length: f64): bool {
  const n = run.length;
  let from = run.y;
  w.degree = 0;
  for (let size = run.norm; size > NEGLIGIBLE * run.norm && w.degree < DEGREE; size = stateNorm(run, from)) {
    const term = load<usize>(w.terms + ((<usize>w.degree) << alignof<usize>()));
    derivative(run, from, term);
    w.degree++;
    scale(term, length / <f64>w.degree, n);
    from = term;
  }
  const norm = place(run, w, 1);
  if (!isFinite(norm)) {
    run.status = STATUS_NON_FINITE;
    return false;
  }
  if (!crosses(run, norm)) {
    accept(run, w, length, norm);
    return true;
  }
  const search = beginSearch(run.threshold, run.norm, norm, 0);
  while (search.open) narrow(search, place(run, w, search.at));
  accept(run, w, search.upper * length, place(run, w, search.upper));
  run.status = STATUS_CROSSED;
  return false;
}

/** The sum of the series at a share of its length; returns its norm. */
function place(run: Run, w: Dyadic, share: f64): f64 {
  let power: f64 = 1;
  for (let m: usize = 0; m < <usize>w.degree; m++) {
    power *= share;
    store<f64>(w.weights + (m << 3), power);
  }
  combine(w.next, run.y, 1, w.weights, w.terms, w.degree, run.length);
  return stateNorm(run, w.next);
}

function accept(run: Run, w: Dyadic, length: f64, norm: f64): void {
  const y = run.y;
  run.y = w.next;
  w.next = y;
  run.lastStep = length;
  reach(run, run.t + length, norm);
}
