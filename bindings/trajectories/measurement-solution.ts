/**
 * What continuous measurements tell.
 * @module
 */
import { getKernel } from "../kernel/load.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import type { Observables } from "../solvers/options.ts";
import { asResult, number, seriesLines, spanLine } from "../solvers/printing.ts";
import type { Series } from "../solvers/solution.ts";
import { Moments, seriesByName } from "./average.ts";
import type { MeasurementBlock } from "./measurement-blocks.ts";
import type { MeasurementRecord, MeasurementScheme } from "./measurement-options.ts";
import type { MeasurementTask } from "./measurement-prepare.ts";

/** What the detector saw on one trajectory, and the state that follows from it. */
export interface MeasurementRun<E extends Observables = Observables> {
  /** Its number. */
  readonly trajectory: number;
  /** Of each channel: the mean of dY/dt between one output time and the next, times.length - 1 of them. */
  readonly currents: readonly Float64Array[];
  /** What its detectors said, step by step; with `keepRecords`. */
  readonly record?: MeasurementRecord;
  /** Its expectation values, a series a name; with `keepRuns`. */
  readonly expect?: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Its states at the output times, with `keepRuns` and `storeStates`; kets up to a phase. */
  readonly states?: readonly (Ket | Operator)[];
}

/** Means over measurements. */
export interface MeasurementSolution<E extends Observables = Observables> {
  /** The output times. */
  readonly times: Float64Array;
  /** Means by the names given in `eOps`: a real series where the operator is Hermitian. */
  readonly expect: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Their standard errors; infinite for one trajectory (`null` in JSON). They do not know of the bias of the steps. */
  readonly stdError: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Mean of the states at the output times, with `storeStates`. */
  readonly states?: readonly HermitianOperator[];
  /** All trajectories. */
  readonly runs: readonly MeasurementRun<E>[];
  /** Steps between one output time and the next. */
  readonly steps: Int32Array;
  /** How many trajectories. */
  readonly trajectories: number;
  /** The seed: given again, the same trajectories come. */
  readonly seed: number;
  /** The scheme, and the form of the generator. */
  readonly stats: {
    /** How a step was taken. */
    readonly method: MeasurementScheme;
    /** The form in which the generator was applied, in words. */
    readonly form: string;
    /** Why this method and this form. */
    readonly reasons: readonly string[];
    /** Build of the kernel: "release", "relaxed" (fused multiply-add) or "debug". */
    readonly build: string;
    /** Wall-clock time of the call. */
    readonly milliseconds: number;
  };
  /** Everything above as plain arrays and objects. */
  toJSON(): Record<string, unknown>;
}

/** Takes blocks in order and makes a solution of them. */
export class MeasurementCollector {
  readonly #task: MeasurementTask;
  readonly #moments: Moments;
  readonly #sums: Float64Array[];
  readonly #runs: MeasurementRun[] = [];

  constructor(task: MeasurementTask) {
    const { functionals, times, dims, storeStates } = task;
    this.#task = task;
    this.#moments = new Moments(2 * functionals.length * times.length);
    const d = dims.reduce((a, b) => a * b, 1);
    this.#sums = storeStates ? Array.from(times, () => new Float64Array(2 * d * d)) : [];
  }

  /** Trajectories so far. */
  get count(): number {
    return this.#moments.count;
  }

  add(block: MeasurementBlock): void {
    const { dims, pure } = this.#task;
    this.#moments.merge(block);
    this.#sums.forEach((sum, t) => {
      const more = block.sums[t]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
    });
    block.currents.forEach((currents, k) => {
      const [record, values, states] = [block.records[k], block.values[k], block.states[k]];
      this.#runs.push({
        trajectory: block.first + k,
        currents,
        ...(record ? { record } : {}),
        ...(values ? { expect: this.#series((at) => values[at]!) } : {}),
        ...(states ? { states: states.map((data) => (pure ? new Ket(dims, data) : Operator.dense(dims, data))) } : {}),
      });
    });
  }

  #series(of: (at: number) => number) {
    const { names, functionals, times } = this.#task;
    return seriesByName(names, functionals, times, of);
  }

  /** @param started when the call began, by performance.now() */
  solution(started: number): MeasurementSolution {
    const { times, steps, dims, plan, seed, storeStates, method, reasons } = this.#task;
    const solution = {
      times,
      expect: this.#series((at) => this.#moments.mean[at]!),
      stdError: this.#series((at) => this.#moments.error(at)),
      ...(storeStates
        ? {
            states: this.#sums.map((sum) =>
              Operator.dense(
                dims,
                sum.map((x) => x / this.count),
              ).hermitianPart(),
            ),
          }
        : {}),
      runs: this.#runs,
      steps,
      trajectories: this.count,
      seed,
      stats: {
        method,
        form: plan.form,
        reasons,
        build: getKernel().build,
        milliseconds: performance.now() - started,
      },
    } as unknown as MeasurementSolution;
    return asResult(solution, describe);
  }
}

/** A few lines. */
function describe({ times, expect, trajectories, seed, runs, steps, stats }: MeasurementSolution): string {
  const total = steps.reduce((sum, n) => sum + n, 0);
  return [
    `Solution: ${spanLine(times)}, ${trajectories} trajectories (seed ${seed}), ${runs[0]?.currents.length ?? 0} detectors`,
    ...seriesLines(times, expect),
    `  method  ${stats.method}: ${total} steps each, ${number(stats.milliseconds)} ms`,
    `  form    ${stats.form}`,
  ].join("\n");
}
