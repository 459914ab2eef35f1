/**
 * Typed errors: one class per kind, each with a stable `code` and the numbers that a program needs to react.
 * Every message says what was wrong, where, and what would be right.
 * @module
 */
import type { Solution } from "./solvers/solution.ts";

/** Base of every error the library throws on purpose. `code` is stable across versions; `message` is for people. */
export abstract class LindbladError extends Error {
  /** Which kind of error, in capitals: the same in every version. */
  abstract readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Two objects do not live on the same space, or data does not have the length its dimensions ask for. */
export class DimensionMismatchError extends LindbladError {
  readonly code = "DIMENSION_MISMATCH";

  constructor(
    /** Which argument, e.g. `"cOps[1]"`. */
    readonly where: string,
    /** What would be right, e.g. `"dims [2,2]"`. */
    readonly expected: string,
    /** What was given. */
    readonly actual: string,
  ) {
    super(`${where}: expected ${expected}, got ${actual}`);
  }
}

/** A Hamiltonian (or another operator that must be Hermitian) is not. */
export class NotHermitianError extends LindbladError {
  readonly code = "NOT_HERMITIAN";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** Largest |A_ij - conj(A_ji)|. */
    readonly deviation: number,
    /** The element where it occurs. */
    readonly row: number,
    /** Its column. */
    readonly column: number,
  ) {
    super(
      `${where} is not Hermitian: |A[${row}][${column}] - conj(A[${column}][${row}])| = ${deviation.toExponential(3)}, expected 0 to rounding`,
    );
  }
}

/** What was said to repeat itself does not. */
export class NotPeriodicError extends LindbladError {
  readonly code = "NOT_PERIODIC";

  constructor(
    /** Which coefficient, e.g. `"floquet: H[1]"`. */
    readonly where: string,
    /** The period that was given. */
    readonly period: number,
    /** The time at which it differs most from itself one period later. */
    readonly time: number,
    /** By how much: |f(time + period) - f(time)|. */
    readonly deviation: number,
  ) {
    super(
      `${where}: the coefficient does not have the period ${period}: at t = ${time} it differs from itself one period later by ${deviation.toPrecision(4)}, expected 0; give a period of all coefficients, or what is to be repeated as samples or a function of t modulo the period`,
    );
  }
}

/** An initial state is not a density matrix: its trace, its Hermiticity or its positivity fails. */
export class NotDensityMatrixError extends LindbladError {
  readonly code = "NOT_DENSITY_MATRIX";

  constructor(
    /** The function and its argument, e.g. `"mesolve: rho0"`. */
    readonly where: string,
    /** Which of the three fails. */
    readonly reason: "trace" | "hermiticity" | "positivity",
    /** The trace, the largest |rho_ij - conj(rho_ji)|, or the smallest eigenvalue. */
    readonly value: number,
    /** How far from exact is accepted. */
    readonly tolerance: number,
  ) {
    const what = {
      trace: `its trace is ${value}, expected 1`,
      hermiticity: `it is not Hermitian, max |rho_ij - conj(rho_ji)| = ${value.toExponential(3)}, expected 0`,
      positivity: `its smallest eigenvalue is ${value.toExponential(3)}, expected >= 0`,
    }[reason];
    super(`${where} is not a density matrix: ${what} (to ${tolerance.toExponential(0)})`);
  }
}

/** An initial ket does not have norm 1. */
export class NotNormalisedError extends LindbladError {
  readonly code = "NOT_NORMALISED";

  constructor(
    /** The function and its argument, e.g. `"sesolve: psi0"`. */
    readonly where: string,
    /** Its norm, sqrt(<psi|psi>). */
    readonly norm: number,
    /** How far from 1 is accepted. */
    readonly tolerance: number,
  ) {
    super(
      `${where} is not normalised: its norm is ${norm}, expected 1 (to ${tolerance.toExponential(0)}); unit() normalises a ket, checkState: false evolves any`,
    );
  }
}

/** The output times are empty, not finite, or not strictly increasing. */
export class InvalidTimesError extends LindbladError {
  readonly code = "INVALID_TIMES";

  constructor(
    /** The function and its argument, e.g. `"mesolve: tlist"`. */
    readonly where: string,
    /** Index of the first bad time; -1 when the list is empty. */
    readonly index: number,
    /** The bad time. */
    readonly value: number,
    /** What is wrong with the times. */
    readonly reason: "empty" | "non-finite" | "not increasing",
  ) {
    super(
      reason === "empty"
        ? `${where} is empty: expected at least one time`
        : `${where}[${index}] = ${value} is ${reason}: expected finite, strictly increasing times`,
    );
  }
}

