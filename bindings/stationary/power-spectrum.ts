/**
 * Power spectra: Fourier transforms of steady-state correlation functions.
 * @module
 */
import { ConvergenceError, InvalidArgumentError, TooLargeError } from "../errors.ts";
import { getKernel } from "../kernel/load.ts";
import { resolventsReal } from "../kernel/real-schur.ts";
import { checkFinite, checkKeys, checkSameDims, readNumbers } from "../operators/checks.ts";
import type { Complex } from "../operators/complex.ts";
import type { Jump } from "../operators/jump.ts";
import { Operator } from "../operators/operator.ts";
import { dot, norm } from "../operators/vectors.ts";
import { denseRows } from "../plan/rows.ts";
import { checkHamiltonian, resolveJumps } from "../solvers/checks.ts";
import { Equations } from "./equations.ts";
import { ShiftedHessenberg } from "./hessenberg.ts";
import { hermitianParts } from "./pseudo-inverse.ts";
import { steadystate } from "./steadystate.ts";

/** Options of {@link spectrum}. */
export interface SpectrumOptions {
  /** `"schur"`: the generator is taken half-way to its Schur form, to Hessenberg form, once, where equations take n² multiplications for each frequency; exact to rounding. `"krylov"`: one Krylov space of the generator for all frequencies, as
   * large as they need. Default `"auto"`: by the number of coordinates that B rho reaches. */
  method?: "auto" | "schur" | "krylov" | undefined;
  /** `"krylov"`: error that is accepted, relative to the largest value. Default 1e-8. */
  tol?: number | undefined;
}

/** A power spectrum. */
export interface Spectrum {
  /** The angular frequencies. */
  readonly frequencies: Float64Array;
  /** S(w), the part without the line: twice the real part of the integral over tau > 0 of exp(-i w tau) (<A(tau) B(0)> - <A><B>); where B = A† that is the integral over all tau. */
  readonly values: Float64Array;
  /** <A><B>: the weight, in units of 2 pi, of the line at w = 0, which the values leave out. */
  readonly coherent: Complex;
  /** How the values were found. */
  readonly method: "schur" | "krylov";
  /** By `"schur"` the number of coordinates, by `"krylov"` of vectors of the space. */
  readonly size: number;
}

const METHODS: readonly unknown[] = ["auto", "schur", "krylov"];
/** Coordinates up to which the reduction, of 10/3 n³ multiplications, is faster than a Krylov space: measured on driven oscillators. */
const MOST_SCHUR = 1300;
const TOLERANCE = 1e-8;
/** Vectors at the first look, their growth, and at most. */
const FIRST = 30;
const GROWTH = 1.3;
const MOST = 1500;
/** What is left of a vector, relative to what it was, when the space leads nowhere else. */
const CLOSED = 1e-15;
/** Residual, relative to where a Krylov space began, from which on its values mean something; and by how much an error may fall more slowly than its residual. */
const SMALL = 1e-4;
const ROOM = 3;
/** Share of its parts that a spectrum has at least where they hardly cancel; the finest tolerance that is worth trying. */
const HARDLY = 0.7;
const FINEST = 1e-13;
/** Of a complex resolvent: a part that is smaller is not known better than this. */
const CANCELS = 1e-6;
/** Of what B makes of rho: what is rounding. */
const ROUNDING = 8 * Number.EPSILON;
/** Frequencies beyond so many times ‖L‖, and the terms of the series there: what is left out is below rounding. */
const FAR = 1e5;
const FAR_TERMS = 6;
/** Share of the free memory for them. */
const MEMORY = 0.5;

/**
 * The power spectrum of A and B in the steady state, the Fourier transform of <A(tau) B(0)> - <A><B>; the line at w = 0 is apart, in `coherent`.
 * QuTiP's `spectrum`.
 *
 * With X = (B - <B>) rho, S(w) = 2 Re Tr[A (i w - L)⁻¹ X]: the resolvent acts on the coordinates that X reaches, and one factorisation or one Krylov space (which belongs to L - i w for every w) serves all frequencies.
 *
 * @param H as in {@link steadystate}
 * @param cOps as in {@link steadystate}
 * @param wlist angular frequencies, in any order
 * @throws as {@link steadystate}; {@link ConvergenceError} when a Krylov space does not suffice
 * @example
 * spectrum(H, wlist, [sigmam()], sigmap(), sigmam()).values; // the fluorescence of a driven atom: Mollow's triplet
 */
