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
import { createRows, Target, writeFunctionals } from "./observe";
import { propagate, propagatorBytes, propagatorCost } from "./propagator";
import { areFinite, formProducts, gather, integerAt, Products, ROW, rowAt, setGather } from "./rows";
import { adaptive, classical, createTableau, rungeKuttaBytes } from "./rungekutta";
import { series, SERIES_NORM, seriesBytes, USUAL_TERMS } from "./series";


@unmanaged
export class Batch {
  /** Entries of the operators, real and imaginary rows of all systems in turn, and bytes from one row to the next. */
  entries: usize;
  entryCount: i32;
  stride: usize;
  products: Products;
  /** Of the present group: its systems, rows of the entries, and the values of the sums of products. */
  systems: usize;
  own: usize;
  sums: usize;
  /** The systems of every group, one after another; -1 where there is none. Their classes by norm, and how many of each there are. */
  order: usize;
  classes: usize;
  counts: usize;
  times: usize;
  timeCount: i32;
  /** How far all output times are apart; 0 when they are not equally. */
  interval: f64;
  /** Intervals that differ. */
  intervals: f64;
  functionals: i32;
  target: Target;
  /** For functionals of single vectors. */
  rows: Target;
  /** Where the results of system 0 begin. */
  at: usize;
  /** Coordinates of the states at the end, rows of all systems, `stride` bytes apart; 0 when they are not wanted. */
  last: usize;
  /** A STATUS of every system, and by how much rounding may have moved modes that do not decay. */
  status: usize;
  rounding: usize;
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
  entryCount: i32,
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
  const rows = createRows();
  if (pointer == 0 || products == 0 || target == 0 || rows == 0) return 0;
  const b = changetype<Batch>(pointer);
  b.entries = entries;
  b.stride = stride;
  b.products = changetype<Products>(products);
  b.target = changetype<Target>(target);
  b.rows = changetype<Target>(rows);
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
  b.entryCount = entryCount;
  b.own = arenaAllocate(<usize>entryCount * 2 * ROW + 8);
  b.counts = arenaAllocate((<usize>CLASSES + 1) << 2);
  // As many classes as systems, at most, each with one group that is not full.
  b.order = arenaAllocate((stride >> 1) * <usize>BATCH_LANES);
  b.classes = arenaAllocate(stride >> 1);
  if (b.own == 0 || b.counts == 0 || b.order == 0 || b.classes == 0) return 0;
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
  rounding: usize,
): void {
  const b = changetype<Batch>(batch);
  const target = b.target;
  target.out = out;
  target.functional = functional;
  target.time = time;
  target.system = system;
  b.last = last;
  b.status = status;
  b.rounding = rounding;
}

