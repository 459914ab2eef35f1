/**
 * The series of a bipartite run, by the names they have in files.
 * @module
 */
import type { BipartiteEvolveOptions, BipartiteRun, BipartiteSystem } from "../bipartite/index.ts";
import { freeEnergyBaths, type MeasureName, type SingleMeasure } from "../bipartite/measures.ts";
import { MEASURED_LEVELS } from "../bipartite/watch.ts";

/** The energies of a bipartite run, by the names of their series. */
export const ENERGIES = ["U", "U_A", "U_B", "U_local", "U_chi"] as const;

/** X(t) - X(0) of a series. */
export const delta = (name: string): string => `delta_${name}`;

/** Where energy may flow to. */
const BODIES = ["A", "B", "chi"] as const;

/** Names of what {@link energeticsOf} returns. */
export function energeticsNames(system: BipartiteSystem, measures?: BipartiteEvolveOptions["measures"]): string[] {
  const { baths, driven, H } = system;
  const asked: readonly MeasureName[] = typeof measures === "object" ? measures : [];
  const channels = ["hamiltonian", ...baths.map(({ name }) => name), ...(driven ? ["work"] : [])];
  return [
    ...ENERGIES,
    ...ENERGIES.map(delta),
    ...BODIES.map((body) => `flow_${body}`),
    ...channels.flatMap((channel) => BODIES.map((body) => `flow_${channel}_${body}`)),
    ...channels.flatMap((channel) => BODIES.map((body) => `ledger_${channel}_${body}`)),
    "heat_rate",
    "Q",
    "work_rate",
    "W",
    ...baths.flatMap(({ name }) => [`J_${name}`, `J_local_${name}`, `Q_${name}`, `Q_local_${name}`]),
    ...((measures ?? H.size <= MEASURED_LEVELS) ? Object.keys(MEASURES) : []),
    ...asked.flatMap((name) => (name === "freeEnergy" ? freeEnergyBaths(system).map(freeEnergyOf) : ASKED[name])),
  ];
}

/** What the eigenvalues of a state tell, where there are not too many of them. */
const MEASURES: Readonly<Record<string, (run: BipartiteRun) => Float64Array>> = {
  S: ({ entropy }) => entropy.S,
  S_A: ({ entropy }) => entropy.SA,
  S_B: ({ entropy }) => entropy.SB,
  mutual_information: ({ entropy }) => entropy.mutualInformation,
  entropy_rate: ({ entropy }) => entropy.rate,
  entropy_production: ({ entropyProduction }) => entropyProduction.total,
  heat_entropic: ({ heat }) => heat.entropic.rate,
  work_entropic: ({ work }) => work.entropic.rate,
  purity: ({ measures }) => measures.purity,
  negativity: ({ measures }) => measures.negativity,
  logarithmic_negativity: ({ measures }) => measures.logarithmicNegativity,
  chi_norm: ({ measures }) => measures.chiNorm,
  condition_norm: ({ conditions }) => conditions.commutes,
  adjoint_norm: ({ conditions }) => conditions.adjoint,
};

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

const freeEnergyOf = ({ name }: { readonly name: string }): string => `free_energy_${name}`;

/** Those of a run, in the order in which they were asked for. */
function askedOf(measures: BipartiteRun["measures"]): [string, Float64Array][] {
  return Object.entries(measures).flatMap(([name, values]): [string, Float64Array][] => {
    if (name in ASKED) return [[ASKED[name as SingleMeasure], values as Float64Array]];
    if (name !== "freeEnergy") return [];
    return Object.entries(measures.freeEnergy!).map(([bath, series]) => [freeEnergyOf({ name: bath }), series]);
  });
}

/**
 * Everything that a run knows over time: energies and their changes (`delta_`); flows into A, B and chi, in all and by channel, and the same
 * integrated (`ledger_`); heat and work, rates and integrals; currents of every bath; up to 64 levels entropies, measures and the norms of the
 * conditions; and the measures that the model asks for.
 */
export function energeticsOf(run: BipartiteRun): Record<string, Float64Array> {
  const { U, UA, UB, Ulocal, Uchi } = run.energy;
  const energies = Object.fromEntries([U, UA, UB, Ulocal, Uchi].map((values, k) => [ENERGIES[k]!, values]));
  const byChannel = (prefix: string, flows: BipartiteRun["flow"]) =>
    Object.entries(flows).flatMap(([channel, flow]) =>
      BODIES.map((body) => [`${prefix}_${channel}_${body}`, flow[body]] as const),
    );
  const flows = Object.values(run.flow);
  return {
    ...energies,
    ...Object.fromEntries(
      Object.entries(energies).map(([name, values]) => [delta(name), values.map((value) => value - values[0]!)]),
    ),
    ...Object.fromEntries(
      BODIES.map((body) => [
        `flow_${body}`,
        run.times.map((_, k) => flows.reduce((sum, flow) => sum + flow[body][k]!, 0)),
      ]),
    ),
    ...Object.fromEntries(byChannel("flow", run.flow)),
    ...Object.fromEntries(byChannel("ledger", run.ledger)),
    heat_rate: run.heat.rate,
    Q: run.heat.integrated,
    work_rate: run.work.rate,
    W: run.work.integrated,
    ...Object.fromEntries(
      Object.entries(run.heat.bath).flatMap(([name, heat]) => [
        [`J_${name}`, heat.global],
        [`J_local_${name}`, heat.local],
        [`Q_${name}`, heat.integratedGlobal],
        [`Q_local_${name}`, heat.integratedLocal],
      ]),
    ),
    ...(run.entropy === undefined
      ? {}
      : Object.fromEntries([
          ...Object.entries(MEASURES).map(([name, of]) => [name, of(run)] as const),
          ...askedOf(run.measures),
        ])),
  };
}
