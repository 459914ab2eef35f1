import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { rowsOf } from "../../cli/src/rows.ts";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { lindblad, modelFile, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const narrow = (text: string) => text.split("\n").every((line) => line.length <= 60);

/** A thermal oscillator: nbar = rate up / (rate down - rate up). */
const thermal = () => ({
  ...lindbladModel(),
  parameters: { N: 40, down: 1.3, up: 0.3 },
  jumps: [
    { op: "a", rate: "down" },
    { op: "dag(a)", rate: "up" },
  ],
  compare: {},
});

/** Photons are lost in pairs: parities, and the coherence between them, stay. */
const pairs = () => ({
  ...lindbladModel(),
  name: "two-photon loss",
  parameters: { N: 8 },
  hamiltonian: "0 * number",
  jumps: ["a * a"],
  initial: "(fock(N, 0) + fock(N, 1)) / sqrt(2)",
  compare: {},
});

describe("steady", () => {
  it.concurrent("of a lindblad model: what is known about the state, expectation values", async ({ expect }) => {
    const ended = await lindblad("steady", modelFile(root, thermal(), "thermal.json"));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(narrow(ended.stdout)).toBe(true);
    expect(ended.stdout).not.toContain("\u001b");
    expect(ended.stdout).toMatch(/^Method +direct: /m);
    expect(ended.stdout).toMatch(/^Residual +\d\.\de-1\d, \d\.\de-1\d of ‖L‖$/m);
    expect(ended.stdout).toMatch(/^Steady states +1, unique$/m);
    // Populations relax at down - up = 1; an estimate.
    expect(Number(/^Gap +about (\S+) \(in the symmetry of rho\)$/m.exec(ended.stdout)![1])).toBeCloseTo(1, 1);
    expect(ended.stdout).toMatch(/^ {2}n +0\.3000000000$/m);
    expect(ended.stdout).toMatch(/^ {2}a +0$/m);
  });

  it.concurrent("of a bipartite model: energies, flows, heat, noise, entropy production", async ({ expect }) => {
    const ended = await lindblad("steady", example("resonant-exchange.json"));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(narrow(ended.stdout)).toBe(true);
    const [J, beta] = [0.02179957, 0.7];
    expect(ended.stdout).toMatch(/^ {2}hamiltonian +-0\.0217995\d+ +0\.0217995\d+ +0$/m);
    expect(ended.stdout).toMatch(/^ {2}A +0\.0217995\d+ +0\.0217995\d+ +0\.0713\d+$/m);
    expect(ended.stdout).toMatch(/^ {2}U_A +-0\.4717832922$/m);
    expect(Number(/^Entropy production +(\S+)$/m.exec(ended.stdout)![1])).toBeCloseTo(J * beta, 8);
    expect(ended.stdout).toMatch(/^ {2}Columns add up to zero to \d\.\de-1\d$/m);
  });

  it.concurrent("--json has all of it, the state too", async ({ expect }) => {
    const ended = await lindblad("steady", modelFile(root, bipartiteModel(), "json.json"), "--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const found = JSON.parse(ended.stdout);
    expect(found).toMatchObject({ kind: "bipartite", method: "direct", kernelDimension: 1, warnings: [] });
    expect(Object.keys(found.flows)).toEqual(["hamiltonian", "A", "B"]);
    expect(Object.keys(found.heat.A)).toEqual(["local", "global", "noise"]);
    expect(found.rho.re).toHaveLength(4);
    expect(found.reduced.A.re[0][0]).toBeCloseTo(1 / (1 + Math.exp(1)), 14);
    expect(found.parameters.g).toBe(0.3);
    expect(found.energy.Uchi).toBeCloseTo(0, 15);
    const oscillator = JSON.parse((await lindblad("steady", modelFile(root, thermal(), "t.json"), "--json")).stdout);
    expect(oscillator.expect.n).toBeCloseTo(0.3, 12);
    expect(oscillator.expect.a).toEqual({ re: 0, im: 0 });
    expect(oscillator).not.toHaveProperty("flows");
  });

  it.concurrent("says how many there are, and takes the one that the initial state leads to", async ({ expect }) => {
    const file = modelFile(root, pairs(), "pairs.json");
    const ended = await lindblad("steady", file);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^error: steady: the steady state is not unique.*dimension 4; --initial.*--all/);
    const asJson = await lindblad("steady", file, "--json");
    expect(asJson.code).toBe(2);
    expect(JSON.parse(asJson.stdout).error.code).toBe("STEADY_STATE_NOT_UNIQUE");
    const chosen = await lindblad("steady", file, "--initial");
    expect(chosen).toMatchObject({ code: 0, stderr: "" });
    expect(narrow(chosen.stdout)).toBe(true);
    expect(chosen.stdout).toMatch(/^ {2}n +0\.5000000000$/m);
    expect(chosen.stdout).toMatch(/^ {2}a +0\.500000$/m);
  });

  it.concurrent("--all: the dimension, what is conserved, where the initial state goes", async ({ expect }) => {
    const file = modelFile(root, pairs(), "all.json");
    const ended = await lindblad("steady", file, "--all");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(narrow(ended.stdout)).toBe(true);
    expect(ended.stdout).toMatch(/^Dimension +4 of the stationary operators$/m);
    expect(ended.stdout.match(/^Conserved quantity \d$/gm)).toHaveLength(4);
    expect(ended.stdout).toMatch(
      /The initial state evolves into\n {2}\[0\]\[0\] +0\.500000\n {2}\[0\]\[1\] +0\.500000\n/,
    );
    const found = JSON.parse((await lindblad("steady", file, "--all", "--json")).stdout);
    expect(found.kernelDimension).toBe(4);
    expect(found.basis).toHaveLength(4);
    expect(found.conserved).toHaveLength(4);
    expect(found.initial).toHaveLength(4);
    expect(found.reached.re[0][1]).toBeCloseTo(0.5, 12);
  });

  it.concurrent("--method and --tol reach the solver; what is wrong with them is said", async ({ expect }) => {
    const file = modelFile(root, bipartiteModel(), "options.json");
    const found = JSON.parse((await lindblad("steady", file, "--method", "dense", "--json")).stdout);
    expect(found.method).toBe("dense");
    for (const [args, words] of [
      [["--method", "magic"], /method: expected "auto".*got "magic"/],
      [["--tol", "big"], /--tol: expected a number between 0 and 1, got big/],
      [["--all", "--initial"], /'--all' cannot be used with option '--initial'/],
    ] as const) {
      const ended = await lindblad("steady", file, ...args);
      expect(ended).toMatchObject({ code: 2, stdout: "" });
      expect(ended.stderr).toMatch(words);
    }
    const strict = await lindblad("steady", file, "--method", "dense", "--tol", "1e-30");
    expect(strict).toMatchObject({ code: 1, stdout: "" });
    expect(strict.stderr).toContain("more than tol = 1e-30");
  });

  it.concurrent("baths without energy quanta or temperature; zero temperature", async ({ expect }) => {
    const odd = { ...bipartiteModel(), A: { dim: 2, hamiltonian: "sigmaz", bath: { jumps: ["sigmax"] } }, compare: {} };
    const model = { ...odd, initial: "tensor(fock(2, 0), fock(2, 0))" };
    const ended = await lindblad("steady", modelFile(root, model, "odd.json"));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(narrow(ended.stdout)).toBe(true);
    expect(ended.stdout).toMatch(/^ {2}A +\S+ +\S+ +-$/m);
    expect(ended.stdout).toContain("No noise: heatStatistics: jump 0 of bath");
    expect(ended.stdout).toContain("not defined: a bath has no temperature");
    const cold = { ...bipartiteModel(), V: "g * tensor(sigmax, sigmax)", compare: {}, initial: model.initial };
    for (const part of ["A", "B"] as const) cold[part].bath = { beta: "infinity", rates: "ohmic" } as never;
    const found = JSON.parse((await lindblad("steady", modelFile(root, cold, "cold.json"), "--json")).stdout);
    // Baths at zero temperature take what the interaction gives.
    expect(found.heat.A.local).toBeLessThan(0);
    expect(found.entropyProduction).toBe("infinity");
  });

  it.concurrent("a Hamiltonian that names the time is refused where it does", async ({ expect }) => {
    const driven = { ...lindbladModel(), hamiltonian: "cos(t) * number", compare: {} };
    const ended = await lindblad("steady", modelFile(root, driven, "driven.json"));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/\$\.hamiltonian, column 5: the time "t" stands in "compare" alone: .* constant/);
  });
});

describe("tables with names", () => {
  const rows: Parameters<typeof rowsOf>[1] = [
    ["hamiltonian", [-1.23456789, 0.000123456789, 0]],
    ["a bath with a long name", [1e-20, undefined, 123.456]],
  ];

  it.each([80, 60, 50, 44, 40, 36])("fit %i columns", (width) => {
    const lines = rowsOf(["A", "B", "chi"], rows, width);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it("show rounding by its order", () => {
    const [, , line] = rowsOf(["A", "B", "chi"], rows, 60);
    expect(line).toMatch(/^ {2}a bath with… +1e-20 +- +123\.45600$/);
    expect(rowsOf(["A"], [["x", [2e-16]]], 60, 1e-15)[1]).toBe("  x  2e-16");
  });
});
