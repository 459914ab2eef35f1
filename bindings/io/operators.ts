/**
 * Operators and kets as .npz files, both ways: what docs/guide/lindblad_qutip.py writes from QuTiP's objects, and reads into them.
 *
 * Of an operator `H` the file has `H.dims`, and either the matrix `H`, or its compressed sparse rows `H.data`, `H.indices`, `H.indptr`
 * (scipy's names); of a ket its amplitudes `psi` and `psi.dims`.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";
import { type NpyArray, npz } from "./npy.ts";
import { type ReadNpzOptions, readNpz } from "./npy-read.ts";

const PARTS = ["dims", "data", "indices", "indptr"] as const;
type Part = (typeof PARTS)[number];

/**
 * Operators and kets as the bytes of a compressed .npz file; sparse operators stay sparse.
 * @throws {@link InvalidArgumentError} for anything else, or a name that cannot be one of a file, or that ends as a part's does (`.dims` …)
 * @example
 * writeFileSync("system.npz", operatorsNpz({ H, rho: result.finalState }));
 */
export function operatorsNpz(operators: Readonly<Record<string, Operator | Ket>>): Uint8Array {
  const arrays = Object.entries(operators).flatMap(([name, operator]) => {
    if (PARTS.some((part) => name.endsWith(`.${part}`)))
      throw new InvalidArgumentError("operatorsNpz: name", name, `a name that does not end in .${PARTS.join(", .")}`);
    return Object.entries(arraysOf(operator, `operatorsNpz: ${name}`)).map(
      ([part, array]) => [part === "" ? name : `${name}.${part}`, array] as const,
    );
  });
  return npz(Object.fromEntries(arrays));
}

/**
 * The operators and kets of an .npz file by name. A square matrix is an operator, a vector (d, or d × 1) a ket; where dims are not
 * there, it is one part. So `numpy.savez("system.npz", H=H, psi=psi)` is enough for arrays.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NonFiniteError}: the file is none, or what it holds is no operator; the name is given
 * @example
 * const { H, rho0, a } = readOperatorsNpz(readFileSync("system.npz"));
 */
export function readOperatorsNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Record<string, Operator | Ket> {
  const found = new Map<string, Partial<Record<Part | "", NpyArray>>>();
  for (const [key, array] of Object.entries(readNpz(bytes, options))) {
    const part = PARTS.find((one) => key.endsWith(`.${one}`)) ?? "";
    const name = part === "" ? key : key.slice(0, -part.length - 1);
    found.set(name, { ...found.get(name), [part]: array });
  }
  return Object.fromEntries([...found].map(([name, parts]) => [name, fromArrays(parts, `readOperatorsNpz: ${name}`)]));
}

function arraysOf(operator: Operator | Ket, where: string): Partial<Record<Part | "", NpyArray>> {
  if (!(operator instanceof Operator || operator instanceof Ket))
    throw new InvalidArgumentError(where, operator, "an Operator or a Ket");
  const dims = vector(operator.dims);
  if (operator instanceof Ket) return { dims, "": complex([operator.size], operator.toArray()) };
  if (operator.storage === "dense") return { dims, "": complex([operator.size, operator.size], operator.toDense()) };
  const [pointers, columns, values]: [number[], number[], number[]] = [[0], [], []];
  operator.forEachNonzero((row, column, re, im) => {
    while (pointers.length <= row) pointers.push(columns.length);
    columns.push(column);
    values.push(re, im);
  });
  while (pointers.length <= operator.size) pointers.push(columns.length);
  const data = complex([columns.length], Float64Array.from(values));
  return { dims, data, indices: vector(columns), indptr: vector(pointers) };
}

function fromArrays(parts: Partial<Record<Part | "", NpyArray>>, where: string): Operator | Ket {
  const { "": matrix, dims, data, indices, indptr } = parts;
  if (matrix === undefined) {
    if (!(data && indices && indptr && dims)) {
      const missing = PARTS.filter((part) => parts[part] === undefined).map((part) => `.${part}`);
      throw new InvalidArgumentError(where, `no ${missing.join(", ")}`, `a matrix, or .${PARTS.join(", .")}`);
    }
    return Operator.csr(numbers(dims, `${where}.dims`), {
      rowPointers: numbers(indptr, `${where}.indptr`),
      columns: numbers(indices, `${where}.indices`),
      values: interleaved(data),
    });
  }
  const { shape } = matrix;
  const [rows = 0, columns = 1] = shape;
  const space = dims === undefined ? [rows] : numbers(dims, `${where}.dims`);
  if (space.reduce((a, b) => a * b, 1) !== rows)
    throw new DimensionMismatchError(where, `a matrix or a ket for dims [${space}]`, `shape [${shape}]`);
  if (shape.length === 1 || (shape.length === 2 && columns === 1 && rows !== 1))
    return new Ket(space, interleaved(matrix));
  if (shape.length !== 2 || rows !== columns)
    throw new InvalidArgumentError(where, `shape [${shape}]`, "a square matrix, or a vector");
  return Operator.dense(space, interleaved(matrix));
}

const complex = (shape: number[], data: Float64Array): NpyArray => ({ dtype: "complex128", shape, data });

const vector = (values: readonly number[]): NpyArray => ({
  dtype: "float64",
  shape: [values.length],
  data: Float64Array.from(values),
});

function numbers({ dtype, shape, data }: NpyArray, where: string): number[] {
  if (dtype !== "float64" || shape.length !== 1)
    throw new InvalidArgumentError(where, `${dtype} of shape [${shape}]`, "a list of integers");
  return Array.from(data);
}

function interleaved({ dtype, data }: NpyArray): Float64Array {
  if (dtype === "complex128") return data;
  const both = new Float64Array(2 * data.length);
  data.forEach((value, k) => {
    both[2 * k] = value;
  });
  return both;
}
