/**
 * Pools whose workers run the library as built, on the kernel that this process tests, and problems for them.
 */
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach } from "vitest";
import {
  basis,
  destroy,
  fock,
  type HermitianOperator,
  num,
  type Solution,
  sigmam,
  sigmax,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { pool } from "../../bindings/pool/node.ts";
import type { Pool, PoolOptions } from "../../bindings/pool/web.ts";

const { hashOfSources, isBuilt } = await import(new URL("../../scripts/state.mjs", import.meta.url).href);
let checked = false;

/** A file of the library as built, which must be of these sources. */
export function dist(file: string): URL {
  checked ||= isBuilt(hashOfSources());
  if (!checked) throw new Error("dist is not of these sources; npm run build makes it");
  return new URL(`../../dist/bindings/${file}`, import.meta.url);
}

export const realWorker = () => new Worker(dist("pool/worker-node.js"));
/** A worker that runs a few lines of CommonJS in place of ours. */
export const fakeWorker = (code: string) => new Worker(code, { eval: true });
/** One that starts as ours does, and at its first job does something else. */
export const failingWorker = (atRun: string, options = {}) =>
  new Worker(
    `const { parentPort } = require("node:worker_threads");
     parentPort.on("message", ({ type, job }) => {
       if (type === "init") parentPort.postMessage({ type: "done", job, value: { objects: [] } });
       else { ${atRun} }
     });`,
    { eval: true, ...options },
  );

const pools: Pool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((workers) => workers.close()));
});

/** A pool that is closed after the test. */
export function testPool(options: PoolOptions = {}): Pool {
  const wasm = readFileSync(new URL(`../../build/wasm/${getKernel().build}.wasm`, import.meta.url));
  const workers = pool({ size: 1, worker: realWorker, init: { wasm }, ...options });
  pools.push(workers);
  return workers;
}

/** A damped oscillator with a Hermitian and another observable. */
export function oscillator(d = 8, rate = 0.3) {
  return [
    num(d),
    fock(d, 3),
    [0, 0.5, 1],
    { cOps: [{ op: destroy(d), rate }], eOps: { n: num(d), a: destroy(d) } },
  ] as const;
}

/** 10¹² steps: days. */
export const ENDLESS = [
  sigmax(),
  basis(2, 0),
  [0, 1e6],
  { cOps: [sigmam()], method: "rk4", dt: 1e-6, maxSteps: Number.MAX_SAFE_INTEGER },
] as const;

const numbersOf = (state: HermitianOperator) => [state.dims, state.storage, state.toDense()] as const;

/** All of a solution that does not depend on the clock. */
export function contentsOf({ times, expect, states, finalState, stats }: Solution) {
  return {
    times,
    expect,
    states: states?.map(numbersOf),
    finalState: numbersOf(finalState),
    stats: { ...stats, milliseconds: 0 },
  };
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was not rejected");
}
