/**
 * `lindblad trajectories`: what it prints, writes, and keeps when it is interrupted.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { FILES } from "../../cli/src/output.ts";
import { bipartiteModel, lindbladModel } from "../model/models.ts";
import { makePython, PYTHON_TIMEOUT } from "../support/python.ts";
import { lindblad, modelFile, onTerminal, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

const out = (name: string) => join(root, name);
const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const decay = modelFile(root, lindbladModel(), "decay.json");
const widest = (text: string) => Math.max(...text.split("\n").map((line) => Array.from(line).length));
/** A photon number of 2 that decays at a rate of 0.5. */
const left = 2 * Math.exp(-0.5);

describe("trajectories of a lindblad model", () => {
  it.concurrent("means with standard errors, jumps, in a pipe of sixty columns without colours", async ({ expect }) => {
    const ended = await lindblad("trajectories", decay, "-n", "400", "--workers", "2", "--seed", "5");
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/^running /) });
    expect(widest(ended.stdout)).toBeLessThanOrEqual(60);
    expect(ended.stdout).not.toContain("\u001b");
    expect(ended.stdout).toMatch(/^Trajectories {2}400 \(seed 5\)$/m);
    const [, mean, error] = /^ {2}n +(\d\.\d+) +(0\.\d+)$/m.exec(ended.stdout)!.map(Number);
    // a number that decays by itself is binomial: its variance is that of two photons
    const p = Math.exp(-0.5);
    const exact = Math.sqrt((2 * p * (1 - p)) / 400);
    expect(error! / exact).toBeGreaterThan(0.8);
    expect(error! / exact).toBeLessThan(1.25);
    expect(Math.abs(mean! - left) / error!).toBeLessThan(4);
    // photons that are gone have jumped
    const [, count, each] = /^ {2}a +(\d+) +(\S+)$/m.exec(ended.stdout)!.map(Number);
    expect(count! / 400).toBeCloseTo(2 - mean!, 1);
    expect(each).toBeCloseTo(count! / 400, 2);
  });

  it.concurrent("the same seed gives the same means, on any number of workers", async ({ expect }) => {
    const run = async (...more: string[]) => {
      const ended = await lindblad("trajectories", decay, "-n", "100", "--json", "-q", ...more);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return JSON.parse(ended.stdout);
    };
    const [one, three, other] = await Promise.all([
      run("--workers", "1"),
      run("--workers", "3"),
      run("--workers", "1", "--seed", "8"),
    ]);
    expect(three.means).toEqual(one.means);
    expect(three.jumps).toEqual(one.jumps);
    expect(other.means.n).not.toEqual(one.means.n);
    expect(one).toMatchObject({ trajectories: 100, seed: 0, ended: "count", files: [], heat: {}, warnings: [] });
    expect(Object.keys(one.means)).toEqual(["n", "a_re", "a_im"]);
    expect(one.jumps).toEqual([{ channel: "a", count: expect.any(Number), perTrajectory: expect.any(Number) }]);
  });

  it.concurrent("stops when errors are small enough, or when time is up", async ({ expect }) => {
    const args = ["trajectories", decay, "-n", "1000000", "--json", "-q"];
    const enough = JSON.parse((await lindblad(...args, "--target-error", "0.05")).stdout);
    expect(enough).toMatchObject({ ended: "target" });
    expect(enough.trajectories).toBeLessThan(1000);
    expect(enough.means.n.stdError).toBeLessThanOrEqual(0.05);
    const late = JSON.parse((await lindblad(...args, "--time-limit", "0.2")).stdout);
    expect(late).toMatchObject({ ended: "timeout" });
    expect(late.trajectories).toBeGreaterThanOrEqual(16);
  });

  it(
    "writes what numpy reads: means, jumps, and every trajectory with --keep-runs",
    async ({ expect }) => {
      const ended = await lindblad(
        ...["trajectories", decay, "-n", "50", "-q", "--keep-runs", "--out", out("kept"), "--method", "tsit5"],
      );
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout).toMatch(/^Method +tsit5, asked for/m);
      expect(readdirSync(out("kept")).sort()).toEqual([...FILES].sort());
      const result = JSON.parse(readFileSync(join(out("kept"), "result.json"), "utf8"));
      expect(result.model).toMatchObject({ kind: "lindblad", hamiltonian: "number" });
      const python = await makePython();
      const seen = python(
        `
import csv, json, sys, xml.dom.minidom, numpy
arrays = numpy.load(sys.argv[1] + "/result.npz", allow_pickle=False)
with open(sys.argv[1] + "/series.csv", newline="") as file:
    header, *rows = list(csv.reader(file))
table = numpy.array(rows, dtype=float)
xml.dom.minidom.parse(sys.argv[1] + "/figure.svg")
runs = arrays["runs_n"]
print(json.dumps({
  "header": header,
  "same": [bool((arrays[name] == table[:, k]).all()) for k, name in enumerate(header)],
  "shape": runs.shape,
  "mean": float(abs(runs.mean(axis=0) - arrays["n"]).max()),
  "error": float(abs(runs.std(axis=0, ddof=1) / 50 ** 0.5 - arrays["n_std_error"]).max()),
  # of a number state without a drive, what is left and what has jumped are two
  "balance": [float(runs[k, -1] + (arrays["jump_trajectory"] == k).sum()) for k in range(50)],
  "channels": sorted(set(arrays["jump_channel"].tolist())),
  "ordered": bool((arrays["jump_time"] > 0).all() and (arrays["jump_time"] < 1).all()),
}))`,
        out("kept"),
      ) as Record<string, unknown>;
      const names = ["n", "a_re", "a_im"].flatMap((name) => [name, `${name}_std_error`]);
      expect(seen).toMatchObject({
        header: ["t", ...names],
        same: ["t", ...names].map(() => true),
        shape: [50, 3],
        mean: expect.closeTo(0, 12),
        error: expect.closeTo(0, 12),
        channels: [0],
        ordered: true,
      });
      for (const photons of seen.balance as number[]) expect(photons).toBeCloseTo(2, 6);
    },
    PYTHON_TIMEOUT,
  );

  it.concurrent("one trajectory has no standard error", async ({ expect }) => {
    const ended = await lindblad("trajectories", decay, "-n", "1", "-q", "--out", out("one"));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^ {2}n +\S+ +-$/m);
    const { means } = JSON.parse(readFileSync(join(out("one"), "result.json"), "utf8"));
    expect(means.n.stdError).toBe("infinity");
  });
});

