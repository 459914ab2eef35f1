/**
 * What a generator conserves: sums of populations, the trace or the weights of sectors that nothing couples. Rounding moves an eigenvalue that
 * should vanish by some 1e-16 of the norm, and repeated squaring makes an exponent of it; so the sums are put right after each squaring.
 */
import { arenaAllocate } from "../memory";

/** What rounding leaves of a trace of modes that are gone, for each coordinate. */
export const MODE_ROUNDING: f64 = 1e-14;
/** Sum of exponentials below which modes end within an interval. */
const DECAYED: f64 = 0.1;


@unmanaged
export class Conserved {
  /** How many sums there are. */
  count: i32;
  /** i32, of each coordinate: to which sum it belongs, or -1. */
  labels: usize;
  /** Doubles, two for each sum. */
  sums: usize;
  /** How many modes are neither conserved sums nor single coordinates that nothing changes; -1: not known. */
  modes: i32;
  /** Of the last exponential: what such modes had left, as a sum of exponentials, at least, and at which time. */
  surviving: f64;
  watched: f64;
}

/** Bytes that `findConserved` allocates at most, for `n` coordinates. */
export function conservedBytes(n: f64): f64 {
  return n * 24 + 256;
}

/**
 * The conserved sums of a generator, whose transpose is given by rows `stride` bytes apart.
 * @param populations i32, 1 for each coordinate that is a population; 0: none is known
 * @param norm of the generator
 * @returns 0 when memory does not suffice
 */
export function findConserved(n: i32, transpose: usize, stride: usize, populations: usize, norm: f64): usize {
  const pointer = arenaAllocate(offsetof<Conserved>());
  if (pointer == 0) return 0;
  const c = changetype<Conserved>(pointer);
  c.count = 0;
  c.modes = -1;
  c.surviving = 0;
  c.watched = 0;
  if (populations == 0) return pointer;
  c.labels = arenaAllocate((<usize>n) << 2);
  c.sums = arenaAllocate((<usize>n) << 4);
  if (c.labels == 0 || c.sums == 0) return 0;
  label(c, n, transpose, stride, populations);
  // A sum that is not conserved, because levels are left out, belongs to nothing.
  const most = <f64>n * f64.EPSILON * norm;
  for (let i = 0; i < n; i++) {
    addUp(c, n, transpose + <usize>i * stride);
    for (let j = 0; j < n; j++) {
      const at = c.labels + ((<usize>j) << 2);
      const sum = load<i32>(at);
      if (sum >= 0 && !(Math.abs(load<f64>(c.sums + ((<usize>sum) << 4))) <= most)) store<i32>(at, -1);
    }
  }
  countModes(c, n, transpose, stride);
  return pointer;
}

/** Coordinates less sums, of those that change or change others: what is left of them in the trace of a propagator does not decay. */
function countModes(c: Conserved, n: i32, transpose: usize, stride: usize): void {
  memory.fill(c.sums, 0, (<usize>n) << 4);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (load<f64>(transpose + <usize>i * stride + ((<usize>j) << 3)) == 0) continue;
      store<f64>(c.sums + ((<usize>i) << 4), 1);
      store<f64>(c.sums + ((<usize>j) << 4), 1);
    }
  }
  c.modes = 0;
  for (let j = 0; j < n; j++) {
    if (load<f64>(c.sums + ((<usize>j) << 4)) == 0) continue;
    c.modes++;
    const sum = load<i32>(c.labels + ((<usize>j) << 2));
    if (sum < 0 || load<f64>(c.sums + ((<usize>sum) << 4), 8) != 0) continue;
    store<f64>(c.sums + ((<usize>sum) << 4), 1, 8);
    c.modes--;
  }
}

/**
 * Notes the sum of the exponentials of all eigenvalues but those of conserved sums: 0 where it is not known, or rounding. Where they turn it may vanish though
 * they live: of m numbers the squares add up to no less than the square of their sum over m, which is what was there half of the time before.
 * @param e exp(tL) - 1
 * @param halfway whether what was noted last is of t/2
 */
