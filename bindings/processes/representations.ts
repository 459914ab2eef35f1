/**
 * One linear map E of operators in several forms: superoperator, Choi matrix, Kraus operators, chi matrix. On a space of dimensions `dims` the
 * first two are matrices on `[...dims, ...dims]`, columns stacked (operators/superoperators.ts); input and output are one space.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { eigenHermitian } from "../kernel/dense.ts";
import { zeroOf } from "../measures/spectrum.ts";
import { qeye, sigmax, sigmay, sigmaz } from "../operators/builders.ts";
import { checkCount, checkSameDims, product } from "../operators/checks.ts";
import { checkOperator, type HermitianOperator, Operator } from "../operators/operator.ts";
import { sprepost } from "../operators/superoperators.ts";

/**
 * A process: a superoperator on `[...dims, ...dims]`, as `propagator` (with jumps) and `sprepost` return; or the list of its Kraus operators,
 * E(rho) = sum K rho K†; a unitary U is `[U]`.
 */
export type Process = Operator | readonly Operator[];

/** How far a process may be from what it is said to be: an eigenvalue of its Choi matrix below 0, relative to the largest; a trace from 1. */
export const PROCESS_TOLERANCE = 1e-10;

/**
 * The superoperator, vec(E(rho)) = S vec(rho). QuTiP's `to_super`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 * @example
 * toSuper([sigmax()]).sub(sprepost(sigmax(), sigmax())).norm(); // 0
 */
export function toSuper(process: Process): Operator {
  return readProcess(process, "toSuper").superoperator;
}

/**
 * Choi matrix J = sum_ij |i><j| ⊗ E(|i><j|), the input first (Choi, Linear Algebra Appl. 10 (1975) 285): positive where E is completely
 * positive; of a process that keeps the trace the partial trace over the output is 1, the trace d. QuTiP's `to_choi`.
 * @returns dense
 * @throws as {@link toSuper}
 */
export function toChoi(process: Process): Operator {
  const { superoperator } = readProcess(process, "toChoi");
  return reshuffled(superoperator);
}

/** The superoperator of a Choi matrix, the inverse of {@link toChoi}. @throws as {@link toSuper} */
export function choiToSuper(choi: Operator): Operator {
  checkOperator(choi, "choiToSuper: choi");
  halfOf(choi, "choiToSuper: choi");
  return reshuffled(choi);
}

/**
 * Kraus operators, E(rho) = sum K rho K†, orthogonal to each other, Tr[K_i†K_j] = 0, by decreasing norm: eigenvectors of the Choi
 * matrix times the roots of their eigenvalues (Nielsen, Chuang, Quantum Computation and Quantum Information, section 8.2.3), those at rounding left out.
 * QuTiP's `to_kraus`.
 * @returns at most d² dense operators; none of the map to 0
 * @throws {@link InvalidArgumentError} (a map that is not completely positive), {@link NotHermitianError} (one that does not keep Hermitian operators so),
 * {@link DimensionMismatchError}
 * @example
 * toKraus(propagator(num(3), 1, { cOps: [destroy(3)] })).length; // 3
 */
export function toKraus(process: Process): Operator[] {
  return krausOf(process, "toKraus");
}

