/**
 * Whether bytes of a kernel are those that this version of the library was built with: they carry a fingerprint of the sources they were
 * compiled from, in a custom section (WebAssembly Core Specification 2.0, 7.4).
 * @module
 */
import { KernelUnavailableError } from "../errors.ts";
import { expected } from "./generated/fingerprint.ts";

/** Name of the custom section. */
const SECTION = "lindblad";
/** Bytes before the first section: "\0asm" and the version. */
const HEADER = 8;

/** What a module says it was compiled from; undefined where it says nothing. */
export function fingerprintOf(module: Uint8Array): string | undefined {
  let at = HEADER;
  let isWhole = true;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = module[at++];
      if (byte === undefined) isWhole = false;
      if (byte === undefined || byte < 128) return value + factor * (byte ?? 0);
      value += factor * (byte - 128);
    }
  };
  while (at < module.length) {
    const id = module[at++];
    const size = number();
    const end = at + size;
    if (id === 0) {
      const length = number();
      if (text(module, at, at + length) === SECTION) return isWhole ? text(module, at + length, end) : undefined;
    }
    at = end;
  }
  return undefined;
}

/** @throws {@link KernelUnavailableError} when the bytes are of another version, or do not say of which */
export function checkFingerprint(module: Uint8Array): void {
  const found = fingerprintOf(module);
  if (found === expected) return;
  throw new KernelUnavailableError(
    `the bytes given are not the kernel of this version of lindblad: expected the fingerprint "${expected}", got ${found === undefined ? "none" : `"${found}"`}; lindblad/wasm/* of the same installation has it`,
  );
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 64)));
}
