/**
 * Many systems of one small dimension: their generators are assembled from the entries of their operators, and they evolve side by side, a group at
 * a time. Coordinates are real: diagonal elements of rho, then sqrt(2) times real and imaginary parts of those below it, so that norms are those
 * of Frobenius. Those that nothing couples make blocks.
 */
import {
  BATCH_ADAPTIVE,
  BATCH_AUTO,
  BATCH_CLASSICAL,
  BATCH_LANES,
  BATCH_PROPAGATOR,
  BATCH_SERIES,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
} from "../constants";
import { arenaAllocate } from "../memory";
import { Block, createBlock, measure } from "./block";
import { Target, writeFunctionals } from "./observe";
import { propagate, propagatorBytes, propagatorCost } from "./propagator";
import { areFinite, formProducts, gather, integerAt, Products, ROW, rowAt, setGather } from "./rows";
import { adaptive, classical, createTableau, rungeKuttaBytes } from "./rungekutta";
import { series, SERIES_NORM, seriesBytes, USUAL_TERMS } from "./series";


@unmanaged
export class Batch {
  /** Entries of the operators, real and imaginary rows of all systems in turn, and bytes from one row to the next. */
  entries: usize;
  stride: usize;
  products: Products;
  /** Their values for the present group. */
  sums: usize;
  times: usize;
  timeCount: i32;
  /** How far all output times are apart; 0 when they are not equally. */
  interval: f64;
  /** Intervals that differ. */
  intervals: f64;
  functionals: i32;
  target: Target;
  /** Where the results of the present group begin. */
  at: usize;
  /** Coordinates of the states at the end, rows of all systems, `stride` bytes apart; 0 when they are not wanted. */
  last: usize;
  /** A STATUS of every system. */
  status: usize;
  method: i32;
  rtol: f64;
  atol: f64;
  /** Of the classical method; the longest of the adaptive one, 0 for none. */
  step: f64;
  maxSteps: f64;
  tableau: usize;
  block: usize;
  scratch: usize;
  /** Steps, and applications of generators to vectors, of all groups. */
  steps: f64;
  applications: f64;
}

/** 0 when memory does not suffice. */
export function createBatch(
  entries: usize,
  stride: usize,
  times: usize,
  timeCount: i32,
  interval: f64,
  intervals: f64,
  functionals: i32,
  method: i32,
  rtol: f64,
  atol: f64,
  step: f64,
  maxSteps: f64,
): usize {
  const pointer = arenaAllocate(offsetof<Batch>());
  const products = arenaAllocate(offsetof<Products>());
  const target = arenaAllocate(offsetof<Target>());
  if (pointer == 0 || products == 0 || target == 0) return 0;
  const b = changetype<Batch>(pointer);
  b.entries = entries;
  b.stride = stride;
  b.products = changetype<Products>(products);
  b.target = changetype<Target>(target);
  b.times = times;
  b.timeCount = timeCount;
  b.interval = interval;
  b.intervals = intervals;
  b.functionals = functionals;
  b.method = method;
  b.rtol = rtol;
  b.atol = atol;
  b.step = step;
  b.maxSteps = maxSteps;
  b.tableau = createTableau();
  return b.tableau == 0 ? 0 : pointer;
}

/** Sums of products of entries that generators are made of; 0 when memory does not suffice. */
export function setBatchProducts(
  batch: usize,
  count: i32,
  starts: usize,
  first: usize,
  second: usize,
  factors: usize,
): bool {
  const b = changetype<Batch>(batch);
  const p = b.products;
  p.count = count;
  p.starts = starts;
  p.first = first;
  p.second = second;
  p.factors = factors;
  b.sums = arenaAllocate(<usize>count * 2 * ROW + 8);
  return b.sums != 0;
}

/** Where results go, all in bytes; `last` 0 where states at the end are not wanted. */
export function setBatchTarget(
  batch: usize,
  out: usize,
  functional: usize,
  time: usize,
  system: usize,
  last: usize,
  status: usize,
): void {
  const b = changetype<Batch>(batch);
  const target = b.target;
  target.out = out;
  target.functional = functional;
  target.time = time;
  target.system = system;
  b.last = last;
  b.status = status;
}

/** A block of n coordinates, n even, after those that there are; 0 when memory does not suffice. @param first row of its coordinates in `last` */
export function addBatchBlock(batch: usize, n: i32, rowPointers: usize, columns: usize, first: i32): usize {
  assert((n & 1) == 0, "addBatchBlock: odd size");
  const b = changetype<Batch>(batch);
  const pointer = createBlock(n);
  if (pointer == 0) return 0;
  const k = changetype<Block>(pointer);
  k.rowPointers = rowPointers;
  k.columns = columns;
  k.first = first;
  k.generator = arenaAllocate(<usize>integerAt(rowPointers, n) * ROW + 8);
  if (b.block == 0) {
    b.block = pointer;
  } else {
    let before = changetype<Block>(b.block);
    while (before.next != 0) before = changetype<Block>(before.next);
    before.next = pointer;
  }
  return k.generator == 0 ? 0 : pointer;
}

/** Elements of the generator: sources are rows of sums of products. */
export function setBatchElements(block: usize, starts: usize, sources: usize, factors: usize): void {
  const k = changetype<Block>(block);
  setGather(k.elements, integerAt(k.rowPointers, k.n), starts, sources, factors);
}

