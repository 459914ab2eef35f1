/**
 * exp(tL) y in Faber polynomials on an ellipse that encloses the spectrum (Novati, Numer. Linear Algebra Appl. 10 (2003) 247; for a
 * flat ellipse these are Chebyshev polynomials: Tal-Ezer and Kosloff, J. Chem. Phys. 81 (1984) 3967). The conformal map
 * psi(w) = c + R (w + q/w) takes the outside of the unit circle to the outside of the ellipse with semi-axes a, b and centre
 * c = -a: R = (a + b)/2, q = (a - b)/(a + b). Then
 *   exp(tL) y = sum_k d_k(t) F_k,   F_0 = y,  F_1 = (L - c) F_0/R,  F_2 = (L - c) F_1/R - 2q F_0,  F_(k+1) = (L - c) F_k/R - q F_(k-1),
 * d_k the Laurent coefficients of exp(t psi(w)). One application and one pass over memory a term; functionals at any number
 * of times within a step cost a multiplication a term.
 */
import { axpy, recur } from "../complex/vector";
import { STATUS_LEAK, STATUS_METHOD_FAILED, STATUS_NON_FINITE } from "../constants";
import { arenaAllocate } from "../memory";
import { Superoperator } from "../superoperator/superoperator";
import { Ellipse, ellipseBytes, estimateEllipse } from "./ellipse";
import { combineTraces, Functionals, outputBytes } from "./observe";
import { derivative, nextTime, reach, Run, stateAt, stateNorm, traces, valuesAt } from "./run";
import { gatherWatched, Watch, watchedElements, watchedRate } from "./watch";

/** Terms of one step at most. */
const MAX_TERMS: i32 = 1024;
/** Stored states within one step at most. */
const MAX_STATES: i32 = 16;
/** Share of the tolerance that truncating the series may use up over the whole run: convergence is so fast that a smaller error
 * costs a few terms, and the last digits asked for are then right. */
const SHARE: f64 = 0.002;
/** A series is not asked for less than its rounding leaves. */
const ROUNDING: f64 = 1e-16;
/** Times within a step, evenly spaced and the last at its end, at which watched rows are looked at. */
const WATCH_TIMES: i32 = 4;
/** Spectral radius times the first step of a run that is watched, and times the longest: each is twice as long as the one before,
 * and a step at whose end too much has left was made in vain. */
const WATCH_STEP: f64 = 16;
const WATCH_LONGEST: f64 = 200;
/** By how much an ellipse grows that proved too small, and how often before the method gives up. */
const ENLARGEMENT: f64 = 1.3;
const MAX_ENLARGEMENTS: i32 = 12;


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
  /** Watched elements at the times within a step. */
  watched: usize;
  /** The step, 0 until it is chosen. */
  step: f64;
  /** Longest step of a run that is watched. */
  trial: f64;
  start: f64;
  enlargements: i32;
}

/** Doubles of one row of coefficients. */
const ROW: i32 = MAX_TERMS + 64;
/** Rows: a step, an output time, the times that are watched, the stored states. */
const ROWS: i32 = 2 + WATCH_TIMES + MAX_STATES;
const WATCH_ROW: i32 = 2;
const STATE_ROW: i32 = 2 + WATCH_TIMES;

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
  w.start = run.t;
  w.ellipse = arenaAllocate(offsetof<Ellipse>());
  w.previous = arenaAllocate(bytes);
  w.current = arenaAllocate(bytes);
  w.image = arenaAllocate(bytes);
  w.sum = arenaAllocate(bytes);
  w.coefficients = arenaAllocate((<usize>(ROW * ROWS)) << 3);
  w.traces = arenaAllocate(<usize>ROW * outputBytes(changetype<Functionals>(run.functionals).count) + 8);
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
  const span = run.end - w.start;
  const least = span > 0 ? 1e-3 / span : 0;
  ellipse.a = Math.max(factor * ellipse.a, least);
  ellipse.b = Math.max(factor * ellipse.b, least);
  run.spectralRadius = Math.max(2 * ellipse.a, Math.hypot(ellipse.a, ellipse.b));
  w.step = 0;
}

