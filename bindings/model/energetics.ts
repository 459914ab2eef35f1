/**
 * The series of a bipartite run, by the names they have in files.
 * @module
 */
import {
  SPECTRAL_CONDITIONS,
  SPECTRAL_ELEMENTS,
  SPECTRAL_FLOWS,
  SPECTRAL_REDUCED,
  SPECTRAL_STATE,
  SPECTRAL_TRANSPOSE,
} from "../../assembly/constants.ts";
import type { StateRun } from "../bipartite/batch/states.ts";
import { HAMILTONIAN, total, WORK } from "../bipartite/flows.ts";
import type { BipartiteEvolveOptions, BipartiteRun, BipartiteSystem } from "../bipartite/index.ts";
import { freeEnergyBaths, type MeasureName, type SingleMeasure } from "../bipartite/measures.ts";
import { MEASURED_LEVELS } from "../bipartite/watch.ts";

/** The energies of a bipartite run, by the names of their series. */
export const ENERGIES = ["U", "U_A", "U_B", "U_local", "U_chi"] as const;

/** X(t) - X(0) of a series. */
export const delta = (name: string): string => `delta_${name}`;

/** Where energy may flow to. */
const BODIES = ["A", "B", "chi"] as const;

function channelsOf(baths: readonly { readonly name: string }[], driven: boolean): string[] {
  return [HAMILTONIAN, ...baths.map(({ name }) => name), ...(driven ? [WORK] : [])];
}

/** What has to be computed for a series: energies alone, rates as well, or their integrals. */
export type Need = "energies" | "flows" | "integrals";

/** The series of a run but for those that its states tell, in order, and what each needs. */
export function needsOfSeries(baths: readonly { readonly name: string }[], driven = false): ReadonlyMap<string, Need> {
  const byChannel = (prefix: string) =>
    channelsOf(baths, driven).flatMap((channel) => BODIES.map((body) => `${prefix}_${channel}_${body}`));
  const all = (names: readonly string[], need: Need) => names.map((name) => [name, need] as const);
  return new Map([
    ...all([...ENERGIES, ...ENERGIES.map(delta)], "energies"),
    ...all([...BODIES.map((body) => `flow_${body}`), ...byChannel("flow")], "flows"),
    ...all(byChannel("ledger"), "integrals"),
    ["heat_rate", "flows"],
    ["Q", "integrals"],
    ["work_rate", "flows"],
    ["W", "integrals"],
    ...baths.flatMap(({ name }) => [
      ...all([`J_${name}`, `J_local_${name}`], "flows"),
      ...all([`Q_${name}`, `Q_local_${name}`], "integrals"),
    ]),
  ]);
}

/** Names of what {@link energeticsOf} returns. */
export function energeticsNames(system: BipartiteSystem, measures?: BipartiteEvolveOptions["measures"]): string[] {
  const { baths, driven, H } = system;
  const asked: readonly MeasureName[] = typeof measures === "object" ? measures : [];
  return [
    ...needsOfSeries(baths, driven).keys(),
    ...((measures ?? H.size <= MEASURED_LEVELS) ? stateNames(freeEnergyBaths(system), asked) : []),
  ];
}

/** What the eigenvalues of a state tell, where there are not too many of them: sum of what has to be computed for it (SPECTRAL_STATE and the like). */
const MEASURES: Readonly<Record<string, readonly [needs: number, of: (run: StateRun) => Float64Array]>> = {
  S: [SPECTRAL_STATE, ({ entropy }) => entropy.S],
  S_A: [SPECTRAL_REDUCED, ({ entropy }) => entropy.SA],
  S_B: [SPECTRAL_REDUCED, ({ entropy }) => entropy.SB],
  mutual_information: [SPECTRAL_STATE | SPECTRAL_REDUCED, ({ entropy }) => entropy.mutualInformation],
  entropy_rate: [SPECTRAL_FLOWS, ({ entropy }) => entropy.rate],
  entropy_production: [SPECTRAL_FLOWS, ({ entropyProduction }) => entropyProduction.total],
  heat_entropic: [SPECTRAL_FLOWS, ({ heat }) => heat.entropic.rate],
  work_entropic: [SPECTRAL_FLOWS, ({ work }) => work.entropic.rate],
  purity: [SPECTRAL_ELEMENTS, ({ measures }) => measures.purity],
  negativity: [SPECTRAL_TRANSPOSE, ({ measures }) => measures.negativity],
  logarithmic_negativity: [SPECTRAL_TRANSPOSE, ({ measures }) => measures.logarithmicNegativity],
  chi_norm: [SPECTRAL_ELEMENTS, ({ measures }) => measures.chiNorm],
  condition_norm: [SPECTRAL_CONDITIONS, ({ conditions }) => conditions.commutes],
  adjoint_norm: [0, ({ conditions }) => conditions.adjoint],
};

/** What has to be computed of states for their series in `names`, and which of the measures `asked` for are among these. */
export function needsOfStates(names: readonly string[], asked: readonly MeasureName[]) {
  const isFreeEnergy = names.some((name) => name.startsWith(FREE_ENERGY));
  return {
    wanted: names.reduce((sum, name) => sum | (MEASURES[name]?.[0] ?? 0), 0),
    asked: asked.filter((name) => (name === "freeEnergy" ? isFreeEnergy : names.includes(ASKED[name]))),
  };
}

