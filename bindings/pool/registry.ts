/**
 * The functions that a pool runs. One line each: the worker calls what stands here, the pool has a method of that name and type.
 * @module
 */
import { mesolveBatch } from "../batch/mesolve-batch.ts";
import { mesolve } from "../solvers/mesolve.ts";
import { propagator } from "../solvers/propagator.ts";
import { sesolve } from "../solvers/sesolve.ts";
import { measurementShare } from "../trajectories/measurement-blocks.ts";
import { trajectoryShare } from "../trajectories/share.ts";

const PUBLIC = {
  /** {@link mesolve} on a worker. */
  mesolve: promised(mesolve),
  /** {@link mesolveBatch} on a worker. */
  mesolveBatch: promised(mesolveBatch),
  /** {@link sesolve} on a worker. */
  sesolve: promised(sesolve),
  /** {@link propagator} on a worker. */
  propagator: promised(propagator),
};

/** Parts of what a pool shares out among its workers. */
const SHARES = { trajectoryShare: promised(trajectoryShare), measurementShare: promised(measurementShare) };

export const FUNCTIONS = { ...PUBLIC, ...SHARES };
/** Those that a pool has methods for. */
export const PUBLIC_NAMES = /* @__PURE__ */ Object.keys(PUBLIC) as (keyof PoolFunctions)[];

export type PoolFunctions = typeof PUBLIC;
export type FunctionName = keyof typeof FUNCTIONS;

/** The same function, returning a promise. Being a function of a function it keeps type parameters, which no mapped type does. */
function promised<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => Promise<R> {
  return async (...args) => run(...args);
}
