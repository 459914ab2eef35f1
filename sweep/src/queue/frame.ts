/**
 * Trees of plain data and typed arrays as bytes: the same on every machine and in every version of Node, and nothing that is run when read.
 *
 * A frame is a byte of the format, a byte that says whether the rest is compressed, and the rest: the length of a JSON text in 4 bytes,
 * the text, the elements of all arrays, little-endian. The text has the tree, and where which array belongs. Elements are written byte by
 * byte of their significance: the first bytes of all, the second, … (as HDF5's shuffle filter does), since the leading bytes of neighbouring
 * numbers are alike and compress, where numbers as they are do not.
 * @module
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";

const FORMAT = 1;
const [STORED, DEFLATED] = [0, 1];
/** Bytes below which compressing saves less than a packet. */
const SMALL = 1024;
/** Of deflate: the fastest; higher ones take several times as long for some per cent. */
const LEVEL = 1;
/** What Redis takes as one value. */
const LARGEST = 512 * 2 ** 20;

const ARRAYS = { f64: Float64Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;
type Numbers = InstanceType<(typeof ARRAYS)[ArrayName]>;
/** Keys that lead to an array, its type, and its length. A number that JSON has no word for is an array without a length. */
type Placed = readonly [path: readonly (string | number)[], type: ArrayName, length: number | null];

/** Bytes that are no frame, or of another version. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/**
 * A tree as bytes.
 * @param tree arrays, plain objects, texts, numbers, null, and `Float64Array`, `Int32Array`, `Uint32Array`, `Uint8Array`; undefined is left out
 * @throws {@link FrameError} for anything else, or more than Redis takes as one value
 */
export function encode(tree: unknown): Uint8Array<ArrayBuffer> {
  const placed: Placed[] = [];
  const parts: Uint8Array[] = [];
  const plain = strip(tree, [], placed, parts);
  const text = new TextEncoder().encode(JSON.stringify([plain, placed]));
  const body = Buffer.concat([new Uint8Array(Uint32Array.of(text.length).buffer), text, ...parts]);
  const packed = body.length < SMALL ? body : deflateRawSync(body, { level: LEVEL });
  const isSmaller = packed.length < body.length;
  const rest = isSmaller ? packed : body;
  // a buffer of its own, which can be handed to another thread
  const frame = new Uint8Array(2 + rest.length);
  frame.set([FORMAT, isSmaller ? DEFLATED : STORED]);
  frame.set(rest, 2);
  if (frame.length > LARGEST) {
    throw new FrameError(`${frame.length} bytes, expected at most ${LARGEST}: smaller chunks, or fewer series`);
  }
  return frame;
}

/** The tree that was encoded. @throws {@link FrameError} */
export function decode(frame: Uint8Array): unknown {
  if (frame[0] !== FORMAT) throw new FrameError(`format ${frame[0]}, expected ${FORMAT}: another version wrote it`);
  try {
    const body = frame[1] === DEFLATED ? inflateRawSync(frame.subarray(2)) : frame.subarray(2);
    let at = 4 + new DataView(body.buffer, body.byteOffset).getUint32(0, true);
    const [plain, placed] = JSON.parse(new TextDecoder().decode(body.subarray(4, at))) as [unknown, Placed[]];
    const root = { tree: plain };
    for (const [path, type, length] of placed) {
      const array = new ARRAYS[type](length ?? 1);
      const bytes = body.subarray(at, at + array.byteLength);
      if (bytes.length !== array.byteLength) throw new FrameError("it ends too early");
      unshuffle(bytes, array);
      at += array.byteLength;
      put(root, ["tree", ...path], length === null ? array[0] : array);
    }
    return root.tree;
  } catch (error) {
    throw new FrameError(`not readable: ${error instanceof Error ? error.message : error}`);
  }
}

/** The tree with null in the place of arrays, which go to `placed` and `parts`. */
function strip(value: unknown, path: readonly (string | number)[], placed: Placed[], parts: Uint8Array[]): unknown {
  const place = (array: Numbers, type: ArrayName, length: number | null) => {
    placed.push([path, type, length]);
    parts.push(shuffle(array));
    return null;
  };
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : place(Float64Array.of(value), "f64", null);
  }
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return value;
  for (const [type, { prototype }] of Object.entries(ARRAYS)) {
    // a Buffer is a Uint8Array of a prototype of its own
    if (Object.prototype.isPrototypeOf.call(prototype, value as object)) {
      return place(value as Numbers, type as ArrayName, (value as Numbers).length);
    }
  }
  if (Array.isArray(value)) return value.map((item, k) => strip(item, [...path, k], placed, parts) ?? null);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new FrameError(`${path.join(".")}: expected plain data or an array of numbers, got ${typeof value}`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, strip(item, [...path, key], placed, parts)]),
  );
}

function put(root: object, path: readonly (string | number)[], value: unknown): void {
  let parent = root as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(parent, key)) throw new FrameError(`nothing at ${path.join(".")}`);
    parent = parent[key] as typeof parent;
  }
  if (!Object.hasOwn(parent, path.at(-1)!)) throw new FrameError(`nothing at ${path.join(".")}`);
  parent[path.at(-1)!] = value;
}

/** The bytes of numbers, those of one significance together. */
function shuffle(array: Numbers): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const [width, n] = [array.BYTES_PER_ELEMENT, array.length];
  if (width === 1) return bytes;
  const out = new Uint8Array(bytes.length);
  for (let b = 0; b < width; b++) for (let k = 0; k < n; k++) out[b * n + k] = bytes[k * width + b]!;
  return out;
}

function unshuffle(bytes: Uint8Array, array: Numbers): void {
  const out = new Uint8Array(array.buffer);
  const [width, n] = [array.BYTES_PER_ELEMENT, array.length];
  for (let b = 0; b < width; b++) for (let k = 0; k < n; k++) out[k * width + b] = bytes[b * n + k]!;
}
