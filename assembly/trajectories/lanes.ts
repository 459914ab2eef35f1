/**
 * Trajectories side by side, one a lane: where all output times are equally far apart, the kets of a group go from one to the next by one propagator, which is read once for all of them. A ket whose
 * norm crosses its threshold on the way goes that interval alone (dyadic.ts), through its jumps. No number of a trajectory depends on what is in the other lanes.
 */
import { madd } from "../complex/simd";
import { scale } from "../complex/vector";
import {
  LANES,
  STATUS_CROSSED,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RECORDS_FULL,
  STATUS_RUNNING,
} from "../constants";
import { Functionals, outputBytes } from "../integrators/observe";
import { Run } from "../integrators/run";
import { realMatrixBytes, realStride } from "../linalg/expm";
import { arenaAllocate } from "../memory";
import { dyadicStep, settleDyadic, wholeInterval } from "./dyadic";
import { Stream } from "./random";
import { beginTrajectory, jump, Trajectory } from "./trajectory";

/** Bytes of one number in all lanes. */
const ROW: usize = (<usize>LANES) << 3;


@unmanaged
export class Lanes {
  /** Of which one trajectory at a time goes alone; its buffers of outputs and records are as many as there are lanes. */
  trajectory: usize;
  /** Lanes in use. */
  count: i32;
  /** Index of the output time that they are going to. */
  output: i32;
  /** The lane that goes alone, or -1; the first that has not yet been looked at after the propagator. */
  alone: i32;
  looked: i32;
  /** The propagator over an interval, two columns at a time. */
  panels: usize;
  /** Numbers of all lanes, those of one place beside each other; where they go. */
  y: usize;
  next: usize;
  /** Of every lane: the square of the norm (of `next`); norm, threshold, random numbers, jumps recorded, all jumps, initial ket. */
  squares: usize;
  norms: usize;
  thresholds: usize;
  streams: usize;
  recorded: usize;
  jumps: usize;
  initials: usize;
  /** Those of lane 0. */
  values: usize;
  states: usize;
  times: usize;
  numbers: usize;
  /** Functionals of every lane. */
  traces: usize;
}

/** Whether the trajectories of a run can go side by side. */
export function hasLanes(trajectory: usize): bool {
  return wholeInterval(changetype<Run>(changetype<Trajectory>(trajectory).run)) != 0;
}

/** Bytes that `createLanes` allocates at most. */
export function lanesBytes(n: f64, functionals: i32): f64 {
  return (
    n * n * 8 + 2 * n * <f64>ROW + <f64>functionals * 2 * <f64>ROW + <f64>LANES * (<f64>offsetof<Stream>() + 64) + 4096
  );
}

/** Lanes for the trajectories of `trajectory`; 0 when memory does not suffice. */
export function createLanes(trajectory: usize): usize {
  assert(hasLanes(trajectory), "createLanes: intervals that are not one propagator long");
  const t = changetype<Trajectory>(trajectory);
  const run = changetype<Run>(t.run);
  const pointer = arenaAllocate(offsetof<Lanes>());
  if (pointer == 0) return 0;
  const w = changetype<Lanes>(pointer);
  const n = <usize>run.length;
  w.trajectory = trajectory;
  w.panels = arenaAllocate(n * n * 8);
  w.y = arenaAllocate(n * ROW);
  w.next = arenaAllocate(n * ROW);
  w.squares = arenaAllocate(ROW);
  w.norms = arenaAllocate(ROW);
  w.thresholds = arenaAllocate(ROW);
  w.streams = arenaAllocate(<usize>LANES * offsetof<Stream>());
  w.recorded = arenaAllocate(ROW);
  w.jumps = arenaAllocate(ROW);
  w.initials = arenaAllocate(ROW);
  w.traces = arenaAllocate(2 * ROW * <usize>changetype<Functionals>(run.functionals).count + 16);
  if (w.panels == 0 || w.y == 0 || w.next == 0 || w.squares == 0 || w.norms == 0) return 0;
  if (w.thresholds == 0 || w.streams == 0 || w.recorded == 0 || w.jumps == 0 || w.initials == 0 || w.traces == 0)
    return 0;
  w.values = run.values;
  w.states = run.states;
  w.times = t.times;
  w.numbers = t.numbers;
  pack(run.length, wholeInterval(run), w.panels);
  return pointer;
}

/** Columns j and j + 1 of a matrix beside each other, row by row, for every even j. */
function pack(n: i32, a: usize, out: usize): void {
  const stride = (<usize>realStride(n)) << 3;
  for (let j = 0; j < n; j += 2) {
    let from = a + ((<usize>j) << 3);
    for (let i = 0; i < n; i++, from += stride, out += 16) v128.store(out, v128.load(from));
  }
}

