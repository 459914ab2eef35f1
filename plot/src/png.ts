/**
 * Images of up to 256 colours as PNG files in a data URI: a map of 40000 points is one element, not 40000.
 * @module
 */

/** Rows of colour numbers, from the top. @param transparent number of a colour that lets through what is behind */
export function pngUri(
  width: number,
  height: number,
  pixels: Uint8Array,
  palette: readonly (readonly [number, number, number])[],
  transparent?: number,
): string {
  const raw = new Uint8Array(height * (width + 1));
  // every row begins with its filter: none
  for (let row = 0; row < height; row++) {
    raw.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  const header = [...word(width), ...word(height), 8, 3, 0, 0, 0];
  const bytes = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", Uint8Array.from(header)),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    ...(transparent === undefined
      ? []
      : [
          chunk(
            "tRNS",
            palette.map((_, k) => (k === transparent ? 0 : 255)),
          ),
        ]),
    chunk("IDAT", stored(raw)),
    chunk("IEND", new Uint8Array(0)),
  ];
  let text = "";
  for (const part of bytes) for (const byte of part) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}

function word(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function chunk(name: string, data: ArrayLike<number>): Uint8Array {
  const body = Uint8Array.from([...name].map((letter) => letter.charCodeAt(0)));
  const checked = new Uint8Array(4 + data.length);
  checked.set(body);
  checked.set(data, 4);
  const out = new Uint8Array(12 + data.length);
  out.set(word(data.length));
  out.set(checked, 4);
  out.set(word(crc(checked)), 8 + data.length);
  return out;
}

/** CRC-32 of ISO 3309, bit by bit. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

/** A zlib stream (RFC 1950) of blocks that are not compressed. */
function stored(data: Uint8Array): Uint8Array {
  const most = 65535;
  const blocks = Math.max(1, Math.ceil(data.length / most));
  const out = new Uint8Array(2 + data.length + 5 * blocks + 4);
  out.set([0x78, 0x01]);
  let at = 2;
  for (let k = 0; k < blocks; k++) {
    const part = data.subarray(k * most, (k + 1) * most);
    const size = part.length;
    out.set([k === blocks - 1 ? 1 : 0, size & 255, size >>> 8, ~size & 255, (~size >>> 8) & 255], at);
    out.set(part, at + 5);
    at += 5 + size;
  }
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  out.set(word(((b << 16) | a) >>> 0), at);
  return out;
}
