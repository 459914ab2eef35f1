import { readReference } from "../support/reference.ts";

interface PhaseSpaceCase {
  levels: number;
  rho: number[];
  g: number;
  x: number[];
  y: number[];
  theta: number[];
  phi: number[];
  values: Record<"wigner" | "qfunc" | "wignerSpin" | "qfuncSpin", number[]>;
}

/** Random states, and QuTiP's functions of them (test/reference/from_qutip.py). */
export function casesOfQutip(): PhaseSpaceCase[] {
  return readReference<{ cases: PhaseSpaceCase[] }>("qutip_phasespace").cases;
}
