import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { execute, lindblad, modelFile, scratch } from "./lindblad.ts";

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
  const dangling = join(root, "dangling");
  symlinkSync(join(root, "nowhere", "at", "all"), dangling);
  const occupied = join(root, "occupied");
  mkdirSync(join(occupied, "result.npz"), { recursive: true });

  it.concurrent.each<[string, string[], string]>([
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
    ["a directory for a file", ["check", root], "is not a regular file"],
    ["a file for a directory", ["run", model, "--out", blocker], "a-file is not a directory"],
    ["a directory in the place of a file", ["run", model, "--out", occupied, "--force"], "result.npz is not a file"],
    ["an empty --out", ["run", model, "--out", ""], "--out is empty"],
    ["a dangling link for a directory", ["run", model, "--out", dangling], "cannot be written: ENOENT"],
    ["a directory below a dangling link", ["run", model, "--out", join(dangling, "x")], "cannot be written: ENOENT"],
    ["a name that is too long", ["run", model, "--out", join(root, "x".repeat(300))], "ENAMETOOLONG"],
    ["a device for a model", ["check", "/dev/zero"], "is not a regular file"],
    ["a mistyped command", ["rum", model], "unknown command 'rum' (Did you mean run?)"],
    ["a directory inside a file", ["run", model, "--out", join(blocker, "x")], "a-file is not a directory"],
  ])("%s", async (_what, args, message) => {
    const ended = await lindblad(...args);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(join(root, "u"))).toBe(false);
  });

  it.runIf(process.platform === "linux")("a file system that takes nothing, before anything is computed", async () => {
    const ended = await lindblad("run", model, "--out", "/proc/lindblad/x");
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("cannot be written: ENOENT") });
    expect(ended.stderr).not.toContain("running");
  });

  it.skipIf(process.platform === "win32")("a pipe for a model", async () => {
    const pipe = join(root, "pipe");
    expect(await execute("mkfifo", [pipe])).toMatchObject({ code: 0 });
    expect(await lindblad("check", pipe)).toMatchObject({ code: 2, stderr: expect.stringContaining("regular file") });
  });

  it("names that would steer a terminal are escaped", async () => {
    const ended = await lindblad("check", join(root, "none\u001b[2J\nx.json"));
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("\\u001b[2J\\nx.json");
    expect(ended.stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  it("no command: the help, then what was expected", async () => {
    const ended = await lindblad();
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: lindblad") });
    expect(ended.stderr).toMatch(
      /\nerror: expected a command: run, check, storage, steady, trajectories(, \w+)+; lindblad --help says more\n$/,
    );
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
