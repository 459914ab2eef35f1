/**
 * {@link ModelError}: what is wrong in a model file, and where.
 * @module
 */
import { LindbladError } from "../errors.ts";

/** Longest message, in characters. */
const MAX_DETAIL = 2000;

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
      printable(path),
      ...(place.line === undefined ? [] : [`line ${place.line}`]),
      ...(place.column === undefined ? [] : [`column ${place.column}`]),
    ].join(", ");
    super(`${where}: ${printable(shorten(detail, MAX_DETAIL))}`);
    if (place.cause !== undefined) this.cause = place.cause;
    this.path = path;
    this.detail = detail;
    this.line = place.line;
    this.column = place.column;
  }
}

/** Runs `action`; a library error that is not yet a {@link ModelError} becomes one at `path`, which may depend on `where` the
 * error says it was. @throws {@link ModelError} */
export function atPath<T>(path: string | ((where: string) => string), action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof LindbladError && !(error instanceof ModelError)) {
      const where = "where" in error && typeof error.where === "string" ? error.where : "";
      throw new ModelError(typeof path === "string" ? path : path(where), error.message, { cause: error });
    }
    throw error;
  }
}

/** Appends keys and indices to a JSON path: `$.jumps[0].rate`, `$["odd key"]`. */
export function pathOf(base: string, ...keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    const name = String(key);
    return /^[\p{L}_$][\p{L}\p{N}_$]{0,63}$/u.test(name)
      ? `${path}.${name}`
      : `${path}[${JSON.stringify(shorten(name))}]`;
  }, base);
}

/** Text on one line of a terminal: control characters, line separators and characters that turn the direction of writing are
 * written as escapes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16).padStart(4, "0");
    return NAMED_ESCAPES[character] ?? `\\u${code}`;
  });
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Cuts text that would drown a message. */
export function shorten(text: string, limit = 60): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}
