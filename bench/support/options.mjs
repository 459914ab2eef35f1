/** The options of all suites; scripts/bench.mjs and the suites read the same command line. Node built-ins only. */
import { parseArgs } from "node:util";

const OPTIONS = {
  engine: { type: "string", default: "current" },
  "engine-flags": { type: "boolean", default: false },
  only: { type: "string" },
  budget: { type: "string" },
  threads: { type: "string" },
  large: { type: "boolean", default: false },
  "no-dynamiqs": { type: "boolean", default: false },
};

/** `{ suite, engine, engineFlags, only, minutes, threads, large, dynamiqs }`. @throws for what is no option, or no time */
export function readOptions(args = process.argv.slice(2)) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  if (positionals.length > 1) throw new Error(`one benchmark at a time, not ${positionals.join(" and ")}`);
  if (!["current", "newer"].includes(values.engine)) throw new Error("--engine is either current or newer");
  const minutes = values.budget === undefined ? undefined : Number(values.budget);
  if (minutes !== undefined && !(minutes > 0)) throw new Error("--budget is a number of minutes");
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new Error("--threads is a number of threads");
  return {
    suite: positionals[0],
    engine: values.engine,
    engineFlags: values["engine-flags"],
    only: values.only,
    minutes,
    threads,
    large: values.large,
    dynamiqs: !values["no-dynamiqs"],
  };
}
