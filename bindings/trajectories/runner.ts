/**
 * Trajectories in the kernel: one at a time, or several side by side.
 * @module
 */
import { LANES, STATUS_DONE, STATUS_RECORDS_FULL, STATUS_RUNNING } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import type { DrivenParts } from "../plan/driven.ts";
import { type KetPlan, turn } from "../plan/ket.ts";
import { failureOf } from "../solvers/diagnosis.ts";
import { putFunctionals } from "../solvers/segment.ts";
import { readStatistics } from "../solvers/statistics.ts";
import type { Initial } from "./initial.ts";
import type { ResolvedTrajectoryOptions, TrajectoryMethod } from "./options.ts";

/** Jumps that are recorded before the host takes them, and steps of one call. */
const CAPACITY = 1024;
const BUDGET = 2 ** 24;
/** Bytes of outputs up to which trajectories go side by side: each has its own. */
const MOST_OUTPUTS = 2 ** 26;

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
  /** Times of its jumps, increasing. */
  readonly jumpTimes: Float64Array;
  /** The channel of each. */
  readonly jumpChannels: Int32Array;
}

/** Jumps of one trajectory, by time. */
interface JumpRecord {
  readonly times: number[];
  readonly channels: number[];
}

/** Runs trajectories; valid inside the frame it was made in. */
export interface TrajectoryRunner {
  /** Trajectories that go side by side. */
  readonly abreast: number;
  /** Trajectories `first` … `first + count - 1`: of each the same bits, whichever others there are. */
  run(first: number, count: number): TrajectoryRun[];
  /** One from initial ket number `initial`, by a stream of trajectory `index` that is its own for every `use`; 0 is that of `run`. */
  runFrom(index: number, use: number, initial: number): TrajectoryRun;
  /** The one from initial ket number `initial` on which no jump happens. */
  quiet(initial: number): TrajectoryRun;
  /**
   * From now on initial ket k is drawn with these weights, and only trajectories with a jump: `floors[k]` is the probability of none.
   */
  onlyWithJumps(weights: ArrayLike<number>, floors: ArrayLike<number>): void;
  /** Steps, and applications of the generator, since they were taken last. */
  takeCounts(): { steps: number; applications: number };
}

/** Kernel memory that it takes, in bytes. */
export function trajectoryBytes(problem: TrajectoryProblem): number {
  const { plan, method, initials, times, functionals, options } = problem;
  const kernel = getKernel();
  const { representation, channels } = plan;
  const length = representation.length(kernel);
  const terms = functionals.reduce((sum, { nnz }) => sum + nnz, 0);
  const stored = options.storeStates ? times.length : 0;
  const lanes = mostLanes(problem);
  return Math.ceil(
    representation.bytes(kernel) +
      channels.reduce((sum, { bytes }) => sum + bytes + 64, 0) +
      kernel.functions.evolutionBytes(kernel.methods.indexOf(method), length, 1, functionals.length) +
      (lanes > 1 ? kernel.functions.lanesBytes(length, functionals.length) : 0) +
      8 * length * (initials.length + 3 + stored * lanes) +
      times.length * (16 * functionals.length * lanes + 8) +
      96 * terms +
      12 * CAPACITY * lanes +
      65536,
  );
}

