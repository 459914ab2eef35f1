/**
 * Kets in the kernel: d levels are 2d real numbers, Re and Im of every amplitude, and -iH is a real sparse matrix on those of them that
 * the initial state can reach. Symmetries of H (blocks, conserved numbers, amplitudes that stay real) need no form of their own.
 * Terms that depend on time are matrices of their own, which the kernel adds up with their coefficients: nothing is rewritten but those.
 * Sums of products of local factors are taken as such where that is cheaper than their elements (local.ts).
 * @module
 */
import { FUNCTIONALS_LINEAR, FUNCTIONALS_QUADRATIC } from "../../assembly/constants.ts";
import type { Span } from "../coefficients/real.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import { checkFinite } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { coordinatesCost, denseCost, leastLocalCost, localCost, sumsCost } from "./cost.ts";
import { type DrivenJump, type DrivenTerm, withFactors } from "./driven.ts";
import { blockLevels, type Local, localBytes, localFactors, localPositions, putLocal } from "./local.ts";
import { type FunctionalTerms, putSlices, putSum, type Representation } from "./representation.ts";
import { byLength, denseTranspose, type RealRows, reachableRows, realStride, type Slices, slices } from "./rows.ts";
import { rowsOf, type Sparse } from "./sparse.ts";

export interface KetPlan {
  readonly representation: Representation<Ket>;
  /** Of jumps, on the same numbers. */
  readonly channels: readonly Channel[];
  /** What was subtracted from H: states at time t lack the factor exp(-i energy (t - t_0)). */
  readonly energy: number;
}

/** A jump operator that acts on kets. */
export interface Channel {
  /** Kernel memory, in bytes; nanoseconds of one application. */
  readonly bytes: number;
  readonly cost: number;
  /** Copies its superoperator into the open frame. @throws {@link TooLargeError} */
  put(kernel: Kernel, what: string): number;
}

/** Share of half the width of the spectrum (by a bound) from which on its middle is worth being subtracted. */
const WORTHWHILE = 0.1;

/**
 * The form in which `columns` evolve side by side.
 * @param G -iH, or what of it does not change
 * @param terms what does
 * @param single whether `columns` are kets of their own, with expectation values <psi|O|psi>; those of an operator's columns are Tr[O X]
 * @param jumps what they make of the kets is among the amplitudes, too
 */
export function planKets(
  G: Operator,
  terms: readonly DrivenTerm[],
  columns: readonly Ket[],
  span: Span,
  single: boolean,
  jumps: readonly DrivenJump[] = [],
): KetPlan {
  const d = G.size;
  const termsOf = (some: readonly DrivenTerm[]) => some.map(({ operator }) => rowsOf(operator));
  const still = rowsOf(G);
  const moving = termsOf(terms);
  const acting = jumps.map(({ base, terms: some }) => [
    rowsOf(base ?? Operator.fromTriplets(G.dims, [])),
    ...termsOf(some),
  ]);
  const real = (rows: Sparse) => realRows(rows, 0);
  const changing = moving.map(real);
  const seeds = seedsOf(columns);
  let constant = real(still);
  const happening = acting.map((rows) => rows.map(real));
  const reached = reachableRows([constant, ...changing, ...happening.flat()], seeds);
  const energy = middleEnergy(still, reached);
  if (energy !== 0) constant = realRows(still, energy);
  const matrices = [constant, ...changing];
  const numbers = reached.reduce((sum, x) => sum + x, 0);
  const most = matrices.reduce((sum, rows) => sum + elementsCost(rows, reached), sumsCost(numbers));
  const local = localKets(G.dims, [still, ...moving], energy, acting, most);
  const used = local ? local.used : byLength(matrices, reached);
  const position = local ? local.position : placesOf(used, d);
  const formOf = (parts: readonly Matrix[], some: readonly DrivenTerm[]) => {
    const form = ketRepresentation(parts, used, position, d, single);
    return some.length === 0 ? form : withFactors(form, some, span);
  };
  const slicesOf = (all: readonly RealRows[]) => all.map((rows) => slices(rows, used, position));
  const channels = happening.map((all, k): Channel => {
    const form = formOf(local?.jumps[k] ?? slicesOf(all), jumps[k]!.terms);
    return { bytes: form.bytes(getKernel()), cost: form.cost, put: (kernel, what) => form.put(kernel, 1, what) };
  });
  return { representation: formOf(local?.parts ?? slicesOf(matrices), terms), energy, channels };
}

/** What a matrix on the rows that are reached costs at least, element by element or whole. */
function elementsCost({ pointers }: RealRows, reached: Uint8Array): number {
  let [length, elements] = [0, 0];
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 0) continue;
    length++;
    elements += pointers[row + 1]! - pointers[row]!;
  }
  return Math.min(denseCost(length), coordinatesCost({ length, values: { length: elements } }));
}