/** Begins trajectories `index`, `index` + 1, … of a seed side by side, as many as there are lanes at most. @param from as of `beginTrajectory` */
export function beginLanes(w: Lanes, count: i32, seedLow: u32, seedHigh: u32, index: f64, use: u32, from: i32): void {
  assert(count > 0 && count <= LANES, "beginLanes: more trajectories than lanes");
  const t = changetype<Trajectory>(w.trajectory);
  const run = changetype<Run>(t.run);
  w.count = count;
  w.alone = -1;
  w.looked = count;
  w.output = 0;
  memory.fill(w.y, 0, <usize>run.length * ROW);
  for (let lane = 0; lane < count; lane++) {
    enter(w, t, run, lane);
    beginTrajectory(t, seedLow, seedHigh, index + <f64>lane, use, from, false);
    keep(w, t, run, lane);
  }
}

/** Buffers become those of a lane. */
function useBuffers(w: Lanes, t: Trajectory, run: Run, lane: i32): void {
  const k = <usize>lane;
  const times = <usize>run.timeCount;
  run.values = w.values + k * times * outputBytes(changetype<Functionals>(run.functionals).count);
  run.states = w.states == 0 ? 0 : w.states + ((k * times * <usize>run.length) << 3);
  t.times = w.times + ((k * <usize>t.capacity) << 3);
  t.numbers = w.numbers + ((k * <usize>t.capacity) << 2);
}

/** Buffers, counters and random numbers become those of a lane; time and state do not. */
function enter(w: Lanes, t: Trajectory, run: Run, lane: i32): void {
  const k = <usize>lane;
  useBuffers(w, t, run, lane);
  run.norm = load<f64>(w.norms + (k << 3));
  run.threshold = load<f64>(w.thresholds + (k << 3));
  t.stream = w.streams + k * offsetof<Stream>();
  t.recorded = load<i32>(w.recorded + (k << 2));
  t.jumps = load<f64>(w.jumps + (k << 3));
  t.initial = load<i32>(w.initials + (k << 2));
}

/** What the present trajectory has come to goes into its lane. */
function keep(w: Lanes, t: Trajectory, run: Run, lane: i32): void {
  const k = <usize>lane;
  store<f64>(w.norms + (k << 3), run.norm);
  store<f64>(w.thresholds + (k << 3), run.threshold);
  store<i32>(w.recorded + (k << 2), t.recorded);
  store<f64>(w.jumps + (k << 3), t.jumps);
  store<i32>(w.initials + (k << 2), t.initial);
  let at = w.y + (k << 3);
  for (let i = 0; i < run.length; i++, at += ROW) store<f64>(at, load<f64>(run.y + ((<usize>i) << 3)));
}

/** Goes on to the end; returns a STATUS: STATUS_RECORDS_FULL where jumps must be taken first. */
export function advanceLanes(w: Lanes): i32 {
  const t = changetype<Trajectory>(w.trajectory);
  const run = changetype<Run>(t.run);
  if (run.status == STATUS_RECORDS_FULL) {
    run.status = STATUS_CROSSED;
    useBuffers(w, t, run, w.alone);
    t.recorded = load<i32>(w.recorded + ((<usize>w.alone) << 2));
  }
  while (run.status == STATUS_RUNNING || run.status == STATUS_CROSSED) {
    if (w.alone >= 0) {
      if (!goAlone(w, t, run)) break;
    } else if (w.looked < w.count) {
      const lane = w.looked++;
      const at = (<usize>lane) << 3;
      const norm = Math.sqrt(load<f64>(w.squares + at));
      if (norm * norm <= load<f64>(w.thresholds + at)) beginAlone(w, t, run, lane);
      else store<f64>(w.norms + at, norm);
    } else if (++w.output < run.timeCount) {
      together(w, run);
    } else {
      run.status = STATUS_DONE;
    }
  }
  useBuffers(w, t, run, 0);
  return run.status;
}

/** All lanes to the next output time, as if none crossed. */
function together(w: Lanes, run: Run): void {
  propagate(run.length, w.panels, w.y, w.next, w.squares);
  run.steps += w.count;
  run.rhsEvaluations += w.count;
  const before = w.y;
  w.y = w.next;
  w.next = before;
  w.looked = 0;
  const functionals = changetype<Functionals>(run.functionals);
  evaluateLanes(functionals, w.y, w.traces);
  for (let lane = 0; lane < w.count; lane++) {
    const k = <usize>lane;
    const square = load<f64>(w.squares + (k << 3));
    if (!isFinite(square)) run.status = STATUS_NON_FINITE;
    let from = w.traces + (k << 3);
    let to = w.values + outputBytes(functionals.count) * (k * <usize>run.timeCount + <usize>w.output);
    for (let f = 0; f < functionals.count << 1; f++, from += ROW, to += 8) store<f64>(to, load<f64>(from) / square);
    if (w.states == 0) continue;
    const state = w.states + (((k * <usize>run.timeCount + <usize>w.output) * <usize>run.length) << 3);
    take(run.length, w.y, lane, state);
    scale(state, 1 / Math.sqrt(square), run.length);
  }
}

