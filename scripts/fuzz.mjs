/**
 * `npm run test:fuzz [-- --minutes 5 --seed 1]`: the fuzzers of `npm test`, for longer and on other cases: every exported function of the kernel, on its
 * three builds, and every function of the library.
 */
import { parseArgs } from "node:util";
import { binOf, main, run } from "./process.mjs";
import { setup } from "./setup.mjs";

const BUILDS = ["release", "relaxed", "debug"];

await main(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string", default: `${Date.now() % 100_000}` },
    },
  });
  await setup();
  console.log(`seed ${values.seed}`);
  // Two fuzzers on each build.
  const seconds = `${(60 * Number(values.minutes)) / BUILDS.length / 2}`;
  let failed = 0;
  for (const build of BUILDS) {
    const env = {
      ...process.env,
      LINDBLAD_BUILD: build,
      LINDBLAD_FUZZ_SECONDS: seconds,
      LINDBLAD_FUZZ_SEED: values.seed,
    };
    const args = [binOf("vitest"), "run", "--no-file-parallelism", "test/kernel/fuzz-"];
    if ((await run(process.execPath, args, { env })) !== 0) failed++;
  }
  return failed === 0 ? 0 : 1;
});
