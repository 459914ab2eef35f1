/** How long the fuzzing goes on, and from which seed: `npm run test:fuzz` has other ones than `npm test`. */
import { getKernel } from "../../../bindings/kernel/load.ts";

const BUILDS = ["release", "debug", "relaxed"];

/** Of each fuzzer. */
export const SECONDS = Number(process.env.LINDBLAD_FUZZ_SECONDS ?? 2);
/** Cases of each fuzzer in `npm test`, which has the same ones on every machine, however fast it is. */
const CASES = 1000;

/** Whether that is enough, of so many cases since `started`. */
export const isEnough = (cases: number, started: number): boolean =>
  process.env.LINDBLAD_FUZZ_SECONDS === undefined ? cases >= CASES : performance.now() - started >= 1000 * SECONDS;

/** Each build has cases of its own. */
export const SEED = 3 * Number(process.env.LINDBLAD_FUZZ_SEED ?? 20261129) + BUILDS.indexOf(getKernel().build);

/** Prints what was done; `npm run test:fuzz` alone does. */
export function report(what: string, counts: Record<string, number>): void {
  if (process.env.LINDBLAD_FUZZ_SECONDS === undefined) return;
  const said = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(`${what}, build "${getKernel().build}": ${said.join(", ")}\n`);
}
