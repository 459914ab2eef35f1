/**
 * {@link BipartiteSystem}: two parts, their interaction and their baths, with the energetics of their correlation.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), "Correlation-Enabled Energy Exchange in Quantum Systems without
 * External Driving".
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { qeye } from "../operators/builders.ts";
import { checkKeys, checkSameDims } from "../operators/checks.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import type { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { applyGenerator } from "../solvers/apply.ts";
import { checkHamiltonian, checkObservables, checkTimes } from "../solvers/checks.ts";
import { type EvolveOptions, type Observables, resolveOptions } from "../solvers/options.ts";
import type { ComplexSeries, Solution } from "../solvers/solution.ts";
import { solve } from "../solvers/solve.ts";
import { constantGenerator } from "../solvers/terms.ts";
import { type Bath, checkBath, type ResolvedBath, resolveBath } from "./baths.ts";
import {
  correlation,
  type EffectiveHamiltonians,
  type Energies,
  effectiveHamiltonians,
  energies,
  type Parts,
  type Reduced,
  reducedStates,
} from "./energies.ts";

/** What {@link bipartite} takes. */
export interface BipartiteOptions {
  /** Bare Hamiltonian of part A. */
  HA: Operator;
  /** Bare Hamiltonian of part B. */
  HB: Operator;
  /** Interaction, on A ⊗ B (A the slow index). */
  V: Operator;
  /** Baths, of part A, of part B, or of both. */
  baths?: readonly Bath[] | undefined;
  /** Share of the mean interaction energy taken out of Ĥ_A; alpha_B = 1 - alpha_A. Default ½. */
  alphaA?: number | undefined;
}

/** Time derivatives of the energies, from the generator. */
export interface EnergyRates extends Energies {
  /** Tr[rho_A' Ĥ_A]: the local inflow of A. Not dU_A/dt, which also counts the change of Ĥ_A itself. */
  readonly inflowA: number;
  /** Tr[rho_B' Ĥ_B]; inflowA + inflowB = dU_⊗/dt. */
  readonly inflowB: number;
}

/** An evolution of a bipartite system. */
export interface BipartiteRun<E extends Observables = Observables> extends Solution<E> {
  /** The energies at the output times. */
  readonly energy: Energies<Float64Array>;
  /** The reduced states at the output times. */
  readonly reduced: { readonly A: readonly Operator[]; readonly B: readonly Operator[] };
}

const EVOLVE_OPTIONS = [
  "eOps",
  "method",
  "rtol",
  "atol",
  "maxSteps",
  "maxStep",
  "dt",
  "storeStates",
  "until",
  "signal",
  "onProgress",
] as const;

export class BipartiteSystem implements Parts {
  readonly HA: HermitianOperator;
  readonly HB: HermitianOperator;
  readonly V: HermitianOperator;
  readonly alphaA: number;
  /** H_A ⊗ 1 + 1 ⊗ H_B + V */
  readonly H: HermitianOperator;
  readonly baths: readonly ResolvedBath[];
  /** What a user should know about this system, in words; empty when there is nothing. */
  readonly warnings: readonly string[];

