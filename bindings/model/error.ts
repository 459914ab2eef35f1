/**
 * {@link ModelError}: what is wrong in a model file, and where.
 * @module
 */
import { LindbladError } from "../errors.ts";

/** Something in a model file is wrong. `path` says where (`$.A.hamiltonian`), `column` where inside the expression. */
export class ModelError extends LindbladError {
  readonly code = "MODEL";
  /** JSON path of the value at fault; `$` is the whole file. */
  readonly path: string;
  /** 1-based column: inside the expression at `path`, or in line `line` of the file when its syntax is wrong. */
  readonly column: number | undefined;
  /** 1-based line of the file; only for errors of its syntax. */
  readonly line: number | undefined;
  /** What is wrong, without the place. */
  readonly detail: string;

  constructor(path: string, detail: string, place: { line?: number; column?: number; cause?: unknown } = {}) {
    const where = [
      path,
      ...(place.line === undefined ? [] : [`line ${place.line}`]),
      ...(place.column === undefined ? [] : [`column ${place.column}`]),
    ].join(", ");
    super(`${where}: ${detail}`);
    if (place.cause !== undefined) this.cause = place.cause;
    this.path = path;
    this.detail = detail;
    this.line = place.line;
    this.column = place.column;
  }
}

/** Runs `action`; a library error that is not yet a {@link ModelError} becomes one at `path`. @throws {@link ModelError} */
export function atPath<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof LindbladError && !(error instanceof ModelError)) {
      throw new ModelError(path, error.message, { cause: error });
    }
    throw error;
  }
}

/** Appends keys and indices to a JSON path: `$.jumps[0].rate`, `$["odd key"]`. */
export function pathOf(base: string, ...keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    const name = String(key);
    return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(shorten(name))}]`;
  }, base);
}

/** Cuts text that would drown a message. */
export function shorten(text: string, limit = 60): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}
