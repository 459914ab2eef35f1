/**
 * exp(tL) y in a Krylov space (Saad, SIAM J. Numer. Anal. 29 (1992) 209; step and dimension adapted after Niesen and Wright, ACM TOMS 38
 * (2012) 22). With V^T L V = H from Arnoldi's method, exp(tL) y ≈ |y| V c(t), c' = H c, c(0) = e_1, and what is left out,
 * |y| h_(m+1,m) c_m(t) v_(m+1), is the rate at which the error grows. So the small system is followed in short pieces until the
 * integral of that rate has used up the tolerance of the time it took: that is the step. States are real vectors with real inner products, which
 * makes the orthogonalisation eight times cheaper than a complex one on vectors of d² numbers.
 */
import { axpy, orthogonalise, scale, vanishes } from "../complex/vector";
import { STATUS_NON_FINITE, STATUS_RUNNING, STATUS_STEP_LIMIT, STATUS_STEP_UNDERFLOW } from "../constants";
import { arenaAllocate, arenaAvailable } from "../memory";
import { combineTraces, Functionals, outputBytes } from "./observe";
import { derivative, nextTime, quadratic, reach, Run, stateAt, stateNorm, traces, valuesAt, writeOutput } from "./run";

/** Largest dimension, and what it may shrink to where memory is short. */
const DIMENSION: i32 = 30;
const LEAST_DIMENSION: i32 = 8;
/** Dimensions at which it is looked whether the space suffices for all the time that is left. */
const CHECK: i32 = 6;
/** Share of the tolerance that truncating the spaces may use up over the whole run. */
const SHARE: f64 = 0.02;
/** Norm of H times the time of one piece; terms of its exponential series until they vanish in rounding. */
const PIECE: f64 = 1;
const TERMS: i32 = 40;
/** Pieces of a step that are always allowed: where time is astronomical they would never end. */
const PIECES: f64 = 1e6;
/** Pieces that the exponentials of a run may have for each step that it may have, and those that it always may. */
const PIECES_PER_STEP: f64 = 64;
const FEW_PIECES: f64 = 1e5;
/** Halvings of a first piece that is too long already. */
const HALVINGS: i32 = 60;
/** What is left of a vector after orthogonalisation, below which it is orthogonalised again, and below which nothing is left. */
const AGAIN: f64 = 0.7;
const NOTHING: f64 = 1e-13;
/** Time below which a rate whose square underflows, 1e-154, is none. */
const LONG: f64 = 1e100;


@unmanaged
class Krylov {
  /** DIMENSION + 1 vectors, one after another. */
  basis: usize;
  /** H, column after column of DIMENSION + 1 numbers. */
  h: usize;
  /** c, its value at the end of a piece, and the terms of the series. */
  c: usize;
  next: usize;
  term: usize;
  image: usize;
  /** Functionals of the basis. */
  traces: usize;
  /** Largest dimension. */
  most: i32;
  /** Pieces so far. */
  pieces: f64;
}

/** Bytes that `prepareKrylov` needs at least. */
export function krylovBytes(length: f64, functionals: i32): f64 {
  return <f64>(LEAST_DIMENSION + 1) * (length * 8 + 64) + <f64>(DIMENSION + 1) * (<f64>functionals * 16 + 64) + 65536;
}

