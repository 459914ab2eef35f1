/**
 * Disks that are full, and folders that nothing can be written to: it is said, in words and by the exit code, nothing half-written is left under a
 * final name, and what was there is as it was. The file systems are real ones, mounted for one command, since permissions do not stop root; where a
 * system lets nobody mount, a limit of the size of files, folders without permission and files in the place of folders stand in.
 * Sweeps on full disks are in test/cli/sweep.test.ts.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
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

/** Why nothing can be mounted; nothing where it can. */
function refusalToMount(): string | undefined {
  try {
    execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", disk], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `nothing can be mounted: ${(error as Error).message.trim().split("\n").at(-1)}`;
  }
}
const refusal = refusalToMount();
const isRoot = process.getuid?.() === 0;

/** A test that needs mounts: left out, with the reason, where there can be none. */
const onMounts = (run: () => Promise<void>) => async (context: TestContext) => {
  context.skip(refusal !== undefined, refusal);
  await run();
};

it.runIf(process.platform === "linux" && isRoot)("root can mount, so that no test below is left out", () => {
  expect(refusal).toBe(undefined);
});

/** Commands that write, into a folder. */
const commandsIn = (folder: string): [what: string, args: string[]][] => [
  ["run --out", ["run", model, "--out", join(folder, "result")]],
  ["export to CSV", ["export", store, "--out", join(folder, "points.csv")]],
  ["export to Parquet", ["export", store, "--out", join(folder, "points.parquet")]],
  ["merge", ["merge", store, "--out", join(folder, "all.duckdb")]],
  ["sweep", ["sweep", sweepModel, "--store", join(folder, "new.duckdb"), "--engine", "inline", "-q"]],
];
const COMMANDS = commandsIn(disk);

describe("a command on a disk", () => {
  for (const [what, args] of COMMANDS) {
    it(
      `that is read-only: ${what}`,
      onMounts(async () => {
        const { code, stderr, left } = await on("read-only", process.execPath, MAIN, ...args);
        expect(stderr).toMatch(/cannot be written|could not be written/);
        expect(stderr).toMatch(/read-only/i);
        expect(stderr).not.toMatch(/defect/);
        expect([1, 2]).toContain(code);
        expect(left).toEqual(["./kept"]);
      }),
    );
  }

  for (const mount of ["full", "filled"] as const) {
    // Thirty points may fit where there is any room.
    for (const [what, args] of COMMANDS.filter(([what]) => mount === "filled" || !what.includes("export"))) {
      it(
        `that is ${mount}: ${what}`,
        onMounts(async () => {
          const { code, stderr, left } = await on(mount, process.execPath, MAIN, ...args);
          expect(stderr).toMatch(/cannot be written|could not be written/);
          expect(stderr).toMatch(/no space left/i);
          expect(stderr).not.toMatch(/defect/);
          expect(code).toBe(1);
          expect(left).toEqual(mount === "filled" ? ["./kept"] : []);
        }),
      );
    }
  }
});

describe("without mounts, a command", () => {
  // A kilobyte. The signal that comes with the limit would end the process before it could say anything.
  const limited = (args: string[]) =>
    execute("bash", ["-c", `trap '' XFSZ; ulimit -f 1; exec "$0" "$@"`, process.execPath, MAIN, ...args]);

  /** Each is refused in these words, and leaves nothing in the folder. */
  async function expectRefused(folder: string, run: (args: string[]) => Promise<Ended>, words: RegExp) {
    const ended = await Promise.all(commandsIn(folder).map(async ([what, args]) => ({ what, ...(await run(args)) })));
    for (const { what, code, stderr } of ended) {
      expect(stderr, what).toMatch(words);
      expect(stderr, what).not.toMatch(/defect/);
      expect([1, 2], what).toContain(code);
    }
  }
  const newFolder = () => mkdtempSync(join(root, "folder-"));

  it.skipIf(process.platform === "win32")("that may write small files only", async () => {
    const folder = newFolder();
    await expectRefused(folder, limited, /(cannot|could not) be written.*too large/i);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("into a file in the place of a folder", async () => {
    const file = join(root, "file");
    writeFileSync(file, "kept");
    await expectRefused(file, (args) => lindblad(...args), /not a directory/i);
    expect(readFileSync(file, "utf8")).toBe("kept");
  });

  // Of Windows' permissions chmod knows nothing.
  it.skipIf(process.platform === "win32")("into a folder without permission", async () => {
    const folder = newFolder();
    chmodSync(folder, 0o555);
    // Root is stopped by permissions once it has given up the right to pass them over.
    const [program, ...first] = [
      ...(isRoot ? ["setpriv", "--bounding-set=-dac_override"] : []),
      process.execPath,
      MAIN,
    ];
    await expectRefused(folder, (args) => execute(program!, [...first, ...args]), /permission denied/i);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("an example", () => {
  const example = join("examples", "two-photon-cat.mjs");

  it(
    "on a disk that is read-only ends, and says so",
    onMounts(async () => {
      const { code, stderr, left } = await on("read-only", process.execPath, example, "--out", join(disk, "figures"));
      expect(code).toBe(1);
      expect(stderr).toMatch(/EROFS|read-only/);
      expect(left).toEqual(["./kept"]);
    }),
  );

  it.runIf(process.platform === "linux")("whose folder cannot be made ends, and says so", async () => {
    const { code, stderr } = await execute(process.execPath, [example, "--out", "/proc/nope/figures"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENOENT/);
  });
});