/** An option that the function does not know. */
export class UnknownOptionError extends LindbladError {
  readonly code = "UNKNOWN_OPTION";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** The name that is none. */
    readonly option: string,
    /** The names there are. */
    readonly valid: readonly string[],
  ) {
    super(`${where}: unknown option "${option}"; valid options are ${valid.join(", ")}`);
  }
}

/** An argument or option has a value of the wrong kind or outside its range. */
export class InvalidArgumentError extends LindbladError {
  readonly code = "INVALID_ARGUMENT";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** What was given. */
    readonly value: unknown,
    /** What would be right, in words. */
    readonly expected: string,
  ) {
    super(`${where}: expected ${expected}, got ${describe(value)}`);
  }
}

/** A parameter lies outside the range that physics allows, and the range is known. */
export class OutOfRangeError extends LindbladError {
  readonly code = "OUT_OF_RANGE";

  constructor(
    /** The name of the parameter. */
    readonly parameter: string,
    /** The value that was given. */
    readonly value: number,
    /** The smallest value that is allowed. */
    readonly min: number,
    /** The largest value that is allowed. */
    readonly max: number,
    why: string,
  ) {
    super(`${parameter} = ${value} is outside [${min}, ${max}]: ${why}`);
  }
}

/** The problem cannot fit into the memory of the kernel. Thrown before anything is computed. */
export class TooLargeError extends LindbladError {
  readonly code = "TOO_LARGE";

  constructor(
    /** Bytes of kernel memory that the problem needs. */
    readonly bytesNeeded: number,
    /** Bytes of kernel memory that can be had. */
    readonly bytesAvailable: number,
    what: string,
    memory = "kernel memory",
  ) {
    super(
      `${what} needs ${bytesNeeded} bytes (${gigabytes(bytesNeeded)}) of ${memory}, ${bytesAvailable} bytes (${gigabytes(bytesAvailable)}) can be had`,
    );
  }
}

/** The integration ended before the last output time. `S`: what the solver returns. */
export abstract class RunError<S = Solution> extends LindbladError {
  /** What was computed until then: a solution with the output times that were reached, and the state where it ended. */
  partial: S | undefined;
}

/** The integration used up `maxSteps` before the last output time. */
export class StepLimitError<S = Solution> extends RunError<S> {
  readonly code = "STEP_LIMIT";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** Time reached. */
    readonly time: number,
    /** Last time asked for. */
    readonly end: number,
    /** Steps taken until then. */
    readonly steps: number,
    /** Why the steps are as short as they are, in words. */
    readonly diagnosis: string,
  ) {
    super(`${where}: maxSteps = ${steps} steps taken, reached t = ${time} of ${end}. ${diagnosis}`);
  }
}

/** The step became shorter than the spacing of numbers at the time reached. */
export class StepSizeError<S = Solution> extends RunError<S> {
  readonly code = "STEP_SIZE";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** Time reached. */
    readonly time: number,
    /** Last time asked for. */
    readonly end: number,
    /** Steps taken until then. */
    readonly steps: number,
    /** Why, in words. */
    diagnosis = "the times are too large beside the time scales of the generator (shift them towards 0), or rtol, atol or dt ask for more than rounding allows",
  ) {
    super(
      `${where}: after ${steps} steps the next one is shorter than the spacing of numbers at t = ${time} (of ${end}): ${diagnosis}`,
    );
  }
}

/** An iteration of linear algebra did not converge. */
export class ConvergenceError extends LindbladError {
  readonly code = "NO_CONVERGENCE";
}

/** A number is not finite: in the input, or at some time of a run. */
export class NonFiniteError extends LindbladError {
  readonly code = "NON_FINITE";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** The time at which it appeared; undefined when the input already has it. */
    readonly time: number | undefined,
    detail: string,
  ) {
    super(`${where}: ${detail}`);
  }
}

/** Rates given by the user do not obey detailed balance at the bath's temperature. */
export class DetailedBalanceError extends LindbladError {
  readonly code = "DETAILED_BALANCE";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** The worst pair of levels (m, n): rate(n -> m) against rate(m -> n) exp(-beta (E_m - E_n)). */
    readonly pair: readonly [number, number],
    /** gamma_mn / gamma_nm as given. */
    readonly ratio: number,
    /** exp(-beta (E_m - E_n)). */
    readonly expectedRatio: number,
  ) {
    super(
      `${where}: rates break detailed balance; worst pair of levels (${pair[0]}, ${pair[1]}): gamma_mn / gamma_nm = ${ratio}, expected exp(-beta (E_m - E_n)) = ${expectedRatio}`,
    );
  }
}

/** A state that was given as a steady one is not. */
export class NotSteadyError extends LindbladError {
  readonly code = "NOT_STEADY";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** The component of L[rho] that is largest beside what L makes of other operators there. */
    readonly derivative: number,
    /** How much is accepted. */
    readonly tolerance: number,
  ) {
    super(
      `${where} is not steady: L[rho] has a component of ${derivative.toExponential(3)}, expected at most ${tolerance.toExponential(1)}`,
    );
  }
}