  /** @internal use {@link bipartite} */
  constructor(options: BipartiteOptions) {
    checkKeys(options, ["HA", "HB", "V", "baths", "alphaA"], "bipartite");
    const { baths = [], alphaA = 0.5 } = options;
    const HA = checkHamiltonian(options.HA, "bipartite: HA");
    const HB = checkHamiltonian(options.HB, "bipartite: HB");
    const V = checkHamiltonian(options.V, "bipartite: V");
    checkSameDims([...HA.dims, ...HB.dims], V.dims, "bipartite: V");
    if (!Number.isFinite(alphaA)) throw new InvalidArgumentError("bipartite: alphaA", alphaA, "a finite number");
    if (!Array.isArray(baths)) throw new InvalidArgumentError("bipartite: baths", baths, "an array of baths");
    baths.forEach((bath, k) => {
      checkBath(bath, `bipartite: baths[${k}]`);
    });
    const names = baths.map((bath) => bath.name);
    const repeated = names.find((name, k) => names.indexOf(name) !== k);
    if (repeated !== undefined) {
      throw new InvalidArgumentError("bipartite: baths", repeated, "a name of its own for every bath");
    }
    this.HA = HA;
    this.HB = HB;
    this.V = V;
    this.alphaA = alphaA;
    this.H = HA.kron(qeye(HB.dims)).add(qeye(HA.dims).kron(HB)).add(V);
    this.baths = Object.freeze(baths.map((bath) => Object.freeze(resolveBath(bath, HA, HB))));
    this.warnings = this.baths
      .filter((bath) => bath.degenerate.length > 0)
      .map(
        (bath) =>
          `bath "${bath.name}": levels ${bath.degenerate.map((pair) => pair.join(" and ")).join(", ")} of H_${bath.site} are degenerate: the eigenbasis its jumps are built in is a choice, and the steady state may not be unique`,
      );
    Object.freeze(this);
  }

  /** All jump operators, on the whole space. */
  get jumps(): Operator[] {
    return this.baths.flatMap((bath) => bath.jumps);
  }

  /** rho_A and rho_B. @throws {@link DimensionMismatchError} */
  reduced(rho: Operator): Reduced {
    this.#check(rho, "reduced");
    return reducedStates(this, rho);
  }

  /** chi = rho - rho_A ⊗ rho_B [3]. @throws {@link DimensionMismatchError} */
  correlation(rho: Operator): Operator {
    this.#check(rho, "correlation");
    return correlation(this, rho);
  }

  /** Ĥ_A, Ĥ_B and V̂ at a state [5, 6]. @throws {@link DimensionMismatchError} */
  effectiveHamiltonians(rho: Operator): EffectiveHamiltonians {
    return effectiveHamiltonians(this, this.reduced(rho));
  }

  /** The energies at a state [7-10]. @throws {@link DimensionMismatchError} */
  energies(rho: Operator): Energies {
    const reduced = this.reduced(rho);
    return energies(this, reduced, traceOfProduct(this.H, rho).re, traceOfProduct(this.V, rho).re);
  }

  /** The generator applied to a Hermitian operator: d(rho)/dt [1].
   * @throws {@link DimensionMismatchError}, {@link NotHermitianError} */
  derivative(rho: Operator): Operator {
    this.#check(rho, "derivative");
    return applyGenerator(this.H, this.jumps, checkHamiltonian(rho, "derivative: rho"));
  }

  /** Time derivatives of the energies at a state, from the generator, never from finite differences.
   * @throws {@link DimensionMismatchError}, {@link NotHermitianError} */
  rates(rho: Operator): EnergyRates {
    const slope = this.derivative(rho);
    const reduced = this.reduced(rho);
    const change = this.reduced(slope);
    const effective = effectiveHamiltonians(this, reduced);
    const inflowA = traceOfProduct(effective.HA, change.A).re;
    const inflowB = traceOfProduct(effective.HB, change.B).re;
    const U = traceOfProduct(this.H, slope).re;
    // dv/dt = Tr[V (rho_A' ⊗ rho_B + rho_A ⊗ rho_B')]
    const dv = traceOfProduct(this.V, change.A.kron(reduced.B).add(reduced.A.kron(change.B))).re;
    const Ulocal = inflowA + inflowB;
    return {
      U,
      UA: traceOfProduct(this.HA, change.A).re + (1 - this.alphaA) * dv,
      UB: traceOfProduct(this.HB, change.B).re + this.alphaA * dv,
      Ulocal,
      Uchi: traceOfProduct(this.V, slope).re - dv,
      inflowA,
      inflowB,
    };
  }

