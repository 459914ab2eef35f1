/**
 * From H and the jump operators to the flat arrays the kernel works on, and the choice of a form for each of them.
 * @module
 */
import { LEFT_CSR, LEFT_DENSE, LEFT_DENSE_IMAGINARY, LEFT_DENSE_REAL } from "../../assembly/constants.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Operator } from "../operators/operator.ts";
import { prefersSparse } from "./cost.ts";
import { rowsOf } from "./sparse.ts";

/** A jump on one diagonal: L = sum_i l_i |i><i + shift|. */
export interface ShiftJump {
  readonly shift: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly real: boolean;
  /** Whether these are the elements of -iL: a global phase drops out of L rho L†. */
  readonly turned: boolean;
}

/** Several terms that move rho along the same diagonal, as one: out_ij += c_ij rho_(i+shift)(j+shift), c Hermitian. */
interface MergedShift {
  readonly shift: number;
  /** c_ij = sum_k l_i conj(l_j) over these … */
  readonly jumps: readonly ShiftJump[];
  /** … plus g_i + conj(g_j), interleaved: the diagonal of G. */
  readonly diagonal: Float64Array;
}

/** An operator that multiplies from the left, with its storage decided. */
interface LeftOperator {
  readonly operator: Operator;
  readonly sparse: boolean;
}

/** The generator L[rho] = X + X†, X = G rho + ½ sum L rho L†, ready to be copied into the kernel. */
export interface GeneratorPlan {
  readonly d: number;
  readonly turning: boolean;
  /** Per jump: which of `shifts` (kind "shift") or `lefts` it is; undefined when it is part of a sum. */
  readonly jumpPlaces: readonly ({ readonly kind: "shift" | "left"; readonly index: number } | undefined)[];
  /** G = -iH - ½ sum L†L, without its diagonal where `merged` has it. */
  readonly drift: LeftOperator;
  readonly shifts: readonly ShiftJump[];
  readonly merged: readonly MergedShift[];
  /** All other jumps; the sparse ones divided by sqrt(2), as the kernel wants them. */
  readonly lefts: readonly LeftOperator[];
  /** What was chosen, in words. */
  readonly form: string;
}

/** Up to this dimension G is added up in a dense array: the operators' own algebra costs more than all the rest of a small solve. */
const SMALL = 32;

/** G = -iH - ½ sum L†L, what drives rho between jumps. */
export function noJumpOperator(H: Operator, jumps: readonly Operator[]): Operator {
  const d = H.size;
  if (d > SMALL) {
    // Mostly diagonals: they are cheap to add up before the first sum with H.
    const rates = jumps.map((L) => L.dag().mul(L));
    const G = H.scale({ re: 0, im: -1 });
    return rates.length === 0 ? G : G.sub(rates.reduce((sum, one) => sum.add(one)).scale(0.5));
  }
  const data = new Float64Array(2 * d * d);
  H.forEachNonzero((row, column, re, im) => {
    data[2 * (d * row + column)] = im;
    data[2 * (d * row + column) + 1] = -re;
  });
  for (const jump of jumps) {
    const { pointers, indices, re, im } = rowsOf(jump);
    for (let row = 0; row < d; row++) {
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
        for (let l = pointers[row]!; l < pointers[row + 1]!; l++) {
          const at = 2 * (d * indices[k]! + indices[l]!);
          data[at]! -= 0.5 * (re[k]! * re[l]! + im[k]! * im[l]!);
          data[at + 1]! -= 0.5 * (re[k]! * im[l]! - im[k]! * re[l]!);
        }
      }
    }
  }
  return Operator.dense(H.dims, data);
}

/** What must be found again in a plan, because it is to change: the diagonal of G; jumps from one on. */
interface Kept {
  readonly diagonal: boolean;
  readonly jumpsFrom: number;
}

const NOTHING_KEPT: Kept = { diagonal: false, jumpsFrom: Number.POSITIVE_INFINITY };

