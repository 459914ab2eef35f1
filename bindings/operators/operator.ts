/**
 * {@link Operator}: an immutable square complex matrix that knows the dimensions of the parts it acts on.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError, NonFiniteError, NotHermitianError } from "../errors.ts";
import {
  checkDims,
  checkFinite,
  checkIndex,
  checkNumbers,
  checkObject,
  checkSameDims,
  isElement,
  isIndex,
  product,
  refuseElement,
} from "./checks.ts";
import { type Complex, type Scalar, toComplex } from "./complex.ts";
import { type HermiticityDefect, hermiticityDefect } from "./hermiticity.ts";
import { checkKet, Ket } from "./ket.ts";
import * as storage from "./storage.ts";

/** Relative deviation from A = A† below which an operator counts as Hermitian: the rounding of building it from sums and products. */
export const HERMITIAN_TOLERANCE = 1e-12;

/** @throws {@link InvalidArgumentError} unless `operator` is an operator. */
export function checkOperator(operator: Operator, where: string): void {
  if (!(operator instanceof Operator)) throw new InvalidArgumentError(where, operator, "an Operator");
}

/** Exists in types only. */
declare const hermitian: unique symbol;

/**
 * An operator that is known to be Hermitian from the way it was made: expectation values of it are typed as real series. Sums and
 * real multiples of such operators, and their tensor products, are such operators; {@link Operator.asHermitian} checks any other.
 */
export type HermitianOperator = Operator & {
  /** Tells this type from {@link Operator}; of types only, no operator has it. */
  readonly [hermitian]: true;
};

/**
 * An operator on the space H_0 ⊗ H_1 ⊗ …, of dimensions `dims`; the first factor is the slow index.
 * Stored dense or in compressed sparse rows (CSR); the algebra keeps what is sparse sparse. Operators never change, and all
 * their elements are finite: an operation that overflows throws {@link NonFiniteError}.
 */
export class Operator {
  /** Dimensions of the parts, e.g. `[2, 3]` for qubit ⊗ qutrit. */
  readonly dims: readonly number[];
  /** Dimension of the whole space, the product of `dims`. */
  readonly size: number;
  readonly #matrix: storage.Storage;
  /** Asked for several times a run, and by every run of a sweep. */
  #defect: HermiticityDefect | undefined;

  private constructor(dims: readonly number[], matrix: storage.Storage, where: string) {
    checkFinite(matrix.kind === "dense" ? matrix.data : matrix.values, where);
    this.dims = Object.freeze([...dims]);
    this.size = matrix.size;
    this.#matrix = matrix;
    Object.freeze(this);
  }

  /** Whether `value` is an operator indeed: not a proxy of one, or an object that has its prototype alone. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && #matrix in value;
  }

  /**
   * From a dense matrix.
   * @param dims dimensions of the parts, or one number
   * @param data row-major, re and im interleaved: 2·d² numbers (the bytes of numpy's complex128); copied
   * @throws {@link DimensionMismatchError} for another number of numbers; {@link NonFiniteError} for NaN or infinity; {@link InvalidArgumentError} for dims that are none
   * @example
   * Operator.dense([2], [0, 0, 0, -1, 0, 1, 0, 0]).sub(sigmay()).norm(); // 0
   */
  static dense(dims: readonly number[] | number, data: ArrayLike<number>): Operator {
    const parts = checkDims(dims, "Operator.dense: dims");
    const size = product(parts);
    if (data?.length !== 2 * size * size) {
      throw new DimensionMismatchError(
        "Operator.dense: data",
        `2·${size}² = ${2 * size * size} numbers for dims [${parts}]`,
        `${data?.length}`,
      );
    }
    checkNumbers(data, "Operator.dense: data");
    return new Operator(parts, { kind: "dense", size, data: Float64Array.from(data) }, "Operator.dense: data");
  }

