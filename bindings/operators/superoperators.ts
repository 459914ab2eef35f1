/**
 * Superoperators as matrices: linear maps of operators, acting on operators written as vectors. Columns are stacked: element A_ij of a
 * d x d matrix is number j·d + i of vec(A), so vec(AXB) = (Bᵀ ⊗ A) vec(X), as in QuTiP, QuantumToolbox.jl and dynamiqs.
 *
 * On a space of dimensions `dims` a superoperator is an {@link Operator} of dimensions `[...dims, ...dims]`, and a vectorised operator a
 * {@link Ket} of the same: the first copy of the space (the slow index) is the column of the operator (the side of the bra, on which B acts), the second copy its row
 * (the side of the ket, on which A acts). QuTiP writes these dimensions [[dims, dims], [dims, dims]]; the numbers are in the same places.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { qeye } from "./builders.ts";
import { checkDims, checkSameDims } from "./checks.ts";
import { checkJumpList, type Jump, readJump } from "./jump.ts";
import { checkKet, Ket } from "./ket.ts";
import { checkOperator, type HermitianOperator, Operator } from "./operator.ts";

/** vec(A): the columns of A below one another. QuTiP's `operator_to_vector`. @throws {@link InvalidArgumentError} */
export function operatorToVector(A: Operator): Ket {
  checkOperator(A, "operatorToVector");
  const dims = checkDims([...A.dims, ...A.dims], "operatorToVector: dims");
  const data = new Float64Array(2 * A.size ** 2);
  A.forEachNonzero((row, column, re, im) => {
    data[2 * (column * A.size + row)] = re;
    data[2 * (column * A.size + row) + 1] = im;
  });
  return new Ket(dims, data);
}

/**
 * The operator A of vec(A), dense. QuTiP's `vector_to_operator`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} unless the second half of the dims repeats the first
 * @example
 * const L = liouvillian(undefined, [sigmam()]);
 * vectorToOperator(L.apply(operatorToVector(ket2dm(basis(2, 0))))).get(1, 1); // 1: L[rho] of the decay of |0>
 */
export function vectorToOperator(vector: Ket): Operator {
  checkKet(vector, "vectorToOperator");
  const half = vector.dims.length / 2;
  const dims = vector.dims.slice(0, half);
  if (!Number.isInteger(half) || dims.some((dim, k) => dim !== vector.dims[half + k])) {
    throw new DimensionMismatchError(
      "vectorToOperator",
      "dims that repeat, [...dims, ...dims]",
      `dims [${vector.dims}]`,
    );
  }
  const size = Math.sqrt(vector.size);
  const from = vector.toArray();
  const data = new Float64Array(from.length);
  for (let column = 0, k = 0; column < size; column++) {
    for (let row = 0; row < size; row++, k += 2) {
      data[2 * (row * size + column)] = from[k]!;
      data[2 * (row * size + column) + 1] = from[k + 1]!;
    }
  }
  return Operator.dense(dims, data);
}

/** X -> AX: 1 ⊗ A, sparse. QuTiP's `spre`. @throws {@link InvalidArgumentError} */
export function spre(A: HermitianOperator): HermitianOperator;
export function spre(A: Operator): Operator;
export function spre(A: Operator): Operator {
  checkOperator(A, "spre");
  return qeye(A.dims).kron(A);
}

/** X -> XB: Bᵀ ⊗ 1, sparse. QuTiP's `spost`. @throws {@link InvalidArgumentError} */
export function spost(B: HermitianOperator): HermitianOperator;
export function spost(B: Operator): Operator;
export function spost(B: Operator): Operator {
  checkOperator(B, "spost");
  return B.trans().kron(qeye(B.dims));
}

/** X -> AXB: Bᵀ ⊗ A, dense only when both are. QuTiP's `sprepost`.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError} */
export function sprepost(A: Operator, B: Operator): Operator {
  checkOperator(A, "sprepost: A");
  checkOperator(B, "sprepost: B");
  checkSameDims(A.dims, B.dims, "sprepost: B");
  return B.trans().kron(A);
}

/**
 * The generator of the master equation, L[rho] = -i[H, rho] + Σ (c rho c† - ½{c†c, rho}): `mesolve` of a constant H
 * integrates it (without ever forming it). QuTiP's `liouvillian`.
 * @param H Hamiltonian, ħ = 1; `undefined` for none
 * @param cOps jump operators c, their rates inside, or `{ op, rate }` for c = sqrt(rate)·op, as in {@link mesolve}
 * @returns on `[...dims, ...dims]`, sparse (except that a dense c gives the dense c* ⊗ c)
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError},
 * {@link UnknownOptionError}
 * @example
 * liouvillian(num(10), [{ op: destroy(10), rate: 0.1 }]).size; // 100
 */
export function liouvillian(H: Operator | undefined, cOps: readonly Jump[] = []): Operator {
  if (H !== undefined) checkOperator(H, "liouvillian: H");
  checkJumpList(cOps, "liouvillian: cOps");
  const jumps = cOps.map((jump, k) => readJump(jump, undefined, `liouvillian: cOps[${k}]`));
  const dims = H?.dims ?? jumps[0]?.dims;
  if (dims === undefined) throw new InvalidArgumentError("liouvillian", H, "a Hamiltonian, or a jump operator");
  jumps.forEach((jump, k) => {
    checkSameDims(dims, jump.dims, `liouvillian: cOps[${k}]`);
  });
  // L[rho] = N rho + rho N† + Σ c rho c† with N = -iH - ½ Σ c†c, and N†ᵀ = N*
  const drift = jumps.map((jump) => jump.dag().mul(jump).scale(-0.5));
  if (H !== undefined) drift.push(H.asHermitian("liouvillian: H").scale({ re: 0, im: -1 }));
  const N = drift.reduce((sum, term) => sum.add(term));
  return jumps.reduce((sum, jump) => sum.add(jump.conj().kron(jump)), spre(N).add(spost(N.dag())));
}

/**
 * The dissipator of one jump operator, D[a]rho = a rho a† - ½{a†a, rho}, or of a pair, D[a, b]rho = a rho b† - ½{b†a, rho}: the terms of a general
 * Lindblad form Σ h_ij D[a_i, a_j] (Breuer and Petruccione, The Theory of Open Quantum Systems, section 3.2), each of which keeps the trace.
 * As QuTiP's `lindblad_dissipator` for one operator. For a pair QuTiP takes {a†b, rho}, which keeps the trace only in sums with real symmetric h.
 * @param b default `a`
 * @returns on `[...dims, ...dims]`, sparse (except that dense a and b give the dense b* ⊗ a)
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}
 */
export function lindbladDissipator(a: Operator, b: Operator = a): Operator {
  checkOperator(a, "lindbladDissipator: a");
  checkOperator(b, "lindbladDissipator: b");
  checkSameDims(a.dims, b.dims, "lindbladDissipator: b");
  const half = b.dag().mul(a).scale(-0.5);
  return sprepost(a, b.dag()).add(spre(half)).add(spost(half));
}