/** exp(i angle)·data, in place. */
export function turn(data: Float64Array, angle: number): Float64Array {
  if (angle === 0) return data;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < data.length; k += 2) {
    const [x, y] = [data[k]!, data[k + 1]!];
    data[k] = c * x - s * y;
    data[k + 1] = s * x + c * y;
  }
  return data;
}

/** How the kernel has a matrix: by its elements, or as products of local factors. */
type Matrix = Slices | Local;

/** Levels below which products of local factors bring nothing. */
const FEWEST_LEVELS = 64;

/** All matrices as products of local factors, where a step with those of the generator costs less than `most`. */
function localKets(
  dims: readonly number[],
  parts: readonly Sparse[],
  energy: number,
  jumps: readonly (readonly Sparse[])[],
  most: number,
): { parts: Local[]; jumps: Local[][]; used: Int32Array; position: Int32Array } | undefined {
  const d = parts[0]!.pointers.length - 1;
  const half = blockLevels(dims);
  if (half === undefined || d < FEWEST_LEVELS) return undefined;
  const least = parts.reduce(
    (sum, { indices }) => sum + leastLocalCost(d, Math.max(0, indices.length - d)),
    sumsCost(2 * d),
  );
  if (least >= most) return undefined;
  const all: Local[] = [];
  for (const [k, part] of parts.entries()) {
    const found = localFactors(part, half, k === 0 ? energy : 0);
    if (found === undefined) return undefined;
    all.push(found);
  }
  if (totalCost(all) + sumsCost(2 * d) >= most) return undefined;
  const others: Local[][] = [];
  for (const jump of jumps) {
    const found = jump.map((rows) => localFactors(rows, half, 0));
    if (!found.every((one) => one !== undefined)) return undefined;
    others.push(found);
  }
  const position = localPositions(d, half);
  const used = new Int32Array(2 * d);
  position.forEach((place, row) => {
    used[place] = row;
  });
  return { parts: all, jumps: others, used, position };
}

/** Where the numbers in use lie; -1 for those that are not. */
function placesOf(used: Int32Array, d: number): Int32Array {
  const position = new Int32Array(2 * d).fill(-1);
  used.forEach((row, k) => {
    position[row] = k;
  });
  return position;
}

/** Numbers 2i and 2i + 1, the real and the imaginary part of amplitude i, that are not zero in one of the columns. */
function seedsOf(columns: readonly Ket[]): Set<number> {
  const seeds = new Set<number>();
  for (const column of columns) {
    column.toArray().forEach((value, k) => {
      if (value !== 0) seeds.add(k);
    });
  }
  return seeds;
}

/** G + i·energy as a real matrix on real and imaginary parts. */
function realRows({ pointers, indices, re, im }: Sparse, energy: number): RealRows {
  const d = pointers.length - 1;
  const most = 4 * (indices.length + (energy === 0 ? 0 : d));
  const out = {
    pointers: new Int32Array(2 * d + 1),
    columns: new Int32Array(most),
    values: new Float64Array(most),
  };
  let count = 0;
  const push = (column: number, value: number) => {
    if (value === 0) return;
    out.columns[count] = column;
    out.values[count++] = value;
  };
  for (let i = 0; i < d; i++) {
    // (x + iy)(u + iv): what feeds the real part, then what feeds the imaginary part.
    for (const part of [0, 1]) {
      let diagonal = energy;
      for (let k = pointers[i]!; k < pointers[i + 1]!; k++) {
        const column = 2 * indices[k]!;
        const [x, y] = [re[k]!, indices[k] === i ? im[k]! + energy : im[k]!];
        if (indices[k] === i) diagonal = 0;
        push(column, part === 0 ? x : y);
        push(column + 1, part === 0 ? -y : x);
      }
      if (part === 0) push(2 * i + 1, -diagonal);
      else push(2 * i, diagonal);
      out.pointers[2 * i + part + 1] = count;
    }
  }
  return { ...out, columns: out.columns.subarray(0, count), values: out.values.subarray(0, count) };
}

/** The middle of Gershgorin's bounds of the spectrum of H = iG, on the levels that are reached; 0 where it would bring nothing. */
function middleEnergy({ pointers, indices, re, im }: Sparse, reached: Uint8Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i + 1 < pointers.length; i++) {
    if (reached[2 * i] !== reached[2 * i + 1]) return 0;
    if (reached[2 * i] === 0) continue;
    let [energy, radius] = [0, 0];
    for (let k = pointers[i]!; k < pointers[i + 1]!; k++) {
      if (indices[k] === i) energy = -im[k]!;
      else radius += Math.hypot(re[k]!, im[k]!);
    }
    least = Math.min(least, energy - radius);
    most = Math.max(most, energy + radius);
  }
  const middle = (least + most) / 2;
  return Math.abs(middle) > (WORTHWHILE * (most - least)) / 2 ? middle : 0;
}

