/**
 * The state that a periodic master equation leads to: it repeats itself with the period of the generator.
 * @module
 */
import type { RealFunction } from "../coefficients/real.ts";
import { ConvergenceError, InvalidArgumentError } from "../errors.ts";
import { solveReal } from "../kernel/dense.ts";
import { checkKeys } from "../operators/checks.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { type DrivenParts, planDrivenCoordinates } from "../plan/driven.ts";
import type { Slices } from "../plan/rows.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { hermitianBasis } from "./hermitian-basis.ts";
import { type MesolveOptions, OPTION_NAMES, type ResolvedOptions, resolveOptions } from "./options.ts";
import { checkPeriod, checkPeriodic, within } from "./periodicity.ts";
import { evolveBasis } from "./propagator.ts";
import { solve } from "./solve.ts";
import { type ResolvedGenerator, resolveGenerator } from "./terms.ts";

/** Options of {@link floquetSteadystate}. Defaults of the tolerances: rtol 1e-12, atol 1e-14. */
export interface FloquetSteadystateOptions
  extends Omit<MesolveOptions, "eOps" | "picture" | "checkState" | "storeStates" | "until"> {
  /**
   * `"propagator"` (default): the fixed point of the map over one period, whatever the shape of the drive. `"fourier"`: the equations of the
   * harmonics of rho, for drives that are smooth and not far from their fundamental; they grow until the last harmonics vanish.
   */
  by?: "propagator" | "fourier" | undefined;
}

/** A periodic steady state. */
export interface FloquetSteadystate {
  /** The period. */
  readonly period: number;
  /** How it was found. */
  readonly by: "propagator" | "fourier";
  /** rho(0) */
  readonly initialState: HermitianOperator;
  /** rho(t) at any time, of period T. @throws {@link InvalidArgumentError} unless t is finite. By `"propagator"` it is integrated from the beginning of the period at every call. */
  at(t: number): HermitianOperator;
  /** rho_n of rho(t) = sum_n rho_n exp(i n w t), w = 2 pi/T, n = 0, 1, …; rho_-n = rho_n†. Undefined by `"propagator"`. */
  readonly harmonics: readonly Operator[] | undefined;
  /** What cannot be promised, in words: see `warnings` of {@link mesolve}. */
  readonly warnings: readonly string[];
}

const HIDDEN = ["eOps", "picture", "checkState", "storeStates", "until"];
const OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter((name) => !HIDDEN.includes(name));
const TOLERANCES = { rtol: 1e-12, atol: 1e-14 };
const WAYS: readonly unknown[] = ["propagator", "fourier"];
/** Real equations at most. */
const MOST_EQUATIONS = 4096;
/** Harmonics at first, and how many times as many at the next attempt. */
const FIRST_HARMONICS = 4;
const MORE = 1.5;
/** Harmonics of a coefficient that are rounding, relative to the largest: left out, so that equations stay sparse. */
const ROUNDING = 1e-14;
/** A smooth coefficient has none of this order left, but for this share. */
const HIGH_HARMONIC = 500;
const HIGH_SHARE = 1e-9;
/** Size of the last two harmonics, relative to the mean, at which the rest is left out. */
const VANISHING = 1e-11;
/** Smallest pivot over the largest, for every equation, below which there is no single solution. */
const SINGULAR = 1e-14;

/**
 * The periodic steady state of a master equation whose generator has period T: what every initial state ends in, where that is one state.
 * By `"fourier"` it is QuTiP's `steadystate_fourier`, of any number of harmonics.
 *
 * @param hamiltonian as in {@link mesolve}, every coefficient of period T, as those of the jumps. Samples may cover [0, T] alone: they are taken
 * to go on like that
 * @param period T > 0, in units of time
 * @throws as {@link mesolve}; {@link NotPeriodicError} naming a coefficient that is not what it was one period before;
 * {@link ConvergenceError} when there is more than one such state, or the harmonics do not end
 * @example
 * const { at } = floquetSteadystate([sigmaz(), [sigmax(), pulse.cosine({ omega: 2 })]], Math.PI, { cOps: [sigmam()] });
 * at(0).tr(); // 1
 */
