/**
 * The evolution of kets, and of the columns of an operator side by side: chooses the integrator, runs it in the kernel, and goes on with
 * another one where the first cannot.
 * @module
 */
import { DIRECT_LIMIT, STATUS_DONE, STATUS_METHOD_FAILED } from "../../assembly/constants.ts";
import { namingCoefficients } from "../coefficients/named.ts";
import { InvalidArgumentError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import { toComplex } from "../operators/complex.ts";
import { expect } from "../operators/expectation.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { type DrivenParts, spanOf } from "../plan/driven.ts";
import { type KetPlan, planKets, turn } from "../plan/ket.ts";
import { turnKets } from "../plan/ket-picture.ts";
import { chooseMethod, type MethodChoice } from "../plan/method.ts";
import { LARGEST_PROPAGATOR } from "../plan/plan.ts";
import { failureOf } from "./diagnosis.ts";
import {
  askedFor,
  CONSTANT_METHODS,
  DRIVEN_SUCCESSORS,
  type Piece,
  type PiecewiseEvolution,
  type RawSolution,
  SUCCESSORS,
  timesFrom,
  upTo,
} from "./evolve.ts";
import { mayHandOver, type ResolvedOptions } from "./options.ts";
import { runSegment, type Segment, segmentBytes, shapeOf } from "./segment.ts";
import { addStatistics, NO_STEPS } from "./statistics.ts";

/** What is to be evolved. */
export interface KetProblem {
  /** -iH of what does not change, and what does. */
  readonly G: Operator;
  readonly driven: DrivenParts | undefined;
  readonly columns: readonly Ket[];
  /** Whether these are the columns of an operator: functionals are then Tr[O X], and states are handed out as matrices. */
  readonly matrix: boolean;
  readonly times: Float64Array;
  readonly functionals: readonly Operator[];
  readonly options: ResolvedOptions;
  /** The function called, for messages. */
  readonly where: string;
}

/** Plans the evolution. @throws {@link TooLargeError}, {@link InvalidArgumentError}: before anything is computed */
export function planKetEvolution(problem: KetProblem): PiecewiseEvolution {
  const { G, driven, columns, matrix, times, options } = problem;
  const span = spanOf(times, { drift: driven?.drift ?? [], sandwiches: [] }, options.rtol + options.atol);
  const turned = driven && mayHandOver(options) ? turnKets(G, driven.drift, span) : undefined;
  const { G: still, terms } = turned ?? { G, terms: driven?.drift ?? [] };
  const plan = { ...planKets(still, terms, columns, span, !matrix), energies: turned?.energies };
  const first = segmentOf(problem, plan, columns, times, 0, chooseFor(problem, plan));
  const { bytes, what } = segmentBytes(first.segment);
  getKernel().require(bytes, what);
  const last = times.length - 1;
  return {
    run() {
      const { done, value } = evolvePieces(problem, plan, first, () => last).next();
      return done ? value : value.soFar();
    },
    pieces: (lastOf) => evolvePieces(problem, plan, first, lastOf),
  };
}

/** How kets are evolved. */
interface Planned extends KetPlan {
  /** In the interaction picture: the diagonal of H. */
  readonly energies: Float64Array | undefined;
}

interface Stage {
  readonly segment: Segment<Ket>;
  readonly reasons: readonly string[];
}

function segmentOf(
  problem: KetProblem,
  { representation, energies }: Planned,
  states: readonly Ket[],
  times: Float64Array,
  first: number,
  { method, reason }: MethodChoice,
): Stage {
  const { G, functionals: asked, options: given, matrix, where } = problem;
  // Turning states have turning functionals: their values are those of the states that are handed out.
  const functionals = energies ? [] : asked;
  const options = energies && asked.length > 0 ? { ...given, storeStates: true } : given;
  const segment: Segment<Ket> = {
    representation,
    method,
    states,
    times,
    first,
    functionals,
    shape: runShape({ ...problem, functionals, options }, representation, times),
    leak: undefined,
    stateBytes: 16 * G.size * states.length,
    combine: matrix ? transposed : ([data]) => data ?? new Float64Array(0),
    yields: successorOf(problem, method, representation.coordinates!.count) !== undefined,
    options,
    where,
  };
  const form = `form: amplitudes that are reached${energies ? ", in the interaction picture of the diagonal of H" : ""}`;
  return { segment, reasons: [form, `method ${method}: ${reason}`] };
}

/** Functionals of kets need states at their times. */
function runShape(
  { functionals, options, columns, matrix }: KetProblem,
  representation: KetPlan["representation"],
  times: Float64Array,
) {
  const shape = shapeOf(representation, columns.length, times, functionals, options);
  return { ...shape, storeStates: options.storeStates || (!matrix && functionals.length > 0) };
}

function chooseFor(problem: KetProblem, { representation, energies }: Planned): MethodChoice {
  const { driven, options, times, where } = problem;
  const { count } = representation.coordinates!;
  const asked = askedFor(options);
  const refuse = (expected: string) => new InvalidArgumentError(`${where}: method`, asked?.method, expected);
  if (driven && CONSTANT_METHODS.has(asked?.method ?? "")) {
    throw refuse("a method for Hamiltonians that depend on time");
  }
  if (asked?.method === "expm" && count > LARGEST_PROPAGATOR) {
    throw refuse(`another method: a propagator is a matrix, and the state has more than ${LARGEST_PROPAGATOR} numbers`);
  }
  if (asked?.method === "kencarp4" && count > DIRECT_LIMIT) {
    throw refuse(`another method: it factors matrices of ${DIRECT_LIMIT} numbers at most, and the state has ${count}`);
  }
  if (asked) return asked;
  const far = energies ? "; its diagonal, taken out by phases, far exceeds what is left" : "";
  if (driven) return { method: "dop853", reason: `the Hamiltonian depends on time${far}` };
  return chooseMethod(representation, times, runShape(problem, representation, times));
}

/** What takes over from a method that cannot go on. */
function successorOf({ driven, options }: KetProblem, method: string, count: number): string | undefined {
  if (!mayHandOver(options)) return undefined;
  const successor = (driven ? DRIVEN_SUCCESSORS : SUCCESSORS)[method];
  return successor === "kencarp4" && count > DIRECT_LIMIT ? undefined : successor;
}

/** In pieces that end at outputs: as in evolve.ts. */
function* evolvePieces(
  problem: KetProblem,
  plan: Planned,
  first: Stage,
  lastOf: (first: number) => number,
): Generator<Piece, RawSolution> {
  const { G, times, functionals, options, matrix, where } = problem;
  options.signal?.throwIfAborted();
  const width = 2 * functionals.length;
  const values = new Float64Array(width * times.length);
  /** Those of the present piece. */
  let states: Float64Array[] = [];
  const { energy, energies } = plan;
  const phase = (data: Float64Array, time: number) => {
    turn(data, -energy * (time - times[0]!));
    energies?.forEach((level, k) => {
      const width = data.length / G.size;
      turn(data.subarray(width * k, width * (k + 1)), -level * (time - times[0]!));
    });
    return data;
  };
  let statistics = NO_STEPS;
  let stage = first;
  let begun = 0;
  let last = lastOf(0);
  while (true) {
    const { segment } = stage;
    // Between two pieces it may have been replaced.
    const kernel = getKernel();
    const advance = () => runSegment(kernel, upTo(segment, last, times), times, statistics);
    const end = kernel.frame(() => namingCoefficients(problem.driven?.named, where, advance));
    statistics = addStatistics(statistics, end.statistics);
    values.set(end.values, segment.first * width);
    for (const state of end.states) {
      const k = begun + states.length;
      states.push(phase(state, times[k]!));
      if (energies) values.set(valuesOf(state, G.dims, functionals, matrix), k * width);
    }
    const outputs = segment.first + end.outputs;
    // <psi|O|psi> has no phase.
    for (let k = segment.first; matrix && !energies && k < outputs; k++)
      phase(values.subarray(k * width, (k + 1) * width), times[k]!);
    const { time } = statistics;
    const { method } = segment;
    const successor = successorOf(problem, method, plan.representation.coordinates!.count);
    if (end.status === STATUS_METHOD_FAILED && successor !== undefined) {
      const from = timesFrom(time, times, outputs);
      const columns = end.parts.map((data) => new Ket(G.dims, data));
      const reason = `${method} could not go on at t = ${time}`;
      stage = segmentOf(problem, plan, columns, from, outputs, { method: successor, reason });
      continue;
    }
    checkFinite(values, `${where}: expectation values`);
    const own = end.parts.map((data) => new Ket(G.dims, data.slice()));
    const finalState = phase(segment.combine(end.parts), time);
    const { reasons } = stage;
    const [written, spent] = [states, statistics];
    const soFar = (): RawSolution => ({
      outputs,
      values,
      states: written,
      finalState,
      statistics: spent,
      method,
      form: segment.representation.description,
      reasons,
      build: kernel.build,
      failure: failureOf(end.status, spent, method, problem),
    });
    if (end.status !== STATUS_DONE || outputs === times.length) return soFar();
    yield { first: begun, soFar };
    states = [];
    begun = outputs;
    last = lastOf(begun);
    stage = { reasons, segment: { ...segment, states: own, times: timesFrom(time, times, outputs), first: outputs } };
  }
}

/** <psi|O|psi> of a ket, Tr[O X] of an operator. */
function valuesOf(
  data: Float64Array,
  dims: readonly number[],
  functionals: readonly Operator[],
  matrix: boolean,
): number[] {
  const state = matrix ? Operator.dense(dims, data) : new Ket(dims, data);
  return functionals.flatMap((operator) => {
    const { re, im } = toComplex(expect(operator, state), "sesolve");
    return [re, im];
  });
}

/** Columns to a matrix, row by row. */
function transposed(columns: readonly Float64Array[]): Float64Array {
  const d = columns.length;
  const out = new Float64Array(2 * d * d);
  columns.forEach((column, j) => {
    for (let i = 0; 2 * i < column.length; i++) {
      out[2 * (d * i + j)] = column[2 * i]!;
      out[2 * (d * i + j) + 1] = column[2 * i + 1]!;
    }
  });
  return out;
}