/** {@link toKraus} of an argument of this name of a function. */
export function krausOf(process: Process, where: string, name = "process"): Operator[] {
  const { superoperator, dims } = readProcess(process, where, name);
  const choi = reshuffled(superoperator).asHermitian(`${where}: the Choi matrix of ${name}`);
  const { values, vectors } = eigenHermitian(choi);
  const largest = values.at(-1)!;
  if (values[0]! < -PROCESS_TOLERANCE * Math.max(1, largest)) {
    const fault = `one whose Choi matrix has the eigenvalue ${values[0]!.toExponential(3)}`;
    throw new InvalidArgumentError(`${where}: ${name}`, fault, "a completely positive map");
  }
  const d = Math.sqrt(choi.size);
  // A jump of small probability is an operator of its own: only what rounding makes is left out.
  const zero = zeroOf(choi.size) * largest;
  const kept = Array.from(values, (_, k) => values.length - 1 - k).filter((k) => values[k]! > zero);
  return kept.map((k) => {
    const root = Math.sqrt(values[k]!);
    const data = new Float64Array(2 * d * d);
    for (let input = 0, at = 0; input < d; input++) {
      for (let output = 0; output < d; output++, at += 2) {
        data[2 * (output * d + input)] = root * vectors[k]![at]!;
        data[2 * (output * d + input) + 1] = root * vectors[k]![at + 1]!;
      }
    }
    return Operator.dense(dims, data);
  });
}

/**
 * Chi matrix, E(rho) = sum_mn chi_mn P_m rho P_n† (Nielsen, Chuang, eq. (8.152)): positive where E is completely positive; of Pauli strings, its trace is 1 for a
 * process that keeps the trace, and chi_00 is the {@link processFidelity} to the identity. QuTiP's `to_chi` is d² times this, with sigma_yᵀ for sigma_y:
 * elements with an odd number of sigma_y have the other sign there.
 * @param basis d² orthogonal operators, Tr[P_m†P_n] = 0; default the {@link pauliStrings}, for qubits
 * @returns on `[d²]`, dense
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function toChi(process: Process, basis?: readonly Operator[]): Operator {
  const { superoperator, dims } = readProcess(process, "toChi");
  const { columns, norms } = readBasis(basis, dims, "toChi");
  // J = sum chi_mn vec(P_m) vec(P_n)†
  const data = columns.dag().mul(reshuffled(superoperator)).mul(columns).toDense();
  const count = norms.length;
  for (let k = 0; k < data.length; k++) {
    const [m, n] = [Math.floor((k >> 1) / count), (k >> 1) % count];
    data[k]! /= norms[m]! * norms[n]!;
  }
  return Operator.dense(count, data);
}

/**
 * The superoperator of a chi matrix, the inverse of {@link toChi}.
 * @param chi on `[d²]`
 * @param basis as in {@link toChi}; default the Pauli strings of as many qubits as chi has room for
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function chiToSuper(chi: Operator, basis?: readonly Operator[]): Operator {
  checkOperator(chi, "chiToSuper: chi");
  const first = basis?.[0];
  if (basis !== undefined) checkOperator(first as Operator, "chiToSuper: basis[0]");
  const dims = first?.dims ?? new Array<number>(Math.max(1, Math.round(Math.log2(chi.size) / 2))).fill(2);
  const { columns, norms } = readBasis(basis, dims, "chiToSuper");
  checkSameDims([norms.length], chi.dims, "chiToSuper: chi");
  return reshuffled(columns.mul(Operator.dense(columns.dims, chi.toDense())).mul(columns.dag()));
}

/**
 * The 4^count tensor products of 1, sigma_x, sigma_y and sigma_z of several qubits, in the order 1…11, 1…1x, 1…1y, …, z…zz.
 * @throws {@link InvalidArgumentError}
 */
export function pauliStrings(count: number): HermitianOperator[] {
  checkCount(count, "pauliStrings: count");
  if (count > 8) throw new InvalidArgumentError("pauliStrings: count", count, "at most 8: there are 4^count of them");
  const one = [qeye(2), sigmax(), sigmay(), sigmaz()];
  let strings = one;
  for (let k = 1; k < count; k++) strings = strings.flatMap((string) => one.map((sigma) => string.kron(sigma)));
  return strings;
}

