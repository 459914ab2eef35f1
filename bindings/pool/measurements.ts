/**
 * Continuous measurements shared out among workers.
 * @module
 */
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import type { Observables } from "../solvers/options.ts";
import { BLOCK } from "../trajectories/average.ts";
import type { MeasurementBlock } from "../trajectories/measurement-blocks.ts";
import type { MeasurementOptions } from "../trajectories/measurement-options.ts";
import { type Measuring, prepareMeasurement } from "../trajectories/measurement-prepare.ts";
import { MeasurementCollector, type MeasurementSolution } from "../trajectories/measurement-solution.ts";
import { shareOut } from "./shares.ts";

/** `ssesolve` or `smesolve` as a promise; `S` are their states, `O` their options. */
export type SharedMeasurements<S, O = MeasurementOptions> = <const E extends Observables = Record<never, never>>(
  H: Operator,
  state: S,
  tlist: ArrayLike<number>,
  options?: O & { eOps?: E | undefined },
) => Promise<MeasurementSolution<E>>;

/** @param call runs {@link measurementShare} on a worker */
export function shareMeasurements(
  where: Measuring,
  call: (...args: unknown[]) => Promise<unknown>,
  size: number,
): SharedMeasurements<Operator | Ket> {
  const run = async (
    H: Operator,
    state: Ket | Operator,
    tlist: ArrayLike<number>,
    options: MeasurementOptions = {},
  ): Promise<MeasurementSolution> => {
    const started = performance.now();
    const task = prepareMeasurement(where, H, state, tlist, options);
    const { signal, onProgress, ...rest } = options;
    signal?.throwIfAborted();
    const collector = new MeasurementCollector(task);
    await shareOut<MeasurementBlock[]>({
      args: { H, state, tlist, options: rest },
      where,
      blocks: Math.ceil(task.ntraj / BLOCK),
      size: () => size,
      open: false,
      signal,
      begin: ([H, state, tlist, options], range, signal) =>
        call(where, H, state, tlist, range, { ...(options as MeasurementOptions), signal }) as Promise<
          MeasurementBlock[]
        >,
      take(blocks) {
        for (const block of blocks) collector.add(block);
        const seconds = (performance.now() - started) / 1000;
        onProgress?.({ trajectories: collector.count, fraction: collector.count / task.ntraj, seconds });
        return true;
      },
    });
    return collector.solution(started);
  };
  return run as SharedMeasurements<Operator | Ket>;
}
