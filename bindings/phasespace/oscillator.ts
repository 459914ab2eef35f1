/**
 * Wigner and Husimi functions of an oscillator on a rectangular grid (assembly/phasespace/separable.ts).
 * @module
 */
import { PHASE_SPACE_HUSIMI, PHASE_SPACE_WIGNER } from "../../assembly/constants.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { State } from "../measures/spectrum.ts";
import { checkKeys } from "../operators/checks.ts";
import { readOnePart, readPoints } from "./checks.ts";
import { type GridTask, onGrid } from "./grid.ts";

/** Values on a rectangular grid. */
export interface GridValues {
  /** The points along x. */
  readonly x: Float64Array;
  /** The points along y. */
  readonly y: Float64Array;
  /** Row by row, a row for each y: the value at (x[i], y[k]) is `values[k * x.length + i]`. */
  readonly values: Float64Array;
}

/** Options of {@link wigner} and {@link qfunc}. */
export interface PhaseSpaceOptions {
  /**
   * Units of x and y: a = g (x + iy) / 2. Default √2, that of `position` and `momentum`: [x, y] = i, the variance of x in the vacuum is 1/2.
   * With g = 2 they are Re and Im of alpha; [x, y] = 2i / g².
   */
  readonly g?: number | undefined;
}

/**
 * The Wigner function W(x, y) of an oscillator's state, ∫ W dx dy = Tr[rho]; its marginals are the distributions of x and of y, and
 * W(0, 0) = g²/(2π) <(-1)^n>. Cahill, Glauber, Phys. Rev. 177 (1969) 1882;
 * QuTiP's `wigner`. Errors are roundings of the largest value (of 1/π times the norm of rho), at any
 * number of levels and any distance. For n levels and N x N points 4 n N (N + n) + 6 n³ operations, and memory of the order of
 * (n + N)² numbers.
 * @param state a density matrix or ket of one part in the basis of number states; any Hermitian operator
 * @param x coordinates along a row, in any order
 * @param y those along a column
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}, {@link UnknownOptionError}, {@link TooLargeError}
 * @example
 * const x = Array.from({ length: 101 }, (_, k) => (k - 50) / 10);
 * const { values } = wigner(catState(40, 2), x, x);
 * values[101 * 50 + 50]; // 1/π: at the origin, where the parity of the state shows
 */
export function wigner(
  state: State,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PhaseSpaceOptions = {},
): GridValues {
  const g = readUnits(options, "wigner");
  return oscillator(PHASE_SPACE_WIGNER, state, x, y, { argument: g, scale: g ** 2 / (2 * Math.PI) }, "wigner");
}

/**
 * The Husimi function Q(x, y) = g²/(4π) <alpha|rho|alpha>, alpha = g (x + iy) / 2, of an oscillator's state: ∫ Q dx dy = Tr[rho]. Husimi, Proc. Phys.
 * Math. Soc. Jpn. 22 (1940) 264; QuTiP's `qfunc`.
 * Errors as those of {@link wigner}.
 * @param state a density matrix or ket of one part in the basis of number states; any Hermitian operator
 * @param x coordinates along a row, in any order
 * @param y those along a column
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link NonFiniteError}, {@link UnknownOptionError}, {@link TooLargeError}
 * @example
 * qfunc(coherent(30, 1), [Math.SQRT2], [0]).values[0]; // 1/(2π)
 */
export function qfunc(
  state: State,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PhaseSpaceOptions = {},
): GridValues {
  const g = readUnits(options, "qfunc");
  const units = { argument: g / Math.SQRT2, scale: g ** 2 / (4 * Math.PI) };
  return oscillator(PHASE_SPACE_HUSIMI, state, x, y, units, "qfunc");
}

function readUnits(options: PhaseSpaceOptions, where: string): number {
  checkKeys(options, ["g"], `${where}: options`);
  const { g = Math.SQRT2 } = options;
  if (!(typeof g === "number" && g > 0 && Number.isFinite(g ** 2))) {
    throw new InvalidArgumentError(`${where}: options.g`, g, "a positive number");
  }
  return g;
}

function oscillator(
  kind: number,
  state: State,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  { argument, scale }: { argument: number; scale: number },
  where: string,
): GridValues {
  const rho = readOnePart(state, `${where}: state`);
  const x = readPoints(xs, `${where}: x`);
  const y = readPoints(ys, `${where}: y`);
  const scaled = (values: Float64Array) => values.map((value) => argument * value);
  const task: GridTask = {
    scratch: (functions, size) => functions.phaseSpaceScratch(...size),
    run: (functions, { elements, columns, rows, out, scratch }) =>
      functions.phaseSpace(kind, rho.size, elements, x.length, columns, y.length, rows, scale, out, scratch),
  };
  return { x, y, values: onGrid(rho, scaled(x), scaled(y), task, where) };
}
