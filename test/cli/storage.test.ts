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
    expect(ended.stderr).toMatch(/the kernel of L has dimension \d.*--steady-initial.*tol/);
  });

  const closed = (hamiltonian: string, V: string) => {
    const part = { dim: 2, hamiltonian };
    const initial = "tensor(qeye(2), qeye(2)) / 4";
    return { ...bipartiteModel(), A: part, B: part, V, initial, compare: undefined };
  };

  it.concurrent("--steady-initial stores around the initial state, which must be steady", async ({ expect }) => {
    const file = modelFile(root, closed("sigmaz", "g * tensor(sigmaz, sigmaz)"), "initial.json");
    const ended = await lindblad("storage", file, "--steady-initial");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("Steady state (given)");
    expect(ended.stdout).toMatch(/^Dimension +5 of 9$/m);
    const moving = {
      ...closed("sigmaz", "g * tensor(sigmaz, sigmaz)"),
      initial: "tensor(basis(2, 0) + basis(2, 1), basis(2, 0)) / sqrt(2)",
    };
    const refused = await lindblad("storage", modelFile(root, moving, "moving.json"), "--steady-initial");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("is not steady");
  });

  it.concurrent("says when nothing is seen, in JSON too", async ({ expect }) => {
    const file = modelFile(root, closed("0 * sigmaz", "0 * tensor(sigmaz, sigmaz)"), "nothing.json");
    const words = await lindblad("storage", file, "--steady-initial");
    expect(words.stdout).toMatch(/^Rank decisions +none above, below 0\.0e\+0$/m);
    const { stdout } = await lindblad("storage", file, "--steady-initial", "--json");
    expect(JSON.parse(stdout).rankGap).toEqual({ above: "infinity", below: 0, safe: true });
  });

  it.concurrent("--tol says what counts as zero, and doubts are shown", async ({ expect }) => {
    const model = {
      ...bipartiteModel(),
      A: { dim: 2, hamiltonian: "sigmaz", bath: { beta: 0.5 } },
      B: { dim: 2, hamiltonian: "(1 + 1e-13) * sigmaz", bath: { beta: 1.2 } },
      initial: "tensor(piA, piB)",
      V: "g * (tensor(sigmap, sigmam) + tensor(sigmam, sigmap))",
      compare: undefined,
    };
    const file = modelFile(root, model, "doubt.json");
    const doubtful = await lindblad("storage", file);
    expect(doubtful).toMatchObject({ code: 0, stderr: "" });
    expect(doubtful.stdout).toMatch(/^Rank decisions +above \d\.\de-1[34], below \d\.\de[+-]\d+, unsafe$/m);
    expect(doubtful.stdout.replace(/\s+/g, " ")).toContain("The dimension is not certain");
    for (const line of doubtful.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    expect(JSON.parse((await lindblad("storage", file, "--json")).stdout).warnings).toHaveLength(1);
    expect((await lindblad("storage", file, "--tol", "1e-8")).stdout).toMatch(/^Dimension +4 of 9$/m);
    const wrong = await lindblad("storage", file, "--tol", "big");
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^error: --tol: expected a number between 0 and 1, got big/);
  });
});