describe("trajectories of a bipartite model", () => {
  it.concurrent("energies, what they change by, heat in quanta with how often", async ({ expect }) => {
    const model = modelFile(root, bipartiteModel(), "bipartite.json");
    const ended = await lindblad("trajectories", model, "-n", "300", "--out", out("bipartite"), "-q");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(widest(ended.stdout)).toBeLessThanOrEqual(60);
    // quanta of H_A = sigma_z are 2
    const bars = /^ {2}A: share of trajectories\n((?: {4,}-?\d.*\n)+)/m.exec(ended.stdout)![1]!.trim().split("\n");
    const amounts = bars.map((bar) => bar.trim().split(/\s+/).slice(0, 2).map(Number));
    for (const [amount] of amounts) expect(amount! % 2).toBeCloseTo(0, 12);
    expect(amounts.reduce((sum, [, share]) => sum + share!, 0)).toBeCloseTo(1, 2);
    const { means, heat, jumps } = JSON.parse(readFileSync(join(out("bipartite"), "result.json"), "utf8"));
    const { mean, stdError } = means.delta_U_chi;
    const lambda = 2 * Math.cosh(0.5) + 2 * Math.cosh(1.2 * 0.7);
    expect(Math.abs(mean - 4 * 0.3 * 0.1 * (Math.exp(-lambda) - 1)) / stdError).toBeLessThan(4);
    expect(Object.keys(heat)).toEqual(["A", "B"]);
    expect(heat.A.histogram.edges).toHaveLength(13);
    expect(jumps.map(({ channel }: { channel: string }) => channel)).toEqual(["A[0]", "A[1]", "B[0]", "B[1]"]);
    const header = readFileSync(join(out("bipartite"), "series.csv"), "utf8").split("\n")[0]!;
    expect(header).toContain("delta_U_chi,delta_U_chi_std_error");
    expect(header).toContain("heat_A,heat_A_std_error");
  });

  it.concurrent("observables follow the same trajectories", async ({ expect }) => {
    const model = {
      ...bipartiteModel(),
      observables: { energy: "tensor(sigmaz, qeye(2)) + 0.7 * tensor(qeye(2), sigmaz) + g * tensor(sigmaz, sigmaz)" },
    };
    const file = modelFile(root, model, "observed.json");
    const { means } = JSON.parse((await lindblad("trajectories", file, "-n", "60", "--json", "-q")).stdout);
    expect(means.energy.mean).toBeCloseTo(means.U.mean, 9);
    expect(means.energy.stdError).toBeCloseTo(means.U.stdError, 9);
  });

  it.concurrent("stops when errors are small enough", async ({ expect }) => {
    const model = modelFile(root, bipartiteModel(), "target.json");
    const args = ["trajectories", model, "-n", "100000", "--json", "-q", "--target-error", "0.1"];
    const found = JSON.parse((await lindblad(...args)).stdout);
    expect(found.ended).toBe("target");
    for (const name of ["U", "U_A", "U_B"]) expect(found.means[name].stdError).toBeLessThanOrEqual(0.1);
    expect(found.trajectories).toBeLessThan(2000);
  });
});

