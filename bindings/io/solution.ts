/**
 * Solutions as arrays for numpy.
 * @module
 */
import type { Solution } from "../solvers/solution.ts";
import { type NpyArray, npz } from "./npy.ts";

/**
 * The arrays of a solution by the names they get in an .npz file: `t`; a series for every name in `expect`, complex where it is;
 * `final_state`; `states` (times first) when they were stored.
 */
export function solutionArrays({
  times,
  expect,
  finalState,
  states,
}: Pick<Solution, "times" | "expect" | "finalState" | "states">): Record<string, NpyArray> {
  const series = Object.entries(expect).map(([name, values]) => [name, seriesArray(values)] as const);
  return {
    t: { dtype: "float64", shape: [times.length], data: times.slice() },
    ...Object.fromEntries(series),
    ...stateArrays(finalState, states),
  };
}

function seriesArray(values: Solution["expect"][string]): NpyArray {
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
  finalState: { size: number; toDense(): Float64Array } | undefined,
  states: readonly { size: number; toDense(): Float64Array }[] | undefined,
): Record<string, NpyArray> {
  const size = (finalState ?? states?.[0])?.size ?? 0;
  const final: Record<string, NpyArray> = finalState
    ? { final_state: { dtype: "complex128", shape: [size, size], data: finalState.toDense() } }
    : {};
  if (states === undefined) return final;
  const length = 2 * size * size;
  const data = new Float64Array(states.length * length);
  states.forEach((state, k) => {
    data.set(state.toDense(), k * length);
  });
  return { ...final, states: { dtype: "complex128", shape: [states.length, size, size], data } };
}

/**
 * A solution as the bytes of a compressed .npz file, which `numpy.load` opens: see {@link solutionArrays}.
 * @throws {@link InvalidArgumentError} when a name in `expect` cannot be one of a file
 * @example
 * writeFileSync("result.npz", solutionNpz(mesolve(H, rho0, tlist, { eOps: { n } })));
 */
export function solutionNpz(solution: Pick<Solution, "times" | "expect" | "finalState" | "states">): Uint8Array {
  return npz(solutionArrays(solution));
}
