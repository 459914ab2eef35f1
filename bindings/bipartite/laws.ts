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
      negativity: series(SPECTRUM.negativity),
    },
    commutators: { commutes: series(SPECTRUM.conditionNorm), bare: series(SPECTRUM.bareConditionNorm) },
    entropicHeat: series(SPECTRUM.entropicHeat),
  };
}

/** Spohn's entropy production of the baths that have a temperature. */
export function entropyProduction(
  { S, flow }: RunEntropy,
  baths: readonly ResolvedBath[],
  heat: Readonly<Record<string, BathHeat>>,
): RunEntropyProduction {
  const thermal = baths.filter(({ beta }) => beta !== undefined);
  const bath = thermal.map(({ name, beta }) => {
    const { local } = heat[name]!;
    return [name, flow[name]!.map((value, k) => spohn(value, beta!, local[k]!))] as const;
  });
  const integrated = S.map((value, k) =>
    thermal.reduce((sum, { name, beta }) => spohn(sum, beta!, heat[name]!.integratedLocal[k]!), value - S[0]!),
  );
  return {
    total: S.map((_, k) => bath.reduce((sum, [, values]) => sum + values[k]!, 0)),
    bath: Object.fromEntries(bath),
    integrated: thermal.length === baths.length ? integrated : undefined,
  };
}

/** entropy - beta·heat; at zero temperature +Infinity for what the bath takes, undefined (NaN) where it takes nothing. */
function spohn(entropy: number, beta: number, heat: number): number {
  if (Number.isFinite(beta)) return entropy - beta * heat;
  return beta * heat < 0 ? Number.POSITIVE_INFINITY : Number.NaN;
}

/** The smallest of some series that are numbers; undefined when there is none. */
export function leastOf(series: Readonly<Record<string, Float64Array>>): number | undefined {
  let least: number | undefined;
  for (const values of Object.values(series)) {
    for (const value of values) if (!Number.isNaN(value) && !(least! <= value)) least = value;
  }
  return least;
}

/** The largest |U(t) - U(0) - Q(t) - W(t)|. */
export function firstLawDefect(U: Float64Array, Q: Float64Array, W: Float64Array): number {
  return U.reduce((most, value, k) => Math.max(most, Math.abs(value - U[0]! - Q[k]! - W[k]!)), 0);
}

/**
 * What a violated law says.
 * @param allowed what the tolerances explain
 */
export function lawWarnings(
  { firstLaw, secondLaw }: { firstLaw: number; secondLaw: number | undefined },
  allowed: { energy: number; entropy: number },
): string[] {
  return [
    ...(firstLaw > allowed.energy
      ? [`the first law is violated: U changes by ${firstLaw.toExponential(1)} that is neither heat nor work`]
      : []),
    ...(secondLaw !== undefined && secondLaw < -allowed.entropy
      ? [`the second law is violated: an entropy production falls to ${secondLaw.toExponential(1)}`]
      : []),
  ];
}