/** What told the kernel of a generator from slow decay: singular values of the generator, its rows and columns balanced. */
export interface RankDecision {
  /** The largest that was taken for zero. */
  readonly below: number;
  /** The smallest that was not. */
  readonly above: number;
  /** What counted as zero. */
  readonly tol: number;
}

/** There are several steady states, and none was given. */
export class SteadyStateNotUniqueError extends LindbladError {
  readonly code = "STEADY_STATE_NOT_UNIQUE";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** Dimension of the kernel of the generator, … */
    readonly dimension: number,
    /** … or what it has at least. */
    readonly atLeast: boolean,
    /** What can be done about it. */
    remedy: string,
    /** Where it hung on a tolerance. */
    readonly decision?: RankDecision,
  ) {
    const hung = decision
      ? `: singular values up to ${decision.below.toExponential(1)} were taken for zero, those from ${decision.above.toExponential(1)} not (tol ${decision.tol.toExponential(0)})`
      : "";
    super(
      `${where}: the steady state is not unique, the kernel of L has ${atLeast ? "at least " : ""}dimension ${dimension}${hung}; ${remedy}`,
    );
  }
}

/** A state whose correlation does not lie in the subspace that keeps both local states: they would move. */
export class OutsideStorageError extends LindbladError {
  readonly code = "OUTSIDE_STORAGE";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** Frobenius norm of the part of rho - pi outside the subspace. */
    readonly distance: number,
    /** How much is accepted. */
    readonly tolerance: number,
  ) {
    super(
      `${where}: rho - pi is ${distance.toExponential(3)} away from the subspace that keeps both local states, expected at most ${tolerance.toExponential(0)}; system.evolve(rho, tlist) evolves any state`,
    );
  }
}

/** A bath is said to have a temperature, but its jumps do not leave the Gibbs state there alone. */
export class NotThermalError extends LindbladError {
  readonly code = "NOT_THERMAL";

  constructor(
    /** The function and its argument, e.g. `"mesolve: H"`. */
    readonly where: string,
    /** The inverse temperature that was said. */
    readonly beta: number,
    /** ‖D[pi]‖ / (‖pi‖ sum ‖L‖²), pi the Gibbs state of the Hamiltonian the bath knows. */
    readonly defect: number,
  ) {
    super(
      `${where}: the Gibbs state at beta = ${beta} of its bare Hamiltonian is not steady under its jumps: they change it by ${defect.toExponential(3)} relative to their rates, expected 0; leave beta out if the bath has no temperature`,
    );
  }
}

/** The engine cannot run the kernel, or the bytes given are not the kernel. */
export class KernelUnavailableError extends LindbladError {
  readonly code = "KERNEL_UNAVAILABLE";
}

/**
 * A call into the WebAssembly kernel has trapped: an access outside of its memory, its stack used up, an assertion of the debug build. Its
 * instance is given up, and the next call of the library runs on a fresh one. `cause` is the engine's own error.
 */
export class KernelTrapError extends LindbladError {
  readonly code = "KERNEL_TRAP";

  constructor(
    /** The function of the kernel that trapped. */
    readonly call: string,
    /** The build of the kernel. */
    readonly build: string,
    cause: unknown,
  ) {
    super(
      `the kernel's function ${call} (build "${build}") has trapped: ${cause instanceof Error ? cause.message : cause}; what it was computing is lost, and the kernel is replaced: the next call runs on a fresh instance. Unless the stack was full, this is a defect of lindblad: please report it`,
    );
    this.cause = cause;
  }
}

/** A worker of a pool could not be started, or ended before it had answered. `cause` is the engine's own error, if there is one. */
export class WorkerCrashedError extends LindbladError {
  readonly code = "WORKER_CRASHED";

  constructor(
    /** The function that was called. */
    readonly where: string,
    /** Whether the worker was still starting, or running the function. */
    readonly phase: "start" | "run",
    detail: string,
    cause?: unknown,
  ) {
    super(
      phase === "start"
        ? `${where}: the worker did not start: ${detail}; pool({ worker }) takes a function that makes workers in another way (docs/pool.md)`
        : `${where}: the worker ended before it had answered: ${detail}`,
    );
    if (cause !== undefined) this.cause = cause;
  }
}

/** The pool was closed before the function had returned, or before it was called. */
export class PoolClosedError extends LindbladError {
  readonly code = "POOL_CLOSED";

  constructor(
    /** The function that was called. */
    readonly where: string,
  ) {
    super(`${where}: the pool is closed`);
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" || typeof value === "function") {
    // biome-ignore lint/plugin: its name, nothing else
    return value.constructor?.name ? `a ${value.constructor.name}` : typeof value;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
