/**
 * What the tests of sweeps on several machines share: a cheap model, workers as real processes, and a small coordinator.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { loadModel, runPoints } from "lindblad/model";
import { onTestFinished } from "vitest";
import type { Chunk, Problem } from "../../sweep/src/chunk.ts";
import type { Engine } from "../../sweep/src/engine.ts";
import { redisEngine } from "../../sweep/src/engines/redis.ts";
import { VERSION } from "../../sweep/src/hash.ts";
import { MAIN } from "../cli/lindblad.ts";
import { type RedisServer, redisServer } from "../support/redis.ts";

/** A qubit that decays: n_end = exp(-2 g). */
export const QUBIT = {
  version: 1,
  kind: "lindblad",
  parameters: { g: 0.3, h: 1 },
  dims: [2],
  hamiltonian: "h * sigmaz",
  jumps: [{ op: "sigmam", rate: "g" }],
  initial: "fock(2, 1)",
  times: [0, 2],
  observables: { n: "num(2)" },
};

/** A problem of this model; another `name` is another problem. */
export function problemOf(name: string, changed: Partial<Problem> = {}): Problem {
  const model = loadModel(JSON.stringify(QUBIT), "json");
  return { hash: name, version: VERSION, model, outputs: { scalars: ["n_end"] }, ...changed };
}

/** A process of `lindblad` that goes on until it is told to end. */
export interface Running {
  readonly process: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly said: string;
  /** Resolves when this has been written to stderr. */
  says(what: RegExp): Promise<void>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts `lindblad` with these arguments; killed at the end of the test at the latest. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "true", ...env },
  });
  let said = "";
  child.stdout!.resume();
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  const running: Running = {
    process: child,
    get said() {
      return said;
    },
    async says(what) {
      while (!what.test(said)) {
        const more = await Promise.race([once(child.stderr!, "data"), ended]);
        if (!Array.isArray(more) && !what.test(said)) {
          throw new Error(`ended with ${more} before it said ${what}:\n${said}`);
        }
      }
    },
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
  onTestFinished(async () => void (await running.kill("SIGKILL")));
  return running;
}

/** A worker, once it is there. Its chunks are given to others a second after it is gone. */
export async function startWorker(url: string, more: readonly string[] = [], env = {}): Promise<Running> {
  const worker = start(["worker", "--redis", url, "--concurrency", "1", "--lock", "1", ...more], env);
  await worker.says(/^worker /m);
  return worker;
}

/** g at point k. */
export const rateAt = (k: number): number => 0.1 + k / 10_000;

/** n_end at points 0 … count - 1 through an engine, some chunks at once. @param done is called with how many points there are, and waited for */
export async function runThrough(
  engine: Engine,
  count: number,
  size: number,
  done: (points: number) => unknown = () => {},
): Promise<Float64Array> {
  const all = new Float64Array(count).fill(Number.NaN);
  const chunks = Array.from({ length: Math.ceil(count / size) }, (_, id) => id).values();
  const { signal } = new AbortController();
  let points = 0;
  const lane = async () => {
    for (const id of chunks) {
      const indices = Array.from({ length: Math.min(size, count - id * size) }, (_, k) => id * size + k);
      const chunk = { id, indices, points: { count: indices.length, parameters: { g: indices.map(rateAt) } } };
      const { result } = await engine.submit(chunk, signal);
      // once each
      if (indices.some((k) => !Number.isNaN(all[k]))) throw new Error(`chunk ${id} came twice`);
      all.set(result.scalars.n_end!, id * size);
      points += indices.length;
      await done(points);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return all;
}

/** n_end at points 0 … count - 1, computed here. */
export const here = (count: number): Float64Array =>
  runPoints(
    problemOf("").model,
    { count, parameters: { g: Array.from({ length: count }, (_, k) => rateAt(k)) } },
    { scalars: ["n_end"] },
  ).scalars.n_end!;

/** A chunk that takes so many seconds. */
export function longChunk(seconds: number): Chunk {
  const tried = 200;
  const started = performance.now();
  here(tried);
  const count = Math.ceil((tried * 1000 * seconds) / (performance.now() - started));
  const indices = Array.from({ length: count }, (_, k) => k);
  return { id: 1, indices, points: { count, parameters: { g: indices.map(rateAt) } } };
}

/** An engine that is closed at the end of the test. @param said gets what it says */
export async function openEngine(url: string, problem = problemOf("points"), said: string[] = []): Promise<Engine> {
  const engine = await redisEngine({ url, tell: (text) => said.push(text) })(problem);
  onTestFinished(() => engine.close());
  return engine;
}

/** A server that is stopped at the end of the test. */
export async function serverOfItsOwn(...args: Parameters<typeof redisServer>): Promise<RedisServer> {
  const server = await redisServer(...args);
  onTestFinished(() => server.stop());
  return server;
}

/** A chunk. */
export const one = { id: 3, indices: [0], points: { count: 1, parameters: { g: [rateAt(0)] } } };
export const never = new AbortController().signal;

/** What it is rejected with. */
export const failure = (made: Promise<unknown>): Promise<Error & { code?: string }> =>
  made.then(
    () => new Error("nothing failed"),
    (error) => error,
  );
