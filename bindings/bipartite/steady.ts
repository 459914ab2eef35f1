/**
 * The steady state that correlation is stored around, found whatever the scales of the Hamiltonians, the baths and the coupling are.
 * @module
 */
import { NotDensityMatrixError, NotSteadyError, SteadyStateNotUniqueError } from "../errors.ts";
import { eigenvaluesHermitian, singularReal, solveReal } from "../kernel/dense.ts";
import { commutator } from "../operators/algebra.ts";
import { qeye } from "../operators/builders.ts";
import type { HermitianOperator, Operator } from "../operators/operator.ts";
import { checkDensityMatrix, STATE_TOLERANCE } from "../solvers/checks.ts";
import type { Coordinates, Images } from "./coordinates.ts";
import { thermalState } from "./gibbs.ts";
import { addScaled, rowTimes, timesColumn } from "./small.ts";
import type { BipartiteSystem } from "./system.ts";

/** A steady state, and how it was found. */
export interface Steady {
  readonly pi: HermitianOperator;
  /** Whether pi was given, is the product of the thermal states of the baths, or was found as the kernel of L. */
  readonly source: "given" | "thermal product" | "kernel of L";
  /** The smallest singular value of L beside the kernel, of L balanced; Infinity where it was not asked for. */
  readonly next: number;
}

/** How exact a given steady state has to be. */
const GIVEN = 1e-9;
/** How exactly the thermal product has to commute with V, beside both. */
const COMMUTES = 1e-12;
/** Default of what is zero among the singular values of a balanced L: rounding. */
const ZERO = 64 * Number.EPSILON;
/** The smallest singular value of a balanced L that leaves no doubt that there is one steady state. */
export const JUST_UNIQUE = 1e-10;
/** Solutions of the equations, of what is left of them. */
const REFINEMENTS = 3;
/** Rounds of balancing, which halve the orders of magnitude that are left. */
const ROUNDS = 8;

/** @throws {@link NotDensityMatrixError}, {@link NotSteadyError}, {@link SteadyStateNotUniqueError} */
export function steadyOf(
  system: BipartiteSystem,
  given: Operator | undefined,
  coordinates: Coordinates,
  whole: Images,
  tol: number = ZERO,
): Steady {
  if (given !== undefined) {
    const pi = checkDensityMatrix(given, system.H.dims, "storage: steady");
    const { size, allowed } = worst(coordinates.of(pi), whole, Math.max(GIVEN, tol));
    if (size > allowed) throw new NotSteadyError("storage: steady", size, allowed);
    return { pi, source: "given", next: Number.POSITIVE_INFINITY };
  }
  const product = thermalProduct(system);
  if (product && stays(product, system.V)) {
    const { size, allowed } = worst(coordinates.of(product), whole, COMMUTES);
    if (size <= allowed) return { pi: product, source: "thermal product", next: Number.POSITIVE_INFINITY };
  }
  return fromKernel(coordinates, whole, tol);
}

/**
 * The component of L[pi] that is largest beside what L makes of other operators there: the populations of a weak bath are not to drown in the
 * coherences of a large Hamiltonian.
 */
function worst(x: Float64Array, whole: Images, share: number): { size: number; allowed: number } {
  const n = x.length;
  const length = Math.hypot(...x);
  const columns = new Float64Array(n);
  whole.forEach((value, k) => {
    columns[k % n]! += Math.abs(value);
  });
  // Where L does nothing its columns are rounding.
  const rounding = 4 * Math.sqrt(n) * Number.EPSILON * columns.reduce((max, sum) => Math.max(max, sum), 0);
  let found = { size: 0, allowed: 0 };
  rowTimes(x, whole).forEach((value, k) => {
    const [size, allowed] = [Math.abs(value), length * (share * columns[k]! + rounding)];
    if (size * found.allowed >= found.size * allowed && size > 0) found = { size, allowed };
  });
  return found;
}

/** [V, pi] = 0, beside V itself: how strong the rest of L is does not matter. */
function stays(pi: Operator, V: Operator): boolean {
  const proper = V.sub(qeye(V.dims).scale(V.tr().re / V.size));
  return commutator(proper, pi).norm() <= COMMUTES * proper.norm() * pi.norm();
}

