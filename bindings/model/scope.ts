/**
 * The names of a model file: definitions evaluated on first use, so that order does not matter, with cycles reported.
 * @module
 */
import { ModelError, pathOf } from "./error.ts";
import type { Scope } from "./expression.ts";
import { RESERVED_NAMES } from "./functions.ts";
import { MAX_CHAIN, MAX_DEFINITIONS } from "./limits.ts";
import type { Arithmetic } from "./value.ts";
import { Work } from "./work.ts";

/** Definitions over each other and over an outer scope. */
export class Definitions<V> implements Scope<V> {
  readonly #computations = new Map<string, { path: string; compute: (scope: Scope<V>) => V }>();
  readonly #values = new Map<string, V>();
  readonly #active: string[] = [];

  readonly work: Work;

  constructor(
    readonly arithmetic: Arithmetic<V>,
    readonly outer?: Definitions<V>,
    work?: Work,
  ) {
    this.work = outer?.work ?? work ?? new Work();
  }

  /**
   * Adds a definition; nothing is computed yet.
   * @throws {@link ModelError} when the name is taken, by another definition or by the language, or there are too many
   */
  define(name: string, path: string, compute: (scope: Scope<V>) => V): void {
    if (RESERVED_NAMES.has(name)) {
      throw new ModelError(path, `"${name}" already has a meaning in expressions: choose another name`);
    }
    if (this.#isDefined(name)) throw new ModelError(path, `"${name}" is already defined: choose another name`);
    if (this.#computations.size >= MAX_DEFINITIONS) {
      throw new ModelError(path, `one definition too many: expected at most ${MAX_DEFINITIONS}`);
    }
    this.#computations.set(name, { path, compute });
  }

  #isDefined(name: string): boolean {
    if (this.#computations.has(name)) return true;
    return this.outer === undefined ? false : this.outer.#isDefined(name);
  }

  get(name: string): V | undefined {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const definition = this.#computations.get(name);
    if (definition === undefined) return this.outer?.get(name);
    if (this.#active.includes(name)) {
      const cycle = [...this.#active.slice(this.#active.indexOf(name)), name].join(" -> ");
      throw new ModelError(definition.path, `the definition goes in a circle: ${cycle}`);
    }
    if (this.#active.length >= MAX_CHAIN) {
      throw new ModelError(
        definition.path,
        `more than ${MAX_CHAIN} definitions refer to later ones in a chain: move the ones used first to the front`,
      );
    }
    this.#active.push(name);
    try {
      const value = definition.compute(this);
      this.#values.set(name, value);
      return value;
    } finally {
      this.#active.pop();
    }
  }

  *names(): Iterable<string> {
    yield* this.#computations.keys();
    yield* this.outer?.names() ?? [];
  }

  /** Computes every definition, so that an unused wrong one is found too. @throws {@link ModelError} */
  evaluateAll(): ReadonlyMap<string, V> {
    return new Map([...this.#computations.keys()].map((name) => [name, this.get(name)!]));
  }
}

/** A scope with some values on top of it. */
export function withValues<V>(outer: Scope<V>, values: ReadonlyMap<string, V>): Scope<V> {
  return {
    get: (name) => values.get(name) ?? outer.get(name),
    names: () => [...values.keys(), ...outer.names()],
    arithmetic: outer.arithmetic,
    work: outer.work,
  };
}

/** Defines each entry of a record, at its own path. */
export function defineAll<T, V>(
  definitions: Definitions<V>,
  record: Readonly<Record<string, T>>,
  path: string,
  compute: (entry: T, path: string, scope: Scope<V>) => V,
): void {
  for (const [name, entry] of Object.entries(record)) {
    const place = pathOf(path, name);
    definitions.define(name, place, (scope) => compute(entry, place, scope));
  }
}
