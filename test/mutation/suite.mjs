/**
 * What the tests use of vitest, and no more: they are collected and run in this process, from a fresh start of the library as often as wanted. Stryker's
 * own runner of vitest loads everything again in a new thread for each mutant, which takes longer than the tests.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import vm from "node:vm";
import fc from "fast-check";
import { expect } from "vitest";
import { bundleOf, LIBRARY } from "./tests.mjs";

/** Cases that a property has at most: what the first few do not notice, the others seldom do. */
const MOST_CASES = 4;

const requireOutside = createRequire(import.meta.url);
const scripts = new Map();

/** A start of the library and of a file of tests: modules of its own, a kernel of its own. */
export async function start() {
  const modules = new Map();
  let collected = [];
  let path = [];
  const add = (name, run) => collected.push({ name: [...path, name].join(" > "), run });

  const each = (register) => (table) => (name, run) => {
    table.forEach((row, k) => {
      register(`${name} [${k}]`, () => (Array.isArray(row) ? run(...row) : run(row)));
    });
  };
  const prop = (arbitraries, settings) => (name, run) => {
    const property = fc.asyncProperty(...arbitraries, async (...values) => run(...values));
    add(name, () => checked(property, settings));
  };
  const test = Object.assign((name, run) => add(name, run), { each: each(add), prop });
  const describe = (name, body) => {
    path = [...path, name];
    body();
    path = path.slice(0, -1);
  };
  describe.each = each(describe);
  const own = {
    vitest: { describe, expect, it: test, test },
    "fast-check": { __esModule: true, ...fc, default: { ...fc, assert: checked } },
    "@fast-check/vitest": { fc, it: test, test },
  };

  /** As Node's `require`, but for modules of this start. */
  function load(file) {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const require = (name) =>
      own[name] ?? (name.startsWith(".") ? load(resolve(dirname(file), name)) : requireOutside(name));
    scriptOf(file)(module.exports, require, module);
    return module.exports;
  }

  const { init } = load(resolve(bundleOf(LIBRARY)));
  await init({ isa: "simd" });
  return {
    /** The tests of a file, `{ name, run }`. */
    collect(name) {
      collected = [];
      load(resolve(bundleOf(name)));
      return collected;
    },
  };
}

/** Few cases, always the same, and the first that fails is enough. */
function checked(property, { numRuns = MOST_CASES, seed = 1, ...settings } = {}) {
  return fc.assert(property, { ...settings, seed, numRuns: Math.min(numRuns, MOST_CASES), endOnFailure: true });
}

function scriptOf(file) {
  let script = scripts.get(file);
  if (script === undefined) {
    const text = `(function (exports, require, module) {${readFileSync(file, "utf8")}\n})`;
    script = new vm.Script(text, { filename: file });
    scripts.set(file, script);
  }
  return script.runInThisContext();
}

/** Runs a test. @throws what it throws, or when it asserted less or more often than it says */
export async function runTest({ run }) {
  expect.setState({ assertionCalls: 0, expectedAssertionsNumber: null, expectedAssertionsNumberErrorGen: null });
  await run();
  const { assertionCalls, expectedAssertionsNumber } = expect.getState();
  if (expectedAssertionsNumber !== null && expectedAssertionsNumber !== assertionCalls) {
    throw new Error(`${expectedAssertionsNumber} assertions are announced, ${assertionCalls} were made`);
  }
}
