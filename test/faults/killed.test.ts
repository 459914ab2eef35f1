/** Workers of a pool killed at random moments: every call is right or told of by a typed error, and the pool goes on. */
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mesolve, WorkerCrashedError } from "../../bindings/index.ts";
import { oscillator, realWorker, testPool } from "../pool/support.ts";

const CALLS = 800;
/** After how many milliseconds each, and which of the workers that there are. */
const [strikes] = fc.sample(
  fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.nat()), { minLength: 25, maxLength: 25 }),
  {
    seed: 912,
    numRuns: 1,
  },
) as [[number, number][]];

it(`answers ${CALLS} calls while ${strikes.length} of its workers are killed`, async () => {
  const alive = new Set<Worker>();
  const worker = () => {
    const thread = realWorker();
    // Not while it starts: when as many starts fail in a row as there are workers, all that wait are told so.
    thread.once("message", () => alive.add(thread));
    thread.once("exit", () => alive.delete(thread));
    return thread;
  };
  const workers = testPool({ size: 3, worker });
  const rates = Array.from({ length: CALLS }, (_, k) => 0.1 + k / CALLS);
  let [killed, over] = [0, false];
  const killer = (async () => {
    for (const [after, which] of strikes) {
      do await new Promise((resolve) => setTimeout(resolve, after));
      while (!over && alive.size === 0);
      if (over) break;
      const all = [...alive];
      killed++;
      await all[which % all.length]!.terminate();
    }
  })();
  const outcomes = await Promise.allSettled(rates.map((rate) => workers.mesolve(...oscillator(40, rate))));
  over = true;
  await killer;
  let crashed = 0;
  outcomes.forEach((outcome, k) => {
    if (outcome.status === "fulfilled") {
      expect(outcome.value.expect.n).toEqual(mesolve(...oscillator(40, rates[k]!)).expect.n);
      return;
    }
    expect(outcome.reason).toBeInstanceOf(WorkerCrashedError);
    crashed++;
  });
  expect(killed).toBeGreaterThan(5);
  expect(crashed).toBeLessThanOrEqual(killed);
  expect([workers.running, workers.pending]).toEqual([0, 0]);
  expect((await workers.mesolve(...oscillator())).times).toHaveLength(3);
});
