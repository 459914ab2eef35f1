/**
 * Continuous measurement. Whatever the state is, a ket or a density matrix, the unnormalised one obeys a linear equation driven by the record Y (Wiseman and Milburn, Quantum Measurement and Control, section 4.4):
 *   dx = A_0 x dt + sum_j A_j x dY_j,   dY_j = m_j dt + dW_j,   m_j = T(A_j x) / T(x),
 * T the trace; of a ket A_0 = -iH - ½ sum c†c, A_j = c_j; of a density matrix A_0 = L, A_j rho = sqrt(eta_j) (c_j rho + rho c_j†). A step is a polynomial in the A of Ito and Taylor's series (Kloeden and Platen, Numerical
 * Solution of Stochastic Differential Equations, section 10.4), and the state is divided by its trace after it.
 */
import { axpy, dot, norm, scale } from "../complex/vector";
import {
  REPLAY_NOISE,
  REPLAY_RECORD,
  SCHEME_EULER,
  SCHEME_TAYLOR,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
} from "../constants";
import { evaluate, Functionals, outputBytes } from "../integrators/observe";
import { arenaAllocate } from "../memory";
import { apply, Superoperator } from "../superoperator/superoperator";
import { Rouchon, rouchonStep } from "./rouchon";
import { beginStream, normal, Stream } from "./random";

/** Of a density matrix that is positive it is 1 at most; Euler's steps leave that now and then, by as much again, and come back. */
const LARGEST_NORM: f64 = 10;


@unmanaged
export class Diffusion {
  /** A SCHEME constant. */
  scheme: i32;
  /** Doubles of the state. */
  length: i32;
  drift: usize;
  /** Pointers to Superoperators. */
  channels: usize;
  channelCount: i32;
  /** Byte offsets (u32) of the populations of a density matrix; none: the state is a ket. */
  populationCount: i32;
  populations: usize;
  functionals: usize;
  /** Output times, and how many steps of one length lead to each from the one before. */
  timeCount: i32;
  times: usize;
  steps: usize;
  /** Functionals at every output time; states there, or 0. */
  values: usize;
  states: usize;
  /** For every step and channel an increment and its integral over the step: of Y, written, or read where `source` is REPLAY_RECORD; of W, read, where it is REPLAY_NOISE. */
  record: usize;
  source: i32;
  stream: usize;
  initial: usize;
  x: usize;
  next: usize;
  /** Vectors A_0 x; A_j x; A_j A_k x (j <= k); one to work with. */
  /** A Rouchon, and functionals that are m_j of its states; or 0. */
  rouchon: usize;
  meanFunctionals: usize;
  driftImage: usize;
  images: usize;
  pairs: usize;
  work: usize;
  /** m_j; dY_j; its integral; dW_j; that integral. */
  means: usize;
  increments: usize;
  integrals: usize;
  noises: usize;
  noiseIntegrals: usize;
  output: i32;
  /** Of the present interval; of all. */
  step: i32;
  taken: i32;
  status: i32;
}

/** 0 when memory does not suffice. */
export function createDiffusion(
  scheme: i32,
  drift: usize,
  channelCount: i32,
  channels: usize,
  populationCount: i32,
  populations: usize,
  functionals: usize,
  timeCount: i32,
  times: usize,
  steps: usize,
  values: usize,
  states: usize,
  record: usize,
  initial: usize,
): usize {
  const pointer = arenaAllocate(offsetof<Diffusion>());
  if (pointer == 0) return 0;
  const d = changetype<Diffusion>(pointer);
  d.scheme = scheme;
  d.drift = drift;
  d.channelCount = channelCount;
  d.channels = channels;
  d.populationCount = populationCount;
  d.populations = populations;
  d.functionals = functionals;
  d.timeCount = timeCount;
  d.times = times;
  d.steps = steps;
  d.values = values;
  d.states = states;
  d.record = record;
  d.initial = initial;
  d.length = changetype<Superoperator>(drift).length;
  const bytes = (<usize>d.length) << 3;
  const count = <usize>channelCount;
  const numbers = arenaAllocate(40 * count + 8);
  d.stream = arenaAllocate(offsetof<Stream>());
  const vectors = arenaAllocate(bytes * (4 + count + (count * (count + 1)) / 2));
  if (numbers == 0 || d.stream == 0 || vectors == 0) return 0;
  d.means = numbers;
  d.increments = numbers + 8 * count;
  d.integrals = numbers + 16 * count;
  d.noises = numbers + 24 * count;
  d.noiseIntegrals = numbers + 32 * count;
  d.x = vectors;
  d.next = vectors + bytes;
  d.driftImage = vectors + 2 * bytes;
  d.work = vectors + 3 * bytes;
  d.images = vectors + 4 * bytes;
  d.pairs = d.images + count * bytes;
  return pointer;
}

/** Vectors that `createDiffusion` allocates for so many channels. */
export function diffusionVectors(channelCount: i32): i32 {
  return 4 + channelCount + (channelCount * (channelCount + 1)) / 2;
}