/** A process as its superoperator, and the dims of the space. @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function readProcess(
  process: Process,
  where: string,
  name = "process",
): { superoperator: Operator; dims: readonly number[] } {
  if (process instanceof Operator) return { superoperator: process, dims: halfOf(process, `${where}: ${name}`) };
  if (!Array.isArray(process) || process.length === 0) {
    throw new InvalidArgumentError(`${where}: ${name}`, process, "a superoperator, or a list of Kraus operators");
  }
  const terms = Array.from(process, (K: Operator, k) => {
    checkOperator(K, `${where}: ${name}[${k}]`);
    checkSameDims(process[0].dims, K.dims, `${where}: ${name}[${k}]`);
    return sprepost(K, K.dag());
  });
  return { superoperator: terms.reduce((a, b) => a.add(b)), dims: process[0].dims };
}

/** dims of [...dims, ...dims] */
function halfOf({ dims }: Operator, where: string): readonly number[] {
  const half = dims.slice(0, dims.length / 2);
  if (2 * half.length !== dims.length || half.some((dim, k) => dim !== dims[half.length + k])) {
    throw new DimensionMismatchError(where, "dims that repeat, [...dims, ...dims]", `dims [${dims}]`);
  }
  return half;
}

/** Between S[(l, k), (j, i)] and J[(i, k), (j, l)], <k|E(|i><j|)|l> both: the outer two of the four indices are exchanged. */
function reshuffled(matrix: Operator): Operator {
  const d = Math.sqrt(matrix.size);
  const data = new Float64Array(2 * matrix.size ** 2);
  matrix.forEachNonzero((row, column, re, im) => {
    const [l, k, i] = [Math.floor(row / d), row % d, column % d];
    const at = 2 * ((i * d + k) * matrix.size + (column - i + l));
    data[at] = re;
    data[at + 1] = im;
  });
  return Operator.dense(matrix.dims, data);
}

/** A chi matrix of so many has 4096 x 4096 elements; the Pauli strings of two more take all memory. */
const MOST_QUBITS = 6;

/** A basis that is orthogonal to rounding: vec(P) of each, row |i> ⊗ |k> of P_ki as in a Choi matrix, as the columns of a matrix; and Tr[P†P] of each. */
function readBasis(
  basis: readonly Operator[] | undefined,
  dims: readonly number[],
  where: string,
): { columns: Operator; norms: number[] } {
  const d = product(dims);
  if (basis === undefined && dims.some((dim) => dim !== 2)) {
    throw new DimensionMismatchError(`${where}: process`, "qubits, or a basis", `dims [${dims}]`);
  }
  if (basis === undefined && dims.length > MOST_QUBITS) {
    throw new InvalidArgumentError(`${where}: process`, `of ${dims.length} qubits`, `at most ${MOST_QUBITS} qubits`);
  }
  const operators = basis ?? pauliStrings(dims.length);
  if (!Array.isArray(operators) || operators.length !== d * d) {
    throw new InvalidArgumentError(`${where}: basis`, operators, `a list of d² = ${d * d} operators`);
  }
  const elements: [number, number, number, number][] = [];
  operators.forEach((P: Operator, m) => {
    checkOperator(P, `${where}: basis[${m}]`);
    checkSameDims(dims, P.dims, `${where}: basis[${m}]`);
    P.forEachNonzero((row, column, re, im) => elements.push([column * d + row, m, re, im]));
  });
  const columns = Operator.fromTriplets([...dims, ...dims], elements);
  const norms = operators.map((P: Operator) => P.norm() ** 2);
  const refuse = (m: number, fault: string) => {
    throw new InvalidArgumentError(`${where}: basis[${m}]`, fault, "operators that are orthogonal to each other");
  };
  norms.forEach((norm: number, m: number) => {
    if (!(norm > 0)) refuse(m, "the zero operator");
  });
  columns
    .dag()
    .mul(columns)
    .forEachNonzero((m, n, re, im) => {
      const isOrthogonal = Math.hypot(re, im) <= PROCESS_TOLERANCE * Math.sqrt(norms[m]! * norms[n]!);
      if (n < m && !isOrthogonal) refuse(m, `one not orthogonal to basis[${n}]`);
    });
  return { columns, norms };
}
