/**
 * What a generator is by definition.
 */
import type { Operator } from "../../bindings/index.ts";

/** -i[H, rho] + sum_k L rho L† - ½{L†L, rho}, from the operators' algebra. */
export function definition(H: Operator, jumps: readonly Operator[], rho: Operator): Operator {
  let out = H.mul(rho).sub(rho.mul(H)).scale({ re: 0, im: -1 });
  for (const L of jumps) {
    const n = L.dag().mul(L);
    out = out.add(L.mul(rho).mul(L.dag())).sub(n.mul(rho).add(rho.mul(n)).scale(0.5));
  }
  return out;
}