/** Begins trajectory `index`. @param source a REPLAY constant, what is there to be followed; or 0 */
export function beginDiffusion(d: Diffusion, seedLow: u32, seedHigh: u32, index: f64, use: u32, source: i32): void {
  beginStream(changetype<Stream>(d.stream), seedLow, seedHigh, index, use);
  d.source = source;
  memory.copy(d.x, d.initial, (<usize>d.length) << 3);
  d.output = 0;
  d.step = 0;
  d.taken = 0;
  d.status = normalise(d, d.x) ? STATUS_RUNNING : STATUS_NON_FINITE;
  writeOutput(d);
}

/** Goes on for at most `budget` steps; returns a STATUS. */
export function advanceDiffusion(d: Diffusion, budget: i32): i32 {
  for (; d.status == STATUS_RUNNING && budget > 0; budget--) {
    if (d.output == d.timeCount) {
      d.status = STATUS_DONE;
      break;
    }
    const at = d.times + ((<usize>d.output) << 3);
    const steps = load<i32>(d.steps + ((<usize>d.output) << 2));
    takeStep(d, (load<f64>(at) - load<f64>(at - 8)) / <f64>steps);
    d.step++;
    d.taken++;
    if (d.step < steps) continue;
    d.step = 0;
    writeOutput(d);
  }
  if (d.status == STATUS_RUNNING && d.output == d.timeCount) d.status = STATUS_DONE;
  return d.status;
}

function writeOutput(d: Diffusion): void {
  const functionals = changetype<Functionals>(d.functionals);
  const bytes = (<usize>d.length) << 3;
  const values = d.values + <usize>d.output * outputBytes(functionals.count);
  evaluate(functionals, changetype<Superoperator>(d.drift), d.x, values);
  if (d.states != 0) memory.copy(d.states + <usize>d.output * bytes, d.x, bytes);
  d.output++;
}

// @ts-ignore: decorator
@inline
function number(list: usize, j: i32): f64 {
  return load<f64>(list + ((<usize>j) << 3));
}

// @ts-ignore: decorator
@inline
function setNumber(list: usize, j: i32, value: f64): void {
  store<f64>(list + ((<usize>j) << 3), value);
}

// @ts-ignore: decorator
@inline
function image(d: Diffusion, j: i32): usize {
  return d.images + <usize>j * ((<usize>d.length) << 3);
}

/** A_j A_k x, in either order. */
// @ts-ignore: decorator
@inline
function pair(d: Diffusion, j: i32, k: i32): usize {
  const low = min(j, k);
  const high = max(j, k);
  return d.pairs + <usize>((high * (high + 1)) / 2 + low) * ((<usize>d.length) << 3);
}

function applyChannel(d: Diffusion, j: i32, x: usize, out: usize): void {
  apply(changetype<Superoperator>(load<usize>(d.channels + ((<usize>j) << alignof<usize>()))), x, out);
}

function trace(d: Diffusion, x: usize): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < d.populationCount; k++) sum += load<f64>(x + load<u32>(d.populations + ((<usize>k) << 2)));
  return sum;
}

/** Divides by the trace, of a ket by the norm; false where that is no number above 0, or the state no density matrix by far. */
function normalise(d: Diffusion, x: usize): bool {
  const size = d.populationCount > 0 ? trace(d, x) : norm(x, d.length);
  if (!(size > 0 && isFinite(size))) return false;
  scale(x, 1 / size, d.length);
  // Coordinates are elements of one triangle, or of both: their squares add up to Tr rho² at most.
  return d.populationCount == 0 || norm(x, d.length) <= LARGEST_NORM;
}

function takeStep(d: Diffusion, h: f64): void {
  if (d.rouchon != 0) byRouchon(d, h);
  else bySeries(d, h);
  if (!normalise(d, d.next)) d.status = STATUS_NON_FINITE;
  const x = d.x;
  d.x = d.next;
  d.next = x;
}

function byRouchon(d: Diffusion, h: f64): void {
  if (d.source != REPLAY_RECORD) {
    // Real numbers in complex places.
    evaluate(changetype<Functionals>(d.meanFunctionals), changetype<Superoperator>(d.drift), d.x, d.work);
    for (let j = 0; j < d.channelCount; j++) setNumber(d.means, j, number(d.work, 2 * j));
    draw(d, h);
    for (let j = 0; j < d.channelCount; j++) remember(d, j);
  } else {
    recall(d);
  }
  rouchonStep(changetype<Rouchon>(d.rouchon), h, d.increments, d.x, d.next);
}

