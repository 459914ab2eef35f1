/**
 * Effective Hamiltonians and energies of two interacting parts at a given state.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [3, 5-10].
 * @module
 */
import { qeye } from "../operators/builders.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import type { Operator } from "../operators/operator.ts";
import { ptrace } from "../operators/tensor.ts";

/** H = H_A ⊗ 1 + 1 ⊗ H_B + V, and how the mean interaction energy is shared: alpha_A + alpha_B = 1. */
export interface Parts {
  /** H_A, on the space of A. */
  readonly HA: Operator;
  /** H_B, on the space of B. */
  readonly HB: Operator;
  /** V, on the whole space, A first. */
  readonly V: Operator;
  /** The share of Tr[(rho_A ⊗ rho_B) V] that counts as energy of A. */
  readonly alphaA: number;
}

/** A number for each of the energies, or a series of them. */
export interface Energies<T = number> {
  /** Internal energy U = Tr[rho H] [7]. */
  readonly U: T;
  /** U_A = Tr[rho_A Ĥ_A] [8]. */
  readonly UA: T;
  /** U_B = Tr[rho_B Ĥ_B] [8]. */
  readonly UB: T;
  /** Local energy U_⊗ = U_A + U_B = Tr[rho_A ⊗ rho_B H] [9]. */
  readonly Ulocal: T;
  /** Correlation energy U_chi = U - U_⊗ = Tr[chi V] [10]. */
  readonly Uchi: T;
}

/** The reduced states. */
export interface Reduced {
  /** rho_A = Tr_B rho. */
  readonly A: Operator;
  /** rho_B = Tr_A rho. */
  readonly B: Operator;
}

/** rho_A = Tr_B rho and rho_B = Tr_A rho. */
export function reducedStates({ HA, HB }: Pick<Parts, "HA" | "HB">, rho: Operator): Reduced {
  const nA = HA.dims.length;
  return {
    A: ptrace(
      rho,
      HA.dims.map((_, k) => k),
    ),
    B: ptrace(
      rho,
      HB.dims.map((_, k) => nA + k),
    ),
  };
}

/** chi = rho - rho_A ⊗ rho_B [3]; both partial traces vanish. */
export function correlation(parts: Parts, rho: Operator): Operator {
  const { A, B } = reducedStates(parts, rho);
  return rho.sub(A.kron(B));
}

/** v = Tr[V rho_A ⊗ rho_B], the interaction energy that the two parts would have without correlation. */
export function meanInteraction({ V }: Parts, { A, B }: Reduced): number {
  return traceOfProduct(V, A.kron(B)).re;
}

/** The energies at a state. */
export function energiesAt(parts: Parts & { readonly H: Operator }, rho: Operator): Energies {
  const { HA, HB, H, V, alphaA } = parts;
  const reduced = reducedStates(parts, rho);
  const v = meanInteraction(parts, reduced);
  // Tr[rho_A Tr_B[V (1 ⊗ rho_B)]] = v, and likewise for B.
  const UA = traceOfProduct(HA, reduced.A).re + v - alphaA * v * reduced.A.tr().re;
  const UB = traceOfProduct(HB, reduced.B).re + v - (1 - alphaA) * v * reduced.B.tr().re;
  return { U: traceOfProduct(H, rho).re, UA, UB, Ulocal: UA + UB, Uchi: traceOfProduct(V, rho).re - v };
}

/** Effective Hamiltonians of the parts, and the effective interaction: H = Ĥ_A ⊗ 1 + 1 ⊗ Ĥ_B + V̂ exactly. */
export interface EffectiveHamiltonians {
  /** Ĥ_A = H_A + Tr_B[V (1 ⊗ rho_B)] - alpha_A v [5] */
  readonly HA: Operator;
  /** Ĥ_B = H_B + Tr_A[V (rho_A ⊗ 1)] - alpha_B v [6] */
  readonly HB: Operator;
  /** V̂ = V - Tr_B[V (1 ⊗ rho_B)] ⊗ 1 - 1 ⊗ Tr_A[V (rho_A ⊗ 1)] + v */
  readonly V: Operator;
}

/** The fields of the parts on each other: Tr_B[V (1 ⊗ rho_B)] on A, and Tr_A[V (rho_A ⊗ 1)] on B. */
export function fieldsAt(parts: Parts, reduced: Reduced): Reduced {
  const { HA, HB, V } = parts;
  return {
    A: reducedStates(parts, V.mul(qeye(HA.dims).kron(reduced.B))).A,
    B: reducedStates(parts, V.mul(reduced.A.kron(qeye(HB.dims)))).B,
  };
}

/** Ĥ_A, Ĥ_B and V̂ at given reduced states. */
export function effectiveHamiltonians(parts: Parts, reduced: Reduced): EffectiveHamiltonians {
  const { HA, HB, V, alphaA } = parts;
  const oneA = qeye(HA.dims);
  const oneB = qeye(HB.dims);
  const v = meanInteraction(parts, reduced);
  const field = fieldsAt(parts, reduced);
  return {
    HA: HA.add(field.A).sub(oneA.scale(alphaA * v)),
    HB: HB.add(field.B).sub(oneB.scale((1 - alphaA) * v)),
    V: V.sub(field.A.kron(oneB)).sub(oneA.kron(field.B)).add(oneA.kron(oneB).scale(v)),
  };
}
