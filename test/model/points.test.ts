import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../bindings/index.ts";
import { loadModel, type Model, modelAt, runModel, runPoints, validateModel } from "../../bindings/model/index.ts";
import { lindbladModel } from "./models.ts";

const example = (name: string) =>
  loadModel(readFileSync(new URL(`../../examples/${name}.json`, import.meta.url), "utf8"));
const qubits = example("two-qubits");

describe("points of a model", () => {
  const g = [0.1, 0.3, 0.5];
  const points = { count: 3, parameters: { g, c: [0.05, 0.1, 0.08] } };

  it("are runs with other parameters", () => {
    const outputs = { scalars: ["delta_U_chi_end", "U_chi_min", "delta_U_chi_maxDifference"], series: ["U_chi", "S"] };
    const { scalars, series, times, errors, batched } = runPoints(qubits, points, outputs);
    expect(errors).toEqual([undefined, undefined, undefined]);
    expect(batched).toBe(3);
    // Numbers of order 1, to the rounding of a few hundred steps.
    const digits = 12;
    g.forEach((_, k) => {
      const run = runModel(modelAt(qubits, points, k));
      expect(scalars.delta_U_chi_end![k]).toBeCloseTo(run.scalars.delta_U_chi_end!, digits);
      expect(scalars.U_chi_min![k]).toBeCloseTo(Math.min(...run.series.U_chi!), digits);
      expect(scalars.delta_U_chi_maxDifference![k]).toBeCloseTo(0, digits);
      const { length } = run.times;
      run.series.S!.forEach((value, t) => {
        expect(series.S![k * length + t]).toBeCloseTo(value, digits);
      });
      expect(times.slice(k * length, (k + 1) * length)).toEqual(run.times);
    });
  });

  it("may come in any order, between others that fail", () => {
    const c = Float64Array.from({ length: 300 }, (_, k) => (k % 7 === 3 ? 5 : 0.05 + 0.0001 * k));
    const outputs = { scalars: ["delta_U_chi_end", "ledger_defect"], series: ["J_A"] };
    const found = runPoints(qubits, { count: 300, parameters: { c } }, outputs);
    expect(found.batched).toBe(found.errors.filter((error) => error === undefined).length);
    const back = runPoints(qubits, { count: 300, parameters: { c: c.slice().reverse() } }, outputs);
    const length = found.times.length / 300;
    c.forEach((value, k) => {
      expect(found.errors[k] === undefined).toBe(value !== 5);
      expect(back.errors[299 - k]).toEqual(found.errors[k]);
      if (value === 5) return;
      expect(back.scalars.delta_U_chi_end![299 - k]).toBeCloseTo(found.scalars.delta_U_chi_end![k]!, 12);
      expect(back.series.J_A![(300 - k) * length - 1]).toBeCloseTo(found.series.J_A![(k + 1) * length - 1]!, 12);
    });
  });

  // What each method may err by. Steps of a fixed length are divided by the nodes of the ledger, which a run has and these points have not:
  // (7 dt)^4/120 is what steps err by where something decays at the rate 7.
  for (const [solver, allowed] of [
    [{ rtol: 1e-8 }, 1e-8],
    [{ method: "rk4", dt: 0.01 }, 0.07 ** 4 / 120],
    [{ method: "tsit5", rtol: 1e-8, atol: 1e-10 }, 1e-7],
    [{ dt: 0.02 }, 0.14 ** 4 / 120],
  ] as const) {
    it(`are solved by ${JSON.stringify(solver)}`, () => {
      const model = { ...qubits, compare: {}, solver, times: { from: 0, to: 1, count: 5 } };
      const { series, batched } = runPoints(model, points, { scalars: ["U_end"], series: ["U_A", "U_chi", "J_A"] });
      expect(batched).toBe(3);
      g.forEach((_, k) => {
        const run = runModel(modelAt(model, points, k));
        for (const name of ["U_A", "U_chi", "J_A"]) {
          run.series[name]!.forEach((value, t) => {
            expect(Math.abs(series[name]![5 * k + t]! - value), name).toBeLessThanOrEqual(allowed);
          });
        }
      });
    });
  }

  it("that take too many steps say so, each by itself", () => {
    const solver = { method: "tsit5" as const, rtol: 1e-8, maxSteps: 20 };
    const model = { ...qubits, compare: {}, solver, times: { from: 0, to: 1, count: 5 } };
    // Every other one decays so fast that steps have to be short.
    const omegaA = Array.from({ length: 40 }, (_, k) => (k % 2 === 0 ? 0.01 : 10));
    const { errors, scalars } = runPoints(
      model,
      { count: 40, parameters: { omegaA, c: new Array<number>(40).fill(1e-7) } },
      { scalars: ["Q_end", "S_end"] },
    );
    omegaA.forEach((_, k) => {
      expect(errors[k]?.name).toBe(k % 2 === 0 ? undefined : "StepLimitError");
      expect(Number.isNaN(scalars.Q_end![k])).toBe(k % 2 === 1);
    });
  });

  it("take the steps of a fixed length that a run takes", () => {
    const model = validateModel({ ...lindbladModel(), solver: { method: "rk4", dt: 0.03 } });
    const some = { count: 3, parameters: { half: [0.1, 0.25, 0.7] } };
    const { series, batched } = runPoints(model, some, { scalars: [], series: ["n"] });
    expect(batched).toBe(3);
    some.parameters.half.forEach((_, k) => {
      const { n } = runModel(modelAt(model, some, k)).series;
      n!.forEach((value, t) => {
        expect(series.n![3 * k + t]).toBeCloseTo(value, 14);
      });
    });
  });

  it("of a fast system at many times are computed a few at once, if at all", () => {
    for (const [count, fewest] of [
      [3000, 40],
      [40_000, 0],
    ] as const) {
      const model = { ...qubits, compare: {}, solver: {}, times: { from: 0, to: 50, count } };
      const c = new Float64Array(40).fill(0.1);
      const some = { count: fewest === 0 ? 2 : 40, parameters: { c: c.subarray(0, fewest === 0 ? 2 : 40) } };
      const { batched, scalars } = runPoints(model, some, { scalars: ["Q_end"] });
      expect(batched).toBe(fewest);
      const run = runModel(modelAt(model, some, 1));
      expect(scalars.Q_end![1]).toBeCloseTo(run.series.Q!.at(-1)!, 5);
    }
  });

  it("are computed alone where their model is not for many at once", () => {
    const outputs = { scalars: ["delta_U_chi_end"] };
    for (const change of [
      { solver: { method: "krylov" as const } },
      { times: { from: 0, to: "1 + g", count: 5 } },
      { globalBaths: [{ name: "C", couplings: ["tensor(sigmax, sigmax)"], beta: 1, rates: "ohmic" as const }] },
    ]) {
      const model = { ...qubits, compare: {}, ...change } as Model;
      const { batched, errors, scalars } = runPoints(model, points, outputs);
      expect(batched).toBe(0);
      expect(errors).toEqual([undefined, undefined, undefined]);
      expect(scalars.delta_U_chi_end![2]).toBe(runModel(modelAt(model, points, 2)).scalars.delta_U_chi_end);
    }
  });

  it("that lack an output which others have say so, and stop nothing", () => {
    // A bath at beta = 0 has no free energy; an observable that is Hermitian has one series, not two.
    const heated = { ...qubits, initial: "tensor(piA, piB)", compare: {}, measures: ["freeEnergy" as const] };
    const observed = validateModel({ ...lindbladModel(), observables: { n: "number + i * half * a" }, compare: {} });
    const cases = [
      [heated, "betaA", "free_energy_A_end"],
      [observed, "half", "n_im_end"],
    ] as const;
    for (const [model, name, wanted] of cases) {
      for (const values of [[0, 1, 2], [1, 0, 2, 0], [0]]) {
        const some = { count: values.length, parameters: { [name]: values } };
        const { errors, scalars } = runPoints(model, some, { scalars: [wanted] });
        values.forEach((value, k) => {
          expect(errors[k]?.message.includes(wanted) ?? false).toBe(value === 0);
          expect(Number.isNaN(scalars[wanted]![k])).toBe(value === 0);
        });
      }
      expect(() => runPoints(model, { count: 1, parameters: { [name]: [0] } }, { scalars: ["none_end"] })).toThrow(
        InvalidArgumentError,
      );
    }
  });

  it("whose expectation values overflow fail as a run does", () => {
    const model = validateModel({
      ...{ version: 1, kind: "lindblad", parameters: { half: 0 }, dims: [2], hamiltonian: "0 * sigmaz", times: [0, 1] },
      ...{ initial: "(basis(2, 0) + basis(2, 1)) / sqrt(2)", observables: { n: "1e308 * half * (qeye(2) + sigmax)" } },
    });
    const some = { count: 4, parameters: { half: [0.1, 0.2, 0.9, 0.3] } };
    const { errors, scalars, batched } = runPoints(model, some, { scalars: ["n_start"] });
    expect(batched).toBe(3);
    some.parameters.half.forEach((half, k) => {
      const run = () => runModel(modelAt(model, some, k)).series.n![0];
      if (half === 0.9) {
        expect(errors[k]?.name).toBe("NonFiniteError");
        expect(run).toThrow(errors[k]!.message);
      } else expect(scalars.n_start![k]! / run()!).toBeCloseTo(1, 14);
    });
  });

  it("have no times where no series are wanted", () => {
    expect(runPoints(qubits, points, { scalars: ["U_end"] }).times.length).toBe(0);
    const alone = { ...qubits, solver: { ...qubits.solver, method: "krylov" as const } };
    expect(runPoints(alone, points, { scalars: ["U_end"] }).times.length).toBe(0);
    expect(runPoints(alone, points, { scalars: [], series: ["U"] }).times.length).toBe(3 * 121);
  });

  it("tell of their progress, and stop", () => {
    const many = { count: 600, parameters: { c: new Float64Array(600).fill(0.1) } };
    const seen: number[] = [];
    runPoints(qubits, many, { scalars: ["U_end"] }, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(600);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const controller = new AbortController();
    const stop = () =>
      runPoints(
        qubits,
        many,
        { scalars: ["U_end"] },
        { signal: controller.signal, onProgress: () => controller.abort() },
      );
    expect(stop).toThrow(controller.signal.reason);
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
