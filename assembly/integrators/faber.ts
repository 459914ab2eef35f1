/**
 * exp(tL) y in Faber polynomials on an ellipse that encloses the spectrum (Novati, Numer. Linear Algebra Appl. 10 (2003) 247; for a
 * flat ellipse these are Chebyshev polynomials: Tal-Ezer and Kosloff, J. Chem. Phys. 81 (1984) 3967). The conformal map
 * psi(w) = c + R (w + q/w) takes the outside of the unit circle to the outside of the ellipse with semi-axes a, b and centre
 * c = -a: R = (a + b)/2, q = (a - b)/(a + b). Then
 *   exp(tL) y = sum_k d_k(t) F_k,   F_0 = y,  F_1 = (L - c) F_0/R,  F_2 = (L - c) F_1/R - 2q F_0,  F_(k+1) = (L - c) F_k/R - q F_(k-1),
 * d_k the Laurent coefficients of exp(t psi(w)). One application and one pass over memory a term; functionals at any number
 * of times within a step cost a multiplication a term.
 */
import { axpy, recur, scale } from "../complex/vector";
import {
  FABER_STATES,
  STATUS_LEAK,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_STEP_UNDERFLOW,
} from "../constants";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";
import {
  atOrigin,
  expansion,
  expansionLength,
  growingTail,
  keepTrace,
  recurrence,
  termsFor,
  traceTerm,
} from "./coefficients";
import { createEllipse, Ellipse, ellipseBytes, estimateEllipse, flattening, outreach, radius } from "./ellipse";
import { combineTraces, Functionals, outputBytes } from "./observe";
import { derivative, nextTime, quadratic, reach, Run, stateAt, stateNorm, traces, valuesAt } from "./run";
import { gatherWatched, Watch, watchedElements, watchedRate } from "./watch";

/** ln of coefficients that are far below rounding. */
const VANISHING: f64 = -44;
/** Coefficients beyond those in use from which the recurrence of an output time starts: its errors fall off faster than the coefficients. */
const BEYOND: i32 = 16;
/** Terms of one step at most. */
const MAX_TERMS: i32 = 1024;
/** Share of the tolerance that truncating the series may use up over the whole run: convergence is so fast that a smaller error
 * costs a few terms, and the last digits asked for are then right. */
const SHARE: f64 = 0.002;
/** A series is not asked for less than its rounding leaves. */
const ROUNDING: f64 = 1e-16;
/** Terms between two looks at the size of the polynomials; what rounding leaves of a term of size one, for every one before it; and how many
 * times the truncation it may be. */
const GROWTH_INTERVAL: i32 = 4;
const ROUNDING_OF_TERMS: f64 = 8 * f64.EPSILON;
const ROUNDING_SHARE: f64 = 100;
/** Growth a term that the projection may have missed. */
const UNSEEN: f64 = 0.005;
/** Times within a step, evenly spaced and the last at its end, at which watched rows are looked at. */
const WATCH_TIMES: i32 = 4;
/** Spectral radius times the first step of a run that is watched, and times the longest: each is twice as long as the one before,
 * and a step at whose end too much has left was made in vain. */
const WATCH_STEP: f64 = 16;
const WATCH_LONGEST: f64 = 200;
/** By how much an ellipse grows that proved too small, and how often before the method gives up. */
const ENLARGEMENT: f64 = 1.3;
const MAX_ENLARGEMENTS: i32 = 12;
/** The same where another method waits. */
const FEW_ENLARGEMENTS: i32 = 3;
/** An ellipse that proved too small is at least this wide: near the origin it has no width, and undamped motion beside fast decay lies there. */
const WIDTH: f64 = 0.1;


