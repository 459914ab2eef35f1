/**
 * `npm run test:soak`: random problems, each solved in every way of ours, on all builds of the kernel, and by QuTiP (test/differential). Prints
 * tables of errors over tolerances, in Markdown; ends with 1 where results disagree beyond what was asked for.
 *
 * --problems 2000   how many, on the release build; one in eight on the relaxed one, one in sixteen on the debug one
 * --seed 0          the number of the first
 * --budget 60       minutes after which no other is begun; as long as it takes if not given
 * --no-qutip        without QuTiP
 * --out FILE        the tables and what disagreed go there too
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { main, root } from "./process.mjs";
import { ensureVenv } from "./python.mjs";
import { ensureEngine, setup } from "./setup.mjs";
import { tablesOf } from "./soak-tables.mjs";

const FOLDER = join(root, "test", "differential");
const BUILT = join(root, "build", "soak");
/** Problems of a process: what one leaves behind does not add up. */
const BATCH = 250;
const TOLERANCES = [1e-4, 1e-6, 1e-8, 1e-10];
const BUILDS = ["release", "relaxed", "debug"];

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  await setup();
  const python = options.qutip
    ? await ensureVenv(join(root, "build", "python-venv"), join(root, "test", "support", "requirements.txt"))
    : undefined;
  const child = await bundle();
  const results = [];
  const [debugKernel, script] = [join(root, "build", "wasm", "debug.wasm"), join(FOLDER, "qutip_oracle.py")];
  let peak = 0;
  const until = Date.now() + 60_000 * options.minutes;
  for (let from = options.seed; from < options.end && Date.now() < until; from += BATCH) {
    const to = Math.min(from + BATCH, options.end);
    for (const build of BUILDS) {
      // Relaxed SIMD is a newer Node's own.
      const node = (build === "relaxed" ? await ensureEngine() : undefined) ?? process.execPath;
      const tolerances = build === "release" ? TOLERANCES : [];
      const order = { build, debugKernel, from, to, tolerances, python, script, until };
      await judge(node, child, order, (result) => {
        results.push({ ...result, build });
        peak = Math.max(peak, result.bytes ?? 0);
        for (const fault of result.faults) console.error(`${build}: ${fault}`);
      });
    }
    console.error(`problems ${from} to ${to - 1}: ${results.length} solved, ${megabytes(peak)} at most`);
  }
  const begun = results.filter(({ build }) => build === "release").length;
  const left = options.end - options.seed - begun;
  const wrong = results.filter(({ faults }) => faults.length > 0);
  const text = [
    `${shares(results)}; from number ${options.seed} on${left > 0 ? `, ${left} left where the budget ended` : ""}. ${wrong.length} with disagreements. A process had ${megabytes(peak)} at most.`,
    ...tablesOf(results),
    ...wrong.map(
      ({ build, faults, kept }) => `${build}: ${faults.join("\n")}\n\nmade smaller:\n\n${JSON.stringify(kept)}`,
    ),
  ].join("\n\n");
  console.log(text);
  if (options.out) writeFileSync(options.out, `${text}\n`);
  return wrong.length > 0 || results.length === 0 ? 1 : 0;
});

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

/** How many problems each build has solved. */
function shares(results) {
  const counts = BUILDS.map((build) => [build, results.filter((one) => one.build === build).length]);
  return `Problems: ${counts.map(([build, count]) => `${count} on the ${build} build`).join(", ")}`;
}

function readOptions(args) {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      problems: { type: "string", default: "2000" },
      seed: { type: "string", default: "0" },
      budget: { type: "string" },
      qutip: { type: "boolean", default: true },
      out: { type: "string" },
    },
  });
  const number = (name, least) => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value < least)
      throw new Error(`--${name} is a number from ${least} on, not ${values[name]}`);
    return value;
  };
  const seed = Math.floor(number("seed", 0));
  const end = seed + Math.floor(number("problems", 1));
  return {
    seed,
    end,
    minutes: values.budget === undefined ? Number.POSITIVE_INFINITY : number("budget", 0),
    qutip: values.qutip,
    out: values.out,
  };
}

/** The child as one file of JavaScript. */
async function bundle() {
  mkdirSync(BUILT, { recursive: true });
  const file = join(BUILT, "child.mjs");
  const build = await rolldown({ input: join(FOLDER, "soak-child.ts"), platform: "node", cwd: root });
  await build.write({ file, format: "esm", codeSplitting: false });
  await build.close();
  return file;
}

/** Runs a child to its end; every line that it writes is a result. @throws when it dies */
function judge(node, file, order, use) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [file, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
    createInterface({ input: child.stdout }).on("line", (line) => use(JSON.parse(line)));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`problems ${order.from} to ${order.to} on ${order.build}: ended with ${signal ?? code}`)),
    );
  });
}
