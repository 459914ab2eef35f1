/** `node peak.mjs TASK PROBLEM`: one call in a fresh process; prints its peak resident set in bytes, before and after. */
import { readFileSync } from "node:fs";
import { problem } from "../problems/index.mjs";
import { operatorsOf, TASKS } from "../support/tasks.mjs";

const [task, key] = process.argv.slice(2);
const operators = operatorsOf(problem(key));
const before = peakBytes();
TASKS[task].run(operators);
console.log(JSON.stringify({ before, after: peakBytes() }));

/** Linux: of this program. What getrusage says there may be that of the process that started it. */
function peakBytes() {
  if (process.platform !== "linux") return 1024 * process.resourceUsage().maxRSS;
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
}
