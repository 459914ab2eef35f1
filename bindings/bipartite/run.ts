/**
 * What an evolution of a bipartite system takes and returns.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import type { EvolveOptions, Observables } from "../solvers/options.ts";
import type { Solution } from "../solvers/solution.ts";
import type { ConditionSeries } from "./conditions.ts";
import type { Energies } from "./energies.ts";
import type { EnergyRates, Flows } from "./flows.ts";

/** Options of {@link BipartiteSystem.evolve}. */
export interface BipartiteEvolveOptions extends EvolveOptions {}

/** Heat that a bath gives, over time. */
export interface BathHeat {
  /** The global current Tr[L_x[rho] H]. */
  readonly global: Float64Array;
  /** The local current Tr[L_x[rho] H_x], H_x the bare Hamiltonian that the bath knows; they differ by the interaction energy. */
  readonly local: Float64Array;
  /** Integrals of both since the first output time. */
  readonly integratedGlobal: Float64Array;
  readonly integratedLocal: Float64Array;
}

/** An evolution of a bipartite system. */
export interface BipartiteRun<E extends Observables = Observables> extends Solution<E> {
  /** The energies at the output times. */
  readonly energy: Energies<Float64Array>;
  /** Their time derivatives, from the generator. */
  readonly rate: EnergyRates<Float64Array>;
  /** What flows into A, B and chi at the output times, by channel. */
  readonly flow: Flows<Float64Array>;
  /** The energy ledger: the flows integrated since the first output time. */
  readonly ledger: Flows<Float64Array>;
  /**
   * How well the ledger closes: the largest |X(t) - X(0) - sum of what flowed into it| of X = U_⊗, U_chi. Of the order of the solver's
   * tolerance, times the energies.
   */
  readonly ledgerDefect: number;
  /** The reduced states at the output times. */
  readonly reduced: { readonly A: readonly Operator[]; readonly B: readonly Operator[] };
  /** Whether this was the classical case: populations alone, d numbers instead of d². See {@link BipartiteSystem.classical}. */
  readonly classical: boolean;
  /** Norms of conditions (i), at the state, and (ii), at the output times; computed when asked for. */
  readonly conditions: ConditionSeries;
  /** Conventional heat: Q' = Tr[rho' H], Q its integral; and of every bath by its name. */
  readonly heat: {
    readonly rate: Float64Array;
    readonly integrated: Float64Array;
    readonly bath: Readonly<Record<string, BathHeat>>;
  };
  /** Conventional work: W' = Tr[rho H'], W its integral, sudden changes of H included; zeros unless the system is driven. */
  readonly work: { readonly rate: Float64Array; readonly integrated: Float64Array };
}
