/**
 * Trajectories in the kernel, one at a time.
 * @module
 */
import { STATUS_DONE, STATUS_RECORDS_FULL, STATUS_RUNNING } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import type { DrivenParts } from "../plan/driven.ts";
import type { KetPlan } from "../plan/ket.ts";
import { failureOf } from "../solvers/diagnosis.ts";
import { putFunctionals } from "../solvers/segment.ts";
import { readStatistics } from "../solvers/statistics.ts";
import type { ResolvedTrajectoryOptions, TrajectoryMethod } from "./options.ts";

/** Jumps that are recorded before the host takes them, and steps of one call. */
const CAPACITY = 1024;
const BUDGET = 2 ** 24;

/** Kets that trajectories begin with. */
export interface Initial {
  readonly ket: Ket;
  readonly probability: number;
}

export interface TrajectoryProblem {
  readonly plan: KetPlan;
  /** What the plan was made from that depends on time, for messages. */
  readonly driven: DrivenParts | undefined;
  readonly method: TrajectoryMethod;
  readonly initials: readonly Initial[];
  readonly times: Float64Array;
  readonly functionals: readonly Operator[];
  readonly options: ResolvedTrajectoryOptions;
  readonly where: string;
}

/** What one trajectory was. */
export interface TrajectoryRun {
  /** Of the functionals at every output time, re and im interleaved. */
  readonly values: Float64Array;
  /** Kets of norm 1 at every output time, where they are wanted. */
  readonly kets: readonly Float64Array[];
  /** Which of the initial kets. */
  readonly initial: number;
  /** Square of the norm at the end: of a trajectory without jumps its probability. */
  readonly weight: number;
  readonly jumpTimes: Float64Array;
  /** Numbers of channels. */
  readonly jumpChannels: Int32Array;
  readonly steps: number;
  readonly applications: number;
}

/** Runs trajectories; valid inside the frame it was made in. */
export interface TrajectoryRunner {
  /** Trajectory `index`. */
  run(index: number): TrajectoryRun;
  /** One from initial ket number `initial`, by a stream of trajectory `index` that is its own for every `use`; 0 is that of `run`. */
  runFrom(index: number, use: number, initial: number): TrajectoryRun;
  /** The one from initial ket number `initial` on which no jump happens. */
  quiet(initial: number): TrajectoryRun;
  /**
   * From now on initial ket k is drawn with these weights, and only trajectories with a jump: `floors[k]` is the probability of none.
   */
  onlyWithJumps(weights: ArrayLike<number>, floors: ArrayLike<number>): void;
}

/** Kernel memory that it takes, in bytes. */
export function trajectoryBytes({ plan, method, initials, times, functionals, options }: TrajectoryProblem): number {
  const kernel = getKernel();
  const { representation, channels } = plan;
  const length = representation.length(kernel);
  const terms = functionals.reduce((sum, { nnz }) => sum + nnz, 0);
  const stored = options.storeStates ? times.length : 0;
  return Math.ceil(
    representation.bytes(kernel) +
      channels.reduce((sum, { bytes }) => sum + bytes + 64, 0) +
      kernel.functions.evolutionBytes(kernel.methods.indexOf(method), length, 1, functionals.length) +
      8 * length * (initials.length + 3 + stored) +
      times.length * (16 * functionals.length + 8) +
      96 * terms +
      12 * CAPACITY +
      65536,
  );
}

/**
 * What `use` makes of the trajectories of a problem.
 * @throws {@link TooLargeError}, {@link StepLimitError}, {@link NonFiniteError}
 */
export function withTrajectories<T>(problem: TrajectoryProblem, use: (runner: TrajectoryRunner) => T): T {
  return getKernel().frame((kernel) => use(put(kernel, problem)));
}

