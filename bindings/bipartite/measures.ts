/**
 * Measures of the states of a run that are computed when they are asked for by name.
 * @module
 */
import { DimensionMismatchError, InvalidArgumentError } from "../errors.ts";
import { eigenvaluesHermitian } from "../kernel/dense.ts";
import { fidelityOf, tracedistOf } from "../measures/distance.ts";
import { effectiveBetaOf, ergotropyOf } from "../measures/energy.ts";
import { concurrenceOf } from "../measures/entanglement.ts";
import { coherenceL1Of, coherenceRelativeEntropyOf } from "../measures/entropy.ts";
import { readState, type State } from "../measures/spectrum.ts";
import { checkSameDims } from "../operators/checks.ts";
import { traceOfProduct } from "../operators/expectation.ts";
import { Operator } from "../operators/operator.ts";
import type { ResolvedBath } from "./baths.ts";
import type { Component } from "./energetics.ts";
import { reducedStates } from "./energies.ts";
import { SPECTRUM } from "./spectral.ts";
import type { BipartiteSystem } from "./system.ts";

/** Everything about one state that a measure is made of. */
interface Seen {
  readonly rho: Operator;
  readonly A: Operator;
  readonly B: Operator;
  /** Eigenvalues of the three, increasing. */
  readonly p: Float64Array;
  readonly pA: Float64Array;
  readonly pB: Float64Array;
  /** Their entropies. */
  readonly S: number;
  readonly SA: number;
  readonly SB: number;
  /** Means of H, H_A and H_B, and what has the levels of these; at the time of the state. */
  readonly U: number;
  readonly energyA: number;
  readonly energyB: number;
  readonly levels: Readonly<Record<Body, () => Float64Array>>;
  /** What distances are measured to. */
  readonly reference: Operator;
}

type Body = "whole" | "A" | "B";

const OF = {
  ergotropy: ({ p, levels, U }: Seen) => ergotropyOf(p, levels.whole(), U),
  ergotropyA: ({ pA, levels, energyA }: Seen) => ergotropyOf(pA, levels.A(), energyA),
  ergotropyB: ({ pB, levels, energyB }: Seen) => ergotropyOf(pB, levels.B(), energyB),
  effectiveBetaA: ({ levels, energyA }: Seen) => effectiveBetaOf(levels.A(), energyA),
  effectiveBetaB: ({ levels, energyB }: Seen) => effectiveBetaOf(levels.B(), energyB),
  concurrence: ({ rho }: Seen) => concurrenceOf(rho),
  coherenceL1: ({ rho }: Seen) => coherenceL1Of(rho),
  coherenceRelativeEntropy: ({ rho, S }: Seen) => coherenceRelativeEntropyOf(rho, S),
  tracedist: ({ rho, reference }: Seen) => tracedistOf(rho, reference),
  fidelity: ({ rho, reference }: Seen) => fidelityOf(rho, reference),
  tracedistProduct: ({ rho, A, B }: Seen) => tracedistOf(rho, A.kron(B)),
  fidelityProduct: ({ rho, A, B }: Seen) => fidelityOf(rho, A.kron(B)),
} as const;

/** Names of the measures that are one series each. */
export type SingleMeasure = keyof typeof OF;
/** Names that the option `measures` may list. */
export type MeasureName = SingleMeasure | "freeEnergy";

/** The names in the order in which they are shown. */
export const MEASURE_NAMES: readonly MeasureName[] = /* @__PURE__ */ (Object.keys(OF) as MeasureName[]).concat(
  "freeEnergy",
);

/** Measures of distance to the option `reference`. */
const OF_REFERENCE: readonly MeasureName[] = ["tracedist", "fidelity"];

/** Series of measures that were asked for; of the free energy one a bath. */
export type AskedMeasures = Partial<Record<SingleMeasure, Float64Array>> & {
  freeEnergy?: Readonly<Record<string, Float64Array>>;
};

/** Baths by which there is a free energy: those with a temperature that is not infinite. */
export function freeEnergyBaths<T extends Pick<ResolvedBath, "beta">>({
  baths,
}: {
  readonly baths: readonly T[];
}): T[] {
  return baths.filter(({ beta }) => beta !== undefined && beta > 0);
}

/**
 * What the options ask for of a system.
 * @throws {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotDensityMatrixError}
 */
