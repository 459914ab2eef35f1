/**
 * `lindblad sweep`, `export` and `plot` of stores, as processes: going on, stopping, full disks, and what other programs read.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DOMParser } from "linkedom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePython, PYTHON_TIMEOUT, type Python } from "../support/python.ts";
import { sweepOf } from "../sweep/models.ts";
import { query } from "../sweep/rows.ts";
import { execute, lindblad, MAIN, modelFile, onTerminal, scratch } from "./lindblad.ts";

const root = scratch();
afterAll(() => rmSync(root, { recursive: true }));
const at = (name: string) => join(root, name);

const small = modelFile(root, sweepOf(), "small.json");
const axis = (count: number) => ({ from: 0, to: 2, count });
/** Many points of a few hundred bytes, in many chunks. */
const large = modelFile(
  root,
  { ...sweepOf({ parameters: { omega: axis(1000), gamma: axis(3) }, chunk: 25 }), times: { to: "end", count: 101 } },
  "large.json",
);

const narrow = (text: string) => {
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
};
const rowsOf = (store: string) => query(store, 'SELECT "index", omega, gamma, p_end, p FROM points ORDER BY "index"');

describe("sweep", () => {
  it("records, says what it did, and has nothing to do the second time", async () => {
    const store = at("small.duckdb");
    const first = await lindblad("sweep", small, "--store", store, "--workers", "1");
    expect(first).toMatchObject({ code: 0, stderr: "running Decay\n" });
    expect(first.stdout).toMatch(
      /^30 points, all recorded\nComputed now {2}30 in .* points\/s\nFailed {8}ModelError 10\n/,
    );
    narrow(first.stdout);
    const second = await lindblad("sweep", small, "--store", store, "-q", "--json", "--engine", "inline");
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(second.stdout)).toMatchObject({
      ...{ ended: "complete", done: 30, total: 30, computed: 0, failures: { ModelError: 10 } },
      ...{ store, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it("says in advance what it will cost, and records nothing", async () => {
    const before = readdirSync(root);
    const text = await lindblad("sweep", large, "--dry-run", "--engine", "inline");
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(
      /^Decay\nPoints {8}3000\nChunks {8}120 of 25\nTime .* a point, 1 worker\nMemory .*iB\nStore/,
    );
    narrow(text.stdout);
    const json = await lindblad("sweep", large, "--dry-run", "--engine", "inline", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ points: 3000, chunks: 120, chunk: 25, workers: 1 });
    const part = await lindblad("sweep", large, "--dry-run", "--engine", "inline", "--json", "--shard", "3/16");
    expect(JSON.parse(part.stdout)).toMatchObject({ points: 188, chunks: 8 });
    expect(readdirSync(root)).toEqual(before);
  });

  it("is checked without being run", async () => {
    const text = await lindblad("check", small);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout.replace(/\s+/g, " ")).toContain(
      "a good sweep of a model of kind lindblad, grid of 30 points over omega, gamma; of each: p_end, the series p",
    );
    narrow(text.stdout);
    const json = await lindblad("check", small, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, points: 30, parameters: ["omega", "gamma"] });
    const wrong = modelFile(root, sweepOf({ outputs: { scalars: ["q_end"] } }), "wrong.json");
    const ended = await lindblad("check", wrong);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("$.sweep.outputs.scalars: ") });
  });

  it("refuses what is wrong, with exit code 2", async () => {
    const other = modelFile(root, sweepOf({ outputs: { scalars: ["p_max"] } }), "other.json");
    const damaged = at("damaged.duckdb");
    writeFileSync(damaged, "no database");
    const model = modelFile(root, { ...sweepOf(), sweep: undefined }, "model.json");
    const store = at("taken.duckdb");
    expect((await lindblad("sweep", small, "--store", store, "-q", "--engine", "inline")).code).toBe(0);
    for (const [args, words] of [
      [[small], /--store: expected the file/],
      [[model, "--store", at("new.duckdb")], /\$\.sweep: is missing/],
      [[small, "--store", at("new.duckdb"), "--engine", "thread"], /--engine: expected one of inline, threads/],
      [[small, "--store", at("new.duckdb"), "--engine", "inline", "--workers", "2"], /do not go with --engine inline/],
      [[small, "--store", at("new.duckdb"), "--workers", "none"], /--workers: expected an integer/],
      [[other, "--store", store], /holds another sweep: outputs\.scalars\.0 is "p_end" there and "p_max" here/],
      [[small, "--store", damaged], /cannot be read as a store of a sweep, and is left as it is/],
    ] as [string[], RegExp][]) {
      const ended = await lindblad("sweep", ...args, "-q");
      expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(words) });
    }
    expect(existsSync(at("new.duckdb"))).toBe(false);
    expect(readFileSync(damaged, "utf8")).toBe("no database");
  });

  it("ends at Ctrl-C with what is being computed; the same command goes on", async () => {
    const store = at("interrupted.duckdb");
    const args = ["sweep", large, "--store", store, "--engine", "inline"];
    const shown = await onTerminal(100, args, "of 3000");
    expect(shown.code).toBe(130);
    expect(shown.stdout).toMatch(/stopping when the points being computed are recorded; once more ends it at once/);
    const [, done] = /Stopped: (\d+) of 3000 points are recorded; the same command\s+goes on/.exec(shown.stdout) ?? [];
    expect(Number(done)).toBeGreaterThan(0);
    expect(Number(done)).toBeLessThan(3000);
    const again = await lindblad(...args, "-q", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ ended: "complete", done: 3000, computed: 3000 - Number(done) });
  });

  it("ends at once at the second Ctrl-C, and loses what was being computed alone", async () => {
    // a chunk of a thousand million steps
    const slow = modelFile(
      root,
      { ...sweepOf({ parameters: { omega: axis(1000) }, chunk: 1000 }), solver: { method: "rk4", dt: 1e-6 } },
      "slow.json",
    );
    const store = at("twice.duckdb");
    const child = spawn(process.execPath, [MAIN, "sweep", slow, "--store", store, "--workers", "1"]);
    let [said, summary] = ["", ""];
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      summary += text;
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const until = async (words: string) => {
      while (!said.includes(words)) await setTimeout(20);
    };
    // listened for from the moment that this is said
    await until("running Decay");
    while (!existsSync(store)) await setTimeout(20);
    // for the worker to begin
    await setTimeout(2000);
    child.kill("SIGINT");
    await until("once more ends it at once");
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(summary).toBe("");
    expect(await query(store, "SELECT * FROM points")).toEqual([]);
  });

  it("shows a bar that fits a narrow terminal", async () => {
    const { code, stdout } = await onTerminal(40, [
      "sweep",
      small,
      "--store",
      at("narrow.duckdb"),
      "--engine",
      "inline",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("30 points, all recorded");
  });

  it("is refused a store that another process has, which goes on undisturbed", async () => {
    const store = at("shared.duckdb");
    const first = execute(process.execPath, [MAIN, "sweep", large, "--store", store, "-q", "--engine", "inline"]);
    while (!existsSync(store)) await setTimeout(20);
    const second = await lindblad("sweep", large, "--store", store, "-q", "--engine", "inline");
    expect(second).toMatchObject({ code: 2, stderr: expect.stringMatching(/another sweep has it \(process \d+\)/) });
    expect(await first).toMatchObject({ code: 0, stdout: expect.stringContaining("3000 points, all recorded") });
  });

  it("that is killed leaves a store that can be read and continued", async () => {
    const store = at("killed.duckdb");
    const child = spawn(process.execPath, [MAIN, "sweep", large, "--store", store, "--engine", "inline", "-q"]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    // the log of what is not yet in the file itself
    while (!(existsSync(`${store}.wal`) && statSync(`${store}.wal`).size > 20_000)) await setTimeout(5);
    child.kill("SIGKILL");
    await ended;
    const exported = await lindblad("export", store, "--out", at("killed.csv"), "--json");
    expect(exported).toMatchObject({ code: 0, stderr: "" });
    const { points } = JSON.parse(exported.stdout);
    expect(points).toBeGreaterThan(0);
    const again = await lindblad("sweep", large, "--store", store, "--engine", "inline", "-q", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ done: 3000, computed: 3000 - points });
  });
});