/** Prepares a run; false when memory does not suffice. */
export function prepareKrylov(run: Run): bool {
  const pointer = arenaAllocate(offsetof<Krylov>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<Krylov>(pointer);
  w.pieces = 0;
  w.h = arenaAllocate((<usize>((DIMENSION + 1) * DIMENSION)) << 3);
  const small = arenaAllocate((<usize>(DIMENSION + 1)) << 5);
  w.c = small;
  w.next = small + ((<usize>(DIMENSION + 1)) << 3);
  w.term = small + ((<usize>(DIMENSION + 1)) << 4);
  w.image = small + <usize>(DIMENSION + 1) * 24;
  w.traces = arenaAllocate(<usize>(DIMENSION + 1) * outputBytes(changetype<Functionals>(run.functionals).count) + 8);
  if (w.h == 0 || small == 0 || w.traces == 0) return false;
  const bytes = (<usize>run.length) << 3;
  const room = (arenaAvailable() - 4096) / bytes;
  w.most = room > <usize>DIMENSION + 1 ? DIMENSION : <i32>room - 1;
  if (w.most < LEAST_DIMENSION) return false;
  w.basis = arenaAllocate(<usize>(w.most + 1) * bytes);
  return w.basis != 0;
}

// @ts-ignore: decorator
@inline
function vector(run: Run, w: Krylov, k: i32): usize {
  return w.basis + <usize>k * ((<usize>run.length) << 3);
}

// @ts-ignore: decorator
@inline
function entry(w: Krylov, i: i32, j: i32): usize {
  return w.h + ((<usize>(j * (DIMENSION + 1) + i)) << 3);
}

function mostPieces(run: Run): f64 {
  return Math.max(PIECES, run.maxSteps);
}

/** One step. */
export function krylovStep(run: Run): void {
  const w = changetype<Krylov>(run.work);
  const longest = run.stepOption > 0 ? min(run.stepOption, run.end - run.t) : run.end - run.t;
  const beta = run.norm;
  if (beta == 0) {
    // Zero stays zero.
    finish(run, w, 0, run.end - run.t, 0);
    return;
  }
  begin(run, w, run.y, beta);
  const rate = Math.max(
    (SHARE * (run.atol + run.rtol * beta)) / (run.end - run.start),
    f64.EPSILON * beta * f64.EPSILON,
  );
  let dimension = 0;
  let reached: f64 = 0;
  while (dimension < w.most) {
    const left = extend(run, w, dimension);
    if (!isFinite(left)) {
      run.status = STATUS_NON_FINITE;
      return;
    }
    dimension++;
    if (left == 0 || (dimension % CHECK == 0 && norm1(w, dimension) * longest < <f64>(2 * dimension))) {
      reached = follow(run, w, dimension, longest, rate, false);
      if (reached >= longest || left == 0) break;
    }
  }
  // The space is as large as it may be, or suffices: now with the outputs.
  reached = follow(run, w, dimension, longest, rate, true);
  if (reached == 0 && run.status == STATUS_RUNNING) run.status = STATUS_STEP_UNDERFLOW;
}

/**
 * x = exp(time L) x for the generator as it is, its error grown at `rate` at most; false when not even the shortest time is possible. `work`: what
 * `prepareKrylov` has prepared.
 */
export function exponentialAction(run: Run, work: usize, time: f64, rate: f64, x: usize): bool {
  const w = changetype<Krylov>(work);
  const norm = run.norm;
  while (time > 0) {
    const beta = stateNorm(run, x);
    if (beta == 0) break;
    if (w.pieces >= Math.max(FEW_PIECES, PIECES_PER_STEP * run.maxSteps)) {
      run.status = STATUS_STEP_LIMIT;
      return false;
    }
    run.norm = beta;
    begin(run, w, x, beta);
    const least = Math.max(rate, f64.EPSILON * beta * f64.EPSILON);
    let dimension = 0;
    let reached: f64 = 0;
    while (dimension < w.most && reached < time) {
      const left = extend(run, w, dimension);
      if (!isFinite(left)) {
        run.status = STATUS_NON_FINITE;
        return false;
      }
      dimension++;
      const suffices = left == 0 || dimension == w.most;
      if (suffices || norm1(w, dimension) * time < <f64>(2 * dimension)) {
        reached = follow(run, w, dimension, time, least, false);
        if (suffices) break;
      }
    }
    if (reached == 0) return false;
    combineBasis(run, w, dimension, beta, x);
    time -= reached;
  }
  run.norm = norm;
  return true;
}

/** The first vector of the basis: x, whose norm is beta. */
function begin(run: Run, w: Krylov, x: usize, beta: f64): void {
  const first = vector(run, w, 0);
  memory.copy(first, x, (<usize>run.length) << 3);
  scale(first, 1 / beta, run.length);
}

/** The next vector of the basis; returns what orthogonalisation left of it, 0 when that is rounding. */
function extend(run: Run, w: Krylov, j: i32): f64 {
  const n = run.length;
  const next = vector(run, w, j + 1);
  derivative(run, vector(run, w, j), next);
  const size = stateNorm(run, next);
  for (let i = 0; i <= j; i++) store<f64>(entry(w, i, j), 0);
  let left = size;
  for (let pass = 0; pass < 2; pass++) {
    orthogonalise(next, w.basis, j + 1, n, entry(w, 0, j), 8);
    const before = left;
    left = stateNorm(run, next);
    if (left > AGAIN * before) break;
  }
  // Squares that overflow, or all vanish, tell nothing.
  if (!isFinite(size)) return NaN;
  if (size == 0) {
    // Elements whose squares vanish do nothing, in any time that is not astronomical.
    if (run.end - run.start > LONG && !vanishes(next, n)) return NaN;
    left = 0;
  }
  if (left <= NOTHING * size) left = 0;
  store<f64>(entry(w, j + 1, j), left);
  if (left > 0) scale(next, 1 / left, n);
  return left;
}

/** Largest column sum of |H|, without the last subdiagonal element. */
function norm1(w: Krylov, m: i32): f64 {
  let largest: f64 = 0;
  for (let j = 0; j < m; j++) {
    let sum: f64 = 0;
    for (let i = 0; i <= min(j + 1, m - 1); i++) sum += Math.abs(load<f64>(entry(w, i, j)));
    largest = Math.max(largest, sum);
  }
  return largest;
}

/**
 * Follows c from the beginning of the step for at most `longest`, as long as the error stays within `rate` times the time; returns how far
 * that is. With `write`, outputs on the way are written and the step is taken. One that would need too many pieces ends the run.
 */
function follow(run: Run, w: Krylov, m: i32, longest: f64, rate: f64, write: bool): f64 {
  const beta = run.norm;
  const slope = norm1(w, m);
  const residual = beta * load<f64>(entry(w, m, m - 1));
  const bytes = (<usize>m) << 3;
  memory.fill(w.c, 0, bytes);
  store<f64>(w.c, 1);
  if (write) traceBasis(run, w, m);
  let piece = slope > 0 ? PIECE / slope : longest;
  let time: f64 = 0;
  let error: f64 = 0;
  let halvings = 0;
  let last = Math.abs(load<f64>(w.c + bytes - 8));
  // Of an exact space it is known beforehand.
  const most = mostPieces(run);
  if (residual == 0 && longest > most * piece) {
    run.status = STATUS_STEP_LIMIT;
    return 0;
  }
  for (let pieces: f64 = 0; time < longest; pieces++, w.pieces++) {
    if (pieces >= most) {
      run.status = STATUS_STEP_LIMIT;
      break;
    }
    let h = min(piece, longest - time);
    const output = write ? nextTime(run) - run.t : Infinity;
    if (output > time && output < time + h) h = output - time;
    exponential(w, m, h);
    const now = Math.abs(load<f64>(w.next + bytes - 8));
    // The residual grows faster than linearly: the trapezium is above it.
    const grown = error + residual * h * 0.5 * (last + now);
    if (residual > 0 && grown > rate * (time + h)) {
      if (time > 0 || halvings == HALVINGS) break;
      halvings++;
      piece *= 0.5;
      continue;
    }
    error = grown;
    last = now;
    memory.copy(w.c, w.next, bytes);
    // To the end exactly: sums of pieces are rounded.
    time = h == longest - time ? longest : h == output - time ? output : time + h;
    if (write) writeOutputs(run, w, m, time);
  }
  if (write && time > 0) finish(run, w, m, time, beta);
  return time;
}

/** next = exp(h H) c, by its series. */
function exponential(w: Krylov, m: i32, h: f64): void {
  const bytes = (<usize>m) << 3;
  memory.copy(w.next, w.c, bytes);
  memory.copy(w.term, w.c, bytes);
  let largest: f64 = 1;
  for (let k = 1; k <= TERMS && largest > 1e-18; k++) {
    const factor = h / <f64>k;
    memory.fill(w.image, 0, bytes);
    for (let j = 0; j < m; j++) {
      const x = factor * load<f64>(w.term + ((<usize>j) << 3));
      if (x == 0) continue;
      const column = entry(w, 0, j);
      const end = min(j + 2, m);
      for (let i = 0; i < end; i++) {
        const at = (<usize>i) << 3;
        store<f64>(w.image + at, load<f64>(w.image + at) + x * load<f64>(column + at));
      }
    }
    largest = 0;
    for (let i = 0; i < m; i++) {
      const at = (<usize>i) << 3;
      const value = load<f64>(w.image + at);
      store<f64>(w.next + at, load<f64>(w.next + at) + value);
      largest = Math.max(largest, Math.abs(value));
    }
    const swap = w.term;
    w.term = w.image;
    w.image = swap;
  }
}

function traceBasis(run: Run, w: Krylov, m: i32): void {
  const bytes = outputBytes(changetype<Functionals>(run.functionals).count);
  if (bytes == 0 || quadratic(run)) return;
  for (let k = 0; k < m; k++) traces(run, vector(run, w, k), w.traces + <usize>k * bytes);
}

/** Outputs up to `time` after the beginning of the step, which c has reached. */
function writeOutputs(run: Run, w: Krylov, m: i32, time: f64): void {
  const count = changetype<Functionals>(run.functionals).count;
  const bytes = (<usize>m) << 3;
  while (nextTime(run) - run.t <= time) {
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(w.term + i, run.norm * load<f64>(w.c + i));
    if (quadratic(run)) {
      // The vector after those of the space is no longer needed.
      combineBasis(run, w, m, run.norm, vector(run, w, m));
      writeOutput(run, vector(run, w, m));
      continue;
    }
    if (count > 0) combineTraces(count, w.traces, w.term, m, valuesAt(run));
    if (run.states != 0) combineBasis(run, w, m, run.norm, stateAt(run));
    run.output++;
  }
}

/** out = beta V c */
function combineBasis(run: Run, w: Krylov, m: i32, beta: f64, out: usize): void {
  memory.fill(out, 0, (<usize>run.length) << 3);
  for (let k = 0; k < m; k++) axpy(out, beta * load<f64>(w.c + ((<usize>k) << 3)), vector(run, w, k), run.length);
}

/** Takes the step of length `h`. */
function finish(run: Run, w: Krylov, m: i32, h: f64, beta: f64): void {
  combineBasis(run, w, m, beta, run.y);
  run.lastStep = h;
  const reached = run.t + h >= run.end ? run.end : run.t + h;
  if (beta == 0) {
    while (run.output < run.timeCount) run.output++;
  }
  reach(run, reached, stateNorm(run, run.y));
}
