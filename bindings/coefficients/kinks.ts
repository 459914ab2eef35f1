/**
 * Finds the kinks of a function that is known by its values alone: where its slope jumps.
 * @module
 */
import type { Complex } from "../operators/complex.ts";

/** A bend looks like a kink when it is this many times as sharp as those of intervals a little away … */
const SHARPER = 2;
const BESIDE = 2;
const AWAY = 4;
/** … and bends the function by this share of its range, or of its values, within an interval of the grid. */
const SUSPICIOUS = 1e-9;
const ROUNDING = 1e-12;
/** Parts that an interval falls into. A smooth bend falls at least as the intervals do, by 64 in three levels; a kink stays. */
const PARTS = 4;
const LEVELS = 3;
const STAYS = 0.3;
/** Share of what the grid shows that is left of a kink without what is smooth. */
const REMAINS = 0.1;
/** Share of a bend that rounding may be. */
const NOISE = 0.05;

const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const times = (a: number, { re, im }: Complex): Complex => ({ re: a * re, im: a * im });
const size = ({ re, im }: Complex) => Math.hypot(re, im);

/** Slopes between neighbouring points. */
function slopesOf(t: readonly number[], values: readonly Complex[]): Complex[] {
  return t.slice(1).map((end, k) => times(1 / (end - t[k]!), minus(values[k + 1]!, values[k]!)));
}

interface Bend {
  /**
   * By how much the slope changes over an interval, from that before it to that after it, beyond what intervals beside it suggest. A kink anywhere
   * in it counts in full, curvature hardly.
   */
  readonly size: number;
  /** The third derivative that would explain it: of a smooth function the same from interval to interval, whatever their widths. */
  readonly sharpness: number;
}

/** Undefined at the ends. */
function bendsOf(t: readonly number[], slopes: readonly Complex[]): (Bend | undefined)[] {
  const middle = (k: number) => 0.5 * (t[k]! + t[k + 1]!);
  const curvature = slopes.map((_, k) => {
    if (k === 0 || k === slopes.length - 1) return undefined;
    const [before, after] = [middle(k - 1), middle(k + 1)];
    const value = times(1 / (after - before), minus(slopes[k + 1]!, slopes[k - 1]!));
    return { value, at: 0.5 * (before + after), width: after - before };
  });
  return curvature.map((own, k) => {
    if (own === undefined) return undefined;
    const beside = [curvature[k - BESIDE], curvature[k + BESIDE]].flatMap((one) => {
      if (one === undefined) return [];
      const change = size(minus(own.value, one.value));
      return [{ size: own.width * change, sharpness: change / Math.abs(own.at - one.at) }];
    });
    // A kink may be in reach of one of them.
    return beside.length === 0 ? undefined : beside.reduce((a, b) => (a.sharpness < b.sharpness ? a : b));
  });
}

/** A kink, and how far from it it may truly be. */
export interface Kink {
  readonly time: number;
  readonly error: number;
}

/** Kinks strictly between the first and the last of some times, from the values there; between them the function does not jump. */
export function findKinks(f: (t: number) => Complex, t: readonly number[], values: readonly Complex[]): Kink[] {
  const bends = bendsOf(t, slopesOf(t, values));
  const largest = values.reduce((most, value) => Math.max(most, size(value)), 0);
  const range = values.reduce((most, value) => Math.max(most, size(minus(value, values[0]!))), 0);
  const least = Math.max(SUSPICIOUS * range, ROUNDING * largest);
  const ends = [t[0]!, t.at(-1)!] as const;
  const found: Kink[] = [];
  bends.forEach((bend, k) => {
    if (bend === undefined || !(bend.size * (t[k + 1]! - t[k]!) > least)) return;
    const sharpness = (of: number) => bends[of]?.sharpness;
    if (bend.sharpness < (sharpness(k - 1) ?? 0) || bend.sharpness <= (sharpness(k + 1) ?? 0)) return;
    const [before, after] = [sharpness(k - AWAY), sharpness(k + AWAY)];
    const beside = Math.min(before ?? after ?? 0, after ?? before ?? 0);
    if (!(bend.sharpness > SHARPER * beside)) return;
    // A narrow interval beside that of the kink may look sharper than it.
    const kink = [1, 0]
      .filter((more) => k - more >= 0 && k + 1 + more < t.length)
      .map((more) => [t[k - more]!, t[k + 1 + more]!] as const)
      .reduce<Kink | undefined>(
        (known, where) => known ?? locate(f, where, ends, { bend: bend.size, largest }),
        undefined,
      );
    const again = found.at(-1);
    if (kink !== undefined && !(again && kink.time - again.time <= 4 * (kink.error + again.error))) found.push(kink);
  });
  return found;
}

/**
 * The kink in an interval; undefined when there is none, or no room for a look around it.
 * @param known the bend of the interval, and the largest value
 */
function locate(
  f: (t: number) => Complex,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
  known: { bend: number; largest: number },
): Kink | undefined {
  let [a, b] = [from, to];
  let found: Kink | undefined;
  const bends: number[] = [];
  const around = BESIDE + 1;
  while (true) {
    const h = (b - a) / PARTS;
    const t = Array.from({ length: PARTS + 1 + 2 * around }, (_, k) => a + (k - around) * h);
    if (t[0]! < low || t.at(-1)! > high) return undefined;
    // Neighbouring numbers are too close for a slope.
    if (!(h > 4 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b)))) break;
    const values = t.map(f);
    const slopes = slopesOf(t, values);
    const all = bendsOf(t, slopes);
    let best = around;
    for (let k = around; k < around + PARTS; k++) if (all[k]!.size > all[best]!.size) best = k;
    const bend = all[best]!.size;
    const noise = (Number.EPSILON * known.largest) / (NOISE * h);
    if (bend < REMAINS * known.bend) return undefined;
    if (!(bend > noise)) break;
    bends.push(bend);
    [a, b] = [t[best]!, t[best + 1]!];
    found = { time: a + meeting(slopes, values, best, h), error: h };
  }
  const stays = bends.length > LEVELS && bends.at(-1)! > STAYS * bends.at(-1 - LEVELS)!;
  return stays ? found : undefined;
}

/** Where in interval k the lines of both sides meet. */
function meeting(slopes: readonly Complex[], values: readonly Complex[], k: number, h: number): number {
  const [left, right] = [slopes[k - 1]!, slopes[k + 1]!];
  const bend = minus(right, left);
  const rest = minus(minus(values[k + 1]!, values[k]!), times(h, right));
  const x = -(bend.re * rest.re + bend.im * rest.im) / size(bend) ** 2;
  return Math.min(Math.max(x, 0), h);
}
