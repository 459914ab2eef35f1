/**
 * Bounds on data of model files, whatever notation it came in. Apart from the notations: data that is only checked needs no parser.
 * @module
 */
import { ModelError, pathOf } from "./error.ts";
import { MAX_DEFINITIONS, MAX_FILE_NESTING, MAX_VALUES } from "./limits.ts";
import { PROTOTYPE_KEYS } from "./names.ts";

/**
 * Refuses keys that reach into prototypes, before anything looks at the data, and bounds its depth and its size for all who walk it.
 * @throws {@link ModelError}
 */
export function checkData(data: unknown): void {
  let left = MAX_VALUES;
  const walk = (value: object, path: () => string, depth: number): void => {
    if (depth > MAX_FILE_NESTING) throw new ModelError(path(), `nested more than ${MAX_FILE_NESTING} deep`);
    const isList = Array.isArray(value);
    const keys = isList ? undefined : Object.keys(value);
    const count = keys?.length ?? (value as unknown[]).length;
    left -= count;
    if (left < 0) throw new ModelError(path(), `more than ${MAX_VALUES} values in all`);
    if (keys && count > MAX_DEFINITIONS) {
      throw new ModelError(path(), `an object of ${count} keys, expected at most ${MAX_DEFINITIONS}`);
    }
    for (let k = 0; k < count; k++) {
      const key = keys?.[k] ?? k;
      const place = () => pathOf(path(), key);
      if (typeof key === "string" && PROTOTYPE_KEYS.has(key)) {
        throw new ModelError(place(), `the key ${JSON.stringify(key)} is not allowed`);
      }
      const item = (value as Record<PropertyKey, unknown>)[key];
      if (typeof item === "object" && item !== null) walk(item, place, depth + 1);
    }
  };
  if (typeof data === "object" && data !== null) walk(data, () => "$", 0);
}
