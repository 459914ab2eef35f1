/**
 * What a sweep on many machines costs beside the computing: processor time a chunk of the coordinator, of Redis and of a worker, bytes a point on
 * the way, and what recording costs. No peers. The figures that docs/scaling.md plans with.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "../dist/bindings/model/index.js";
import { VERSION } from "../sweep/dist/hash.js";
import { inlineEngine, mergeStores, redisEngine, sweep } from "../sweep/dist/index.js";
import { encode } from "../sweep/dist/queue/frame.js";
import { packPoints } from "../sweep/dist/queue/packed.js";
import { readOptions } from "./support/options.mjs";
import { printMachine, printTable, writeResults } from "./support/output.mjs";
import { processorSeconds, withRedis } from "./support/redis.mjs";

/** A qubit that is driven and decays; three parameters are swept, four numbers wanted. */
const MODEL = {
  version: 1,
  kind: "lindblad",
  parameters: { g: 0.3, h: 1, F: 0.2 },
  dims: [2],
  hamiltonian: "h * sigmaz + F * sigmax",
  jumps: [{ op: "sigmam", rate: "g" }],
  initial: "fock(2, 1)",
  times: { to: 2, count: 101 },
  observables: { n: "num(2)", x: "sigmax" },
};
const model = loadModel(JSON.stringify(MODEL), "json");
const SCALARS = ["n_end", "n_min", "x_end", "x_maxAbs"];
/** Chunks of each kind: points, whether there are series, how many chunks. */
const KINDS = [
  { key: "empty", title: "no points", points: 0, series: [], chunks: 3000 },
  { key: "scalars", title: "1000 points, 4 scalars", points: 1000, series: [], chunks: 200 },
  { key: "series", title: "100 points, 4 scalars, a series of 101", points: 100, series: ["n"], chunks: 300 },
];
/** Submitted at once, as the coordinator does for a few workers. */
const WINDOW = 16;
const RECORDED = 200_000;

const { only } = readOptions();
printMachine([]);
const entries = [];
for (const kind of KINDS) if (wanted(kind.key)) entries.push(await throughRedis(kind));
if (wanted("record")) entries.push(await recording());
print(entries);
writeResults("queue", { entries });

function wanted(key) {
  return only === undefined || only.split(",").includes(key);
}

function valuesOf(id, points) {
  return Float64Array.from({ length: points }, (_, k) => 0.1 + ((id * points + k) % 997) / 1000);
}

function chunkOf(id, points) {
  const g = valuesOf(id, points);
  const parameters = { g, h: g.map((x) => 2 * x), F: g.map((x) => x / 2) };
  return {
    id,
    indices: Float64Array.from({ length: Math.max(points, 1) }, (_, k) => id * points + k + id),
    points: { count: points, parameters },
  };
}

function throughRedis({ key, title, points, series, chunks }) {
  return withRedis(async ({ url, pid, worker }) => {
    const workerPid = await worker();
    const problem = problemOf(series);
    const engine = await redisEngine({ url })(problem);
    const { signal } = new AbortController();
    let next = 0;
    const lane = async (end) => {
      while (next < end) await engine.submit(chunkOf(next++, points), signal);
    };
    const run = (end) => Promise.all(Array.from({ length: WINDOW }, () => lane(end)));
    // everything compiled
    await run(Math.ceil(chunks / 10));
    const before = { ...process.cpuUsage(), redis: processorSeconds(pid), worker: processorSeconds(workerPid) };
    const [from, started] = [next, performance.now()];
    await run(from + chunks);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    const entry = {
      ...{ key, title, points, chunks },
      wall: seconds / chunks,
      coordinator: (user + system) / 1e6 / chunks,
      redis: (processorSeconds(pid) - before.redis) / chunks,
      worker: (processorSeconds(workerPid) - before.worker) / chunks,
      ...(await bytesOf(problem, points)),
    };
    await engine.close();
    return entry;
  });
}

function problemOf(series) {
  return { hash: "bench", version: VERSION, model, outputs: { scalars: SCALARS, series } };
}