@unmanaged
class Faber {
  /** The ellipse, an Ellipse. */
  ellipse: usize;
  /** F_(k-1), F_k, L F_k, the sum. */
  previous: usize;
  current: usize;
  image: usize;
  sum: usize;
  /** Coefficients of a step, of every stored state within it, of one output time. */
  coefficients: usize;
  /** Functionals of F_k. */
  traces: usize;
  /** FABER_STATES states at output times, where they are needed and not stored; or 0. */
  states: usize;
  /** Coefficients of the present step until they are far below rounding. */
  length: i32;
  /** Watched elements at the times within a step. */
  watched: usize;
  /** The step, 0 until it is chosen. */
  step: f64;
  /** Longest step of a run that is watched. */
  trial: f64;
  /** Longest step since a series did not converge; 0 = any. */
  longest: f64;
  enlargements: i32;
}

/** Doubles of one row of coefficients. */
const ROW: i32 = MAX_TERMS + 64;
/** Rows: a step, an output time, F_k(0), the times that are watched, the stored states. */
const ROWS: i32 = 3 + WATCH_TIMES + FABER_STATES;
const ORIGIN_ROW: i32 = 2;
const WATCH_ROW: i32 = 3;
const STATE_ROW: i32 = 3 + WATCH_TIMES;

/** Bytes that `prepareFaber` allocates at most. */
export function faberBytes(length: f64, functionals: i32): f64 {
  const kept = 4 * (length * 8 + 64) + <f64>ROW * (ROWS * 8 + <f64>functionals * 16) + 4096;
  return kept + ellipseBytes(length);
}

/** Prepares a run; false when memory does not suffice. */
export function prepareFaber(run: Run): bool {
  const pointer = arenaAllocate(offsetof<Faber>());
  if (pointer == 0) return false;
  run.work = pointer;
  const w = changetype<Faber>(pointer);
  const bytes = (<usize>run.length) << 3;
  w.ellipse = createEllipse();
  w.previous = arenaAllocate(bytes);
  w.current = arenaAllocate(bytes);
  w.image = arenaAllocate(bytes);
  w.sum = arenaAllocate(bytes);
  w.coefficients = arenaAllocate((<usize>(ROW * ROWS)) << 3);
  w.traces = arenaAllocate(<usize>ROW * outputBytes(changetype<Functionals>(run.functionals).count) + 8);
  if (quadratic(run) && run.states == 0) {
    w.states = arenaAllocate(bytes * FABER_STATES);
    if (w.states == 0) return false;
  }
  if (w.ellipse == 0 || w.previous == 0 || w.current == 0 || w.image == 0) return false;
  if (w.sum == 0 || w.coefficients == 0 || w.traces == 0) return false;
  const applications = estimateEllipse(changetype<Superoperator>(run.superoperator), changetype<Ellipse>(w.ellipse));
  run.rhsEvaluations += <f64>applications;
  setEllipse(run, w, 1);
  return applications > 0;
}

/** The ellipse, `factor` times as large. */
function setEllipse(run: Run, w: Faber, factor: f64): void {
  const ellipse = changetype<Ellipse>(w.ellipse);
  // A generator that does nothing still needs an ellipse.
  const span = run.end - run.start;
  const least = span > 0 ? 1e-3 / span : 0;
  ellipse.a = Math.max(factor * ellipse.a, least);
  ellipse.b = Math.max(factor * ellipse.b, least);
  // As estimated, not as enlarged.
  if (factor == 1) run.spectralRadius = Math.max(2 * ellipse.a, Math.hypot(ellipse.a, ellipse.b));
  w.step = 0;
  atOrigin(ellipse, row(w, ORIGIN_ROW), ROW);
}

