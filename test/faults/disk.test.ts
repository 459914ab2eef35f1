/**
 * Disks that are full, and folders that nothing can be written to: it is said, in words and by the exit code, nothing half-written is left under a
 * final name, and what was there is as it was. The file systems are real ones, mounted for one command; the tests may run as root, whom permissions
 * do not stop. Sweeps on full disks are in test/cli/sweep.test.ts.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, execute, lindblad, MAIN, modelFile } from "../cli/lindblad.ts";
import { decay, sweepOf } from "../sweep/models.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-disk-"));
const disk = join(root, "disk");
mkdirSync(disk);
afterAll(() => rmSync(root, { recursive: true }));

const model = modelFile(mkdtempSync(join(root, "model-")), { ...decay, times: { to: 1, count: 400 } });
const sweepModel = modelFile(mkdtempSync(join(root, "sweep-")), sweepOf());
const store = join(root, "s.duckdb");
beforeAll(async () => {
  expect(await lindblad("sweep", sweepModel, "--store", store, "--engine", "inline", "-q")).toMatchObject({ code: 0 });
});

/** What the shell does before and after a command, in a file system of its own. */
const MOUNTS = {
  // 12 kB: a few blocks
  full: `mount -t tmpfs -o size=12k tmpfs "${disk}"`,
  // A file may be made, and not a byte written into it.
  filled: `mount -t tmpfs -o size=12k tmpfs "${disk}" && head -c 12288 /dev/zero > "${disk}/kept"`,
  "read-only": `mount -t tmpfs -o size=1m tmpfs "${disk}" && echo kept > "${disk}/kept" && mount -o remount,ro "${disk}"`,
};

/** Runs a program in a file system; says also what is there afterwards. */
async function on(mount: keyof typeof MOUNTS, program: string, ...args: string[]): Promise<Ended & { left: string[] }> {
  const script = `${MOUNTS[mount]} && "$0" "$@"; code=$?; echo; echo "left: $(cd "${disk}" && find . -type f | sort | tr '\\n' ' ')"; exit $code`;
  const ended = await execute("unshare", ["-rm", "bash", "-c", script, program, ...args]);
  const left = /left: (.*)\n$/.exec(ended.stdout)![1]!.trim();
  return { ...ended, left: left === "" ? [] : left.split(" ") };
}

function canMount(): boolean {
  try {
    execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", disk], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Commands that write, into `disk`. */
const COMMANDS: [what: string, args: string[]][] = [
  ["run --out", ["run", model, "--out", join(disk, "result")]],
  ["export to CSV", ["export", store, "--out", join(disk, "points.csv")]],
  ["export to Parquet", ["export", store, "--out", join(disk, "points.parquet")]],
  ["merge", ["merge", store, "--out", join(disk, "all.duckdb")]],
  ["sweep", ["sweep", sweepModel, "--store", join(disk, "new.duckdb"), "--engine", "inline", "-q"]],
];

describe.runIf(canMount())("a command on a disk", () => {
  it.each(COMMANDS)("that is read-only: %s", async (_, args) => {
    const { code, stderr, left } = await on("read-only", process.execPath, MAIN, ...args);
    expect(stderr).toMatch(/cannot be written|could not be written/);
    expect(stderr).toMatch(/read-only/i);
    expect(stderr).not.toMatch(/defect/);
    expect([1, 2]).toContain(code);
    expect(left).toEqual(["./kept"]);
  });

  // Thirty points may fit where there is any room.
  it.each([
    ...COMMANDS.filter(([what]) => !what.includes("export")).map(([what, args]) => ["full", what, args] as const),
    ...COMMANDS.map(([what, args]) => ["filled", what, args] as const),
  ])("that is %s: %s", async (mount, _, args) => {
    const { code, stderr, left } = await on(mount, process.execPath, MAIN, ...args);
    expect(stderr).toMatch(/cannot be written|could not be written/);
    expect(stderr).toMatch(/no space left/i);
    expect(stderr).not.toMatch(/defect/);
    expect(code).toBe(1);
    expect(left).toEqual(mount === "filled" ? ["./kept"] : []);
  });
});

describe("an example", () => {
  const example = join("examples", "two-photon-cat.mjs");

  it.runIf(canMount())("on a disk that is read-only ends, and says so", async () => {
    const { code, stderr, left } = await on("read-only", process.execPath, example, "--out", join(disk, "figures"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/EROFS|read-only/);
    expect(left).toEqual(["./kept"]);
  });

  it.runIf(process.platform === "linux")("whose folder cannot be made ends, and says so", async () => {
    const { code, stderr } = await execute(process.execPath, [example, "--out", "/proc/nope/figures"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENOENT/);
  });
});
