import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DOMParser } from "linkedom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";
import { type Ended, execute, lindblad, MAIN, modelFile, scratch } from "./lindblad.ts";

const FILES = ["figure.svg", "result.json", "result.npz", "series.csv"];
const directory = scratch();
afterAll(() => rmSync(directory, { recursive: true }));
const out = (name: string) => join(directory, name);

describe("run, on the paper's example", () => {
  let ended: Ended;
  const result = out("paper");
  const read = (name: string) => readFileSync(join(result, name), "utf8");
  beforeAll(async () => {
    const example = fileURLToPath(new URL("../../examples/two-qubits.json", import.meta.url));
    ended = await lindblad("run", example, "--out", result);
  });

  it("succeeds and writes the four files, nothing else", () => {
    expect(ended).toMatchObject({ code: 0 });
    expect(readdirSync(result).sort()).toEqual(FILES);
  });

  it("prints a table that fits sixty columns, then a summary", () => {
    const [table, summary] = ended.stdout.split("\n\n");
    const lines = table!.split("\n");
    expect(lines[1]).toMatch(/^ +t +U_A +U_B +ΔU_chi +exact +diff$/);
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines.at(-1)).toMatch(/^ *3\.00 +-0\.414579 +-0\.432528 +-0\.120000 +-0\.120000 /);
    expect(summary).toMatch(/Local energies: U_A and U_B constant to \d\.\de-1[5-9]/);
    expect(summary).toContain("Energy exchanged through correlation: ΔU_chi = -0.1199999");
    expect(summary).toContain("Total energy: ΔU = -0.1199999");
    expect(summary).toMatch(/largest difference \d\.\de-1[2-9]/);
    expect(summary).toMatch(/Method \w+: \d+ steps, 0 rejected; kernel (release|relaxed)/);
    expect(summary).toContain(`Written to ${result}: result.json, series.csv, result.npz, figure.svg`);
  });

  it("says on stderr what runs, in plain text", () => {
    expect(ended.stderr).toBe("running Two qubits exchange energy through their correlation\n");
  });

  it("keeps the model, the versions and the numbers in result.json", () => {
    const { model, versions, parameters, scalars, comparisons, stats } = JSON.parse(read("result.json"));
    expect(model).toMatchObject({ version: 1, kind: "bipartite", V: "g * tensor(sigmaz, sigmaz)" });
    expect(versions).toEqual({ lindblad: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node });
    expect(parameters.lambda).toBeCloseTo(2 * Math.cosh(0.5) + 2 * Math.cosh(0.84), 14);
    expect(scalars.delta_U_A_maxAbs).toBeLessThan(1e-12);
    expect(comparisons[0].maxDifference).toBeLessThan(1e-11);
    expect(stats.steps).toBeGreaterThan(0);
  });

  it("draws a figure that is well-formed XML and needs nothing else", () => {
    const text = read("figure.svg");
    const { documentElement: svg } = new DOMParser().parseFromString(text, "image/svg+xml");
    expect(svg!.localName).toBe("svg");
    expect(text).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(text).not.toMatch(/href=|url\(|NaN|Infinity|undefined/);
  });

  it(
    "writes the same numbers to result.npz and series.csv, and a final state that is one",
    async () => {
      const python: Python = await makePython();
      const program = `
import csv, json, sys, xml.dom.minidom, numpy
folder = sys.argv[1]
arrays = numpy.load(folder + "/result.npz", allow_pickle=False)
with open(folder + "/series.csv", newline="") as file:
    header, *rows = list(csv.reader(file))
table = numpy.array(rows, dtype=float)
xml.dom.minidom.parse(folder + "/figure.svg")
rho = arrays["final_state"]
print(json.dumps({
  "header": header, "names": arrays.files,
  "same": [bool((arrays[name] == table[:, k]).all()) for k, name in enumerate(header)],
  "dtype": str(rho.dtype), "shape": rho.shape, "trace": rho.trace().real, "hermitian": float(abs(rho - rho.conj().T).max()),
  "rho_A": rho.reshape(2, 2, 2, 2).trace(axis1=1, axis2=3).real.tolist(),
}))`;
      const seen = python(program, result) as Record<string, unknown>;
      const header = seen.header as string[];
      expect(header.slice(0, 3)).toEqual(["t", "U", "U_A"]);
      expect(header.slice(-2)).toEqual(["delta_U_chi_exact", "delta_U_chi_difference"]);
      expect(seen).toMatchObject({
        names: [...header, "final_state"],
        same: header.map(() => true),
        dtype: "complex128",
        shape: [4, 4],
        trace: expect.closeTo(1, 10),
        hermitian: expect.closeTo(0, 14),
      });
      const excited = Math.exp(-0.5) / (2 * Math.cosh(0.5));
      expect((seen.rho_A as number[][])[0]![0]).toBeCloseTo(excited, 10);
    },
    PYTHON_TIMEOUT,
  );
});

