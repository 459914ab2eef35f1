/**
 * How a state lies in the kernel's memory while it evolves, and the superoperator that acts on it there.
 * @module
 */
import { FORM_COORDINATES, FORM_MATRIX, FORM_TRIANGLE } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { type CoordinatesPlan, coordinatesOf, matrixOf } from "./coordinates.ts";
import { coordinatesCost, matrixCost, triangleCost } from "./cost.ts";
import { type GeneratorPlan, generatorBytes, type Places, putGenerator } from "./generator.ts";
import type { Slices } from "./rows.ts";
import { TRIANGLE_SCALE, type TrianglePlan, trianglePlaces } from "./triangle.ts";

/** Terms of a functional Tr[O X]: coefficients of doubles of the state vector. */
export interface FunctionalTerms {
  /** Byte offsets, two a term where functionals are quadratic. */
  readonly offsets: number[];
  /** Interleaved. */
  readonly coefficients: number[];
}

/** `S`: what is evolved. */
export interface Representation<S = Operator> {
  /** In words. */
  readonly description: string;
  /** Doubles of one state. */
  length(kernel: Kernel): number;
  /** Kernel memory that the superoperator takes, in bytes. */
  bytes(kernel: Kernel): number;
  /** Nanoseconds that one application takes, by the cost model. */
  readonly cost: number;
  /** Whether what it does in time is known to be smooth but for jumps and kinks that are known. */
  readonly smooth?: boolean;
  /** The matrix, where the form is one small enough to hold as such. */
  readonly coordinates: Pick<CoordinatesPlan, "d" | "count" | "places" | "length" | "norm"> | undefined;
  /** Copies the superoperator into the open frame. @throws {@link TooLargeError} */
  put(kernel: Kernel, copies: number, what: string): number;
  /** The same, and where the elements of its operators lie; not in coordinates. */
  readonly putPlaced?: (kernel: Kernel, copies: number, what: string) => { superoperator: number; places: Places };
  /** The same, and the addresses of the factors of all matrices but the first, in coordinates. */
  readonly putFactors?: (kernel: Kernel, copies: number, what: string) => { superoperator: number; factors: number[] };
  /** Writes a state to the state vector at `pointer`, all zeros so far. */
  write(kernel: Kernel, state: S, pointer: number): void;
  /** Reads one back, row-major and interleaved. */
  read(kernel: Kernel, pointer: number, where: string): Float64Array;
  terms(kernel: Kernel, operator: Operator): FunctionalTerms;
  /** What these terms are, a FUNCTIONALS constant; by default Tr[O X]. */
  readonly functionals?: number;
  /** Byte offsets of one row of the matrix, and what the square of each counts in the square of its norm. */
  row(kernel: Kernel, level: number): { offsets: number[]; squares: number[] };
}

/** Planar matrices. */
export function matrixRepresentation(plan: GeneratorPlan): Representation {
  const { d } = plan;
  const putPlaced = (kernel: Kernel, copies: number, what: string) => {
    const { generator, places } = putGenerator(kernel, plan);
    return { superoperator: superoperator(kernel, FORM_MATRIX, copies, generator, what), places };
  };
  return {
    description: plan.form,
    cost: matrixCost(plan),
    coordinates: undefined,
    length: (kernel) => kernel.layout(d).bytes / 8,
    bytes: (kernel) => generatorBytes(kernel, plan),
    putPlaced,
    put: (kernel, copies, what) => putPlaced(kernel, copies, what).superoperator,
    write: (kernel, operator, pointer) => kernel.writeMatrix(operator, pointer),
    read: (kernel, pointer, where) => kernel.getMatrix(pointer, d, where),
    terms(kernel, operator) {
      const { stride, plane } = kernel.layout(d);
      const offsets: number[] = [];
      const coefficients: number[] = [];
      // Tr[O X] = sum_ij O_ij X_ji
      operator.forEachNonzero((row, column, re, im) => {
        const at = 8 * (column * stride + row);
        offsets.push(at, at + 8 * plane);
        coefficients.push(re, im, -im, re);
      });
      return { offsets, coefficients };
    },
    row(kernel, level) {
      const { stride, plane } = kernel.layout(d);
      const at = Array.from({ length: d }, (_, column) => 8 * (level * stride + column));
      return { offsets: [...at, ...at.map((x) => x + 8 * plane)], squares: new Array<number>(2 * d).fill(1) };
    },
  };
}