export function spectrum(
  H: Operator,
  wlist: ArrayLike<number>,
  cOps: readonly Jump[],
  A: Operator,
  B: Operator,
  options: SpectrumOptions = {},
): Spectrum {
  const where = "spectrum";
  checkKeys(options, ["method", "tol"], where);
  const { method = "auto", tol = TOLERANCE } = options;
  if (!METHODS.includes(method))
    throw new InvalidArgumentError(`${where}: method`, method, '"auto", "schur" or "krylov"');
  if (!(tol > 0 && tol < 1)) throw new InvalidArgumentError(`${where}: tol`, tol, "a number between 0 and 1");
  const hamiltonian = checkHamiltonian(H, `${where}: H`);
  const jumps = resolveJumps(cOps, H.dims, `${where}: cOps`);
  for (const [name, X] of Object.entries({ A, B })) {
    if (!(X instanceof Operator)) throw new InvalidArgumentError(`${where}: ${name}`, X, "an Operator");
    checkSameDims(H.dims, X.dims, `${where}: ${name}`);
  }
  const frequencies = readNumbers(wlist, `${where}: wlist`, "an array of frequencies");
  checkFinite(frequencies, `${where}: wlist`);
  const { rho } = steadystate(hamiltonian, jumps);
  const [meanA, meanB] = [A.mul(rho).tr(), B.mul(rho).tr()];
  const coherent = { re: meanA.re * meanB.re - meanA.im * meanB.im, im: meanA.re * meanB.im + meanA.im * meanB.re };
  const image = B.mul(rho);
  const X = image.sub(rho.scale(meanB));
  const schurAsked = method === "schur";
  // Of what B makes of rho nothing fluctuates.
  if (X.norm() <= ROUNDING * image.norm()) {
    return {
      frequencies,
      values: new Float64Array(frequencies.length),
      coherent,
      method: schurAsked ? "schur" : "krylov",
      size: 0,
    };
  }
  const starts = hermitianParts(X);
  const equations = new Equations(hamiltonian, jumps, starts);
  const parts = starts.map((part) => equations.of(part)) as [Float64Array, Float64Array];
  const functional = hermitianParts(A).map((part) => equations.of(part)) as [Float64Array, Float64Array];
  const isFar = (w: number) => Math.abs(w) > FAR * equations.norm;
  const near = frequencies.filter((w) => !isFar(w));
  const problem = { equations, stationary: equations.of(rho), parts, functional, frequencies: near, tol, where };
  const schur = schurAsked || (method === "auto" && equations.count <= MOST_SCHUR);
  const { values: found, size } = schur ? byReduction(problem) : byKrylov(problem);
  let next = 0;
  const values = frequencies.map((w) => (isFar(w) ? farOut(problem, w) : found[next++]!));
  return { frequencies, values, coherent, method: schur ? "schur" : "krylov", size };
}

interface Problem {
  readonly equations: Equations;
  /** rho, as far as it lies in these coordinates. */
  readonly stationary: Float64Array;
  /** X = P + iQ, A = P' + iQ' */
  readonly parts: readonly [Float64Array, Float64Array];
  readonly functional: readonly [Float64Array, Float64Array];
  readonly frequencies: Float64Array;
  readonly tol: number;
  readonly where: string;
}

/** Of frequencies beyond all rates: 2 Re f ((iw)⁻¹ + (iw)⁻² L + …) X. */
function farOut({ equations, parts, functional }: Problem, w: number): number {
  let [P, Q] = parts;
  let sum = 0;
  // 1/(iw)^(k+1) = (-i)^(k+1) / w^(k+1); f = a + ib on X = P + iQ.
  let power = 1 / w;
  for (let k = 0; k < FAR_TERMS; k++, power /= w) {
    const [a, b] = [dot(functional[0], P) - dot(functional[1], Q), dot(functional[0], Q) + dot(functional[1], P)];
    // Re of (-i)^(k+1) (a + ib)
    sum += power * [b, -a, -b, a][k % 4]!;
    const [nextP, nextQ] = [new Float64Array(P.length), new Float64Array(Q.length)];
    equations.apply(P, nextP);
    equations.apply(Q, nextQ);
    [P, Q] = [nextP, nextQ];
  }
  return 2 * sum;
}

/** By L - ‖L‖ rho Tr, which is L on traceless operators and has no kernel. */
function byReduction({ equations, stationary: rho, parts, functional, frequencies }: Problem) {
  const { rows, count: n, populations, norm: scale } = equations;
  const A = denseRows(rows);
  for (const k of populations) if (k >= 0) for (let i = 0; i < n; i++) A[i * n + k]! -= scale * rho[i]!;
  const resolvents = resolventsReal(n, A, functional, parts, frequencies);
  return { values: frequencies.map((_, k) => 2 * resolvents[2 * k]!), size: n };
}