describe("run", () => {
  it(
    "reads YAML, tabulates observables, and stores states",
    async () => {
      const yaml = `
version: 1
kind: lindblad
dims: [3]
hamiltonian: num(3)
jumps: [{ op: destroy(3), rate: 0.5 }]
initial: fock(3, 2)
times: { to: 1, count: 4 }
observables: { n: num(3), a: destroy(3) }
`;
      const ended = await lindblad(
        "run",
        modelFile(directory, yaml, "decay.yaml"),
        "--out",
        out("yaml"),
        "--store-states",
        "--quiet",
      );
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout).toMatch(/^ *t +n +a_re +a_im\n/);
      expect(ended.stdout).toContain(`n = ${(2 * Math.exp(-0.5)).toString().slice(0, 7)}`);
      const python = await makePython();
      const program = `
import json, sys, numpy
arrays = numpy.load(sys.argv[1], allow_pickle=False)
states = arrays["states"]
n = numpy.einsum("tii,i->t", states, [0, 1, 2])
print(json.dumps([states.shape, float(abs(n - arrays["n"]).max()), bool((states[-1] == arrays["final_state"]).all())]))`;
      expect(python(program, join(out("yaml"), "result.npz"))).toEqual([[4, 3, 3], expect.closeTo(0, 14), true]);
    },
    PYTHON_TIMEOUT,
  );

  it("prints one JSON object with --json", async () => {
    const ended = await lindblad(
      "run",
      modelFile(directory, bipartiteModel(), "m.json"),
      "--out",
      out("json"),
      "--json",
    );
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toEqual({
      ...JSON.parse(readFileSync(join(out("json"), "result.json"), "utf8")),
      files: ["result.json", "series.csv", "result.npz", "figure.svg"].map((name) => join(out("json"), name)),
    });
  });

  it("never replaces a result without --force, and says so before computing", async () => {
    const model = modelFile(directory, bipartiteModel(), "again.json");
    const result = out("again");
    expect(await lindblad("run", model, "--out", result)).toMatchObject({ code: 0 });
    const before = readFileSync(join(result, "result.json"), "utf8");
    const refused = await lindblad("run", model, "--out", result);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toBe(
      `error: ${result} already holds result.json, series.csv, result.npz, figure.svg: choose another --out, or replace it with --force\n`,
    );
    expect(readFileSync(join(result, "result.json"), "utf8")).toBe(before);

    writeFileSync(join(result, "notes.txt"), "mine");
    const other = modelFile(directory, { ...bipartiteModel(), name: "other" }, "other.json");
    expect(await lindblad("run", other, "--out", result, "--force")).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(result, "result.json"), "utf8")).model.name).toBe("other");
    expect(readdirSync(result).sort()).toEqual([...FILES, "notes.txt"].sort());
  });

  it("keeps the old result when a run with --force fails, with exit code 1", async () => {
    const result = out("kept");
    await lindblad("run", modelFile(directory, bipartiteModel(), "good.json"), "--out", result);
    const before = FILES.map((name) => readFileSync(join(result, name), "latin1"));
    const failing = modelFile(
      directory,
      { ...bipartiteModel(), solver: { method: "tsit5", maxSteps: 1, rtol: 1e-12 } },
      "failing.json",
    );
    const ended = await lindblad("run", failing, "--out", result, "--force", "--json");
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "STEP_LIMIT" } });
    expect(FILES.map((name) => readFileSync(join(result, name), "latin1"))).toEqual(before);
    expect(readdirSync(result).sort()).toEqual(FILES);
  });

  it("ends with exit code 1 when times are too late to be stepped through", async () => {
    const model = { ...lindbladModel(), compare: {}, times: [1e15, 1.00001e15], solver: { method: "tsit5" } };
    const ended = await lindblad("run", modelFile(directory, model, "late.json"), "--out", out("late"), "--json");
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "STEP_SIZE" } });
    expect(existsSync(out("late"))).toBe(false);
  });

  it("ends with 130 on Ctrl-C and leaves nothing", async () => {
    // hours of work
    const model = { ...lindbladModel(), parameters: { N: 100, kappa: 0.5 }, times: { to: 1e5, count: 2 }, compare: {} };
    const file = modelFile(directory, { ...model, solver: { method: "rk4", dt: 1e-5, maxSteps: 1e12 } }, "long.json");
    const result = out("interrupted");
    const script = `"$0" "$1" run "$2" --out "$3" & pid=$!; sleep 2; kill -INT $pid; wait $pid; echo $?`;
    const ended = await execute("bash", ["-mc", script, process.execPath, MAIN, file, result]);
    expect(ended.stdout.trim()).toBe("130");
    expect(existsSync(result)).toBe(false);
  });
});