export function floquetSteadystate(
  hamiltonian: Hamiltonian,
  period: number,
  options: FloquetSteadystateOptions = {},
): FloquetSteadystate {
  const where = "floquetSteadystate";
  checkKeys(options, [...OPTIONS, "by"], where);
  const { by = "propagator", ...rest } = options;
  if (!WAYS.includes(by)) throw new InvalidArgumentError(`${where}: by`, by, '"propagator" or "fourier"');
  const resolved = resolveOptions({ ...TOLERANCES, ...rest }, where, OPTIONS);
  checkPeriod(period, where);
  const times = Float64Array.of(0, period);
  const generator = resolveGenerator(hamiltonian, resolved.cOps ?? [], { from: 0, to: period, times }, resolved, where);
  checkPeriodic(generator.driven?.named ?? [], period, where);
  const common = { period, by, warnings: generator.warnings };
  const checked = (t: number) => {
    if (!Number.isFinite(t)) throw new InvalidArgumentError(`${where}: t`, t, "a finite time");
    return within(t, period);
  };
  if (by === "fourier") {
    const { harmonics, at, initialState } = byHarmonics(generator, period, where);
    return { ...common, harmonics, initialState, at: (t) => at(checked(t)) };
  }
  const initialState = fixedPoint(generator, times, resolved, where);
  const at = (t: number) => {
    const s = checked(t);
    if (s === 0) return initialState;
    const options = { ...resolved, checkState: false, storeStates: false };
    const started = performance.now();
    const problem = { generator, rho0: initialState, times: Float64Array.of(0, s), eOps: {}, options, started, where };
    return solve(problem).solution.finalState;
  };
  return { ...common, initialState, at, harmonics: undefined };
}

/** rho = P[rho], Tr rho = 1. */
function fixedPoint(
  generator: ResolvedGenerator,
  times: Float64Array,
  options: ResolvedOptions,
  where: string,
): HermitianOperator {
  const { dims, size: d } = generator.G;
  const n = d * d;
  const settings = { ...options, checkState: false, storeStates: false };
  const images = evolveBasis(generator, times, settings, where).finalState;
  const A = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    coordinatesOf(images.subarray(2 * n * column, 2 * n * (column + 1)), d).forEach((value, row) => {
      A[n * row + column] = value - (row === column ? 1 : 0);
    });
  }
  // What is left of P - 1 where it is singular is the error of the integration.
  const limit = n * Math.max(SINGULAR, 10 * options.rtol);
  const x = solveNormalised(A, n, diagonalCoordinates(d), limit, where);
  return fromCoordinates(x, dims);
}

/** The solution of the equations A x = 0, of which the first is replaced by that of the trace. */
function solveNormalised(
  A: Float64Array,
  size: number,
  diagonal: readonly number[],
  limit: number,
  where: string,
): Float64Array {
  A.fill(0, size * diagonal[0]!, size * (diagonal[0]! + 1));
  for (const k of diagonal) A[size * diagonal[0]! + k] = 1;
  const b = new Float64Array(size);
  b[diagonal[0]!] = 1;
  const solved = solveReal(size, A, b);
  if (!solved || solved.pivotRatio < limit) {
    throw new ConvergenceError(
      `${where}: there is more than one periodic steady state, or none is reached in any time`,
    );
  }
  return solved.x;
}

/** Coordinates of a Hermitian matrix in the Hermitian basis. */
function coordinatesOf(matrix: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0, k = 0; i < d; i++) {
    out[k++] = matrix[2 * (d * i + i)]!;
    for (let j = i + 1; j < d; j++) {
      out[k++] = Math.SQRT2 * matrix[2 * (d * i + j)]!;
      out[k++] = Math.SQRT2 * matrix[2 * (d * i + j) + 1]!;
    }
  }
  return out;
}

/** Which of them are the populations. */
function diagonalCoordinates(d: number): number[] {
  return Array.from({ length: d }, (_, i) => i * (2 * d - i));
}

function fromCoordinates(x: Float64Array, dims: readonly number[]): HermitianOperator {
  const d = Math.sqrt(x.length);
  const data = new Float64Array(2 * x.length);
  for (let i = 0, k = 0; i < d; i++) {
    data[2 * (d * i + i)] = x[k++]!;
    for (let j = i + 1; j < d; j++) {
      const [re, im] = [Math.SQRT1_2 * x[k++]!, Math.SQRT1_2 * x[k++]!];
      data.set([re, im], 2 * (d * i + j));
      data.set([re, -im], 2 * (d * j + i));
    }
  }
  return Operator.dense(dims, data).hermitianPart();
}