/** One step. */
export function faberStep(run: Run): void {
  const w = changetype<Faber>(run.work);
  const around = changetype<Ellipse>(w.ellipse);
  // Of a generator whose norm overflows there is no ellipse, and no end of looking for a step.
  if (!isFinite(around.a + around.b)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  if (w.step == 0) w.step = chooseStep(run, w);
  const step = run.watch != 0 ? min(w.step, w.trial) : w.step;
  const remaining = run.end - run.t;
  // Stretch a little rather than leave a sliver for the last step, but not beyond the longest one that was asked for.
  const clock = 4 * f64.EPSILON * Math.max(Math.abs(run.t), Math.abs(run.end));
  const longest = run.stepOption > 0 ? run.stepOption + clock : Infinity;
  const last = remaining <= min(step * 1.0001, longest);
  let reached = last ? run.end : run.t + step;
  w.length = expansionLength(changetype<Ellipse>(w.ellipse), reached - run.t, VANISHING) + 1;
  assert(w.length < ROW, "faberStep: the coefficients do not fit their row");
  const stored = run.states != 0 || w.states != 0 ? limitStates(run, w, reached) : 0;
  if (stored == FABER_STATES) reached = load<f64>(run.times + ((<usize>(run.output + stored - 1)) << 3));
  const h = reached - run.t;
  if (h == 0) {
    run.status = STATUS_STEP_UNDERFLOW;
    return;
  }
  run.lastStep = h;
  const terms = expand(run, w, h, stored);
  if (terms == 0) {
    run.rejected += 1;
    w.enlargements += 1;
    if (w.enlargements > (run.yields ? FEW_ENLARGEMENTS : MAX_ENLARGEMENTS)) run.status = STATUS_METHOD_FAILED;
    const ellipse = changetype<Ellipse>(w.ellipse);
    ellipse.b = Math.max(ellipse.b, WIDTH * ellipse.a);
    setEllipse(run, w, ENLARGEMENT);
    // What grows does so exponentially: in half the step, to the root of it.
    w.longest = 0.5 * h;
    return;
  }
  const norm = stateNorm(run, w.sum);
  if (!isFinite(norm)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  if (run.watch != 0) {
    if (leaks(changetype<Watch>(run.watch), w)) {
      run.status = STATUS_LEAK;
      return;
    }
    w.trial = min(2 * h, WATCH_LONGEST / run.spectralRadius);
  }
  writeOutputs(run, w, reached, terms);
  const y = run.y;
  run.y = w.sum;
  w.sum = y;
  reach(run, reached, norm);
}

/** Stored states in (t, reached], at most FABER_STATES of them; their coefficients are made. */
function limitStates(run: Run, w: Faber, reached: f64): i32 {
  const ellipse = changetype<Ellipse>(w.ellipse);
  let count = 0;
  while (count < FABER_STATES && run.output + count < run.timeCount) {
    const time = load<f64>(run.times + ((<usize>(run.output + count)) << 3));
    if (time > reached) break;
    expansion(ellipse, row(w, ORIGIN_ROW), time - run.t, row(w, STATE_ROW + count), w.length);
    count++;
  }
  return count;
}

/** Begins the sums of the watched elements. */
function beginWatch(run: Run, w: Faber, h: f64): void {
  const watch = changetype<Watch>(run.watch);
  const bytes = (<usize>watchedElements(watch)) << 3;
  memory.fill(w.watched, 0, bytes * WATCH_TIMES);
  for (let m = 0; m < WATCH_TIMES; m++) {
    const time = (h * <f64>(m + 1)) / WATCH_TIMES;
    expansion(changetype<Ellipse>(w.ellipse), row(w, ORIGIN_ROW), time, row(w, WATCH_ROW + m), w.length);
  }
}

function addToWatch(run: Run, w: Faber, k: i32, x: usize): void {
  const watch = changetype<Watch>(run.watch);
  const bytes = (<usize>watchedElements(watch)) << 3;
  for (let m = 0; m < WATCH_TIMES; m++) {
    const coefficient = load<f64>(row(w, WATCH_ROW + m) + ((<usize>k) << 3));
    gatherWatched(watch, coefficient, x, w.watched + <usize>m * bytes);
  }
}

/** Whether at any of the times more leaves than may. */
function leaks(watch: Watch, w: Faber): bool {
  const bytes = (<usize>watchedElements(watch)) << 3;
  for (let m = 0; m < WATCH_TIMES; m++) {
    if (watchedRate(watch, w.watched + <usize>m * bytes) > watch.limit) return true;
  }
  return false;
}

/** Room for what is watched; false when memory does not suffice. */
export function watchFaber(run: Run): bool {
  const w = changetype<Faber>(run.work);
  w.watched = arenaAllocate(<usize>(watchedElements(changetype<Watch>(run.watch)) * WATCH_TIMES * 8 + 8));
  w.trial = WATCH_STEP / run.spectralRadius;
  return w.watched != 0;
}

// @ts-ignore: decorator
@inline
function row(w: Faber, index: i32): usize {
  return w.coefficients + ((<usize>(index * ROW)) << 3);
}

/**
 * The sum for time t + h into `sum`, and for the stored states. Returns the number of terms, 0 when the series does not converge:
 * the ellipse is too small.
 */
function expand(run: Run, w: Faber, h: f64, stored: i32): i32 {
  const ellipse = changetype<Ellipse>(w.ellipse);
  const n = run.length;
  const d = row(w, 0);
  const length = w.length;
  expansion(ellipse, row(w, ORIGIN_ROW), h, d, length);
  const tolerance = truncation(run, w, h);
  const enough = termsFor(d, length, tolerance / Math.max(run.norm, f64.MIN_NORMAL_VALUE));
  // The projection's eigenvalues lie inside those of the generator.
  const growth = 1 + UNSEEN + 1.5 * (outreach(ellipse) - 1);
  const allowed = Math.max(ROUNDING_SHARE * tolerance, 4 * ROUNDING_OF_TERMS * <f64>length * run.norm);
  const R = radius(ellipse);
  const q = flattening(ellipse);
  const shift = ellipse.a / R;
  const traceBytes = outputBytes(changetype<Functionals>(run.functionals).count);
  const traced = traceBytes > 0 && !quadratic(run);
  let tail: f64 = 0;
  for (let k = enough; k < length; k++) tail += Math.abs(load<f64>(d + ((<usize>k) << 3)));

  memory.fill(w.sum, 0, (<usize>n) << 3);
  axpy(w.sum, load<f64>(d), run.y, n);
  addToStates(run, w, stored, 0, run.y);
  const watched = run.watch != 0;
  if (watched) {
    beginWatch(run, w, h);
    addToWatch(run, w, 0, run.y);
  }
  if (traced) traces(run, run.y, w.traces);
  let current = run.y;
  let old = run.y;
  // The size of the polynomials, when it was last looked at.
  let sampled = run.norm;
  let sample = 0;
  for (let k = 1; k < length; k++) {
    derivative(run, current, w.image);
    // F_(k+1) takes the place of F_(k-1), but never of y.
    const target = k == 1 ? w.previous : k == 2 ? w.current : old;
    const weight = k == 1 ? 0 : k == 2 ? -2 * q : -q;
    const coefficient = load<f64>(d + ((<usize>k) << 3));
    recur(target, 1 / R, w.image, shift, current, weight, old, w.sum, coefficient, n);
    old = current;
    current = target;
    addToStates(run, w, stored, k, target);
    if (watched) addToWatch(run, w, k, target);
    if (traced) traces(run, target, w.traces + <usize>k * traceBytes);
    if (k % GROWTH_INTERVAL == 0) {
      // What an eigenvalue outside the ellipse lets grow cancels in the sum, but not its rounding.
      let largest = Math.abs(coefficient);
      for (let j = 1; j < GROWTH_INTERVAL; j++) {
        largest = Math.max(largest, Math.abs(load<f64>(d + ((<usize>(k - j)) << 3))));
      }
      if (k + 1 < enough) {
        sampled = stateNorm(run, target);
        sample = k;
      }
      const rounding = ROUNDING_OF_TERMS * <f64>k * largest * sampled;
      if (!(rounding <= allowed)) return 0;
    }
    if (k + 1 < enough) continue;
    // The rest of the coefficients times what the polynomials have become; two of them, because one may vanish.
    if (k + 1 > enough) tail -= Math.abs(coefficient);
    const size = Math.max(stateNorm(run, current), stateNorm(run, old));
    if (
      2 * tail * size <= tolerance &&
      2 * growingTail(d, k, length, size / sampled, k - sample, growth) * size <= tolerance
    ) {
      finish(run, w, k + 1, q, stored, current, old);
      return k + 1;
    }
    if (!isFinite(size) || size > 1e12 * run.norm) return 0;
  }
  return 0;
}

/** Gives the sums the trace of the whole series. */
function finish(run: Run, w: Faber, terms: i32, q: f64, stored: i32, last: usize, before: usize): void {
  const origin = row(w, ORIGIN_ROW);
  const k = traceTerm(terms, q);
  const x = k == terms - 1 ? last : before;
  axpy(w.sum, keepTrace(origin, row(w, 0), terms, w.length, q), x, run.length);
  for (let i = 0; i < stored; i++) {
    axpy(outputState(run, w, i), keepTrace(origin, row(w, STATE_ROW + i), terms, w.length, q), x, run.length);
  }
}

/** Where the state at the i-th of the next output times goes. */
// @ts-ignore: decorator
@inline
function outputState(run: Run, w: Faber, i: i32): usize {
  return (run.states != 0 ? stateAt(run) : w.states) + ((<usize>(i * run.length)) << 3);
}

function addToStates(run: Run, w: Faber, stored: i32, k: i32, x: usize): void {
  const bytes = (<usize>run.length) << 3;
  for (let i = 0; i < stored; i++) {
    const target = outputState(run, w, i);
    if (k == 0) memory.fill(target, 0, bytes);
    axpy(target, load<f64>(row(w, STATE_ROW + i) + ((<usize>k) << 3)), x, run.length);
  }
}

/** Error that a step of length h may make. */
function truncation(run: Run, w: Faber, h: f64): f64 {
  const asked = SHARE * (run.atol + run.rtol * run.norm) * (h / (run.end - run.start));
  return Math.max(asked, ROUNDING * run.norm);
}

/** Functionals at all output times in (t, reached]; the states there are ready. */
function writeOutputs(run: Run, w: Faber, reached: f64, terms: i32): void {
  const count = changetype<Functionals>(run.functionals).count;
  const ellipse = changetype<Ellipse>(w.ellipse);
  const q = flattening(ellipse);
  const origin = row(w, ORIGIN_ROW);
  const d = row(w, 1);
  const length = min(w.length, terms + BEYOND);
  let state = outputState(run, w, 0);
  for (let time = nextTime(run); time <= reached; time = nextTime(run)) {
    if (quadratic(run)) {
      traces(run, state, valuesAt(run));
      state += (<usize>run.length) << 3;
    } else if (count > 0) {
      const sum = recurrence(ellipse, origin, time - run.t, d, length);
      keepTrace(origin, d, terms, length, q);
      const out = valuesAt(run);
      combineTraces(count, w.traces, d, terms, out);
      scale(out, 1 / sum, 2 * count);
    }
    run.output++;
  }
}

/**
 * The step: as long as MAX_TERMS allow, unless so many output times lie within it that their sums would cost more than the applications
 * a long step saves.
 */
function chooseStep(run: Run, w: Faber): f64 {
  const ellipse = changetype<Ellipse>(w.ellipse);
  const span = run.end - run.t;
  let longest = run.stepOption > 0 ? min(run.stepOption, span) : span;
  if (w.longest > 0) longest = min(longest, w.longest);
  const outputs = <f64>(run.timeCount - run.output);
  let best: f64 = 0;
  let least = Infinity;
  // However many steps it takes: the limit of steps is another one's to watch.
  for (let count = Math.ceil(span / longest); count < Infinity; count *= 2) {
    const h = span / count;
    const length = expansionLength(ellipse, h, Math.log(truncation(run, w, h) / run.norm) - 1);
    // All coefficients above rounding must have their place: the recurrence starts where they have vanished.
    if (length >= MAX_TERMS || expansionLength(ellipse, h, VANISHING) > ROW - 2) continue;
    const cost = length * (count + outputs * run.outputCost);
    if (cost > least) break;
    least = cost;
    best = h;
  }
  return best;
}
