/**
 * Hermitian operators on A ⊗ B as real vectors, and the generator as a real matrix.
 * @module
 */
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGeneratorToAll } from "../solvers/apply.ts";
import { hermitianBasis } from "../solvers/hermitian-basis.ts";

/** The elements of an operator that are not zero, of its dense matrix (row-major, re and im interleaved). */
interface Sparse {
  readonly places: number[];
  readonly values: number[];
}

/**
 * Coordinates in an orthonormal basis G_a ⊗ G_b, where G_0 = 1/sqrt(d) and all other G are Hermitian and traceless. In the first `kernel` of
 * them both factors are traceless: those span the operators X with Tr_B X = Tr_A X = 0.
 */
export class Coordinates {
  readonly dims: readonly number[];
  /** Size of A ⊗ B. */
  readonly size: number;
  /** Number of coordinates, size². */
  readonly count: number;
  /** (dA² - 1)(dB² - 1) */
  readonly kernel: number;
  readonly #basis: Operator[];
  readonly #elements: Sparse[];

  constructor(dimsA: readonly number[], dimsB: readonly number[]) {
    const A = tracelessBasis(dimsA);
    const B = tracelessBasis(dimsB);
    const [oneA, oneB] = [identity(dimsA), identity(dimsB)];
    this.#basis = [
      ...A.flatMap((a) => B.map((b) => a.kron(b))),
      ...A.map((a) => a.kron(oneB)),
      ...B.map((b) => oneA.kron(b)),
      oneA.kron(oneB),
    ];
    this.dims = [...dimsA, ...dimsB];
    this.size = this.#basis[0]!.size;
    this.count = this.#basis.length;
    this.kernel = A.length * B.length;
    this.#elements = this.#basis.map((G) => {
      const places: number[] = [];
      const values: number[] = [];
      G.forEachNonzero((row, column, re, im) => {
        const k = 2 * (row * G.size + column);
        places.push(k, k + 1);
        values.push(re, im);
      });
      return { places, values };
    });
  }

  /** Tr[G_k X] for all k, of a Hermitian X. */
  of(X: Operator): Float64Array {
    const data = X.toDense();
    return Float64Array.from(this.#elements, ({ places, values }) =>
      places.reduce((sum, place, k) => sum + values[k]! * data[place]!, 0),
    );
  }

  /** sum_k x_k G_k; coordinates that are missing at the end are 0. */
  operator(x: ArrayLike<number>): HermitianOperator {
    const data = new Float64Array(2 * this.size ** 2);
    for (let k = 0; k < x.length; k++) {
      const { places, values } = this.#elements[k]!;
      places.forEach((place, j) => {
        data[place]! += x[k]! * values[j]!;
      });
    }
    return Operator.dense(this.dims, data).hermitianPart();
  }

  /** Row k: the coordinates of L[G_k]. */
  images(H: Operator, jumps: readonly Operator[]): Float64Array {
    const images = new Float64Array(this.count ** 2);
    applyGeneratorToAll(H, jumps, this.#basis).forEach((image, k) => {
      images.set(this.of(image), k * this.count);
    });
    return images;
  }
}

function identity(dims: readonly number[]): Operator {
  const d = dims.reduce((a, b) => a * b, 1);
  return diagonal(
    dims,
    Array.from({ length: d }, () => 1 / Math.sqrt(d)),
  );
}

/** An orthonormal basis of the Hermitian operators of trace 0: the generalised Gell-Mann matrices over sqrt(2). */
function tracelessBasis(dims: readonly number[]): Operator[] {
  const d = dims.reduce((a, b) => a * b, 1);
  const basis: Operator[] = [];
  for (let l = 1; l < d; l++) {
    const norm = 1 / Math.sqrt(l * (l + 1));
    basis.push(
      diagonal(
        dims,
        Array.from({ length: d }, (_, k) => (k < l ? norm : k === l ? -l * norm : 0)),
      ),
    );
  }
  // The others have one element, on the diagonal.
  basis.push(...hermitianBasis(dims).filter((G) => G.nnz === 2));
  return basis;
}

function diagonal(dims: readonly number[], values: readonly number[]): Operator {
  return Operator.fromTriplets(
    dims,
    values.map((x, k) => [k, k, x, 0] as const),
  );
}
