/**
 * Solutions as arrays for numpy.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import type { Series } from "../solvers/solution.ts";
import { type NpyArray, npz } from "./npy.ts";

/** What of a solution becomes arrays: that of {@link mesolve}, or that of {@link sesolve} for a ket or an operator. */
export interface ArraySource {
  /** The output times. */
  readonly times: Float64Array;
  /** Expectation values, a series a name. */
  readonly expect: Readonly<Record<string, Series>>;
  /** The state at the end. */
  readonly finalState?: State;
  /** The states that were stored. */
  readonly states?: readonly State[];
  /** The times of `states`, where they are not `times`. */
  readonly stateTimes?: Float64Array;
  /** The index of the output at which `until` ended the run. */
  readonly stopped?: number;
}

/** A state as an array: rows and columns of an operator, or the amplitudes of a ket. */
export type State = Operator | Ket;

/** Names of arrays that are no expectation values. */
const OWN_NAMES = ["t", "final_state", "states", "state_times", "stopped"];

/**
 * The arrays of a solution by the names they get in an .npz file: `t`; a series for every name in `expect`, complex where it is;
 * `final_state`, a matrix or the amplitudes of a ket; `states` (times first) when they were stored, `state_times` when these are times of their
 * own; `stopped` when `until` ended the run.
 * @throws {@link InvalidArgumentError} when an expectation value has one of these names
 */
export function solutionArrays({
  times,
  expect,
  finalState,
  states,
  stateTimes,
  stopped,
}: ArraySource): Record<string, NpyArray> {
  const taken = Object.keys(expect).find((name) => OWN_NAMES.includes(name));
  if (taken !== undefined) {
    const expected = `another name in eOps: arrays of a file are called ${OWN_NAMES.join(", ")}`;
    throw new InvalidArgumentError(`solutionArrays: expect.${taken}`, taken, expected);
  }
  const series = Object.entries(expect).map(([name, values]) => [name, seriesArray(values)] as const);
  return {
    t: vector(times),
    ...Object.fromEntries(series),
    ...stateArrays(finalState, states),
    ...(stateTimes ? { state_times: vector(stateTimes) } : {}),
    ...(stopped === undefined ? {} : { stopped: { dtype: "float64", shape: [], data: Float64Array.of(stopped) } }),
  };
}

function vector(data: Float64Array): NpyArray {
  return { dtype: "float64", shape: [data.length], data: data.slice() };
}

function seriesArray(values: Series): NpyArray {
  if (values instanceof Float64Array) return { dtype: "float64", shape: [values.length], data: values };
  const data = new Float64Array(2 * values.re.length);
  values.re.forEach((re, k) => {
    data[2 * k] = re;
    data[2 * k + 1] = values.im[k]!;
  });
  return { dtype: "complex128", shape: [values.re.length], data };
}

/** `final_state`, and `states` when there are any. */
export function stateArrays(
  finalState: State | undefined,
  states: readonly State[] | undefined,
): Record<string, NpyArray> {
  const one = finalState ?? states?.[0];
  const shape = one === undefined ? [] : one instanceof Ket ? [one.size] : [one.size, one.size];
  const dataOf = (state: State) => (state instanceof Ket ? state.toArray() : state.toDense());
  const final: Record<string, NpyArray> = finalState
    ? { final_state: { dtype: "complex128", shape, data: dataOf(finalState) } }
    : {};
  if (states === undefined) return final;
  const length = shape.reduce((a, b) => a * b, 2);
  const data = new Float64Array(states.length * length);
  states.forEach((state, k) => {
    data.set(dataOf(state), k * length);
  });
  return { ...final, states: { dtype: "complex128", shape: [states.length, ...shape], data } };
}

/**
 * A solution as the bytes of a compressed .npz file, which `numpy.load` opens: see {@link solutionArrays}.
 * @throws {@link InvalidArgumentError} when a name in `expect` cannot be one of a file
 * @example
 * writeFileSync("result.npz", solutionNpz(mesolve(H, rho0, tlist, { eOps: { n } })));
 */
export function solutionNpz(solution: ArraySource): Uint8Array {
  return npz(solutionArrays(solution));
}
