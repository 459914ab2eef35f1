/**
 * NumPy's .npy and .npz formats, read: what `numpy.save`, `numpy.savez` and `numpy.savez_compressed` write without pickle.
 * The format: numpy.lib.format, versions 1.0 to 3.0.
 * @module
 */
import { unzipSync } from "fflate";
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys } from "../operators/checks.ts";
import type { NpyArray } from "./npy.ts";
import { crc32, zipChecksums } from "./zip.ts";

/** Options of {@link readNpz}. */
export interface ReadNpzOptions {
  /** How many bytes the arrays may take when unpacked, in all; 1 GiB when left out. A small file can unpack to a thousand times its size. */
  maxBytes?: number;
}

const GIBIBYTE = 2 ** 30;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Most axes of an array: numpy's own limit. */
const MAX_AXES = 64;
/** Longest header, in bytes: that of version 1. */
const MAX_HEADER = 65_546;

/** How one number of a kind is read, by numpy's letter and size: `f8`, `i4`, … */
const READERS: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  i8: (view, at, little) => exactly(view.getBigInt64(at, little)),
  u8: (view, at, little) => exactly(view.getBigUint64(at, little)),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
};

/**
 * The array of an .npy file, in C order and double precision: real numbers, integers and booleans as `"float64"`, complex ones as
 * `"complex128"`; Fortran order and big-endian numbers are turned round.
 * @throws {@link InvalidArgumentError} when it is no .npy file or is cut short, or holds objects, texts, records, extended precision or integers beyond 2⁵³
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  return parse(bytes, "readNpy");
}

/**
 * The arrays of an .npz file by name, each as {@link readNpy} gives it. Checksums are checked.
 * @throws {@link InvalidArgumentError} when it is no .npz file, is damaged or cut short, unpacks to more than `maxBytes`, or holds what {@link readNpy} refuses; the array is named
 * @example
 * const { H } = readNpz(readFileSync("system.npz")); // numpy.savez("system.npz", H=H)
 * const hamiltonian = Operator.dense(H.shape[0], H.data);
 */
export function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Record<string, NpyArray> {
  checkBytes(bytes, "readNpz: bytes");
  checkKeys(options, ["maxBytes"], "readNpz");
  const { maxBytes = GIBIBYTE } = options;
  if (!(maxBytes > 0)) throw new InvalidArgumentError("readNpz: maxBytes", maxBytes, "a number of bytes");
  const files = unzip(bytes, maxBytes);
  let room = maxBytes;
  const arrays = Object.entries(files).map(([file, content]) => {
    if (!file.endsWith(".npy")) throw new InvalidArgumentError("readNpz", file, "files called NAME.npy alone");
    const name = file.slice(0, -".npy".length);
    const array = parse(content, `readNpz: ${name}`, { room, maxBytes });
    room -= array.data.byteLength;
    return [name, array] as const;
  });
  // Object.fromEntries defines: an array called __proto__ is an array.
  return Object.fromEntries(arrays);
}

function unzip(bytes: Uint8Array, maxBytes: number): Record<string, Uint8Array> {
  let total = 0;
  const filter = ({ originalSize }: { originalSize: number }) => {
    total += originalSize;
    if (total > maxBytes)
      throw new InvalidArgumentError("readNpz: bytes", `${total} bytes unpacked`, `at most maxBytes = ${maxBytes}`);
    return true;
  };
  try {
    const checksums = zipChecksums(bytes);
    const files = unzipSync(bytes, { filter });
    if (Object.keys(files).length !== checksums.size) throw new Error("a directory that does not fit its files");
    const bad = Object.entries(files).find(([name, content]) => crc32(content) !== checksums.get(name));
    if (bad !== undefined)
      throw new InvalidArgumentError("readNpz: bytes", bad[0], "the checksum the file names for it");
    return files;
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError("readNpz: bytes", reason, "an .npz file");
  }
}