/** How many trajectories can go side by side, by their method and their memory. */
function mostLanes({ plan, method, times, functionals, options }: TrajectoryProblem): number {
  const stored = options.storeStates ? plan.representation.length(getKernel()) : 0;
  const outputs = times.length * (16 * functionals.length + 8 * stored);
  return method === "dyadic" && outputs * LANES <= MOST_OUTPUTS ? LANES : 1;
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
  const most = mostLanes(problem);
  const width = 2 * times.length * functionals.length;
  const values = kernel.allocate(8 * width * most + 8, what);
  const states = options.storeStates ? kernel.allocate(8 * length * times.length * most, what) : 0;
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
  const recordTimes = kernel.allocate(8 * CAPACITY * most, what);
  const recordNumbers = kernel.allocate(4 * CAPACITY * most, what);
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
  const side = most > 1 && functions.hasLanes(trajectory) !== 0;
  const lanes = side ? functions.createLanes(trajectory) >>> 0 : 0;
  if (side && lanes === 0) kernel.allocate(bytes, what);
  const [low, high] = halves(options.seed);
  const counts = { steps: 0, applications: 0 };

  /** Goes on until all is done, taking the jumps of every lane whenever it stops. */
  const finish = (name: string, advance: () => number, taken: readonly (() => number)[]): JumpRecord[] => {
    const records = taken.map((): JumpRecord => ({ times: [], channels: [] }));
    let status: number = STATUS_RUNNING;
    while (status === STATUS_RUNNING || status === STATUS_RECORDS_FULL) {
      status = advance();
      const { doubles, integers } = kernel;
      records.forEach((record, lane) => {
        const count = taken[lane]!();
        for (let k = CAPACITY * lane; k < CAPACITY * lane + count; k++) {
          record.times.push(doubles[recordTimes / 8 + k]!);
          record.channels.push(integers[recordNumbers / 4 + k]!);
        }
      });
    }
    const statistics = readStatistics(kernel, evolution);
    counts.steps += statistics.steps;
    counts.applications += statistics.rhsEvaluations;
    if (status !== STATUS_DONE) {
      throw failureOf(status, statistics, method, { options, times, driven, where: `${where}: ${name}` })!;
    }
    return records;
  };
  /** What lies in the buffers of a lane. */
  const read = (name: string, lane: number, jumps: JumpRecord, initial: number, weight: number): TrajectoryRun => {
    const found = kernel.doubles.slice(values / 8 + width * lane, values / 8 + width * (lane + 1));
    checkFinite(found, `${where}: expectation values of ${name}`);
    return {
      values: found,
      kets: Array.from({ length: states === 0 ? 0 : times.length }, (_, k) =>
        turn(
          representation.read(kernel, states + 8 * length * (times.length * lane + k), `${where}: state of ${name}`),
          -plan.energy * (times[k]! - times[0]!),
        ),
      ),
      initial,
      weight,
      jumpTimes: Float64Array.from(jumps.times),
      jumpChannels: Int32Array.from(jumps.channels),
    };
  };
  const alone = (index: number, use: number, from: number, quiet: boolean): TrajectoryRun => {
    functions.trajectoryBegin(trajectory, low, high, index, use, from, quiet ? 1 : 0);
    const name = quiet ? "the trajectory without jumps" : `trajectory ${index}`;
    const [jumps] = finish(name, () => functions.trajectoryAdvance(trajectory, BUDGET), [
      () => functions.trajectoryTake(trajectory),
    ]);
    return read(name, 0, jumps!, functions.trajectoryInitial(trajectory), functions.trajectoryWeight(trajectory));
  };
  const together = (first: number, count: number, use: number, from: number): TrajectoryRun[] => {
    functions.lanesBegin(lanes, count, low, high, first, use, from);
    const numbers = Array.from({ length: count }, (_, lane) => lane);
    const records = finish(
      count === 1 ? `trajectory ${first}` : `one of the trajectories ${first} to ${first + count - 1}`,
      () => functions.lanesAdvance(lanes),
      numbers.map((lane) => () => functions.laneTake(lanes, lane)),
    );
    return numbers.map((lane) =>
      read(
        `trajectory ${first + lane}`,
        lane,
        records[lane]!,
        functions.laneInitial(lanes, lane),
        functions.laneWeight(lanes, lane),
      ),
    );
  };
  const abreast = side ? LANES : 1;
  const some = (first: number, count: number, use: number, from: number): TrajectoryRun[] => {
    const runs: TrajectoryRun[] = [];
    for (let k = 0; k < count; k += abreast) {
      if (side) runs.push(...together(first + k, Math.min(count - k, LANES), use, from));
      else runs.push(alone(first + k, use, from, false));
    }
    return runs;
  };
  return {
    abreast,
    run: (first, count) => some(first, count, 0, -1),
    runFrom: (index, use, initial) => some(index, 1, use, initial)[0]!,
    // A norm that falls for ever is kept alone: squares side by side would become zero.
    quiet: (initial) => alone(0, 0, initial, true),
    takeCounts() {
      const taken = { ...counts };
      counts.steps = counts.applications = 0;
      return taken;
    },
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
