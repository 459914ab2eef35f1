/**
 * Large deviations of counts of jumps: the leading eigenvalue of the tilted generator.
 * @module
 */
import { ConvergenceError, InvalidArgumentError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { getKernel } from "../kernel/load.ts";
import { qeye } from "../operators/builders.ts";
import { checkFinite, checkKeys } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import { Operator } from "../operators/operator.ts";
import { couplings, matrixOf, planRows, rowsOn } from "../plan/coordinates.ts";
import { factoriseEnvelope, planEnvelope } from "../plan/envelope.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { type RealRows, rowsTimes, transposedRows } from "../plan/rows.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import { type Eigenpair, eigenpairs } from "./eigenvectors.ts";
import { norm } from "./equations.ts";

/** Options of {@link largeDeviation}. */
export interface LargeDeviationOptions {
  /** Counting fields s, in any order: positive ones favour histories with a large count. */
  fields: ArrayLike<number>;
  /** Per jump, what each of its events adds to the count, as in {@link countingStatistics}. Default: 1 for all. */
  weights?: ArrayLike<number> | undefined;
  /** `"schur"`: all eigenvalues of the tilted generator. `"factors"`: inverse iteration with its LU factors, followed from s = 0 on. Default `"auto"`: by the number of
   * coordinates. */
  method?: "auto" | "schur" | "factors" | undefined;
}

/** Large deviations of the count N(t) of a long time t. */
export interface LargeDeviation {
  /** As they were given. */
  readonly fields: Float64Array;
  /** theta(s), the scaled cumulant generating function: ln of the mean of exp(s N(t)), over t. Convex, theta(0) = 0. */
  readonly theta: Float64Array;
  /** theta'(s): the count per time of the histories that s favours; at s = 0 the mean current. Not a number where theta has a kink, several steady states or phases at one s (noticed by `"schur"` alone). */
  readonly currents: Float64Array;
  /** I(j) at j = theta'(s), s theta'(s) - theta(s). */
  readonly rates: Float64Array;
  readonly method: "schur" | "factors";
  /**
   * The rate function: the probability of N(t) = j t falls as exp(-I(j) t). The maximum of s j - theta(s) over the given fields (Legendre and Fenchel): a lower bound, exact at `currents`, and else
   * too small by at most half of (ds)² theta'', ds the distance to the field that j belongs to.
   */
  rateFunction(j: number): number;
}

const METHODS: readonly unknown[] = ["auto", "schur", "factors"];
/** Coordinates of which all eigenvalues are found. */
const MOST_SCHUR = 64;
/** Exponents that are certain not to overflow, powers and products included. */
const LARGEST_EXPONENT = 300;
/** Residual of both eigenvectors that is accepted, relative to the norm of the tilted generator. */
const ACCEPTED = 1e-11;
/** Of that norm: how far above the eigenvalue the shift is at first, and at least. */
const MARGIN = 1e-7;
const LEAST_MARGIN = 1e-14;
const SWEEPS = 12;
const PIVOT = Number.EPSILON ** 2;
/** By how much another sweep has to better the residual. */
const GAIN = 0.5;
const ATTEMPTS = 24;
/** Negative eigenvalues, relative to the largest, of a matrix that is positive but for rounding. */
const POSITIVE = 1e-9;
/** Halvings of a step from field to field. */
const HALVINGS = 4;
/** Distances of eigenvalues, relative to the norm, that are none. */
const APART = 1e-9;

/**
 * The scaled cumulant generating function theta(s) of counted jumps, and the rate function: theta(s) is the eigenvalue with the largest real part of L_s = L + sum_k (exp(w_k s) - 1) L_k · L_k†,
 * real because exp(L_s t) maps positive operators to such. Touchette, Phys. Rep. 478 (2009) 1; Garrahan and Lesanovsky, Phys. Rev. Lett. 104 (2010) 160601 (their s is -s here).
 *
 * It is the growth of Tr[exp(L_s t) rho(0)] for a rho(0) of full rank: where the steady state does not occupy all levels, histories that stay on others for long count, too. Several steady states are no
 * obstacle: theta belongs to the one that counts most.
 *
 * @param H, cOps as in {@link steadystate}
 * @throws {@link ConvergenceError}, {@link TooLargeError}, {@link InvalidArgumentError}, {@link NonFiniteError}, {@link UnknownOptionError}, {@link DimensionMismatchError},
 * {@link NotHermitianError}
 * @example
 * // Photons of a driven qubit: how rare is half of their mean rate?
 * const { currents, rateFunction } = largeDeviation(sigmax(), [sigmam()], { fields: [-2, -1, -0.5, 0, 0.5] });
 * rateFunction(currents[3] / 2);
 */
export function largeDeviation(H: Operator, cOps: readonly Jump[], options: LargeDeviationOptions): LargeDeviation {
  const where = "largeDeviation";
  checkKeys(options, ["fields", "weights", "method"], where);
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const jumps = resolveJumps(cOps, H.dims, `${where}: cOps`);
  const fields = numbersOf(options.fields, `${where}: fields`);
  if (fields.length === 0) throw new InvalidArgumentError(`${where}: fields`, fields, "one counting field at least");
  const weights =
    options.weights === undefined
      ? new Float64Array(jumps.length).fill(1)
      : numbersOf(options.weights, `${where}: weights`);
  if (weights.length !== jumps.length) {
    throw new InvalidArgumentError(`${where}: weights`, weights.length, `${jumps.length} numbers, one for each jump`);
  }
  const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest(fields) * largest(weights) > LARGEST_EXPONENT) {
    throw new InvalidArgumentError(
      `${where}: fields`,
      largest(fields),
      `numbers up to ${LARGEST_EXPONENT / largest(weights)}, for exp(w s) not to overflow`,
    );
  }
  const { method = "auto" } = options;
  if (!METHODS.includes(method))
    throw new InvalidArgumentError(`${where}: method`, method, '"auto", "schur" or "factors"');
  const tilted = new TiltedGenerator(hamiltonian, jumps, weights);
  const by = method === "auto" ? (tilted.count <= MOST_SCHUR ? "schur" : "factors") : method;
  const found = by === "schur" ? Array.from(fields, (s) => bySchur(tilted, s)) : follow(tilted, fields, where);
  const theta = Float64Array.from(found, ({ theta }) => theta);
  const currents = Float64Array.from(found, ({ current }) => current);
  return {
    fields,
    theta,
    currents,
    rates: currents.map((j, k) => fields[k]! * j - theta[k]!),
    method: by,
    rateFunction(j) {
      return fields.reduce((most, s, k) => Math.max(most, s * j - theta[k]!), Number.NEGATIVE_INFINITY);
    },
  };
}

