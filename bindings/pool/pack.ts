/**
 * Values made ready for structured cloning, and made whole again on the other side. What is packed is given away: the buffers of
 * typed arrays are transferred, not copied.
 * @module
 */
import { Coefficient } from "../coefficients/coefficient.ts";
import { coefficientFrom } from "../coefficients/recipe.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { asSolution } from "../solvers/printing.ts";
import { packError, unpackError } from "./errors.ts";
import type { Packed, PackedObject, PackedOperator } from "./protocol.ts";
import { isNumbers, isRecord, mapTree, type Numbers } from "./tree.ts";

export interface Parcel extends Packed {
  /** Every buffer once. */
  readonly transfer: ArrayBuffer[];
}

/** @throws {@link InvalidArgumentError} for a function, or an object of a class that is not known here */
export function pack(value: unknown, path: string): Parcel {
  // An object met twice is sent once.
  const objects = new Map<object, PackedObject>();
  const transfer = new Set<ArrayBuffer>();
  const own = (numbers: Numbers): Numbers => {
    const whole = ownsBuffer(numbers) ? numbers : numbers.slice();
    transfer.add(whole.buffer as ArrayBuffer);
    return whole;
  };
  const packTree = (tree: unknown, at: string): unknown =>
    mapTree(tree, at, (leaf, place) => {
      if (isNumbers(leaf)) return own(leaf);
      const known = objects.get(leaf);
      if (known) return known;
      const packed = packObject(leaf, (part) => packTree(part, place));
      if (!packed) return undefined;
      objects.set(leaf, packed);
      for (const numbers of numbersOf(packed)) own(numbers);
      return packed;
    });
  const packed = packTree(value, path);
  return { value: packed, objects: [...objects.values()], transfer: [...transfer] };
}

/** Whether nothing else lies in the buffer: the kernel's memory, or that of a larger array, stays where it is. */
function ownsBuffer({ buffer, byteLength }: Numbers): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
}

function packObject(value: object, packTree: (part: unknown) => unknown): PackedObject | undefined {
  if (value instanceof Operator) return packOperator(value);
  if (value instanceof Coefficient) {
    const recipe = value.toJSON();
    return recipe && { kind: "coefficient", recipe };
  }
  if (value instanceof Ket) return { kind: "ket", dims: value.dims, data: value.toArray() };
  if (value instanceof Error) return packError(value, packTree);
  if (isSolution(value)) {
    const { stats, finalState } = value;
    // Without the state it can be computed here alone.
    const lazy = isLazy(stats) && finalState !== undefined;
    const data = packTree({ ...value, stats: lazy ? withoutGetters(stats) : { ...stats } }) as object;
    return { kind: "solution", data, lazy };
  }
  return undefined;
}

function numbersOf(packed: PackedObject): Numbers[] {
  if (packed.kind === "ket") return [packed.data];
  return packed.kind === "operator" ? Object.values(packed.matrix) : [];
}

function packOperator(operator: Operator): PackedOperator {
  const { dims, size } = operator;
  if (operator.storage === "dense") return { kind: "operator", dims, matrix: { data: operator.toDense() } };
  const count = operator.nnz;
  const rowPointers = new Int32Array(size + 1);
  const columns = new Int32Array(count);
  const values = new Float64Array(2 * count);
  let k = 0;
  operator.forEachNonzero((row, column, re, im) => {
    columns[k] = column;
    values[2 * k] = re;
    values[2 * k + 1] = im;
    rowPointers[row + 1] = ++k;
  });
  // Rows without elements end where the row before ends.
  for (let row = 0; row < size; row++) rowPointers[row + 1] = Math.max(rowPointers[row]!, rowPointers[row + 1]!);
  return { kind: "operator", dims, matrix: { rowPointers, columns, values } };
}

/** Whether it is a solver's solution: plain data with statistics, which knows how to print itself. */
function isSolution(value: object): value is { stats: object; finalState?: unknown } {
  return isRecord(value) && isRecord(value.stats) && typeof value.toJSON === "function";
}

/** Whether statistics compute the smallest eigenvalue when asked. */
function isLazy(stats: object): boolean {
  return Object.getOwnPropertyDescriptor(stats, "minEigenvalue")?.get !== undefined;
}

function withoutGetters(value: object): object {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value));
  return Object.fromEntries(properties.filter(([, { get }]) => !get).map(([key, property]) => [key, property.value]));
}

/** What was packed, with its classes again; an object that was sent once is one object. */
export function unpack({ value, objects }: Packed): unknown {
  const known = new Map<object, unknown>(objects.map((packed) => [packed, undefined]));
  const unpackTree = (tree: unknown): unknown =>
    mapTree(tree, "", (leaf) => {
      if (isNumbers(leaf)) return leaf;
      if (!known.has(leaf)) return undefined;
      const whole = known.get(leaf) ?? unpackObject(leaf as PackedObject, unpackTree);
      known.set(leaf, whole);
      return whole;
    });
  return unpackTree(value);
}

function unpackObject(packed: PackedObject, unpackTree: (part: unknown) => unknown): unknown {
  switch (packed.kind) {
    case "operator": {
      const { dims, matrix } = packed;
      return "data" in matrix ? Operator.dense(dims, matrix.data) : Operator.csr(dims, matrix);
    }
    case "coefficient":
      return coefficientFrom(packed.recipe);
    case "ket":
      return new Ket(packed.dims, packed.data);
    case "error":
      return unpackError(packed, unpackTree);
    case "solution":
      return asSolution(
        packed.lazy ? withLeastEigenvalue(unpackTree(packed.data) as Whole) : (unpackTree(packed.data) as object),
      );
  }
}

interface Whole {
  readonly stats: object;
  readonly finalState: Operator;
}

/** The statistic that was left behind. */
function withLeastEigenvalue(solution: Whole): Whole {
  const { finalState } = solution;
  let least: number | undefined;
  const get = () => {
    least ??= eigenvaluesHermitian(finalState.hermitianPart())[0]!;
    return least;
  };
  Object.defineProperty(solution.stats, "minEigenvalue", { get, enumerable: true, configurable: true });
  return solution;
}