  /**
   * From separate real and imaginary parts, each d rows of d numbers.
   * @param arrays `im` may be left out for a real matrix
   * @throws {@link DimensionMismatchError}, {@link NonFiniteError}
   * @example
   * Operator.fromArrays({ dims: [2], re: [[1, 0], [0, -1]] }).sub(sigmaz()).norm(); // 0
   */
  static fromArrays(arrays: {
    dims: readonly number[] | number;
    re: readonly (readonly number[])[];
    im?: readonly (readonly number[])[] | undefined;
  }): Operator {
    checkObject(arrays, "Operator.fromArrays", "{ dims, re, im }");
    const parts = checkDims(arrays.dims, "Operator.fromArrays: dims");
    const size = product(parts);
    if (arrays.re?.length !== size) {
      throw new DimensionMismatchError("Operator.fromArrays: re", `${size} rows`, `${arrays.re?.length} rows`);
    }
    const data = new Float64Array(2 * size * size);
    for (const [offset, name] of [
      [0, "re"],
      [1, "im"],
    ] as const) {
      const rows = arrays[name];
      if (rows === undefined && name === "im") continue;
      if (!Array.isArray(rows) || rows.length !== size) {
        throw new DimensionMismatchError(`Operator.fromArrays: ${name}`, `${size} rows`, `${rows?.length} rows`);
      }
      rows.forEach((row, i) => {
        if (!Array.isArray(row) || row.length !== size) {
          throw new DimensionMismatchError(
            `Operator.fromArrays: ${name}[${i}]`,
            `${size} numbers`,
            `${row?.length} numbers`,
          );
        }
        checkNumbers(row, `Operator.fromArrays: ${name}[${i}]`);
        for (let j = 0; j < size; j++) data[2 * (i * size + j) + offset] = row[j]!;
      });
    }
    return new Operator(parts, { kind: "dense", size, data }, "Operator.fromArrays");
  }

