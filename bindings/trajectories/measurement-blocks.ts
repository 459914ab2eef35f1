/**
 * Continuous measurements in blocks: what one worker computes.
 * @module
 */
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import { addProjector, BLOCK, Moments } from "./average.ts";
import type { MeasurementOptions, MeasurementRecord } from "./measurement-options.ts";
import { type MeasurementTask, type Measuring, prepareMeasurement } from "./measurement-prepare.ts";
import { withMeasurements } from "./measurement-runner.ts";

/** Some trajectories, from number `first` on, as plain arrays. */
export interface MeasurementBlock {
  readonly first: number;
  /** As in {@link Moments}. */
  readonly count: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  /** Sums of the density matrices at the output times, row-major and interleaved; where states are wanted. */
  readonly sums: readonly Float64Array[];
  /** Of each trajectory: of each channel. */
  readonly currents: readonly (readonly Float64Array[])[];
  /** Of each trajectory, where they are wanted. */
  readonly records: readonly MeasurementRecord[];
  readonly values: readonly Float64Array[];
  readonly states: readonly (readonly Float64Array[])[];
}

/**
 * Blocks `from` … `to - 1` of a task, one after another.
 * @param each is called after every trajectory, with how many of them there have been
 */
export function runMeasurements(
  task: MeasurementTask,
  from: number,
  to: number,
  visit: (block: MeasurementBlock) => void,
  each?: (count: number) => void,
): void {
  const { times, steps, dims, functionals, channels, first, ntraj, pure, storeStates, keepRuns, keepRecords } = task;
  const d = dims.reduce((a, b) => a * b, 1);
  withMeasurements(task, channels, (run) => {
    let done = 0;
    for (let block = from; block < to; block++) {
      const moments = new Moments(2 * functionals.length * times.length);
      const sums = storeStates ? Array.from(times, () => new Float64Array(2 * d * d)) : [];
      const currents: Float64Array[][] = [];
      const records: MeasurementRecord[] = [];
      const kept: Float64Array[] = [];
      const keptStates: (readonly Float64Array[])[] = [];
      for (let k = block * BLOCK; k < Math.min(ntraj, (block + 1) * BLOCK); k++) {
        const { values, states, increments, integrals } = run(first + k);
        moments.add(values);
        sums.forEach((sum, t) => {
          if (pure) addProjector(sum, states[t]!);
          else for (let i = 0; i < sum.length; i++) sum[i]! += states[t]![i]!;
        });
        currents.push(increments.map((series) => currentOf(series, times, steps)));
        if (keepRecords) records.push({ increments, integrals });
        if (keepRuns) kept.push(values);
        if (keepRuns && storeStates) keptStates.push(states);
        each?.(++done);
      }
      const { count, mean, squares } = moments;
      const number = first + block * BLOCK;
      visit({ first: number, count, mean, squares, sums, currents, records, values: kept, states: keptStates });
    }
  });
}

/** Blocks `range[0]` … `range[1] - 1` of what a call computes, for a worker of a pool. */
export function measurementShare(
  where: Measuring,
  H: Operator,
  state: Ket | Operator,
  tlist: ArrayLike<number>,
  range: readonly [number, number],
  options: MeasurementOptions,
): MeasurementBlock[] {
  const blocks: MeasurementBlock[] = [];
  runMeasurements(prepareMeasurement(where, H, state, tlist, options), ...range, (block) => blocks.push(block));
  return blocks;
}

function currentOf(increments: Float64Array, times: Float64Array, steps: Int32Array): Float64Array {
  let at = 0;
  return Float64Array.from({ length: times.length - 1 }, (_, k) => {
    let sum = 0;
    for (const stop = at + steps[k + 1]!; at < stop; at++) sum += increments[at]!;
    return sum / (times[k + 1]! - times[k]!);
  });
}