/** Real coordinates. */
export function coordinatesRepresentation(plan: CoordinatesPlan): Representation {
  const { d, count, length, places } = plan;
  const matrices: readonly Slices[] = [plan, ...plan.changing];
  const elements = matrices.reduce((sum, { values }) => sum + values.length, 0);
  const position = new Map<number, number>();
  places.forEach((place, k) => {
    position.set(place, k);
  });
  const populations = Int32Array.from({ length }, (_, k) => (k < count && (places[k]! >> 1) % (d + 1) === 0 ? 1 : 0));
  const putFactors = (kernel: Kernel, copies: number, what: string) => putSum(kernel, copies, matrices, putPlan, what);
  const putPlan = (kernel: Kernel, matrix: Slices, what: string) => {
    const pointer = putSlices(kernel, matrix, what);
    kernel.functions.setPopulations(pointer, kernel.putIntegers(populations, what));
    return pointer;
  };
  return {
    description: `real sparse matrix on ${count} of ${d * d} coordinates (${(elements / length).toFixed(1)} elements a row)`,
    cost: matrices.reduce((sum, matrix) => sum + coordinatesCost(matrix), 0),
    coordinates: plan,
    length: () => length,
    bytes: () => 12 * elements + matrices.length * (5 * length + 4096),
    putFactors,
    put: (kernel, copies, what) => putFactors(kernel, copies, what).superoperator,
    write: (kernel, operator, pointer) =>
      coordinatesOf(places, d, operator.toDense(), kernel.doubles.subarray(pointer / 8, pointer / 8 + count)),
    read(kernel, pointer, where) {
      const data = matrixOf(places, d, kernel.doubles.subarray(pointer / 8, pointer / 8 + count));
      checkFinite(data, where);
      return data;
    },
    terms(_kernel, operator) {
      const terms: FunctionalTerms = { offsets: [], coefficients: [] };
      const push = (place: number, re: number, im: number) => {
        const at = position.get(place);
        if (at === undefined) return;
        terms.offsets.push(8 * at);
        terms.coefficients.push(re, im);
      };
      // Tr[O X] = sum_ij O_ij X_ji, X_ij = (u + iv)/sqrt(2) for i < j
      operator.forEachNonzero((row, column, re, im) => {
        const place = 2 * (row <= column ? d * row + column : d * column + row);
        if (row === column) return push(place, re, im);
        const sign = row < column ? -Math.SQRT1_2 : Math.SQRT1_2;
        push(place, re * Math.SQRT1_2, im * Math.SQRT1_2);
        push(place + 1, -sign * im, sign * re);
      });
      return terms;
    },
    row(_kernel, level) {
      const offsets: number[] = [];
      const squares: number[] = [];
      places.forEach((place, k) => {
        const column = (place >> 1) % d;
        const row = ((place >> 1) - column) / d;
        if (row !== level && column !== level) return;
        offsets.push(8 * k);
        squares.push(row === column ? 1 : 0.5);
      });
      return { offsets, squares };
    },
  };
}

/**
 * One triangle, every element twice as large as it is. What lies left of the diagonal inside the band counts as well: the norm of a
 * vector lies between sqrt(2)·‖rho‖ and 2·‖rho‖ (Frobenius). An error measured by it is never larger than it says, and one relative
 * to the norm of rho by sqrt(2) at most.
 */
