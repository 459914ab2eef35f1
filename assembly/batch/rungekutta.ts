/**
 * Runge-Kutta methods for a group of systems: the classical one with a fixed step, and an adaptive one whose step all systems of a group share.
 */
import { madd } from "../complex/simd";
import {
  METHOD_TSIT5,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
  STATUS_STEP_LIMIT,
  STATUS_STEP_UNDERFLOW,
} from "../constants";
import { firstStep, growth, remembered, shrink, trialStep } from "../integrators/controller";
import { interpolationWeights, loadTableau, Tableau } from "../integrators/tableau";
import { arenaAllocate } from "../memory";
import { Batch } from "./batch";
import { applyGenerator, Block } from "./block";
import { writeFunctionals } from "./observe";
import { ROW } from "./rows";

/** Stages of the adaptive method. */
const STAGES: i32 = 7;

/** Bytes of scratch for both methods. */
export function rungeKuttaBytes(n: i32): usize {
  return <usize>(STAGES + 4) * <usize>n * ROW + 256;
}

/** The classical method: as integrators/rk4.ts has it for a constant generator. */
export function classical(b: Batch, k: Block, isFirst: bool, scratch: usize): i32 {
  const bytes = <usize>k.n * ROW;
  const v = scratch;
  const w = v + bytes;
  let x = k.x;
  let next = w + bytes;
  let at = b.at;
  let taken: f64 = 0;
  for (let j = 1; j < b.timeCount; j++) {
    const start = load<f64>(b.times + ((<usize>(j - 1)) << 3));
    const stop = load<f64>(b.times + ((<usize>j) << 3));
    // A ratio that is a whole number but for rounding counts as that number.
    const steps = Math.max(1, Math.ceil(((stop - start) / b.step) * (1 - 1e-12)));
    let t = start;
    for (let s: f64 = 1; s <= steps; s++) {
      if (taken++ >= b.maxSteps) return STATUS_STEP_LIMIT;
      const reached = s == steps ? stop : start + (s / steps) * (stop - start);
      const h = reached - t;
      if (h == 0) return STATUS_STEP_UNDERFLOW;
      applyGenerator(k, x, h / 4, x, v);
      applyGenerator(k, v, h / 3, x, w);
      applyGenerator(k, w, h / 2, x, v);
      applyGenerator(k, v, h, x, next);
      const before = x;
      x = next;
      next = before;
      t = reached;
      b.steps += 1;
      b.applications += 4;
    }
    at += b.target.time;
    writeFunctionals(k, b.functionals, x, b.target, at, isFirst);
  }
  if (x != k.x) memory.copy(k.x, x, bytes);
  return STATUS_RUNNING;
}

/** What the steps of all groups are made with; 0 when memory does not suffice. */
export function createTableau(): usize {
  const pointer = arenaAllocate(offsetof<Tableau>());
  if (pointer == 0) return 0;
  loadTableau(METHOD_TSIT5, changetype<Tableau>(pointer));
  return pointer;
}

