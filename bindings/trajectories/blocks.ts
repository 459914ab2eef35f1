/**
 * Trajectories in blocks: what one worker computes, and what is made of all of them.
 * @module
 */
import { addProjector, BLOCK, Moments } from "./average.ts";
import { type TrajectoryProblem, type TrajectoryRun, type TrajectoryRunner, withTrajectories } from "./runner.ts";

/** Trajectories `first` … `first + count - 1`, as plain arrays. */
export interface TrajectoryBlock {
  /** Number of the first of them. */
  readonly first: number;
  /** How many they are. */
  readonly count: number;
  /** Means of the functionals at every output time, re and im interleaved. */
  readonly mean: Float64Array;
  /** Sums of squared deviations from `mean`, of real and imaginary parts apart. */
  readonly squares: Float64Array;
  /** How often each has jumped. */
  readonly jumpCounts: Int32Array;
  /** Times of all jumps, one trajectory after another. */
  readonly jumpTimes: Float64Array;
  /** Channels of all jumps likewise. */
  readonly jumpChannels: Int32Array;
  /** Sums of |psi><psi| at the output times, row-major and interleaved; where states are wanted. */
  readonly projectors: readonly Float64Array[];
  /** Expectation values of each, where they are wanted. */
  readonly values: readonly Float64Array[];
  /** Kets of each at the output times, where they are wanted. */
  readonly kets: readonly (readonly Float64Array[])[];
  /** Steps that were taken, of all together. */
  readonly steps: number;
  /** How often the generator was applied. */
  readonly applications: number;
}

/** The trajectories without jumps, where the others are drawn among those that have one. */
export interface Quiet {
  /** Of each initial ket: its probability times that of no jump. */
  readonly weights: readonly number[];
  /** Of each initial ket: its trajectory. */
  readonly runs: readonly TrajectoryRun[];
  /** Probability of a jump. */
  readonly rest: number;
}

/** Below this no jump ever happens but by rounding. */
const NO_JUMPS = 1e-14;

/**
 * Trajectories of a block: a single one of those that take long, so that every worker has some where they are few; never by how many they are, so
 * that a run that ends early is what as many are.
 */
function blockLength({ method, options }: TrajectoryProblem): number {
  return method === "dyadic" || options.storeStates ? BLOCK : 1;
}

/** How many blocks all trajectories of a problem are. */
export function blocksOf(problem: TrajectoryProblem): number {
  return Math.ceil(problem.options.ntraj / blockLength(problem));
}

/**
 * Blocks `from` … `to - 1` of a problem, one after another.
 * @param visit is given each as it is done; false: no more of them
 * @param each is called between the trajectories of a block, with how many of it there are; false: it ends there
 */
export function runBlocks(
  problem: TrajectoryProblem,
  from: number,
  to: number,
  visit: (block: TrajectoryBlock) => boolean,
  quietly?: (quiet: Quiet) => void,
  each?: (count: number) => boolean,
): void {
  withTrajectories(problem, (runner) => {
    const quiet = problem.options.improvedSampling ? quietRuns(problem, runner) : undefined;
    if (quiet) {
      // Every share of a pool has them: they count for none.
      runner.takeCounts();
      quietly?.(quiet);
      if (quiet.rest <= NO_JUMPS) return;
    }
    for (let block = from; block < to; block++) if (!visit(runBlock(problem, runner, block, each))) return;
  });
}

function quietRuns({ initials }: TrajectoryProblem, runner: TrajectoryRunner): Quiet {
  const runs = initials.map((_, k) => runner.quiet(k));
  // A norm above 1 is an error of the method.
  const none = runs.map(({ weight }) => Math.min(1, weight));
  const weights = none.map((weight, k) => weight * initials[k]!.probability);
  const rests = initials.map(({ probability }, k) => probability - weights[k]!);
  const rest = rests.reduce((sum, x) => sum + x, 0);
  if (rest > NO_JUMPS) runner.onlyWithJumps(rests, none);
  return { weights, runs, rest };
}

function runBlock(
  problem: TrajectoryProblem,
  runner: TrajectoryRunner,
  block: number,
  each: ((count: number) => boolean) | undefined,
): TrajectoryBlock {
  const { times, functionals, options, plan } = problem;
  const length = blockLength(problem);
  const first = options.first + block * length;
  const most = Math.min(length, options.first + options.ntraj - first);
  const moments = new Moments(2 * functionals.length * times.length);
  const d = plan.representation.coordinates!.d;
  const projectors = options.storeStates ? Array.from(times, () => new Float64Array(2 * d * d)) : [];
  const runs: TrajectoryRun[] = [];
  for (let k = 0; k < most && (k === 0 || each?.(k) !== false); k += runner.abreast) {
    for (const run of runner.run(first + k, Math.min(runner.abreast, most - k))) {
      moments.add(run.values);
      projectors.forEach((sum, t) => {
        addProjector(sum, run.kets[t]!);
      });
      runs.push(options.keepRuns ? run : { ...run, values: new Float64Array(0), kets: [] });
    }
  }
  const { count, mean, squares } = moments;
  return {
    ...{ first, count, mean, squares, projectors },
    jumpCounts: Int32Array.from(runs, ({ jumpTimes }) => jumpTimes.length),
    jumpTimes: Float64Array.from(runs.flatMap(({ jumpTimes }) => Array.from(jumpTimes))),
    jumpChannels: Int32Array.from(runs.flatMap(({ jumpChannels }) => Array.from(jumpChannels))),
    values: options.keepRuns ? runs.map(({ values }) => values) : [],
    kets: options.keepRuns && options.storeStates ? runs.map(({ kets }) => kets) : [],
    ...runner.takeCounts(),
  };
}
