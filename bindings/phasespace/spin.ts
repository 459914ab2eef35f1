/**
 * Wigner and Husimi functions of a spin on the sphere. Both are sums over the distance q from the diagonal, which bring in the
 * azimuth phi by exp(iq phi) alone: what depends on theta is computed once for all phi.
 * @module
 */
import type { State } from "../measures/spectrum.ts";
import type { Operator } from "../operators/operator.ts";
import { dot } from "../operators/vectors.ts";
import { readOnePart, readPoints } from "./checks.ts";

/** Values on a grid of directions. */
export interface SphereValues {
  /** Polar angles, from the z axis. */
  readonly theta: Float64Array;
  /** Azimuths. */
  readonly phi: Float64Array;
  /** Row by row, a row for each phi: the value at (theta[i], phi[k]) is `values[k * theta.length + i]`. */
  readonly values: Float64Array;
}

/**
 * The Wigner function of a spin j = (d - 1)/2, W(theta, phi) = sum_kq rho_kq Y_kq(theta, phi), where rho_kq = Tr[rho T_kq†], the T_kq are the
 * normalised multipole operators: ∫ W dΩ = √(4π/d) Tr[rho], and ∫ W_A W_B dΩ = Tr[AB]. QuTiP's `spin_wigner`; Dowling, Agarwal, Schleich,
 * Phys. Rev. A 49 (1994) 4101, equation 3.12 ff. The T_kq come from the three-term recurrence of k(k+1) as an eigenvalue of sum_i [J_i, [J_i, .]], from
 * the edge to the middle of a diagonal, in which direction they grow: stable for large spins.
 * @param state a density matrix or ket of one part in the basis |j, j>, …, |j, -j>; any Hermitian operator
 * @param theta polar angles, in radians
 * @param phi azimuths, in radians
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}
 * @example
 * wignerSpin(basis(2, 0), [0, Math.PI], [0]).values; // largest at the north pole
 */
export function wignerSpin(state: State, theta: ArrayLike<number>, phi: ArrayLike<number>): SphereValues {
  const rho = readOnePart(state, "wignerSpin: state");
  const angles = { theta: readPoints(theta, "wignerSpin: theta"), phi: readPoints(phi, "wignerSpin: phi") };
  const d = rho.size;
  const terms = Array.from({ length: d }, (_, q) => {
    const multipoles = Array.from({ length: d - q }, (_, n) => multipole(d, q, q + n));
    const diagonal = diagonalOf(rho, q);
    const moments = multipoles.map((T) => [dot(T, diagonal.re), dot(T, diagonal.im)] as const);
    return (angle: number): readonly [number, number] => {
      const Y = legendre(q, d - q, angle);
      const sum = (part: 0 | 1) => moments.reduce((total, moment, n) => total + moment[part] * Y[n]!, 0);
      return [sum(0), sum(1)];
    };
  });
  return onSphere(terms, angles);
}

/**
 * The Husimi function of a spin, Q(theta, phi) = <theta, phi|rho|theta, phi> of its coherent states: from 0 to 1, and
 * ∫ Q dΩ = 4π/d Tr[rho]. QuTiP's `spin_q_function`; Arecchi, Courtens, Gilmore, Thomas, Phys. Rev. A 6 (1972) 2211.
 * @param state a density matrix or ket of one part in the basis |j, j>, …, |j, -j>; any Hermitian operator
 * @param theta polar angles, in radians
 * @param phi azimuths, in radians
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}
 * @example
 * qfuncSpin(basis(3, 0), [0], [0]).values[0]; // 1: the spin points to the north pole
 */
export function qfuncSpin(state: State, theta: ArrayLike<number>, phi: ArrayLike<number>): SphereValues {
  const rho = readOnePart(state, "qfuncSpin: state");
  const angles = { theta: readPoints(theta, "qfuncSpin: theta"), phi: readPoints(phi, "qfuncSpin: phi") };
  const d = rho.size;
  const amplitudes = new Map(Array.from(angles.theta, (angle) => [angle, coherentAmplitudes(d, angle)]));
  const terms = Array.from({ length: d }, (_, q) => {
    const { re, im } = diagonalOf(rho, q);
    return (angle: number): readonly [number, number] => {
      const c = amplitudes.get(angle)!;
      let [sumRe, sumIm] = [0, 0];
      for (let row = 0; row < d - q; row++) {
        const weight = c[row]! * c[row + q]!;
        sumRe += weight * re[row]!;
        sumIm += weight * im[row]!;
      }
      return [sumRe, sumIm];
    };
  });
  return onSphere(terms, angles);
}