function numbersOf(given: ArrayLike<number>, where: string): Float64Array {
  if (given === undefined) throw new InvalidArgumentError(where, given, "numbers");
  const values = Float64Array.from(given);
  checkFinite(values, where);
  return values;
}

/** L_s on the coordinates that the identity reaches: nothing positive grows faster than that. */
class TiltedGenerator {
  readonly d: number;
  readonly places: Int32Array;
  readonly #drift: Operator;
  readonly #jumps: readonly Operator[];
  readonly #weights: Float64Array;
  /** Of each weight, the sum of L_k · L_k† over its jumps. */
  readonly #counted: readonly { readonly weight: number; readonly rows: RealRows }[];

  constructor(H: Operator, jumps: readonly Operator[], weights: Float64Array) {
    this.d = H.size;
    this.#drift = noJumpOperator(H, jumps);
    this.#jumps = jumps;
    this.#weights = weights;
    // Factors at which nothing cancels that does not cancel at all s.
    const generic = jumps.map((L, k) => L.scale(1 + Math.sqrt(k + 2) / 9));
    this.places = planRows(couplings(this.#drift, generic), [qeye(H.dims)])!.places;
    const nothing = Operator.fromTriplets(H.dims, []);
    this.#counted = [...new Set(weights)].map((weight) => {
      const chosen = jumps.filter((_, k) => weights[k] === weight);
      return { weight, rows: rowsOn(couplings(nothing, chosen), this.places) };
    });
  }