/** pi_A ⊗ pi_B, where every bath is thermal and acts on one part, and those of a part have one temperature. */
function thermalProduct({ HA, HB, baths }: BipartiteSystem): HermitianOperator | undefined {
  const betaOf = (site: "A" | "B") => {
    const betas = new Set(baths.filter((bath) => bath.site === site).map(({ beta }) => beta));
    return betas.size === 1 ? [...betas][0] : undefined;
  };
  const [betaA, betaB] = [betaOf("A"), betaOf("B")];
  if (betaA === undefined || betaB === undefined || baths.some(({ site }) => site === "global")) return undefined;
  return thermalState(HA, betaA).kron(thermalState(HB, betaB));
}

/**
 * L[1/d + x] = 0 for a traceless x. Its equations are balanced first, so that singular values near rounding mean several steady states, and not that
 * baths are slow beside the Hamiltonian.
 */
function fromKernel(coordinates: Coordinates, whole: Images, tol: number): Steady {
  const { count } = coordinates;
  const n = count - 1;
  const d = Math.sqrt(count);
  const { matrix, rows, columns } = balanced(n, (k, j) => whole[k * count + j]!);
  const { values } = singularReal(n, n, matrix);
  const zeros = values.filter((value) => !(value > tol)).length;
  const next = values[n - 1 - zeros] ?? Number.POSITIVE_INFINITY;
  if (zeros > 0) throw notUnique(zeros + 1, values[n - zeros]!, next, tol);
  const transposed = new Float64Array(n * n);
  matrix.forEach((value, k) => {
    transposed[(k % n) * n + Math.floor(k / n)] = value;
  });
  const source = Float64Array.from(columns, (scale, j) => (-scale * whole[n * count + j]!) / Math.sqrt(d));
  const y = new Float64Array(n);
  // Refinement makes the error small element by element, however different they are (Higham, section 12.2).
  for (let round = 0; n > 0 && round < REFINEMENTS; round++) {
    const residual = timesColumn(transposed, y).map((value, k) => source[k]! - value);
    addScaled(y, 1, solveReal(n, transposed, residual)!.x);
  }
  const x = new Float64Array(count);
  y.forEach((value, k) => {
    x[k] = value * rows[k]!;
  });
  x[n] = 1 / Math.sqrt(d);
  const pi = coordinates.operator(x);
  const least = eigenvaluesHermitian(pi)[0]!;
  if (least < -STATE_TOLERANCE) {
    // Rounding has mixed two states, one of them steady, the other nearly so.
    if (next < JUST_UNIQUE) throw notUnique(2, next, values[n - 2] ?? next, tol);
    throw new NotDensityMatrixError("storage: the steady state", "positivity", least, STATE_TOLERANCE);
  }
  return { pi, source: "kernel of L", next };
}

function notUnique(dimension: number, below: number, above: number, tol: number): SteadyStateNotUniqueError {
  const remedy =
    "the option steady (lindblad storage --steady-initial) says which one is meant, a smaller tol tells very slow decay from none";
  return new SteadyStateNotUniqueError("storage", dimension, false, remedy, { below, above, tol });
}

/** A matrix with its rows and columns scaled until the largest element of each is near 1 (Ruiz, RAL-TR-2001-034). */
function balanced(n: number, element: (row: number, column: number) => number) {
  const matrix = Float64Array.from({ length: n * n }, (_, k) => element(Math.floor(k / n), k % n));
  const [rows, columns] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
  for (let round = 0; round < ROUNDS; round++) {
    const [inRow, inColumn] = [new Float64Array(n), new Float64Array(n)];
    matrix.forEach((value, k) => {
      const [row, column] = [Math.floor(k / n), k % n];
      inRow[row] = Math.max(inRow[row]!, Math.abs(value));
      inColumn[column] = Math.max(inColumn[column]!, Math.abs(value));
    });
    const factor = (most: number) => (most > 0 ? 1 / Math.sqrt(most) : 1);
    matrix.forEach((value, k) => {
      matrix[k] = value * factor(inRow[Math.floor(k / n)]!) * factor(inColumn[k % n]!);
    });
    inRow.forEach((most, k) => {
      rows[k]! *= factor(most);
    });
    inColumn.forEach((most, k) => {
      columns[k]! *= factor(most);
    });
  }
  return { matrix, rows, columns };
}
