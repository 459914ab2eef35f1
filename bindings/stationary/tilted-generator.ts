/**
 * The tilted generator L_s = L + sum_k (exp(w_k s) - 1) L_k · L_k†, as a real matrix.
 * @module
 */
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { Operator } from "../operators/operator.ts";
import { couplings, matrixOf, planRows, rowsOn } from "../plan/coordinates.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { type RealRows, rowsTimes, transposedRows } from "../plan/rows.ts";

/** Rounds of balancing at most, and scales. */
const BALANCING = 40;
const LARGEST_SCALING = 2 ** 400;
/** Negative eigenvalues, relative to the largest, of a matrix that is positive but for rounding. */
const POSITIVE = 1e-9;

/** L_s on the coordinates that the identity reaches: nothing positive grows faster than that. */
export class TiltedGenerator {
  readonly d: number;
  readonly places: Int32Array;
  readonly #drift: Operator;
  readonly #jumps: readonly Operator[];
  readonly #weights: Float64Array;
  /** Of each weight, the sum of L_k · L_k† over its jumps. */
  readonly #counted: readonly { readonly weight: number; readonly rows: RealRows }[];

  constructor(H: Operator, jumps: readonly Operator[], weights: Float64Array) {
    this.d = H.size;
    this.#drift = noJumpOperator(H, jumps);
    this.#jumps = jumps;
    this.#weights = weights;
    // Factors at which nothing cancels that does not cancel at all s.
    const generic = jumps.map((L, k) => L.scale(1 + Math.sqrt(k + 2) / 9));
    this.places = planRows(couplings(this.#drift, generic), [qeye(H.dims)])!.places;
    const nothing = Operator.fromTriplets(H.dims, []);
    this.#counted = [...new Set(weights)].map((weight) => {
      const chosen = jumps.filter((_, k) => weights[k] === weight);
      return { weight, rows: rowsOn(couplings(nothing, chosen), this.places) };
    });
  }

  get count(): number {
    return this.places.length;
  }

  at(s: number): Balanced {
    const jumps = this.#jumps.map((L, k) => L.scale(Math.exp((this.#weights[k]! * s) / 2)));
    return balanced(rowsOn(couplings(this.#drift, jumps), this.places));
  }

  /** dL_s/ds x */
  slope(s: number, x: Float64Array): Float64Array {
    const [out, part] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (const { weight, rows } of this.#counted) {
      rowsTimes(rows, x, part);
      const factor = weight * Math.exp(weight * s);
      for (let k = 0; k < out.length; k++) out[k]! += factor * part[k]!;
    }
    return out;
  }

  /** The identity. */
  get one(): Float64Array {
    const x = new Float64Array(this.count);
    this.places.forEach((place, k) => {
      if ((place >> 1) % (this.d + 1) === 0) x[k] = 1;
    });
    return x;
  }

  isPositive(x: Float64Array): boolean {
    const values = eigenvaluesHermitian(Operator.dense([this.d], matrixOf(this.places, this.d, x)).hermitianPart());
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least >= -POSITIVE * most;
  }
}

/** D⁻¹ L_s D: rows and columns of one size, or the large factors of some jumps would drown what the others do. */
export interface Balanced {
  readonly rows: RealRows;
  readonly transposed: RealRows;
  /** The diagonal of D, powers of two. */
  readonly scaling: Float64Array;
  /** Largest sum of the absolute values of a row. */
  readonly scale: number;
}

/** Osborne's method (J. ACM 7 (1960) 338). */
function balanced(rows: RealRows): Balanced {
  const transposed = transposedRows(rows);
  const n = rows.pointers.length - 1;
  const scaling = new Float64Array(n).fill(1);
  /** Beside the diagonal, in units of the coordinate itself; those of a column are divided by theirs. */
  const size = ({ pointers, columns, values }: RealRows, row: number, sign: 1 | -1) => {
    let sum = 0;
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
      if (columns[k] !== row) sum += Math.abs(values[k]!) * (scaling[columns[k]!]! / scaling[row]!) ** sign;
    }
    return sum;
  };
  for (let sweep = 0, changed = true; sweep < BALANCING && changed; sweep++) {
    changed = false;
    for (let row = 0; row < n; row++) {
      const ratio = size(rows, row, 1) / size(transposed, row, -1);
      const factor = 2 ** Math.round(Math.log2(ratio) / 2);
      const next = scaling[row]! * factor;
      if (!(ratio > 0) || factor === 1 || !(next < LARGEST_SCALING && next > 1 / LARGEST_SCALING)) continue;
      scaling[row] = next;
      changed = true;
    }
  }
  const scaled = ({ pointers, columns, values }: RealRows, sign: 1 | -1): RealRows => {
    const out = values.slice();
    for (let row = 0; row < n; row++) {
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++)
        out[k]! *= (scaling[columns[k]!]! / scaling[row]!) ** sign;
    }
    return { pointers, columns, values: out };
  };
  const own = scaled(rows, 1);
  let scale = 0;
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = own.pointers[row]!; k < own.pointers[row + 1]!; k++) sum += Math.abs(own.values[k]!);
    scale = Math.max(scale, sum);
  }
  return { rows: own, transposed: scaled(transposed, -1), scaling, scale };
}
