/**
 * A model as the fragment of a link: `#m1=` and the model's JSON, deflated with a checksum (zlib, RFC 1950: a link that lost a
 * digit must not become another model) and in base64url (RFC 4648). A fragment is not sent to any server. Whoever opens a link trusts nobody:
 * what it says is bounded while it is unpacked, and is a text that has yet to be checked as a model file of anybody's.
 * @module
 */

/** What a fragment with a model begins with; the number is the version of this notation. */
const PREFIX = "m1=";
/** Longest fragment that is read or made, in characters: browsers and mail programs take this much. */
export const MAX_FRAGMENT = 65_536;
/** Longest JSON in it, in bytes. */
export const MAX_JSON = 1_048_576;
/** Bytes that are inflated at once: they become 1032 times as many at most, which bounds what comes beyond {@link MAX_JSON}. */
const SLICE = 256;

/** Why a model does not fit into a link, or a link holds no model; the message is for people. */
export class LinkError extends Error {
  /** `"foreign"`: no link of a model; `"version"`: of another version; `"damaged"`: cut or changed; `"large"`: beyond a limit; `"data"`: not what JSON can say. */
  readonly code: "foreign" | "version" | "damaged" | "large" | "data";

  constructor(code: LinkError["code"], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LinkError";
    this.code = code;
  }
}

/**
 * A model's file as a fragment, `#` included.
 * @param file plain data, as JSON has it
 * @throws {@link LinkError} for a model that is too large, with its size and the limit, or data that JSON does not have
 * @example
 * location.hash = await encodeModel(file);
 */
export async function encodeModel(file: unknown): Promise<string> {
  const json = new TextEncoder().encode(jsonOf(file));
  if (json.length > MAX_JSON) throw tooLarge(json.length, MAX_JSON, "bytes");
  const deflated: Uint8Array[] = [];
  for await (const part of piped(json, new CompressionStream("deflate"), json.length)) deflated.push(part);
  const fragment = `#${PREFIX}${toBase64Url(joined(deflated))}`;
  if (fragment.length > MAX_FRAGMENT) throw tooLarge(fragment.length, MAX_FRAGMENT, "characters");
  return fragment;
}

/**
 * The text in a fragment, with or without `#`. Whether it is JSON, and a model, is for `checkText` to say, in a worker: it refuses keys that reach
 * into prototypes and what is nested too deep.
 * @throws {@link LinkError}, and nothing else, for whatever is no such fragment
 */
export async function decodeText(fragment: string): Promise<string> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(PREFIX)) {
    const version = /^(m\d+)=/.exec(text)?.[1];
    if (version === undefined) throw new LinkError("foreign", 'The link holds no model: expected "#m1=" and its data.');
    throw new LinkError("version", `The link is of version "${version.slice(0, 12)}"; this page reads "m1".`);
  }
  if (fragment.length > MAX_FRAGMENT) {
    const detail = `it has ${fragment.length} characters, expected at most ${MAX_FRAGMENT}`;
    throw new LinkError("large", `The link is too long: ${detail}.`);
  }
  return textOf(await inflated(fromBase64Url(text.slice(PREFIX.length))));
}

/** @throws {@link LinkError} for data that JSON would lose or does not have */
function jsonOf(file: unknown): string {
  const lossless = (key: string, value: unknown): unknown => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    throw new LinkError("data", `The model cannot be shared: ${key} is ${value}, which JSON does not have.`);
  };
  try {
    const text: string | undefined = JSON.stringify(file, lossless);
    if (text !== undefined) return text;
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("data", `The model cannot be shared: ${(error as Error).message}`, error);
  }
  throw new LinkError("data", `The model cannot be shared: expected data of JSON, got ${typeof file}.`);
}

function tooLarge(size: number, limit: number, unit: string): LinkError {
  const detail = `it would take ${size} ${unit}, and a link holds at most ${limit}`;
  return new LinkError("large", `The model is too large for a link: ${detail}. Download it as a file instead.`);
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of piped(bytes, new DecompressionStream("deflate"), SLICE)) {
      size += part.length;
      if (size > MAX_JSON) {
        throw new LinkError("large", `The link unpacks to more than ${MAX_JSON} bytes, which no shared model has.`);
      }
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("damaged", "The link is damaged: it was cut short or changed on its way.", error);
  }
  return joined(parts);
}

/** What a transformation makes of bytes, of which it gets a slice when it has given what it has made of those before. */
async function* piped(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
  slice: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (at >= bytes.length) controller.close();
        else controller.enqueue(bytes.subarray(at, at + slice));
        at += slice;
      },
    },
    // nothing is made ahead of the asking
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(through).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // of what is left; of a stream that failed it has nothing to say
    await reader.cancel().catch(() => {});
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new LinkError("damaged", "The link is damaged: what it holds is not text in UTF-8.", error);
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const odd = /[^A-Za-z0-9_-]/.exec(text);
  if (odd === null && text.length % 4 !== 1) {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  }
  const detail = odd === null ? "it was cut short" : `${JSON.stringify(odd[0])} is no part of a link`;
  throw new LinkError("damaged", `The link is damaged: ${detail}.`);
}