  get count(): number {
    return this.places.length;
  }

  at(s: number): RealRows {
    const jumps = this.#jumps.map((L, k) => L.scale(Math.exp((this.#weights[k]! * s) / 2)));
    return rowsOn(couplings(this.#drift, jumps), this.places);
  }

  /** dL_s/ds x */
  slope(s: number, x: Float64Array): Float64Array {
    const [out, part] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (const { weight, rows } of this.#counted) {
      rowsTimes(rows, x, part);
      const factor = weight * Math.exp(weight * s);
      for (let k = 0; k < out.length; k++) out[k]! += factor * part[k]!;
    }
    return out;
  }

  /** The identity. */
  get one(): Float64Array {
    const x = new Float64Array(this.count);
    this.places.forEach((place, k) => {
      if ((place >> 1) % (this.d + 1) === 0) x[k] = 1;
    });
    return x;
  }

  isPositive(x: Float64Array): boolean {
    const values = eigenvaluesHermitian(Operator.dense([this.d], matrixOf(this.places, this.d, x)).hermitianPart());
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least >= -POSITIVE * most;
  }
}

interface Leading {
  readonly theta: number;
  readonly current: number;
}

/** By all eigenvalues. */
function bySchur(tilted: TiltedGenerator, s: number): Leading {
  const n = tilted.count;
  const { pointers, columns, values } = tilted.at(s);
  const A = new Float64Array(n * n);
  let scale = 0;
  for (let row = 0; row < n; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) A[row * n + columns[k]!]! += values[k]!;
    scale = Math.max(
      scale,
      A.subarray(row * n, (row + 1) * n).reduce((sum, x) => sum + Math.abs(x), 0),
    );
  }
  const pairs = eigenpairs(n, A);
  const leading = pairs.reduce((a, b) => (b.value.re > a.value.re ? b : a));
  const close = pairs.filter(
    ({ value }) => Math.hypot(value.re - leading.value.re, value.im - leading.value.im) <= APART * scale,
  );
  return { theta: leading.value.re, current: close.length > 1 ? Number.NaN : slopeOf(tilted, s, leading) };
}

/** lᵀ L_s' r / lᵀ r (Hellmann and Feynman), of complex vectors of a real eigenvalue. */
function slopeOf(tilted: TiltedGenerator, s: number, { left, right }: Eigenpair): number {
  // Real but for a factor: the part that is longer.
  const l = realPart(left);
  const r = realPart(right);
  return dot(l, tilted.slope(s, r)) / dot(l, r);
}

function realPart(x: Float64Array): Float64Array {
  const parts = [0, 1].map((part) => Float64Array.from({ length: x.length / 2 }, (_, k) => x[2 * k + part]!));
  return norm(parts[0]!) >= norm(parts[1]!) ? parts[0]! : parts[1]!;
}

/** Where the way from s = 0 has come to. */
interface Known extends Leading {
  readonly s: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** From s = 0 to the smallest and to the largest field, each eigenvector the start for the next. */
function follow(tilted: TiltedGenerator, fields: Float64Array, where: string): Leading[] {
  const one = tilted.one;
  const origin = leadingAt(tilted, 0, { s: 0, theta: 0, current: 0, left: one, right: one }, where);
  if (!origin) throw notFound(where, 0);
  const found: Leading[] = new Array(fields.length);
  for (const sign of [1, -1]) {
    let at = origin;
    const ahead = Array.from(fields.keys()).filter((k) => (sign > 0 ? fields[k]! >= 0 : fields[k]! < 0));
    for (const k of ahead.sort((a, b) => sign * (fields[a]! - fields[b]!))) {
      at = fields[k] === at.s ? at : step(tilted, at, fields[k]!, where, 0);
      found[k] = at;
    }
  }
  return found;
}

function step(tilted: TiltedGenerator, from: Known, s: number, where: string, halvings: number): Known {
  const there = leadingAt(tilted, s, from, where);
  if (there) return there;
  if (halvings === HALVINGS) throw notFound(where, s);
  const middle = step(tilted, from, (from.s + s) / 2, where, halvings + 1);
  return step(tilted, middle, s, where, halvings + 1);
}

function notFound(where: string, s: number): ConvergenceError {
  return new ConvergenceError(
    `${where}: inverse iteration found no leading eigenvalue of the tilted generator at s = ${s}`,
  );
}

/**
 * By inverse iteration from both eigenvectors of another field, the shift z a little above the quotient lᵀ L_s r / lᵀ r. Where z is above theta, and only there, (z - L_s)⁻¹ maps the identity to a
 * positive operator (with a positive left eigenvector l: Tr[l] = (z - theta) Tr[l (z - L_s)⁻¹[1]]), and no other eigenvalue is nearer to z; where it is not the shift is raised, and the vectors are drawn
 * anew. Undefined where that leads to nothing.
 */
function leadingAt(tilted: TiltedGenerator, s: number, from: Known, where: string): Known | undefined {
  const rows = tilted.at(s);
  const transposed = transposedRows(rows);
  const n = tilted.count;
  let scale = 0;
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = rows.pointers[row]!; k < rows.pointers[row + 1]!; k++) sum += Math.abs(rows.values[k]!);
    scale = Math.max(scale, sum);
  }
  const image = new Float64Array(n);
  const quotient = (l: Float64Array, r: Float64Array) => {
    rowsTimes(rows, r, image);
    return dot(l, image) / dot(l, r);
  };
  const residual = (matrix: RealRows, x: Float64Array, value: number) => {
    rowsTimes(matrix, x, image);
    for (let k = 0; k < n; k++) image[k]! -= value * x[k]!;
    return norm(image);
  };
  const one = tilted.one;
  if (scale === 0)
    return { s, theta: 0, current: dot(one, tilted.slope(s, one)) / dot(one, one), left: one, right: one };
  let [left, right] = [from.left, from.right];
  let margin = MARGIN * scale;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let theta = quotient(left, right);
    const shift = theta + margin;
    if (!Number.isFinite(shift)) return undefined;
    let rest = Number.POSITIVE_INFINITY;
    const above = getKernel().frame((kernel) => {
      const [forward, backward] = [rows, transposed].map((matrix) =>
        factoriseEnvelope(kernel, planEnvelope(matrix), -1, () => shift, PIVOT * scale, where),
      );
      // Until nothing gets better any more: currents are as exact as the vectors.
      for (let sweep = 0, before = Number.POSITIVE_INFINITY; sweep < SWEEPS; sweep++) {
        const [r, l] = [new Float64Array(n), new Float64Array(n)];
        forward!.solve(right, r);
        backward!.solve(left, l);
        right = unit(r);
        left = unit(l);
        theta = quotient(left, right);
        rest = Math.max(residual(rows, right, theta), residual(transposed, left, theta));
        if (!(rest < GAIN * before)) break;
        before = rest;
      }
      const y = new Float64Array(n);
      forward!.solve(one, y);
      return tilted.isPositive(unit(y));
    });
    if (!above) {
      // The quotient was a little too small; or the vectors are those of another eigenvalue.
      if (theta >= shift) continue;
      [left, right] = [one, one];
      margin *= 10;
      continue;
    }
    if (!(rest <= ACCEPTED * scale)) {
      margin = Math.max(margin / 10, LEAST_MARGIN * scale);
      continue;
    }
    const overlap = dot(left, right);
    return { s, theta, current: dot(left, tilted.slope(s, right)) / overlap, left, right };
  }
  return undefined;
}

function unit(x: Float64Array): Float64Array {
  const size = norm(x);
  return x.map((value) => value / size);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
