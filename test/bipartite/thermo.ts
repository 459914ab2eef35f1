/**
 * The systems of the thermodynamic reference files.
 */
import { type BipartiteSystem, bipartite, customBath, ptrace } from "../../bindings/index.ts";
import { matrix, type Thermo } from "../support/reference.ts";

/** A file's system, its baths by their jumps. */
export function systemOf(reference: Thermo): BipartiteSystem {
  const { dims } = reference;
  return bipartite({
    HA: matrix([dims[0]], reference.H_A),
    HB: matrix([dims[1]], reference.H_B),
    V: matrix(dims, reference.V),
    alphaA: reference.alpha_A,
    baths: reference.baths.map(({ name, site, jumps }) => {
      const whole = jumps.map(({ rate, op }) => ({ rate, op: matrix(dims, op) }));
      if (site === "global") return customBath("global", { name, jumps: whole });
      // The files give L ⊗ 1 (1 ⊗ L); the bath takes L.
      const part = site === "A" ? 0 : 1;
      const own = whole.map(({ rate, op }) => ({ rate, op: ptrace(op, part).scale(1 / dims[1 - part]!) }));
      return customBath(site as "A" | "B", { name, jumps: own });
    }),
  });
}
