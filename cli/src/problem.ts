/**
 * What can go wrong, as exit codes and messages.
 * @module
 */
import { LindbladError } from "lindblad";
import { ModelError, printable } from "lindblad/model";
import { onStderr } from "./colors.ts";

/** Exit codes of the command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Signals that ask the command to end, with the exit codes that shells give them. */
export const INTERRUPTED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type InterruptSignal = keyof typeof INTERRUPTED;
export const SIGNALS = Object.keys(INTERRUPTED) as InterruptSignal[];

/** The command was called wrongly, or with a file or directory that cannot be used. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** A file could not be written. */
export class OutputError extends Error {
  readonly code = "OUTPUT";
}

/** Ctrl-C, or another signal to end, while the result was being written. */
export class Interrupted extends Error {
  readonly code = "INTERRUPTED";

  constructor(readonly signal: InterruptSignal) {
    super("interrupted; nothing was written");
  }
}

/** Errors that appear while a good model runs. The library's other errors say that the model asks for something wrong. */
const WHILE_RUNNING: ReadonlySet<string> = new Set([
  "STEP_LIMIT",
  "STEP_SIZE",
  "NON_FINITE",
  "NO_CONVERGENCE",
  "KERNEL_TRAP",
  "KERNEL_UNAVAILABLE",
  "WORKER_CRASHED",
  "STORE_WRITE",
  "DUPLICATE_MISMATCH",
  "SWEEP",
  "REDIS",
  "VERSION_MISMATCH",
  "COORDINATOR_BUSY",
  "WORKER_REFUSED",
]);

/** Prints what went wrong and returns the exit code. With `json` it is one object on stdout. */
export function reportProblem(error: unknown, json: boolean): number {
  const known = isKnown(error);
  // file names and arguments may hold what would steer a terminal
  const message = printable(error instanceof Error ? error.message : String(error));
  if (json) {
    const place = error instanceof ModelError ? { path: error.path, line: error.line, column: error.column } : {};
    const code = known ? error.code : "INTERNAL";
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...place } })}\n`);
  } else {
    process.stderr.write(`${onStderr.red("error:")} ${message}\n`);
  }
  // what nobody expected is a defect of the program: the trace is for its authors
  if (!known && error instanceof Error) process.stderr.write(`This is a defect of lindblad.\n${error.stack}\n`);
  return exitCodeOf(error);
}

function isKnown(error: unknown): error is LindbladError | UsageError | OutputError | Interrupted {
  return [LindbladError, UsageError, OutputError, Interrupted].some((kind) => error instanceof kind);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return INTERRUPTED[error.signal];
  if (error instanceof LindbladError) return WHILE_RUNNING.has(error.code) ? EXIT.failed : EXIT.usage;
  return EXIT.failed;
}

/** The number after `--tol`. @throws {@link UsageError} */
export function toleranceOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const tol = Number(given);
  if (tol > 0 && tol < 1) return tol;
  throw new UsageError(`--tol: expected a number between 0 and 1, got ${given}`);
}

/** The number after a flag, which must be above 0. @throws {@link UsageError} */
export function positiveOf(flag: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (number > 0 && number < Number.POSITIVE_INFINITY && given.trim() !== "") return number;
  throw new UsageError(`${flag}: expected a number above 0, got ${given}`);
}

/** The integer after a flag. @throws {@link UsageError} */
export function integerOf(flag: string, given: string | undefined, least: 0 | 1): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= least && given.trim() !== "") return number;
  throw new UsageError(`${flag}: expected an integer of at least ${least}, got ${given}`);
}

/** The operating system's reason, in its own words: `EACCES: permission denied, open 'x'`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
