/**
 * How the builds of the kernel lie in a program: one deflated (RFC 1951) and in base64; the other as what is to be copied from the first and what
 * lies between, deflated too. As plain text both would be 2.4 times as large.
 * @module
 */
import { inflateSync } from "fflate/browser";

/** Node's own inflater is there in a fresh process; one in JavaScript would first have to be compiled. */
interface HostProcess {
  getBuiltinModule?(
    name: "node:zlib",
  ): { inflateRawSync(data: Uint8Array, options: { chunkSize: number }): Uint8Array } | undefined;
}

/** At once, where the default makes and joins a dozen pieces. */
const CHUNK = { chunkSize: 1 << 18 };

/** The bytes that `text` holds, deflated and in base64. */
export function inflate(text: string): Uint8Array<ArrayBuffer> {
  const { process } = globalThis as { process?: HostProcess };
  const zlib = process?.getBuiltinModule?.("node:zlib");
  const deflated = decodeBase64(text);
  return zlib ? new Uint8Array(zlib.inflateRawSync(deflated, CHUNK)) : inflateSync(deflated);
}

/**
 * The bytes that `delta` makes of `base`. It begins with four numbers: the length of what it makes, and those of the three lists of numbers that
 * follow, which say for each copy how many bytes of its own come before it, how many it copies, and from where: counted from where the last copy and
 * those bytes would have led, 2n for n places ahead, 2n - 1 for n places back. The rest are the bytes of its own. Numbers are in LEB128.
 */
export function patch(base: Uint8Array, delta: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Reader(delta, 0);
  const made = new Uint8Array(head.next());
  const sizes = [head.next(), head.next(), head.next()] as const;
  const skips = new Reader(delta, head.at);
  const lengths = new Reader(delta, skips.at + sizes[0]);
  const offsets = new Reader(delta, lengths.at + sizes[1]);
  const end = lengths.at;
  let own = offsets.at + sizes[2];
  let to = 0;
  let from = 0;
  while (skips.at < end) {
    const skip = skips.next();
    copy(delta, own, made, to, skip);
    own += skip;
    to += skip;
    const length = lengths.next();
    const offset = offsets.next();
    from += skip + (offset & 1 ? -(offset + 1) / 2 : offset / 2);
    copy(base, from, made, to, length);
    from += length;
    to += length;
  }
  copy(delta, own, made, to, delta.length - own);
  return made;
}

/** Most copies are of a few bytes, for which a view would cost more than the bytes do. */
function copy(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length >= 32) target.set(source.subarray(from, from + length), to);
  else for (let k = 0; k < length; k++) target[to + k] = source[from + k]!;
}

/** Numbers in LEB128, one after the other. */
class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
  ) {}

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const fromBase64 = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  if (typeof Buffer !== "undefined") return new Uint8Array(Buffer.from(text, "base64"));
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
