/**
 * Quantum discord of two qubits. The classical correlation is a maximum over projective measurements of one of them, directions of a sphere; here
 * the minimum of the other's mean entropy f(n) after a measurement along n.
 *
 * f is concave in the whole ball of measurements (1 ± n·sigma)/2, |n| <= 1, so that on a flat triangle it is nowhere below its smallest corner. A
 * direction n of the sphere beyond the triangle is n = m/h of a point m in it: the measurement m is that of n whose outcome is exchanged
 * with probability (1 - |m|)/2. That hides at most H((1 - |m|)/2) times the trace distance of the two states that the outcomes leave (Audenaert, J. Math. Phys. 55
 * (2014) 112202), hence f(n) >= f at the smallest corner less this: triangles are halved where that is below the best direction found.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { ptrace } from "../operators/tensor.ts";
import { entropy, readTwoQubits, type State } from "./spectrum.ts";
import { between, combined, cross, inner, minus, tangents, unit, type Vector } from "./sphere.ts";

/** What {@link quantumDiscord} finds, in nats. */
export interface QuantumDiscord {
  /** Mutual information less the classical correlation: from 0 to ln 2. */
  readonly discord: number;
  /** What a projective measurement of one qubit tells of the other, at best: from 0 to ln 2. */
  readonly classicalCorrelation: number;
  /** Bloch vector of a measurement that is best; its opposite is the same measurement. */
  readonly direction: readonly [number, number, number];
  /** Proven: no direction lowers `discord` by more. It is an upper bound, the error itself is rounding in all but contrived cases. */
  readonly uncertainty: number;
}

/** A triangle of directions, and a lower bound of f on the patch of the sphere that it covers. */
interface Patch {
  readonly corners: readonly [Corner, Corner, Corner];
  readonly bound: number;
}

interface Corner {
  readonly n: Vector;
  readonly f: number;
}

/** Certified to this, or until this many triangles have been looked at (about 2 ms). */
const CERTAINTY = 1e-6;
const MAX_PATCHES = 6000;
/** Every octant is halved as often before anything is left out: 4 octants of 64 triangles, 15° wide; opposite ones are the same. */
const FIRST_HALVINGS = 3;

/**
 * Quantum discord of two qubits, minimised over the projective measurements of one of them (Ollivier, Zurek, Phys. Rev. Lett. 88 (2002)
 * 017901, eqs. (9) and (11)): I(A:B) - J, J = S(other) - min_n sum_± p_± S(other | ±n). In nats. The search is global, and says what it proves.
 * @param measured the qubit that is measured, 0 or 1: the two directions differ
 * @throws {@link DimensionMismatchError} unless the dims are [2, 2]; {@link InvalidArgumentError}, {@link NotDensityMatrixError}
 * @example
 * quantumDiscord(bellState(), 1).discord; // ln 2
 */
export function quantumDiscord(state: State, measured: 0 | 1): QuantumDiscord {
  const rho = readTwoQubits(state, "quantumDiscord");
  if (measured !== 0 && measured !== 1) {
    throw new InvalidArgumentError("quantumDiscord: measured", measured, "0 or 1, the qubit that is measured");
  }
  const S = entropy(ptrace(rho, 1 - measured));
  const mutual = S + entropy(ptrace(rho, measured)) - entropy(rho);
  const measurement = new Measurement(paulis(rho.toDense(), measured));
  const { n, f, uncertainty } = minimum(measurement);
  const classicalCorrelation = Math.max(0, S - f);
  return { discord: Math.max(0, mutual - classicalCorrelation), classicalCorrelation, direction: n, uncertainty };
}

/** Means <s_i ⊗ s_j>, s = 1, sigma_x, sigma_y, sigma_z, i of the qubit that is not measured: element 4i + j. */
function paulis(rho: Float64Array, measured: 0 | 1): Float64Array {
  const R = new Float64Array(16);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const [a, b] = measured === 1 ? [i, j] : [j, i];
      // sigma_x and sigma_y flip a bit; sigma_y and sigma_z have a sign where it is set.
      const flip = (a === 1 || a === 2 ? 2 : 0) + (b === 1 || b === 2 ? 1 : 0);
      const turns = (a === 2 ? 1 : 0) + (b === 2 ? 1 : 0);
      for (let k = 0; k < 4; k++) {
        const sign = (a > 1 && (k & 2) !== 0 ? -1 : 1) * (b > 1 && (k & 1) !== 0 ? -1 : 1);
        // <k ^ flip| P |k> = i^turns sign, and the mean is the sum of it times rho[k][k ^ flip].
        const at = 2 * (4 * k + (k ^ flip));
        const value = turns === 0 ? rho[at]! : turns === 2 ? -rho[at]! : -rho[at + 1]!;
        R[4 * i + j]! += sign * value;
      }
    }
  }
  return R;
}

/** The other qubit after a measurement along n. */
class Measurement {
  readonly #R: Float64Array;
  /** No two states that the outcomes of one measurement leave are farther apart in trace distance. */
  readonly distance: number;