export function checkMeasures(
  names: readonly MeasureName[],
  reference: State | undefined,
  system: BipartiteSystem,
  where?: string,
): Operator | undefined {
  const prefix = where === undefined ? "" : `${where}: `;
  names.forEach((name, k) => {
    if (!MEASURE_NAMES.includes(name)) {
      throw new InvalidArgumentError(`${prefix}measures[${k}]`, name, `one of ${MEASURE_NAMES.join(", ")}`);
    }
    if (names.indexOf(name) !== k) throw new InvalidArgumentError(`${prefix}measures[${k}]`, name, "each name once");
  });
  const { HA, HB, H } = system;
  if (names.includes("concurrence") && !(HA.size === 2 && HB.size === 2)) {
    throw new DimensionMismatchError(
      `${prefix}measures: concurrence`,
      "two qubits, 2 x 2 levels",
      `${HA.size} x ${HB.size}`,
    );
  }
  if (names.includes("freeEnergy") && freeEnergyBaths(system).length === 0) {
    throw new InvalidArgumentError(`${prefix}measures`, "freeEnergy", "names that need no bath with a temperature");
  }
  if (reference === undefined) return undefined;
  if (!OF_REFERENCE.some((name) => names.includes(name))) {
    throw new InvalidArgumentError(`${prefix}measures`, names, `one of ${OF_REFERENCE.join(", ")} with a reference`);
  }
  const read = readState(reference, `${prefix}reference`);
  checkSameDims(H.dims, read.dims, `${prefix}reference`);
  return read;
}

/** What of a system its measures are made of; `at` is asked only where it changes. */
export interface MeasuredSystem extends Pick<BipartiteSystem, "HA" | "HB" | "H"> {
  readonly baths: readonly Pick<ResolvedBath, "name" | "site" | "beta">[];
  at(t: number): Pick<BipartiteSystem, "HA" | "HB" | "H">;
}

/** Measures states in the order of time. */
export class StateMeasures {
  readonly #system: MeasuredSystem;
  readonly #components: readonly Component[];
  readonly #names: readonly MeasureName[];
  readonly #series = new Map<string, number[]>();
  readonly #known: Partial<Record<Body, { H: Operator; levels?: Float64Array }>> = {};
  #reference: Operator | undefined;

  /** @param reference default: the first state */
  constructor(
    system: MeasuredSystem,
    components: readonly Component[],
    names: readonly MeasureName[],
    reference: Operator | undefined,
  ) {
    this.#system = system;
    this.#components = components;
    this.#names = names;
    this.#reference = reference;
  }

  /** @param row of {@link Spectral}, `spectra` the eigenvalues that belong to it */
  observe(time: number, state: Float64Array, row: Float64Array, spectra: Float64Array): void {
    const { HA, HB, H, baths } = this.#system;
    const rho = Operator.dense(H.dims, state);
    this.#reference ??= rho;
    const { A, B } = reducedStates(this.#system, rho);
    const [a, b, d] = [HA.size, HB.size, H.size];
    const at = { whole: this.#at("whole", time), A: this.#at("A", time), B: this.#at("B", time) };
    const seen: Seen = {
      rho,
      A,
      B,
      p: spectra.subarray(0, d),
      pA: spectra.subarray(d, d + a),
      pB: spectra.subarray(d + a, d + a + b),
      S: row[SPECTRUM.S]!,
      SA: row[SPECTRUM.SA]!,
      SB: row[SPECTRUM.SB]!,
      U: traceOfProduct(at.whole.H, rho).re,
      energyA: traceOfProduct(at.A.H, A).re,
      energyB: traceOfProduct(at.B.H, B).re,
      levels: { whole: () => levelsOf(at.whole), A: () => levelsOf(at.A), B: () => levelsOf(at.B) },
      reference: this.#reference,
    };
    for (const name of this.#names) {
      if (name !== "freeEnergy") this.#push(name, OF[name](seen));
      else
        for (const bath of freeEnergyBaths({ baths })) {
          const { site, beta } = bath;
          const [energy, S] = {
            A: [seen.energyA, seen.SA] as const,
            B: [seen.energyB, seen.SB] as const,
            global: [seen.U, seen.S] as const,
          }[site];
          this.#push(`freeEnergy ${bath.name}`, energy - S / beta!);
        }
    }
  }

  series(): AskedMeasures {
    const of = (key: string) => Float64Array.from(this.#series.get(key) ?? []);
    const baths = freeEnergyBaths(this.#system).map(({ name }) => [name, of(`freeEnergy ${name}`)] as const);
    return Object.fromEntries(
      this.#names.map((name) => [name, name === "freeEnergy" ? Object.fromEntries(baths) : of(name)]),
    );
  }

  #push(key: string, value: number): void {
    const values = this.#series.get(key) ?? [];
    values.push(value);
    this.#series.set(key, values);
  }

  /** H_A, H_B or H at a time; the same object as long as nothing changes it. */
  #at(body: Body, time: number): { H: Operator; levels?: Float64Array } {
    const key = { whole: "H", A: "HA", B: "HB" } as const;
    const changes = this.#components
      .slice(1)
      .some(({ HA, HB, V }) => (body === "whole" ? (HA ?? HB ?? V) : body === "A" ? HA : HB) !== undefined);
    const known = this.#known[body];
    if (known !== undefined && !changes) return known;
    const H = (changes ? this.#system.at(time) : this.#system)[key[body]];
    const now = { H };
    this.#known[body] = now;
    return now;
  }
}

function levelsOf(of: { H: Operator; levels?: Float64Array }): Float64Array {
  of.levels ??= eigenvaluesHermitian(of.H);
  return of.levels;
}
