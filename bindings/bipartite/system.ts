/**
 * {@link BipartiteSystem}: two parts, their interaction and their baths, with the energetics of their correlation.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), "Correlation-Enabled Energy Exchange in Quantum Systems without
 * External Driving".
 * @module
 */
import { constant } from "../coefficients/real.ts";
import { slopeOn } from "../coefficients/slope.ts";
import { InvalidArgumentError } from "../errors.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import type { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGenerator } from "../solvers/apply.ts";
import { checkHamiltonian, checkTimes } from "../solvers/checks.ts";
import { type Hamiltonian, hamiltonianAt, mapTerms, splitHamiltonian, type TermSum } from "../solvers/hamiltonian.ts";
import type { Observables } from "../solvers/options.ts";
import { constantGenerator, type ResolvedGenerator } from "../solvers/terms.ts";
import type { SteadystateOptions } from "../stationary/steadystate.ts";
import type { TrajectoryState } from "../trajectories/initial.ts";
import { type Bath, checkBath, type ResolvedBath, resolveBath } from "./baths.ts";
import { type Classical, classicalOf, notClassical } from "./classical.ts";
import { type ConditionNorms, type Conditions, conditionsAt, conditionsOf } from "./conditions.ts";
import { type Component, Energetics } from "./energetics.ts";
import {
  correlation,
  type EffectiveHamiltonians,
  type Energies,
  effectiveHamiltonians,
  energiesAt,
  type Parts,
  type Reduced,
  reducedStates,
} from "./energies.ts";
import { evolveBipartite, once } from "./evolve.ts";
import { type EnergyRates, type Flows, flowsAt, HAMILTONIAN, ratesAt, WORK } from "./flows.ts";
import type { BipartiteEvolveOptions, BipartiteRun } from "./run.ts";
import { Spectral } from "./spectral.ts";
import { type BipartiteSteady, stationaryOf } from "./stationary.ts";
import { type Storage, type StorageOptions, storageOf } from "./storage.ts";
import { type BipartiteTrajectories, type BipartiteTrajectoryOptions, trajectoriesOf } from "./trajectories.ts";

/** What {@link bipartite} takes. */
export interface BipartiteOptions {
  /** Bare Hamiltonian of part A: an operator, or a sum of terms of which some depend on time, as {@link mesolve} takes it. */
  HA: Hamiltonian;
  /** Bare Hamiltonian of part B, likewise. */
  HB: Hamiltonian;
  /** Interaction, on A ⊗ B (A the slow index), likewise. */
  V: Hamiltonian;
  /** Baths, of part A, of part B, or of both; each has a name of its own. Default: none. */
  baths?: readonly Bath[] | undefined;
  /** Share of the mean interaction energy taken out of Ĥ_A; alpha_B = 1 - alpha_A. Default ½. */
  alphaA?: number | undefined;
  /** The second argument of coefficients that are functions. */
  args?: unknown;
}

/** H_A, H_B and V at a time, or what of them does not change. */
type Bare = Record<"HA" | "HB" | "V", HermitianOperator>;

/** These, and their sum on A ⊗ B, which is as large as V: it is made once. */
type Whole = Bare & { readonly H: HermitianOperator };

/**
 * Two parts, their interaction and their baths, as {@link bipartite} makes them: what is known of the system itself, at a state, and along a run.
 *
 * Numbers in brackets are equations of Pyhäranta, Alipour, Rezakhani, Ala-Nissila, "Correlation-Enabled Energy Exchange in Quantum Systems
 * without External Driving" (2021). Units: ħ = k_B = 1, so that beta is in units of 1/energy; entropies in nats. States are on A ⊗ B, A the slow index.
 */
export class BipartiteSystem implements Parts {
  /** What does not depend on time of the bare Hamiltonian of A: all of it, unless the system is driven. */
  readonly HA: HermitianOperator;
  /** The same of B. */
  readonly HB: HermitianOperator;
  /** The same of the interaction. */
  readonly V: HermitianOperator;
  /** The share of the mean interaction energy that counts to A; 1 - alphaA counts to B. */
  readonly alphaA: number;
  /** H_A ⊗ 1 + 1 ⊗ H_B + V [1]; of a driven system what of it does not depend on time. */
  readonly H: HermitianOperator;
  /** The baths, as they act here. */
  readonly baths: readonly ResolvedBath[];
  /** Whether a part of H depends on time. */
  readonly driven: boolean;
  /** What a user should know about this system, in words; empty when there is nothing. */
  readonly warnings: readonly string[];

  readonly #given: Given;
  /** Made when first wanted. */
  #planned: Planned | undefined;

