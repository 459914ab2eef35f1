/**
 * Errors across the boundary of a worker: class, fields, message and stack.
 * @module
 */
import * as library from "../errors.ts";
import type { PackedError } from "./protocol.ts";

/** Prototypes of the errors that keep their class, by name. */
function prototypes(): [name: string, prototype: unknown][] {
  const classes = { ...library, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  return Object.entries(classes).map(([name, { prototype }]) => [name, prototype]);
}

export function packError(error: Error, packTree: (part: unknown) => unknown): PackedError {
  const { name, message, stack, cause } = error;
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(cause === undefined ? error : { ...error, cause })) {
    try {
      fields[key] = packTree(value);
    } catch {
      // An error arrives without what cannot be sent.
    }
  }
  return { kind: "error", type: typeOf(error), name, message, stack, fields };
}

/** The nearest class that is known: that of the error, or one that it extends. */
function typeOf(error: Error): string {
  const known = prototypes();
  let prototype: unknown = Object.getPrototypeOf(error);
  while (prototype !== null) {
    const found = known.find(([, other]) => other === prototype);
    if (found) return found[0];
    prototype = Object.getPrototypeOf(prototype);
  }
  return "Error";
}

export function unpackError(packed: PackedError, unpackTree: (part: unknown) => unknown): Error {
  const error = new Error(packed.message);
  const found = prototypes().find(([name]) => name === packed.type);
  // Not constructed: constructors make the message out of the fields, and each wants others.
  if (found) Object.setPrototypeOf(error, found[1] as object);
  Object.assign(error, unpackTree(packed.fields));
  if (error.name !== packed.name) hide(error, "name", packed.name);
  if (packed.stack !== undefined) hide(error, "stack", packed.stack);
  return error;
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, writable: true, configurable: true });
}