/** Bytes of a job's part and of its result. */
async function bytesOf(problem, points) {
  const chunk = chunkOf(1, points);
  const engine = await inlineEngine(problem);
  const { result, build } = await engine.submit(chunk, new AbortController().signal);
  const sent = encode({ indices: chunk.indices, points: chunk.points }).length;
  return { sent: (4 / 3) * sent, returned: encode(packPoints(result, build)).length, plain: 8 * numbersOf(result) };
}

function numbersOf({ scalars, series, times, seconds }) {
  const all = [...Object.values(scalars), ...Object.values(series), times, seconds];
  return all.reduce((sum, { length }) => sum + length, 0);
}

/** An engine that knows the results already, so that recording is all there is to do. */
async function recording() {
  const folder = mkdtempSync(join(tmpdir(), "lindblad-bench-store-"));
  const size = 4000;
  try {
    const inline = await inlineEngine(problemOf([]));
    const { result, build } = await inline.submit(chunkOf(1, size), new AbortController().signal);
    const known = async () => ({
      ...{ name: "known", capacity: 2 },
      submit: async ({ id, points: { count } }) => ({
        id,
        build,
        result: count === size ? result : cut(result, count),
      }),
      close: async () => {},
    });
    const axis = (name, count) => ({ name, values: { from: 0.1, to: 1, count, scale: "linear" } });
    const axes = [axis("g", 100), axis("h", 100), axis("F", RECORDED / 10_000)];
    const spec = { mode: "grid", axes, count: RECORDED, seed: 0 };
    const store = join(folder, "a.duckdb");
    const halves = [0, 1].map((k) => [join(folder, `half-${k}`), [(k * RECORDED) / 2, ((k + 1) * RECORDED) / 2]]);
    const outputs = { scalars: SCALARS };
    const timed = async (action) => {
      const begin = { ...process.cpuUsage(), at: performance.now() };
      await action();
      const { user, system } = process.cpuUsage(begin);
      return { processor: (user + system) / 1e6, wall: (performance.now() - begin.at) / 1000 };
    };
    const whole = await timed(() => sweep(model, spec, { outputs, engine: known, store, chunk: size }));
    for (const [file, range] of halves)
      await sweep(model, spec, { outputs, engine: known, store: file, range, chunk: size });
    const joined = await timed(() =>
      mergeStores(
        halves.map(([file]) => file),
        join(folder, "all"),
      ),
    );
    return {
      ...{ key: "record", title: `${RECORDED} points with 3 parameters and 4 scalars, recorded` },
      ...{ points: RECORDED, processor: whole.processor / RECORDED, wall: whole.wall / RECORDED },
      ...{ bytes: statSync(store).size / RECORDED, merge: joined.wall / RECORDED },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cut({ scalars, errors, seconds }, count) {
  const few = Object.fromEntries(Object.entries(scalars).map(([name, values]) => [name, values.subarray(0, count)]));
  return {
    count,
    scalars: few,
    series: {},
    times: new Float64Array(0),
    errors: errors.slice(0, count),
    seconds: seconds.subarray(0, count),
  };
}

function print(all) {
  const micro = (seconds) => (1e6 * seconds).toPrecision(3);
  const queued = all.filter(({ key }) => key !== "record");
  console.log("\na chunk through Redis, microseconds of processor time; bytes: sent, returned, returned uncompressed");
  printTable(
    ["chunk", "coordinator", "Redis", "worker", "sent", "returned", "plain"],
    queued.map(({ title, coordinator, redis, worker, sent, returned, plain }) => [
      title,
      ...[coordinator, redis, worker].map(micro),
      ...[sent, returned, plain].map((bytes) => bytes.toFixed(0)),
    ]),
  );
  for (const { title, processor, wall, bytes, merge } of all.filter(({ key }) => key === "record")) {
    console.log(
      `\n${title}: ${micro(processor)} us a point of processor time, ${micro(wall)} us in all, ${bytes.toFixed(1)} bytes`,
    );
    console.log(`stores joined: ${micro(merge)} us a point`);
  }
}
