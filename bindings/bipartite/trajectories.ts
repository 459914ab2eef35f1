/**
 * Energies and heat along single quantum trajectories.
 * @module
 */
import { namingCoefficients } from "../coefficients/named.ts";
import { InvalidArgumentError } from "../errors.ts";
import { checkKeys, isNameIn } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import { ket2dm } from "../operators/states.ts";
import { Moments } from "../trajectories/average.ts";
import { blocksOf, runBlocks, type TrajectoryBlock } from "../trajectories/blocks.ts";
import type { TrajectoryState } from "../trajectories/initial.ts";
import { isCount, type McsolveOptions } from "../trajectories/options.ts";
import { prepareTrajectories } from "../trajectories/prepare.ts";
import { effectiveHamiltonians } from "./energies.ts";
import { wholeTerms } from "./evolve.ts";
import { reducedFunctionals } from "./reduced.ts";
import { energyChange } from "./stationary.ts";
import type { BipartiteSystem, Given, Planned } from "./system.ts";

/** Options of {@link BipartiteSystem.trajectories}: those of {@link mcsolve} that concern single trajectories. */
export type BipartiteTrajectoryOptions = Pick<
  McsolveOptions,
  "ntraj" | "first" | "seed" | "method" | "rtol" | "atol" | "maxSteps" | "maxStep"
>;

/** Energies at the output times: U = UA + UB + Uchi. */
export interface TrajectoryEnergies {
  /** <H>. */
  readonly U: Float64Array;
  /** <H_A>. */
  readonly UA: Float64Array;
  /** <H_B>. */
  readonly UB: Float64Array;
  /** U - UA - UB; its mean is that of the ensemble. */
  readonly Uchi: Float64Array;
}

/** One trajectory. */
export interface TrajectoryEnergetics {
  /** Its number. */
  readonly trajectory: number;
  /** Its energies, a number an output time. */
  readonly energy: TrajectoryEnergies;
  /** By bath: the energy that its jumps have brought to its part up to each output time, quanta of H_A or H_B. */
  readonly heat: Readonly<Record<string, Float64Array>>;
  /** When which of the system's `jumps` happened. */
  readonly jumps: {
    /** The times of its jumps, increasing. */
    readonly times: Float64Array;
    /** Of each, its number in `jumps` of the system. */
    readonly channels: Int32Array;
  };
}

/** Means over trajectories, their standard errors, and all of them. */
export interface BipartiteTrajectories {
  /** The output times. */
  readonly times: Float64Array;
  /** Means of the energies, a number an output time. */
  readonly energy: TrajectoryEnergies;
  /** Standard errors of `energy`. */
  readonly stdError: TrajectoryEnergies;
  /** By bath; its mean is `heat.bath[name].integratedLocal` of {@link BipartiteSystem.evolve}. */
  readonly heat: Readonly<
    Record<
      string,
      {
        /** Mean of the energy that the bath has brought up to each output time. */
        readonly mean: Float64Array;
        /** Its standard error. */
        readonly stdError: Float64Array;
      }
    >
  >;
  /** All trajectories. */
  readonly runs: readonly TrajectoryEnergetics[];
  /** Baths whose jumps have no definite quanta, and why. */
  readonly warnings: readonly string[];
  /** These and the next `ntraj` of the same seed: what as many at once would have given. @throws {@link InvalidArgumentError} unless it is a positive integer */
  more(ntraj: number): BipartiteTrajectories;
  /**
   * How often a quantity lies where, at an output time (default: the last): edges of `bins` equal parts, and the share of the trajectories in each.
   * @param quantity an energy, or `{ bath }` for its heat
   * @param options `bins`: default 30; `index`: that of the output time
   * @throws {@link InvalidArgumentError} for a quantity, an index or bins that are none
   */
  histogram(
    quantity: keyof TrajectoryEnergies | { readonly bath: string },
    options?: { readonly bins?: number; readonly index?: number },
  ): {
    /** The `bins + 1` edges, in units of energy, increasing. */
    readonly edges: Float64Array;
    /** The share of the trajectories in each of the `bins`; they add up to 1. */
    readonly shares: Float64Array;
  };
}

const OPTIONS = ["ntraj", "first", "seed", "method", "rtol", "atol", "maxSteps", "maxStep"];
const ENERGIES = ["U", "UA", "UB", "Uchi"] as const;
const BINS = 30;

