/**
 * Looks at the states of a run as the solver hands them out: entropies, measures, and the laws that follow from them.
 * @module
 */

import { InvalidArgumentError } from "../errors.ts";
import type { Operator } from "../operators/operator.ts";
import { placesOf, union } from "../solvers/stepping.ts";
import type { CommutatorSeries } from "./conditions.ts";
import type { Energies } from "./energies.ts";
import { entropyProduction, heatResolution, leastOf, secondLawWarnings, stateSeries } from "./laws.ts";
import { type Integrand, Ledger, type Rows } from "./ledger.ts";
import { checkMeasures, type MeasureName, StateMeasures } from "./measures.ts";
import type { BipartiteEvolveOptions, BipartiteRun } from "./run.ts";
import { type Observe, SPECTRUM, type Spectral, SpectralRecorder, type SpectralRun } from "./spectral.ts";
import type { BipartiteSystem, Planned } from "./system.ts";

/** The options that this file is about. */
export const WATCH_OPTIONS = ["measures", "reference", "entropicHeat"] as const;
/** What they are. */
export type WatchOptions = Pick<BipartiteEvolveOptions, (typeof WATCH_OPTIONS)[number]>;
/** Levels up to which states are looked at unless the options say otherwise: an eigenproblem takes d³. */
export const MEASURED_LEVELS = 64;

type Visit = (state: Float64Array, time: number, index: number | undefined) => void;

/** What a run has found otherwise. */
interface Found {
  /** The output times reached. */
  readonly times: Float64Array;
  readonly energy: Energies<Float64Array>;
  /** dU/dt */
  readonly rateU: Float64Array;
  readonly heat: Omit<BipartiteRun["heat"], "entropic">;
  readonly work: Omit<BipartiteRun["work"], "entropic">;
  /** Size of the energies; and the share of a size that an error within the tolerances may reach. */
  readonly scale: number;
  readonly margin: number;
  readonly firstLaw: number;
  /** Steps of the run. */
  readonly steps: number;
  /** Times between which more happened than was expected. */
  readonly divided: Float64Array;
  /** Runs again, to look at the states at other times. */
  readonly solveAt: (times: Float64Array, visit: Visit) => unknown;
}

interface Results extends Pick<BipartiteRun, "heat" | "work" | "entropy" | "entropyProduction" | "measures" | "laws"> {
  readonly commutators?: CommutatorSeries;
}

export interface StateWatch {
  /** To be told of every state; undefined when nobody looks. */
  readonly visit: Visit | undefined;
  readonly visitsBetween: boolean;
  results(found: Found): { results: Partial<Results>; warnings: string[] };
}

/** @throws {@link InvalidArgumentError} */
export function watchStates(
  system: BipartiteSystem,
  planned: Planned,
  { measures, reference, entropicHeat = "rate" }: WatchOptions,
  run: { times: Float64Array; breaks: readonly number[]; rate: number; rtol: number },
  where: string,
): StateWatch {
  if (measures !== undefined && typeof measures !== "boolean" && !Array.isArray(measures)) {
    throw new InvalidArgumentError(`${where}: measures`, measures, "true, false or a list of names");
  }
  const names: readonly MeasureName[] = Array.isArray(measures) ? measures : [];
  const asked = { names, reference: checkMeasures(names, reference, system, where) };
  if (entropicHeat !== "rate" && entropicHeat !== "integrated") {
    throw new InvalidArgumentError(`${where}: entropicHeat`, entropicHeat, '"rate" or "integrated"');
  }
  const d = system.H.size;
  if (measures ?? d <= MEASURED_LEVELS) return new Watch(system, planned, entropicHeat === "integrated", asked, run);
  if (entropicHeat === "integrated") {
    throw new InvalidArgumentError(
      `${where}: entropicHeat`,
      entropicHeat,
      '"rate" without measures; set measures: true',
    );
  }
  const unchecked =
    measures === undefined
      ? [
          `the second law was not checked, nor entropies computed: the system has ${d} levels, more than ${MEASURED_LEVELS}; evolve(…, { measures: true }) does both`,
        ]
      : [];
  return {
    visit: undefined,
    visitsBetween: false,
    results: ({ heat, work, firstLaw }) => ({
      results: { heat, work, laws: { firstLaw, secondLaw: undefined } } as Partial<Results>,
      warnings: unchecked,
    }),
  };
}