/** A lane leaves the others at the beginning of the interval: what they have made of it is not used. */
function beginAlone(w: Lanes, t: Trajectory, run: Run, lane: i32): void {
  w.alone = lane;
  enter(w, t, run, lane);
  take(run.length, w.next, lane, run.y);
  run.output = w.output;
  run.t = load<f64>(run.times + ((<usize>(w.output - 1)) << 3));
  settleDyadic(run);
}

/** The lane that goes alone reaches the next output time; false where something stops it. */
function goAlone(w: Lanes, t: Trajectory, run: Run): bool {
  while (run.output == w.output) {
    if (run.status == STATUS_CROSSED) {
      if (t.recorded == t.capacity) {
        store<i32>(w.recorded + ((<usize>w.alone) << 2), t.recorded);
        run.status = STATUS_RECORDS_FULL;
        return false;
      }
      jump(t, run);
    } else {
      dyadicStep(run);
    }
    if (run.status != STATUS_RUNNING && run.status != STATUS_CROSSED) return false;
  }
  keep(w, t, run, w.alone);
  w.alone = -1;
  return true;
}

/** The numbers of one lane, one after another. */
function take(n: i32, y: usize, lane: i32, out: usize): void {
  let from = y + ((<usize>lane) << 3);
  for (let i = 0; i < n; i++, from += ROW, out += 8) store<f64>(out, load<f64>(from));
}

/** next = y·U in every lane, and the squares of the norms: eight accumulators, four loads of y and two of U fit the sixteen registers. */
function propagate(n: i32, panel: usize, y: usize, next: usize, squares: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const stop = y + <usize>n * ROW;
  for (let j = 0; j < n; j += 2, next += ROW << 1) {
    let a0 = f64x2.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    for (let x = y; x != stop; x += ROW, panel += 16) {
      const x0 = v128.load(x);
      const x1 = v128.load(x, 16);
      const x2 = v128.load(x, 32);
      const x3 = v128.load(x, 48);
      const u = v128.load_splat<f64>(panel);
      const v = v128.load_splat<f64>(panel, 8);
      a0 = madd(u, x0, a0);
      a1 = madd(u, x1, a1);
      a2 = madd(u, x2, a2);
      a3 = madd(u, x3, a3);
      b0 = madd(v, x0, b0);
      b1 = madd(v, x1, b1);
      b2 = madd(v, x2, b2);
      b3 = madd(v, x3, b3);
    }
    v128.store(next, a0);
    v128.store(next, a1, 16);
    v128.store(next, a2, 32);
    v128.store(next, a3, 48);
    v128.store(next, b0, 64);
    v128.store(next, b1, 80);
    v128.store(next, b2, 96);
    v128.store(next, b3, 112);
    s0 = madd(b0, b0, madd(a0, a0, s0));
    s1 = madd(b1, b1, madd(a1, a1, s1));
    s2 = madd(b2, b2, madd(a2, a2, s2));
    s3 = madd(b3, b3, madd(a3, a3, s3));
  }
  v128.store(squares, s0);
  v128.store(squares, s1, 16);
  v128.store(squares, s2, 32);
  v128.store(squares, s3, 48);
}

/** Quadratic functionals of every lane: real parts of the first in all lanes, its imaginary parts, those of the second, … */
function evaluateLanes(functionals: Functionals, y: usize, out: usize): void {
  const starts = functionals.starts;
  for (let f = 0; f < functionals.count; f++, out += ROW << 1) {
    const start = <usize>load<i32>(starts + ((<usize>f) << 2));
    const stop = functionals.coefficients + ((<usize>load<i32>(starts + ((<usize>f) << 2), 4)) << 4);
    const begin = functionals.coefficients + (start << 4);
    for (let pair: usize = 0; pair < ROW; pair += 16) {
      let re = f64x2.splat(0);
      let im = re;
      let at = functionals.offsets + (start << 3);
      for (let c = begin; c != stop; c += 16, at += 8) {
        const p = v128.load(y + <usize>load<u32>(at) * <usize>LANES + pair);
        const q = v128.load(y + <usize>load<u32>(at, 4) * <usize>LANES + pair);
        const product = f64x2.mul(p, q);
        re = madd(v128.load_splat<f64>(c), product, re);
        im = madd(v128.load_splat<f64>(c, 8), product, im);
      }
      v128.store(out + pair, re);
      v128.store(out + pair, im, ROW);
    }
  }
}

/** Jumps recorded in a lane since they were taken last; from now on its records begin anew. */
export function takeRecords(w: Lanes, lane: i32): i32 {
  const at = w.recorded + ((<usize>lane) << 2);
  const recorded = load<i32>(at);
  store<i32>(at, 0);
  return recorded;
}

/** Square of the norm of the ket in a lane. */
export function laneWeight(w: Lanes, lane: i32): f64 {
  const norm = load<f64>(w.norms + ((<usize>lane) << 3));
  return norm * norm;
}

/** Number of the initial ket of a lane. */
export function laneInitial(w: Lanes, lane: i32): i32 {
  return load<i32>(w.initials + ((<usize>lane) << 2));
}