/** Tsitouras' method 5(4). The error of a step is below atol + rtol·‖rho‖ in every system of the group. */
export function adaptive(b: Batch, k: Block, isFirst: bool, scratch: usize): i32 {
  const tableau = changetype<Tableau>(b.tableau);
  const bytes = <usize>k.n * ROW;
  const length = <i32>(bytes >> 4);
  const stages = scratch;
  const y = stages + <usize>STAGES * bytes;
  const next = y + bytes;
  const argument = next + bytes;
  const weights = argument + bytes;
  memory.copy(y, k.x, bytes);
  applyGenerator(k, y, 1, 0, stages);
  const end = load<f64>(b.times + ((<usize>(b.timeCount - 1)) << 3));
  let t = load<f64>(b.times);
  let output = 1;
  let at = b.at + b.target.time;
  let previous: f64 = 1;
  let step = chooseStep(b, k, y, stages, argument, next);
  let attempts: f64 = 0;
  while (t < end) {
    if (attempts++ >= b.maxSteps) return STATUS_STEP_LIMIT;
    const longest = b.step > 0 ? b.step : Infinity;
    let h = min(step, longest);
    const remaining = end - t;
    // Stretch a little rather than leave a sliver for the last step.
    const last = remaining <= min(h * 1.0001, longest);
    h = last ? remaining : t + h - t;
    if (h == 0) return STATUS_STEP_UNDERFLOW;
    let a = tableau.a;
    for (let i = 1; i < STAGES; i++) {
      const to = i == STAGES - 1 ? next : argument;
      combine(length, i, y, a, h, stages, bytes, to);
      applyGenerator(k, to, 1, 0, stages + <usize>i * bytes);
      a += (<usize>i) << 3;
    }
    b.steps += 1;
    b.applications += <f64>(STAGES - 1);
    combine(length, STAGES, 0, tableau.error, h, stages, bytes, argument);
    const error = largestShare(length, argument, y, next, b.rtol, b.atol);
    if (!isFinite(error)) return STATUS_NON_FINITE;
    if (error > 1) {
      step = h * shrink(error, tableau.order);
      continue;
    }
    const reached = last ? end : t + h;
    while (output < b.timeCount) {
      const time = load<f64>(b.times + ((<usize>output) << 3));
      if (time > reached) break;
      let state = next;
      if (time < reached) {
        interpolationWeights(tableau, (time - t) / h, h, weights);
        combine(length, STAGES, y, weights, 1, stages, bytes, argument);
        state = argument;
      }
      writeFunctionals(k, b.functionals, state, b.target, at, isFirst);
      at += b.target.time;
      output++;
    }
    memory.copy(y, next, bytes);
    memory.copy(stages, stages + <usize>(STAGES - 1) * bytes, bytes);
    const factor = growth(error, previous, tableau.order);
    // A step that was cut short to land on a time says little about the next one.
    if (!last) step = h * factor;
    previous = remembered(error);
    t = reached;
  }
  memory.copy(k.x, y, bytes);
  return STATUS_RUNNING;
}

/** out = y + h·(sum of weights times stages); y of 0 is none. Lengths in pairs of numbers. */
function combine(
  length: i32,
  count: i32,
  y: usize,
  weights: usize,
  h: f64,
  stages: usize,
  bytes: usize,
  out: usize,
): void {
  const stop = (<usize>length) << 4;
  for (let at: usize = 0; at < stop; at += 16) {
    let sum = y == 0 ? f64x2.splat(0) : v128.load(y + at);
    let stage = stages + at;
    for (let i = 0; i < count; i++, stage += bytes) {
      sum = madd(f64x2.splat(h * load<f64>(weights + ((<usize>i) << 3))), v128.load(stage), sum);
    }
    v128.store(out + at, sum);
  }
}

/** Squares of the norms of the systems of a group. */
function squares(length: i32, x: usize, part: usize): v128 {
  let sum = f64x2.splat(0);
  const stop = x + ((<usize>length) << 4);
  for (let at = x + part; at < stop; at += ROW) sum = madd(v128.load(at), v128.load(at), sum);
  return sum;
}

/** The largest ‖error‖/(atol + rtol·max(‖y‖, ‖next‖)) of a group. */
function largestShare(length: i32, error: usize, y: usize, next: usize, rtol: f64, atol: f64): f64 {
  let most: f64 = 0;
  for (let part: usize = 0; part < ROW; part += 16) {
    const state = f64x2.sqrt(f64x2.max(squares(length, y, part), squares(length, next, part)));
    const allowed = f64x2.add(f64x2.splat(atol), f64x2.mul(f64x2.splat(rtol), state));
    // Systems that are all zeros, where there are fewer than lanes, are exact.
    const share = f64x2.div(
      f64x2.sqrt(squares(length, error, part)),
      f64x2.max(allowed, f64x2.splat(f64.MIN_NORMAL_VALUE)),
    );
    most = max(most, max(f64x2.extract_lane(share, 0), f64x2.extract_lane(share, 1)));
  }
  return most;
}

/** Norms relative to what is allowed of an error, as the first step wants them. */
function chooseStep(b: Batch, k: Block, y: usize, slope: usize, argument: usize, second: usize): f64 {
  const length = <i32>((<usize>k.n * ROW) >> 4);
  const state = largestShare(length, y, y, y, b.rtol, b.atol);
  const derivative = largestShare(length, slope, y, y, b.rtol, b.atol);
  const trial = trialStep(state, derivative);
  applyGenerator(k, slope, 1, 0, second);
  return firstStep(trial, derivative, largestShare(length, second, y, y, b.rtol, b.atol), 5);
}