/**
 * Chooses the form of the right-hand side for G and jumps L (rates already inside).
 * @param turning whether elements are to get phases: what is real does not stay so
 */
export function planGenerator(
  G: Operator,
  jumps: readonly Operator[],
  kept: Kept = NOTHING_KEPT,
  turning = false,
): GeneratorPlan {
  const byShift = new Map<number, ShiftJump[]>();
  const lefts: LeftOperator[] = [];
  const own: ShiftJump[] = [];
  const places = jumps.map((jump, k) => {
    const shift = asShiftJump(jump);
    if (!shift) {
      const sparse = prefersSparse(jump, turning);
      lefts.push({ operator: sparse ? jump.scale(Math.SQRT1_2) : jump, sparse });
      return { kind: "left" as const, index: lefts.length - 1 };
    }
    if (k >= kept.jumpsFrom) return { kind: "shift" as const, index: own.push(shift) - 1 };
    byShift.set(shift.shift, [...(byShift.get(shift.shift) ?? []), shift]);
    return undefined;
  });
  let left: LeftOperator = { operator: G, sparse: prefersSparse(G, turning) };
  const merged: MergedShift[] = [];
  const diagonal = byShift.get(0) ?? [];
  if (!kept.diagonal && diagonal.length > 0 && (left.sparse || diagonal.length > 1)) {
    // One factor for all that leaves the element where it is: as cheap for ten jumps as for one.
    byShift.delete(0);
    merged.push({ shift: 0, jumps: diagonal, diagonal: diagonalOf(G) });
    left = { operator: withoutDiagonal(G), sparse: left.sparse };
  }
  for (const [shift, some] of byShift) {
    if (some.length === 1) continue;
    byShift.delete(shift);
    merged.push({ shift, jumps: some, diagonal: new Float64Array(2 * G.size) });
  }
  const shifts = [...own, ...byShift.values()].flat();
  const form = describeForm(left, jumps.length, lefts);
  return { d: G.size, turning, jumpPlaces: places, drift: left, shifts, merged, lefts, form };
}

function describeForm(drift: LeftOperator, jumps: number, lefts: readonly LeftOperator[]): string {
  const parts = [`G ${describe(drift)}`];
  if (jumps > lefts.length) parts.push(`${count(jumps - lefts.length, "jump")} on one diagonal`);
  for (const sparse of [true, false]) {
    const some = lefts.filter((left) => left.sparse === sparse);
    if (some.length > 0) parts.push(`${count(some.length, "jump")} ${sparse ? "sparse" : "dense"}`);
  }
  return `Hermitian matrix form: ${parts.join(", ")}`;
}

/** The matrix c of a merged term. */
function coefficients({ jumps, diagonal: g }: MergedShift, dims: readonly number[]): Operator {
  const d = g.length / 2;
  const data = new Float64Array(2 * d * d);
  for (let i = 0, at = 0; i < d; i++) {
    for (let j = 0; j < d; j++, at += 2) {
      let re = g[2 * i]! + g[2 * j]!;
      let im = g[2 * i + 1]! - g[2 * j + 1]!;
      for (const jump of jumps) {
        re += jump.re[i]! * jump.re[j]! + jump.im[i]! * jump.im[j]!;
        im += jump.im[i]! * jump.re[j]! - jump.re[i]! * jump.im[j]!;
      }
      data[at] = re;
      data[at + 1] = im;
    }
  }
  return Operator.dense(dims, data);
}

function diagonalOf(operator: Operator): Float64Array {
  const diagonal = new Float64Array(2 * operator.size);
  operator.forEachNonzero((row, column, re, im) => {
    if (row === column) diagonal.set([re, im], 2 * row);
  });
  return diagonal;
}

function withoutDiagonal(operator: Operator): Operator {
  const elements: [number, number, number, number][] = [];
  operator.forEachNonzero((row, column, re, im) => {
    if (row !== column) elements.push([row, column, re, im]);
  });
  return Operator.fromTriplets(operator.dims, elements);
}

