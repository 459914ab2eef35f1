/**
 * Large deviations of counts of jumps: the leading eigenvalue of the tilted generator.
 * @module
 */
import { ConvergenceError, InvalidArgumentError } from "../errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite, checkFiniteNumber, checkKeys, readNumbers } from "../operators/checks.ts";
import type { Jump } from "../operators/jump.ts";
import type { Operator } from "../operators/operator.ts";
import { dot, norm } from "../operators/vectors.ts";
import { type EnvelopePlan, factoriseEnvelope, planEnvelope } from "../plan/envelope.ts";
import { denseRows, type RealRows, rowsTimes } from "../plan/rows.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import { checkWeights } from "./counting.ts";
import { eigensystem } from "./eigenvectors.ts";
import { TiltedGenerator } from "./tilted-generator.ts";

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
  /** How the eigenvalues were found. */
  readonly method: "schur" | "factors";
  /**
   * The rate function: the probability of N(t) = j t falls as exp(-I(j) t). The maximum of s j - theta(s) over the given fields (Legendre and Fenchel): a lower bound, exact at `currents`, and else
   * too small by at most half of (ds)² theta'', ds the distance to the field that j belongs to.
   * @throws {@link InvalidArgumentError} for a j that is not a finite number
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
const MARGIN = 1e-6;
const LEAST_MARGIN = 1e-14;
/** Sweeps with one factorisation: where another may follow, and where it is the last. */
const SWEEPS = 12;
const MOST_SWEEPS = 400;
/** Of that norm: the smallest pivot. */
const PIVOT = Number.EPSILON ** 2;
/** ‖(z - L_s) x - b‖ beside ‖L_s‖ ‖x‖ that a solution may leave, and how often it is refined until then. */
const EXACT = 1e-14;
const REFINEMENTS = 3;
/** By how much another sweep has to better the residual. */
const GAIN = 0.5;
const PATIENT_GAIN = 0.99;
/** Factorisations for one field at most. */
const ATTEMPTS = 24;
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
 * @param H as in {@link steadystate}
 * @param cOps as in {@link steadystate}
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
  const fields = readNumbers(options.fields, `${where}: fields`, "an array of numbers");
  checkFinite(fields, `${where}: fields`);
  if (fields.length === 0) throw new InvalidArgumentError(`${where}: fields`, fields, "one counting field at least");
  const weights = checkWeights(options.weights, jumps.length, where);
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
      checkFiniteNumber(j, "rateFunction: j");
      return fields.reduce((most, s, k) => Math.max(most, s * j - theta[k]!), Number.NEGATIVE_INFINITY);
    },
  };
}

interface Leading {
  readonly theta: number;
  readonly current: number;
}

/** By all eigenvalues. */
function bySchur(tilted: TiltedGenerator, s: number): Leading {
  const { rows, scaling, scale } = tilted.at(s);
  const { values, pairs } = eigensystem(tilted.count, denseRows(rows));
  const first = values.reduce((best, { re }, k) => (re > values[best]!.re ? k : best), 0);
  const { re: theta, im } = values[first]!;
  const close = values.filter((value) => Math.hypot(value.re - theta, value.im - im) <= APART * scale);
  if (close.length > 1) return { theta, current: Number.NaN };
  const leading = pairs([first])[0]!;
  // Real but for a factor.
  const right = realPart(leading.right).map((x, k) => x * scaling[k]!);
  const left = realPart(leading.left).map((x, k) => x / scaling[k]!);
  return { theta, current: slopeOf(tilted, s, left, right) };
}

/** lᵀ L_s' r / lᵀ r (Hellmann and Feynman) */
function slopeOf(tilted: TiltedGenerator, s: number, left: Float64Array, right: Float64Array): number {
  return dot(left, tilted.slope(s, right)) / dot(left, right);
}

/** The longer of both parts. */
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
 * positive operator (with a positive left eigenvector l: Tr[l] = (z - theta) Tr[l (z - L_s)⁻¹[1]]), and no other eigenvalue is nearer to z; and both eigenvectors are positive. Where that is not so it starts
 * anew from the identity, with z higher. Undefined where that leads to nothing.
 */
