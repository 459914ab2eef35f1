/**
 * NumPy's .npy and .npz formats, written so that `numpy.load` opens them without pickle.
 * @module
 */
import { zipSync } from "fflate";
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";

/** An array for numpy, in C order. */
export interface NpyArray {
  /** Real or complex double precision. */
  readonly dtype: "float64" | "complex128";
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** complex128: re and im interleaved, two numbers an element. */
  readonly data: Float64Array;
}

/** The header is padded to a multiple of this, so that the data are aligned. */
const ALIGNMENT = 64;
/** Magic string, version 1.0, and two bytes for the length of the header. */
const PREFIX = 10;

/**
 * One array as the bytes of an .npy file (format version 1.0), in C order.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 * @example
 * npy({ dtype: "float64", shape: [2, 3], data: new Float64Array(6) }).length; // 176: a header of 128 bytes, and 6 numbers
 */
export function npy(array: NpyArray): Uint8Array {
  const { dtype, shape, data } = array ?? {};
  if (dtype !== "float64" && dtype !== "complex128") {
    throw new InvalidArgumentError("npy: dtype", dtype, '"float64" or "complex128"');
  }
  if (!Array.isArray(shape)) throw new InvalidArgumentError("npy: shape", shape, "an array of integers");
  if (!(data instanceof Float64Array)) throw new InvalidArgumentError("npy: data", data, "a Float64Array");
  if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
    throw new InvalidArgumentError("npy: shape", shape, "integers >= 0");
  }
  const numbers = shape.reduce((a, b) => a * b, dtype === "complex128" ? 2 : 1);
  if (data.length !== numbers) {
    throw new DimensionMismatchError(
      "npy: data",
      `${numbers} numbers for ${dtype} of shape [${shape}]`,
      `${data.length}`,
    );
  }
  const descr = dtype === "complex128" ? "<c16" : "<f8";
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((PREFIX + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX;
  const bytes = new Uint8Array(PREFIX + length + 8 * data.length);
  bytes.set([0x93, ...ascii("NUMPY"), 1, 0, length & 0xff, length >> 8]);
  bytes.set(ascii(`${dictionary.padEnd(length - 1)}\n`), PREFIX);
  const view = new DataView(bytes.buffer);
  // explicit little-endian: the header says so, whatever the machine
  data.forEach((value, k) => {
    view.setFloat64(PREFIX + length + 8 * k, value, true);
  });
  return bytes;
}

/** Named arrays as the bytes of a compressed .npz file. Names are used as keys by `numpy.load`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function npz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => {
    // a name becomes a path inside the archive: it must stay inside
    if (name === "" || /[/\\\0]/.test(name))
      throw new InvalidArgumentError("npz: name", name, "a name without slashes");
    return [`${name}.npy`, npy(array)] as const;
  });
  // a fixed date: equal arrays give equal bytes
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
