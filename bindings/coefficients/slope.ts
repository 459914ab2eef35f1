/**
 * Derivatives of coefficients; where one jumps or has a kink, that from then on.
 * @module
 */
import {
  COEFFICIENT_BOX,
  COEFFICIENT_CALLABLE,
  COEFFICIENT_CHIRP,
  COEFFICIENT_CONSTANT,
  COEFFICIENT_COSINE,
  COEFFICIENT_EXPONENTIAL,
  COEFFICIENT_GAUSSIAN,
  COEFFICIENT_PRODUCT,
  COEFFICIENT_RAMP,
  COEFFICIENT_ROOT,
  COEFFICIENT_SINE,
  COEFFICIENT_SPLINE,
  COEFFICIENT_SQUARE,
} from "../../assembly/constants.ts";
import { pieceAt, type RealFunction, type Span, type Stretch } from "./real.ts";

/** Differences of order 8 around a point, of order 6 to one side of it (Fornberg, Math. Comp. 51 (1988) 699, tables 1 and 3). */
const AROUND = [4 / 5, -1 / 5, 4 / 105, -1 / 280] as const;
const ASIDE = [-49 / 20, 6, -15 / 2, 20 / 3, -15 / 4, 6 / 5, -1 / 6] as const;
/** Step as a share of the time in which a function changes: truncation ~ 0.02^8, rounding ~ 1e-16/0.02. */
const SHARE = 0.02;

/** df/dt at times of a span, exact but for functions of the caller's, which are known by their values alone. */
export function slopeOn(span: Span): (f: RealFunction, t: number) => number {
  const known = new Map<RealFunction, Stretch[]>();
  const stretchesOf = (f: RealFunction): Stretch[] => {
    const stretches = known.get(f) ?? f.stretches(span);
    known.set(f, stretches);
    return stretches;
  };
  const slope = (f: RealFunction, t: number): number => {
    const [p = 0, q = 0, r = 0, start = 0] = f.parameters;
    const [a, b] = f.operands as [RealFunction, RealFunction];
    switch (f.kind) {
      case COEFFICIENT_CONSTANT:
      case COEFFICIENT_BOX:
      case COEFFICIENT_SQUARE:
        return 0;
      case COEFFICIENT_SINE:
        return p * Math.cos(p * t + q);
      case COEFFICIENT_COSINE:
        return -p * Math.sin(p * t + q);
      case COEFFICIENT_CHIRP:
        return (q + 2 * r * (t - start)) * Math.cos(p + (t - start) * (q + (t - start) * r));
      case COEFFICIENT_EXPONENTIAL:
        return p * f.at(t);
      case COEFFICIENT_GAUSSIAN:
        return (-(t - p) / (q * q)) * f.at(t);
      case COEFFICIENT_RAMP:
        return t >= p && t < q ? 1 / (q - p) : 0;
      case COEFFICIENT_SPLINE:
        return splineSlope(f.table!, p, t);
      case COEFFICIENT_ROOT:
        return slope(a, t) / (2 * f.at(t));
      case COEFFICIENT_PRODUCT:
        return slope(a, t) * b.at(t) + a.at(t) * slope(b, t);
      case COEFFICIENT_CALLABLE:
        return quotient(f, t, stretchesOf(f), span.from);
      default:
        return slope(a, t) + slope(b, t);
    }
  };
  return slope;
}

function splineSlope(table: Float64Array, pieces: number, t: number): number {
  const piece = pieceAt(table, pieces, t);
  const c = pieces + 1 + 4 * piece;
  const x = t - table[piece]!;
  return table[c + 1]! + x * (2 * table[c + 2]! + x * 3 * table[c + 3]!);
}

/** From values within the stretch that begins at t or has it inside. */
function quotient(f: RealFunction, t: number, stretches: readonly Stretch[], from: number): number {
  const k = Math.max(
    0,
    stretches.findIndex(({ end }, index) => t < end || index === stretches.length - 1),
  );
  // No look over a jump; other ends of stretches are none.
  let [first, last] = [k, k];
  while (first > 0 && !stretches[first - 1]!.hard) first--;
  while (last < stretches.length - 1 && !stretches[last]!.hard) last++;
  const [low, high] = [first === 0 ? from : stretches[first - 1]!.end, stretches[last]!.end];
  // The last number before a jump.
  const top = stretches[last]!.hard ? high - Math.abs(high) * Number.EPSILON : high;
  const h = SHARE * Math.min(stretches[k]!.limit, high - low);
  const [before, after] = [t - low, top - t];
  // Between two jumps that are one but for rounding there is nothing to look at.
  if (!(Math.max(before, after) > 8 * Number.EPSILON * Math.abs(t))) return 0;
  if (Math.min(before, after) >= 4 * h) return around(f, t, h);
  const [side, room] = after >= before ? [1, after] : [-1, before];
  const step = side * Math.min(h, room / 6);
  return ASIDE.reduce((sum, w, n) => sum + w * f.at(t + n * step), 0) / step;
}

function around(f: RealFunction, t: number, h: number): number {
  return AROUND.reduce((sum, w, n) => sum + w * (f.at(t + (n + 1) * h) - f.at(t - (n + 1) * h)), 0) / h;
}
