/**
 * A part of an evolution with one form and one integrator: copies the problem into the kernel, runs it in one call (or in slices, when
 * somebody watches), copies the results out.
 * @module
 */
import {
  FABER_STATES,
  FUNCTIONALS_QUADRATIC,
  STATUS_DONE,
  STATUS_NON_FINITE,
  STATUS_RUNNING,
} from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import type { Operator } from "../operators/operator.ts";
import { outputCost, type RunShape } from "../plan/cost.ts";
import type { Representation } from "../plan/representation.ts";
import type { Leak } from "../plan/window.ts";
import type { ResolvedOptions } from "./options.ts";
import { type RunStatistics, readStatistics } from "./statistics.ts";

/** `S`: what is evolved. */
export interface Segment<S extends { readonly size: number } = Operator> {
  readonly representation: Representation<S>;
  readonly method: string;
  /** On the levels that are kept: what is evolved side by side. */
  readonly states: readonly S[];
  /** Where it begins, then the output times still to come. */
  readonly times: Float64Array;
  /** Index of the first output time still to come, among all of them. */
  readonly first: number;
  readonly functionals: readonly Operator[];
  readonly shape: RunShape;
  readonly leak: Leak | undefined;
  /** See {@link Evolvable}. */
  readonly readsAt?: ((time: number) => boolean) | undefined;
  /** Bytes of one state as it is handed out, and how it is made from what was evolved side by side. */
  readonly stateBytes: number;
  readonly combine: (parts: readonly Float64Array[]) => Float64Array;
  /** Whether another method waits. */
  readonly yields: boolean;
  readonly options: ResolvedOptions;
  readonly where: string;
}

export interface SegmentEnd {
  readonly status: number;
  readonly statistics: RunStatistics;
  /** Output times written. */
  readonly outputs: number;
  readonly values: Float64Array;
  readonly states: Float64Array[];
  /** The Hermitian operators reached; none when they are not finite. */
  readonly parts: readonly Float64Array[];
}

/** Largest number of steps one call into the kernel takes when nobody watches: 2³¹ - 1. */
const ALL_STEPS = 0x7fffffff;
/** Tolerances from here on down have steps whose estimates can be relied upon. */
const CLOSE = 1e-5;
/** In the place of a state that nobody reads. */
const NOT_READ = new Float64Array(0);
/** Milliseconds between progress ticks, aimed at. */
const TICK = 100;

export function shapeOf<S>(
  representation: Representation<S>,
  copies: number,
  times: Float64Array,
  functionals: readonly Operator[],
  options: ResolvedOptions,
): RunShape {
  return {
    length: representation.length(getKernel()) * copies,
    outputs: times.length,
    functionals: functionals.length,
    functionalTerms: functionals.reduce((sum, o) => sum + o.nnz, 0),
    storeStates: options.storeStates,
  };
}

/** What to call an evolution, in messages. */
function nameOf(levels: number, stored: number): string {
  return `an evolution of ${levels} levels${stored > 0 ? ` with ${stored} stored states` : ""}`;
}

/** Kernel memory of a segment in bytes, and what to call it. */
export function segmentBytes<S extends { readonly size: number }>({
  representation,
  method,
  states,
  shape,
  times,
  options,
  stateBytes,
}: Segment<S>): { bytes: number; what: string } {
  const kernel = getKernel();
  const length = representation.length(kernel);
  const stored = options.storeStates ? times.length : 0;
  const work = kernel.functions.evolutionBytes(
    kernel.methods.indexOf(method),
    length,
    states.length,
    shape.functionals,
  );
  const outputs = times.length * (16 * shape.functionals + 8);
  // Handed out as whole matrices, whatever they take in the kernel.
  const state = Math.max(8 * shape.length + 64, stateBytes);
  const quadratic = representation.functionals === FUNCTIONALS_QUADRATIC;
  // A series forms states of its own where functionals need them.
  const formed = quadratic && stored === 0 ? 8 * FABER_STATES * shape.length + 64 : 0;
  return {
    bytes: Math.ceil(
      representation.bytes(kernel) +
        8 * shape.length +
        state * stored +
        formed +
        work +
        outputs +
        (quadratic ? 96 : 40) * shape.functionalTerms +
        65536,
    ),
    what: nameOf(states[0]!.size, stored),
  };
}

/**
 * Runs a segment in the open frame.
 * @param allTimes output times of the whole evolution, for the progress
 * @throws {@link TooLargeError} when the engine grants less memory than {@link segmentBytes} counted on; the reason of an aborted
 * signal
 */