/**
 * See {@link BipartiteSystem.trajectories}. On a trajectory psi(t), U_A = <psi|Ĥ_A(t)|psi> with the effective Hamiltonian of the ensemble's state at t ([5] of the paper), so that means are the ensemble's; U_chi is what
 * U = <psi|H(t)|psi> has besides. Heat is counted in quanta: a jump L of a bath with [H_x, L] = w L brings w.
 */
export function trajectoriesOf(
  system: BipartiteSystem,
  given: Given,
  { components }: Planned,
  state: TrajectoryState,
  tlist: ArrayLike<number>,
  options: BipartiteTrajectoryOptions,
): BipartiteTrajectories {
  const where = "trajectories";
  const changing = components.slice(1);
  if (changing.some(({ HA, HB }) => HA !== undefined || HB !== undefined)) {
    throw new InvalidArgumentError(
      `${where}: H_A and H_B`,
      "one that depends on time",
      "Hamiltonians of the parts that do not: quanta of heat are theirs",
    );
  }
  checkKeys(options, OPTIONS, where);
  const { functionals, parts } = reducedFunctionals(system);
  // U is a sum over what has a coefficient of its own.
  const terms = [system.H, ...changing.map(({ V }) => V!)];
  const eOps = Object.fromEntries([...terms, ...functionals].map((operator, k) => [`${k}`, operator]));
  const { problem, generator } = prepareTrajectories(
    wholeTerms(system, given, where),
    state,
    tlist,
    { ...options, cOps: system.jumps, eOps },
    where,
  );
  const { times, initials } = problem;
  const rho = initials.reduce<Operator>(
    (sum, { ket, probability }) => sum.add(ket2dm(ket).scale(probability)),
    Operator.fromTriplets(system.H.dims, []),
  );
  const ensemble = system.evolve(rho.hermitianPart(), times);
  const effective = Array.from(times, (_, k) => {
    const reduced = { A: ensemble.reduced.A[k]!.hermitianPart(), B: ensemble.reduced.B[k]!.hermitianPart() };
    return effectiveHamiltonians(system.at(times[k]!), reduced);
  });
  const quanta = quantaOf(system, where);
  const width = 2 * (terms.length + functionals.length);
  const coefficients = Array.from(times, (t) => components.map(({ coefficient }) => coefficient.at(t)));
  const energiesOf = (values: Float64Array): TrajectoryEnergies => {
    const { A, B } = parts({ times, values, width, offset: 2 * terms.length });
    const U = Float64Array.from(times, (_, k) =>
      coefficients[k]!.reduce((sum, f, j) => sum + f * values[width * k + 2 * j]!, 0),
    );
    const UA = Float64Array.from(times, (_, k) => mean(A[k]!, effective[k]!.HA));
    const UB = Float64Array.from(times, (_, k) => mean(B[k]!, effective[k]!.HB));
    return { U, UA, UB, Uchi: U.map((u, k) => u - UA[k]! - UB[k]!) };
  };
  const { ntraj, first } = problem.options;
  const next = (from: number, count: number): TrajectoryEnergetics[] => {
    const kept = { ...problem, options: { ...problem.options, keepRuns: true, first: from, ntraj: count } };
    const found: TrajectoryEnergetics[] = [];
    namingCoefficients(generator.driven?.named, where, () => {
      runBlocks(kept, 0, blocksOf(kept), (block) => {
        found.push(...energeticsOf(block, times, energiesOf, quanta));
        return true;
      });
    });
    return found;
  };
  const all = (runs: readonly TrajectoryEnergetics[]): BipartiteTrajectories => ({
    ...meansOf(runs, times, quanta),
    more(count) {
      if (!isCount(count)) throw new InvalidArgumentError(`${where}: more: ntraj`, count, "a positive integer");
      return all([...runs, ...next(first + runs.length, count)]);
    },
  });
  return all(next(first, ntraj));
}