  /**
   * Evolves a state and follows the energies.
   * @param rho0 density matrix on A ⊗ B, or a unit ket
   * @param tlist output times, strictly increasing
   * @throws as {@link mesolve}
   */
  evolve<const E extends Observables = Record<never, Operator>>(
    rho0: Operator | Ket,
    tlist: ArrayLike<number>,
    options: EvolveOptions & { eOps?: E | undefined } = {},
  ): BipartiteRun<E> {
    const started = performance.now();
    const resolved = resolveOptions(options, "evolve", EVOLVE_OPTIONS);
    const eOps = options.eOps ?? ({} as E);
    checkObservables(eOps, this.H.dims, "evolve: eOps");
    const times = checkTimes(tlist, "evolve: tlist");
    const readA = elementReaders(this.HA, (o) => o.kron(qeye(this.HB.dims)));
    const readB = elementReaders(this.HB, (o) => qeye(this.HA.dims).kron(o));
    const { solution, series } = solve({
      generator: constantGenerator(this.H, this.jumps),
      rho0,
      times,
      eOps,
      functionals: [this.H, this.V, ...readA, ...readB],
      options: resolved,
      started,
      where: "evolve",
    });
    const count = solution.times.length;
    const [U, interaction, ...elements] = series as [ComplexSeries, ComplexSeries, ...ComplexSeries[]];
    const A = assembleReduced(this.HA, elements.slice(0, readA.length), count);
    const B = assembleReduced(this.HB, elements.slice(readA.length), count);
    const energy = {
      U: new Float64Array(count),
      UA: new Float64Array(count),
      UB: new Float64Array(count),
      Ulocal: new Float64Array(count),
      Uchi: new Float64Array(count),
    };
    for (let k = 0; k < count; k++) {
      const now = energies(this, { A: A[k]!, B: B[k]! }, U.re[k]!, interaction.re[k]!);
      for (const name of Object.keys(energy) as (keyof Energies)[]) energy[name][k] = now[name];
    }
    return Object.assign(solution, { energy, reduced: { A, B } });
  }

  #check(rho: Operator, where: string): void {
    if (!(rho instanceof Operator)) throw new InvalidArgumentError(`${where}: rho`, rho, "an Operator");
    checkSameDims(this.H.dims, rho.dims, `${where}: rho`);
  }
}

/**
 * A system of two parts A and B: H = H_A ⊗ 1 + 1 ⊗ H_B + V, each part with baths of its own, and global ones.
 * @throws {@link InvalidArgumentError}, {@link NotHermitianError}, {@link DimensionMismatchError},
 * {@link DetailedBalanceError}
 * @example
 * const system = bipartite({
 *   HA: sigmaz(), HB: sigmaz().scale(0.7), V: tensor(sigmaz(), sigmaz()).scale(0.3),
 *   baths: [thermalBath("A", { beta: 0.5 }), thermalBath("B", { beta: 1.2 })],
 * });
 */
export function bipartite(options: BipartiteOptions): BipartiteSystem {
  return new BipartiteSystem(options);
}

/** Operators E_ji, i <= j, embedded: Tr[E_ji rho] is the element (i, j) of a reduced state. */
function elementReaders(H: Operator, embed: (o: Operator) => Operator): Operator[] {
  const readers: Operator[] = [];
  for (let i = 0; i < H.size; i++) {
    for (let j = i; j < H.size; j++) readers.push(embed(Operator.fromTriplets(H.dims, [[j, i, 1, 0]])));
  }
  return readers;
}

/** Reduced states from the upper triangles that {@link elementReaders} read. */
function assembleReduced(H: Operator, elements: readonly ComplexSeries[], timeCount: number): Operator[] {
  const d = H.size;
  return Array.from({ length: timeCount }, (_, k) => {
    const data = new Float64Array(2 * d * d);
    let at = 0;
    for (let i = 0; i < d; i++) {
      for (let j = i; j < d; j++, at++) {
        const re = elements[at]!.re[k]!;
        const im = elements[at]!.im[k]!;
        data[2 * (i * d + j)] = re;
        data[2 * (j * d + i)] = re;
        data[2 * (i * d + j) + 1] = im;
        data[2 * (j * d + i) + 1] = i === j ? im : -im;
      }
    }
    return Operator.dense(H.dims, data);
  });
}
