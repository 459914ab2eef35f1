/**
 * Entropies, both definitions of heat and work, and the laws of thermodynamics along a run.
 * @module
 */
import type { ResolvedBath } from "./baths.ts";
import type { CommutatorSeries } from "./conditions.ts";
import type { Rows } from "./ledger.ts";
import type { BathHeat, RunEntropy, RunEntropyProduction, RunMeasures } from "./run.ts";
import { entropyFlowColumn, SPECTRUM } from "./spectral.ts";

/** What the states of a run tell, at the output times. */
export interface StateSeries {
  readonly entropy: RunEntropy;
  readonly measures: RunMeasures;
  readonly commutators: CommutatorSeries;
  readonly entropicHeat: Float64Array;
}

/** From rows of results; `places` says which are those of the output times. */
export function stateSeries(
  { table }: Rows,
  columns: number,
  places: readonly number[],
  baths: readonly ResolvedBath[],
): StateSeries {
  const series = (column: number) => {
    const out = new Float64Array(places.length);
    for (let k = 0; k < out.length; k++) out[k] = table[columns * places[k]! + column]!;
    return out;
  };
  const [S, SA, SB] = [series(SPECTRUM.S), series(SPECTRUM.SA), series(SPECTRUM.SB)];
  const flow = baths.map(({ name }, k) => [name, series(entropyFlowColumn(k))] as const);
  const negativity = series(SPECTRUM.negativity);
  return {
    entropy: {
      S,
      SA,
      SB,
      mutualInformation: S.map((value, k) => SA[k]! + SB[k]! - value),
      rate: S.map((_, k) => flow.reduce((sum, [, values]) => sum + values[k]!, 0)),
      flow: Object.fromEntries(flow),
    },
    measures: {
      purity: series(SPECTRUM.purity),
      chiNorm: series(SPECTRUM.chiNorm),
      negativity,
      logarithmicNegativity: negativity.map((value) => Math.log1p(2 * value)),
    },
    commutators: { commutes: series(SPECTRUM.conditionNorm), bare: series(SPECTRUM.bareConditionNorm) },
    entropicHeat: series(SPECTRUM.entropicHeat),
  };
}

/** What the heat that a bath gives in a unit of time is known to. */
export interface HeatResolution {
  /** By rounding, and by what a run is exact to. */
  readonly rounding: number;
  readonly tolerance: number;
}

/** Roundings a dimension of a step. */
const ROUNDINGS = 16;

/**
 * How closely the heat of a bath is known, as a current.
 * @param steps of the run, each of which commits a rounding
 * @param margin the share of a size that an error within the tolerances may reach
 */
export function heatResolution({ ownJumps, hamiltonian }: ResolvedBath, steps: number, margin: number): HeatResolution {
  const scale = ownJumps.reduce((sum, L) => sum + L.norm() ** 2, 0) * hamiltonian.norm();
  return {
    rounding: ROUNDINGS * hamiltonian.size * Number.EPSILON * (1 + steps) * scale,
    tolerance: margin * scale,
  };
}

/** Spohn's entropy production of the baths that have a temperature. */
export function entropyProduction(
  { S, flow }: RunEntropy,
  times: Float64Array,
  baths: readonly ResolvedBath[],
  heat: Readonly<Record<string, Pick<BathHeat, "local" | "integratedLocal">>>,
  resolution: (bath: ResolvedBath) => HeatResolution,
): RunEntropyProduction {
  const thermal = baths
    .filter(({ beta }) => beta !== undefined)
    .map((bath) => ({ name: bath.name, beta: bath.beta!, known: resolution(bath) }));
  const bath = thermal.map(({ name, beta, known }) => {
    const { local } = heat[name]!;
    return [name, flow[name]!.map((value, k) => value + intoBath(beta, local[k]!, known))] as const;
  });
  const integrated = S.map((value, k) => {
    const elapsed = times[k]! - times[0]!;
    return total([
      value - S[0]!,
      ...thermal.map(({ name, beta, known: { rounding, tolerance } }) =>
        intoBath(beta, heat[name]!.integratedLocal[k]!, {
          rounding: rounding * elapsed,
          tolerance: tolerance * elapsed,
        }),
      ),
    ]);
  });
  return {
    total: S.map((_, k) => total(bath.map(([, values]) => values[k]!))),
    bath: Object.fromEntries(bath),
    integrated: thermal.length === baths.length ? integrated : undefined,
  };
}

/** What is infinite outweighs what is not defined. */
function total(values: readonly number[]): number {
  return values.includes(Number.POSITIVE_INFINITY)
    ? Number.POSITIVE_INFINITY
    : values.reduce((sum, value) => sum + value, 0);
}

/**
 * The entropy -beta·heat that a bath takes. At zero temperature +Infinity for any energy, and 0 for none: the limit of a bath that does
 * less and less. One that gives energy has no such limit (NaN).
 */
function intoBath(beta: number, heat: number, { rounding, tolerance }: HeatResolution): number {
  if (Number.isFinite(beta)) return 0 - beta * heat;
  if (heat < -rounding) return Number.POSITIVE_INFINITY;
  return heat <= tolerance ? 0 : Number.NaN;
}

/** The smallest of some series that are numbers; undefined when there is none. */
export function leastOf(series: Readonly<Record<string, Float64Array>>): number | undefined {
  let least: number | undefined;
  for (const values of Object.values(series)) {
    for (const value of values) if (!Number.isNaN(value) && !(least! <= value)) least = value;
  }
  return least;
}

/** The largest |U(t) - U(0) - Q(t) - W(t)|. @param systems of which the series are, time by time */
export function firstLawDefects(U: Float64Array, Q: Float64Array, W: Float64Array, systems = 1): Float64Array {
  const most = new Float64Array(systems);
  for (let from = 0; from < U.length; from += systems) {
    for (let k = 0, at = from; k < systems; k++, at++) {
      most[k] = Math.max(most[k]!, Math.abs(U[at]! - U[k]! - Q[at]! - W[at]!));
    }
  }
  return most;
}

/** @param allowed what the tolerances explain, here and below */
export function firstLawWarnings(defect: number, allowed: number): string[] {
  if (defect <= allowed) return [];
  return [`the first law is violated: U changes by ${defect.toExponential(1)} that is neither heat nor work`];
}

/** @param least the smallest entropy production, undefined when there is none */
export function secondLawWarnings(least: number | undefined, allowed: number): string[] {
  if (least === undefined || least >= -allowed) return [];
  return [`the second law is violated: an entropy production falls to ${least.toExponential(1)}`];
}
