/**
 * Entropies, both definitions of heat and work, and the laws of thermodynamics along a run.
 * @module
 */
import type { ResolvedBath } from "./baths.ts";
import type { CommutatorSeries } from "./conditions.ts";
import { type ColumnSeries, total } from "./flows.ts";
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
  baths: readonly Pick<ResolvedBath, "name">[],
): StateSeries {
  return statesFrom((column) => {
    const out = new Float64Array(places.length);
    for (let k = 0; k < out.length; k++) out[k] = table[columns * places[k]! + column]!;
    return out;
  }, baths);
}

/** From columns, number {@link SPECTRUM} or {@link entropyFlowColumn}. */
export function statesFrom(series: ColumnSeries, baths: readonly Pick<ResolvedBath, "name">[]): StateSeries {
  const [S, SA, SB] = [series(SPECTRUM.S), series(SPECTRUM.SA), series(SPECTRUM.SB)];
  const flow = baths.map(({ name }, k) => [name, series(entropyFlowColumn(k))] as const);
  const negativity = series(SPECTRUM.negativity);
  return {
    entropy: {
      S,
      SA,
      SB,
      mutualInformation: S.map((value, k) => SA[k]! + SB[k]! - value),
      rate: total([new Float64Array(S.length), ...flow.map(([, values]) => values)]),
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
  return resolutionOf(scale, hamiltonian.size, steps, margin);
}

/** The same by the largest heat that there can be. @param size levels */
export function resolutionOf(scale: number, size: number, steps: number, margin: number): HeatResolution {
  return {
    rounding: ROUNDINGS * size * Number.EPSILON * (1 + steps) * scale,
    tolerance: margin * scale,
  };
}

/** A bath that has a temperature: one number a system. */
export interface ThermalBath {
  readonly name: string;
  readonly beta: ArrayLike<number>;
  readonly known: readonly HeatResolution[];
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
    .map((bath) => ({ name: bath.name, beta: [bath.beta!], known: [resolution(bath)] }));
  const integrated = S.map((value, k) => {
    const elapsed = times[k]! - times[0]!;
    return thermal.reduce((sum, { name, beta, known: [known] }) => {
      const allowed = { rounding: known!.rounding * elapsed, tolerance: known!.tolerance * elapsed };
      return plus(sum, intoBath(beta[0]!, heat[name]!.integratedLocal[k]!, allowed));
    }, value - S[0]!);
  });
  return {
    ...productionRates(flow, thermal, heat, S.length),
    integrated: thermal.length === baths.length ? integrated : undefined,
  };
}

/** Its rates. @param length of a series, time by time of the systems that baths have temperatures of */
export function productionRates(
  flow: RunEntropy["flow"],
  thermal: readonly ThermalBath[],
  heat: Readonly<Record<string, Pick<BathHeat, "local">>>,
  length: number,
): Omit<RunEntropyProduction, "integrated"> {
  const sum = new Float64Array(length);
  const bath = thermal.map(({ name, beta, known }) => {
    const [own, { local }] = [flow[name]!, heat[name]!];
    const out = new Float64Array(length);
    for (let from = 0; from < length; from += beta.length) {
      for (let k = 0, at = from; k < beta.length; k++, at++) {
        out[at] = own[at]! + intoBath(beta[k]!, local[at]!, known[k]!);
        sum[at] = plus(sum[at]!, out[at]!);
      }
    }
    return [name, out] as const;
  });
  return { total: sum, bath: Object.fromEntries(bath) };
}

/** a + b; what is infinite outweighs what is not defined. */
function plus(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : a + b;
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
