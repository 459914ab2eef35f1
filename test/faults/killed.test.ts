/** Workers of a pool killed at random moments: every call is right or told of by a typed error, and the pool goes on. */
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mesolve, WorkerCrashedError } from "../../bindings/index.ts";
import { dist, oscillator, realWorker, testPool } from "../pool/support.ts";

const WORKERS = 3;
/** Calls go on until all have been made, and until the last strike; not for ever. */
const [LEAST_CALLS, MOST_CALLS] = [800, 20_000];
/** After how many milliseconds each, and which of the workers that there are. */
const [strikes] = fc.sample(
  fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.nat()), { minLength: 25, maxLength: 25 }),
  {
    seed: 912,
    numRuns: 1,
  },
) as [[number, number][]];

it(`answers ${LEAST_CALLS} calls and more while ${strikes.length} of its workers are killed`, async () => {
  // One that is not of these sources could not start: its calls would count as those of workers that were killed.
  expect(() => dist("pool/worker-node.js")).not.toThrow();
  const alive = new Set<Worker>();
  const worker = () => {
    const thread = realWorker();
    // Not while it starts: when as many starts fail in a row as there are workers, all that wait are told so.
    thread.once("message", () => alive.add(thread));
    thread.once("exit", () => alive.delete(thread));
    return thread;
  };
  const workers = testPool({ size: WORKERS, worker });
  const problems = Array.from({ length: 20 }, (_, k) => oscillator(40, 0.1 + k / 20));
  const expected = problems.map((problem) => mesolve(...problem).expect.n);
  let [calls, killed, crashed, isOver] = [0, 0, 0, false];
  const killer = (async () => {
    for (const [after, which] of strikes) {
      do await new Promise((resolve) => setTimeout(resolve, after));
      while (!isOver && alive.size === 0);
      if (isOver) return;
      const all = [...alive];
      await all[which % all.length]!.terminate();
      killed++;
    }
  })();
  /** One call after the other; there are more of these than workers, so that some always wait. */
  const caller = async () => {
    while (calls < MOST_CALLS && (calls < LEAST_CALLS || killed < strikes.length)) {
      const k = calls++ % problems.length;
      try {
        expect((await workers.mesolve(...problems[k]!)).expect.n).toEqual(expected[k]);
      } catch (error) {
        expect(error).toBeInstanceOf(WorkerCrashedError);
        expect(error).toMatchObject({ phase: "run" });
        crashed++;
      }
    }
  };
  await Promise.all(Array.from({ length: 4 * WORKERS }, caller)).finally(() => {
    isOver = true;
  });
  await killer;
  expect(killed).toBe(strikes.length);
  // A worker may be killed between two calls.
  expect(crashed).toBeGreaterThan(0);
  expect(crashed).toBeLessThanOrEqual(killed);
  expect([workers.running, workers.pending]).toEqual([0, 0]);
  expect((await workers.mesolve(...oscillator())).times).toHaveLength(3);
  console.log(`${calls} calls, ${killed} workers killed, ${crashed} calls with them`);
});