function leadingAt(tilted: TiltedGenerator, s: number, from: Known, where: string): Known | undefined {
  const { rows, transposed, scaling, scale } = tilted.at(s);
  const n = tilted.count;
  const one = tilted.one;
  if (scale === 0) return { s, theta: 0, current: slopeOf(tilted, s, one, one), left: one, right: one };
  const inside = (x: Float64Array) => unit(x.map((value, k) => value / scaling[k]!));
  const outside = (x: Float64Array) => unit(x.map((value, k) => value * scaling[k]!));
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
  const generic = { left: outside(one), right: inside(one) };
  let [left, right] = [outside(from.left), inside(from.right)];
  const plans = [rows, transposed].map((matrix) => planEnvelope(matrix));
  let margin = MARGIN * scale;
  let least = LEAST_MARGIN * scale;
  /** From the identity, at a shift that is certain to be above theta, for as long as it takes. */
  let safe = false;
  const startAnew = () => {
    safe = true;
    ({ left, right } = generic);
    margin *= 10;
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let theta = quotient(left, right);
    const shift = theta + margin;
    if (!Number.isFinite(shift)) return undefined;
    // Nearer to theta factors are inexact: more sweeps instead.
    const patient = safe || margin <= 10 * least;
    let rest = Number.POSITIVE_INFINITY;
    const verdict = getKernel().frame((kernel) => {
      const [forward, backward] = plans.map((plan) => shiftedSolver(kernel, plan, shift, scale, where));
      const y = forward!(generic.right);
      if (!y || !backward!(generic.left)) return "inexact";
      const above = tilted.isPositive(outside(y));
      if (safe && !above) return "below";
      for (let sweep = 0, before = Number.POSITIVE_INFINITY; sweep < (patient ? MOST_SWEEPS : SWEEPS); sweep++) {
        const [r, l] = [forward!(right), backward!(left)];
        if (!r || !l) return "inexact";
        right = unit(r);
        left = unit(l);
        theta = quotient(left, right);
        rest = Math.max(residual(rows, right, theta), residual(transposed, left, theta));
        // Until nothing gets better any more: currents are as exact as the vectors.
        if (!(rest < (patient ? PATIENT_GAIN : GAIN) * before)) break;
        before = rest;
      }
      return above ? "above" : "below";
    });
    if (verdict === "inexact") {
      margin *= 10;
      least = margin;
    } else if (verdict === "below") {
      // The quotient was a little too small; or the vectors are those of another eigenvalue.
      if (safe || theta < shift) startAnew();
    } else if (!(rest <= ACCEPTED * scale)) {
      margin = Math.max(margin / 10, least);
    } else {
      const [l, r] = [inside(left), outside(right)].map((x) => (dot(x, one) < 0 ? x.map((value) => -value) : x));
      if (tilted.isPositive(l!) && tilted.isPositive(r!)) {
        return { s, theta, current: slopeOf(tilted, s, l!, r!), left: l!, right: r! };
      }
      startAnew();
    }
  }
  return undefined;
}

/** (shift - A)⁻¹ b, refined once; undefined where factors without exchanges of rows are of no use. */
function shiftedSolver(kernel: Kernel, plan: EnvelopePlan, shift: number, scale: number, where: string) {
  const factors = factoriseEnvelope(kernel, plan, -1, () => shift, PIVOT * scale, where);
  const { rows } = plan;
  const n = rows.pointers.length - 1;
  return (b: Float64Array): Float64Array | undefined => {
    const [x, rest, more] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    factors.solve(b, x);
    for (let round = 0; ; round++) {
      rowsTimes(rows, x, rest);
      for (let k = 0; k < n; k++) rest[k] = b[k]! - shift * x[k]! + rest[k]!;
      const size = norm(x);
      if (norm(rest) <= EXACT * scale * size && Number.isFinite(size)) return x;
      if (round === REFINEMENTS) return undefined;
      factors.solve(rest, more);
      for (let k = 0; k < n; k++) x[k]! += more[k]!;
    }
  };
}

function unit(x: Float64Array): Float64Array {
  const size = norm(x);
  return x.map((value) => value / size);
}