/** One step. */
export function faberStep(run: Run): void {
  const w = changetype<Faber>(run.work);
  if (w.step == 0) w.step = chooseStep(run, w);
  const step = run.watch != 0 ? min(w.step, w.trial) : w.step;
  const remaining = run.end - run.t;
  const last = remaining <= step * 1.0001;
  let reached = last ? run.end : run.t + step;
  const stored = run.states != 0 ? limitStates(run, w, reached) : 0;
  if (stored == MAX_STATES) reached = load<f64>(run.times + ((<usize>(run.output + stored - 1)) << 3));
  const h = reached - run.t;
  run.lastStep = h;
  const terms = expand(run, w, h, stored);
  if (terms == 0) {
    run.rejected += 1;
    w.enlargements += 1;
    if (w.enlargements > MAX_ENLARGEMENTS) run.status = STATUS_METHOD_FAILED;
    setEllipse(run, w, ENLARGEMENT);
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

/** Stored states in (t, reached], at most MAX_STATES of them; their coefficients are made, and their sums begun. */
function limitStates(run: Run, w: Faber, reached: f64): i32 {
  let count = 0;
  while (count < MAX_STATES && run.output + count < run.timeCount) {
    const time = load<f64>(run.times + ((<usize>(run.output + count)) << 3));
    if (time > reached) break;
    expansion(changetype<Ellipse>(w.ellipse), time - run.t, row(w, STATE_ROW + count));
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
    expansion(changetype<Ellipse>(w.ellipse), (h * <f64>(m + 1)) / WATCH_TIMES, row(w, WATCH_ROW + m));
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
  const length = expansion(ellipse, h, d);
  const tolerance = truncation(run, w, h);
  const enough = termsFor(d, length, tolerance / Math.max(run.norm, f64.MIN_NORMAL_VALUE));
  const R = 0.5 * (ellipse.a + ellipse.b);
  const q = (ellipse.a - ellipse.b) / (ellipse.a + ellipse.b);
  const shift = ellipse.a / R;
  const traceBytes = outputBytes(changetype<Functionals>(run.functionals).count);
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
  if (traceBytes > 0) traces(run, run.y, w.traces);
  let current = run.y;
  let old = run.y;
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
    if (traceBytes > 0) traces(run, target, w.traces + <usize>k * traceBytes);
    if (k + 1 < enough) continue;
    // The rest of the coefficients times what the polynomials have become; two of them, because one may vanish.
    if (k + 1 > enough) tail -= Math.abs(coefficient);
    const size = Math.max(stateNorm(run, current), stateNorm(run, old));
    if (2 * tail * size <= tolerance) {
      finish(run, w, k + 1, q, stored, current, old);
      return k + 1;
    }
    if (!isFinite(size) || size > 1e12 * run.norm) return 0;
  }
  return 0;
}

/** Gives the sums the trace of the whole series. */
function finish(run: Run, w: Faber, terms: i32, q: f64, stored: i32, last: usize, before: usize): void {
  const bytes = (<usize>run.length) << 3;
  const k = traceTerm(terms, q);
  const x = k == terms - 1 ? last : before;
  axpy(w.sum, keepTrace(row(w, 0), terms, q), x, run.length);
  for (let i = 0; i < stored; i++) {
    axpy(stateAt(run) + <usize>i * bytes, keepTrace(row(w, STATE_ROW + i), terms, q), x, run.length);
  }
}

/** The last of `terms` polynomials that does not vanish on the trace: F_k(0) = 1 + q^k, for the ellipse touches the origin. */
function traceTerm(terms: i32, q: f64): i32 {
  const last = terms - 1;
  return q < 0 && (last & 1) == 1 ? last - 1 : last;
}

/**
 * Adds to a coefficient what the truncated series lacks of the trace, which the generator conserves; as small as what was cut off.
 * Returns it.
 */
function keepTrace(d: usize, terms: i32, q: f64): f64 {
  const k = traceTerm(terms, q);
  let power = Math.pow(q, <f64>terms);
  let lacking: f64 = 0;
  for (let j = terms; j < ROW; j++) {
    lacking += (1 + power) * load<f64>(d + ((<usize>j) << 3));
    power *= q;
  }
  const value = k == 0 ? 1 : 1 + Math.pow(q, <f64>k);
  const correction = lacking / value;
  const at = d + ((<usize>k) << 3);
  store<f64>(at, load<f64>(at) + correction);
  return correction;
}

function addToStates(run: Run, w: Faber, stored: i32, k: i32, x: usize): void {
  const bytes = (<usize>run.length) << 3;
  for (let i = 0; i < stored; i++) {
    const target = stateAt(run) + <usize>i * bytes;
    if (k == 0) memory.fill(target, 0, bytes);
    axpy(target, load<f64>(row(w, STATE_ROW + i) + ((<usize>k) << 3)), x, run.length);
  }
}

/** Error that a step of length h may make. */
function truncation(run: Run, w: Faber, h: f64): f64 {
  const asked = SHARE * (run.atol + run.rtol * run.norm) * (h / (run.end - w.start));
  return Math.max(asked, ROUNDING * run.norm);
}

/** Coefficients needed before the rest sums to less than `tolerance`. */
function termsFor(d: usize, length: i32, tolerance: f64): i32 {
  let tail: f64 = 0;
  for (let k = length - 1; k > 0; k--) {
    tail += Math.abs(load<f64>(d + ((<usize>k) << 3)));
    if (2 * tail > tolerance) return min(k + 1, length - 1);
  }
  return 1;
}

/** Functionals at all output times in (t, reached]; the states there are ready. */
function writeOutputs(run: Run, w: Faber, reached: f64, terms: i32): void {
  const count = changetype<Functionals>(run.functionals).count;
  const d = row(w, 1);
  for (let time = nextTime(run); time <= reached; time = nextTime(run)) {
    if (count > 0) {
      const ellipse = changetype<Ellipse>(w.ellipse);
      const length = min(expansion(ellipse, time - run.t, d), terms);
      if (length == terms) keepTrace(d, terms, (ellipse.a - ellipse.b) / (ellipse.a + ellipse.b));
      combineTraces(count, w.traces, d, length, valuesAt(run));
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
  const longest = run.stepOption > 0 ? min(run.stepOption, span) : span;
  const outputs = <f64>(run.timeCount - run.output);
  let best = longest;
  let least = Infinity;
  for (let count = Math.ceil(span / longest); count < 1e9; count *= 2) {
    const h = span / count;
    const length = expansionLength(ellipse, h, Math.log(truncation(run, w, h) / run.norm) - 1);
    if (length >= MAX_TERMS) continue;
    const cost = length * (count + outputs * run.outputCost);
    if (cost > least) break;
    least = cost;
    best = h;
  }
  return best;
}

/**
 * Writes d_k(t), k = 0, 1, … until they are far below rounding, followed by zeros; returns their number. From exp(t psi)' follows
 * d_(k-1) = k/(tR) d_k + q d_(k+1), run downwards (Miller's algorithm: Gautschi, SIAM Rev. 9 (1967) 24) and scaled by the value
 * at w = 1: d_0 + sum_k (1 + q^k) d_k = exp(t (c + R (1 + q))) = 1. All |d_k| <= 1.
 */
function expansion(ellipse: Ellipse, t: f64, d: usize): i32 {
  const R = 0.5 * (ellipse.a + ellipse.b);
  const q = (ellipse.a - ellipse.b) / (ellipse.a + ellipse.b);
  const length = min(expansionLength(ellipse, t, -44), ROW - 2);
  memory.fill(d, 0, (<usize>ROW) << 3);
  const inverse = 1 / (t * R);
  let next: f64 = 0;
  let value: f64 = 1e-200;
  for (let k = length; k > 0; k--) {
    store<f64>(d + ((<usize>k) << 3), value);
    const before = <f64>k * inverse * value + q * next;
    next = value;
    value = before;
    if (Math.abs(value) > 1e200) {
      value *= 1e-300;
      next *= 1e-300;
      for (let j = k; j <= length; j++) {
        const at = d + ((<usize>j) << 3);
        store<f64>(at, load<f64>(at) * 1e-300);
      }
    }
  }
  store<f64>(d, value);
  let sum = value;
  let power: f64 = 1;
  for (let k = 1; k <= length; k++) {
    power *= q;
    sum += (1 + power) * load<f64>(d + ((<usize>k) << 3));
  }
  for (let k = 0; k <= length; k++) {
    const at = d + ((<usize>k) << 3);
    store<f64>(at, load<f64>(at) / sum);
  }
  return length + 1;
}

/**
 * Smallest k with ln |d_k(t)| below `limit`, by Cauchy's estimate on the best circle |w| = r > 1:
 * ln |d_k| <= t (R (r + q/r) - a) - k ln r for real q of either sign.
 */
function expansionLength(ellipse: Ellipse, t: f64, limit: f64): i32 {
  const R = 0.5 * (ellipse.a + ellipse.b) * t;
  const q = (ellipse.a - ellipse.b) / (ellipse.a + ellipse.b);
  let low = 0;
  let high = 8;
  while (high < 1 << 28 && bound(high, R, q, ellipse.a * t) > limit) {
    low = high;
    high <<= 1;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bound(middle, R, q, ellipse.a * t) > limit) low = middle;
    else high = middle;
  }
  return high;
}

function bound(k: i32, R: f64, q: f64, a: f64): f64 {
  const square = <f64>k * <f64>k + 4 * R * R * q;
  if (square < 0) return 0;
  const r = (<f64>k + Math.sqrt(square)) / (2 * R);
  return r > 1 ? R * (r + q / r) - a - <f64>k * Math.log(r) : 0;
}