function put(kernel: Kernel, problem: TrajectoryProblem): TrajectoryRunner {
  const { plan, driven, method, initials, times, functionals, options, where } = problem;
  const { representation, channels } = plan;
  const { functions } = kernel;
  const size = representation.coordinates!.d;
  const what = `trajectories of ${size} levels`;
  const bytes = trajectoryBytes(problem);
  kernel.require(bytes, what);
  const length = representation.length(kernel);
  const superoperator = representation.put(kernel, 1, what);
  const channelPointers = channels.map((channel) => channel.put(kernel, what));
  const vectors = initials.map(({ ket }) => {
    const pointer = kernel.allocate(8 * length, what);
    representation.write(kernel, ket, pointer);
    return pointer;
  });
  const y = kernel.allocate(8 * length, what);
  kernel.doubles.copyWithin(y / 8, vectors[0]! / 8, vectors[0]! / 8 + length);
  const cumulative = kernel.putDoubles(sums(initials.map(({ probability }) => probability)), what);
  const floors = kernel.putDoubles(new Float64Array(initials.length), what);
  const values = kernel.allocate(16 * times.length * functionals.length + 8, what);
  const states = options.storeStates ? kernel.allocate(8 * length * times.length, what) : 0;
  const timesAt = kernel.putDoubles(times, what);
  const functionalsAt = putFunctionals(kernel, representation, functionals, what);
  const evolution =
    functions.createEvolution(
      superoperator,
      kernel.methods.indexOf(method),
      y,
      timesAt,
      times.length,
      functionalsAt,
      values,
      states,
      options.rtol,
      options.atol,
      options.maxStep ?? 0,
      options.maxSteps,
      0,
      0,
      0,
    ) >>> 0;
  const recordTimes = kernel.allocate(8 * CAPACITY, what);
  const recordNumbers = kernel.allocate(4 * CAPACITY, what);
  const trajectory =
    evolution === 0
      ? 0
      : functions.createTrajectory(
          evolution,
          channels.length,
          kernel.putIntegers(
            channelPointers.map((x) => x | 0),
            what,
          ),
          initials.length,
          kernel.putIntegers(
            vectors.map((x) => x | 0),
            what,
          ),
          cumulative,
          floors,
          CAPACITY,
          recordTimes,
          recordNumbers,
        ) >>> 0;
  if (trajectory === 0) kernel.allocate(bytes, what);
  const [low, high] = halves(options.seed);

  const execute = (index: number, use: number, from: number, quiet: boolean): TrajectoryRun => {
    functions.trajectoryBegin(trajectory, low, high, index, use, from, quiet ? 1 : 0);
    const jumpTimes: number[] = [];
    const jumpChannels: number[] = [];
    const take = () => {
      const { doubles, integers } = kernel;
      const count = functions.trajectoryTake(trajectory);
      for (let k = 0; k < count; k++) {
        jumpTimes.push(doubles[recordTimes / 8 + k]!);
        jumpChannels.push(integers[recordNumbers / 4 + k]!);
      }
    };
    let status: number = STATUS_RUNNING;
    while (status === STATUS_RUNNING || status === STATUS_RECORDS_FULL) {
      status = functions.trajectoryAdvance(trajectory, BUDGET);
      take();
    }
    const statistics = readStatistics(kernel, evolution);
    const name = quiet ? "the trajectory without jumps" : `trajectory ${index}`;
    if (status !== STATUS_DONE) {
      throw failureOf(status, statistics, method, { options, times, driven, where: `${where}: ${name}` })!;
    }
    const { doubles } = kernel;
    const found = doubles.slice(values / 8, values / 8 + 2 * times.length * functionals.length);
    checkFinite(found, `${where}: expectation values of ${name}`);
    return {
      values: found,
      kets: Array.from({ length: states === 0 ? 0 : times.length }, (_, k) =>
        representation.read(kernel, states + 8 * length * k, `${where}: state of ${name}`),
      ),
      initial: functions.trajectoryInitial(trajectory),
      weight: functions.trajectoryWeight(trajectory),
      jumpTimes: Float64Array.from(jumpTimes),
      jumpChannels: Int32Array.from(jumpChannels),
      steps: statistics.steps,
      applications: statistics.rhsEvaluations,
    };
  };
  return {
    run: (index) => execute(index, 0, -1, false),
    runFrom: (index, use, initial) => execute(index, use, initial, false),
    quiet: (initial) => execute(0, 0, initial, true),
    onlyWithJumps(weights, probabilities) {
      kernel.doubles.set(sums(Array.from(weights)), cumulative / 8);
      kernel.doubles.set(Float64Array.from(probabilities), floors / 8);
    },
  };
}

/** Sums of the first 1, 2, … numbers, relative to that of all. */
function sums(numbers: readonly number[]): Float64Array {
  const total = numbers.reduce((sum, x) => sum + x, 0);
  let sum = 0;
  return Float64Array.from(numbers, (x) => {
    sum += x;
    return sum / total;
  });
}

/** The lower and the upper 32 bits of an integer below 2^53, as signed numbers. */
export function halves(seed: number): [number, number] {
  return [seed | 0, Math.floor(seed / 2 ** 32) | 0];
}