/** L(t) = L_0 + sum_k c_k(t) L_k on coordinates of rho. */
interface RealParts {
  readonly n: number;
  /** Places of coordinates of the Hermitian basis. */
  readonly order: Int32Array;
  readonly matrices: readonly Float64Array[];
  /** Of all but the first. */
  readonly coefficients: readonly RealFunction[];
}

function realParts({ G, jumps, driven }: ResolvedGenerator): RealParts {
  const d = G.size;
  const n = d * d;
  const parts: DrivenParts = driven ?? { drift: [], jumps: [], sandwiches: [], named: [] };
  // Everything is reached from a state without a zero.
  const full = hermitianBasis(G.dims).reduce((sum, element) => sum.add(element));
  const { plan, terms } = planDrivenCoordinates(G, jumps, parts, [full], n)!;
  const matrixOf = ({ widths, offsets, values }: Slices, weight: number) => {
    const matrix = new Float64Array(n * n);
    for (let slice = 0, at = 0; slice < widths.length; slice++) {
      for (let k = 0; k < widths[slice]!; k++) {
        for (let lane = 0; lane < 4; lane++, at++) {
          const row = 4 * slice + lane;
          if (row < n) matrix[n * row + offsets[at]! / 8]! += weight * values[at]!;
        }
      }
    }
    return matrix;
  };
  return {
    n,
    order: Int32Array.from(plan.places, (place) => basisIndex(place, d)),
    matrices: [matrixOf(plan, 1), ...plan.changing.map((part, k) => matrixOf(part, terms[k]!.weight ?? 1))],
    coefficients: terms.map(({ coefficient }) => coefficient),
  };
}

/** Which element of the Hermitian basis a coordinate of the planner belongs to. */
function basisIndex(place: number, d: number): number {
  const j = (place >> 1) % d;
  const i = ((place >> 1) - j) / d;
  return i * (2 * d - i) + (i === j ? 0 : 2 * (j - i) - 1 + (place & 1));
}

/** rho(t) = sum_n rho_n exp(i n w t): 0 = sum_k L_(n-k) rho_k - i n w rho_n. */
function byHarmonics(generator: ResolvedGenerator, period: number, where: string) {
  const { dims } = generator.G;
  const parts = realParts(generator);
  const { n, order } = parts;
  for (const coefficient of parts.coefficients) checkSmooth(coefficient, period, where);
  for (let N = parts.coefficients.length === 0 ? 0 : FIRST_HARMONICS; ; N = Math.ceil(MORE * N)) {
    const size = n * (2 * N + 1);
    if (size > MOST_EQUATIONS) {
      throw new ConvergenceError(
        `${where}: ${N} harmonics of ${n} coordinates are ${size} equations, at most ${MOST_EQUATIONS} are solved; take by: "propagator"`,
      );
    }
    const A = harmonicEquations(parts, period, N);
    const diagonal = diagonalCoordinates(generator.G.size).map((k) => order.indexOf(k));
    const x = solveNormalised(A, size, diagonal, size * SINGULAR, where);
    const norm = (m: number) => Math.hypot(...x.subarray(m === 0 ? 0 : n * (2 * m - 1), n * (2 * m + 1)));
    if (N > 0 && Math.max(norm(N), norm(N - 1)) > VANISHING * norm(0)) continue;
    /** What part of the m-th harmonic begins at `start`, in the order of the Hermitian basis. */
    const part = (start: number) => {
      const out = new Float64Array(n);
      order.forEach((index, k) => {
        out[index] = x[start + k]!;
      });
      return fromCoordinates(out, dims);
    };
    const harmonics = Array.from(
      { length: N + 1 },
      (_, m): Operator => (m === 0 ? part(0) : part(n * (2 * m - 1)).add(part(2 * n * m).scale({ re: 0, im: 1 }))),
    );
    const at = (t: number): HermitianOperator => {
      const angle = (2 * Math.PI * within(t, period)) / period;
      const sum = harmonics
        .slice(1)
        .map((rho, k) => rho.scale({ re: 2 * Math.cos((k + 1) * angle), im: 2 * Math.sin((k + 1) * angle) }))
        .reduce((total, rho) => total.add(rho), harmonics[0]!);
      return sum.hermitianPart();
    };
    return { harmonics, at, initialState: at(0) };
  }
}

