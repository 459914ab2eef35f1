/**
 * Looks at the states of a run as the solver hands them out: entropies, measures, and the laws that follow from them.
 * @module
 */

import { InvalidArgumentError } from "../errors.ts";
import { placesOf } from "../solvers/stepping.ts";
import type { CommutatorSeries } from "./conditions.ts";
import type { Energies } from "./energies.ts";
import { entropyProduction, firstLawDefect, lawWarnings, leastOf, stateSeries } from "./laws.ts";
import { Ledger, type Rows } from "./ledger.ts";
import type { BipartiteEvolveOptions, BipartiteRun } from "./run.ts";
import { SPECTRUM, type Spectral, SpectralRecorder } from "./spectral.ts";
import type { BipartiteSystem } from "./system.ts";

/** The options that this file is about. */
export const WATCH_OPTIONS = ["measures", "entropicHeat"] as const;
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
  spectral: () => Spectral,
  { measures, entropicHeat = "rate" }: Pick<BipartiteEvolveOptions, "measures" | "entropicHeat">,
  run: { times: Float64Array; breaks: readonly number[]; rate: number; rtol: number },
  where: string,
): StateWatch {
  if (measures !== undefined && typeof measures !== "boolean") {
    throw new InvalidArgumentError(`${where}: measures`, measures, "true or false");
  }
  if (entropicHeat !== "rate" && entropicHeat !== "integrated") {
    throw new InvalidArgumentError(`${where}: entropicHeat`, entropicHeat, '"rate" or "integrated"');
  }
  const d = system.H.size;
  if (measures ?? d <= MEASURED_LEVELS) return new Watch(system, spectral(), entropicHeat === "integrated", run);
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
    results: ({ energy, heat, work, scale, margin }) => {
      const firstLaw = firstLawDefect(energy.U, heat.integrated, work.integrated);
      const laws = { firstLaw, secondLaw: undefined };
      const warnings = lawWarnings(laws, { energy: Math.max(scale, 1) * margin, entropy: 0 });
      return { results: { heat, work, laws } as Partial<Results>, warnings: [...warnings, ...unchecked] };
    },
  };
}

class Watch implements StateWatch {
  readonly visit: Visit;
  readonly visitsBetween: boolean;
  readonly #system: BipartiteSystem;
  readonly #spectral: Spectral;
  readonly #recorder: SpectralRecorder;
  readonly #ledger: Ledger | undefined;

  constructor(
    system: BipartiteSystem,
    spectral: Spectral,
    integrated: boolean,
    run: { times: Float64Array; breaks: readonly number[]; rate: number; rtol: number },
  ) {
    this.#system = system;
    this.#spectral = spectral;
    // Of the same times as that of the energies.
    const { columns } = this.#spectral;
    const first = SPECTRUM.entropicHeat;
    this.#ledger = integrated ? new Ledger({ ...run, columns, first, last: first }) : undefined;
    this.#recorder = this.#record(integrated ? Number.POSITIVE_INFINITY : run.times.length);
    this.visitsBetween = integrated;
    this.visit = (state, time, index) => {
      if (integrated || index !== undefined) this.#recorder.add(state, time);
    };
  }

  #record(expected: number): SpectralRecorder {
    return new SpectralRecorder(this.#spectral, this.#system.H.size, expected);
  }

  results({ times, energy, rateU, heat, work, scale, margin, solveAt }: Found) {
    const { baths } = this.#system;
    const { columns } = this.#spectral;
    const rows = this.#recorder.rows();
    const places = placesOf(times, rows.times);
    const { entropicHeat: Q, ...series } = stateSeries(rows, columns, places, baths);
    const production = entropyProduction(series.entropy, baths, heat.bath);

    const more = (wanted: Float64Array): Rows => {
      const recorder = this.#record(wanted.length + 1);
      solveAt(wanted, (state, time) => recorder.add(state, time));
      return recorder.rows();
    };
    const sums = this.#ledger?.integrate(rows, times.length, scale, more, new Map());
    const integratedQ = sums?.integrals(SPECTRUM.entropicHeat);
    const integratedW = integratedQ?.map((value, k) => energy.U[k]! - energy.U[0]! - value);

    const laws = {
      firstLaw: firstLawDefect(energy.U, heat.integrated, work.integrated),
      secondLaw: leastOf(production.bath),
    };
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
        entropyProduction: production,
        laws,
      },
      warnings: [...lawWarnings(laws, { energy: Math.max(scale, 1) * margin, entropy: size * margin }), ...unsure],
    };
  }
}