export function triangleRepresentation(plan: TrianglePlan): Representation {
  const { d, length, plane, rows, lead, terms } = plan;
  const putPlaced = (kernel: Kernel, copies: number, what: string) => {
    const { functions } = kernel;
    const triangle =
      functions.createTriangle(
        d,
        length,
        plan.band,
        8 * plane,
        kernel.putIntegers(
          rows.map((at) => 8 * at),
          what,
        ),
      ) >>> 0;
    const { kind, otherJump, coefficients } = lead;
    const passes = [coefficients, ...terms.map((term) => term.coefficients)].map((numbers) =>
      kernel.putDoubles(numbers, what),
    );
    if (triangle !== 0) {
      functions.setTriangleLead(triangle, kind, otherJump, passes[0]!);
      const table = terms.flatMap((term, k) => [term.kind, term.shift, passes[k + 1]!]);
      functions.setTriangleTerms(triangle, terms.length, kernel.putIntegers(table, what));
    }
    const pointer = superoperator(kernel, FORM_TRIANGLE, copies, triangle, what);
    return { superoperator: pointer, places: trianglePlaces(plan, passes) };
  };
  return {
    description: plan.form,
    cost: triangleCost(plan),
    coordinates: undefined,
    length: () => length,
    bytes: () =>
      terms.reduce((sum, term) => sum + 8 * term.coefficients.length, 8 * lead.coefficients.length + 4 * d + 4096),
    putPlaced,
    put: (kernel, copies, what) => putPlaced(kernel, copies, what).superoperator,
    write(kernel, operator, pointer) {
      const { doubles } = kernel;
      operator.forEachNonzero((row, column, re, im) => {
        if (column < row) return;
        const at = pointer / 8 + rows[row]! + column;
        doubles[at] = TRIANGLE_SCALE * re;
        if (column === row) return;
        doubles[at + plane] = TRIANGLE_SCALE * im;
        if (column - row > plan.band) return;
        const mirror = pointer / 8 + rows[column]! + row;
        doubles[mirror] = TRIANGLE_SCALE * re;
        doubles[mirror + plane] = -TRIANGLE_SCALE * im;
      });
    },
    read(kernel, pointer, where) {
      const { doubles } = kernel;
      const data = new Float64Array(2 * d * d);
      for (let row = 0; row < d; row++) {
        for (let column = row; column < d; column++) {
          const at = pointer / 8 + rows[row]! + column;
          const re = doubles[at]! / TRIANGLE_SCALE;
          const im = doubles[at + plane]! / TRIANGLE_SCALE;
          data[2 * (d * column + row)] = re;
          data[2 * (d * column + row) + 1] = -im;
          data[2 * (d * row + column)] = re;
          data[2 * (d * row + column) + 1] = im;
        }
      }
      checkFinite(data, where);
      return data;
    },
    terms(_kernel, operator) {
      const terms: FunctionalTerms = { offsets: [], coefficients: [] };
      // Tr[O X] = sum_ij O_ij X_ji, X_ji = conj(X_ij)
      operator.forEachNonzero((i, j, re, im) => {
        const [x, y] = [re / TRIANGLE_SCALE, im / TRIANGLE_SCALE];
        const at = 8 * (j <= i ? rows[j]! + i : rows[i]! + j);
        terms.offsets.push(at);
        terms.coefficients.push(x, y);
        if (i === j) return;
        terms.offsets.push(at + 8 * plane);
        terms.coefficients.push(...(j < i ? [-y, x] : [y, -x]));
      });
      return terms;
    },
    row(_kernel, level) {
      const at = Array.from({ length: d }, (_, k) => 8 * (k < level ? rows[k]! + level : rows[level]! + k));
      return {
        offsets: [...at, ...at.map((x) => x + 8 * plane)],
        squares: new Array<number>(2 * d).fill(TRIANGLE_SCALE ** -2),
      };
    },
  };
}

/** A matrix in slices. @throws {@link TooLargeError} */
export function putSlices(kernel: Kernel, { widths, offsets, values }: Slices, what: string): number {
  const pointer = kernel.functions.createCoordinates(
    widths.length,
    kernel.putIntegers(widths, what),
    kernel.putIntegers(offsets, what),
    kernel.putDoubles(values, what),
  );
  return pointer >>> 0 || kernel.allocate(4096, what);
}

/** A sum of matrices, each as `put` does it, and the addresses of the factors of all but the first. @throws {@link TooLargeError} */
export function putSum<M>(
  kernel: Kernel,
  copies: number,
  matrices: readonly M[],
  put: (kernel: Kernel, matrix: M, what: string) => number,
  what: string,
): { superoperator: number; factors: number[] } {
  const [first, ...rest] = matrices.map((matrix) => put(kernel, matrix, what));
  const factors = rest.map((next) => kernel.functions.addCoordinates(first!, next) >>> 0);
  return { superoperator: superoperator(kernel, FORM_COORDINATES, copies, first!, what), factors };
}

function superoperator(kernel: Kernel, form: number, copies: number, data: number, what: string): number {
  const pointer = data === 0 ? 0 : kernel.functions.createSuperoperator(form, copies, data) >>> 0;
  return pointer === 0 ? kernel.allocate(4096, what) : pointer;
}