function ketRepresentation(
  parts: readonly Matrix[],
  used: Int32Array,
  position: Int32Array,
  d: number,
  single: boolean,
): Representation<Ket> {
  const { length, norm } = parts[0]!;
  const put = (kernel: Kernel, part: Matrix, what: string): number => {
    if (isLocal(part)) return putLocal(kernel, part, what);
    if (!isFull(part)) return putSlices(kernel, part, what);
    const transpose = kernel.putDoubles(denseTranspose(part), what);
    return kernel.functions.createDenseCoordinates(length / 4, transpose) >>> 0 || kernel.allocate(4096, what);
  };
  const putFactors = (kernel: Kernel, copies: number, what: string) => putSum(kernel, copies, parts, put, what);
  return {
    description: describe(parts, used.length, d),
    cost: totalCost(parts),
    coordinates: { d, count: used.length, places: used, length, norm },
    functionals: single ? FUNCTIONALS_QUADRATIC : FUNCTIONALS_LINEAR,
    length: () => length,
    bytes: () => parts.reduce((sum, part) => sum + bytesOf(part), 0),
    putFactors,
    put: (kernel, copies, what) => putFactors(kernel, copies, what).superoperator,
    write(kernel, ket, pointer) {
      const { doubles } = kernel;
      const data = ket.toArray();
      used.forEach((row, k) => {
        doubles[pointer / 8 + k] = data[row]!;
      });
    },
    read(kernel, pointer, where) {
      const { doubles } = kernel;
      const data = new Float64Array(2 * d);
      used.forEach((row, k) => {
        data[row] = doubles[pointer / 8 + k]!;
      });
      checkFinite(data, where);
      return data;
    },
    terms: (_kernel, operator) => (single ? quadraticTerms : linearTerms)(operator, position, length),
    row(_kernel, level) {
      const offsets = [position[2 * level]!, position[2 * level + 1]!].filter((at) => at >= 0).map((at) => 8 * at);
      return { offsets, squares: offsets.map(() => 1) };
    },
  };
}

function describe(parts: readonly Matrix[], count: number, d: number): string {
  const [first] = parts;
  if (isLocal(first!)) return `products of local factors on ${d} levels, in blocks of ${first.half}`;
  const elements = parts.reduce((sum, part) => sum + (isLocal(part) ? 0 : part.values.length), 0);
  const kind = parts.some((part) => !isLocal(part) && isFull(part)) ? "dense" : "sparse";
  return `real ${kind} matrix on ${count} of ${2 * d} real and imaginary parts (${(elements / first!.length).toFixed(1)} elements a row)`;
}

function isLocal(part: Matrix): part is Local {
  return "blocks" in part;
}

/** Whether a matrix is cheaper to apply whole than by its elements. */
function isFull(part: Slices): boolean {
  return denseCost(part.length) < coordinatesCost(part);
}

function totalCost(parts: readonly Matrix[]): number {
  return parts.reduce((sum, part) => {
    if (isLocal(part)) return sum + localCost(part);
    return sum + (isFull(part) ? denseCost(part.length) : coordinatesCost(part));
  }, 0);
}

function bytesOf(part: Matrix): number {
  if (isLocal(part)) return localBytes(part);
  const { length, values } = part;
  return (isFull(part) ? 8 * length * realStride(length) : 12 * values.length + length) + 4096;
}

/** <psi|O|psi> = sum_ij O_ij conj(psi_i) psi_j, in products of real and imaginary parts. */
function quadraticTerms(operator: Operator, position: Int32Array): FunctionalTerms {
  const terms: FunctionalTerms = { offsets: [], coefficients: [] };
  const push = (a: number, b: number, re: number, im: number) => {
    const [p, q] = [position[a]!, position[b]!];
    if (p < 0 || q < 0 || (re === 0 && im === 0)) return;
    terms.offsets.push(8 * p, 8 * q);
    terms.coefficients.push(re, im);
  };
  const hermitian = operator.isHermitian();
  operator.forEachNonzero((i, j, re, im) => {
    // Elements (i, j) and (j, i) of a Hermitian operator are one real number.
    if (hermitian && i > j) return;
    const [x, y] = hermitian ? (i === j ? [re, 0] : [2 * re, 2 * im]) : [re, im];
    const mixed = hermitian ? 0 : 1;
    push(2 * i, 2 * j, x, mixed * y);
    push(2 * i + 1, 2 * j + 1, x, mixed * y);
    if (i === j) return;
    push(2 * i, 2 * j + 1, -y, mixed * x);
    push(2 * i + 1, 2 * j, y, -mixed * x);
  });
  return terms;
}

/** Tr[O X] = sum_ij O_ij X_ji, column i of X copy i. */
function linearTerms(operator: Operator, position: Int32Array, length: number): FunctionalTerms {
  const terms: FunctionalTerms = { offsets: [], coefficients: [] };
  operator.forEachNonzero((i, j, re, im) => {
    for (const part of [0, 1]) {
      const at = position[2 * j + part]!;
      if (at < 0) continue;
      terms.offsets.push(8 * (length * i + at));
      terms.coefficients.push(...(part === 0 ? [re, im] : [-im, re]));
    }
  });
  return terms;
}
