/**
 * `npm run test:mutation [-- options]`: changes the sources in one place at a time and asks whether a test notices. docs/reliability.md
 * says how to read what it prints. By default the functions of bindings/bipartite, which takes hours:
 *   --sample SHARE   only these many of its functions, by chance (0 to 1)
 *   --seed N         which ones
 *   --files TEXT     only files whose path has this in it, or one of these, with commas between
 *   --seconds N      of tests for each mutant that none notices, the quickest of every file first; default 3
 *   --controller     the integrators' step control (assembly/integrators) instead: each mutant of the kernel is compiled
 *   --only N,N-M     with --controller: only the mutants of these numbers, as it prints them
 */
import { parseArgs } from "node:util";
import { main } from "./process.mjs";
import { ensureMutation, setup } from "./setup.mjs";

await main(async () => {
  const { values } = parseArgs({
    options: {
      sample: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
      files: { type: "string", default: "" },
      seconds: { type: "string", default: "3" },
      controller: { type: "boolean", default: false },
      only: { type: "string", default: "" },
    },
  });
  const [share, seed, seconds] = [values.sample, values.seed, values.seconds].map(Number);
  if (!(share > 0 && share <= 1))
    throw new Error(`--sample is a share of the functions, in (0, 1]; it is ${values.sample}`);
  if (!(Number.isInteger(seed) && seed >= 0)) throw new Error(`--seed is an integer from 0; it is ${values.seed}`);
  if (!(seconds > 0)) throw new Error(`--seconds is a number above 0; it is ${values.seconds}`);
  const only = numbersOf(values.only);
  if (only.length > 0 && !values.controller) throw new Error("--only is an option of --controller");
  await setup();
  await ensureMutation();
  const options = { share, seed, files: values.files, seconds, only };
  const { counts, survivors } = values.controller
    ? await (await import("../test/mutation/controller.mjs")).runController(options)
    : await (await import("../test/mutation/bipartite.mjs")).runBipartite(options);
  print(counts, survivors);
});

/** `3,7-9` are 3, 7, 8 and 9. */
function numbersOf(text) {
  return text.split(",").flatMap((part) => {
    if (part === "") return [];
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) throw new Error(`--only is a list of numbers and ranges, such as 3,7-9; it is ${text}`);
    return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, k) => Number(first) + k);
  });
}

/** The score is the share of mutants that were noticed, of those that could run. */
function print(counts, survivors) {
  for (const survivor of survivors) console.log(survivor);
  const { Killed: killed = 0, Timeout: timeout = 0, Survived: survived = 0, NoCoverage: unreached = 0 } = counts;
  const total = killed + timeout + survived + unreached;
  console.log(
    `${total} mutants: ${killed} killed, ${timeout} timed out, ${survived} survived, ${unreached} reached by no test`,
  );
  console.log(`score ${((100 * (killed + timeout)) / total).toFixed(1)} %`);
}
