/**
 * Quantum jumps (Dalibard, Castin and Molmer, Phys. Rev. Lett. 68 (1992) 580): a ket evolves under the no-jump part G until the square of its norm has fallen to a random number; then one of the jumps
 * happens, jump k with a probability proportional to ‖L_k psi‖², and the next random number is drawn.
 */
import { norm, scale } from "../complex/vector";
import {
  STATUS_CROSSED,
  STATUS_NON_FINITE,
  STATUS_RECORDS_FULL,
  STATUS_RUNNING,
  STATUS_STEP_LIMIT,
} from "../constants";
import { Drive, enterInterval, rewindDrive } from "../drive/drive";
import { advance, restart, resume } from "../integrators/evolution";
import { Run } from "../integrators/run";
import { arenaAllocate } from "../memory";
import { apply, setSuperoperatorTime, Superoperator } from "../superoperator/superoperator";
import { beginStream, Stream, uniform } from "./random";


@unmanaged
export class Trajectory {
  run: usize;
  stream: usize;
  /** Jumps: pointers to Superoperators on the same vectors, and ‖L_k psi‖² of the last time they were asked for. */
  channels: usize;
  rates: usize;
  channelCount: i32;
  /** Initial kets: pointers to vectors; sums of their probabilities up to each; of each, the square of the norm that a trajectory without jumps ends with, where those with one are wanted alone. */
  initialCount: i32;
  initials: usize;
  cumulative: usize;
  floors: usize;
  /** The one that was drawn. */
  initial: i32;
  /** Records: times (f64) and numbers of channels (i32). */
  times: usize;
  numbers: usize;
  capacity: i32;
  recorded: i32;
  /** Of all jumps so far, at most `maxSteps` of the run. */
  jumps: f64;
  /** Two vectors: what a channel makes of the ket; the one that happened. */
  image: usize;
}

/** 0 when memory does not suffice. */
export function createTrajectory(
  evolution: usize,
  channelCount: i32,
  channels: usize,
  initialCount: i32,
  initials: usize,
  cumulative: usize,
  floors: usize,
  capacity: i32,
  times: usize,
  numbers: usize,
): usize {
  const pointer = arenaAllocate(offsetof<Trajectory>());
  if (pointer == 0) return 0;
  const trajectory = changetype<Trajectory>(pointer);
  const run = changetype<Run>(evolution);
  run.normalised = 1;
  trajectory.run = evolution;
  trajectory.channelCount = channelCount;
  trajectory.channels = channels;
  trajectory.initialCount = initialCount;
  trajectory.initials = initials;
  trajectory.cumulative = cumulative;
  trajectory.floors = floors;
  trajectory.capacity = capacity;
  trajectory.times = times;
  trajectory.numbers = numbers;
  trajectory.stream = arenaAllocate(offsetof<Stream>());
  trajectory.rates = arenaAllocate(((<usize>channelCount) << 3) + 8);
  trajectory.image = arenaAllocate((<usize>run.length) << 3);
  return trajectory.stream != 0 && trajectory.rates != 0 && trajectory.image != 0 ? pointer : 0;
}

/**
 * Begins trajectory `index`.
 * @param from number of the initial ket; below 0: it is drawn
 * @param quiet whether it is the one on which no jump ever happens
 */
