/**
 * Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, Proc. SC11 (2011), section 3.2). Number k of trajectory i under a seed is a function of these
 * three alone: a trajectory is the same on its own, in any order, and on any machine.
 */

const MULTIPLIER_0: u64 = 0xd2511f53;
const MULTIPLIER_1: u64 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 10;
/** 2^-53 */
const UNIT: f64 = 1.1102230246251565e-16;

/** The random numbers of one trajectory, one after another. */
@unmanaged
export class Stream {
  /** The key. */
  seedLow: u32;
  seedHigh: u32;
  /** The counter: which block of four words, of which use of which trajectory. */
  block: u32;
  use: u32;
  indexLow: u32;
  indexHigh: u32;
  /** The present block, and how many of its words are spent. */
  word0: u32;
  word1: u32;
  word2: u32;
  word3: u32;
  spent: i32;
  /** The other one of a pair of normal numbers; not a number when there is none. */
  other: f64;
}

/**
 * The numbers of a trajectory from its first on.
 * @param index of the trajectory, an integer below 2^53
 * @param use streams of different use are independent of each other
 */
export function beginStream(stream: Stream, seedLow: u32, seedHigh: u32, index: f64, use: u32): void {
  const whole = <u64>index;
  stream.seedLow = seedLow;
  stream.seedHigh = seedHigh;
  stream.indexLow = <u32>whole;
  stream.indexHigh = <u32>(whole >> 32);
  stream.use = use;
  stream.block = 0;
  stream.spent = 4;
  stream.other = NaN;
}

/** The words of a counter under a key, at `word0` to `word3`. */
export function philox(stream: Stream, c0: u32, c1: u32, c2: u32, c3: u32): void {
  let k0 = stream.seedLow;
  let k1 = stream.seedHigh;
  for (let round = 0; round < ROUNDS; round++) {
    const p = MULTIPLIER_0 * <u64>c0;
    const q = MULTIPLIER_1 * <u64>c2;
    c0 = (<u32>(q >> 32)) ^ c1 ^ k0;
    c1 = <u32>q;
    c2 = (<u32>(p >> 32)) ^ c3 ^ k1;
    c3 = <u32>p;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  stream.word0 = c0;
  stream.word1 = c1;
  stream.word2 = c2;
  stream.word3 = c3;
}

/** The next number between 0 and 1, neither of them: the middle of one of 2^52 equal parts. */
export function uniform(stream: Stream): f64 {
  if (stream.spent >= 4) {
    philox(stream, stream.block, stream.use, stream.indexLow, stream.indexHigh);
    stream.block++;
    stream.spent = 0;
  }
  const first = stream.spent == 0;
  const high = first ? stream.word0 : stream.word2;
  const low = first ? stream.word1 : stream.word3;
  stream.spent += 2;
  const whole = ((<u64>high) << 20) | ((<u64>low) >> 12);
  return (2 * <f64>whole + 1) * UNIT;
}

/** The next number of the standard normal distribution (Box and Muller, Ann. Math. Stat. 29 (1958) 610). */
export function normal(stream: Stream): f64 {
  if (!isNaN(stream.other)) {
    const kept = stream.other;
    stream.other = NaN;
    return kept;
  }
  const radius = Math.sqrt(-2 * Math.log(uniform(stream)));
  const angle = 2 * Math.PI * uniform(stream);
  stream.other = radius * Math.sin(angle);
  return radius * Math.cos(angle);
}