describe("a full disk", () => {
  const whole = at("whole.duckdb");
  beforeAll(async () => {
    expect((await lindblad("sweep", large, "--store", whole, "--engine", "inline", "-q")).code).toBe(0);
  });

  /** Both are real: the system refuses to write. Not every machine lets its users mount something. */
  const mechanisms: Record<string, (store: string) => string> = {
    "a limit of the size of files": (store) =>
      `trap '' XFSZ; ulimit -f 1500; exec "$0" "$1" sweep "${large}" --store "${store}" --engine inline -q`,
    ...(canMount()
      ? {
          "a small file system in memory": (store: string) =>
            `mount -t tmpfs -o size=1500k tmpfs "${at("disk")}" && "$0" "$1" sweep "${large}" --store "${at("disk")}/s.duckdb" --engine inline -q; code=$?; cp "${at("disk")}"/s.duckdb "${store}"; cp "${at("disk")}"/s.duckdb.wal "${store}.wal" 2>/dev/null; exit $code`,
        }
      : {}),
  };

  it("before there is a store: no file without tables is left, neither by a sweep nor by merge", async () => {
    for (const [blocks, words] of [
      [200, ["sweep", small, "--engine", "inline", "-q", "--store"]],
      [200, ["merge", whole, "--out"]],
      [1500, ["merge", whole, "--out"]],
    ] as const) {
      const folder = at(`none-${blocks}-${words[0]}`);
      mkdirSync(folder);
      const command = `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
      const file = join(folder, "a.duckdb");
      const full = await execute("bash", ["-c", command, process.execPath, MAIN, ...words, file]);
      expect(full).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/a\.duckdb (can|could) ?not be written: .*too large/),
      });
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it.each(Object.entries(mechanisms))(
    "%s: is said, loses nothing, and the sweep goes on when there is room",
    async (name, command) => {
      const store = at(`full-${name.length}.duckdb`);
      mkdirSync(at("disk"), { recursive: true });
      const shell = name.includes("memory") ? ["unshare", "-rm", "bash"] : ["bash"];
      const full = await execute(shell[0]!, [...shell.slice(1), "-c", command(store), process.execPath, MAIN]);
      expect(full).toMatchObject({ code: 1, stdout: "" });
      expect(full.stderr).toMatch(/cannot be written: .*(No space left|too large).*What was recorded before is kept/i);
      narrow(full.stdout);
      const again = await lindblad("sweep", large, "--store", store, "--engine", "inline", "-q", "--json");
      const { computed, done } = JSON.parse(again.stdout);
      expect(done).toBe(3000);
      expect(computed).toBeLessThan(3000);
      expect(computed).toBeGreaterThan(0);
      expect(await rowsOf(store)).toEqual(await rowsOf(whole));
    },
  );
});

function canMount(): boolean {
  try {
    const directory = at("mount");
    mkdirSync(directory);
    execFileSync("unshare", ["-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("export", () => {
  let python: Python;
  const store = at("exported.duckdb");
  beforeAll(async () => {
    python = await makePython();
    expect((await lindblad("sweep", small, "--store", store, "-q", "--engine", "inline")).code).toBe(0);
  }, PYTHON_TIMEOUT);

  it("is read by pandas, to the last bit", async () => {
    for (const file of ["points.parquet", "points.csv"]) {
      const ended = await lindblad("export", store, "-o", at(file));
      expect(ended).toMatchObject({
        code: 0,
        stderr: "",
        stdout: expect.stringMatching(/Written to .*: 30\s+points\n/),
      });
    }
    const program = `
import json, sys, math, pandas
parquet, csv = pandas.read_parquet(sys.argv[1]), pandas.read_csv(sys.argv[2])
number = lambda x: None if x is None or (isinstance(x, float) and math.isnan(x)) else float(x)
rows = lambda table: [[number(x) for x in table[name]] for name in ("omega", "gamma", "p_end")]
lists = [[[number(x) for x in value] if value is not None else None for value in parquet[name]] for name in ("p", "times")]
print(json.dumps({"columns": [list(table.columns) for table in (parquet, csv)], "rows": [rows(parquet), rows(csv)], "lists": lists,
  "status": list(parquet["status"]), "index": [int(k) for k in parquet["index"]]}))`;
    const read = python(program, at("points.parquet"), at("points.csv")) as {
      columns: string[][];
      rows: number[][][];
      lists: (number[] | null)[][];
      status: string[];
      index: number[];
    };
    const rows = await query(store, 'SELECT * FROM points ORDER BY "index"');
    expect(read.columns[0]).toEqual(Object.keys(rows[0]!));
    expect(read.columns[1]).toEqual(read.columns[0]);
    const expected = ["omega", "gamma", "p_end"].map((name) => rows.map((row) => row[name]));
    expect(read.rows).toEqual([expected, expected]);
    expect(read.index).toEqual(rows.map((_, k) => k));
    expect(read.status).toEqual(rows.map(({ status }) => status));
    const [p, times] = read.lists;
    expect(p!.map((list) => list?.length)).toEqual(rows.map(({ status }) => (status === "ok" ? 3 : undefined)));
    expect(new Set(times!.map((list) => JSON.stringify(list)))).toEqual(new Set(["[0,0.5,1]"]));
  });

  it("refuses what is there already, other formats, and what is no store", async () => {
    const file = at("mine.csv");
    writeFileSync(file, "mine");
    for (const [args, words] of [
      [[store, "-o", file], /already holds mine\.csv/],
      [[store, "-o", at("points.json")], /ends in \.parquet or \.csv/],
      [[small, "-o", at("points.csv"), "--force"], /cannot be read as a store of a sweep/],
      [[at("none.duckdb"), "-o", at("x.csv")], /there is no such file/],
    ] as [string[], RegExp][]) {
      expect(await lindblad("export", ...args)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(words),
      });
    }
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect((await lindblad("export", store, "-o", file, "--force")).code).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^index,omega,gamma,/);
    expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("plot of a store", () => {
  const store = at("plotted.duckdb");
  beforeAll(async () => {
    const file = modelFile(
      root,
      sweepOf({
        parameters: { omega: axis(5), gamma: { from: 0.01, to: 10, count: 4, scale: "log" }, end: [1, 2, 3] },
      }),
      "plotted.json",
    );
    expect((await lindblad("sweep", file, "--store", store, "-q", "--engine", "inline")).code).toBe(0);
  });

  const drawn = async (...args: string[]) => {
    const ended = await lindblad("plot", store, "--figure", "sweep", "--out", at("figure.svg"), "--force", ...args);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    narrow(ended.stdout);
    const text = readFileSync(at("figure.svg"), "utf8");
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    const { documentElement: svg } = new DOMParser().parseFromString(text, "image/svg+xml");
    return [svg!.getAttribute("aria-label"), svg!.querySelector("title")!.textContent];
  };

  it("is a map over two parameters, others in their middle or where --fix says", async () => {
    expect(await drawn()).toEqual(["p_end over omega and gamma: 20 points, from 2.06e-9 to 0.980", "Decay, end = 2"]);
    const [description, title] = await drawn("--x", "gamma", "--y", "end", "--fix", "omega=0.4");
    expect([description, title]).toEqual([
      expect.stringMatching(/^p_end over gamma and end: 12 points/),
      "Decay, omega = 0.5",
    ]);
  });

  it("shows some rows and columns of a grid that is too fine to be seen", async () => {
    const large = at("large.duckdb");
    const file = modelFile(root, sweepOf({ parameters: { omega: axis(600), gamma: [0.1, 0.2, 1] } }), "large.json");
    expect((await lindblad("sweep", file, "--store", large, "-q", "--engine", "inline")).code).toBe(0);
    await lindblad("plot", large, "--figure", "sweep", "--out", at("large.svg"));
    expect(readFileSync(at("large.svg"), "utf8")).toContain("p_end over omega and gamma: 750 points");
  });

  it("is curves over one", async () => {
    const [description, title] = await drawn("--x", "gamma", "--fix", "omega=0");
    expect([description, title]).toEqual(["p_end over gamma: 12 points", "Decay, omega = 0"]);
    const [one] = await drawn("--x", "gamma", "--fix", "omega=0", "end=3");
    expect(one).toBe("p_end over gamma: 4 points");
  });

  it("refuses what it does not have", async () => {
    for (const [args, words] of [
      [["--scalar", "p_max"], /--scalar: expected one of p_end/],
      [["--x", "g"], /--x: expected a parameter of the sweep, omega, gamma, end/],
      [["--x", "gamma", "--y", "gamma"], /two different parameters/],
      [["--fix", "end"], /--fix: expected NAME=VALUE/],
      [["--at", "1"], /--at goes with --figure wigner/],
    ] as [string[], RegExp][]) {
      const ended = await lindblad("plot", store, "--figure", "sweep", "--out", at("none.svg"), ...args);
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
    }
    const ended = await lindblad("plot", small, "--figure", "levels", "--scalar", "p_end", "--out", at("none.svg"));
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--scalar goes with --figure sweep, not with levels/),
    });
    expect(existsSync(at("none.svg"))).toBe(false);
  });
});
