/**
 * L rho = 0 as real linear equations: the generator on the coordinates (plan/coordinates.ts) that the maximally mixed state can reach. What every
 * state that L leads to has in common with it lies there.
 * @module
 */
import { qeye } from "../operators/builders.ts";
import { product } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import { norm } from "../operators/vectors.ts";
import { type Couplings, coordinatesOf, couplings, matrixOf, planRows } from "../plan/coordinates.ts";
import { noJumpOperator } from "../plan/generator.ts";
import { componentsOf, type Graph, graphOf } from "../plan/ordering.ts";
import { type RealRows, rowsTimes } from "../plan/rows.ts";
import type { Sparse } from "../plan/sparse.ts";

/** `resolution` of equations of this norm. */
export function resolutionOf(parts: Couplings, norm: number): number {
  return Math.max(STATIONARY * norm, CANCELLED * magnitude(parts));
}

/** ‖L x‖ / ‖L‖ of a unit x that counts as stationary. */
export const STATIONARY = 1e-13;
/** Of the parts that L is the sum of: what is rounding. */
const CANCELLED = 8 * Number.EPSILON;

/** An operator that has every element. */
export function fullOperator(dims: readonly number[]): Operator {
  const d = product(dims);
  return Operator.dense(dims, new Float64Array(2 * d * d).fill(1));
}

/** A generator on some coordinates of Hermitian operators. */
export abstract class OnCoordinates {
  abstract readonly d: number;
  abstract readonly dims: readonly number[];
  /** As in plan/coordinates.ts. */
  abstract readonly places: Int32Array;
  /** The coordinate of |i><i|, by level; -1 where it is none of them. */
  abstract readonly populations: Int32Array;

  /** Number of coordinates. */
  get count(): number {
    return this.places.length;
  }

  /** out = L x */
  abstract apply(x: Float64Array, out: Float64Array): void;

  trace(x: Float64Array): number {
    let sum = 0;
    for (const k of this.populations) if (k >= 0) sum += x[k]!;
    return sum;
  }

  /** ‖L x‖ (Frobenius) */
  residual(x: Float64Array): number {
    const out = new Float64Array(this.count);
    this.apply(x, out);
    return norm(out);
  }

  of(operator: Operator): Float64Array {
    const x = new Float64Array(this.count);
    coordinatesOf(this.places, this.d, operator.toDense(), x);
    return x;
  }

  operator(x: Float64Array): Operator {
    return Operator.dense(this.dims, matrixOf(this.places, this.d, x));
  }
}

/** The equations of a generator. */
export class Equations extends OnCoordinates {
  readonly d: number;
  readonly dims: readonly number[];
  readonly places: Int32Array;
  readonly rows: RealRows;
  readonly populations: Int32Array;
  /** Largest sum of the absolute values of a row; 0 where rounding is all that is left of it. */
  readonly norm: number;
  /** What rounding leaves of ‖L x‖ for a unit x that is stationary, with some room. */
  readonly resolution: number;
  readonly couplings: Couplings;
  /** Of coordinates that L joins. */
  readonly graph: Graph;

  /** @param seeds what reaches the coordinates */
  constructor(H: Operator, jumps: readonly Operator[], seeds: readonly Operator[] = [qeye(H.dims)]) {
    super();
    this.d = H.size;
    this.dims = H.dims;
    this.couplings = couplings(noJumpOperator(H, jumps), jumps);
    const { places, rows } = planRows(this.couplings, seeds)!;
    this.places = places;
    this.rows = rows;
    this.graph = graphOf(rows);
    this.populations = new Int32Array(this.d).fill(-1);
    places.forEach((place, k) => {
      const at = place >> 1;
      if (at % (this.d + 1) === 0) this.populations[at / (this.d + 1)] = k;
    });
    const { pointers, values } = rows;
    let norm = 0;
    for (let row = 0; row < places.length; row++) {
      let sum = 0;
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++) sum += Math.abs(values[k]!);
      norm = Math.max(norm, sum);
    }
    // Parts that cancel, as of a jump that is nearly the identity, leave their rounding behind.
    this.resolution = resolutionOf(this.couplings, norm);
    this.norm = norm <= this.resolution ? 0 : norm;
    if (this.norm === 0) values.fill(0);
  }

  /** out = L x */
  apply(x: Float64Array, out: Float64Array): void {
    rowsTimes(this.rows, x, out);
  }

  /** Sets of coordinates that L does not connect and that hold populations: each of them keeps its trace to itself. */
  get sealedParts(): number {
    const { component } = componentsOf(this.graph);
    const parts = new Set<number>();
    for (const k of this.populations) if (k >= 0) parts.add(component[k]!);
    return parts.size;
  }
}

/** Largest sums of rows of what L is the sum of. */
function magnitude({ d, G, jumps }: Couplings): number {
  const largest = ({ pointers, re, im }: Sparse) => {
    let most = 0;
    for (let row = 0; row < d; row++) {
      let sum = 0;
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++) sum += Math.hypot(re[k]!, im[k]!);
      most = Math.max(most, sum);
    }
    return most;
  };
  return jumps.reduce((sum, L) => sum + largest(L) ** 2, 2 * largest(G));
}

/** Numbers between -1 and 1 that look random, the same ones every time (Marsaglia, J. Stat. Softw. 8 (2003) 14). */
export function scattered(count: number, seed = 1): Float64Array {
  let state = (0x9e3779b9 ^ seed) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 31 - 1;
  });
}