class Watch implements StateWatch {
  readonly visit: Visit;
  readonly visitsBetween: boolean;
  readonly #system: BipartiteSystem;
  readonly #spectral: Spectral;
  readonly #run: SpectralRun;
  readonly #recorder: SpectralRecorder;
  readonly #integrand: Integrand | undefined;
  readonly #measures: StateMeasures | undefined;

  constructor(
    system: BipartiteSystem,
    planned: Planned,
    integrated: boolean,
    { names, reference }: { names: readonly MeasureName[]; reference: Operator | undefined },
    run: { times: Float64Array; breaks: readonly number[]; rate: number; rtol: number },
  ) {
    this.#system = system;
    this.#spectral = planned.spectral();
    this.#run = { from: run.times[0]!, rate: run.rate };
    // Of the same times as that of the energies.
    const { columns } = this.#spectral;
    const first = SPECTRUM.entropicHeat;
    this.#integrand = integrated ? { ...run, columns, first, last: first } : undefined;
    const measures = names.length === 0 ? undefined : new StateMeasures(system, planned.components, names, reference);
    const outputs = new Set(run.times);
    this.#measures = measures;
    this.#recorder = this.#record(
      integrated ? Number.POSITIVE_INFINITY : run.times.length,
      measures && ((time, ...seen) => outputs.has(time) && measures.observe(time, ...seen)),
    );
    this.visitsBetween = integrated;
    this.visit = (state, time, index) => {
      if (integrated || index !== undefined) this.#recorder.add(state, time);
    };
  }

  #record(expected: number, observe?: Observe): SpectralRecorder {
    return new SpectralRecorder(this.#spectral, this.#run, this.#system.H.size, expected, observe);
  }

  /** The entropy-based heat, where it is asked for. */
  #integrate(rows: Rows, times: Float64Array, scale: number, divided: Float64Array, more: (at: Float64Array) => Rows) {
    if (this.#integrand === undefined) return undefined;
    const none = new Map<number, Float64Array>();
    if (divided.length === 0) return new Ledger(this.#integrand).integrate(rows, times.length, scale, more, none);
    // What was fast for the energies is so for this.
    const { breaks, times: all } = this.#integrand;
    const inside = divided.filter((time) => time > all[0]! && time < all.at(-1)!);
    const ledger = new Ledger({ ...this.#integrand, breaks: [...union(breaks, inside)] });
    return ledger.integrate(more(union(times, ledger.between)), times.length, scale, more, none);
  }

  results({ times, energy, rateU, heat, work, scale, firstLaw, margin, steps, divided, solveAt }: Found) {
    const { baths } = this.#system;
    const { columns } = this.#spectral;
    const rows = this.#recorder.rows();
    const places = placesOf(times, rows.times);
    const { entropicHeat: Q, measures, ...series } = stateSeries(rows, columns, places, baths);
    const production = entropyProduction(series.entropy, times, baths, heat.bath, (bath) =>
      heatResolution(bath, steps, margin),
    );

    const more = (wanted: Float64Array): Rows => {
      const recorder = this.#record(wanted.length + 1);
      solveAt(wanted, (state, time) => recorder.add(state, time));
      return recorder.rows();
    };
    const sums = this.#integrate(rows, times, scale, divided, more);
    const integratedQ = sums?.integrals(SPECTRUM.entropicHeat);
    const integratedW = integratedQ?.map((value, k) => energy.U[k]! - energy.U[0]! - value);

    const secondLaw = leastOf(production.bath);
    // What is taken from each other to give the production.
    const size = [...Object.values(series.entropy.flow), ...Object.values(production.bath)].reduce(
      (most, values) => values.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), most),
      1,
    );
    const unsure = sums?.left
      ? [`entropy-based heat could not be integrated closely enough in ${sums.left} stretches of the run`]
      : [];
    return {
      results: {
        heat: { ...heat, entropic: { rate: Q, ...(integratedQ && { integrated: integratedQ }) } },
        work: {
          ...work,
          entropic: { rate: rateU.map((value, k) => value - Q[k]!), ...(integratedW && { integrated: integratedW }) },
        },
        ...series,
        measures: { ...measures, ...this.#measures?.series() },
        entropyProduction: production,
        laws: { firstLaw, secondLaw },
      },
      warnings: [...secondLawWarnings(secondLaw, size * margin), ...unsure],
    };
  }
}
