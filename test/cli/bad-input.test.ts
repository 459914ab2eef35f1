import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { lindblad, modelFile, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

const text = (model: object) => JSON.stringify(model);
const bad: [what: string, content: string, place: string, message: string][] = [
  ["wrong JSON", '{\n  "version": 1,\n  "kind" "lindblad"\n}', "$, line 3, column 10:", "not valid JSON"],
  [
    "wrong dims",
    text({ ...bipartiteModel(), V: "sigmaz" }),
    "$.V:",
    "expected dims [2,2], got an operator of dims [2]",
  ],
  [
    "an unknown name",
    text({ ...lindbladModel(), hamiltonian: "2 * nmber" }),
    "$.hamiltonian, column 5:",
    'did you mean "number"',
  ],
  [
    "a division by zero",
    text({ ...lindbladModel(), hamiltonian: "number / (half - 0.25)" }),
    "$.hamiltonian, column 8:",
    "division by zero",
  ],
  [
    "a negative rate",
    text({ ...lindbladModel(), jumps: [{ op: "a", rate: "-kappa" }] }),
    "$.jumps[0].rate:",
    "must be >= 0, got -0.5",
  ],
  [
    "a key that pollutes prototypes",
    text(lindbladModel()).replace('"half"', '"__proto__"'),
    "$.parameters.__proto__:",
    "not allowed",
  ],
  [
    "a name that pollutes prototypes",
    text({ ...lindbladModel(), hamiltonian: "constructor" }),
    "$.hamiltonian, column 1:",
    "unknown name",
  ],
  [
    "an expression of 10 MB",
    text({ ...lindbladModel(), hamiltonian: "a+".repeat(5_242_880) }),
    "$.hamiltonian:",
    "at most 10000 characters",
  ],
  [
    "an unknown key",
    text({ ...lindbladModel(), solver: { rtoll: 1 } }),
    "$.solver.rtoll:",
    "valid keys are method, rtol",
  ],
  [
    "a state that is none",
    text({ ...bipartiteModel(), initial: "tensor(piA, piB) + sigmaz" }),
    "$.initial, column 18:",
    "expected dims [2,2], got dims [2]",
  ],
  [
    "a correlation out of range",
    text({ ...bipartiteModel(), initial: "tensor(piA, piB) - 0.1 * tensor(sigmaz, sigmaz)" }),
    "$.initial:",
    "smallest eigenvalue",
  ],
  ["an empty file", "", "$, line 1, column 1:", "not valid JSON"],
];

describe.each(["run", "check"])("%s refuses a bad model, names the place, writes nothing", (command) => {
  it.concurrent.each(bad)("%s", async (what, content, place, message) => {
    const directory = join(root, `${command} ${what}`.replaceAll(" ", "-"));
    const file = modelFile(root, content, `${command}-${what.replaceAll(" ", "-")}.json`);
    const ended = await lindblad(command, file, ...(command === "run" ? ["--out", directory] : []));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr.startsWith(`error: ${place} `)).toBe(true);
    expect(ended.stderr).toContain(message);
    // one line, no stack
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.stderr.length).toBeLessThan(600);
    expect(existsSync(directory)).toBe(false);
  });
});

describe("with --json an error is one object on stdout", () => {
  it.concurrent("for a model", async ({ expect }) => {
    const file = modelFile(root, { ...lindbladModel(), hamiltonian: "2 * nmber" }, "json-error.json");
    const ended = await lindblad("run", file, "--out", join(root, "json-error"), "--json");
    expect(ended).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(ended.stdout)).toEqual({
      error: { code: "MODEL", message: expect.stringContaining("nmber"), path: "$.hamiltonian", column: 5 },
    });
  });

  it.concurrent("for the arguments", async ({ expect }) => {
    const ended = await lindblad("run", "x.json", "--json");
    expect(ended).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(ended.stdout)).toEqual({ error: { code: "USAGE", message: expect.stringContaining("--out") } });
  });
});

describe("bad usage", () => {
  const model = modelFile(root, bipartiteModel(), "usage.json");
  const blocker = join(root, "a-file");
  writeFileSync(blocker, "");
  const occupied = join(root, "occupied");
  mkdirSync(join(occupied, "result.npz"), { recursive: true });

  it.concurrent.each<[string, string[], string]>([
    ["no command", [], "expected a command: run or check"],
    ["an unknown command", ["walk"], "unknown command 'walk'"],
    ["an unknown option", ["run", model, "--out", join(root, "u"), "--forc"], "unknown option '--forc'"],
    ["no --out", ["run", model], "required option '-o, --out <dir>' not specified"],
    ["no model", ["run", "--out", join(root, "u")], "missing required argument 'model'"],
    ["too many models", ["check", model, model], "too many arguments"],
    [
      "a missing file",
      ["run", join(root, "none.json"), "--out", join(root, "u")],
      "cannot read the model file: ENOENT",
    ],
    ["a directory for a file", ["check", root], "cannot read the model file: EISDIR"],
    ["a file for a directory", ["run", model, "--out", blocker], "a-file is not a directory"],
    ["a directory in the place of a file", ["run", model, "--out", occupied, "--force"], "result.npz is not a file"],
    ["a directory inside a file", ["run", model, "--out", join(blocker, "x")], "a-file is not a directory"],
  ])("%s", async (_what, args, message) => {
    const ended = await lindblad(...args);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("    at ");
    expect(existsSync(join(root, "u"))).toBe(false);
  });

  it("a file that is not text", async () => {
    const file = join(root, "binary.json");
    writeFileSync(file, Uint8Array.of(0xff, 0xfe, 0x00));
    expect(await lindblad("check", file)).toMatchObject({
      code: 2,
      stderr: `error: model file ${file} is not text in UTF-8\n`,
    });
  });

  it("help and version are no errors", async () => {
    expect(await lindblad("--version")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await lindblad("run", "--help")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("--store-states"),
    });
  });

  it("leaves no temporary file behind in all this", () => {
    expect(readdirSync(root).filter((name) => name.includes(".tmp"))).toEqual([]);
  });
});