  /** @internal use {@link bipartite} */
  constructor(whole: Whole, baths: readonly ResolvedBath[], given: Given) {
    this.HA = whole.HA;
    this.HB = whole.HB;
    this.V = whole.V;
    this.alphaA = given.alphaA;
    this.H = whole.H;
    this.baths = Object.freeze(baths.map((bath) => Object.freeze(bath)));
    this.driven = given.driven;
    this.warnings = Object.freeze(this.baths.flatMap(({ warnings }) => warnings));
    this.#given = given;
    Object.freeze(this);
  }

  /** All jump operators, on the whole space, the roots of their rates inside: bath after bath, in the order of `baths`. */
  get jumps(): Operator[] {
    return this.baths.flatMap((bath) => bath.jumps);
  }

  /**
   * The system with its Hamiltonians as they are at a time, and the same baths; itself when it is not driven.
   * @throws {@link InvalidTimesError} unless the time is finite; {@link NotHermitianError}, {@link NonFiniteError} for what H is at it
   */
  at(t: number): BipartiteSystem {
    if (!this.driven) return this;
    checkTimes([t], "at: t");
    const { HA, HB, V } = this.#given;
    const bare = {
      HA: hamiltonianAt(HA, t, "at", "HA"),
      HB: hamiltonianAt(HB, t, "at", "HB"),
      V: hamiltonianAt(V, t, "at", "V"),
    };
    const given = { ...this.#given, HA: [bare.HA], HB: [bare.HB], V: [bare.V], driven: false };
    return new BipartiteSystem(wholeOf(bare), this.baths, given);
  }

  /**
   * The same H, with other baths.
   * @throws as {@link bipartite}
   */
  withBaths(baths: readonly Bath[]): BipartiteSystem {
    return new BipartiteSystem(this, resolveBaths(baths, this, "withBaths"), this.#given);
  }

  /** rho_A = Tr_B rho and rho_B = Tr_A rho. @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
  reduced(rho: Operator): Reduced {
    this.#check(rho, "reduced");
    return reducedStates(this, rho);
  }

  /** chi = rho - rho_A ⊗ rho_B [3]; both of its partial traces vanish. @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
  correlation(rho: Operator): Operator {
    this.#check(rho, "correlation");
    return correlation(this, rho);
  }

  /**
   * Ĥ_A, Ĥ_B and V̂ at a state [5, 6].
   * @param t the time, where the system is driven
   * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError}
   */
  effectiveHamiltonians(rho: Operator, t?: number): EffectiveHamiltonians {
    return effectiveHamiltonians(this.#now(t, "effectiveHamiltonians"), this.reduced(rho));
  }

  /** The energies at a state [7-10]. @param t the time, where the system is driven
   * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
  energies(rho: Operator, t?: number): Energies {
    this.#check(rho, "energies");
    return energiesAt(this.#now(t, "energies"), rho);
  }

  /** The generator applied to a Hermitian operator: d(rho)/dt [1]. @param t the time, where the system is driven
   * @throws {@link DimensionMismatchError}, {@link NotHermitianError}, {@link InvalidArgumentError} */
  derivative(rho: Operator, t?: number): Operator {
    this.#check(rho, "derivative");
    return applyGenerator(this.#now(t, "derivative").H, this.jumps, checkHamiltonian(rho, "derivative: rho"));
  }

  /**
   * Time derivatives of the energies at a state, from the generator, never from finite differences of the state.
   * @param t the time, where the system is driven; what drives it then counts too: dU/dt = Tr[rho' H] + Tr[rho H']
   * @throws {@link DimensionMismatchError}, {@link NotHermitianError}, {@link InvalidArgumentError}
   */
  rates(rho: Operator, t?: number): EnergyRates {
    return ratesAt(this.#energetics(rho, t, "rates"), this.baths);
  }

  /**
   * The energy ledger at a state: what flows into A, into B and into chi, by the Hamiltonian (the conversion between local and
   * correlation energy), by every bath, and by what drives the system.
   * @throws as {@link rates}
   */
  flows(rho: Operator, t?: number): Flows {
    return flowsAt(this.#energetics(rho, t, "flows"), this.baths, this.driven);
  }

  /**
   * Conditions (i) [Ĥ_A + Ĥ_B, V] = 0 for all states, decided exactly, and (ii) sum of L#[H] = 0; what the theorem makes of them [11, A1-A4];
   * and whether the product of the thermal states of the parts is steady.
   * @throws {@link InvalidArgumentError} where the system is driven: ask `system.at(t).conditions()`
   */
  conditions(): Conditions {
    return conditionsOf(this);
  }

  /**
   * The norms of conditions (i) and (ii) at a state. Along a run: `run.conditions`.
   * @param t the time, where the system is driven
   * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError}
   */
  conditionNorms(rho: Operator, t?: number): ConditionNorms {
    this.#check(rho, "conditionNorms");
    return conditionsAt(this.#now(t, "conditionNorms"), reducedStates(this, rho));
  }

  /**
   * Whether populations obey a Pauli master equation, why not, and its rates. A run finds this by itself: it then follows d numbers instead
   * of d², and says so (`run.classical`).
   * @param rho the state; without it only H and the jumps are asked
   * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError}
   */
  classical(rho?: Operator): Classical {
    if (rho !== undefined) this.#check(rho, "classical");
    return classicalOf(this.#plan().notClassical(), this.jumps, this.H.dims, rho);
  }

  /**
   * Evolves a state and follows the energies and their flows. What flowed is integrated with the state, to the tolerances of the run.
   * @param rho0 density matrix on A ⊗ B, or a unit ket
   * @param tlist output times, strictly increasing; the first is the initial time
   * @returns what {@link mesolve} does, and series of energies, flows, heat, work, entropies and measures at the output times
   * @throws as {@link mesolve}
   */
  evolve<const E extends Observables = Record<never, Operator>>(
    rho0: Operator | Ket,
    tlist: ArrayLike<number>,
    options: BipartiteEvolveOptions & { eOps?: E | undefined } = {},
  ): BipartiteRun<E> {
    return evolveBipartite(this, this.#given, this.#plan(), rho0, tlist, options);
  }

  /**
   * The special initial states: correlations that evolve, and exchange energy, while both local states stand still; how much energy they can
   * hold, and states that hold it. Of a system that does not depend on time, dA·dB up to 24; of any steady state, product or not.
   * @throws {@link InvalidArgumentError} a driven system (`at(t)` gives one that is not); {@link SteadyStateNotUniqueError},
   * {@link NotSteadyError}, {@link NotDensityMatrixError}, {@link UnknownOptionError}
   */
  storage(options: StorageOptions = {}): Storage {
    return storageOf(this, options);
  }

  /**
   * The stationary state and its energetics: which flows balance, currents of heat and their noise, entropy production. Of a system that does not depend on time.
   * @param options as in {@link steadystate}
   * @throws as {@link steadystate}; {@link InvalidArgumentError} for a driven system (`at(t)` gives one that is not)
   */
  steady(options: Omit<SteadystateOptions, "all"> = {}): BipartiteSteady {
    return stationaryOf(this, options);
  }

  /**
   * Energies and heat along single quantum trajectories, whose means are those of {@link evolve} and of its ledger.
   * @param state a ket of norm 1, a density matrix, or `[ket, probability]` pairs, as in {@link mcsolve}
   * @param tlist output times, strictly increasing
   * @throws as {@link mcsolve}; {@link InvalidArgumentError} where H_A or H_B depends on time (V may)
   */
  trajectories(
    state: TrajectoryState,
    tlist: ArrayLike<number>,
    options: BipartiteTrajectoryOptions = {},
  ): BipartiteTrajectories {
    return trajectoriesOf(this, this.#given, this.#plan(), state, tlist, options);
  }

  #energetics(rho: Operator, t: number | undefined, where: string): Float64Array {
    this.#check(rho, where);
    this.#now(t, where);
    const time = t ?? 0;
    return this.#plan().energetics.at(checkHamiltonian(rho, `${where}: rho`), time, slopeOn(shortlyAfter(time)));
  }

  #plan(): Planned {
    if (this.#planned === undefined) {
      const components = componentsOf(this.#given);
      const energetics = new Energetics(this.HA.dims, this.HB.dims, this.alphaA, components, this.baths);
      this.#planned = {
        components,
        energetics,
        notClassical: once(() => notClassical(namedTerms(this.#given), this.jumps, this.H.dims)),
        generator: once(() => (this.driven ? undefined : constantGenerator(this.H, this.jumps))),
        spectral: once(() => new Spectral(this.HA.size, this.HB.size, components, this.baths)),
      };
    }
    return this.#planned;
  }

  /** The system at the time that is meant. */
  #now(t: number | undefined, where: string): BipartiteSystem {
    if (this.driven && t === undefined)
      throw new InvalidArgumentError(`${where}: t`, t, "a time, for the Hamiltonian depends on it");
    return t === undefined ? this : this.at(t);
  }

  #check(rho: Operator, where: string): void {
    if (!(rho instanceof Operator)) throw new InvalidArgumentError(`${where}: rho`, rho, "an Operator");
    checkSameDims(this.H.dims, rho.dims, `${where}: rho`);
  }
}

/** What a system was made from. */
export interface Given {
  readonly HA: TermSum;
  readonly HB: TermSum;
  readonly V: TermSum;
  readonly alphaA: number;
  readonly driven: boolean;
}

/** What the energies of a system are computed with. */
export interface Planned {
  readonly components: readonly Component[];
  readonly energetics: Energetics;
  /** What of H and the jumps is not classical, in words. */
  readonly notClassical: () => readonly string[];
  /** Unless it depends on time. */
  readonly generator: () => ResolvedGenerator | undefined;
  readonly spectral: () => Spectral;
}

function namedTerms({ HA, HB, V }: Given) {
  return Object.entries({ H_A: HA, H_B: HB, V }).flatMap(([name, terms]) =>
    terms.map((term) => ({ name, operator: term instanceof Operator ? term : term[0] })),
  );
}

/** Where derivatives of functions of the caller's are looked for at a time: not far, for they need not be known there. */
function shortlyAfter(t: number) {
  const to = t + 1e-3 * Math.max(1, Math.abs(t));
  return { from: t, to, times: Float64Array.of(t, to) };
}

/** H by its coefficients: what does not change first. @throws as {@link mesolve} */
function componentsOf({ HA, HB, V }: Given): Component[] {
  const parts = Object.entries({ HA, HB, V }).map(
    ([name, hamiltonian]) => [name, splitHamiltonian(hamiltonian, "bipartite", name)] as const,
  );
  const still = Object.fromEntries(parts.map(([name, { H }]) => [name, H])) as unknown as Bare;
  const changing = parts.flatMap(([name, { changing }]) =>
    changing
      .filter(({ operator }) => operator.nnz > 0)
      .map(({ operator, coefficient }): Component => ({ [name]: operator, coefficient })),
  );
  return [{ ...still, coefficient: constant(1) }, ...changing];
}

function wholeOf({ HA, HB, V }: Bare): Whole {
  return { HA, HB, V, H: HA.kron(qeye(HB.dims)).add(qeye(HA.dims).kron(HB)).add(V) };
}

/**
 * A system of two parts A and B: H = H_A ⊗ 1 + 1 ⊗ H_B + V, each part with baths of its own, and global ones: the setting of Pyhäranta,
 * Alipour, Rezakhani, Ala-Nissila, "Correlation-Enabled Energy Exchange in Quantum Systems without External Driving" (2021). ħ = k_B = 1.
 * @throws {@link InvalidArgumentError}, {@link UnknownOptionError}, {@link NotHermitianError}, {@link DimensionMismatchError},
 * {@link NonFiniteError}; {@link DetailedBalanceError} and {@link NotThermalError} for a bath that does not fit its part
 * @example
 * const system = bipartite({
 *   HA: sigmaz(), HB: sigmaz().scale(0.7), V: tensor(sigmaz(), sigmaz()).scale(0.3),
 *   baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
 * });
 */
export function bipartite(options: BipartiteOptions): BipartiteSystem {
  checkKeys(options, ["HA", "HB", "V", "baths", "alphaA", "args"], "bipartite");
  const { baths = [], alphaA = 0.5, args } = options;
  // What are functions become coefficients once: they are looked at closely only once.
  const terms = (name: "HA" | "HB" | "V") => mapTerms(options[name], args, "bipartite", name);
  const sums = { HA: terms("HA"), HB: terms("HB"), V: terms("V") };
  const resolved = Object.entries(sums).map(([name, sum]) => [name, splitHamiltonian(sum, "bipartite", name)] as const);
  const bare = Object.fromEntries(resolved.map(([name, { H }]) => [name, H])) as unknown as Bare;
  checkSameDims([...bare.HA.dims, ...bare.HB.dims], bare.V.dims, "bipartite: V");
  if (!Number.isFinite(alphaA)) throw new InvalidArgumentError("bipartite: alphaA", alphaA, "a finite number");
  const whole = wholeOf(bare);
  const driven = resolved.some(([, { changing }]) => changing.length > 0);
  return new BipartiteSystem(whole, resolveBaths(baths, whole, "bipartite"), { ...sums, alphaA, driven });
}

/** @throws as {@link bipartite} */
function resolveBaths(baths: readonly Bath[], whole: Whole, where: string): ResolvedBath[] {
  if (!Array.isArray(baths)) throw new InvalidArgumentError(`${where}: baths`, baths, "an array of baths");
  baths.forEach((bath, k) => {
    checkBath(bath, `${where}: baths[${k}]`);
  });
  const names = [HAMILTONIAN, WORK, ...baths.map((bath) => bath.name)];
  const repeated = names.find((name, k) => names.indexOf(name) !== k);
  if (repeated !== undefined) {
    throw new InvalidArgumentError(
      `${where}: baths`,
      repeated,
      `a name of its own for every bath, none of them "${HAMILTONIAN}" or "${WORK}"`,
    );
  }
  return baths.map((bath) => resolveBath(bath, whole));
}
