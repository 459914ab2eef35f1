/**
 * Entropies, both definitions of heat and work, entropy production, measures and condition norms against the thermodynamic reference series.
 */
import { describe, expect, it } from "vitest";
import { adjointDissipator } from "../../bindings/bipartite/adjoint.ts";
import { type BipartiteRun, type BipartiteSystem, Operator } from "../../bindings/index.ts";
import { drivenSystem, referenceSystem } from "../support/bipartite.ts";
import { REFERENCE_TOLERANCE, readReference, referenceNames, type Thermo } from "../support/reference.ts";

const names = referenceNames("thermo_");
const options = { rtol: 1e-12, atol: 1e-14, entropicHeat: "integrated", storeStates: true } as const;
type Driven = Parameters<typeof drivenSystem>[0];

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, k) => Math.abs(x - b[k]!)));
}

/** Every series of a file by its name there; `sigma` from the entropy flow where the bath does not know its temperature. */
function seriesOf(run: BipartiteRun, system: BipartiteSystem, { baths }: Thermo): Record<string, ArrayLike<number>> {
  const { entropy, heat, work, rate, measures } = run;
  const ofBath = baths.flatMap(({ name, beta }) => {
    const bath = heat.bath[name]!;
    const sigma = entropy.flow[name]!.map((flow, k) => flow - beta * bath.local[k]!);
    return [
      [`J_${name}`, bath.global],
      [`J0_${name}`, bath.local],
      [`Q_${name}`, bath.integratedGlobal],
      [`sigma_${name}`, sigma],
    ] as const;
  });
  const flows = Object.values(run.ledger);
  const sum = (parts: readonly ("A" | "B" | "chi")[]) =>
    run.times.map((_, k) => flows.reduce((all, flow) => parts.reduce((a, part) => a + flow[part][k]!, all), 0));
  const Sigma = entropy.S.map((S, k) =>
    baths.reduce((all, { name, beta }) => all - beta * heat.bath[name]!.integratedLocal[k]!, S - entropy.S[0]!),
  );
  const adjoint = adjointDissipator(system.jumps, system.H.dims);
  const adjointNorm = (t: number, of: "H" | "V") => adjoint((system.driven ? system.at(t) : system)[of]).norm();
  return {
    ...Object.fromEntries(ofBath),
    U: run.energy.U,
    U_A: run.energy.UA,
    U_B: run.energy.UB,
    U_prod: run.energy.Ulocal,
    U_chi: run.energy.Uchi,
    dU: rate.U,
    dU_prod: rate.Ulocal,
    dU_chi: rate.Uchi,
    heat_rate: heat.rate,
    work_rate: work.rate,
    Q: heat.integrated,
    W: work.integrated,
    entropic_heat_rate: heat.entropic.rate,
    entropic_work_rate: work.entropic.rate,
    Q_entropic: heat.entropic.integrated!,
    W_entropic: work.entropic.integrated!,
    S: entropy.S,
    S_A: entropy.SA,
    S_B: entropy.SB,
    I: entropy.mutualInformation,
    dS: entropy.rate,
    int_dS: entropy.S.map((S) => S - entropy.S[0]!),
    sigma: run.times.map((_, k) =>
      baths.reduce((all, { name }) => all + Object.fromEntries(ofBath)[`sigma_${name}`]![k]!, 0),
    ),
    Sigma,
    int_dU_prod: sum(["A", "B"]),
    int_dU_chi: sum(["chi"]),
    purity: measures.purity,
    chi_norm: measures.chiNorm,
    negativity: measures.negativity,
    comm_eff: run.conditions.commutes,
    comm_bare: run.conditions.bare,
    adj_norm: run.times.map((t) => adjointNorm(t, "H")),
    adj_norm_V: run.times.map((t) => adjointNorm(t, "V")),
  };
}

/** Functions of single states, tested in test/measures. */
const ELSEWHERE = ["concurrence", "ergotropy", "ergotropy_A", "ergotropy_B", "ergotropy_A_eff", "ergotropy_B_eff"];

function compare(run: BipartiteRun, system: BipartiteSystem, reference: Thermo): void {
  const found = seriesOf(run, system, reference);
  const expected = Object.keys(reference.series).filter((name) => !ELSEWHERE.includes(name));
  expect(Object.keys(found).sort()).toEqual(expected.sort());
  const differences = expected.map((name) => [name, largest(found[name]!, reference.series[name]!)] as const);
  expect(differences.filter(([, difference]) => !(difference < 10 * REFERENCE_TOLERANCE))).toEqual([]);
}

describe("the thermodynamics of a run", () => {
  it.each(names)("%s", (name) => {
    const reference = readReference<Thermo>(name);
    const system = referenceSystem(reference);
    const run = system.evolve(Operator.dense(reference.dims, reference.rho0), reference.t, options);
    compare(run, system, reference);
    expect(run.warnings).toEqual([]);
  });

  it("thermo_driven: work, and baths that know the bare Hamiltonian", () => {
    const reference = readReference<Driven>("driven_thermo");
    const system = drivenSystem(reference);
    const run = system.evolve(Operator.dense(reference.dims, reference.rho0), reference.t, options);
    compare(run, system, reference);
    expect(run.warnings).toEqual([]);
    const { bath, total, integrated } = run.entropyProduction;
    expect(largest(bath.A!, reference.series.sigma_A!)).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(largest(bath.B!, reference.series.sigma_B!)).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(largest(total, reference.series.sigma!)).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(largest(integrated!, reference.series.Sigma!)).toBeLessThan(10 * REFERENCE_TOLERANCE);
    expect(run.laws.secondLaw).toBe(Math.min(...bath.A!, ...bath.B!));
    expect(run.laws.firstLaw).toBeLessThan(REFERENCE_TOLERANCE);
  });
});
