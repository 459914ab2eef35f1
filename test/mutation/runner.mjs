/**
 * Runs tests for Stryker, one mutant after the other in one process. Each file of tests starts from a fresh library, so that nothing that a mutant has
 * spoilt, or that was computed before it, is seen by another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { runTest, start } from "./suite.mjs";
import { isSlow, testFiles } from "./tests.mjs";

/** Seconds of the processor that each test took in the dry run, and how often it noticed: Stryker starts another process where a mutant held one up. */
const RECORD = "bundled/record.json";
/** Of a mutant that no test notices, those tests are run that took so many seconds together: `npm run test:mutation -- --seconds`. */
const MOST_SECONDS = Number(process.env.LINDBLAD_MUTATION_SECONDS);
/** How often a mutant is reached before it counts as one that never ends, by how often all tests reach it otherwise. */
const MOST_HITS = { least: 1e5, times: 3 };
/** How many tests are tried before others of their files, and what a start takes, in seconds. */
const [FIRST, STARTING] = [2, 0.02];
/** What is left of earlier notices at the next: neighbouring mutants are noticed by the same tests. */
const MEMORY = 0.9;

class Runner {
  /** What Stryker's sources look at, too. */
  #state = {};

  constructor() {
    globalThis.__stryker__ = this.#state;
  }

  capabilities() {
    // Every run is from a fresh start.
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const coverage = { static: {}, perTest: {} };
    this.#state.mutantCoverage = coverage;
    const results = [];
    for (const file of testFiles()) {
      const { collect } = await start();
      // What a file does before its tests, it does for each of them.
      this.#state.currentTestId = file;
      const tests = collect(file);
      for (const [k, test] of tests.entries()) {
        if (isSlow(test)) continue;
        const id = `${file}#${k}`;
        coverage.perTest[id] = { ...coverage.perTest[file] };
        this.#state.currentTestId = id;
        results.push(await resultOf(id, test));
      }
      delete coverage.perTest[file];
      this.#state.currentTestId = undefined;
    }
    const record = results.map(({ id, seconds }) => [id, { seconds, notices: 0 }]);
    writeFileSync(RECORD, JSON.stringify(Object.fromEntries(record)));
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit: hundredfold }) {
    const hitLimit = MOST_HITS.least + MOST_HITS.times * (hundredfold / 100);
    const results = [];
    let failed = false;
    Object.assign(this.#state, { hitCount: 0, hitLimit });
    const record = JSON.parse(readFileSync(RECORD, "utf8"));
    for (const [file, ids] of chosen(testFilter, record)) {
      if (failed) break;
      this.#state.activeMutant = undefined;
      const { collect } = await start();
      this.#state.activeMutant = activeMutant.id;
      for await (const result of resultsOf(() => collect(file), ids)) {
        results.push(result);
        failed = result.status === TestStatus.Failed;
        if (failed) break;
      }
    }
    if (failed) note(record, results.at(-1).id);
    const timeout = determineHitLimitReached(this.#state.hitCount, hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests: results });
  }
}

/** Which tests are run in which order, by their files: first those that notice much in little time, then the quickest of each file, the second of each… */
function chosen(ids, record) {
  const worth = (id) => (record[id].notices + MEMORY / 20) / (record[id].seconds + STARTING);
  const best = [...ids].sort((a, b) => worth(b) - worth(a));
  const quick = [...ids].sort((a, b) => record[a].seconds - record[b].seconds);
  const places = new Map([...byFile(quick)].flatMap(([, some]) => some.map((id, k) => [id, k])));
  const others = best.slice(FIRST).sort((a, b) => places.get(a) - places.get(b));
  let left = MOST_SECONDS;
  const within = [...best.slice(0, FIRST), ...others].filter((id, k) => {
    const taken = k === 0 || record[id].seconds <= left;
    if (taken) left -= record[id].seconds;
    return taken;
  });
  return [...byFile(within.slice(0, FIRST)), ...byFile(within.slice(FIRST))];
}

function byFile(ids) {
  const files = new Map();
  for (const id of ids) files.set(fileOf(id), [...(files.get(fileOf(id)) ?? []), id]);
  return files;
}

function note(record, id) {
  for (const test of Object.values(record)) test.notices *= MEMORY;
  record[id].notices++;
  writeFileSync(RECORD, JSON.stringify(record));
}

const fileOf = (id) => id.slice(0, id.lastIndexOf("#"));

async function* resultsOf(collect, ids) {
  let tests;
  try {
    tests = collect();
  } catch (error) {
    yield failureOf({ id: ids[0], name: ids[0], timeSpentMs: 0 }, error);
    return;
  }
  for (const id of ids) yield await resultOf(id, tests[Number(id.slice(id.lastIndexOf("#") + 1))]);
}

async function resultOf(id, test) {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const base = () => {
    const { user, system } = process.cpuUsage(used);
    const timeSpentMs = performance.now() - begin;
    return { id, name: `${fileOf(id)} > ${test.name}`, timeSpentMs, seconds: (user + system) / 1e6 };
  };
  try {
    await runTest(test);
  } catch (error) {
    return failureOf(base(), error);
  }
  return { ...base(), status: TestStatus.Success };
}

function failureOf(base, error) {
  return { ...base, status: TestStatus.Failed, failureMessage: String(error?.stack ?? error) };
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", () => new Runner())];
