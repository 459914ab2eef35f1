/**
 * Types of as-bind's runtime, `as-bind.js` beside this file, which the build copies from the package as-bind (its own
 * declaration names an export that does not exist).
 */

/** What a converter may use of an instance. */
export interface AsBindInstance {
  /** Exports with arguments and results converted. */
  readonly exports: Record<string, (...args: unknown[]) => unknown>;
  readonly loadedModule: { readonly instance: { readonly exports: Record<string, unknown> } };
  /** Runtime id of a class met in the signatures of the exports. */
  getTypeId(typeName: string): number;
}

export interface Converter {
  ascToJs(instance: AsBindInstance, value: number, typeName: string): unknown;
  jsToAsc(instance: AsBindInstance, value: unknown, typeName: string): number;
}

/** By type name, or by a pattern; the first match in order of insertion is taken. */
export const converters: Map<string | RegExp, Converter>;

/** `WebAssembly.Imports`, written out: Node's types have no WebAssembly, and programs that use the library should not need those of a browser. */
type Imports = Record<string, Record<string, (...args: never[]) => unknown>>;

export function instantiate(source: ArrayBuffer | ArrayBufferView, imports: Imports): Promise<AsBindInstance>;
export function instantiateSync(source: ArrayBuffer | ArrayBufferView, imports: Imports): AsBindInstance;
