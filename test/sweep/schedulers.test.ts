/**
 * The examples of docs/scaling/ do what they say: the script under a real Slurm, the Job as its pods would be started.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { lindblad, MAIN, modelFile, scratch } from "../cli/lindblad.ts";
import { slurmCluster } from "../support/slurm.ts";
import { QUBIT } from "./machines.ts";

const example = (name: string) => readFileSync(new URL(`../../docs/scaling/${name}`, import.meta.url), "utf8");
const SWEEP = {
  ...QUBIT,
  sweep: { parameters: { g: { from: 0.1, to: 1, count: 103 } }, outputs: { scalars: ["n_end"] } },
};

/** A folder with a command `lindblad`. */
function binOf(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "lindblad"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(bin, "lindblad"), 0o755);
  return bin;
}

/** An example with something else in a place that must be there. */
function changed(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replaceAll(from, to);
  }, text);
}

it("docs/scaling.md links to files that are there", () => {
  const links = Array.from(example("../scaling.md").matchAll(/\]\(([^)#]+)\)/g), ([, link]) => link!);
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) expect(example(`../${link}`)).not.toBe("");
});

describe("a sweep in parts", () => {
  // where there is no Slurm at all
  it.skipIf(process.platform !== "linux")(
    "as a Slurm array, of which one task is run again",
    { timeout: 120_000 },
    async () => {
      const folder = scratch();
      const bin = binOf(folder);
      modelFile(folder, SWEEP, "sweep.json");
      const fewer = { "0-15": "0-3", "auto/16": "auto/4", "--cpus-per-task=8": "--cpus-per-task=1" };
      writeFileSync(join(folder, "sweep.sbatch"), changed(example("sweep.sbatch"), fewer));
      const slurm = await slurmCluster(4);
      onTestFinished(() => slurm.stop());
      await slurm.sbatch(["sweep.sbatch", "sweep.json", "results"], folder, bin);
      const stores = [0, 1, 2, 3].map((k) => join(folder, "results", `${k}.duckdb`));
      const all = join(folder, "all.duckdb");
      expect(await lindblad("merge", ...stores, "-o", all)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^103 of 103 points, all there\n/),
      });

      rmSync(stores[2]!);
      const lacking = await lindblad("merge", ...stores.filter((_, k) => k !== 2), "-o", all, "--force");
      expect(lacking.stderr).toMatch(/26 of 103 points are in none of the stores: 52 to 77/);
      await slurm.sbatch(["--array=2", "sweep.sbatch", "sweep.json", "results"], folder, bin);
      expect(await lindblad("merge", ...stores, "-o", all, "--force")).toMatchObject({ code: 0 });
    },
  );

  it("as an indexed Job", async () => {
    const { kind, spec } = parse(example("sweep-job.yaml"));
    const [{ command, volumeMounts }] = spec.template.spec.containers;
    expect([kind, spec.completionMode]).toEqual(["Job", "Indexed"]);
    expect(command[2]).toContain(`--shard auto/${spec.completions} `);
    const names = spec.template.spec.volumes.map(({ name }: { name: string }) => name);
    expect(volumeMounts.map(({ name }: { name: string }) => name)).toEqual(names);
    // a pod of it, with folders of ours in the place of its volumes
    const folder = scratch();
    modelFile(folder, SWEEP, "sweep.json");
    const line = changed(command[2], {
      "/sweep/": `${folder}/`,
      "/results/": `${folder}/`,
      "--workers 8": "--workers 1",
    });
    const env = { ...process.env, PATH: `${binOf(folder)}:${process.env.PATH}`, JOB_COMPLETION_INDEX: "15" };
    const said = execFileSync(command[0], [command[1], line], { env, encoding: "utf8" });
    // the last of 16 parts of 103 points
    expect(said).toMatch(/^6 points, all recorded/);
    expect(said).toContain(`${folder}/15.duckdb`);
  });

  it("the workers of a Deployment take what their command says", async () => {
    const { kind, spec } = parse(example("workers.yaml"));
    expect(kind).toBe("Deployment");
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    const [{ command, env }] = spec.template.spec.containers;
    expect([command[0], env[0].name]).toEqual(["lindblad", "LINDBLAD_REDIS"]);
    // nobody is there: the command was understood
    const nowhere = await lindblad(...command.slice(1), "--redis", "redis://127.0.0.1:1");
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining("ECONNREFUSED") });
  });
});
