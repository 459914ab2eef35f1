/**
 * A process that is given hostile input, case after case, and says of each what came of it: the error, processor seconds, how long a piece of work takes here
 * that is always the same, and the most memory beyond that before the case. On Linux the mark of most memory is set back between cases; elsewhere that of the whole process counts.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { groups, linkCases } from "./cases.mjs";

// The page's own code comes bundled, in a file that the second argument names.
const [, , group, page] = process.argv;
const cases = page === undefined ? groups[group] : linkCases(await import(page));
const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

const kilobytes = (field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))[1]);
const isLinux = process.platform === "linux";
const now = () => (isLinux ? kilobytes("VmRSS") : process.memoryUsage().rss / 1024);
const most = () => (isLinux ? kilobytes("VmHWM") : process.resourceUsage().maxRSS);

/** Text of 1.7 MB, which is parsed and gone through: what the cases do, so that it is slower where they are. */
const TEXT = JSON.stringify(Array.from({ length: 50_000 }, (_, k) => ({ number: k / 7, text: `${k}` })));

/** Processor seconds of that, four times over. */
function unitOfWork() {
  const begun = process.cpuUsage();
  let sum = 0;
  for (let round = 0; round < 4; round++) {
    for (const { number, text } of JSON.parse(TEXT))
      for (const character of text) sum += number * character.charCodeAt(0);
  }
  if (!(sum > 0)) throw new Error("nothing was gone through");
  return secondsSince(begun);
}
const secondsSince = (begun) => {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
};

// What is loaded, and compiled, on first use is no case's own.
for (const { make, take } of groups.warm) {
  try {
    await take(await make());
  } catch {}
}
unitOfWork();
let unit = unitOfWork();
for (const { name, make, take } of cases) {
  const input = await make();
  globalThis.gc();
  if (isLinux) writeFileSync("/proc/self/clear_refs", "5");
  const [memory, cpu] = [now(), process.cpuUsage()];
  let said;
  try {
    await take(input);
    said = { accepted: true };
  } catch (error) {
    const { code, path, where, column, line, message } = error;
    said = {
      type: error.name,
      isTyped: typeof code === "string" && !code.startsWith("ERR_"),
      code,
      path: path ?? where,
      column,
      line,
      message,
    };
  }
  const [seconds, megabytes] = [secondsSince(cpu), Math.max(0, most() - memory) / 1024];
  // The machine may have become slower meanwhile.
  if (seconds > 10 * unit) unit = Math.max(unit, unitOfWork());
  const polluted = JSON.stringify(Object.getOwnPropertyNames(Object.prototype)) !== before || {}.polluted !== undefined;
  console.log(JSON.stringify({ name, ...said, polluted, seconds, unit, megabytes }));
}
