import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../bindings/index.ts";
import { loadModel, modelAt, runModel, runPoints } from "../../bindings/model/index.ts";

const example = (name: string) =>
  loadModel(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"));
const qubits = example("two-qubits");

describe("points of a model", () => {
  const g = [0.1, 0.3, 0.5];
  const points = { count: 3, parameters: { g, c: [0.05, 0.1, 0.08] } };

  it("are runs with other parameters", () => {
    const outputs = { scalars: ["delta_U_chi_end", "U_chi_min", "ledger_defect"], series: ["U_chi", "S"] };
    const { scalars, series, times, errors } = runPoints(qubits, points, outputs);
    expect(errors).toEqual([undefined, undefined, undefined]);
    g.forEach((_, k) => {
      const run = runModel(modelAt(qubits, points, k));
      expect(scalars.delta_U_chi_end![k]).toBe(run.scalars.delta_U_chi_end);
      expect(scalars.U_chi_min![k]).toBe(Math.min(...run.series.U_chi!));
      const { length } = run.times;
      expect(series.S!.slice(k * length, (k + 1) * length)).toEqual(run.series.S);
      expect(times.slice(k * length, (k + 1) * length)).toEqual(run.times);
    });
  });

  it("that fail say why, and stop nothing", () => {
    // no state has so large a correlation
    const { scalars, series, errors } = runPoints(
      qubits,
      { count: 3, parameters: { c: [0.1, 5, 0.1] } },
      { scalars: ["U_end"], series: ["U"] },
    );
    expect(errors[1]).toMatchObject({ name: "ModelError" });
    expect(errors[1]!.message).toContain("$.initial");
    expect(scalars.U_end![1]).toBeNaN();
    expect(series.U!.slice(121, 242).every(Number.isNaN)).toBe(true);
    expect(scalars.U_end![0]).toBe(scalars.U_end![2]);
  });

  it("refuse parameters and outputs that the model does not have", () => {
    const one = { count: 1, parameters: { g: [0.1] } };
    expect(() => runPoints(qubits, { count: 1, parameters: { betaa: [1] } }, { scalars: [] })).toThrow(
      'did you mean "betaA"',
    );
    expect(() => runPoints(qubits, { count: 2, parameters: { g: [1] } }, { scalars: [] })).toThrow(
      InvalidArgumentError,
    );
    expect(() => runPoints(qubits, one, { scalars: ["U_ende"] })).toThrow('did you mean "U_end"');
    expect(() => runPoints(qubits, one, { scalars: [], series: ["U_chy"] })).toThrow('did you mean "U_chi"?');
  });
});
