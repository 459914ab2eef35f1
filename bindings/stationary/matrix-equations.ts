/**
 * L rho = 0 without the equations' matrix: for generators whose matrix would have nearly every element.
 * @module
 */
import { getKernel } from "../kernel/load.ts";
import type { Operator } from "../operators/operator.ts";
import { type Couplings, couplings, rowsOn } from "../plan/coordinates.ts";
import { type GeneratorPlan, noJumpOperator, planGenerator } from "../plan/generator.ts";
import { type Graph, graphOf } from "../plan/ordering.ts";
import type { RealRows } from "../plan/rows.ts";
import { type Equations, OnCoordinates, resolutionOf } from "./equations.ts";
import { putPlaced } from "./placed.ts";

/** Elements of the equations' matrix, about, beyond which it is not made, if rows have more of them than there are levels. */
const ELEMENTS = 1.2e5;
/** Levels among whose rows the largest is looked for. */
const LEVELS = 4;

/** Equations on every coordinate of a generator that G alone makes one piece of. */
export class MatrixEquations extends OnCoordinates implements Equations {
  readonly d: number;
  readonly dims: readonly number[];
  readonly places: Int32Array;
  readonly populations: Int32Array;
  /** The largest of some rows that are long: at most what it is for {@link Equations}. */
  readonly norm: number;
  readonly resolution: number;
  readonly couplings: Couplings;
  readonly sealedParts = 1;
  readonly #plan: GeneratorPlan;
  #rows: RealRows | undefined;

  private constructor(dims: readonly number[], G: Operator, jumps: readonly Operator[], parts: Couplings) {
    super();
    const { d } = parts;
    this.d = d;
    this.dims = dims;
    this.couplings = parts;
    this.populations = new Int32Array(d);
    this.places = new Int32Array(d * d);
    for (let i = 0, k = 0; i < d; i++) {
      this.populations[i] = k;
      this.places[k++] = 2 * (d * i + i);
      for (let j = i + 1; j < d; j++) {
        this.places[k++] = 2 * (d * i + j);
        this.places[k++] = 2 * (d * i + j) + 1;
      }
    }
    this.norm = largestRow(parts);
    this.resolution = resolutionOf(parts, this.norm);
    this.#plan = planGenerator(G, jumps);
  }

  /** Undefined where a matrix has few enough elements, or there may be sets of levels that G does not join. */
  static of(H: Operator, jumps: readonly Operator[]): MatrixEquations | undefined {
    const d = H.size;
    const elements = 2 * (jumps.reduce((sum, L) => sum + L.nnz ** 2, 0) + 2 * d * H.nnz);
    if (elements < Math.max(ELEMENTS, d ** 3)) return undefined;
    const G = noJumpOperator(H, jumps);
    const parts = couplings(G, jumps);
    return connected(parts) ? new MatrixEquations(H.dims, G, jumps, parts) : undefined;
  }

  get rows(): RealRows {
    this.#rows ??= rowsOn(this.couplings, this.places);
    return this.#rows;
  }

  get graph(): Graph {
    return graphOf(this.rows);
  }

  apply(x: Float64Array, out: Float64Array): void {
    const what = "the generator";
    getKernel().frame((kernel) => {
      const placed = putPlaced(kernel, this.#plan, this.places, what);
      const from = kernel.putDoubles(x, what);
      const to = kernel.allocate(8 * out.length + 8, what);
      kernel.functions.applyPlaced(placed, from, to);
      out.set(kernel.doubles.subarray(to / 8, to / 8 + out.length));
    });
  }
}

/** Whether G joins all levels. */
function connected({ d, G, columns }: Couplings): boolean {
  const seen = new Uint8Array(d);
  seen[0] = 1;
  const reached = [0];
  for (const level of reached) {
    for (const { pointers, indices } of [G, columns.G]) {
      for (let k = pointers[level]!; k < pointers[level + 1]!; k++) {
        const next = indices[k]!;
        if (seen[next] === 1) continue;
        seen[next] = 1;
        reached.push(next);
      }
    }
  }
  return reached.length === d;
}

/** Sums of absolute values in real coordinates, of rows that belong to levels with large rows of G and the jumps. */
function largestRow(parts: Couplings): number {
  const { d, G, jumps } = parts;
  const sizes = new Float64Array(d);
  for (let level = 0; level < d; level++) {
    const size = ({ pointers, re, im }: Couplings["G"]) => {
      let sum = 0;
      for (let k = pointers[level]!; k < pointers[level + 1]!; k++) sum += Math.hypot(re[k]!, im[k]!);
      return sum;
    };
    sizes[level] = size(G) + jumps.reduce((sum, L) => sum + size(L) ** 2, 0);
  }
  const levels = Array.from(sizes.keys())
    .sort((a, b) => sizes[b]! - sizes[a]!)
    .slice(0, LEVELS);
  const M = new Float64Array(2 * d * d);
  let largest = 0;
  levels.forEach((a, n) => {
    for (const b of levels.slice(n)) {
      M.fill(0);
      largest = Math.max(largest, ...rowSums(parts, Math.min(a, b), Math.max(a, b), M));
    }
  });
  return largest;
}

/** Those of the real and the imaginary part of element (i, j). @param M zeros: room for what the element takes from each other one */
function rowSums({ d, G, jumps }: Couplings, i: number, j: number, M: Float64Array): [number, number] {
  const add = (a: number, b: number, re: number, im: number) => {
    M[2 * (d * a + b)]! += re;
    M[2 * (d * a + b) + 1]! += im;
  };
  for (let k = G.pointers[i]!; k < G.pointers[i + 1]!; k++) add(G.indices[k]!, j, G.re[k]!, G.im[k]!);
  for (let k = G.pointers[j]!; k < G.pointers[j + 1]!; k++) add(i, G.indices[k]!, G.re[k]!, -G.im[k]!);
  for (const { pointers, indices, re, im } of jumps) {
    for (let k = pointers[i]!; k < pointers[i + 1]!; k++) {
      const [a, x, y] = [indices[k]!, re[k]!, im[k]!];
      for (let l = pointers[j]!; l < pointers[j + 1]!; l++) {
        add(a, indices[l]!, x * re[l]! + y * im[l]!, y * re[l]! - x * im[l]!);
      }
    }
  }
  let [real, imaginary] = [0, 0];
  for (let a = 0; a < d; a++) {
    const at = 2 * d * a + 2 * a;
    real += Math.SQRT2 * Math.abs(M[at]!);
    imaginary += Math.SQRT2 * Math.abs(M[at + 1]!);
    for (let b = a + 1; b < d; b++) {
      const [p, q] = [2 * (d * a + b), 2 * (d * b + a)];
      const [re, im, mirrorRe, mirrorIm] = [M[p]!, M[p + 1]!, M[q]!, M[q + 1]!];
      real += Math.abs(re + mirrorRe) + Math.abs(im - mirrorIm);
      imaginary += Math.abs(im + mirrorIm) + Math.abs(re - mirrorRe);
    }
  }
  return i === j ? [real * Math.SQRT1_2, 0] : [real, imaginary];
}