/** Re of sum_q z_q(theta) exp(iq phi), twice for q > 0: the terms of -q are their conjugates. */
function onSphere(
  terms: readonly ((angle: number) => readonly [number, number])[],
  { theta, phi }: { theta: Float64Array; phi: Float64Array },
): SphereValues {
  const values = new Float64Array(theta.length * phi.length);
  terms.forEach((term, q) => {
    const factor = q === 0 ? 1 : 2;
    theta.forEach((angle, i) => {
      const [re, im] = term(angle);
      phi.forEach((azimuth, k) => {
        values[k * theta.length + i]! += factor * (re * Math.cos(q * azimuth) - im * Math.sin(q * azimuth));
      });
    });
  });
  return { theta, phi, values };
}

/** The elements rho[row][row + q]. */
function diagonalOf(rho: Operator, q: number): { re: Float64Array; im: Float64Array } {
  const [re, im] = [new Float64Array(rho.size - q), new Float64Array(rho.size - q)];
  for (let row = 0; row < rho.size - q; row++) {
    const element = rho.get(row, row + q);
    re[row] = element.re;
    im[row] = element.im;
  }
  return { re, im };
}

/**
 * The elements T[row][row + q] of (-1)^q T_kq, of unit length; the first is positive. On a diagonal sum_i [J_i, [J_i, .]] is a real symmetric tridiagonal
 * matrix, and an eigenvector is even or odd about the middle.
 */
function multipole(d: number, q: number, k: number): Float64Array {
  const count = d - q;
  const j = (d - 1) / 2;
  const elements = new Float64Array(count);
  /** <row|J+|row + 1>, zero beyond the ends. */
  const ladder = (row: number) => Math.sqrt(Math.max(0, (row + 1) * (d - 1 - row)));
  const odd = (k - q) % 2 === 1;
  const last = Math.ceil(count / 2) - 1;
  elements[0] = 1;
  for (let row = 0; row < last; row++) {
    const m = (j - row) * (j - row - q);
    const before = row === 0 ? 0 : ladder(row - 1) * ladder(row - 1 + q) * elements[row - 1]!;
    const diagonal = 2 * j * (j + 1) - 2 * m - k * (k + 1);
    elements[row + 1] = (diagonal * elements[row]! - before) / (ladder(row) * ladder(row + q));
    // From the edge they may grow by many orders.
    if (Math.abs(elements[row + 1]!) > 1e150) for (let i = 0; i <= row + 1; i++) elements[i]! *= 1e-150;
  }
  if (odd && count % 2 === 1) elements[last] = 0;
  for (let row = 0; 2 * row < count; row++) elements[count - 1 - row] = odd ? -elements[row]! : elements[row]!;
  if (odd && count % 2 === 1) elements[last] = 0;
  const length = Math.hypot(...elements);
  return elements.map((value) => value / length);
}

/** (-1)^q Y_kq(theta, 0) for k = q, q + 1, …: positive near the north pole. */
function legendre(q: number, count: number, theta: number): Float64Array {
  const x = Math.cos(theta);
  const values = new Float64Array(count);
  let value = 1 / Math.sqrt(4 * Math.PI);
  for (let i = 1; i <= q; i++) value *= Math.sqrt((2 * i + 1) / (2 * i)) * Math.sin(theta);
  values[0] = value;
  for (let n = 1; n < count; n++) {
    const k = q + n;
    const norm = (l: number) => Math.sqrt((4 * l * l - 1) / (l * l - q * q));
    const before = n === 1 ? 0 : values[n - 2]! / norm(k - 1);
    values[n] = norm(k) * (x * values[n - 1]! - before);
  }
  return values;
}

/** Amplitudes of the coherent state at phi = 0, from |j, j> on: square roots of a binomial distribution, from its largest one outwards. */
function coherentAmplitudes(d: number, theta: number): Float64Array {
  const [c, s] = [Math.cos(theta / 2), Math.sin(theta / 2)];
  const amplitudes = new Float64Array(d);
  const peak = Math.min(d - 1, Math.round((d - 1) * s * s));
  amplitudes[peak] = 1;
  for (let row = peak; row + 1 < d; row++) {
    amplitudes[row + 1] = (amplitudes[row]! * s * Math.sqrt((d - 1 - row) / (row + 1))) / c;
  }
  for (let row = peak; row > 0; row--) {
    amplitudes[row - 1] = (amplitudes[row]! * c * Math.sqrt(row / (d - row))) / s;
  }
  const length = Math.hypot(...amplitudes);
  return amplitudes.map((value) => value / length);
}
