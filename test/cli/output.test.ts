import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { FILES, type FileName, writeOutput } from "../../cli/src/output.ts";
import { UsageError } from "../../cli/src/problem.ts";
import { bipartiteModel } from "../model/models.ts";
import { execute, lindblad, MAIN, modelFile, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));

const contents = (mark: string) =>
  Object.fromEntries(FILES.map((name) => [name, `${mark} ${name}`])) as Record<FileName, string>;
const marks = (directory: string) =>
  FILES.map((name) => readFileSync(join(directory, name), "utf8").replace(` ${name}`, ""));

describe("two runs that write to one place", () => {
  it("leave the result of one, whole; the other says so", async () => {
    for (let round = 0; round < 20; round++) {
      const directory = join(root, `race-${round}`, "deep");
      const runs = ["a", "b", "c"].map((mark) => writeOutput(directory, contents(mark), false));
      const ended = await Promise.allSettled(runs);
      const winners = ["a", "b", "c"].filter((_, k) => ended[k]!.status === "fulfilled");
      expect(winners).toHaveLength(1);
      expect(marks(directory)).toEqual(FILES.map(() => winners[0]));
      expect(readdirSync(directory).sort()).toEqual([...FILES].sort());
      for (const run of ended) {
        if (run.status === "fulfilled") continue;
        expect(run.reason).toBeInstanceOf(UsageError);
        expect(run.reason.message).toContain("another run has put its result");
      }
    }
  });

  it("leave a file that came meanwhile untouched, whichever it is", async () => {
    for (const name of FILES) {
      const directory = join(root, `came-${name}`);
      mkdirSync(directory);
      writeFileSync(join(directory, name), "mine");
      await expect(writeOutput(directory, contents("a"), false)).rejects.toThrow(UsageError);
      expect(readdirSync(directory)).toEqual([name]);
      expect(readFileSync(join(directory, name), "utf8")).toBe("mine");
    }
  });

  it("replace it with --force only", async () => {
    const directory = join(root, "forced");
    await writeOutput(directory, contents("a"), false);
    await writeOutput(directory, contents("b"), true);
    expect(marks(directory)).toEqual(FILES.map(() => "b"));
    expect(readdirSync(directory)).toHaveLength(FILES.length);
  });

  it("as processes: one succeeds, the others end with 2", async () => {
    const directory = join(root, "processes");
    const model = modelFile(root, bipartiteModel(), "race.json");
    const ended = await Promise.all([1, 2, 3, 4].map(() => lindblad("run", model, "--out", directory, "-q")));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2]);
    expect(readdirSync(directory).sort()).toEqual([...FILES].sort());
  });
});

describe("a signal while the result is written", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("%s removes what was written, exit code %d", async (signal, exitCode) => {
    const at = (file: string) => JSON.stringify(new URL(`../../cli/dist/${file}`, import.meta.url).href);
    const directory = join(root, signal, "deep");
    const program = `
import { FILES, writeOutput } from ${at("output.js")};
import { reportProblem } from ${at("problem.js")};
const contents = Object.fromEntries(FILES.map((name) => [name, new Uint8Array(2 ** 22)]));
const writing = writeOutput(process.argv[1], contents, false);
process.kill(process.pid, "${signal}");
process.exitCode = await writing.then(() => 0, (error) => reportProblem(error, false));`;
    const ended = await execute(process.execPath, ["--input-type=module", "-e", program, directory]);
    expect(ended).toMatchObject({ code: exitCode, stderr: "error: interrupted; nothing was written\n" });
    expect(existsSync(join(root, signal))).toBe(false);
  });
});

describe("a stdout that cannot be written", () => {
  const example = fileURLToPath(new URL("../../examples/two-qubits.json", import.meta.url));

  it.runIf(existsSync("/dev/full"))("is one line and exit code 1 on a full disk", async () => {
    for (const args of [`check ${example}`, "--version", `run ${example} --out ${join(root, "full")} -q`]) {
      const ended = await execute("bash", ["-c", `"$0" "$1" ${args} > /dev/full`, process.execPath, MAIN]);
      expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: stdout: ENOSPC.*\n$/) });
    }
    expect(readdirSync(join(root, "full"))).toHaveLength(FILES.length);
  });

  it("is no failure when the reader has gone", async () => {
    const command = `"$0" "$1" run "$2" --out "$3" -q | true; echo "\${PIPESTATUS[0]}"`;
    const ended = await execute("bash", ["-c", command, process.execPath, MAIN, example, join(root, "pipe")]);
    expect(ended).toMatchObject({ stdout: "0\n", stderr: "" });
  });
});
