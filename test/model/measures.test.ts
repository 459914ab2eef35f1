/**
 * Measures that a model file asks for: columns of their own, by documented names.
 */
import { describe, expect, it } from "vitest";
import { energeticsNames } from "../../bindings/model/energetics.ts";
import { buildModel, ModelError, runBuilt, validateModel } from "../../bindings/model/index.ts";
import { bipartiteModel } from "./models.ts";

const model = (more: object) => ({ ...bipartiteModel(), ...more });
const all = {
  ergotropy: ["ergotropy"],
  ergotropyA: ["ergotropy_A"],
  ergotropyB: ["ergotropy_B"],
  effectiveBetaA: ["effective_beta_A"],
  effectiveBetaB: ["effective_beta_B"],
  concurrence: ["concurrence"],
  coherenceL1: ["coherence_l1"],
  coherenceRelativeEntropy: ["coherence_relative_entropy"],
  tracedist: ["trace_distance"],
  fidelity: ["fidelity"],
  tracedistProduct: ["trace_distance_product"],
  fidelityProduct: ["fidelity_product"],
  freeEnergy: ["free_energy_A", "free_energy_B"],
};

describe("measures of a model", () => {
  it("are series after the others, in the order asked for, the same as those of a run", () => {
    const measures = Object.keys(all);
    const built = buildModel(validateModel(model({ measures, reference: "tensor(piA, piB)" })));
    if (built.kind !== "bipartite") throw new Error("another kind of model");
    const { series } = runBuilt(built);
    expect(Object.keys(series)).toEqual([
      ...energeticsNames(built.system),
      ...Object.values(all).flat(),
      ...Object.keys(built.observables),
    ]);
    expect(Object.keys(series).filter((name) => !(name in built.observables))).toEqual(
      energeticsNames(built.system, built.model.measures),
    );
    const run = built.system.evolve(built.rho0, built.tlist, {
      ...built.model.solver,
      measures: built.model.measures,
      reference: built.reference,
    });
    expect(series.trace_distance).toEqual(run.measures.tracedist);
    expect(series.free_energy_B).toEqual(run.measures.freeEnergy!.B);
    expect(series.logarithmic_negativity).toEqual(run.measures.logarithmicNegativity);
    // pi_A ⊗ pi_B stays as it is, and so does what is local; the start is c sigma_z ⊗ sigma_z away from it.
    expect(series.trace_distance![0]).toBeCloseTo(2 * Math.abs(built.parameters.c!), 12);
    series.effective_beta_A!.forEach((beta) => {
      expect(beta).toBeCloseTo(0.5, 9);
    });
  });

  it("are left out with all others, or are there beyond what is usual", () => {
    const names = (measures: unknown) => {
      const built = buildModel(validateModel(model({ measures })));
      return Object.keys(runBuilt(built).series);
    };
    expect(names(false)).not.toContain("S");
    expect(names(true)).toEqual(names(undefined));
    expect(names([])).toEqual(names(undefined));
  });

  it.each<[string, object, string, RegExp]>([
    ["a name", { measures: ["entropy"] }, "$.measures[0]", /expected one of ergotropy, ergotropyA/],
    ["no list", { measures: "ergotropy" }, "$.measures", /expected true, false or a list of names/],
    ["twice", { measures: ["fidelity", "fidelity"] }, "$.measures", /each name once/],
    ["a reference for nothing", { reference: "tensor(piA, piB)" }, "$.measures", /with a reference/],
    ["no state", { measures: ["fidelity"], reference: "tensor(sigmaz, sigmaz)" }, "$.reference", /trace|density/],
    [
      "a series that an observable is called like",
      { measures: ["concurrence"], observables: { concurrence: "tensor(sigmaz, sigmaz)" } },
      "$.observables.concurrence",
      /is a series already/,
    ],
  ])("%s is refused in its place", (_name, more, path, message) => {
    try {
      buildModel(validateModel(model(more)));
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect((error as ModelError).message).toMatch(message);
      expect((error as ModelError).message).toContain(path);
      return;
    }
    throw new Error("should have failed");
  });
});
