/**
 * Workers that end, fail or never start: their call is rejected with a typed error, and the others' are not.
 */
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { LindbladError, WorkerCrashedError } from "../../bindings/index.ts";
import { ENDLESS, failingWorker, fakeWorker, oscillator, realWorker, rejection, testPool } from "./support.ts";

/** A pool whose first worker is this one, and all others are ours. */
function poolWith(first: () => Worker, size = 1) {
  const made: Worker[] = [];
  const worker = () => {
    made.push(made.length === 0 ? first() : realWorker());
    return made.at(-1)!;
  };
  return { workers: testPool({ size, worker }), made };
}

describe("a worker that ends while it runs", () => {
  const crashes: [what: string, worker: () => Worker, detail: RegExp][] = [
    ["by process.exit", () => failingWorker("process.exit(3)"), /exit code 3/],
    ["by an error thrown later", () => failingWorker("setTimeout(() => { throw new TypeError('boom') })"), /boom/],
    ["by a rejection that nobody handles", () => failingWorker("Promise.reject(new Error('boom'))"), /boom/],
    [
      "by running out of memory",
      () =>
        failingWorker("const all = []; while (true) all.push([...Array(1000).keys()])", {
          resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
        }),
      /out of memory|heap|memory limit/i,
    ],
    [
      "by a message of no known kind",
      () => failingWorker("parentPort.postMessage('hello')"),
      /not of the pool's protocol/,
    ],
    [
      "by an answer to another job",
      () => failingWorker("parentPort.postMessage({ type: 'done', job: -1, value: { objects: [] } })"),
      /not of the pool's protocol/,
    ],
  ];
  it.each(crashes)("%s: the call is rejected, the worker replaced, the others go on", async (_, first, detail) => {
    const { workers, made } = poolWith(first);
    const crashed = rejection(workers.mesolve(...oscillator()));
    const others = [workers.mesolve(...oscillator()), workers.mesolve(...oscillator())];
    const error = await crashed;
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error).toMatchObject({ code: "WORKER_CRASHED", where: "mesolve", phase: "run" });
    expect(error.message).toMatch(detail);
    for (const { times } of await Promise.all(others)) expect(times).toHaveLength(3);
    expect(made).toHaveLength(2);
  });

  it("has its error as the cause", async () => {
    const { workers } = poolWith(() => failingWorker("setTimeout(() => { throw new TypeError('boom') })"));
    const { cause } = await rejection(workers.mesolve(...oscillator()));
    expect(cause).toBeInstanceOf(TypeError);
  });

  it("does not disturb its neighbour", async () => {
    const { workers, made } = poolWith(() => failingWorker("process.exit(1)"), 2);
    const calls = Array.from({ length: 10 }, () => workers.mesolve(...oscillator()));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", ...Array.from({ length: 9 }, () => "fulfilled")]);
    expect(made.length).toBeLessThanOrEqual(3);
  });

  it("may also be one whose message cannot be read", async () => {
    const { workers, made } = poolWith(realWorker);
    const call = rejection(workers.mesolve(...ENDLESS));
    made[0]!.emit("messageerror", new Error("no such class"));
    expect(await call).toBeInstanceOf(WorkerCrashedError);
    expect((await workers.mesolve(...oscillator())).times).toHaveLength(3);
  });

  it("may be idle: nobody is told, and the next call gets another", async () => {
    const { workers, made } = poolWith(realWorker);
    await workers.mesolve(...oscillator());
    await made[0]!.terminate();
    expect((await workers.mesolve(...oscillator())).times).toHaveLength(3);
    expect(made).toHaveLength(2);
  });

  it("is replaced after an error that the library does not throw on purpose", async () => {
    const code = `
      const error = { kind: "error", type: "RangeError", name: "RangeError", message: "trap", fields: {} };
      parentPort.postMessage({ type: "failed", job, error: { value: error, objects: [error] } });`;
    const { workers, made } = poolWith(() => failingWorker(code));
    const thrown = await rejection(workers.mesolve(...oscillator()));
    expect(thrown).toBeInstanceOf(RangeError);
    expect(thrown).not.toBeInstanceOf(LindbladError);
    await workers.mesolve(...oscillator());
    expect(made).toHaveLength(2);
  });
});

describe("a worker that cannot start", () => {
  const noWorkers = () => {
    throw new Error("no workers here");
  };
  // Told at once, a start is tried for every call; told later, as often as workers may run, and once more while the first were ending.
  const refusals: [what: string, worker: () => unknown, detail: RegExp, tries: number][] = [
    ["its factory throws", noWorkers, /no workers here/, 50],
    ["its factory makes no worker", () => 5, /is not a function/, 50],
    ["its factory makes nothing", () => undefined, /undefined/, 50],
    ["there is no such file", () => new Worker(new URL("./none.js", import.meta.url)), /none\.js/, 4],
    ["its script has an error of syntax", () => fakeWorker("this is not JavaScript"), /Unexpected/, 4],
    ["it ends at once", () => fakeWorker(""), /exit code 0/, 4],
  ];

  it.each(refusals)("rejects every call: %s", async (_, make, detail, most) => {
    let tries = 0;
    const worker = () => {
      tries++;
      return make() as Worker;
    };
    const workers = testPool({ size: 2, worker });
    const errors = await Promise.all(Array.from({ length: 50 }, () => rejection(workers.mesolve(...oscillator()))));
    for (const error of errors) {
      expect(error).toBeInstanceOf(WorkerCrashedError);
      expect(error).toMatchObject({ phase: "start" });
      expect(error.message).toMatch(detail);
    }
    expect(tries).toBeLessThanOrEqual(most);
    expect([workers.running, workers.pending]).toEqual([0, 0]);
  });

  it("rejects when it says nothing at all", async () => {
    const mute = () => fakeWorker("require('node:worker_threads').parentPort.on('message', () => {})");
    const call = testPool({ worker: mute, startTimeout: 200 }).mesolve(...oscillator());
    expect((await rejection(call)).message).toMatch(/the worker did not start: it gave no answer in 200 ms/);
  });

  it("is tried again by later calls", async () => {
    const { workers } = poolWith(() => fakeWorker("process.exit(1)"));
    expect(await rejection(workers.mesolve(...oscillator()))).toMatchObject({ phase: "start" });
    expect((await workers.mesolve(...oscillator())).times).toHaveLength(3);
  });
});