function bySeries(d: Diffusion, h: f64): void {
  const count = d.channelCount;
  const n = d.length;
  const ket = d.populationCount == 0;
  const pairs = d.scheme != SCHEME_EULER;
  const taylor = d.scheme == SCHEME_TAYLOR;
  const drift = changetype<Superoperator>(d.drift);
  apply(drift, d.x, d.driftImage);
  for (let j = 0; j < count; j++) {
    applyChannel(d, j, d.x, image(d, j));
    setNumber(d.means, j, ket ? 2 * dot(d.x, image(d, j), n) : trace(d, image(d, j)));
  }
  if (pairs)
    for (let j = 0; j < count; j++) for (let k = 0; k <= j; k++) applyChannel(d, k, image(d, j), pair(d, j, k));
  if (d.source == REPLAY_RECORD) recall(d);
  else draw(d, h);
  memory.copy(d.next, d.x, (<usize>n) << 3);
  axpy(d.next, h, d.driftImage, n);
  // A_j A_0 x tells how m_j drifts, and is needed for what comes after.
  if (taylor) {
    for (let j = 0; j < count; j++) {
      applyChannel(d, j, d.driftImage, d.work);
      if (d.source != REPLAY_RECORD) {
        addDrift(d, j, h);
        remember(d, j);
      }
      axpy(d.next, h * number(d.increments, j) - number(d.integrals, j), d.work, n);
      apply(drift, image(d, j), d.work);
      axpy(d.next, number(d.integrals, j), d.work, n);
    }
    apply(drift, d.driftImage, d.work);
    axpy(d.next, 0.5 * h * h, d.work, n);
  } else if (d.source != REPLAY_RECORD) {
    for (let j = 0; j < count; j++) remember(d, j);
  }
  for (let j = 0; j < count; j++) {
    const y = number(d.increments, j);
    axpy(d.next, y, image(d, j), n);
    if (!pairs) continue;
    for (let k = 0; k <= j; k++) {
      const z = number(d.increments, k);
      const second = j == k ? 0.5 * (y * y - h) : y * z;
      axpy(d.next, second, pair(d, j, k), n);
      if (!taylor) continue;
      for (let l = 0; l <= k; l++) {
        applyChannel(d, l, pair(d, j, k), d.work);
        axpy(d.next, third(h, j, k, l, y, z, number(d.increments, l)), d.work, n);
      }
    }
  }
}

/** The triple integral of dY_j dY_k dY_l, j >= k >= l, with all its orders: Hermite's polynomials. */
function third(h: f64, j: i32, k: i32, l: i32, y: f64, z: f64, w: f64): f64 {
  if (j == l) return (y * (y * y - 3 * h)) / 6;
  if (j == k) return 0.5 * (y * y - h) * w;
  if (k == l) return 0.5 * (z * z - h) * y;
  return y * z * w;
}

/** New increments: dW of variance h, and its integral over the step, of variance h³/3 and covariance h²/2 with it (Kloeden and Platen, section 10.4.3). */
function draw(d: Diffusion, h: f64): void {
  const stream = changetype<Stream>(d.stream);
  const root = Math.sqrt(h);
  for (let j = 0; j < d.channelCount; j++) {
    const first = normal(stream);
    // Drawn by every scheme, so that all of them follow one noise.
    const second = normal(stream);
    const given = d.source == REPLAY_NOISE;
    const noise = given ? load<f64>(recordAt(d, j)) : root * first;
    const integral = given ? load<f64>(recordAt(d, j), 8) : 0.5 * h * root * (first + second / Math.sqrt(3));
    setNumber(d.noises, j, noise);
    setNumber(d.noiseIntegrals, j, integral);
    setNumber(d.increments, j, noise + number(d.means, j) * h);
    setNumber(d.integrals, j, integral + 0.5 * number(d.means, j) * h * h);
  }
}

/**
 * What the change of m_j within the step adds to dY_j: its slope along the noise k times the integral of that, and its drift times h²/2. `work` is A_j A_0 x.
 */
function addDrift(d: Diffusion, j: i32, h: f64): void {
  const n = d.length;
  const ket = d.populationCount == 0;
  let drift = ket ? 2 * (dot(d.x, d.work, n) + dot(d.driftImage, image(d, j), n)) : trace(d, d.work);
  let sum: f64 = 0;
  for (let k = 0; k < d.channelCount; k++) {
    const both = pair(d, j, k);
    if (ket) drift += 2 * dot(image(d, k), both, n);
    const slope = ket ? 2 * (dot(d.x, both, n) + dot(image(d, k), image(d, j), n)) : trace(d, both);
    sum += (slope - number(d.means, j) * number(d.means, k)) * number(d.noiseIntegrals, k);
  }
  setNumber(d.increments, j, number(d.increments, j) + sum + 0.5 * h * h * drift);
}

// @ts-ignore: decorator
@inline
function recordAt(d: Diffusion, j: i32): usize {
  return d.record + ((<usize>(d.taken * d.channelCount + j)) << 4);
}

function remember(d: Diffusion, j: i32): void {
  if (d.source != 0) return;
  store<f64>(recordAt(d, j), number(d.increments, j));
  store<f64>(recordAt(d, j), number(d.integrals, j), 8);
}

function recall(d: Diffusion): void {
  for (let j = 0; j < d.channelCount; j++) {
    setNumber(d.increments, j, load<f64>(recordAt(d, j)));
    setNumber(d.integrals, j, load<f64>(recordAt(d, j), 8));
  }
}