/** Series of the measures that a model asks for. */
const ASKED: Readonly<Record<SingleMeasure, string>> = {
  ergotropy: "ergotropy",
  ergotropyA: "ergotropy_A",
  ergotropyB: "ergotropy_B",
  effectiveBetaA: "effective_beta_A",
  effectiveBetaB: "effective_beta_B",
  concurrence: "concurrence",
  coherenceL1: "coherence_l1",
  coherenceRelativeEntropy: "coherence_relative_entropy",
  tracedist: "trace_distance",
  fidelity: "fidelity",
  tracedistProduct: "trace_distance_product",
  fidelityProduct: "fidelity_product",
};

const FREE_ENERGY = "free_energy_";
const freeEnergyOf = ({ name }: { readonly name: string }): string => FREE_ENERGY + name;

/** Those of a run, in the order in which they were asked for. */
function askedOf(measures: BipartiteRun["measures"]): [string, Float64Array][] {
  return Object.entries(measures).flatMap(([name, values]): [string, Float64Array][] => {
    if (name in ASKED) return [[ASKED[name as SingleMeasure], values as Float64Array]];
    if (name !== "freeEnergy") return [];
    return Object.entries(measures.freeEnergy!).map(([bath, series]) => [freeEnergyOf({ name: bath }), series]);
  });
}

/** The series that states tell of, each computed when it is called. */
export function stateSources(run: StateRun): [string, () => Float64Array][] {
  return [
    ...Object.entries(MEASURES).map(([name, [, of]]): [string, () => Float64Array] => [name, () => of(run)]),
    ...askedOf(run.measures).map(([name, values]): [string, () => Float64Array] => [name, () => values]),
  ];
}

/** Their names. @param baths those that {@link freeEnergyBaths} has found */
export function stateNames(baths: readonly { readonly name: string }[], asked: readonly MeasureName[]): string[] {
  const named = asked.flatMap((name) => (name === "freeEnergy" ? baths.map(freeEnergyOf) : ASKED[name]));
  return [...Object.keys(MEASURES), ...named];
}

/** What the series of energies are made of. */
export type Energetic = Pick<BipartiteRun, "energy" | "flow" | "ledger"> & {
  readonly heat: Omit<BipartiteRun["heat"], "entropic">;
  readonly work: Omit<BipartiteRun["work"], "entropic">;
};

function sinceStart(values: Float64Array, systems: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let from = 0; from < values.length; from += systems)
    for (let k = 0; k < systems; k++) out[from + k] = values[from + k]! - values[k]!;
  return out;
}

/**
 * The series of a run but for those that its states tell, in order, each computed when it is called.
 * @param systems of which the series are, time by time
 */
export function energySources(
  run: Energetic,
  baths: readonly { readonly name: string }[],
  driven: boolean,
  systems = 1,
): Record<string, () => Float64Array> {
  const { U, UA, UB, Ulocal, Uchi } = run.energy;
  const energies = [U, UA, UB, Ulocal, Uchi].map((values, k) => [ENERGIES[k]!, values] as const);
  const sources: Record<string, () => Float64Array> = {};
  for (const [name, values] of energies) sources[name] = () => values;
  for (const [name, values] of energies) {
    sources[delta(name)] = () => sinceStart(values, systems);
  }
  for (const body of BODIES) {
    sources[`flow_${body}`] = () => total(Object.values(run.flow).map((flow) => flow[body]));
  }
  for (const prefix of ["flow", "ledger"] as const) {
    for (const channel of channelsOf(baths, driven))
      for (const body of BODIES) sources[`${prefix}_${channel}_${body}`] = () => run[prefix][channel]![body];
  }
  sources.heat_rate = () => run.heat.rate;
  sources.Q = () => run.heat.integrated;
  sources.work_rate = () => run.work.rate;
  sources.W = () => run.work.integrated;
  for (const { name } of baths) {
    sources[`J_${name}`] = () => run.heat.bath[name]!.global;
    sources[`J_local_${name}`] = () => run.heat.bath[name]!.local;
    sources[`Q_${name}`] = () => run.heat.bath[name]!.integratedGlobal;
    sources[`Q_local_${name}`] = () => run.heat.bath[name]!.integratedLocal;
  }
  return sources;
}

/**
 * Everything that a run knows over time: energies and their changes (`delta_`); flows into A, B and chi, in all and by channel, and the same
 * integrated (`ledger_`); heat and work, rates and integrals; currents of every bath; up to 64 levels entropies, measures and the norms of the
 * conditions; and the measures that the model asks for.
 */
export function energeticsOf(run: BipartiteRun, { baths, driven }: BipartiteSystem): Record<string, Float64Array> {
  const sources = [
    ...Object.entries(energySources(run, baths, driven)),
    ...(run.entropy === undefined ? [] : stateSources(run)),
  ];
  return Object.fromEntries(sources.map(([name, of]) => [name, of()]));
}