export function watchModes(c: Conserved, n: i32, e: usize, stride: usize, t: f64, halfway: bool): void {
  const least = halfway && c.modes > 0 ? (c.surviving * c.surviving) / <f64>c.modes : 0;
  c.watched = t;
  c.surviving = 0;
  if (c.modes < 0) return;
  let sum = <f64>c.modes;
  for (let i = 0; i < n; i++) sum += load<f64>(e + <usize>i * (stride + 8));
  c.surviving = Math.max(least, Math.abs(sum) > <f64>n * MODE_ROUNDING ? Math.abs(sum) : 0);
}

/** By how much rounding of eigenvalues may move what is left at the end of a span: of modes that decay, next to nothing. */
export function roundingOf(norm: f64, surviving: f64, watched: f64, span: f64): f64 {
  return f64.EPSILON * norm * (surviving < DECAYED ? surviving * watched : span);
}

/** Coordinates that are coupled, however indirectly, get one label. */
function label(c: Conserved, n: i32, transpose: usize, stride: usize, populations: usize): void {
  // A forest: each coordinate points to one that it is coupled to, or is a root and points to itself.
  const parents = c.labels;
  for (let i = 0; i < n; i++) store<i32>(parents + ((<usize>i) << 2), i);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (load<f64>(transpose + <usize>i * stride + ((<usize>j) << 3)) == 0) continue;
      const a = rootOf(parents, i);
      const b = rootOf(parents, j);
      // The smallest is the root: labels are made in its order.
      store<i32>(parents + ((<usize>max(a, b)) << 2), min(a, b));
    }
  }
  for (let i = 0; i < n; i++) store<i32>(parents + ((<usize>i) << 2), rootOf(parents, i));
  c.count = n;
  for (let i = 0; i < n; i++) {
    if (load<i32>(populations + ((<usize>i) << 2)) == 0) store<i32>(c.labels + ((<usize>i) << 2), -1);
  }
}

function rootOf(parents: usize, i: i32): i32 {
  let parent = load<i32>(parents + ((<usize>i) << 2));
  while (parent != i) {
    // Paths are halved as they are gone.
    const next = load<i32>(parents + ((<usize>parent) << 2));
    store<i32>(parents + ((<usize>i) << 2), next);
    i = next;
    parent = load<i32>(parents + ((<usize>i) << 2));
  }
  return i;
}

/** The sums of a row, and those of its magnitudes. */
function addUp(c: Conserved, n: i32, row: usize): void {
  memory.fill(c.sums, 0, (<usize>c.count) << 4);
  for (let j = 0; j < n; j++) {
    const sum = load<i32>(c.labels + ((<usize>j) << 2));
    if (sum < 0) continue;
    const value = load<f64>(row + ((<usize>j) << 3));
    const at = c.sums + ((<usize>sum) << 4);
    store<f64>(at, load<f64>(at) + value);
    store<f64>(at, load<f64>(at, 8) + Math.abs(value), 8);
  }
}

/** Makes the conserved sums of each row vanish, by shares of the size of its elements: what is small keeps its digits. @param rows of exp(tL) - 1, transposed */
export function restore(c: Conserved, n: i32, rows: usize, stride: usize): void {
  if (c.count == 0) return;
  const end = rows + <usize>n * stride;
  for (let row = rows; row != end; row += stride) {
    addUp(c, n, row);
    for (let j = 0; j < n; j++) {
      const sum = load<i32>(c.labels + ((<usize>j) << 2));
      if (sum < 0) continue;
      const at = c.sums + ((<usize>sum) << 4);
      const excess = load<f64>(at);
      if (excess == 0) continue;
      const place = row + ((<usize>j) << 3);
      const value = load<f64>(place);
      store<f64>(place, value - (excess / load<f64>(at, 8)) * Math.abs(value));
    }
  }
}