/** A block of n coordinates, n even, after those that there are; 0 when memory does not suffice. @param first row of its coordinates in `last` */
export function addBatchBlock(
  batch: usize,
  n: i32,
  populations: i32,
  rowPointers: usize,
  columns: usize,
  first: i32,
): usize {
  assert((n & 1) == 0, "addBatchBlock: odd size");
  const b = changetype<Batch>(batch);
  const pointer = createBlock(n);
  if (pointer == 0) return 0;
  const k = changetype<Block>(pointer);
  k.populations = populations;
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

/** Evolves the first `count` systems from the first output time to the last. */
export function runBatch(batch: usize, scratch: usize, count: i32): void {
  const b = changetype<Batch>(batch);
  b.scratch = scratch;
  b.at = b.target.out;
  const isExact = b.method != BATCH_CLASSICAL && b.method != BATCH_ADAPTIVE;
  const groups = isExact ? sortByNorm(b, count) : keepOrder(b, count);
  for (let group = 0; group < groups; group++) {
    const systems = b.order + ((<usize>(group * BATCH_LANES)) << 2);
    const norm = isExact ? classNorm(integerAt(b.classes, load<i32>(systems))) : 0;
    runGroup(b, systems, norm);
  }
}

/**
 * Systems whose norms are about as large go together, with steps and squarings that follow from that class of norms: so results of a system are the
 * same, bit for bit, whatever else is computed. Norms of a class differ by less than a factor of 2^(1/4).
 */
const CLASSES_PER_OCTAVE: f64 = 4;
const LOWEST: i32 = -4096;
/** From LOWEST on; the last one is of norms that are not finite. */
const CLASSES: i32 = 8192;

function classOf(norm: f64): i32 {
  if (!isFinite(norm)) return CLASSES - 1;
  if (norm == 0) return 0;
  return max(1, min(CLASSES - 2, <i32>Math.ceil(CLASSES_PER_OCTAVE * Math.log2(norm)) - LOWEST));
}

/** The largest norm of a class. */
function classNorm(index: i32): f64 {
  if (index == 0) return 0;
  return index == CLASSES - 1 ? Infinity : Math.pow(2, <f64>(index + LOWEST) / CLASSES_PER_OCTAVE);
}

/** Groups of systems as they come; returns how many. */
function keepOrder(b: Batch, count: i32): i32 {
  const groups = (count + BATCH_LANES - 1) / BATCH_LANES;
  for (let k = 0; k < groups * BATCH_LANES; k++) store<i32>(b.order + ((<usize>k) << 2), k < count ? k : -1);
  return groups;
}

/** Groups of systems of one class each, in the order of classes; returns how many. */
function sortByNorm(b: Batch, count: i32): i32 {
  memory.fill(b.counts, 0, (<usize>CLASSES + 1) << 2);
  const groups = keepOrder(b, count);
  for (let group = 0; group < groups; group++) {
    loadGroup(b, b.order + ((<usize>(group * BATCH_LANES)) << 2));
    let low = f64x2.splat(0);
    let high = low;
    for (let pointer = b.block; pointer != 0; pointer = changetype<Block>(pointer).next) {
      const k = changetype<Block>(pointer);
      gather(k.elements, b.sums, ROW, k.generator);
      measure(k, b.scratch);
      low = f64x2.max(low, v128.load(k.norms));
      high = f64x2.max(high, v128.load(k.norms, 16));
    }
    v128.store(b.scratch, low);
    v128.store(b.scratch, high, 16);
    for (let lane = 0; lane < BATCH_LANES && group * BATCH_LANES + lane < count; lane++) {
      const index = classOf(load<f64>(b.scratch + ((<usize>lane) << 3)));
      store<i32>(b.classes + ((<usize>(group * BATCH_LANES + lane)) << 2), index);
      const counted = b.counts + ((<usize>index) << 2);
      store<i32>(counted, load<i32>(counted) + 1);
    }
  }
  // Where each class begins.
  let place = 0;
  for (let index = 0; index < CLASSES; index++) {
    const counted = b.counts + ((<usize>index) << 2);
    const size = load<i32>(counted);
    store<i32>(counted, place);
    place += ((size + BATCH_LANES - 1) / BATCH_LANES) * BATCH_LANES;
  }
  memory.fill(b.order, 0xff, (<usize>place) << 2);
  for (let k = 0; k < count; k++) {
    const counted = b.counts + ((<usize>integerAt(b.classes, k)) << 2);
    const at = load<i32>(counted);
    store<i32>(counted, at + 1);
    store<i32>(b.order + ((<usize>at) << 2), k);
  }
  return place / BATCH_LANES;
}

/** The entries of a group, and the sums of their products. */
function loadGroup(b: Batch, systems: usize): void {
  let to = b.own;
  let from = b.entries;
  for (let row = 0; row < 2 * b.entryCount; row++, from += b.stride) {
    for (let lane = 0; lane < BATCH_LANES; lane++, to += 8) {
      const system = integerAt(systems, lane);
      store<f64>(to, system < 0 ? 0 : load<f64>(from + ((<usize>system) << 3)));
    }
  }
  formProducts(b.products, b.own, ROW, b.sums);
}

function runGroup(b: Batch, systems: usize, norm: f64): void {
  aim(b.target, systems);
  loadGroup(b, systems);
  b.systems = systems;
  for (let lane = 0; lane < b.target.lanes; lane++) {
    const system = integerAt(systems, lane);
    setStatus(b, system, STATUS_DONE);
    store<f64>(b.rounding + ((<usize>system) << 3), 0);
  }
  for (let pointer = b.block; pointer != 0; pointer = changetype<Block>(pointer).next) {
    const k = changetype<Block>(pointer);
    const isFirst = pointer == b.block;
    k.norm = norm;
    gather(k.elements, b.sums, ROW, k.generator);
    gather(k.initial, b.own, ROW, k.x);
    gather(k.functionalValues, b.own, ROW, k.coefficients);
    writeFunctionals(k, b.functionals, k.x, b.target, b.at, isFirst);
    finish(b, k, b.timeCount > 1 ? evolve(b, k, isFirst) : STATUS_RUNNING);
  }
}

/** Results go to those of the systems of a group. */
function aim(target: Target, systems: usize): void {
  target.lanes = 0;
  while (target.lanes < BATCH_LANES && integerAt(systems, target.lanes) >= 0) target.lanes++;
  target.first = <usize>integerAt(systems, 0) * target.system;
  target.second = target.lanes > 1 ? <usize>integerAt(systems, 1) * target.system : 0;
  target.third = target.lanes > 2 ? <usize>integerAt(systems, 2) * target.system : 0;
  target.fourth = target.lanes > 3 ? <usize>integerAt(systems, 3) * target.system : 0;
  target.areTogether =
    target.lanes == BATCH_LANES &&
    target.second == target.first + 8 &&
    target.third == target.first + 16 &&
    target.fourth == target.first + 24;
}

function setStatus(b: Batch, system: i32, status: i32): void {
  store<i32>(b.status + ((<usize>system) << 2), status);
}

function evolve(b: Batch, k: Block, isFirst: bool): i32 {
  if (b.method == BATCH_CLASSICAL) return classical(b, k, isFirst, b.scratch);
  if (b.method == BATCH_ADAPTIVE) return adaptive(b, k, isFirst, b.scratch);
  if (!isFinite(k.norm)) return STATUS_NON_FINITE;
  const bySeries =
    b.method == BATCH_SERIES || (b.method == BATCH_AUTO && seriesCost(b, k) < propagatorCost(b, k, b.intervals));
  if (bySeries) return series(b, k, isFirst, b.scratch);
  propagate(b, k, isFirst, b.scratch);
  return STATUS_RUNNING;
}

/** The length of the run. */
export function spanOf(b: Batch): f64 {
  return load<f64>(b.times + ((<usize>(b.timeCount - 1)) << 3)) - load<f64>(b.times);
}

/** Multiply-adds of `series`, a system. */
function seriesCost(b: Batch, k: Block): f64 {
  const steps = Math.ceil((spanOf(b) * k.norm) / SERIES_NORM);
  const functionals = <f64>integerAt(k.functionalStarts, b.functionals);
  const used = min(<f64>b.functionals, functionals);
  const nonzeros = <f64>integerAt(k.rowPointers, k.n);
  return USUAL_TERMS * (steps * (INDIRECT * (nonzeros + functionals) + <f64>k.n) + <f64>b.timeCount * used);
}

/** What an element reached through an index costs, in multiply-adds of dense matrices. */
const INDIRECT: f64 = 1.6;

/** The state at the end, and what became of the systems. */
function finish(b: Batch, k: Block, ended: i32): void {
  const finite = b.scratch;
  areFinite(k.n, k.x, finite);
  for (let lane = 0; lane < b.target.lanes; lane++) {
    const system = integerAt(b.systems, lane);
    if (ended != STATUS_RUNNING) setStatus(b, system, ended);
    else if (integerAt(finite, lane) == 0) setStatus(b, system, STATUS_NON_FINITE);
    if (b.last == 0) continue;
    let to = b.last + <usize>k.first * b.stride + ((<usize>system) << 3);
    for (let i = 0; i < k.n; i++, to += b.stride) store<f64>(to, load<f64>(rowAt(k.x, i) + ((<usize>lane) << 3)));
  }
}

/** Steps of Runge-Kutta methods, and applications of generators, of all groups so far. */
export function batchSteps(batch: usize): f64 {
  return changetype<Batch>(batch).steps;
}

export function batchApplications(batch: usize): f64 {
  return changetype<Batch>(batch).applications;
}
