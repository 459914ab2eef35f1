/**
 * What fflate leaves unchecked of a zip archive: its checksums (PKWARE, APPNOTE.TXT, 4.3.12 and 4.4.7).
 * @module
 */

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
/** The length of what stands before a file's name at the file itself. */
const LOCAL_BYTES = 30;
/** The flag of names that are not Latin-1. */
const UTF8 = 0x800;

/** The checksums that an archive's directory names, by file. @throws Error when there is no directory */
export function zipChecksums(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  // A comment of at most 65535 bytes may follow.
  const least = Math.max(0, end - 65535);
  while (end >= least && view.getUint32(end, true) !== END) end--;
  if (end < least) throw new Error("no directory at the end");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const checksums = new Map<string, number>();
  for (let k = 0; k < count; k++) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("a broken directory");
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const nameAt = (place: number) => bytes.subarray(place, place + nameLength);
    const utf8 = (view.getUint16(at + 8, true) & UTF8) !== 0;
    const bytesOfName = nameAt(at + ENTRY_BYTES);
    // Not TextDecoder's latin1, which is Windows' code page in some engines.
    const name = utf8 ? new TextDecoder().decode(bytesOfName) : String.fromCharCode(...bytesOfName);
    // The only thing of a file that no checksum covers stands twice.
    const again = nameAt(view.getUint32(at + 42, true) + LOCAL_BYTES);
    if (bytesOfName.some((byte, k) => byte !== again[k])) throw new Error(`a file called ${name} and otherwise`);
    if (checksums.has(name)) throw new Error(`two files called ${name}`);
    checksums.set(name, view.getUint32(at + 16, true));
    at += ENTRY_BYTES + nameLength + extra + comment;
  }
  return checksums;
}

const TABLE = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 as zip archives name it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
