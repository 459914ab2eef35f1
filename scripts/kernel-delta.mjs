/**
 * One build of the kernel told by another: what is copied from it, and the bytes in between. The builds differ in one instruction here and there, too
 * far apart for a compressor with a window of 32 kB to find that they are the same. `bindings/kernel/unpack.ts` reads it, and says how it is laid out.
 */

/** A copy is found by its first bytes… */
const KEY = 8;
/** …or near where the last one went on, by fewer. */
const NEAR = 40;
const SHORTEST = 3;
/** What a copy costs, in bytes once compressed, from nearby and from afar: measured, on the builds of November 2026. */
const COST_NEAR = 2;
const COST_FAR = 12;

/** The bytes that lead from `base` to `target`. */
export function deltaOf(base, target) {
  const places = placesByKey(base);
  const skips = [];
  const lengths = [];
  const offsets = [];
  const literals = [];
  let expected = 0; // where the next copy would begin, were nothing inserted or left out
  let skipped = 0;
  for (let at = 0; at < target.length; ) {
    const { from, length } = bestCopy(base, target, at, expected, places.get(keyAt(target, at)) ?? []);
    if (length === 0) {
      literals.push(target[at++]);
      skipped++;
      expected++;
      continue;
    }
    writeVarint(skips, skipped);
    writeVarint(lengths, length);
    writeVarint(offsets, from < expected ? 2 * (expected - from) - 1 : 2 * (from - expected));
    skipped = 0;
    at += length;
    expected = from + length;
  }
  const head = [];
  for (const size of [target.length, skips.length, lengths.length, offsets.length]) writeVarint(head, size);
  return Uint8Array.from([head, skips, lengths, offsets, literals].flat());
}

const keyAt = (bytes, at) => bytes.toString("latin1", at, at + KEY);

function placesByKey(base) {
  const places = new Map();
  for (let at = 0; at + KEY <= base.length; at++) {
    const key = keyAt(base, at);
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  }
  return places;
}

/** The copy that spares most; of length 0 where none does. */
function bestCopy(base, target, at, expected, far) {
  let best = { from: 0, length: 0 };
  let most = 0;
  const consider = (from, cost) => {
    let length = 0;
    while (at + length < target.length && from + length < base.length && base[from + length] === target[at + length]) {
      length++;
    }
    if (length >= SHORTEST && length - cost > most) {
      most = length - cost;
      best = { from, length };
    }
  };
  for (let from = Math.max(0, expected - NEAR); from <= expected + NEAR; from++) consider(from, COST_NEAR);
  for (const from of far) consider(from, COST_FAR);
  return best;
}

function writeVarint(bytes, value) {
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
}
