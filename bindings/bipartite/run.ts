/**
 * What an evolution of a bipartite system takes and returns.
 * @module
 */
import type { State } from "../measures/spectrum.ts";
import type { Operator } from "../operators/operator.ts";
import type { EvolveOptions, Observables } from "../solvers/options.ts";
import type { Solution } from "../solvers/solution.ts";
import type { ConditionSeries } from "./conditions.ts";
import type { Energies } from "./energies.ts";
import type { EnergyRates, Flows } from "./flows.ts";
import type { MeasureName } from "./measures.ts";

/** Options of {@link BipartiteSystem.evolve}. */
export interface BipartiteEvolveOptions extends EvolveOptions {
  /**
   * Whether the eigenvalues of the state are computed at every output time: entropies, entropy production (the second law), entropy-based heat
   * and work, purity, negativity, condition norms. Default: for at most 64 levels. A list of names does the same and adds these to
   * `run.measures` ({@link RunMeasures}), each at the cost of an eigenproblem or two an output time.
   */
  measures?: boolean | readonly MeasureName[] | undefined;
  /** The state that the measures `tracedist` and `fidelity` are about. Default: the state at the first output time. */
  reference?: State | undefined;
  /** `"rate"` (default): rates of entropy-based heat and work only. `"integrated"`: their integrals too, for about the cost of eight times the output times. */
  entropicHeat?: "rate" | "integrated" | undefined;
}

/** Heat that a bath gives, over time. */
export interface BathHeat {
  /** The global current Tr[L_x[rho] H]. */
  readonly global: Float64Array;
  /** The local current Tr[L_x[rho] H_x], H_x the bare Hamiltonian that the bath knows; they differ by the interaction energy. */
  readonly local: Float64Array;
  /** Integrals of both since the first output time. */
  readonly integratedGlobal: Float64Array;
  /** The integral of `local` from the first output time on. */
  readonly integratedLocal: Float64Array;
}

/** Heat or work by the change of populations and of eigenvectors; `integrated` only where `entropicHeat` asked for it. */
export interface EntropicSeries {
  /** At every output time. */
  readonly rate: Float64Array;
  /** The integral from the first output time on. */
  readonly integrated?: Float64Array;
}

/** Entropies along a run, in nats. */
export interface RunEntropy {
  /** S = -Tr[rho ln rho], and those of the reduced states. */
  readonly S: Float64Array;
  /** S(rho_A). */
  readonly SA: Float64Array;
  /** S(rho_B). */
  readonly SB: Float64Array;
  /** S_A + S_B - S */
  readonly mutualInformation: Float64Array;
  /** dS/dt, the sum of `flow`. */
  readonly rate: Float64Array;
  /**
   * -Tr[D_x[rho] ln rho] of every bath. +Infinity at the first output time when the bath fills levels that are empty there; an eigenvalue
   * counts as empty when it cannot be told from zero by the rounding of the elements it is made of. At later times it is finite: a level that
   * is filled at rate r has, as rho was never negative, a population of ½ r min(t, r/Lambda²) at least (t since the start, Lambda the norm of
   * the generator), which stands for one that comes out smaller. What small populations p add is then known to r·δp/p, δp the error of the run.
   */
  readonly flow: Readonly<Record<string, Float64Array>>;
}

/** Entropy production along a run, in nats. */
export interface RunEntropyProduction {
  /** The sum over the baths that have a temperature; +Infinity where one of them is. */
  readonly total: Float64Array;
  /**
   * sigma_x = -Tr[D_x[rho] (ln rho + beta_x H_x)] >= 0 (Spohn, J. Math. Phys. 19 (1978) 1227) of every bath that has a temperature. +Infinity where
   * its entropy flow is ({@link RunEntropy}). At zero temperature it is +Infinity as long as the bath takes energy that can be told from rounding,
   * and the entropy flow alone, 0 when the bath does nothing, otherwise; NaN for a bath that gives energy there, beyond the tolerances.
   */
  readonly bath: Readonly<Record<string, Float64Array>>;
  /** S(t) - S(0) - sum_x beta_x ∫Tr[D_x[rho] H_x], 0 at first; at zero temperature as above. Undefined when a bath has no temperature. */
  readonly integrated: Float64Array | undefined;
}

/**
 * Measures of the state along a run. The first four are always there; the others where the option `measures` names them. H_A, H_B and H are
 * those of the time, without effective fields.
 */
