/**
 * What the states of many systems tell: the states themselves from means of Hermitian operators, and system by system what
 * {@link Spectral} finds in them.
 * @module
 */
import { add, squaredNorm } from "../../batch/algebra.ts";
import { type OperatorBatch, operatorAt } from "../../batch/operators.ts";
import { constant } from "../../coefficients/real.ts";
import type { HermitianOperator, Operator } from "../../operators/operator.ts";
import type { ResolvedBath } from "../baths.ts";
import { entropyProduction, heatResolution, stateSeries } from "../laws.ts";
import { Units } from "../means.ts";
import { type MeasureName, StateMeasures } from "../measures.ts";
import type { BathHeat, BipartiteRun } from "../run.ts";
import { Spectral } from "../spectral.ts";
import { turningRate } from "../turning.ts";
import { adjoint } from "./energetics.ts";
import type { BatchSystem } from "./system.ts";

/** Hermitian operators whose means are the states. */
export function stateFunctionals({ H }: BatchSystem): Operator[] {
  return new Units(H.dims).operators;
}

/** States of one system, one after another, row-major and interleaved, from means as {@link stateFunctionals} asks for them. */
function statesOf(means: readonly Float64Array[], dims: readonly number[], length: number, count: number, k: number) {
  const units = new Units(dims);
  const { d } = units;
  const states = new Float64Array(2 * d * d * length);
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const place = units.place(i, j);
      // Tr[(|i><j| + |j><i|) X] = 2 Re X_ij, Tr[(i|i><j| - i|j><i|) X] = 2 Im X_ij
      const [re, im] = i === j ? [means[place]!, undefined] : [means[place]!, means[place + 1]!];
      const half = i === j ? 1 : 0.5;
      for (let t = 0; t < length; t++) {
        const at = 2 * d * d * t;
        const [x, y] = [half * re[t * count + k]!, im === undefined ? 0 : half * im[t * count + k]!];
        states[at + 2 * (i * d + j)] = x;
        states[at + 2 * (j * d + i)] = x;
        states[at + 2 * (i * d + j) + 1] = y;
        states[at + 2 * (j * d + i) + 1] = 0 - y;
      }
    }
  }
  return states;
}

/** What a run's states tell of it. */
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
  readonly heat: { readonly rate: Float64Array; readonly bath: Readonly<Record<string, BathHeat>> };
  /** The share of a size that an error within the tolerances may reach. */
  readonly margin: number;
  /** Systems that were not evolved. */
  readonly failed: readonly boolean[];
}

/** System by system, with its number, those that were evolved. @param names of measures that are wanted besides */
export function* stateRuns(
  system: BatchSystem,
  followed: Followed,
  names: readonly MeasureName[],
): Generator<readonly [k: number, run: StateRun]> {
  const { H } = system;
  const { times, rho0, means, heat, margin, failed } = followed;
  const { length } = times;
  const places = Array.from(times, (_, t) => t);
  const norms = adjointNorms(system);
  for (let k = 0; k < H.count; k++) {
    if (failed[k]) continue;
    const one = systemAt(system, k);
    const own = (values: Float64Array) => {
      const out = new Float64Array(length);
      for (let t = 0; t < length; t++) out[t] = values[t * H.count + k]!;
      return out;
    };
    const spectral = new Spectral(one.HA.size, one.HB.size, one.components, one.baths);
    const span = { from: times[0]!, to: times.at(-1)!, times };
    const rate = turningRate(one.H, one.jumps, one.components, operatorAt(rho0, k), span);
    const states = statesOf(means, H.dims, length, H.count, k);
    const { table, spectra } = spectral.compute(times, states, { from: span.from, rate }, names.length > 0);
    const asked = new StateMeasures(one, one.components, names, undefined);
    if (spectra) {
      const row = (of: Float64Array, t: number) =>
        of.subarray((t * of.length) / length, ((t + 1) * of.length) / length);
      times.forEach((time, t) => {
        asked.observe(time, row(states, t), row(table, t), row(spectra, t));
      });
    }
    const { entropicHeat, entropy, measures, commutators } = stateSeries(
      { times, table },
      spectral.columns,
      places,
      one.baths,
    );
    const resolution = (bath: ResolvedBath) => heatResolution(bath, length, margin);
    const production = () => {
      const ofBaths = Object.entries(heat.bath).map(([name, { local, integratedLocal }]) => {
        return [name, { local: own(local), integratedLocal: own(integratedLocal) }] as const;
      });
      return entropyProduction(entropy, times, one.baths, Object.fromEntries(ofBaths), resolution);
    };
    const run: StateRun = {
      entropy,
      measures: { ...measures, ...asked.series() },
      get entropyProduction() {
        return production();
      },
      heat: { entropic: { rate: entropicHeat } },
      work: {
        get entropic() {
          return { rate: own(heat.rate).map((value, t) => value - entropicHeat[t]!) };
        },
      },
      conditions: { commutes: commutators.commutes, adjoint: new Float64Array(length).fill(norms[k]!) },
    };
    yield [k, run];
  }
}

/** Of each system ‖sum L#[H]‖. */
function adjointNorms({ H, baths }: BatchSystem): Float64Array {
  const [first, ...others] = baths.map((bath) => adjoint(bath, H));
  if (first === undefined) return new Float64Array(H.count);
  return squaredNorm(others.reduce((sum, term) => add(sum, term), first)).map(Math.sqrt);
}

/** System k, as one system has it. */
function systemAt({ HA, HB, V, H, baths }: BatchSystem, k: number) {
  const hermitian = (operators: OperatorBatch) => operatorAt(operators, k) as HermitianOperator;
  const resolved = baths.map(({ name, site, beta, jumps, ownJumps, hamiltonian }): ResolvedBath => {
    const whole = jumps.map((jump) => operatorAt(jump, k));
    return {
      name,
      site,
      ...(beta && { beta: beta[k]! }),
      jumps: whole,
      ownJumps: site === "global" ? whole : ownJumps.map((jump) => operatorAt(jump, k)),
      hamiltonian: hermitian(hamiltonian),
      degenerate: [],
      warnings: [],
    };
  });
  const parts = { HA: hermitian(HA), HB: hermitian(HB), V: hermitian(V) };
  const bare = { ...parts, H: hermitian(H) };
  return {
    ...bare,
    at: () => bare,
    baths: resolved,
    jumps: resolved.flatMap((bath) => bath.jumps),
    components: [{ ...parts, coefficient: constant(1) }],
  };
}