describe("a terminal", () => {
  it.concurrent("of forty columns is wide enough", async ({ expect }) => {
    const { code, stdout } = await onTerminal(40, ["trajectories", example("two-qubits.json"), "-n", "32", "-q"]);
    expect(code).toBe(0);
    // colours take no room
    const plain = stripVTControlCharacters(stdout).replaceAll("\r", "");
    expect(widest(plain)).toBeLessThanOrEqual(40);
    expect(plain).toContain("Heat by quanta until t = 3");
  });

  it.concurrent.each([
    ["lindblad", "driven-oscillator.json"],
    ["bipartite", "two-qubits.json"],
  ])("Ctrl-C keeps what is computed of a %s model, and says so", async (kind, name) => {
    const directory = out(`interrupted-${kind}`);
    const args = ["trajectories", example(name), "-n", "100000000", "--out", directory];
    const { code, stdout } = await onTerminal(80, args, "trajectories");
    expect(code).toBe(130);
    expect(stdout).toContain("stopping; once more ends it at once");
    expect(stdout).toMatch(/\d+ of 100000000 \(seed 0\); interrupted/);
    const result = JSON.parse(readFileSync(join(directory, "result.json"), "utf8"));
    expect(result.ended).toBe("interrupt");
    expect(result.trajectories).toBeGreaterThanOrEqual(16);
  });
});

describe("what is wrong", () => {
  it.concurrent.each([
    [["-n", "0"], /--trajectories: expected an integer of at least 1, got 0/],
    [["-n", "2.5"], /--trajectories: .* got 2.5/],
    [["--seed", "-1"], /--seed: expected an integer of at least 0, got -1/],
    [["--target-error", "small"], /--target-error: expected a number above 0, got small/],
    [["--time-limit", "0"], /--time-limit: expected a number above 0, got 0/],
    [["--workers", "none"], /--workers: expected an integer of at least 1, got none/],
    [["--method", "expm"], /mcsolve: method: expected "auto" or one of "dyadic"/],
    [["--trajectorys", "5"], /unknown option '--trajectorys'/],
  ] as const)("%j is said, and nothing is written", async (args, words) => {
    const directory = out(`wrong-${args.join("")}`);
    const ended = await lindblad("trajectories", decay, ...args, "--out", directory, "-q");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(words);
    expect(existsSync(directory)).toBe(false);
  });

  it.concurrent("a result that is there is not replaced, unless by force", async ({ expect }) => {
    const directory = out("present");
    mkdirSync(directory);
    writeFileSync(join(directory, "series.csv"), "mine");
    const args = ["trajectories", decay, "-n", "16", "-q", "--out", directory];
    const ended = await lindblad(...args);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("already holds series.csv");
    expect(readdirSync(directory)).toEqual(["series.csv"]);
    expect(await lindblad(...args, "--force")).toMatchObject({ code: 0 });
    expect(readFileSync(join(directory, "series.csv"), "utf8")).toMatch(/^t,n,/);
  });

  it.concurrent("workers of a bipartite model are refused", async ({ expect }) => {
    const model = modelFile(root, bipartiteModel(), "workers.json");
    const ended = await lindblad("trajectories", model, "--workers", "2", "-q");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("--workers: trajectories of a bipartite model run on one thread");
  });
});