/** The equations of x_0, Re x_1, Im x_1, Re x_2, …, row-major. */
function harmonicEquations({ n, matrices, coefficients }: RealParts, period: number, N: number): Float64Array {
  const size = n * (2 * N + 1);
  const omega = (2 * Math.PI) / period;
  const spectra = coefficients.map((f) => fourierCoefficients(f, period, 2 * N));
  /** Re or Im of L_q, added `factor` times to the block at (row, column). */
  const A = new Float64Array(size * size);
  const add = (q: number, imaginary: boolean, factor: number, row: number, column: number) => {
    matrices.forEach((matrix, k) => {
      let weight = q === 0 && !imaginary ? 1 : 0;
      if (k > 0) {
        const { re, im } = spectra[k - 1]!;
        weight = imaginary ? Math.sign(q) * im[Math.abs(q)]! : re[Math.abs(q)]!;
      }
      if (weight === 0) return;
      for (let i = 0; i < n; i++) {
        const to = size * (row + i) + column;
        for (let j = 0; j < n; j++) A[to + j]! += factor * weight * matrix[n * i + j]!;
      }
    });
  };
  const re = (m: number) => (m === 0 ? 0 : n * (2 * m - 1));
  const im = (m: number) => 2 * n * m;
  for (let m = 0; m <= N; m++) {
    add(m, false, 1, re(m), 0);
    if (m > 0) add(m, true, 1, im(m), 0);
    for (let k = 1; k <= N; k++) {
      // L_(m-k) x_k + L_(m+k) conj(x_k)
      for (const [q, sign] of [
        [m - k, 1],
        [m + k, -1],
      ] as const) {
        add(q, false, 1, re(m), re(k));
        add(q, true, -sign, re(m), im(k));
        if (m === 0) continue;
        add(q, true, 1, im(m), re(k));
        add(q, false, sign, im(m), im(k));
      }
    }
    for (let i = 0; m > 0 && i < n; i++) {
      A[size * (re(m) + i) + im(m) + i]! += m * omega;
      A[size * (im(m) + i) + re(m) + i]! -= m * omega;
    }
  }
  return A;
}

/** @throws {@link ConvergenceError} for a coefficient that jumps, or has a kink: its harmonics do not end */
function checkSmooth(f: RealFunction, period: number, where: string): void {
  const { re, im } = fourierCoefficients(f, period, HIGH_HARMONIC);
  const sizes = re.map((x, q) => Math.hypot(x, im[q]!));
  const high = sizes.subarray(HIGH_HARMONIC - 8).reduce((a, b) => Math.max(a, b));
  if (high <= HIGH_SHARE * sizes.reduce((a, b) => Math.max(a, b))) return;
  throw new ConvergenceError(
    `${where}: a coefficient of time is not smooth over the period, its harmonics do not end; take by: "propagator"`,
  );
}

/** c_q, q = 0 … most, of f(t) = sum_q c_q exp(i q w t), by the trapezium rule. */
function fourierCoefficients(f: RealFunction, period: number, most: number): { re: Float64Array; im: Float64Array } {
  const count = Math.max(64, 4 * most);
  const [re, im] = [new Float64Array(most + 1), new Float64Array(most + 1)];
  for (let k = 0; k < count; k++) {
    const value = f.at((k * period) / count) / count;
    for (let q = 0; q <= most; q++) {
      const angle = (-2 * Math.PI * ((q * k) % count)) / count;
      re[q]! += value * Math.cos(angle);
      im[q]! += value * Math.sin(angle);
    }
  }
  const largest = re.reduce((size, x, q) => Math.max(size, Math.hypot(x, im[q]!)), 0);
  const clean = (values: Float64Array) => values.map((x) => (Math.abs(x) > ROUNDING * largest ? x : 0));
  return { re: clean(re), im: clean(im) };
}
