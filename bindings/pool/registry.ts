/**
 * The functions that a pool runs. One line each: the worker calls what stands here, the pool has a method of that name and type.
 * @module
 */
import { mesolve } from "../solvers/mesolve.ts";
import { propagator } from "../solvers/propagator.ts";
import { sesolve } from "../solvers/sesolve.ts";

export const FUNCTIONS = {
  mesolve: promised(mesolve),
  sesolve: promised(sesolve),
  propagator: promised(propagator),
};

export type PoolFunctions = typeof FUNCTIONS;
export type FunctionName = keyof PoolFunctions;

/** The same function, returning a promise. Being a function of a function it keeps type parameters, which no mapped type does. */
function promised<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => Promise<R> {
  return async (...args) => run(...args);
}
