/**
 * Dissipators in the Heisenberg picture, D#[L]O = L†OL - ½{L†L, O}: Tr[O D[L]rho] = Tr[rho D#[L]O].
 * @module
 */
import { Operator } from "../operators/operator.ts";

/** sum_k L_k†L_k */
export function adjointDecay(jumps: readonly Operator[], dims: readonly number[]): Operator {
  return jumps.reduce<Operator>((sum, L) => sum.add(L.dag().mul(L)), Operator.fromTriplets(dims, []));
}

/** sum_k D#[L_k]O as a function of O; what does not depend on O is made once. */
export function adjointDissipator(jumps: readonly Operator[], dims: readonly number[]): (O: Operator) => Operator {
  const pairs = jumps.map((L) => ({ L, dagger: L.dag() }));
  const decay = adjointDecay(jumps, dims).scale(-0.5);
  return (O) => pairs.reduce((sum, { L, dagger }) => sum.add(dagger.mul(O).mul(L)), decay.mul(O).add(O.mul(decay)));
}
