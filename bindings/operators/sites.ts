/**
 * Parts of a composite space: operators on some of them, and their order.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { qeye } from "./builders.ts";
import { checkDims, checkParts } from "./checks.ts";
import { Ket } from "./ket.ts";
import { checkOperator, type HermitianOperator, Operator } from "./operator.ts";

/** For every basis vector of the space of dimensions `dims`: its index in the space of `parts` alone, taken in that order
 * (the first of them is the slow index). */
export function indexInParts(dims: readonly number[], parts: readonly number[]): Int32Array {
  // What one more of each part's digit adds.
  const strides = dims.map(() => 0);
  let stride = 1;
  for (const part of [...parts].reverse()) {
    strides[part] = stride;
    stride *= dims[part]!;
  }
  let indices = Int32Array.of(0);
  dims.forEach((dim, part) => {
    const before = indices;
    indices = new Int32Array(before.length * dim);
    for (let k = 0; k < indices.length; k++) {
      indices[k] = before[Math.floor(k / dim)]! + (k % dim) * strides[part]!;
    }
  });
  return indices;
}

/**
 * An operator on one or several parts, as an operator on all: op ⊗ 1 at the places `sites`. QuTiP's `expand_operator`.
 * @param dims dimensions of all parts
 * @param sites the parts `op` acts on: its k-th factor acts on part `sites[k]`, in any order
 * @returns sparse, unless `op` is dense and acts on all parts
 * @throws {@link InvalidArgumentError} (a part that is none, or one given twice), {@link DimensionMismatchError}
 * @example
 * expand(sigmaz(), [2, 2, 2], 1); // 1 ⊗ sigma_z ⊗ 1
 * expand(tensor(num(3), sigmax()), [2, 3], [1, 0]).dims; // [2, 3]: sigma_x ⊗ num
 */
export function expand(
  op: HermitianOperator,
  dims: readonly number[],
  sites: number | readonly number[],
): HermitianOperator;
export function expand(op: Operator, dims: readonly number[], sites: number | readonly number[]): Operator;
export function expand(op: Operator, dims: readonly number[], sites: number | readonly number[]): Operator {
  checkOperator(op, "expand: op");
  const all = checkDims(dims, "expand: dims");
  const acted = checkParts(sites, all.length, "expand: sites");
  const expected = acted.map((site) => all[site]!);
  if (expected.length !== op.dims.length || expected.some((dim, k) => dim !== op.dims[k])) {
    throw new DimensionMismatchError(
      "expand: op",
      `dims [${expected}], those of sites [${acted}] in dims [${all}]`,
      `dims [${op.dims}]`,
    );
  }
  const others = all.map((_, part) => part).filter((part) => !acted.includes(part));
  const whole = others.length === 0 ? op : op.kron(qeye(others.map((part) => all[part]!)));
  const order = [...acted, ...others];
  return permute(
    whole,
    all.map((_, part) => order.indexOf(part)),
  );
}

/**
 * The parts in another order: part k of the result is part `order[k]` of what is given. QuTiP's `permute`.
 * @param order every part index once
 * @returns in the storage it had
 * @throws {@link InvalidArgumentError}
 * @example
 * permute(tensor(sigmax(), num(3), qeye(4)), [2, 0, 1]).dims; // [4, 2, 3]: 1 ⊗ sigma_x ⊗ num
 */
export function permute(op: HermitianOperator, order: readonly number[]): HermitianOperator;
export function permute(op: Operator, order: readonly number[]): Operator;
export function permute(psi: Ket, order: readonly number[]): Ket;
export function permute(object: Operator | Ket, order: readonly number[]): Operator | Ket {
  if (!(object instanceof Operator) && !(object instanceof Ket)) {
    throw new InvalidArgumentError("permute", object, "an Operator or a Ket");
  }
  const count = object.dims.length;
  const parts = checkParts(order, count, "permute: order");
  if (parts.length !== count) {
    throw new InvalidArgumentError("permute: order", `[${parts}]`, `each part index from 0 to ${count - 1} once`);
  }
  if (parts.every((part, k) => part === k)) return object;
  const dims = parts.map((part) => object.dims[part]!);
  const moved = indexInParts(object.dims, parts);
  return object instanceof Ket ? permuteKet(object, dims, moved) : permuteOperator(object, dims, moved);
}

function permuteKet(psi: Ket, dims: readonly number[], moved: Int32Array): Ket {
  const from = psi.toArray();
  const data = new Float64Array(from.length);
  moved.forEach((to, k) => {
    data[2 * to] = from[2 * k]!;
    data[2 * to + 1] = from[2 * k + 1]!;
  });
  return new Ket(dims, data);
}

function permuteOperator(op: Operator, dims: readonly number[], moved: Int32Array): Operator {
  if (op.storage === "csr") {
    const elements: [number, number, number, number][] = [];
    op.forEachNonzero((row, column, re, im) => elements.push([moved[row]!, moved[column]!, re, im]));
    return Operator.fromTriplets(dims, elements);
  }
  const data = new Float64Array(2 * op.size ** 2);
  op.forEachNonzero((row, column, re, im) => {
    const at = 2 * (moved[row]! * op.size + moved[column]!);
    data[at] = re;
    data[at + 1] = im;
  });
  return Operator.dense(dims, data);
}
