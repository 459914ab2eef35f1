/**
 * A sweep of 10,000 points on two workers, of which a worker, the coordinator and Redis are killed (kill -9) at random moments, again and again: at
 * the end every point is there once, and is what an undisturbed run finds.
 */
import { join } from "node:path";
import fc from "fast-check";
import { loadModel, runPoints } from "lindblad/model";
import { expect, it } from "vitest";
import { Database } from "../../sweep/src/database.ts";
import { modelFile, scratch } from "../cli/lindblad.ts";
import { type Running, serverOfItsOwn, start, startWorker } from "./machines.ts";

/** A driven oscillator, which no other is computed together with: about a millisecond each. */
const MODEL = {
  version: 1,
  kind: "lindblad",
  parameters: { kappa: 0.3, F: 0.5 },
  dims: [9],
  operators: { a: "destroy(9)" },
  hamiltonian: "dag(a) * a + F * (a + dag(a))",
  jumps: [{ op: "a", rate: "kappa" }],
  initial: "fock(9, 0)",
  times: [0, 2],
  observables: { n: "dag(a) * a" },
};
const COUNT = 10_000;
const kappa = (k: number) => 0.1 + k / COUNT;
const undisturbed = (): Float64Array =>
  runPoints(
    loadModel(JSON.stringify(MODEL), "json"),
    { count: COUNT, parameters: { kappa: Float64Array.from({ length: COUNT }, (_, k) => kappa(k)) } },
    { scalars: ["n_end"] },
  ).scalars.n_end!;

type Victim = "worker" | "coordinator" | "redis";
/** In which order, and after how many milliseconds each. */
const [strikes] = fc.sample(
  fc.tuple(
    fc.shuffledSubarray<Victim>(["worker", "coordinator", "redis", "worker", "coordinator", "redis"], { minLength: 6 }),
    fc.array(fc.integer({ min: 50, max: 700 }), { minLength: 6, maxLength: 6 }),
  ),
  { seed: 910, numRuns: 1 },
) as [[Victim[], number[]]];

it(`loses nothing: ${strikes[0].join(", ")} killed`, { timeout: 120_000 }, async () => {
  const server = await serverOfItsOwn();
  const folder = scratch();
  const store = join(folder, "sweep.duckdb");
  const values = Array.from({ length: COUNT }, (_, k) => kappa(k));
  const sweep = { parameters: { kappa: values }, outputs: { scalars: ["n_end"] }, chunk: 50 };
  const file = modelFile(folder, { ...MODEL, sweep });
  const coordinate = async (): Promise<Running> => {
    const running = start(["sweep", file, "--store", store, "--redis", server.url]);
    await running.says(/^running/m);
    return running;
  };
  const workers = [await startWorker(server.url), await startWorker(server.url)];
  let coordinator = await coordinate();
  const strike: Record<Victim, () => Promise<void>> = {
    async worker() {
      await workers.shift()!.kill("SIGKILL");
      workers.push(await startWorker(server.url));
    },
    async coordinator() {
      await coordinator.kill("SIGKILL");
      coordinator = await coordinate();
    },
    async redis() {
      await server.kill();
      await server.start();
    },
  };
  for (const [k, victim] of strikes[0].entries()) {
    const over = await Promise.race([
      coordinator.ended,
      new Promise((resolve) => setTimeout(resolve, strikes[1][k])).then(() => "running"),
    ]);
    if (over !== "running")
      throw new Error(`the sweep was over (${over}) before ${victim} was killed: ${coordinator.said}`);
    await strike[victim]();
  }
  expect(`${await coordinator.ended} ${coordinator.said}`).toMatch(/^0 /);
  const database = await Database.open(store, { readOnly: true });
  const rows = await database.read('SELECT "index" AS k, kappa, n_end, status FROM points ORDER BY "index"');
  await database.close();
  expect(rows.map(({ k }) => Number(k))).toEqual(Array.from({ length: COUNT }, (_, k) => k));
  expect(rows.map((row) => row.kappa)).toEqual(values);
  expect(rows.filter(({ status }) => status !== "ok")).toEqual([]);
  expect(Float64Array.from(rows, ({ n_end }) => Number(n_end))).toEqual(undisturbed());
});