describe("check", () => {
  it("accepts the examples without running them", async () => {
    for (const name of ["two-qubits", "driven-oscillator", "classical-pair", "resonant-exchange"]) {
      const example = fileURLToPath(new URL(`../../examples/${name}.json`, import.meta.url));
      const ended = await lindblad("check", example);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      // Where lines break depends on the length of the path.
      expect(ended.stdout.replaceAll(/\s+/g, " ")).toContain("a good model");
    }
  });

  it("says what it found with --json", async () => {
    const ended = await lindblad("check", modelFile(directory, lindbladModel(), "c.json"), "--json");
    expect(JSON.parse(ended.stdout)).toEqual({
      ok: true,
      kind: "lindblad",
      dims: [4],
      times: { count: 3, from: 0, to: 1 },
      parameters: { N: 4, kappa: 0.5, half: 0.25 },
      observables: ["n", "a"],
      compare: ["n"],
    });
  });

  it("says what follows for a bipartite model, in 60 columns and as data", async () => {
    const cold = { dim: 2, hamiltonian: "sigmaz", bath: { beta: "infinity", rates: "ohmic" } };
    const file = modelFile(
      directory,
      { ...bipartiteModel(), A: cold, initial: "tensor(piA, piB)", compare: {} },
      "v.json",
    );
    const { stdout } = await lindblad("check", file);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    const words = lines.map((line) => line.trim()).join(" ");
    expect(words).toContain("(i) holds for all states");
    expect(words).toContain("(ii) does not hold");
    expect(words).toContain("pi_A ⊗ pi_B (beta Infinity, 1.2) is steady");
    expect(words).toContain("Detailed balance: obeyed by A (beta Infinity), B (beta 1.2).");
    expect(words).toContain("Degenerate levels: none");
    expect(words).toContain("Classical: populations alone");
    const found = JSON.parse((await lindblad("check", file, "--json")).stdout);
    expect(found).toMatchObject({
      ok: true,
      conditions: {
        commutes: { holds: true },
        adjoint: { holds: false },
        theorem: false,
        exchangeThroughCorrelation: "special states at most",
        productSteadyState: { applies: true, betaA: "infinity", holds: true },
      },
      classical: { applies: true, reasons: [] },
      baths: [
        { name: "A", beta: "infinity", jumps: 1, detailedBalance: true },
        { name: "B", beta: 1.2, jumps: 2, detailedBalance: true },
      ],
      warnings: [],
    });
  });

  it("keeps to 60 columns, however long the path of the model is", async () => {
    const file = modelFile(directory, lindbladModel(), `${"long-".repeat(20)}name.json`);
    const { stdout } = await lindblad("check", file);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines[0]).toMatch(/^….*long-name\.json:$/);
    expect(stdout.replace(/\s+/g, " ")).toContain("a good model of kind lindblad, dims [4], 3 times from 0 to 1");
  });

  it("names degenerate levels and what is not classical", async () => {
    const A = { dim: [2, 2], hamiltonian: "tensor(sigmaz, qeye(2))", bath: { beta: 1 } };
    const model = { ...bipartiteModel(), A, V: "g * tensor(sigmax, sigmaz, sigmax)", compare: {} };
    const { stdout, stderr } = await lindblad(
      "check",
      modelFile(directory, { ...model, initial: "tensor(piA, piB)" }, "w.json"),
    );
    expect(stderr).toBe("");
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain("Degenerate levels: under A.");
    expect(words).toContain("Not classical: V is not diagonal");
    expect(words).toContain('Note: bath "A": levels 0 and 1, 2 and 3 of H_A are degenerate');
  });
});
