/** What the problems are put together from. */
import { Operator, qeye, tensor } from "lindblad";

export function linspace(from, to, count) {
  return Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}

/** `operator` on spin `k` of `count`, the identity on the others. */
export function site(operator, k, count) {
  return tensor(...Array.from({ length: count }, (_, j) => (j === k ? operator : qeye(2))));
}

export function sum(operators) {
  return operators.reduce((a, b) => a.add(b));
}

/** |i><j| on a space of dimensions `dims`. */
export function transition(dims, i, j) {
  return Operator.fromTriplets(dims, [[i, j, 1, 0]]);
}

/** The number of spins of a chain with `levels` levels. @throws when that is no power of two */
export function spinsOf(levels) {
  const count = Math.log2(levels);
  if (!Number.isInteger(count)) throw new Error(`a chain of spins has 2, 4, 8, … levels, not ${levels}`);
  return count;
}
