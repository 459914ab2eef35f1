/**
 * Evolves many systems of one structure, one after the other.
 * @module
 */
import { LindbladError } from "../errors.ts";
import { mesolve } from "../solvers/mesolve.ts";
import type { Method } from "../solvers/options.ts";
import { type OperatorBatch, operatorAt } from "./operators.ts";

/** What {@link evolveBatch} takes. */
export interface BatchProblem {
  readonly dims: readonly number[];
  readonly count: number;
  readonly H: OperatorBatch;
  readonly jumps: readonly OperatorBatch[];
  readonly rho0: OperatorBatch;
  /** Hermitian operators whose means are wanted. */
  readonly functionals: readonly OperatorBatch[];
  readonly times: Float64Array;
  readonly method: "auto" | Method;
  readonly rtol: number;
  readonly atol: number;
  readonly dt: number | undefined;
  readonly maxSteps: number;
}

export interface BatchSolution {
  /** The mean of functional f at time t in system k is number `(f * times.length + t) * count + k`. */
  readonly values: Float64Array;
  /** Not 0: the system was not evolved. */
  readonly status: Int32Array;
  readonly method: string;
}

export function evolveBatch(problem: BatchProblem): BatchSolution {
  const { count, H, jumps, rho0, functionals, times, method, rtol, atol, dt, maxSteps } = problem;
  const values = new Float64Array(functionals.length * times.length * count);
  const status = new Int32Array(count);
  for (let k = 0; k < count; k++) {
    try {
      const { expect } = mesolve(operatorAt(H, k), operatorAt(rho0, k), times, {
        cOps: jumps.map((jump) => operatorAt(jump, k)),
        eOps: Object.fromEntries(functionals.map((functional, f) => [`${f}`, operatorAt(functional, k)])),
        method,
        rtol,
        atol,
        dt,
        maxSteps,
      });
      functionals.forEach((_, f) => {
        const means = expect[`${f}`]! as Float64Array;
        for (let t = 0; t < times.length; t++) values[(f * times.length + t) * count + k] = means[t]!;
      });
    } catch (error) {
      if (!(error instanceof LindbladError)) throw error;
      status[k] = 1;
    }
  }
  return { values, status, method };
}
