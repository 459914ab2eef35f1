import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, it } from "vitest";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { lindblad, modelFile, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

describe("storage", () => {
  it.concurrent("prints what is stored in sixty columns, without colours in a pipe", async ({ expect }) => {
    const example = fileURLToPath(new URL("../../examples/two-qubits.json", import.meta.url));
    const ended = await lindblad("storage", example);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const lines = ended.stdout.split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(ended.stdout).toMatch(/^Dimension +5 of 9$/m);
    expect(ended.stdout).toMatch(/^Most that is given away 0\.1378151882$/m);
    expect(ended.stdout).toMatch(/^Most that is taken up +0\.05069937443$/m);
    expect(ended.stdout).toMatch(/^Certified to +\d\.\de-1\d$/m);
    expect(ended.stdout).toContain("Steady state (thermal product)");
    expect(ended.stdout).toContain("  -5.00333");
    // c sigma_z ⊗ sigma_z at the end of its range
    expect(ended.stdout).toMatch(/^ {2}\[0\]\[0\] +0\.114846$/m);
    expect(ended.stdout).toMatch(/^ {2}\[1\]\[1\] +-0\.114846$/m);
    expect(ended.stdout).not.toContain("\u001b");
  });

  it.concurrent("--json prints one object with all of it", async ({ expect }) => {
    const ended = await lindblad("storage", modelFile(root, bipartiteModel(), "json.json"), "--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const found = JSON.parse(ended.stdout);
    expect(found).toMatchObject({ dimension: 5, kernelDimension: 9, steadySource: "thermal product", warnings: [] });
    expect(found.capacity.max).toBeCloseTo(0.1378151882, 10);
    expect(found.basis).toHaveLength(5);
    expect(found.modes).toHaveLength(5);
    expect(found.states.max.re).toHaveLength(4);
    expect(found).not.toHaveProperty("evolve");
  });

  it.concurrent("says so when nothing is stored", async ({ expect }) => {
    const model = {
      ...bipartiteModel(),
      V: "g * tensor(sigmax, sigmaz) + g * tensor(sigmaz, sigmax)",
      compare: undefined,
    };
    const ended = await lindblad("storage", modelFile(root, model, "none.json"));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^Dimension +\d of 9$/m);
    expect(ended.stdout).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.concurrent("refuses a model of another kind, and one with several steady states", async ({ expect }) => {
    const other = await lindblad("storage", modelFile(root, lindbladModel(), "other.json"));
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(/^error: \$\.kind: expected "bipartite"/);
    const A = { dim: 2, hamiltonian: "sigmaz" };
    const initial = "tensor(fock(2, 0), fock(2, 0))";
    const closed = { ...bipartiteModel(), A, B: A, initial, compare: undefined };
    const ended = await lindblad("storage", modelFile(root, closed, "closed.json"));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/the kernel of L has dimension \d/);
  });
});