/**
 * Where an element of an operator lies in the kernel: byte addresses of its real and imaginary part, 0 for a part that is not there, and
 * what an element is multiplied with to be what lies there.
 */
export interface Place {
  readonly re: number;
  readonly im: number;
  readonly scale: number;
  /** Whether the element is multiplied by -i first. */
  readonly turned: boolean;
}

/** Where elements of G and of jumps lie. */
export interface Places {
  readonly drift: (row: number, column: number) => Place;
  readonly jump: (k: number) => (row: number, column: number) => Place;
}

/**
 * Copies a plan into the open frame of the kernel; returns the generator's pointer, and where its operators lie.
 * @throws {@link TooLargeError}
 */
export function putGenerator(kernel: Kernel, plan: GeneratorPlan): { generator: number; places: Places } {
  const what = `the generator of a system with ${plan.d} levels`;
  kernel.require(generatorBytes(kernel, plan), what);
  const { functions } = kernel;
  const generator = functions.createGenerator(plan.d, plan.shifts.length + plan.merged.length, plan.lefts.length) >>> 0;
  if (generator === 0) kernel.allocate(generatorBytes(kernel, plan), what);
  const drift = putLeft(kernel, plan.drift, plan.turning, what);
  functions.setDrift(generator, ...drift);
  const lefts = plan.lefts.map((left, k) => {
    const stored = putLeft(kernel, left, plan.turning, what);
    functions.setLeftJump(generator, k, ...stored);
    return stored;
  });
  // Padded like a row of a matrix.
  const length = functions.paddedColumns(plan.d);
  const shifts = plan.shifts.map((jump, k) => {
    const padded = new Float64Array(2 * length);
    padded.set(jump.re);
    padded.set(jump.im, length);
    const diagonal = kernel.putDoubles(padded, what);
    functions.setShiftTerm(generator, k, jump.shift, jump.real ? 1 : 0, diagonal, 8 * length, 0);
    return diagonal;
  });
  plan.merged.forEach((term, k) => {
    const c = coefficients(term, plan.drift.operator.dims);
    let real = 1;
    c.forEachNonzero((_row, _column, _re, im) => {
      if (im !== 0) real = 0;
    });
    functions.setShiftTerm(generator, plan.shifts.length + k, term.shift, real, 0, 0, kernel.putMatrix(c, what));
  });
  const jump = (k: number) => {
    const { kind, index } = plan.jumpPlaces[k]!;
    if (kind === "left") return leftPlaces(kernel, plan.lefts[index]!, lefts[index]!, Math.SQRT1_2);
    const { turned } = plan.shifts[index]!;
    return (row: number) => {
      const re = shifts[index]! + 8 * row;
      return { re, im: re + 8 * length, scale: 1, turned };
    };
  };
  return { generator, places: { drift: leftPlaces(kernel, plan.drift, drift, 1), jump } };
}

/** Where the elements of an operator lie that `putLeft` has stored; `sparseScale`: what those in CSR were multiplied with. */
function leftPlaces(
  kernel: Kernel,
  { operator, sparse }: LeftOperator,
  [kind, matrix, , values]: readonly [number, number, number, number],
  sparseScale: number,
): (row: number, column: number) => Place {
  if (sparse) {
    const d = operator.size;
    const index = new Map<number, number>();
    rowsInOrder(operator).forEach((elements, row) => {
      for (const [column] of elements) index.set(d * row + column, index.size);
    });
    return (row, column) => {
      const re = values + 16 * index.get(d * row + column)!;
      return { re, im: re + 8, scale: sparseScale, turned: false };
    };
  }
  const { stride, plane } = kernel.layout(operator.size);
  return (row, column) => {
    const at = matrix + 8 * (stride * row + column);
    const re = kind === LEFT_DENSE_IMAGINARY ? 0 : at;
    const im = kind === LEFT_DENSE ? at + 8 * plane : kind === LEFT_DENSE_IMAGINARY ? at : 0;
    return { re, im, scale: 1, turned: false };
  };
}

