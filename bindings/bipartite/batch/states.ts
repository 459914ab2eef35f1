/**
 * What the states of many systems tell: the states themselves from means of Hermitian operators, and what is found in them.
 * @module
 */
import { SPECTRAL_REDUCED, SPECTRAL_STATE } from "../../../assembly/constants.ts";
import { add, squaredNorm } from "../../batch/algebra.ts";
import { type OperatorBatch, operatorAt } from "../../batch/operators.ts";
import type { HermitianOperator, Operator } from "../../operators/operator.ts";
import { once } from "../evolve.ts";
import { productionRates, resolutionOf, statesFrom } from "../laws.ts";
import { Units } from "../means.ts";
import { type AskedMeasures, type MeasuredSystem, type MeasureName, StateMeasures } from "../measures.ts";
import type { BathHeat, BipartiteRun } from "../run.ts";
import { adjoint } from "./energetics.ts";
import { batchSpectra, type VisitSystem } from "./spectral.ts";
import type { BatchSystem } from "./system.ts";
import { fastestRates } from "./turning.ts";

/** Hermitian operators whose means are the states. */
export function stateFunctionals({ H }: BatchSystem): Operator[] {
  return new Units(H.dims).operators;
}

/** What runs' states tell of them. */
export type StateRun = Pick<BipartiteRun, "entropy" | "measures"> & {
  readonly entropyProduction: Pick<BipartiteRun["entropyProduction"], "total">;
  readonly heat: Pick<BipartiteRun["heat"], "entropic">;
  readonly work: Pick<BipartiteRun["work"], "entropic">;
  readonly conditions: Pick<BipartiteRun["conditions"], "commutes" | "adjoint">;
};

/** Everything else that is known of the runs; of a series, number `t * count + k` is that of system k at time t. */
export interface Followed {
  readonly times: Float64Array;
  readonly rho0: OperatorBatch;
  /** Of {@link stateFunctionals}. */
  readonly means: readonly Float64Array[];
  /** Tr[rho' H], and what each bath gives. */
  readonly heat: () => { readonly rate: Float64Array; readonly bath: Readonly<Record<string, BathHeat>> };
  /** The share of a size that an error within the tolerances may reach. */
  readonly margin: number;
  /** Systems that were not evolved. */
  readonly failed: readonly boolean[];
}

/**
 * @param wanted sum of SPECTRAL_STATE and the like: what else there is of {@link SPECTRUM} is zero
 * @param names of measures that are wanted besides
 * @returns series, number `t * count + k` that of system k at time t
 */
export function stateRun(
  system: BatchSystem,
  followed: Followed,
  wanted: number,
  names: readonly MeasureName[],
): StateRun {
  const { H, baths } = system;
  const { times, rho0, means, heat, failed } = followed;
  const length = times.length * H.count;
  const jumps = baths.flatMap((bath) => bath.jumps);
  const asked = names.length > 0 ? new Asked(system, times, names) : undefined;
  const column = batchSpectra(
    system,
    { times, means, rates: fastestRates(H, jumps, rho0), failed },
    asked ? wanted | SPECTRAL_STATE | SPECTRAL_REDUCED : wanted,
    asked?.visit,
  );
  const { entropicHeat, entropy, measures, commutators } = statesFrom(column, baths);
  const production = once(() => {
    const thermal = thermalBaths(system, times.length, followed.margin);
    return productionRates(entropy.flow, thermal, heat().bath, length);
  });
  return {
    entropy,
    measures: { ...measures, ...asked?.series },
    get entropyProduction() {
      return production();
    },
    heat: { entropic: { rate: entropicHeat } },
    work: {
      get entropic() {
        return { rate: heat().rate.map((value, at) => value - entropicHeat[at]!) };
      },
    },
    conditions: {
      commutes: commutators.commutes,
      get adjoint() {
        const out = new Float64Array(length);
        const norms = adjointNorms(system);
        for (let from = 0; from < length; from += H.count) out.set(norms, from);
        return out;
      },
    },
  };
}

/** Baths that have a temperature, and how closely their heat is known after `steps` steps. */
function thermalBaths({ baths, H }: BatchSystem, steps: number, margin: number) {
  return baths.flatMap(({ name, beta, ownJumps, hamiltonian }) => {
    if (beta === undefined) return [];
    const strengths = new Float64Array(H.count);
    for (const jump of ownJumps)
      squaredNorm(jump).forEach((square, k) => {
        strengths[k]! += square;
      });
    const norms = squaredNorm(hamiltonian).map(Math.sqrt);
    const known = Array.from(norms, (norm, k) => resolutionOf(strengths[k]! * norm, H.size, steps, margin));
    return [{ name, beta, known }];
  });
}

/** Of each system ‖sum L#[H]‖. */
function adjointNorms({ H, baths }: BatchSystem): Float64Array {
  const [first, ...others] = baths.map((bath) => adjoint(bath, H));
  if (first === undefined) return new Float64Array(H.count);
  return squaredNorm(others.reduce((sum, term) => add(sum, term), first)).map(Math.sqrt);
}

/** System k, as one system has it. */
function measuredAt({ HA, HB, H, baths }: BatchSystem, k: number): MeasuredSystem {
  const hermitian = (operators: OperatorBatch) => operatorAt(operators, k) as HermitianOperator;
  const bare = { HA: hermitian(HA), HB: hermitian(HB), H: hermitian(H) };
  const known = baths.map(({ name, site, beta }) => ({ name, site, ...(beta && { beta: beta[k]! }) }));
  return { ...bare, at: () => bare, baths: known };
}

/** Measures that are asked for by name, system by system. */
class Asked {
  readonly series: AskedMeasures = {};
  readonly visit: VisitSystem;

  constructor(system: BatchSystem, times: Float64Array, names: readonly MeasureName[]) {
    const { count } = system.H;
    const zeros = () => new Float64Array(times.length * count);
    const scattered = (k: number, values: Float64Array, out: Float64Array) => {
      values.forEach((value, t) => {
        out[t * count + k] = value;
      });
      return out;
    };
    this.visit = (k, states, table, spectra) => {
      const measures = new StateMeasures(measuredAt(system, k), [], names, undefined);
      const row = (of: Float64Array, t: number) =>
        of.subarray((t * of.length) / times.length, ((t + 1) * of.length) / times.length);
      times.forEach((time, t) => {
        measures.observe(time, row(states, t), row(table, t), row(spectra, t));
      });
      const { freeEnergy, ...single } = measures.series();
      for (const [name, values] of Object.entries(single) as [keyof typeof single, Float64Array][]) {
        this.series[name] = scattered(k, values, this.series[name] ?? zeros());
      }
      if (freeEnergy === undefined) return;
      const energies = this.series.freeEnergy;
      this.series.freeEnergy = {
        ...energies,
        ...Object.fromEntries(
          Object.entries(freeEnergy).map(([bath, values]) => [bath, scattered(k, values, energies?.[bath] ?? zeros())]),
        ),
      };
    };
  }
}
