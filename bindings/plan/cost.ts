/**
 * The cost model: counted floating-point operations over measured rates.
 * @module
 */
import type { Operator } from "../operators/operator.ts";

/** Flops per nanosecond of the kernel's two products (release build, d = 64, one Zen 4 core); only their ratio counts. */
const RATES = { dense: 21, sparse: 12 };

/** Flops of A·X per column of X for A kept dense: a complex multiply-add is 8. */
export function denseFlops(operator: Operator): number {
  return 8 * operator.size ** 2;
}

/** The same for A kept sparse: an element that is purely real or imaginary costs half. */
export function sparseFlops(operator: Operator): number {
  let flops = 0;
  operator.forEachNonzero((_row, _column, re, im) => {
    flops += re === 0 || im === 0 ? 4 : 8;
  });
  return flops;
}

/** Whether multiplying from the left is cheaper with the operator in compressed rows than dense. */
export function prefersSparse(operator: Operator): boolean {
  return sparseFlops(operator) / RATES.sparse < denseFlops(operator) / RATES.dense;
}