export function runSegment<S extends { readonly size: number }>(
  kernel: Kernel,
  segment: Segment<S>,
  allTimes: Float64Array,
  before: RunStatistics,
): SegmentEnd {
  const { representation, functionals, options, times, where } = segment;
  const { bytes, what } = segmentBytes(segment);
  kernel.require(bytes, what);
  const copies = segment.states.length;
  const length = representation.length(kernel);
  const superoperator = representation.put(kernel, copies, what);
  const y = kernel.allocate(8 * length * copies, what);
  segment.states.forEach((state, k) => {
    representation.write(kernel, state, y + 8 * length * k);
  });
  const timesAt = kernel.putDoubles(times, what);
  const functionalsAt = putFunctionals(kernel, representation, functionals, what);
  const values = kernel.allocate(16 * times.length * functionals.length + 8, what);
  const states = options.storeStates ? kernel.allocate(8 * length * copies * times.length, what) : 0;
  const evolution =
    kernel.functions.createEvolution(
      superoperator,
      kernel.methods.indexOf(segment.method),
      y,
      timesAt,
      times.length,
      functionalsAt,
      values,
      states,
      options.rtol,
      options.atol,
      (segment.method === "rk4" ? options.dt : options.maxStep) ?? 0,
      options.maxSteps - before.steps - before.rejected,
      // What was asked for by name controls the error of a step; auto promises that of the run.
      options.method === "auto" ? stepShare(representation.smooth === true, options.rtol) : 0,
      outputCost(representation.cost, segment.shape),
      segment.yields ? 1 : 0,
    ) >>> 0;
  if (evolution === 0) kernel.allocate(bytes, what);
  if (segment.leak) putWatch(kernel, evolution, segment, segment.leak, what);
  const status = advance(kernel, evolution, options, allTimes, before);
  const statistics = readStatistics(kernel, evolution);
  // The first output of a later segment is where it began.
  const skip = times[0] === allTimes[segment.first] ? 0 : 1;
  const outputs = statistics.outputs - skip;
  const width = 16 * functionals.length;
  const { doubles } = kernel;
  const read = (pointer: number, name: string) =>
    Array.from({ length: copies }, (_, k) =>
      representation.read(kernel, pointer + 8 * length * k, `${where}: ${name}`),
    );
  const state = kernel.functions.evolutionState(evolution) >>> 0;
  return {
    status,
    statistics,
    outputs,
    values: doubles.slice((values + skip * width) / 8, (values + statistics.outputs * width) / 8),
    states: Array.from({ length: states === 0 ? 0 : outputs }, (_, k) =>
      segment.readsAt?.(times[k + skip]!) === false
        ? NOT_READ
        : segment.combine(read(states + 8 * length * copies * (k + skip), "state")),
    ),
    parts: status === STATUS_NON_FINITE ? [] : read(state, "final state"),
  };
}

/**
 * What the estimate of a single step may be, relative to the tolerance of the run. Estimates tell the most where steps are short beside all
 * that the generator does: of the host's functions nobody knows the kinks, and loose tolerances allow steps of few digits. Where the larger
 * share holds it left the error below half of the tolerance of the run, in some four hundred random driven runs at each of 1e-5 to 1e-9.
 */
function stepShare(smooth: boolean, rtol: number): number {
  return smooth && rtol <= CLOSE ? 0.1 : 0.02;
}

/** Runs to the end, to a failure, or until the signal aborts; returns the kernel's STATUS. */
function advance(
  kernel: Kernel,
  evolution: number,
  { signal, onProgress }: ResolvedOptions,
  times: Float64Array,
  before: RunStatistics,
): number {
  const start = times[0]!;
  const end = times.at(-1)!;
  // The call is synchronous: unless somebody is told of its progress, nobody can abort it.
  let budget = onProgress ? 16 : ALL_STEPS;
  let status: number = STATUS_RUNNING;
  while (status === STATUS_RUNNING) {
    const began = performance.now();
    status = kernel.functions.evolutionAdvance(evolution, budget);
    if (!onProgress || (status !== STATUS_RUNNING && status !== STATUS_DONE)) continue;
    const elapsed = Math.max(performance.now() - began, 0.1);
    budget = Math.max(1, Math.min(ALL_STEPS, Math.round((budget * TICK) / elapsed)));
    const time = kernel.functions.evolutionTime(evolution);
    onProgress({
      time,
      fraction: end === start ? 1 : (time - start) / (end - start),
      steps: before.steps + readStatistics(kernel, evolution).steps,
    });
    if (status === STATUS_RUNNING) signal?.throwIfAborted();
  }
  return status;
}

/** A table of functionals, in the open frame. */
export function putFunctionals<S>(
  kernel: Kernel,
  representation: Representation<S>,
  operators: readonly Operator[],
  what: string,
): number {
  const tables = operators.map((operator) => representation.terms(kernel, operator));
  const starts = [0];
  for (const { coefficients } of tables) starts.push(starts.at(-1)! + coefficients.length / 2);
  // Operators may have millions of elements.
  const offsets = joined(tables.map((table) => table.offsets));
  const coefficients = joined(tables.map((table) => table.coefficients));
  const pointer = kernel.functions.createFunctionals(
    operators.length,
    kernel.putIntegers(starts, what),
    kernel.putIntegers(offsets, what),
    kernel.putDoubles(coefficients, what),
  );
  if (pointer === 0) kernel.allocate(4 * starts.length, what);
  if (representation.functionals !== undefined)
    kernel.functions.setFunctionalsKind(pointer, representation.functionals);
  return pointer >>> 0;
}

/** All numbers, one array after another. */
export function joined(arrays: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

function putWatch<S extends { readonly size: number }>(
  kernel: Kernel,
  evolution: number,
  segment: Segment<S>,
  leak: Leak,
  what: string,
): void {
  const { representation, states } = segment;
  const bytes = 8 * representation.length(kernel);
  const starts = [0];
  const offsets: number[] = [];
  const squares: number[] = [];
  for (const level of leak.levels) {
    const row = representation.row(kernel, level);
    for (let copy = 0; copy < states.length; copy++) {
      for (const offset of row.offsets) offsets.push(offset + copy * bytes);
      squares.push(...row.squares);
    }
    starts.push(offsets.length);
  }
  const watching = kernel.functions.watchRows(
    evolution,
    leak.levels.length,
    kernel.putIntegers(starts, what),
    kernel.putIntegers(offsets, what),
    kernel.putDoubles(squares, what),
    kernel.putDoubles(leak.weights, what),
    leak.limit,
  );
  if (watching === 0) kernel.allocate(16 * offsets.length, what);
}

/** P + iQ */
export function combineParts([P, Q]: readonly Float64Array[]): Float64Array {
  if (!P) return new Float64Array(0);
  if (!Q) return P;
  return P.map((value, k) => value + (k % 2 === 0 ? -Q[k + 1]! : Q[k - 1]!));
}
