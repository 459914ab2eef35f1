/**
 * What trajectories tell.
 * @module
 */
import { getKernel } from "../kernel/load.ts";
import { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import type { Observables } from "../solvers/options.ts";
import { asResult, number, seriesLines, spanLine } from "../solvers/printing.ts";
import type { Series } from "../solvers/solution.ts";
import { addProjector, BLOCK, Moments, rangeOf, seriesByName } from "./average.ts";
import type { Quiet, TrajectoryBlock } from "./blocks.ts";
import type { TrajectoryProblem } from "./runner.ts";

/** The jumps of one trajectory. */
export interface JumpRecord {
  /** Number of the trajectory. */
  readonly trajectory: number;
  /** The times of the jumps. */
  readonly times: Float64Array;
  /** Of each, its number in `cOps`. */
  readonly channels: Int32Array;
}

/** One trajectory that was kept. */
export interface KeptRun<E extends Observables = Observables> {
  /** Its number. */
  readonly trajectory: number;
  /** Its expectation values, a series a name. */
  readonly expect: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Its kets at the output times, of norm 1; with `storeStates`. */
  readonly states?: readonly Ket[];
}

/** How trajectories were computed. */
export interface TrajectoryStats {
  /** How a trajectory was evolved between jumps. */
  readonly method: string;
  /** The form in which the generator was applied, in words. */
  readonly form: string;
  /** Why this method and this form. */
  readonly reasons: readonly string[];
  /** Steps of all trajectories. */
  readonly steps: number;
  /** Applications of the generator, in all trajectories. */
  readonly rhsEvaluations: number;
  /** Build of the kernel: "release", "relaxed" (fused multiply-add) or "debug". */
  readonly build: string;
  /** Wall-clock time of the call. */
  readonly milliseconds: number;
}

/** Means over trajectories; `E` are the operators given in `eOps`. */
export interface TrajectorySolution<E extends Observables = Observables> {
  /** The output times. */
  readonly times: Float64Array;
  /** Means by the names given in `eOps`: a real series where the operator is Hermitian. */
  readonly expect: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Their standard errors: of the real and of the imaginary part. Infinite for one trajectory (`null` in JSON). */
  readonly stdError: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** Mean of |psi><psi| at the output times, with `storeStates`. */
  readonly states?: readonly HermitianOperator[];
  /** Every trajectory by itself, with `keepRuns`. */
  readonly runs?: readonly KeptRun<E>[];
  /** When which jump happened, trajectory by trajectory. */
  readonly jumps: readonly JumpRecord[];
  /** Of each of `cOps`: jumps per time and trajectory between one output time and the next, times.length - 1 of them. */
  readonly photocurrents: readonly Float64Array[];
  /** Trajectories drawn; with `improvedSampling` those with jumps. */
  readonly trajectories: number;
  /** The seed: given again, the same trajectories come. */
  readonly seed: number;
  /** With `improvedSampling`: the probability that no jump happens. */
  readonly noJumpProbability?: number;
  /** What ended the run. */
  readonly ended: "count" | "target" | "timeout" | "until";
  /** What may be wrong with the numbers, in words. */
  readonly warnings: readonly string[];
  /** The method, and the steps of all trajectories. */
  readonly stats: TrajectoryStats;
  /** Everything above as plain arrays and objects. */
  toJSON(): Record<string, unknown>;
}

/** What is known of a problem besides what is computed from. */
export interface Known {
  /** Of the functionals. */
  readonly names: readonly string[];
  /** Which of the jumps that were given each channel is. */
  readonly channels: readonly number[];
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

/** Of what has been added up already. */
const NONE = new Float64Array(0);

/** Takes blocks in order and knows what they say. */
export class Collector {
  readonly #problem: TrajectoryProblem;
  readonly #known: Known;
  readonly #moments: Moments;
  readonly #projectors: Float64Array[];
  readonly #blocks: TrajectoryBlock[] = [];
  /** Of the functionals, where a target is looked at. */
  readonly #ranges: readonly number[];
  #quiet: Quiet | undefined;

  constructor(problem: TrajectoryProblem, known: Known) {
    const { times, functionals, options, plan } = problem;
    this.#problem = problem;
    this.#known = known;
    this.#moments = new Moments(2 * functionals.length * times.length);
    const d = plan.representation.coordinates!.d;
    this.#projectors = options.storeStates ? Array.from(times, () => new Float64Array(2 * d * d)) : [];
    this.#ranges = options.target ? functionals.map(rangeOf) : [];
  }

  /** Trajectories so far. */
  get count(): number {
    return this.#moments.count;
  }

  quiet(quiet: Quiet): void {
    this.#quiet = quiet;
  }

  add(block: TrajectoryBlock): void {
    this.#moments.merge(block);
    this.#projectors.forEach((sum, t) => {
      const more = block.projectors[t]!;
      for (let k = 0; k < sum.length; k++) sum[k]! += more[k]!;
    });
    this.#blocks.push({ ...block, mean: NONE, squares: NONE, projectors: [] });
  }

  /** Whether the standard errors are as small as was asked, and what no trajectory has shown so far would not change that. */
  get reached(): boolean {
    const { target } = this.#problem.options;
    if (target === undefined || this.count < 2 * BLOCK || this.count % BLOCK !== 0) return false;
    const length = this.#moments.mean.length;
    const most = this.#ranges.map(() => 0);
    for (let k = 0; k < length; k += 2) {
      const size = Math.hypot(this.#mean(k), this.#mean(k + 1));
      const enough = target.abs + target.rel * size;
      if (Math.hypot(this.#error(k), this.#error(k + 1)) > enough) return false;
      const j = (k / 2) % most.length;
      most[j] = Math.max(most[j]!, enough);
    }
    // Where nothing is enough all values are one.
    return this.#ranges.every((range, j) => most[j] === 0 || this.#share * range <= this.count * most[j]!);
  }

  /** Share of the trajectories that are drawn. */
  get #share(): number {
    return this.#quiet?.rest ?? 1;
  }

  #mean(k: number): number {
    const drawn = this.count > 0 ? this.#share * this.#moments.mean[k]! : 0;
    if (!this.#quiet) return drawn;
    return this.#quiet.runs.reduce((sum, { values }, j) => sum + this.#quiet!.weights[j]! * values[k]!, drawn);
  }

  #error(k: number): number {
    return this.count === 0 ? 0 : this.#share * this.#moments.error(k);
  }

  /** @param started when the call began, by performance.now() */
  solution(ended: TrajectorySolution["ended"], started: number): TrajectorySolution {
    const { times, plan, functionals, options, method } = this.#problem;
    const { reasons, warnings } = this.#known;
    const { dims } = this.#problem.initials[0]!.ket;
    const seriesOf = (of: (at: number) => number) => seriesByName(this.#known.names, functionals, times, of);
    const quiet = this.#quiet;
    const d = plan.representation.coordinates!.d;
    const states = this.#projectors.map((sum, t) => {
      const data = sum.map((x) => (this.count > 0 ? (this.#share * x) / this.count : 0));
      quiet?.runs.forEach(({ kets }, k) => {
        addProjector(data, kets[t]!, quiet.weights[k]!);
      });
      return Operator.dense(dims, data.subarray(0, 2 * d * d)).hermitianPart();
    });
    const jumps = this.#blocks.flatMap((block) => this.#records(block));
    const kept = () =>
      this.#blocks.flatMap(({ first, values, kets }) =>
        values.map((own, k) => ({
          trajectory: first + k,
          expect: seriesOf((at) => own[at]!),
          ...(kets[k] ? { states: kets[k]!.map((data) => new Ket(dims, data)) } : {}),
        })),
      );
    const solution = {
      times,
      expect: seriesOf((at) => this.#mean(at)),
      stdError: seriesOf((at) => this.#error(at)),
      ...(options.storeStates ? { states } : {}),
      ...(options.keepRuns ? { runs: kept() } : {}),
      jumps,
      photocurrents: this.#photocurrents(jumps),
      trajectories: this.count,
      seed: options.seed,
      ...(quiet ? { noJumpProbability: quiet.weights.reduce((sum, x) => sum + x, 0) } : {}),
      ended,
      warnings,
      stats: {
        method,
        form: plan.representation.description,
        reasons,
        build: getKernel().build,
        milliseconds: performance.now() - started,
        steps: this.#blocks.reduce((sum, { steps }) => sum + steps, 0),
        rhsEvaluations: this.#blocks.reduce((sum, { applications }) => sum + applications, 0),
      },
    } as unknown as TrajectorySolution;
    return asResult(solution, describe);
  }

  #records({ first, jumpCounts, jumpTimes, jumpChannels }: TrajectoryBlock): JumpRecord[] {
    let at = 0;
    return Array.from(jumpCounts, (count, k) => {
      const [from, to] = [at, at + count];
      at = to;
      return {
        trajectory: first + k,
        times: jumpTimes.slice(from, to),
        channels: jumpChannels.slice(from, to).map((channel) => this.#known.channels[channel]!),
      };
    });
  }

  #photocurrents(jumps: readonly JumpRecord[]): Float64Array[] {
    const { times } = this.#problem;
    const currents = this.#known.channels.map(() => new Float64Array(Math.max(0, times.length - 1)));
    for (const { times: moments, channels } of jumps) {
      let interval = 0;
      moments.forEach((time, k) => {
        while (interval < times.length - 2 && time > times[interval + 1]!) interval++;
        currents[channels[k]!]![interval]!++;
      });
    }
    for (const current of currents) {
      for (let k = 0; k < current.length; k++) {
        current[k] = this.count === 0 ? 0 : ((this.#share / this.count) * current[k]!) / (times[k + 1]! - times[k]!);
      }
    }
    return currents;
  }
}

/** A few lines: how many, each mean, how they were computed. */
function describe({
  times,
  expect,
  stdError,
  trajectories,
  seed,
  jumps,
  ended,
  stats,
  warnings,
}: TrajectorySolution): string {
  const count = jumps.reduce((sum, record) => sum + record.times.length, 0);
  const worst = Object.values<Series>(stdError)
    .flatMap((series) => (series instanceof Float64Array ? [series] : [series.re, series.im]))
    .reduce((most, series) => series.reduce((a, b) => Math.max(a, b), most), 0);
  return [
    `Solution: ${spanLine(times)}, ${trajectories} trajectories (seed ${seed}), ${count} jumps${ended === "count" ? "" : `, ended by ${ended}`}`,
    ...seriesLines(times, expect),
    ...(Object.keys(stdError).length > 0 ? [`  standard errors up to ${number(worst)}`] : []),
    `  method  ${stats.method}: ${stats.steps} steps, ${stats.rhsEvaluations} applications, ${number(stats.milliseconds)} ms`,
    `  form    ${stats.form}`,
    ...warnings.map((warning) => `  warning ${warning}`),
  ].join("\n");
}
