/**
 * Calls of the kernel that may trap: what went wrong inside is told as a {@link KernelTrapError}, and the instance is given up, for nobody
 * knows in what state it is.
 * @module
 */
import { KernelTrapError } from "../errors.ts";
import { isThrownByHost } from "./callables.ts";

type Call = (...args: never[]) => unknown;

/** The calls of one instance. */
export class Guard {
  /** What the instance was given up for. */
  #cause: unknown;
  #trapped: string | undefined;
  readonly #build: () => string;

  /** @param build name of the build, for what the errors say */
  constructor(build: () => string) {
    this.#build = build;
  }

  /** Whether a call has trapped: nothing may be computed any more. */
  get isBroken(): boolean {
    return this.#trapped !== undefined;
  }

  /** The same functions, each of which throws {@link KernelTrapError} when it traps, or when another one has; what a callback throws passes through. */
  functions<T extends object>(calls: T): T {
    const guarded = Object.entries(calls).map(([name, call]) => [
      name,
      typeof call === "function" ? this.#guard(name, call as Call) : call,
    ]);
    return Object.fromEntries(guarded) as T;
  }

  #guard(name: string, call: Call): Call {
    return (...args) => {
      if (this.#trapped !== undefined) throw this.#error();
      let result: unknown;
      try {
        result = call(...args);
      } catch (cause) {
        const before = this.#trapped;
        // Given up before anything is called: where the stack is full, a call may be one too many.
        this.#trapped ??= name;
        this.#cause ??= cause;
        if (before === undefined && isThrownByHost(cause)) {
          this.#trapped = undefined;
          this.#cause = undefined;
          throw cause;
        }
        throw this.#error();
      }
      // A function that the kernel called has used it, met a trap, and said nothing of it.
      if (this.#trapped !== undefined) throw this.#error();
      return result;
    };
  }

  #error(): KernelTrapError {
    return new KernelTrapError(this.#trapped!, this.#build(), this.#cause);
  }
}
