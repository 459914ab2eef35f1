/**
 * Continuous measurements in the kernel, one at a time.
 * @module
 */
import { REPLAY_NOISE, REPLAY_RECORD, STATUS_DONE, STATUS_RUNNING } from "../../assembly/constants.ts";
import { NonFiniteError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import { turn } from "../plan/ket.ts";
import { putFunctionals } from "../solvers/segment.ts";
import type { MeasurementRecord } from "./measurement-options.ts";
import type { MeasurementPlan } from "./measurement-plan.ts";
import { halves } from "./runner.ts";

/** Steps of one call. */
const BUDGET = 2 ** 24;

/** A record, or a noise, that was given. */
export type Followed = MeasurementRecord<ArrayLike<number>>;

export interface MeasurementProblem {
  readonly plan: MeasurementPlan;
  /** A SCHEME constant. */
  readonly scheme: number;
  readonly initial: Ket | Operator;
  readonly times: Float64Array;
  /** That lead to each output time from the one before. */
  readonly steps: Int32Array;
  readonly functionals: readonly Operator[];
  readonly seed: number;
  readonly storeStates: boolean;
  readonly record: Followed | undefined;
  /** Instead of a record: increments of W, and their integrals. */
  readonly noise?: Followed | undefined;
  readonly where: string;
}

/** What one measurement was. */
export interface Measurement {
  readonly values: Float64Array;
  readonly states: readonly Float64Array[];
  /** Of each channel, one a step. */
  readonly increments: readonly Float64Array[];
  readonly integrals: readonly Float64Array[];
}

/**
 * What `use` makes of trajectories, given by their number.
 * @throws {@link TooLargeError}, {@link NonFiniteError}
 */
export function withMeasurements<T>(
  problem: MeasurementProblem,
  channels: number,
  use: (run: (index: number) => Measurement) => T,
): T {
  return getKernel().frame((kernel) => use(put(kernel, problem, channels)));
}

function put(kernel: Kernel, problem: MeasurementProblem, count: number): (index: number) => Measurement {
  const { plan, scheme, initial, times, steps, functionals, seed, storeStates, record, noise, where } = problem;
  const followed = record ?? noise;
  const source = record ? REPLAY_RECORD : noise ? REPLAY_NOISE : 0;
  const { representation, length, energy = 0 } = plan;
  const { functions } = kernel;
  const total = steps.reduce((sum, n) => sum + n, 0);
  const what = `a measurement of ${initial.size} levels in ${total} steps`;
  const terms = functionals.reduce((sum, { nnz }) => sum + nnz, 0);
  const vectors = functions.diffusionVectors(count) + 1 + (storeStates ? times.length : 0);
  kernel.require(
    plan.bytes +
      8 * length * vectors +
      16 * count * total +
      times.length * (16 * functionals.length + 16) +
      96 * terms +
      65536,
    what,
  );
  const parts = plan.put(kernel, what);
  const start = kernel.allocate(8 * length, what);
  representation.write(kernel, initial, start);
  const values = kernel.allocate(16 * times.length * functionals.length + 8, what);
  const states = storeStates ? kernel.allocate(8 * length * times.length, what) : 0;
  const recordAt = kernel.allocate(16 * count * total + 8, what);
  const list = (numbers: readonly number[]) =>
    kernel.putIntegers(
      numbers.map((x) => x | 0),
      what,
    );
  const diffusion =
    functions.createDiffusion(
      scheme,
      parts.drift,
      count,
      list(parts.channels),
      parts.populations.length,
      list(parts.populations),
      putFunctionals(kernel, representation, functionals, what),
      times.length,
      kernel.putDoubles(times, what),
      kernel.putIntegers(steps, what),
      values,
      states,
      recordAt,
      start,
    ) >>> 0;
  if (diffusion === 0) kernel.allocate(8 * length * vectors, what);
  if (parts.rouchon) functions.diffusionRouchon(diffusion, parts.rouchon.pointer, parts.rouchon.means);
  if (followed) {
    const { doubles } = kernel;
    followed.increments.forEach((series, j) => {
      const integrals = followed.integrals?.[j];
      let step = 0;
      for (let k = 1; k < times.length; k++) {
        const h = (times[k]! - times[k - 1]!) / steps[k]!;
        for (let n = 0; n < steps[k]!; n++, step++) {
          const at = recordAt / 8 + 2 * (count * step + j);
          doubles[at] = series[step]!;
          doubles[at + 1] = integrals ? integrals[step]! : 0.5 * h * series[step]!;
        }
      }
    });
  }
  const [low, high] = halves(seed);
  return (index) => {
    functions.diffusionBegin(diffusion, low, high, index, 0, source);
    let status: number = STATUS_RUNNING;
    while (status === STATUS_RUNNING) status = functions.diffusionAdvance(diffusion, BUDGET);
    const { doubles } = kernel;
    if (status !== STATUS_DONE) {
      const step = functions.diffusionSteps(diffusion);
      throw new NonFiniteError(
        `${where}: trajectory ${index}`,
        timeOf(step, times, steps),
        `after ${step} steps it is no state any more (its trace, or its positivity by far): the step is too long for the rates; give a shorter dt, or method "rouchon"`,
      );
    }
    const found = doubles.slice(values / 8, values / 8 + 2 * times.length * functionals.length);
    checkFinite(found, `${where}: expectation values of trajectory ${index}`);
    const series = (offset: number) =>
      Array.from({ length: count }, (_, j) =>
        Float64Array.from({ length: total }, (_, step) => doubles[recordAt / 8 + 2 * (count * step + j) + offset]!),
      );
    return {
      values: found,
      states: Array.from({ length: storeStates ? times.length : 0 }, (_, k) =>
        turn(
          representation.read(kernel, states + 8 * length * k, `${where}: state of trajectory ${index}`),
          -energy * (times[k]! - times[0]!),
        ),
      ),
      increments: series(0),
      integrals: series(1),
    };
  };
}

function timeOf(step: number, times: Float64Array, steps: Int32Array): number {
  let left = step;
  for (let k = 1; k < times.length; k++) {
    if (left <= steps[k]!) return times[k - 1]! + ((times[k]! - times[k - 1]!) * left) / steps[k]!;
    left -= steps[k]!;
  }
  return times.at(-1)!;
}