  constructor(R: Float64Array) {
    this.#R = R;
    // They differ by 2 |(T - a bᵀ) n|/(1 - (b·n)²) in their Bloch vectors.
    let [correlation, polarisation] = [0, 0];
    for (let j = 1; j < 4; j++) {
      polarisation += R[j]! ** 2;
      for (let i = 1; i < 4; i++) correlation += (R[4 * i + j]! - R[4 * i]! * R[j]!) ** 2;
    }
    this.distance = Math.min(1, Math.sqrt(correlation) / Math.max(Number.MIN_VALUE, 1 - polarisation));
  }

  /** Mean entropy sum_± p_± S_±. */
  f([x, y, z]: Vector): number {
    const R = this.#R;
    const b = R[1]! * x + R[2]! * y + R[3]! * z;
    let plus = 0;
    let minus = 0;
    for (let i = 4; i < 16; i += 4) {
      const t = R[i + 1]! * x + R[i + 2]! * y + R[i + 3]! * z;
      plus += (R[i]! + t) ** 2;
      minus += (R[i]! - t) ** 2;
    }
    return weighted(1 + b, Math.sqrt(plus)) + weighted(1 - b, Math.sqrt(minus));
  }
}

/** Entropy of a qubit of weight p/2 and Bloch vector r/p, times its weight. */
function weighted(p: number, r: number): number {
  return xLogX(0.5 * p) - xLogX(0.25 * (p + r)) - xLogX(0.25 * (p - r));
}

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}

function minimum(measurement: Measurement): Corner & { uncertainty: number } {
  const corner = (n: Vector): Corner => ({ n, f: measurement.f(n) });
  const patch = (...corners: [Corner, Corner, Corner]): Patch => ({
    corners,
    bound: Math.max(0, Math.min(corners[0].f, corners[1].f, corners[2].f) - hidden(corners, measurement.distance)),
  });
  const halved = ({ corners: [a, b, c] }: Patch): Patch[] => {
    const [ab, bc, ca] = [corner(between(a.n, b.n)), corner(between(b.n, c.n)), corner(between(c.n, a.n))];
    return [patch(a, ab, ca), patch(ab, b, bc), patch(ca, bc, c), patch(ab, bc, ca)];
  };
  const [x, y, z]: Vector[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const [east, north, up] = [corner(x!), corner(y!), corner(z!)];
  const [west, south] = [corner([-1, 0, 0]), corner([0, -1, 0])];
  let open = [patch(east, north, up), patch(north, west, up), patch(west, south, up), patch(south, east, up)];
  for (let k = 0; k < FIRST_HALVINGS; k++) open = open.flatMap(halved);
  let best = refined(lowest(open), measurement);
  let looked = open.length;
  let left = 0;
  while (open.length > 0) {
    const enough = best.f - CERTAINTY;
    open = open.filter(({ bound }) => bound < enough);
    left = open.reduce((least, { bound }) => Math.min(least, bound), Math.max(0, enough));
    looked += 4 * open.length;
    if (open.length === 0 || looked > MAX_PATCHES) break;
    open = open.flatMap(halved);
    const found = lowest(open);
    if (found.f < best.f) best = refined(found, measurement);
  }
  return { ...best, uncertainty: Math.max(0, best.f - left) };
}

function lowest(patches: readonly Patch[]): Corner {
  let least = patches[0]!.corners[0];
  for (const { corners } of patches) for (const one of corners) if (one.f < least.f) least = one;
  return least;
}

/** What the measurement of the point of the triangle under a direction hides of that direction's, at most. */
function hidden([a, b, c]: readonly [Corner, Corner, Corner], distance: number): number {
  const [u, v] = [minus(b.n, a.n), minus(c.n, a.n)];
  const normal = cross(u, v);
  // Distance of the plane from the centre: no point of it is nearer.
  const height = Math.abs(inner(normal, a.n)) / Math.sqrt(inner(normal, normal));
  const exchanged = Math.max(0, 0.5 * (1 - height));
  return distance * -(xLogX(exchanged) + xLogX(1 - exchanged));
}

/** Newton's method cannot tell a minimum from a saddle, a pattern search can: halves its step where no neighbour is lower. */
function refined(start: Corner, measurement: Measurement): Corner {
  let best = start;
  for (let step = 0.1; step > 1e-9; step *= 0.5) {
    const [u, v] = tangents(best.n);
    for (let moved = true, tries = 0; moved && tries < 20; tries++) {
      moved = false;
      for (const [p, q] of NEIGHBOURS) {
        const n = unit(combined(best.n, step * p, u, step * q, v));
        const f = measurement.f(n);
        if (f < best.f) {
          best = { n, f };
          moved = true;
        }
      }
    }
  }
  return best;
}

const NEIGHBOURS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [0.7, 0.7],
  [-0.7, 0.7],
  [0.7, -0.7],
  [-0.7, -0.7],
] as const;