export function beginTrajectory(
  t: Trajectory,
  seedLow: u32,
  seedHigh: u32,
  index: f64,
  use: u32,
  from: i32,
  quiet: bool,
): void {
  const run = changetype<Run>(t.run);
  t.recorded = 0;
  t.jumps = 0;
  for (let k = 0; k < t.channelCount; k++) {
    const drive = channelAt(t, k).drive;
    if (drive != 0) rewindDrive(changetype<Drive>(drive), run.start);
  }
  const stream = changetype<Stream>(t.stream);
  beginStream(stream, seedLow, seedHigh, index, use);
  // Also of one ket, or a given one: what comes after does not depend on how many there are.
  const drawn = uniform(stream);
  t.initial = max(from, 0);
  if (from < 0) {
    while (t.initial + 1 < t.initialCount && drawn > load<f64>(t.cumulative + ((<usize>t.initial) << 3))) t.initial++;
  }
  if (quiet) {
    run.threshold = 0;
  } else {
    const floor = load<f64>(t.floors + ((<usize>t.initial) << 3));
    run.threshold = floor + (1 - floor) * uniform(stream);
  }
  restart(run, load<usize>(t.initials + ((<usize>t.initial) << alignof<usize>())));
}

// @ts-ignore: decorator
@inline
function channelAt(t: Trajectory, k: i32): Superoperator {
  return changetype<Superoperator>(load<usize>(t.channels + ((<usize>k) << alignof<usize>())));
}

/** Goes on for at most `budget` steps; returns a STATUS. */
export function advanceTrajectory(t: Trajectory, budget: i32): i32 {
  const run = changetype<Run>(t.run);
  const before = run.steps + run.rejected;
  if (run.status == STATUS_RECORDS_FULL) run.status = STATUS_CROSSED;
  while (true) {
    const left = <f64>budget - (run.steps + run.rejected - before);
    if (left <= 0) return STATUS_RUNNING;
    if (run.status != STATUS_CROSSED && advance(run, <i32>left) != STATUS_CROSSED) return run.status;
    if (t.recorded == t.capacity) {
      run.status = STATUS_RECORDS_FULL;
      return STATUS_RECORDS_FULL;
    }
    jump(t, run);
    if (run.status != STATUS_RUNNING) return run.status;
  }
}

/** One of the jumps happens, unless there have been too many. */
export function jump(t: Trajectory, run: Run): void {
  // Methods that do not count steps would never end.
  if (t.jumps >= run.maxSteps) {
    run.status = STATUS_STEP_LIMIT;
    return;
  }
  const stream = changetype<Stream>(t.stream);
  const count = t.channelCount;
  let total: f64 = 0;
  for (let k = 0; k < count; k++) {
    const rate = rateOf(t, run, k);
    store<f64>(t.rates + ((<usize>k) << 3), rate);
    total += rate;
  }
  t.jumps += 1;
  if (total == 0) {
    // The norm has fallen by errors of the method alone.
    scale(run.y, 1 / run.norm, run.length);
    run.threshold = uniform(stream);
    resume(run);
    return;
  }
  if (!isFinite(total)) {
    run.status = STATUS_NON_FINITE;
    return;
  }
  let left = total * uniform(stream);
  let chosen = -1;
  for (let k = 0; k < count && (chosen < 0 || left > 0); k++) {
    const rate = load<f64>(t.rates + ((<usize>k) << 3));
    if (rate == 0) continue;
    chosen = k;
    left -= rate;
  }
  // The last one that was applied may be another.
  const rate = chosen == count - 1 ? load<f64>(t.rates + ((<usize>chosen) << 3)) : rateOf(t, run, chosen);
  memory.copy(run.y, t.image, (<usize>run.length) << 3);
  scale(run.y, 1 / Math.sqrt(rate), run.length);
  store<f64>(t.times + ((<usize>t.recorded) << 3), run.t);
  store<i32>(t.numbers + ((<usize>t.recorded) << 2), chosen);
  t.recorded++;
  run.threshold = uniform(stream);
  resume(run);
}

/** ‖L_k psi‖²; L_k psi is left in `image`. */
function rateOf(t: Trajectory, run: Run, k: i32): f64 {
  const channel = channelAt(t, k);
  if (channel.drive != 0) {
    enterInterval(changetype<Drive>(channel.drive), run.t);
    setSuperoperatorTime(channel, run.t, 0);
  }
  apply(channel, run.y, t.image);
  const size = norm(t.image, run.length);
  return size * size;
}
