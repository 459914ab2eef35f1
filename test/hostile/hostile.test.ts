import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/browser.ts";

/**
 * What any one case may take: so many times the processor seconds of a piece of work that is measured in the same process, since machines are more or less
 * fast and have other things to do; and megabytes beyond what the process had before. The worst figures measured are in docs/reliability.md.
 */
const UNITS = 100;
const MEGABYTES = 450;

/** A heap that a case which keeps what it is given to expand would fill. */
const HEAP = 1024;

interface Said {
  readonly name: string;
  readonly accepted?: true;
  readonly type: string;
  readonly isTyped: boolean;
  readonly code: string;
  readonly path: string | undefined;
  readonly message: string;
  readonly polluted: boolean;
  readonly seconds: number;
  /** Processor seconds of the piece of work. */
  readonly unit: number;
  readonly megabytes: number;
}

const folder = join(root, "build", "hostile");
const runner = fileURLToPath(new URL("run-cases.mjs", import.meta.url));
const page = join(folder, "page.mjs");

function run(...args: string[]): Promise<Said[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--expose-gc", `--max-old-space-size=${HEAP}`, runner, ...args], {
      timeout: 220_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        said[stream] += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const lines = said.stdout.split("\n").filter((line) => line !== "");
      const last = lines.at(-1)?.slice(0, 200);
      if (code === 0) resolve(lines.map((line) => JSON.parse(line) as Said));
      else reject(new Error(`the process ended with ${code ?? signal} after ${last}: ${said.stderr.slice(0, 500)}`));
    });
  });
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, "entry.mjs");
  const from = (file: string) => JSON.stringify(join(root, "web", "src", file));
  writeFileSync(
    entry,
    `export { decodeText } from ${from("share/link.ts")};\nexport { checkText } from ${from("editor/check.ts")};\n`,
  );
  const build = await rolldown({ input: entry, external: /^(lindblad|yaml)/, platform: "node", logLevel: "silent" });
  await build.write({ file: page, format: "esm" });
  await build.close();
});

interface Figures {
  readonly cases: number;
  readonly seconds: number;
  readonly units: number;
  readonly megabytes: number;
  readonly slowest: string;
  readonly largest: string;
}
const figures: Record<string, Figures> = {};

/** Keeps the worst of a group, to be shown. */
function note(group: string, all: readonly Said[]): void {
  const slowest = all.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const largest = all.reduce((a, b) => (b.megabytes > a.megabytes ? b : a));
  figures[group] = {
    ...{ cases: all.length, seconds: slowest.seconds, units: slowest.seconds / slowest.unit },
    ...{ megabytes: largest.megabytes, slowest: slowest.name, largest: largest.name },
  };
}
afterAll(() => {
  writeFileSync(join(folder, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
  console.log(
    Object.entries(figures)
      .map(([group, { cases, seconds, units, megabytes, slowest, largest }]) =>
        [
          group.padEnd(12),
          `${cases} cases`.padStart(10),
          `${seconds.toFixed(2)} s`,
          `${units.toFixed(0)} units`,
          slowest,
          `${megabytes.toFixed(0)} MB`,
          largest,
        ].join("  "),
      )
      .join("\n"),
  );
});

function expectBounded({ name, seconds, unit, megabytes }: Said): void {
  expect(unit, name).toBeGreaterThan(0);
  expect(seconds / unit, name).toBeLessThan(UNITS);
  expect(megabytes, name).toBeLessThan(MEGABYTES);
}

describe("hostile input is refused with a typed error that names the place, in bounded time and memory", () => {
  it.each([
    ["text", 26],
    ["notation", 22],
    ["prototypes", 142],
    ["expressions", 25],
    ["sizes", 22],
    ["sweeps", 12],
    ["arrays", 25],
    ["objects", 5],
    ["links", 10],
  ] as const)(
    "%s",
    async (group, count) => {
      const all = group === "links" ? await run(group, pathToFileURL(page).href) : await run(group);
      expect(all).toHaveLength(count);
      for (const said of all) {
        expect(said, said.name).toMatchObject({ isTyped: true, path: expect.any(String), polluted: false });
        expect(said.message.length, said.name).toBeLessThan(2200);
        expectBounded(said);
      }
      note(group, all);
    },
    // Longer than a process may take, which would outlive its test.
    240_000,
  );
});

it("models that are as large as may be and dense are taken within the same bounds", async () => {
  const all = await run("largest");
  expect(all.map(({ name, accepted, message }) => [name, accepted, message])).toEqual([
    ["two parts", true, undefined],
    ["two parts in a state of all levels", true, undefined],
  ]);
  all.forEach(expectBounded);
  note("largest", all);
}, 240_000);
