/**
 * What a run of a solver returns.
 * @module
 */
import type { HermitianOperator } from "../operators/operator.ts";
import type { Observables } from "./options.ts";

/** Expectation values of an operator that is not Hermitian, one a time. */
export interface ComplexSeries {
  /** Real parts, a number an output time. */
  readonly re: Float64Array;
  /** Imaginary parts. */
  readonly im: Float64Array;
}

/** Expectation values at the output times: real ones for a Hermitian operator, `{ re, im }` otherwise. */
export type Series = Float64Array | ComplexSeries;

/** How a run went. */
export interface SolveStats {
  /** The integrator. */
  readonly method: string;
  /** The form of the right-hand side, in words. */
  readonly form: string;
  /** Why this form, and why this method; every method in turn, when one had to take over from another. */
  readonly reasons: readonly string[];
  /** Steps that were accepted. */
  readonly steps: number;
  /** Steps that the error estimate rejected, and that were taken again. */
  readonly rejected: number;
  /** Applications of the generator. */
  readonly rhsEvaluations: number;
  /** Largest rate or frequency of the generator, as estimated, in inverse units of time; 0 when there was no estimate. */
  readonly spectralRadius: number;
  /**
   * Spectral radius of the generator, estimated at the end of the run, times the mean step, over the method's stability limit:
   * near 1 the steps are held by stability (a stiff problem), well below 1 by accuracy. 0 when there was no estimate
   * (fixed steps).
   */
  readonly stiffness: number;
  /** |Tr rho - 1| of the final state. */
  readonly traceError: number;
  /** max |rho_ij - conj(rho_ji)| of the final state. */
  readonly hermiticityError: number;
  /** Smallest eigenvalue of the final state; below zero only by the errors of the integration. Computed when it is first read. */
  readonly minEigenvalue: number;
  /** Build of the kernel: "release", "relaxed" (fused multiply-add) or "debug". */
  readonly build: string;
  /** Wall-clock time of the call. */
  readonly milliseconds: number;
}

/**
 * A solved evolution; `E` are the operators given in `eOps`. Plain data, which prints itself in a few lines; `JSON.stringify` writes all of
 * it (typed arrays as arrays, operators as {@link Operator.toJSON} does), `solutionNpz` of `lindblad/io` arrays for numpy.
 */
export interface Solution<E extends Observables = Observables> {
  /** The output times. */
  readonly times: Float64Array;
  /** Expectation values by the names given in `eOps`: a real series where the operator is Hermitian. */
  readonly expect: { readonly [K in keyof E]: E[K] extends HermitianOperator ? Float64Array : Series };
  /** States, when `storeStates` asked for more than the final one: at the output times, or at `stateTimes`. */
  readonly states?: readonly HermitianOperator[];
  /** Times of the states, when `storeStates` was a list of times. */
  readonly stateTimes?: Float64Array;
  /** The state at the last output time; `undefined`, whatever its type says, after `storeStates: "none"`. */
  readonly finalState: HermitianOperator;
  /** The time at which `until` ended the run; undefined when it went to its end. */
  readonly stopped?: number;
  /**
   * What cannot be promised of this result, in words: a coefficient is a function about which nothing is declared; a closed system is followed for so
   * long that rounding of H alone moves its phases beyond the tolerance, or an open one by a propagator for so long that rounding may move what does
   * not decay, as the weight of a dark state. Empty otherwise.
   */
  readonly warnings: readonly string[];
  /** How it was computed, and how well. */
  readonly stats: SolveStats;
  /** Everything above as plain arrays and objects. */
  toJSON(): Record<string, unknown>;
}
