/**
 * A process of scripts/soak.mjs: judges the problems of a range on one build of the kernel and writes a line of JSON for each.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { init } from "../../bindings/index.ts";
import { getKernel, supports } from "../../bindings/kernel/load.ts";
import { isOf, problemOf } from "./generate.ts";
import { faultsOf, judge } from "./judge.ts";
import { minimise } from "./minimise.ts";
import { startQutip } from "./qutip.ts";

/** What scripts/soak.mjs asks for. */
interface Order {
  readonly build: "release" | "relaxed" | "debug";
  /** The debug build, a file. */
  readonly debugKernel: string;
  readonly from: number;
  readonly to: number;
  readonly tolerances: readonly number[];
  readonly python: string | undefined;
  readonly script: string;
  /** When to begin no other problem: milliseconds since 1970; null, as JSON has infinity, is never. */
  readonly until: number | null;
}

const order = JSON.parse(process.argv[2]!) as Order;
const { build, tolerances } = order;
if (build === "debug") {
  await init({ wasm: readFileSync(order.debugKernel) });
} else {
  if (build === "relaxed" && !supports("relaxed")) setFlagsFromString("--experimental-wasm-relaxed-simd");
  await init({ isa: build === "relaxed" ? "relaxed" : "simd" });
}
if (getKernel().build !== build) throw new Error(`the kernel is of build "${getKernel().build}", not "${build}"`);

const qutip = order.python === undefined ? undefined : startQutip(order.python, order.script);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
for (let seed = order.from; seed < order.to; seed++) {
  if (!isOf(build, seed)) continue;
  if (order.until !== null && Date.now() > order.until) break;
  // Large ones cost the most and differ the least.
  const problem = problemOf(seed, isOf("large", seed));
  const { family } = problem;
  try {
    const judgement = await judge(problem, qutip, { tolerances, limits: isOf("limits", seed) });
    const { verdicts, qutip: agreement } = judgement;
    const faults = faultsOf(judgement);
    const [first] = faults;
    const kept = first === undefined ? undefined : await smallest(problem, judgement.verdicts.find(isWrong)?.way);
    say({ seed, family, verdicts, qutip: agreement, faults, kept, bytes: process.memoryUsage().rss });
  } catch (error) {
    say({ seed, family, verdicts: [], faults: [`problem ${seed} (${family}): ${(error as Error).stack}`] });
  }
}
qutip?.close();

function isWrong({ ratio, allowed }: { ratio: number; allowed: number }): boolean {
  return !(ratio <= allowed);
}

/** The smallest problem that the same way has wrong; where none has, that QuTiP has differently. */
async function smallest(problem: Parameters<typeof minimise>[0], way: string | undefined) {
  return await minimise(problem, async (candidate) => {
    const judgement = await judge(candidate, way === undefined ? qutip : undefined, { tolerances: [candidate.rtol] });
    if (way === undefined) return faultsOf(judgement).some((fault) => fault.includes("QuTiP"));
    // What is refused is another matter.
    return judgement.verdicts.some((one) => one.way === way && isWrong(one) && one.failed === undefined);
  });
}