/** Kernel memory that the generator takes, in bytes, to within a few kilobytes. */
export function generatorBytes(kernel: Kernel, plan: GeneratorPlan): number {
  const matrix = kernel.layout(plan.d).bytes;
  let bytes = matrix * ((plan.lefts.length > 0 ? 3 : 1) + plan.merged.length) + kernel.functions.scratchBytes(plan.d);
  for (const left of [plan.drift, ...plan.lefts]) {
    bytes += left.sparse ? 20 * left.operator.nnz + 4 * plan.d : matrix;
  }
  return bytes + plan.shifts.length * 16 * (plan.d + 8) + 4096;
}

function putLeft(
  kernel: Kernel,
  { operator, sparse }: LeftOperator,
  complex: boolean,
  what: string,
): [kind: number, matrix: number, columns: number, values: number] {
  if (!sparse) return putDense(kernel, operator, complex, what);
  const rowPointers = new Int32Array(operator.size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  rowsInOrder(operator).forEach((row, i) => {
    for (const [column, re, im] of row) {
      columns.push(column);
      values.push(re, im);
    }
    rowPointers[i + 1] = columns.length;
  });
  return [
    LEFT_CSR,
    kernel.putIntegers(rowPointers, what),
    kernel.putIntegers(columns, what),
    kernel.putDoubles(values, what),
  ];
}

/** The elements of every row as the kernel takes them: in pairs of one kind, the purely real or imaginary ones first. */
function rowsInOrder(operator: Operator): [column: number, re: number, im: number][][] {
  const rows: [number, number, number][][] = Array.from({ length: operator.size }, () => []);
  operator.forEachNonzero((row, column, re, im) => rows[row]!.push([column, re, im]));
  return rows.map((row) => [
    ...row.filter(([, re, im]) => re === 0 || im === 0),
    ...row.filter(([, re, im]) => re !== 0 && im !== 0),
  ]);
}

/** A dense operator; one whose elements are all real, or all imaginary, by that part alone, unless it must be `complex`. */
function putDense(
  kernel: Kernel,
  operator: Operator,
  complex: boolean,
  what: string,
): [number, number, number, number] {
  let [real, imaginary] = [!complex, !complex];
  operator.forEachNonzero((_row, _column, re, im) => {
    if (im !== 0) real = false;
    if (re !== 0) imaginary = false;
  });
  if (real) return [LEFT_DENSE_REAL, kernel.putMatrix(operator, what), 0, 0];
  if (imaginary) return [LEFT_DENSE_IMAGINARY, kernel.putMatrix(operator.scale({ re: 0, im: -1 }), what), 0, 0];
  return [LEFT_DENSE, kernel.putMatrix(operator, what), 0, 0];
}

/** The jump as a single diagonal, or undefined when it has elements on several. */
export function asShiftJump(jump: Operator): ShiftJump | undefined {
  const re = new Float64Array(jump.size);
  const im = new Float64Array(jump.size);
  const shifts = new Set<number>();
  jump.forEachNonzero((row, column, x, y) => {
    shifts.add(column - row);
    re[row] = x;
    im[row] = y;
  });
  if (shifts.size > 1) return undefined;
  const shift = [...shifts][0] ?? 0;
  // A global phase of L drops out of L rho L†: a purely imaginary diagonal is a real one.
  if (re.every((x) => x === 0)) return { shift, re: im, im: re, real: true, turned: true };
  return { shift, re, im, real: im.every((y) => y === 0), turned: false };
}

function describe({ operator, sparse }: LeftOperator): string {
  return sparse ? `sparse (${(operator.nnz / operator.size).toFixed(1)} elements a row)` : "dense";
}

/** "1 jump", "2 jumps" */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
