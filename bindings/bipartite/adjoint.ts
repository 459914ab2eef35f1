/**
 * Dissipators in the Heisenberg picture, D#[L]O = L†OL - ½{L†L, O}: Tr[O D[L]rho] = Tr[rho D#[L]O].
 * @module
 */
import { Operator } from "../operators/operator.ts";
import { rowsOf, type Sparse } from "../plan/sparse.ts";

/** Levels up to which sums over jumps are made in one dense matrix. */
const DENSE_LEVELS = 64;
/** Roundings by which a jump may differ from u w† and is still one: its elements are products of that form, times a rate. */
const ROUNDINGS = 16;

/** sum_k L_k†L_k */
export function adjointDecay(jumps: readonly Operator[], dims: readonly number[]): Operator {
  return jumps.reduce<Operator>((sum, L) => sum.add(L.dag().mul(L)), Operator.fromTriplets(dims, []));
}

/** sum_k D#[L_k]O as a function of O; what does not depend on O is made once. */
export function adjointDissipator(jumps: readonly Operator[], dims: readonly number[]): (O: Operator) => Operator {
  const d = dims.reduce((a, b) => a * b, 1);
  const gain = d <= DENSE_LEVELS ? denseGain(jumps, d, dims) : sparseGain(jumps, dims);
  const decay = gain(identity(dims)).scale(-0.5);
  return (O) => gain(O).add(decay.mul(O).add(O.mul(decay)));
}

function identity(dims: readonly number[]): Operator {
  const d = dims.reduce((a, b) => a * b, 1);
  return Operator.fromTriplets(
    dims,
    Array.from({ length: d }, (_, k) => [k, k, 1, 0] as const),
  );
}

/** O -> sum_k L_k†OL_k, product by product. */
function sparseGain(jumps: readonly Operator[], dims: readonly number[]): (O: Operator) => Operator {
  const pairs = jumps.map((L) => ({ L, dagger: L.dag() }));
  return (O) => pairs.reduce((sum, { L, dagger }) => sum.add(dagger.mul(O).mul(L)), Operator.fromTriplets(dims, []));
}

/** The same of few levels. Thermal jumps, |m><n| in any basis, take d² operations each, others d³ at most. */
function denseGain(jumps: readonly Operator[], d: number, dims: readonly number[]): (O: Operator) => Operator {
  const rows = jumps.map(rowsOf);
  const products = rows.map((L) => outerProduct(L));
  return (O) => {
    const matrix = O.toDense();
    const sum = new Float64Array(2 * d * d);
    rows.forEach((L, k) => {
      const product = products[k];
      if (product) addOuter(sum, d, product, matrix);
      else addSandwich(sum, d, L, matrix);
    });
    return Operator.dense(dims, sum);
  };
}

/** Elements that are not zero of a vector. */
interface SparseVector {
  readonly indices: readonly number[];
  readonly re: readonly number[];
  readonly im: readonly number[];
}

/** u and r with L_ab = u_a r_b; undefined when L is no such product. */
function outerProduct({ pointers, indices, re, im }: Sparse): { u: SparseVector; r: SparseVector } | undefined {
  let pivot = 0;
  for (let k = 1; k < re.length; k++) {
    if (Math.hypot(re[k]!, im[k]!) > Math.hypot(re[pivot]!, im[pivot]!)) pivot = k;
  }
  const size = re.length === 0 ? 0 : Math.hypot(re[pivot]!, im[pivot]!);
  if (size === 0) return undefined;
  let row = 0;
  while (pointers[row + 1]! <= pivot) row++;
  const [from, to] = [pointers[row]!, pointers[row + 1]!];
  const r = {
    indices: Array.from(indices.subarray(from, to)),
    re: Array.from(re.subarray(from, to)),
    im: Array.from(im.subarray(from, to)),
  };
  const u: { indices: number[]; re: number[]; im: number[] } = { indices: [], re: [], im: [] };
  const column = indices[pivot]!;
  const [x, y] = [re[pivot]! / size ** 2, im[pivot]! / size ** 2];
  for (let a = 0; a + 1 < pointers.length; a++) {
    const [start, end] = [pointers[a]!, pointers[a + 1]!];
    if (start === end) continue;
    if (end - start !== r.indices.length) return undefined;
    const at = indices.subarray(start, end).indexOf(column) + start;
    if (at < start) return undefined;
    const [p, q] = [re[at]! * x + im[at]! * y, im[at]! * x - re[at]! * y];
    for (let k = 0; k < r.indices.length; k++) {
      const defect = Math.hypot(
        re[start + k]! - p * r.re[k]! + q * r.im[k]!,
        im[start + k]! - p * r.im[k]! - q * r.re[k]!,
      );
      if (indices[start + k] !== r.indices[k] || defect > ROUNDINGS * Number.EPSILON * size) return undefined;
    }
    u.indices.push(a);
    u.re.push(p);
    u.im.push(q);
  }
  return { u, r };
}

/** sum += r* (u† O u) r^T */
function addOuter(sum: Float64Array, d: number, { u, r }: { u: SparseVector; r: SparseVector }, O: Float64Array): void {
  let s = 0;
  let t = 0;
  for (let k = 0; k < u.indices.length; k++) {
    for (let l = 0; l < u.indices.length; l++) {
      const at = 2 * (u.indices[k]! * d + u.indices[l]!);
      const x = u.re[k]! * u.re[l]! + u.im[k]! * u.im[l]!;
      const y = u.re[k]! * u.im[l]! - u.im[k]! * u.re[l]!;
      s += x * O[at]! - y * O[at + 1]!;
      t += x * O[at + 1]! + y * O[at]!;
    }
  }
  for (let k = 0; k < r.indices.length; k++) {
    const x = s * r.re[k]! + t * r.im[k]!;
    const y = t * r.re[k]! - s * r.im[k]!;
    for (let l = 0; l < r.indices.length; l++) {
      const at = 2 * (r.indices[k]! * d + r.indices[l]!);
      sum[at]! += x * r.re[l]! - y * r.im[l]!;
      sum[at + 1]! += x * r.im[l]! + y * r.re[l]!;
    }
  }
}

/** sum += L† O L */
function addSandwich(sum: Float64Array, d: number, { pointers, indices, re, im }: Sparse, O: Float64Array): void {
  const row = new Float64Array(2 * d);
  for (let a = 0; a < d; a++) {
    if (pointers[a] === pointers[a + 1]) continue;
    // Row a of O L
    row.fill(0);
    for (let b = 0; b < d; b++) {
      const [x, y] = [O[2 * (a * d + b)]!, O[2 * (a * d + b) + 1]!];
      if (x === 0 && y === 0) continue;
      for (let k = pointers[b]!; k < pointers[b + 1]!; k++) {
        const at = 2 * indices[k]!;
        row[at]! += x * re[k]! - y * im[k]!;
        row[at + 1]! += x * im[k]! + y * re[k]!;
      }
    }
    for (let k = pointers[a]!; k < pointers[a + 1]!; k++) {
      const to = 2 * indices[k]! * d;
      const [x, y] = [re[k]!, -im[k]!];
      for (let j = 0; j < 2 * d; j += 2) {
        sum[to + j]! += x * row[j]! - y * row[j + 1]!;
        sum[to + j + 1]! += x * row[j + 1]! + y * row[j]!;
      }
    }
  }
}