/** What is told of these trajectories. */
function meansOf(
  runs: readonly TrajectoryEnergetics[],
  times: Float64Array,
  quanta: Quanta,
): Omit<BipartiteTrajectories, "more"> {
  const series = (of: (run: TrajectoryEnergetics) => Float64Array) => {
    const moments = new Moments(times.length);
    for (const run of runs) moments.add(of(run));
    return { mean: moments.mean, stdError: Float64Array.from(times, (_, k) => moments.error(k)) };
  };
  const energies = ENERGIES.map((name) => [name, series(({ energy }) => energy[name])] as const);
  const pick = (which: "mean" | "stdError") =>
    Object.fromEntries(energies.map(([name, found]) => [name, found[which]])) as unknown as TrajectoryEnergies;
  return {
    times,
    energy: pick("mean"),
    stdError: pick("stdError"),
    heat: Object.fromEntries(quanta.names.map((name) => [name, series(({ heat }) => heat[name]!)])),
    runs,
    warnings: quanta.warnings,
    histogram(quantity, { bins = BINS, index = times.length - 1 } = {}) {
      if (!(Number.isSafeInteger(bins) && bins > 0)) {
        throw new InvalidArgumentError("histogram: bins", bins, "a positive integer");
      }
      if (!(Number.isSafeInteger(index) && index >= 0 && index < times.length)) {
        throw new InvalidArgumentError("histogram: index", index, `an integer from 0 to ${times.length - 1}`);
      }
      const values = Float64Array.from(runs, (run) => valuesOf(run, quantity)[index]!);
      return histogramOf(values, bins);
    },
  };
}

function mean(rho: Operator, H: Operator): number {
  return rho.mul(H).tr().re;
}

interface Quanta {
  /** Of the baths that have them. */
  readonly names: readonly string[];
  /** Of every jump: the number of its bath among those, or -1; and the energy it brings. */
  readonly bath: readonly number[];
  readonly energy: readonly number[];
  readonly warnings: readonly string[];
}

function quantaOf({ baths }: BipartiteSystem, where: string): Quanta {
  const names: string[] = [];
  const bath: number[] = [];
  const energy: number[] = [];
  const warnings: string[] = [];
  for (const one of baths) {
    try {
      const quanta = one.jumps.map((L, k) => energyChange(one, L, `${where}: jump ${k} of bath "${one.name}"`));
      const number = names.push(one.name) - 1;
      bath.push(...quanta.map(() => number));
      energy.push(...quanta);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      warnings.push(`no heat of bath "${one.name}": ${error.message}`);
      bath.push(...one.jumps.map(() => -1));
      energy.push(...one.jumps.map(() => 0));
    }
  }
  return { names, bath, energy, warnings };
}

function energeticsOf(
  { first, values, jumpCounts, jumpTimes, jumpChannels }: TrajectoryBlock,
  times: Float64Array,
  energiesOf: (values: Float64Array) => TrajectoryEnergies,
  { names, bath, energy }: Quanta,
): TrajectoryEnergetics[] {
  let at = 0;
  return values.map((own, k) => {
    const heat = names.map(() => new Float64Array(times.length));
    const from = at;
    for (const stop = at + jumpCounts[k]!; at < stop; at++) {
      const jump = jumpChannels[at]!;
      if (bath[jump]! < 0) continue;
      const series = heat[bath[jump]!]!;
      for (let t = times.length - 1; t >= 0 && times[t]! >= jumpTimes[at]!; t--) series[t]! += energy[jump]!;
    }
    return {
      trajectory: first + k,
      energy: energiesOf(own),
      heat: Object.fromEntries(names.map((name, j) => [name, heat[j]!])),
      jumps: { times: jumpTimes.slice(from, at), channels: jumpChannels.slice(from, at) },
    };
  });
}

function valuesOf(
  run: TrajectoryEnergetics,
  quantity: keyof TrajectoryEnergies | { readonly bath: string },
): Float64Array {
  if (isNameIn(run.energy, quantity)) return run.energy[quantity];
  if (typeof quantity === "object" && quantity !== null && isNameIn(run.heat, quantity.bath)) {
    return run.heat[quantity.bath]!;
  }
  const known = [...ENERGIES.map((name) => `"${name}"`), ...Object.keys(run.heat).map((name) => `{ bath: "${name}" }`)];
  throw new InvalidArgumentError("histogram: quantity", quantity, `one of ${known.join(", ")}`);
}

function histogramOf(values: Float64Array, bins: number): { edges: Float64Array; shares: Float64Array } {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = (most > least ? most - least : 1) / bins;
  const from = most > least ? least : least - 0.5;
  const shares = new Float64Array(bins);
  for (const value of values) shares[Math.min(bins - 1, Math.floor((value - from) / width))]! += 1 / values.length;
  return { edges: Float64Array.from({ length: bins + 1 }, (_, k) => from + k * width), shares };
}