/** Coordinates at first: sources are rows of entries. */
export function setBatchInitial(block: usize, starts: usize, sources: usize, factors: usize): void {
  const k = changetype<Block>(block);
  setGather(k.initial, k.n, starts, sources, factors);
}

/** Functionals: those of number f are `rows[f]` to `rows[f + 1]`; sources are rows of entries. False when memory does not suffice. */
export function setBatchFunctionals(
  batch: usize,
  block: usize,
  rows: usize,
  columns: usize,
  starts: usize,
  sources: usize,
  factors: usize,
): bool {
  const k = changetype<Block>(block);
  const count = integerAt(rows, changetype<Batch>(batch).functionals);
  k.functionalStarts = rows;
  k.functionalColumns = columns;
  setGather(k.functionalValues, count, starts, sources, factors);
  k.coefficients = arenaAllocate(<usize>count * ROW + 8);
  return k.coefficients != 0;
}

/** Bytes of scratch that a block of n coordinates takes at most. */
export function batchScratch(method: i32, n: i32, functionals: i32, times: i32): usize {
  if (method == BATCH_CLASSICAL || method == BATCH_ADAPTIVE) return rungeKuttaBytes(n);
  return max(
    method == BATCH_SERIES ? <usize>n * ROW : propagatorBytes(n),
    method == BATCH_PROPAGATOR ? 0 : seriesBytes(n, functionals, times),
  );
}

/** Evolves groups `first` to `first + count` of systems from the first output time to the last. */
export function runBatch(batch: usize, scratch: usize, first: i32, count: i32): void {
  const b = changetype<Batch>(batch);
  b.scratch = scratch;
  for (let group = first; group < first + count; group++) runGroup(b, group);
}

function runGroup(b: Batch, group: i32): void {
  const entries = b.entries + <usize>group * ROW;
  const target = b.target;
  b.at = target.out + <usize>group * <usize>BATCH_LANES * target.system;
  const status = b.status + ((<usize>(group * BATCH_LANES)) << 2);
  for (let lane: usize = 0; lane < <usize>BATCH_LANES; lane++) store<i32>(status + (lane << 2), STATUS_DONE);
  formProducts(b.products, entries, b.stride, b.sums);
  for (let pointer = b.block; pointer != 0; pointer = changetype<Block>(pointer).next) {
    const k = changetype<Block>(pointer);
    const isFirst = pointer == b.block;
    gather(k.elements, b.sums, ROW, k.generator);
    gather(k.initial, entries, b.stride, k.x);
    gather(k.functionalValues, entries, b.stride, k.coefficients);
    writeFunctionals(k, b.functionals, k.x, target, b.at, isFirst);
    finish(b, k, group, status, b.timeCount > 1 ? evolve(b, k, isFirst) : STATUS_RUNNING);
  }
}

function evolve(b: Batch, k: Block, isFirst: bool): i32 {
  if (b.method == BATCH_CLASSICAL) return classical(b, k, isFirst, b.scratch);
  if (b.method == BATCH_ADAPTIVE) return adaptive(b, k, isFirst, b.scratch);
  measure(k, b.scratch);
  if (!isFinite(k.norm)) return STATUS_NON_FINITE;
  const bySeries =
    b.method == BATCH_SERIES || (b.method == BATCH_AUTO && seriesCost(b, k) < propagatorCost(b, k, b.intervals));
  if (bySeries) return series(b, k, isFirst, b.scratch);
  propagate(b, k, isFirst, b.scratch);
  return STATUS_RUNNING;
}

/** Multiply-adds of `series`, a system. */
function seriesCost(b: Batch, k: Block): f64 {
  const span = load<f64>(b.times + ((<usize>(b.timeCount - 1)) << 3)) - load<f64>(b.times);
  const steps = Math.ceil((span * k.norm) / SERIES_NORM);
  const functionals = <f64>integerAt(k.functionalStarts, b.functionals);
  const used = min(<f64>b.functionals, functionals);
  const nonzeros = <f64>integerAt(k.rowPointers, k.n);
  return USUAL_TERMS * (steps * (INDIRECT * (nonzeros + functionals) + <f64>k.n) + <f64>b.timeCount * used);
}

/** What an element reached through an index costs, in multiply-adds of dense matrices. */
const INDIRECT: f64 = 1.6;

/** The state at the end, and what became of the systems. */
function finish(b: Batch, k: Block, group: i32, status: usize, ended: i32): void {
  if (b.last != 0) {
    for (let i = 0; i < k.n; i++) {
      memory.copy(b.last + <usize>(k.first + i) * b.stride + <usize>group * ROW, rowAt(k.x, i), ROW);
    }
  }
  const finite = b.scratch;
  areFinite(k.n, k.x, finite);
  for (let lane: usize = 0; lane < <usize>BATCH_LANES; lane++) {
    const at = lane << 2;
    if (ended != STATUS_RUNNING) store<i32>(status + at, ended);
    else if (load<i32>(finite + at) == 0) store<i32>(status + at, STATUS_NON_FINITE);
  }
}

/** Steps of Runge-Kutta methods, and applications of generators, of all groups so far. */
export function batchSteps(batch: usize): f64 {
  return changetype<Batch>(batch).steps;
}

export function batchApplications(batch: usize): f64 {
  return changetype<Batch>(batch).applications;
}
