/**
 * as-bind's converters for the object layout of today's AssemblyScript (as-bind 0.8.2 knows that of 0.19), for the types
 * that the kernel's exports use. What comes out is always a copy: as published, as-bind hands out views that later calls
 * overwrite.
 * @module
 */
import { type AsBindInstance, type Converter, converters } from "./vendor/as-bind.js";

/** Size of the managed object header before a pointer: … rtId at -8, rtSize at -4. */
const SIZE_OFFSET = -4;

function memory(instance: AsBindInstance): DataView {
  const { memory } = instance.loadedModule.instance.exports;
  return new DataView((memory as WebAssembly.Memory).buffer);
}

const passThrough: Converter = {
  ascToJs: (_instance, value) => value,
  jsToAsc: (_instance, value) => value as number,
};

const text: Converter = {
  ascToJs(instance, pointer) {
    const view = memory(instance);
    const length = view.getUint32((pointer >>> 0) + SIZE_OFFSET, true);
    return new TextDecoder("utf-16le").decode(new Uint8Array(view.buffer, pointer >>> 0, length));
  },
  jsToAsc: notAnArgument,
};

/** Typed arrays: header { buffer, dataStart, byteLength }. */
const float64Array: Converter = {
  ascToJs(instance, pointer) {
    const view = memory(instance);
    const start = view.getUint32((pointer >>> 0) + 4, true);
    const length = view.getUint32((pointer >>> 0) + 8, true);
    return new Float64Array(view.buffer, start, length / 8).slice();
  },
  jsToAsc: notAnArgument,
};

/** Array<string>: header { buffer, dataStart, byteLength, length }. */
const stringArray: Converter = {
  ascToJs(instance, pointer, typeName) {
    const view = memory(instance);
    const start = view.getUint32((pointer >>> 0) + 4, true);
    const length = view.getUint32((pointer >>> 0) + 12, true);
    return Array.from({ length }, (_, k) => text.ascToJs(instance, view.getUint32(start + 4 * k, true), typeName));
  },
  jsToAsc: notAnArgument,
};

/** The hot path takes arrays by pointer into the arena; nothing is marshalled inwards. */
function notAnArgument(_instance: AsBindInstance, _value: unknown, typeName: string): never {
  throw new TypeError(`the kernel takes no argument of type ${typeName}`);
}

/** Puts these converters in place of as-bind's own. */
export function installConverters(): void {
  converters.clear();
  // The published pattern for numbers lacks the group and so matches Array<bool> and the like.
  converters.set(/^(void|bool|externref|[iuf](8|16|32|64)|[iu]size)$/, passThrough);
  converters.set("~lib/string/String", text);
  converters.set("~lib/typedarray/Float64Array", float64Array);
  converters.set("~lib/array/Array<~lib/string/String>", stringArray);
}
