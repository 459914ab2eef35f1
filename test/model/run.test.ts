import { describe, expect, it } from "vitest";
import { buildModel, ModelError, runModel, validateModel } from "../../bindings/model/index.ts";
import { bipartiteModel, lindbladModel } from "./models.ts";

const run = (model: object) => runModel(validateModel(model));

function failure(model: object): ModelError {
  try {
    buildModel(validateModel(model));
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error("should have failed");
}

describe("a bipartite model", () => {
  const result = run(bipartiteModel());

  it("gives the energies and their changes, in order", () => {
    const names = ["U", "U_A", "U_B", "U_local", "U_chi"];
    expect(Object.keys(result.series).slice(0, 10)).toEqual([...names, ...names.map((name) => `delta_${name}`)]);
    expect(result.times.at(-1)).toBe(1);
    expect(result.series.U_A![0]).toBeCloseTo(-Math.tanh(0.5) + 0.5 * 0.3 * Math.tanh(0.5) * Math.tanh(0.84), 12);
  });

  it("meets the closed form", () => {
    const [comparison] = result.comparisons;
    expect(comparison).toMatchObject({ series: "delta_U_chi", formula: "4 * g * c * (exp(-lambda * t) - 1)" });
    expect(comparison!.maxDifference).toBeLessThan(1e-10);
    expect(comparison!.exact.at(-1)).toBeCloseTo(
      0.12 * (Math.exp(-(2 * Math.cosh(0.5) + 2 * Math.cosh(0.84))) - 1),
      14,
    );
    expect(result.scalars.delta_U_chi_maxDifference).toBe(comparison!.maxDifference);
    expect(result.scalars.delta_U_A_maxAbs).toBeLessThan(1e-12);
    expect(result.scalars.delta_U_chi_end).toBe(result.series.delta_U_chi!.at(-1));
  });

  it("takes several baths on a part, zero temperature, and Davies baths", () => {
    const model = bipartiteModel();
    const built = buildModel(
      validateModel({
        ...model,
        A: { ...model.A, bath: { beta: 0.5, name: "hot" }, baths: [{ beta: 0.5 }, { beta: 0.5, rates: "ohmic" }] },
        B: { dim: 2, hamiltonian: "0.7 * sigmaz", baths: [{ beta: "infinity", rates: "ohmic", Gamma: 0.5 }] },
        globalBaths: [
          { name: "whole", couplings: ["sigmax"], on: "A", beta: "betaB", rates: "ohmic", Gamma: 0.1 },
          { name: "other", couplings: ["tensor(sigmax, sigmax)", "tensor(sigmay, sigmax)"], beta: 1 },
        ],
        initial: "tensor(piA, piB)",
        compare: {},
      }),
    );
    if (built.kind !== "bipartite") throw new Error("not bipartite");
    expect(built.system.baths.map(({ name, site, beta }) => [name, site, beta])).toEqual([
      ["hot", "A", 0.5],
      ["A2", "A", 0.5],
      ["A3", "A", 0.5],
      ["B2", "B", Number.POSITIVE_INFINITY],
      ["whole", "global", 1.2],
      ["other", "global", 1],
    ]);
    // The ground state of B.
    expect(built.rho0.get(3, 3).re + built.rho0.get(1, 1).re).toBeCloseTo(1, 14);
  });

  it("takes jumps, global baths, lists of dimensions and explicit matrices", () => {
    const asJumps = (beta: string, omega: string) => ({
      beta,
      jumps: [
        { op: "sigmap", rate: `exp(-${beta} * ${omega})` },
        { op: "sigmam", rate: `exp(${beta} * ${omega})` },
      ],
    });
    const model = bipartiteModel();
    const same = run({
      ...model,
      A: {
        dim: [2],
        hamiltonian: {
          dims: [2],
          re: [
            [1, 0],
            [0, -1],
          ],
        },
        bath: asJumps("betaA", "1"),
      },
      B: { ...model.B, bath: asJumps("betaB", "0.7") },
      V: {
        dims: [2, 2],
        rowPointers: [0, 1, 2, 3, 4],
        columns: [0, 1, 2, 3],
        values: [0.3, 0, -0.3, 0, -0.3, 0, 0.3, 0],
      },
    });
    const viaGlobal = run({
      ...model,
      B: { dim: 2, hamiltonian: "0.7 * sigmaz" },
      operators: { rhoB: "(qeye(2) - tanh(betaB * 0.7) * sigmaz) / 2" },
      globalBaths: [
        {
          name: "bathOfB",
          jumps: [
            { op: "tensor(qeye(2), sigmap)", rate: "exp(-betaB * 0.7)" },
            { op: "tensor(qeye(2), sigmam)", rate: "exp(betaB * 0.7)" },
          ],
        },
      ],
      initial: "tensor(piA, rhoB) + c * tensor(sigmaz, sigmaz)",
    });
    for (const other of [same, viaGlobal]) {
      result.series.U!.forEach((value, k) => {
        expect(other.series.U![k]).toBeCloseTo(value, 11);
      });
    }
  });

  it("follows observables beside the energies", () => {
    const { series } = run({ ...bipartiteModel(), observables: { zz: "tensor(sigmaz, sigmaz)" } });
    expect(Object.keys(series).at(-1)).toBe("zz");
    // Tr[sigma_z ⊗ sigma_z (pi_A ⊗ pi_B + c sigma_z ⊗ sigma_z)]
    expect(series.zz![0]).toBeCloseTo(Math.tanh(0.5) * Math.tanh(0.84) + 0.4, 12);
  });
});

describe("a lindblad model", () => {
  it("gives real and complex observables, and compares", () => {
    const { series, comparisons, states } = run(lindbladModel());
    expect(Object.keys(series)).toEqual(["n", "a_re", "a_im"]);
    expect(comparisons[0]!.maxDifference).toBeLessThan(1e-8);
    expect(states).toBeUndefined();
  });

  it("stores states when asked, and can be aborted", () => {
    const model = validateModel(lindbladModel());
    expect(runModel(model, { storeStates: true }).states).toHaveLength(3);
    expect(() => runModel(model, { signal: AbortSignal.abort(new Error("enough")) })).toThrow("enough");
  });

  it("needs neither parameters nor observables", () => {
    const { series, finalState } = run({
      version: 1,
      kind: "lindblad",
      dims: [2],
      hamiltonian: "sigmaz",
      initial: "basis(2)",
      times: [0, 1],
    });
    expect(series).toEqual({});
    expect(finalState.get(0, 0).re).toBeCloseTo(1, 12);
  });
});

/** A projector on a ket of 2048 equal amplitudes: an operator without zeros, from a few characters. */
const FULL = `ket2dm(tensor(${Array(11).fill("basis(2) + basis(2, 1)").join(", ")}))`;

describe("parameters and operators", () => {
  it("may come in any order", () => {
    const { parameters } = buildModel(
      validateModel({ ...lindbladModel(), parameters: { kappa: "2 * b", b: "sqrt(N)", N: 4 } }),
    );
    expect(parameters).toEqual({ kappa: 4, b: 2, N: 4 });
  });

  it.each<[string, object, string, number | undefined, string]>([
    [
      "a cycle",
      { parameters: { N: 4, kappa: "x", x: "y + 1", y: "2 * x" } },
      "$.parameters.x",
      undefined,
      "x -> y -> x",
    ],
    ["itself", { operators: { a: "2 * a", number: "num(4)" } }, "$.operators.a", undefined, "a -> a"],
    ["an operator in a parameter", { parameters: { N: 4, kappa: "a" } }, "$.parameters.kappa", 1, "unknown name"],
    ["a complex parameter", { parameters: { N: 4, kappa: "i" } }, "$.parameters.kappa", undefined, "real number"],
    ["a taken name", { operators: { a: "destroy(4)", N: "num(4)" } }, "$.operators.N", undefined, "already defined"],
    ["a reserved name", { parameters: { pi: 3 } }, "$.parameters.pi", undefined, "already has a meaning"],
    ["the time as a name", { parameters: { t: 3 } }, "$.parameters.t", undefined, "already has a meaning"],
    [
      "an unused wrong definition",
      { operators: { a: "destroy(4)", number: "num(4)", x: "1 / 0" } },
      "$.operators.x",
      3,
      "division by zero",
    ],
    [
      "a negative rate",
      { jumps: [{ op: "a", rate: "-kappa" }] },
      "$.jumps[0].rate",
      undefined,
      "must be >= 0, got -0.5",
    ],
    [
      "wrong dims",
      { hamiltonian: "sigmaz" },
      "$.hamiltonian",
      undefined,
      "expected dims [4], got an operator of dims [2]",
    ],
    ["a number for an operator", { hamiltonian: "2" }, "$.hamiltonian", undefined, "got the number 2"],
    ["not Hermitian", { hamiltonian: "a" }, "$.hamiltonian", undefined, "must be Hermitian: element ("],
    ["a jump of wrong dims", { jumps: ["a", "sigmam"] }, "$.jumps[1]", undefined, "expected dims [4]"],
    ["a state of wrong trace", { initial: "2 * fock(N, 1)" }, "$.initial", undefined, "its trace is 4"],
    [
      "a state that is not positive",
      { initial: "2 * ket2dm(fock(N)) - ket2dm(fock(N, 1))" },
      "$.initial",
      undefined,
      "eigenvalue",
    ],
    ["a matrix of wrong size", { initial: { dims: [4], re: [[1]] } }, "$.initial", undefined, "expected 4 rows"],
    ["times that go back", { times: [0, 2, 1] }, "$.times[2]", undefined, "got 1 after 2"],
    ["an end before the start", { times: { from: 1, to: 0, count: 3 } }, "$.times.to", undefined, "after from = 1"],
    ["a huge space", { dims: [4096, 4096] }, "$.dims", undefined, "more than 4096"],
    ["a broken dimension", { dims: ["N / 3"] }, "$.dims[0]", undefined, "expected an integer"],
    ["an unknown series", { compare: { m: "t" } }, "$.compare.m", undefined, "known here: n, a_re, a_im"],
    ["a complex series compared", { compare: { a: "t" } }, "$.compare.a", undefined, "no such series"],
    ["a formula that fails at one time", { compare: { n: "1 / (t - 0.5)" } }, "$.compare.n", 3, "division by zero"],
    ["an observable that hides a series", { observables: { t: "a" } }, "$.observables.t", undefined, "already"],
    [
      "observables that share a column",
      { observables: { a: "a", a_re: "a" } },
      "$.observables.a_re",
      undefined,
      "mistaken",
    ],
    ["rk4 without a step", { solver: { method: "rk4" } }, "$.solver.dt", undefined, 'the method "rk4" needs a step dt'],
    ["a step without rk4", { solver: { method: "tsit5", dt: 1 } }, "$.solver.dt", undefined, "no dt with method"],
    ["times that overflow", { times: { from: -1.7e308, to: 1.7e308, count: 3 } }, "$.times", undefined, "non-finite"],
    [
      "times closer than numbers",
      { times: { from: 1e16, to: 1.0000000000000002e16, count: 10 } },
      "$.times",
      undefined,
      "not increasing",
    ],
    [
      "a power that takes hours",
      { hamiltonian: "((destroy(4096) + create(4096)) / 128) ** 4096" },
      "$.hamiltonian",
      40,
      "multiplications of matrix elements",
    ],
    [
      "many operations on a large operator",
      { hamiltonian: `${FULL}${" * 1".repeat(2000)}` },
      "$.hamiltonian",
      expect.any(Number),
      "multiplications of matrix elements",
    ],
    [
      "formulas at too many times",
      { compare: { n: `${"t + ".repeat(1000)}t` }, times: { to: 1, count: 1_000_000 } },
      "$.compare",
      undefined,
      "ask for fewer times",
    ],
  ])("%s", (_what, change, path, column, message) => {
    const error = failure({
      ...lindbladModel(),
      observables: {},
      compare: {},
      ...change,
      ...("compare" in change ? { observables: { n: "number", a: "a" } } : {}),
    });
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ path, column });
  });

  it("reads ten thousand parameters, and refuses more", () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, k) => [`p${k}`, k]));
    buildModel(validateModel({ ...lindbladModel(), parameters: { N: 4, kappa: 1, half: 0.5, ...many(9997) } }));
    expect(failure({ ...lindbladModel(), parameters: many(20_000) })).toMatchObject({
      path: "$.parameters",
      detail: "an object of 20000 keys, expected at most 10000",
    });
  });

  it("does not take one letter for another", () => {
    expect(failure({ ...lindbladModel(), dims: ["M"] }).message).not.toContain("did you mean");
    expect(failure({ ...lindbladModel(), dims: ["n"] }).message).toContain('did you mean "N"?');
  });

  it("names a name that is none, not what it names", () => {
    const named = () => validateModel({ ...lindbladModel(), observables: { "2\u001bx": "num(3)" } });
    expect(named).toThrow('got "2\\u001bx"');
    expect(named).not.toThrow("num(3)");
  });

  it.each<[string, object, string, string]>([
    ["V of wrong dims", { V: "sigmaz" }, "$.V", "expected dims [2,2]"],
    ["V that is not Hermitian", { V: "tensor(sigmap, sigmaz)" }, "$.V", "must be Hermitian"],
    ["piA without a bath", { A: { dim: 2, hamiltonian: "sigmaz" } }, "$.initial", 'unknown name "piA"'],
    [
      "an ohmic bath at beta = 0",
      { A: { dim: 2, hamiltonian: "sigmaz", bath: { beta: 0, rates: "ohmic" } } },
      "$.A.bath",
      "> 0",
    ],
    [
      "a bath whose rates overflow",
      { A: { dim: 2, hamiltonian: "sigmaz", bath: { beta: 1e6 } } },
      "$.A.bath",
      'bath "A"',
    ],
    [
      "a global bath whose rates overflow",
      { globalBaths: [{ name: "hot", jumps: ["1e200 * tensor(sigmap, sigmaz)"] }] },
      "$.globalBaths[0]",
      "overflows",
    ],
    [
      "jumps that do not leave the Gibbs state alone",
      { A: { dim: 2, hamiltonian: "sigmaz", bath: { jumps: ["sigmam"], beta: 0.5 } } },
      "$.A.bath",
      "is not steady under its jumps",
    ],
    [
      "a second bath of negative beta",
      { A: { dim: 2, hamiltonian: "sigmaz", baths: [{ beta: 1 }, { beta: -1 }] } },
      "$.A.baths[1]",
      "beta",
    ],
    [
      "a coupling that is not Hermitian",
      { globalBaths: [{ name: "x", couplings: ["sigmam"], on: "A", beta: 1 }] },
      "$.globalBaths[0].couplings[0]",
      "must be Hermitian",
    ],
    [
      "piA of two temperatures",
      { A: { dim: 2, hamiltonian: "sigmaz", baths: [{ beta: 1 }, { beta: 2 }] } },
      "$.initial",
      'unknown name "piA"',
    ],
    ["two baths of one name", { globalBaths: [{ name: "A", jumps: [] }] }, "$", "a name of its own"],
    ["an observable named as an energy", { observables: { U_A: "qeye(2, 2)" } }, "$.observables.U_A", "already"],
    ["c out of range", { parameters: { ...bipartiteModel().parameters, c: 0.2 } }, "$.initial", "smallest eigenvalue"],
  ])("%s", (_what, change, path, message) => {
    const error = failure({ ...bipartiteModel(), ...change });
    expect(error.message).toContain(message);
    expect(error.path).toBe(path);
  });
});