/** Re of f (i w - L)⁻¹ (P + iQ): a Krylov space for P and one for Q; where what they say cancels, larger ones. */
function byKrylov(problem: Problem): { values: Float64Array; size: number } {
  const found = bothParts(problem);
  const lost = found.height > 0 ? largestOf(found.values) / (2 * found.height) : 1;
  if (lost >= HARDLY) return found;
  return bothParts({ ...problem, tol: Math.max(FINEST, 0.5 * lost * problem.tol) });
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/** `height`: the largest value of either part. */
function bothParts(problem: Problem): { values: Float64Array; size: number; height: number } {
  const { parts, frequencies } = problem;
  const values = new Float64Array(frequencies.length);
  let size = 0;
  let height = 0;
  const largest = Math.max(norm(parts[0]), norm(parts[1]));
  parts.forEach((start, which) => {
    // What is rounding beside the other part would only be followed for its own sake.
    if (norm(start) <= Number.EPSILON * largest) return;
    const { resolvents, vectors } = krylovResolvents(problem, start, which);
    size += vectors;
    resolvents.forEach(([re, im], k) => {
      // i = sqrt(-1) in front of Q
      values[k]! += 2 * (which === 0 ? re : -im);
      height = Math.max(height, Math.abs(which === 0 ? re : im));
    });
  });
  return { values, size, height };
}

/** f (i w - L)⁻¹ start at all frequencies, re and im; by L - ‖L‖ rho Tr, or what rounding adds of the steady state would count without bound at w = 0. @param counted which of the two is wanted: 0 re, 1 im */
function krylovResolvents(
  { equations, stationary, functional, frequencies, tol, where }: Problem,
  start: Float64Array,
  counted: number,
) {
  const { count: n, norm: scale } = equations;
  const whole = n;
  const padded = Math.ceil(n / 8) * 8;
  return getKernel().frame((kernel) => {
    const { functions } = kernel;
    const bytes = 8 * padded;
    const most = Math.min(whole, MOST, Math.floor((MEMORY * kernel.available) / bytes) - 2);
    if (most < Math.min(whole, 2)) throw new TooLargeError(4 * bytes, kernel.available, where);
    const basis = kernel.allocate(bytes * (most + 1), where);
    const column = kernel.allocate(8 * (most + 2), where);
    const vector = (k: number) => kernel.doubles.subarray((basis + k * bytes) / 8, (basis + k * bytes) / 8 + n);
    const beta = norm(start);
    vector(0).set(start.map((x) => x / beta));
    const shifted = Array.from(frequencies, (w) => new ShiftedHessenberg(w));
    let vectors = 0;
    let closed = false;
    let before: { resolvents: [number, number][]; residuals: number[] } | undefined;
    for (let m = Math.min(most, FIRST); ; m = Math.min(most, Math.ceil(m * GROWTH))) {
      for (; vectors < m && !closed; vectors++) {
        const k = vectors;
        const v = vector(k);
        const [a, b] = [beta * dot(functional[0], v), beta * dot(functional[1], v)];
        equations.apply(v, vector(k + 1));
        const out = vector(k + 1);
        const trace = scale * equations.trace(v);
        if (trace !== 0) for (let i = 0; i < n; i++) out[i]! -= trace * stationary[i]!;
        const size = norm(vector(k + 1));
        kernel.doubles.fill(0, column / 8, column / 8 + k + 2);
        const rest = functions.orthogonaliseTwice(basis + (k + 1) * bytes, basis, k + 1, padded, column);
        const h = kernel.doubles.slice(column / 8, column / 8 + k + 2);
        closed = !(rest > CLOSED * size);
        h[k + 1] = closed ? 0 : rest;
        for (const one of shifted) one.add(h, a, b);
        if (!closed) functions.scaleVector(basis + (k + 1) * bytes, 1 / rest, padded);
      }
      const resolvents = shifted.map((one) => one.value);
      if (closed || vectors === whole) return { resolvents, vectors };
      const height = resolvents.reduce(
        (most, pair) => Math.max(most, Math.abs(pair[counted]!), CANCELS * Math.hypot(...pair)),
        0,
      );
      const change = resolvents.reduce(
        (most, pair, k) =>
          Math.max(
            most,
            before ? Math.abs(pair[counted]! - before.resolvents[k]![counted]!) : Number.POSITIVE_INFINITY,
          ),
        0,
      );
      const residuals = shifted.map(({ residual }) => residual);
      const residual = residuals.reduce((most, r) => Math.max(most, r), 0);
      // An error falls with its residual; where that stands still nothing has been seen yet.
      const share = before ? residuals.reduce((most, r, k) => Math.max(most, r / before!.residuals[k]!), 0) : 0;
      if (residual <= SMALL && change * Math.max(1, ROOM * share) <= tol * height) return { resolvents, vectors };
      if (vectors === most) {
        throw new ConvergenceError(
          `${where}: ${vectors} Krylov vectors leave an error of ${(change / height).toExponential(1)}, more than tol = ${tol.toExponential(0)}`,
        );
      }
      before = { resolvents, residuals };
    }
  });
}
