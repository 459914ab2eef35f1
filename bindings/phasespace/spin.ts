/**
 * Wigner and Husimi functions of a spin on the sphere (assembly/phasespace/sphere.ts).
 * @module
 */
import { PHASE_SPACE_HUSIMI, PHASE_SPACE_WIGNER } from "../../assembly/constants.ts";
import type { State } from "../measures/spectrum.ts";
import { readOnePart, readPoints } from "./checks.ts";
import { type GridTask, onGrid } from "./grid.ts";

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
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}, {@link TooLargeError}
 * @example
 * wignerSpin(basis(2, 0), [0, Math.PI], [0]).values; // [0.545, -0.146]: largest at the north pole
 */
export function wignerSpin(state: State, theta: ArrayLike<number>, phi: ArrayLike<number>): SphereValues {
  return onSphere(PHASE_SPACE_WIGNER, state, theta, phi, "wignerSpin");
}

/**
 * The Husimi function of a spin, Q(theta, phi) = <theta, phi|rho|theta, phi> of its coherent states: from 0 to 1, and
 * ∫ Q dΩ = 4π/d Tr[rho]. QuTiP's `spin_q_function`; Arecchi, Courtens, Gilmore, Thomas, Phys. Rev. A 6 (1972) 2211.
 * @param state a density matrix or ket of one part in the basis |j, j>, …, |j, -j>; any Hermitian operator
 * @param theta polar angles, in radians
 * @param phi azimuths, in radians
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}, {@link TooLargeError}
 * @example
 * qfuncSpin(basis(3, 0), [0], [0]).values[0]; // 1: the spin points to the north pole
 */
export function qfuncSpin(state: State, theta: ArrayLike<number>, phi: ArrayLike<number>): SphereValues {
  return onSphere(PHASE_SPACE_HUSIMI, state, theta, phi, "qfuncSpin");
}

function onSphere(
  kind: number,
  state: State,
  thetas: ArrayLike<number>,
  phis: ArrayLike<number>,
  where: string,
): SphereValues {
  const rho = readOnePart(state, `${where}: state`);
  const theta = readPoints(thetas, `${where}: theta`);
  const phi = readPoints(phis, `${where}: phi`);
  const task: GridTask = {
    scratch: (functions, size) => functions.sphereScratch(...size),
    run: (functions, { elements, columns, rows, out, scratch }) =>
      functions.sphere(kind, rho.size, elements, theta.length, columns, phi.length, rows, out, scratch),
  };
  return { theta, phi, values: onGrid(rho, theta, phi, task, where) };
}