  /**
   * From compressed sparse rows. Columns of a row may come in any order; repeated ones add up.
   * @param arrays `rowPointers` has d + 1 entries, `columns` one per element, `values` two (re, im interleaved); copied
   * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} (an index out of range), {@link NonFiniteError}
   */
  static csr(
    dims: readonly number[] | number,
    arrays: { rowPointers: ArrayLike<number>; columns: ArrayLike<number>; values: ArrayLike<number> },
  ): Operator {
    const parts = checkDims(dims, "Operator.csr: dims");
    const size = product(parts);
    checkObject(arrays, "Operator.csr", "{ rowPointers, columns, values }");
    const { rowPointers, columns, values } = arrays;
    for (const [name, array] of Object.entries({ rowPointers, columns, values })) {
      if (typeof array?.length !== "number") throw new InvalidArgumentError(`Operator.csr: ${name}`, array, "an array");
    }
    checkNumbers(rowPointers, "Operator.csr: rowPointers");
    checkNumbers(columns, "Operator.csr: columns");
    if (rowPointers.length !== size + 1) {
      throw new DimensionMismatchError("Operator.csr: rowPointers", `${size + 1} entries`, `${rowPointers.length}`);
    }
    if (values.length !== 2 * columns.length || rowPointers[size] !== columns.length || rowPointers[0] !== 0) {
      throw new DimensionMismatchError(
        "Operator.csr",
        "rowPointers from 0 to the number of columns, and two values (re, im) a column",
        `rowPointers ${rowPointers[0]}..${rowPointers[size]}, ${columns.length} columns, ${values.length} values`,
      );
    }
    for (let row = 0; row < size; row++) {
      if (!(rowPointers[row]! <= rowPointers[row + 1]!)) {
        throw new InvalidArgumentError(
          `Operator.csr: rowPointers[${row + 1}]`,
          rowPointers[row + 1],
          `at least ${rowPointers[row]}`,
        );
      }
      for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
        if (!isIndex(columns[k]!, size)) checkIndex(columns[k]!, size, `Operator.csr: columns[${k}]`);
      }
    }
    const inOrder = storage.csrFromRows(size, rowPointers, columns, values);
    if (inOrder) return new Operator(parts, inOrder, "Operator.fromTriplets");
    const triplets: [number, number, number, number][] = [];
    for (let row = 0; row < size; row++) {
      for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
        triplets.push([row, columns[k]!, values[2 * k]!, values[2 * k + 1]!]);
      }
    }
    return Operator.fromTriplets(parts, triplets);
  }

  /** Sparse, from elements `[row, column, re, im]` in any order; repeated places add up.
   * @throws {@link InvalidArgumentError} (an index out of range), {@link NonFiniteError} */
  static fromTriplets(
    dims: readonly number[] | number,
    triplets: Iterable<readonly [row: number, column: number, re: number, im: number]>,
  ): Operator {
    const parts = checkDims(dims, "Operator.fromTriplets: dims");
    const size = product(parts);
    // Numbers are no elements; an array whose buffer is gone throws where it is read.
    if (typeof triplets?.[Symbol.iterator] !== "function" || ArrayBuffer.isView(triplets)) {
      throw new InvalidArgumentError("Operator.fromTriplets: triplets", triplets, "elements [row, column, re, im]");
    }
    const elements = [...triplets];
    elements.forEach((element, k) => {
      if (!isElement(element, size)) refuseElement(element, k, size);
    });
    return new Operator(parts, storage.csrFromTriplets(size, elements), "Operator.fromTriplets");
  }

  /** `"dense"` or `"csr"`: how the elements are kept; results differ by rounding at most. */
  get storage(): "dense" | "csr" {
    return this.#matrix.kind;
  }

  /** Number of elements that are not zero. */
  get nnz(): number {
    let count = 0;
    this.forEachNonzero(() => count++);
    return count;
  }

  /** Element (row, column), both from 0. @throws {@link InvalidArgumentError} for an index that is none */
  get(row: number, column: number): Complex {
    checkIndex(row, this.size, "Operator.get: row");
    checkIndex(column, this.size, "Operator.get: column");
    const m = this.#matrix;
    if (m.kind === "dense") {
      const k = 2 * (row * this.size + column);
      return { re: m.data[k]!, im: m.data[k + 1]! };
    }
    for (let k = m.rowPointers[row]!; k < m.rowPointers[row + 1]!; k++) {
      if (m.columns[k] === column) return { re: m.values[2 * k]!, im: m.values[2 * k + 1]! };
    }
    return { re: 0, im: 0 };
  }

  /** Calls `visit` for every element that is not zero, row by row. */
  forEachNonzero(visit: (row: number, column: number, re: number, im: number) => void): void {
    storage.forEachNonzero(this.#matrix, visit);
  }

  /** The dense matrix, row-major, re and im interleaved; a copy. */
  toDense(): Float64Array {
    const { data } = storage.toDense(this.#matrix);
    return this.#matrix.kind === "dense" ? data.slice() : data;
  }

  /** The dense matrix as rows of real and of imaginary parts. */
  toArrays(): {
    /** Dimensions of the factors. */
    dims: number[];
    /** Real parts, a list a row. */
    re: number[][];
    /** Imaginary parts likewise. */
    im: number[][];
  } {
    const { data } = storage.toDense(this.#matrix);
    const part = (offset: number) =>
      Array.from({ length: this.size }, (_, i) =>
        Array.from({ length: this.size }, (_, j) => data[2 * (i * this.size + j) + offset]!),
      );
    return { dims: [...this.dims], re: part(0), im: part(1) };
  }

  /** The dense matrix, as `JSON.stringify` writes it and {@link Operator.fromArrays} reads it. */
  toJSON(): ReturnType<Operator["toArrays"]> {
    return this.toArrays();
  }

  /** A†, the conjugate transpose. */
  dag(this: HermitianOperator): HermitianOperator;
  dag(): Operator;
  dag(): Operator {
    return new Operator(this.dims, storage.adjoint(this.#matrix), "Operator.dag");
  }

  /** Aᵀ, the transpose. */
  trans(): Operator {
    return new Operator(this.dims, storage.adjoint(storage.conjugate(this.#matrix)), "Operator.trans");
  }

  /** A*, every element conjugated. */
  conj(): Operator {
    return new Operator(this.dims, storage.conjugate(this.#matrix), "Operator.conj");
  }

  /** A|psi>. The norm is what comes out. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NonFiniteError} */
  apply(psi: Ket): Ket {
    checkKet(psi, "Operator.apply");
    checkSameDims(this.dims, psi.dims, "Operator.apply");
    return new Ket(this.dims, storage.multiplyVector(this.#matrix, psi.toArray()));
  }

  /** The matrix product A·B. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NonFiniteError} */
  mul(other: Operator): Operator {
    this.#checkSame(other, "Operator.mul");
    return new Operator(this.dims, storage.multiply(this.#matrix, other.#matrix), "Operator.mul");
  }

  /** A + B. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
  add(this: HermitianOperator, other: HermitianOperator): HermitianOperator;
  add(other: Operator): Operator;
  add(other: Operator): Operator {
    this.#checkSame(other, "Operator.add");
    return new Operator(this.dims, storage.addScaled(1, this.#matrix, 1, other.#matrix), "Operator.add");
  }

  /** A - B. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
  sub(this: HermitianOperator, other: HermitianOperator): HermitianOperator;
  sub(other: Operator): Operator;
  sub(other: Operator): Operator {
    this.#checkSame(other, "Operator.sub");
    return new Operator(this.dims, storage.addScaled(1, this.#matrix, -1, other.#matrix), "Operator.sub");
  }

  /** c·A for a real or complex c. @throws {@link InvalidArgumentError}, {@link NonFiniteError} */
  scale(this: HermitianOperator, factor: number): HermitianOperator;
  scale(factor: Scalar): Operator;
  scale(factor: Scalar): Operator {
    const { re, im } = toComplex(factor, "Operator.scale: factor");
    if (!Number.isFinite(re) || !Number.isFinite(im)) {
      throw new NonFiniteError("Operator.scale: factor", undefined, `expected a finite number, got ${re} + ${im}i`);
    }
    return new Operator(this.dims, storage.scale(this.#matrix, re, im), "Operator.scale");
  }

  /** Kronecker product A ⊗ B, A the slow index; `dims` are joined. @throws {@link InvalidArgumentError}, also beyond 2^20 levels */
  kron(this: HermitianOperator, other: HermitianOperator): HermitianOperator;
  kron(other: Operator): Operator;
  kron(other: Operator): Operator {
    checkOperator(other, "Operator.kron");
    checkDims([...this.dims, ...other.dims], "Operator.kron: dims");
    return new Operator([...this.dims, ...other.dims], storage.kron(this.#matrix, other.#matrix), "Operator.kron");
  }

  /** The trace, sum of A_ii. */
  tr(): Complex {
    let re = 0;
    let im = 0;
    this.forEachNonzero((row, column, x, y) => {
      if (row !== column) return;
      re += x;
      im += y;
    });
    return { re, im };
  }

  /** Frobenius norm, sqrt(Tr A†A). */
  norm(): number {
    // Relative to the largest element, so that no square over- or underflows.
    const largest = this.maxAbs();
    if (largest === 0) return 0;
    let sum = 0;
    this.forEachNonzero((_row, _column, re, im) => {
      sum += (re / largest) ** 2 + (im / largest) ** 2;
    });
    return largest * Math.sqrt(sum);
  }

  /** Largest |A_ij|. */
  maxAbs(): number {
    let max = 0;
    this.forEachNonzero((_row, _column, re, im) => {
      max = Math.max(max, Math.hypot(re, im));
    });
    return max;
  }

  /** (A + A†)/2, and A itself when it is exactly Hermitian. */
  hermitianPart(): HermitianOperator {
    return this.#hermitianPart(this.hermiticityDefect());
  }

  #hermitianPart({ deviation }: HermiticityDefect): HermitianOperator {
    if (deviation === 0) return this as unknown as HermitianOperator;
    const part = storage.addScaled(0.5, this.#matrix, 0.5, storage.adjoint(this.#matrix));
    return new Operator(this.dims, part, "Operator.hermitianPart") as unknown as HermitianOperator;
  }

  /** This operator, known to be Hermitian; what rounding leaves of an anti-Hermitian part is taken off, or a later difference might
   * consist of it. @throws {@link NotHermitianError} when it is not Hermitian. */
  asHermitian(where = "Operator.asHermitian"): HermitianOperator {
    const defect = this.hermiticityDefect();
    if (defect.deviation > HERMITIAN_TOLERANCE * this.maxAbs()) {
      throw new NotHermitianError(where, defect.deviation, defect.row, defect.column);
    }
    return this.#hermitianPart(defect);
  }

  /** Where and by how much A deviates most from A†. */
  hermiticityDefect(): HermiticityDefect {
    this.#defect ??= hermiticityDefect(this.#matrix);
    return this.#defect;
  }

  /** Whether A = A†, to `tolerance` relative to the largest element; by default 1e-12, the rounding of building it from sums and products. */
  isHermitian(tolerance = HERMITIAN_TOLERANCE): boolean {
    if (typeof tolerance !== "number") throw new InvalidArgumentError("Operator.isHermitian", tolerance, "a number");
    return this.hermiticityDefect().deviation <= tolerance * this.maxAbs();
  }

  #checkSame(other: Operator, where: string): void {
    checkOperator(other, where);
    checkSameDims(this.dims, other.dims, where);
  }
}
