/**
 * `npm test`: every suite, two at a time, going on after a failure. The last line, `N passed, N failed`, covers them all.
 * `npm test -- --only vitest:debug,biome` runs some of them; a name also takes in what begins with it (`--only vitest`).
 */
import { parseArgs } from "node:util";
import { main } from "./process.mjs";
import { ensureConsumers, ensureEngine, setup } from "./setup.mjs";
import { suites } from "./suites.mjs";
import { ensureTools } from "./tools.mjs";

const LANES = 2;

await main(async () => {
  const chosen = choose(process.argv.slice(2));
  const prepared = await runSuite({ name: "setup", run: () => prepare(chosen) });
  if (prepared.failed > 0) printResult(prepared);
  const results = prepared.failed > 0 ? [prepared] : await runAll(chosen);
  return printSummary(results) ? 0 : 1;
});

async function prepare(chosen) {
  await setup();
  const any = (...beginnings) => chosen.some(({ name }) => beginnings.some((beginning) => name.startsWith(beginning)));
  if (any("vitest", "package")) await ensureTools();
  if (any("vitest:newer", "package")) await ensureEngine();
  if (any("package")) await ensureConsumers();
  return { passed: 0, failed: 0 };
}

function choose(args) {
  const { values } = parseArgs({ args, options: { only: { type: "string" } } });
  const all = suites();
  if (values.only === undefined) return all;
  const wanted = values.only.split(",");
  const isWanted = (name, want) => name === want || name.startsWith(`${want}:`);
  const unknown = wanted.filter((want) => !all.some(({ name }) => isWanted(name, want)));
  if (unknown.length > 0) {
    throw new Error(`no suite is called ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  }
  return all.filter(({ name }) => wanted.some((want) => isWanted(name, want)));
}

/** The results, in the order of the suites. */
async function runAll(chosen) {
  const results = [];
  const numbered = chosen.entries();
  const lane = async () => {
    // Both lanes draw from one iterator.
    for (const [index, suite] of numbered) {
      results[index] = await runSuite(suite);
      printResult(results[index]);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

async function runSuite({ name, run }) {
  const begin = performance.now();
  let result;
  try {
    result = await run();
  } catch (error) {
    result = { passed: 0, failed: 1, output: error.stack };
  }
  return { skipped: 0, ...result, name, seconds: (performance.now() - begin) / 1000 };
}

function printResult({ name, passed, failed, seconds, output, note }) {
  const verdict = failed > 0 ? "FAILED" : "ok";
  console.log(
    `\n== ${name}: ${verdict}, ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s${note ? ` (${note})` : ""}`,
  );
  if (failed > 0) console.log(output.trimEnd());
}

/** The table of suites and the line that covers them all; whether everything passed. */
function printSummary(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(
    `\n${"suite".padEnd(24)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}${"seconds".padStart(10)}`,
  );
  for (const { name, passed, failed, skipped, seconds } of results) {
    console.log(
      name.padEnd(24) +
        `${passed}`.padStart(8) +
        `${failed}`.padStart(8) +
        `${skipped}`.padStart(9) +
        seconds.toFixed(1).padStart(10),
    );
  }
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0;
}