/** Bytes of a file that are left for the doubles of an array: eight times as many as the file has, where it holds bytes. */
interface Budget {
  readonly room: number;
  readonly maxBytes: number;
}

function parse(bytes: Uint8Array, where: string, budget?: Budget): NpyArray {
  checkBytes(bytes, where);
  const refuse = (what: unknown, expected: string): never => {
    throw new InvalidArgumentError(where, what, expected);
  };
  if (bytes.length < 12 || MAGIC.some((byte, k) => bytes[k] !== byte)) refuse("other bytes", "an .npy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6]!;
  if (major < 1 || major > 3) refuse(`version ${major}`, "version 1, 2 or 3 of the format");
  const start = major === 1 ? 10 : 12;
  const offset = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (offset > bytes.length) refuse(`${bytes.length} bytes`, `a header that ends at byte ${offset}`);
  if (offset > MAX_HEADER) refuse(`a header of ${offset} bytes`, `at most ${MAX_HEADER}`);
  const header = new TextDecoder().decode(bytes.subarray(start, offset));
  const field = (pattern: RegExp, what: string) =>
    pattern.exec(header)?.[1] ?? refuse(header.trim().slice(0, 200), what);
  const descr = field(/'descr':\s*'([^']*)'/, "numbers: a plain dtype in the header");
  const fortran = field(/'fortran_order':\s*(True|False)/, "fortran_order in the header") === "True";
  const tuple = field(/'shape':\s*\(([\d,\s]*)\)/, "a shape in the header");
  const shape = tuple.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  if (shape.length > MAX_AXES) refuse(`${shape.length} axes`, `at most ${MAX_AXES}`);

  const [, order = "", kind = "", width = ""] = /^([<>|=])([a-z])(\d+)$/.exec(descr) ?? [];
  const complex = kind === "c";
  const read = READERS[complex ? `f${Number(width) / 2}` : `${kind}${width}`];
  if (read === undefined)
    return refuse(
      `dtype ${descr}`,
      "real or complex numbers in single or double precision, integers of up to 64 bits, or booleans",
    );
  const parts = complex ? 2 : 1;
  const size = Number(width) / parts;
  const elements = shape.reduce((a, b) => a * b, 1);
  const wanted = elements * parts * size;
  if (bytes.length - offset !== wanted)
    refuse(`${bytes.length - offset} bytes`, `${wanted} bytes for ${descr} of shape [${shape}]`);

  if (budget !== undefined && 8 * parts * elements > budget.room)
    refuse(`${8 * parts * elements} bytes of doubles`, `at most maxBytes = ${budget.maxBytes} in all arrays`);
  const data = new Float64Array(parts * elements);
  const place = fortran ? fromFortran(shape) : (k: number) => k;
  for (let k = 0; k < elements; k++) {
    for (let part = 0; part < parts; part++) {
      const value = read(view, offset + (k * parts + part) * size, order !== ">");
      if (Number.isNaN(value) && kind !== "f" && !complex)
        refuse("an integer beyond 2^53", "integers a double can hold");
      data[parts * place(k) + part] = value;
    }
  }
  return { dtype: complex ? "complex128" : "float64", shape, data };
}

/** Where the k-th element in Fortran order stands in C order. */
function fromFortran(shape: readonly number[]): (k: number) => number {
  return (k) => {
    let [rest, at] = [k, 0];
    let stride = shape.reduce((a, b) => a * b, 1);
    for (const n of shape) {
      stride /= n;
      at += (rest % n) * stride;
      rest = Math.floor(rest / n);
    }
    return at;
  };
}

/** NaN where a double cannot hold the integer: no integer reads so otherwise. */
function exactly(value: bigint): number {
  const number = Number(value);
  return BigInt(number) === value && Number.isSafeInteger(number) ? number : Number.NaN;
}

function checkBytes(bytes: Uint8Array, where: string): void {
  if (!(bytes instanceof Uint8Array)) throw new InvalidArgumentError(where, bytes, "a Uint8Array");
}