export interface RunMeasures {
  /** Tr rho² */
  readonly purity: Float64Array;
  /** ‖chi‖, Frobenius */
  readonly chiNorm: Float64Array;
  /** Sum of the absolute values of the negative eigenvalues of the partial transpose. */
  readonly negativity: Float64Array;
  /** ln(2N + 1), N the negativity, in nats. */
  readonly logarithmicNegativity: Float64Array;
  /** {@link ergotropy} of the state with H, and of the reduced states with H_A and H_B. */
  readonly ergotropy?: Float64Array;
  /** The ergotropy of A. */
  readonly ergotropyA?: Float64Array;
  /** The ergotropy of B. */
  readonly ergotropyB?: Float64Array;
  /** {@link effectiveBeta} of the reduced states by their energies; NaN while all levels are equal. */
  readonly effectiveBetaA?: Float64Array;
  /** The effective inverse temperature of B. */
  readonly effectiveBetaB?: Float64Array;
  /** {@link concurrence}, of two qubits. */
  readonly concurrence?: Float64Array;
  /** {@link coherenceL1} and {@link coherenceRelativeEntropy} in the product basis. */
  readonly coherenceL1?: Float64Array;
  /** {@link coherenceRelativeEntropy} likewise, in nats. */
  readonly coherenceRelativeEntropy?: Float64Array;
  /** {@link tracedist} and {@link fidelity} to the option `reference`. */
  readonly tracedist?: Float64Array;
  /** Fidelity to `reference`. */
  readonly fidelity?: Float64Array;
  /** The same to rho_A ⊗ rho_B. */
  readonly tracedistProduct?: Float64Array;
  /** Fidelity to rho_A ⊗ rho_B. */
  readonly fidelityProduct?: Float64Array;
  /**
   * {@link freeEnergy} by every bath that has a temperature, not an infinite one: Tr[rho_A H_A] - S_A/beta of a bath on A, likewise on B,
   * U - S/beta of a global one.
   */
  readonly freeEnergy?: Readonly<Record<string, Float64Array>>;
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
   * How well the ledger closes: the largest |X(t) - X(0) - sum of what flowed into it| of X = U_⊗, U_chi, work by the slopes of coefficients. Of
   * the order of the solver's tolerance, times the energies.
   */
  readonly ledgerDefect: number;
  /** The reduced states at the output times. */
  readonly reduced: {
    /** rho_A = Tr_B rho. */
    readonly A: readonly Operator[];
    /** rho_B = Tr_A rho. */
    readonly B: readonly Operator[];
  };
  /** Whether this was the classical case: populations alone, d numbers instead of d². See {@link BipartiteSystem.classical}. */
  readonly classical: boolean;
  /** Norms of conditions (i), at the state, and (ii), at the output times; computed when asked for. */
  readonly conditions: ConditionSeries;
  /** Conventional heat: Q' = Tr[rho' H], Q its integral; and of every bath by its name. */
  readonly heat: {
    /** Q', the rate at which all baths together give energy. */
    readonly rate: Float64Array;
    /** Q, its integral from the first output time on. */
    readonly integrated: Float64Array;
    /** What each bath gives, by its name. */
    readonly bath: Readonly<Record<string, BathHeat>>;
    /** Entropy-based heat, Q_S' = sum_k p_k' <k|H|k> with rho = sum_k p_k |k><k|; undefined without `measures`. */
    readonly entropic: EntropicSeries;
  };
  /**
   * Conventional work: W' = Tr[rho H'], W its integral, sudden changes of H included; zeros unless the system is driven. Where a function of the
   * caller's drives it, its slope is known by differences only, and W is U(t) - U(0) - Q(t), exact whatever its kinks; so are the shares of A,
   * B and chi in the ledger. Work by the slope is then the check: `laws` and `ledgerDefect`.
   */
  readonly work: {
    /** W', the power that the drive does. */
    readonly rate: Float64Array;
    /** W, its integral from the first output time on. */
    readonly integrated: Float64Array;
    /** Entropy-based work, W_S' = dU/dt - Q_S'; undefined without `measures`. */
    readonly entropic: EntropicSeries;
  };
  /** Entropies; undefined, whatever its type says, without the option `measures`, as are the next two. */
  readonly entropy: RunEntropy;
  /** Spohn's entropy production, in all and by bath. */
  readonly entropyProduction: RunEntropyProduction;
  /** The measures that were asked for, a series each. */
  readonly measures: RunMeasures;
  /** How well the laws hold: beyond what the tolerances explain they are in `warnings`. */
  readonly laws: {
    /** The largest |U(t) - U(0) - Q(t) - W(t)|, W by the slopes of coefficients. */
    readonly firstLaw: number;
    /** The smallest entropy production of a bath at an output time; undefined when there is none, or without `measures`. */
    readonly secondLaw: number | undefined;
  };
}
