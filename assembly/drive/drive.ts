/**
 * What makes a superoperator depend on time: numbers in its tables that are linear in coefficients, base + sum of weight·c_k(t), written
 * anew when time moves; everything else in it stays. And what integrators must know of the coefficients: where they jump, and how long a
 * step may be where.
 */
import { arenaAllocate } from "../memory";
import { evaluateCoefficients } from "./coefficients";


@unmanaged
export class Drive {
  /** Entries of the coefficients' table, and their values. */
  count: i32;
  table: usize;
  values: usize;
  /** The values at another time. */
  others: usize;

  /** Numbers that depend on time: address (u32), base, and terms `starts[k]` … `starts[k + 1]` - 1 of `entries` (i32), `weights`. */
  targetCount: i32;
  addresses: usize;
  bases: usize;
  starts: usize;
  entries: usize;
  weights: usize;

  /** Array of Interval: the whole time axis. */
  intervals: usize;
  intervalCount: i32;
  /** That of the present time. */
  interval: i32;
  /** The jumps on both sides of the present time, and a time between them. */
  lower: f64;
  upper: f64;
  inside: f64;
  /** What the tables are for. */
  time: f64;
  timeInside: f64;
}

/** A stretch of time: its end, the longest step there, whether its end is a jump or a kink (1) or not (0). */

@unmanaged
export class Interval {
  end: f64;
  limit: f64;
  hard: f64;
}

/** A drive without its tables; 0 when memory does not suffice. */
export function createDrive(count: i32, table: usize, intervalCount: i32, intervals: usize, start: f64): usize {
  const pointer = arenaAllocate(offsetof<Drive>());
  if (pointer == 0) return 0;
  const drive = changetype<Drive>(pointer);
  drive.values = arenaAllocate(((<usize>count) << 3) + 8);
  drive.others = arenaAllocate(((<usize>count) << 3) + 8);
  if (drive.values == 0 || drive.others == 0) return 0;
  drive.count = count;
  drive.table = table;
  drive.intervalCount = intervalCount;
  drive.intervals = intervals;
  rewindDrive(drive, start);
  return pointer;
}

// @ts-ignore: decorator
@inline
function intervalAt(drive: Drive, k: i32): Interval {
  return changetype<Interval>(drive.intervals + <usize>k * offsetof<Interval>());
}

/** The next jump from the present interval on, and a time before it. */
function findUpper(drive: Drive): void {
  let k = drive.interval;
  while (k < drive.intervalCount - 1 && intervalAt(drive, k).hard == 0) k++;
  drive.upper = intervalAt(drive, k).end;
  drive.inside = drive.lower + 0.5 * (drive.upper - drive.lower);
}

/** Back to the interval that begins at `start`, the first. */
export function rewindDrive(drive: Drive, start: f64): void {
  drive.interval = 0;
  drive.time = NaN;
  drive.lower = start;
  findUpper(drive);
}

/** Moves to the interval in which a step from time t lies; whether a jump was passed. */
export function enterInterval(drive: Drive, t: f64): bool {
  let jumped = false;
  while (drive.interval < drive.intervalCount - 1 && t >= intervalAt(drive, drive.interval).end) {
    jumped = jumped || intervalAt(drive, drive.interval).hard != 0;
    drive.interval++;
  }
  if (!jumped) return false;
  drive.lower = t;
  findUpper(drive);
  return true;
}

/** The longest step, h at most, from time t: one no longer than is allowed anywhere it leads. */
export function longestStep(drive: Drive, t: f64, h: f64): f64 {
  let k = drive.interval;
  h = min(h, intervalAt(drive, k).limit);
  let end = intervalAt(drive, k).end;
  while (t + h > end && k < drive.intervalCount - 1) {
    k++;
    h = min(h, max(end - t, intervalAt(drive, k).limit));
    end = intervalAt(drive, k).end;
  }
  return h;
}

/** The number before x: what jumps at x has not jumped yet. */
function before(x: f64): f64 {
  if (x == 0) return -f64.MIN_VALUE;
  return reinterpret<f64>(reinterpret<i64>(x) + (x > 0 ? -1 : 1));
}

/** The tables are those of time t from now on. */
export function driveTo(drive: Drive, t: f64): void {
  const inside = drive.inside;
  if (t == drive.time && inside == drive.timeInside) return;
  drive.time = t;
  drive.timeInside = inside;
  const values = drive.values;
  const between = t >= drive.upper ? before(drive.upper) : max(t, drive.lower);
  evaluateCoefficients(drive.table, drive.count, between, inside, values);
  writeTargets(drive);
}

/** The tables are those of the mean of two times between jumps, with weights whose sum is 1; for what is linear in coefficients. */
export function driveToMean(drive: Drive, t: f64, weight: f64, u: f64, other: f64): void {
  const values = drive.values;
  const count = drive.count;
  drive.time = NaN;
  evaluateCoefficients(drive.table, count, u, drive.inside, values);
  memory.copy(drive.others, values, (<usize>count) << 3);
  evaluateCoefficients(drive.table, count, t, drive.inside, values);
  for (let k: usize = 0; k < (<usize>count) << 3; k += 8) {
    store<f64>(values + k, weight * load<f64>(values + k) + other * load<f64>(drive.others + k));
  }
  writeTargets(drive);
}

function writeTargets(drive: Drive): void {
  const values = drive.values;
  const addresses = drive.addresses;
  const bases = drive.bases;
  const entries = drive.entries;
  const weights = drive.weights;
  let at = 0;
  for (let k = 0, stop = drive.targetCount; k < stop; k++) {
    let sum = load<f64>(bases + ((<usize>k) << 3));
    for (const end = load<i32>(drive.starts + ((<usize>k) << 2), 4); at < end; at++) {
      const entry = <usize>load<i32>(entries + ((<usize>at) << 2));
      sum += load<f64>(weights + ((<usize>at) << 3)) * load<f64>(values + (entry << 3));
    }
    store<f64>(load<u32>(addresses + ((<usize>k) << 2)), sum);
  }
}
