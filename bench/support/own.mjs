/** This library's side: solving a problem, its error, and which methods there are. */
import { InvalidArgumentError, mesolve } from "lindblad";
import { maxDifference } from "./measure.mjs";

/**
 * Solves all points of a problem, one after the other; options override its tolerances. With `asFunctions` the coefficients of what drives it
 * are functions of JavaScript, not this library's own.
 */
export function solve(problem, { asFunctions = false, ...options } = {}) {
  const { times, rtol, atol, points } = problem;
  const tolerances = "dt" in options ? {} : { rtol, atol };
  return points.map(({ rho0, jumps, observables, ...point }) =>
    mesolve(hamiltonianOf(point, asFunctions), rho0, times, {
      cOps: jumps,
      eOps: observables,
      ...tolerances,
      ...options,
    }),
  );
}

function hamiltonianOf({ H, drives }, asFunctions) {
  if (drives === undefined) return H;
  const terms = drives.map(({ operator, coefficient, f }) => [operator, asFunctions ? f : coefficient]);
  return H.nnz > 0 ? [H, ...terms] : terms;
}

/** The largest difference from the exact values, over points, observables and times. */
export function errorOf(results, reference) {
  return Math.max(
    ...results.map(({ expect }, k) => {
      // the closed forms are real; what an observable that is not Hermitian adds beside them, the peers do not count either
      const series = Object.values(expect).map((values) => values.re ?? values);
      return maxDifference(series, reference[k]);
    }),
  );
}

/** The methods that `mesolve` accepts for a problem, from its own words: `{ name, fixedStep }`. */
export function ownMethods(problem) {
  const refusal = catchError(() => solve(problem, { method: "?" }));
  if (!(refusal instanceof InvalidArgumentError)) throw new Error("mesolve took a method that does not exist");
  const names = [...refusal.expected.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const short = { ...problem, times: problem.times.slice(0, 1), points: problem.points.slice(0, 1) };
  return names
    .filter((name) => name !== "auto")
    .map((name) => ({ name, where: catchError(() => solve(short, { method: name }))?.where }))
    .filter(({ where }) => where !== "mesolve: method")
    .map(({ name, where }) => ({ name, fixedStep: where?.endsWith(": dt") === true }));
}

function catchError(body) {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}
