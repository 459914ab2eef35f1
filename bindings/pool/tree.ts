/**
 * Arguments and results as trees: arrays and plain objects, with numbers, texts, typed arrays and the library's objects as leaves.
 * @module
 */
import { Coefficient } from "../coefficients/coefficient.ts";
import { InvalidArgumentError } from "../errors.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";

export type Numbers = Float64Array | Int32Array | Uint8Array;

export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

export function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/**
 * A copy of a tree in which `replace` has put something else in the place of objects and functions; where it returns undefined,
 * an array or plain object is copied and anything else refused.
 * @throws {@link InvalidArgumentError} naming the path
 */
export function mapTree(value: unknown, path: string, replace: (value: object, path: string) => unknown): unknown {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject && typeof value !== "symbol") return value;
  const replaced = isObject ? replace(value, path) : undefined;
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item, k) => mapTree(item, `${path}[${k}]`, replace));
  if (isRecord(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, item]) => [key, mapTree(item, `${path}.${key}`, replace)]));
  }
  throw new InvalidArgumentError(
    path,
    value,
    typeof value === "function" || value instanceof Coefficient
      ? "no function: a worker cannot call it; give values or operators instead, or call the function of the same name outside of the pool"
      : "an Operator, a Ket, a typed array or plain data, which alone can be sent to a worker",
  );
}

/** The tree as it is now: what the caller may still change is copied, operators and kets never change.
 * @throws {@link InvalidArgumentError} for what cannot be sent */
export function snapshot(value: unknown, path: string): unknown {
  return mapTree(value, path, (leaf) => {
    if (leaf instanceof Operator || leaf instanceof Ket) return leaf;
    // One that has a function in it is none of the data that can be sent.
    if (leaf instanceof Coefficient && leaf.toJSON() !== undefined) return leaf;
    return isNumbers(leaf) ? leaf.slice() : undefined;
  });
}
