/**
 * The bipartite systems of the thermodynamic reference data.
 */
import {
  type BipartiteSystem,
  bipartite,
  customBath,
  type Hamiltonian,
  ptrace,
  pulse,
  sigmax,
  sigmaz,
  thermalBath,
} from "../../bindings/index.ts";
import { matrix, type Thermo } from "./reference.ts";

export type { Thermo } from "./reference.ts";

/** The system of a file, its baths by their jumps. */
export function referenceSystem(reference: Thermo): BipartiteSystem {
  const { dims } = reference;
  return bipartite({
    HA: hamiltonianA(reference),
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

function hamiltonianA({ dims, H_A, params }: Thermo): Hamiltonian {
  if (H_A !== undefined) return matrix([dims[0]], H_A);
  // "H_A(t) = (wA + a*sin(Om*t))*sigma_z + b*cos(Om*t)*sigma_x"
  const { wA, a, b, Om } = params;
  const [sine, cosine] = [pulse.sine({ omega: Om! }), pulse.cosine({ omega: Om! })];
  return [sigmaz().scale(wA!), [sigmaz().scale(a!), sine], [sigmax().scale(b!), cosine]];
}

/** The driven one: H_A(t) = (wA + a sin(Om t)) sigma_z + b cos(Om t) sigma_x. Its baths know H_A without the drive. */
export function drivenSystem(
  reference: Thermo & { params: Record<"wA" | "a" | "b" | "Om" | "gA" | "gB" | "wB", number> },
) {
  const { dims, params } = reference;
  const { wA, wB, a, b, Om, gA, gB } = params;
  const beta = Object.fromEntries(reference.baths.map(({ name, beta }) => [name, beta]));
  return bipartite({
    HA: [
      sigmaz().scale(wA),
      [sigmaz().scale(a), pulse.sine({ omega: Om })],
      [sigmax().scale(b), pulse.cosine({ omega: Om })],
    ],
    HB: matrix([dims[1]], reference.H_B),
    V: matrix(dims, reference.V),
    alphaA: reference.alpha_A,
    // Rates gamma (n + 1) and gamma n in the file, without the frequency 2 omega.
    baths: [
      thermalBath("A", { beta: beta.A!, rates: "ohmic", Gamma: gA / (2 * wA) }),
      thermalBath("B", { beta: beta.B!, rates: "ohmic", Gamma: gB / (2 * wB) }),
    ],
  });
}
