/**
 * `lindblad worker` as a process: how it ends, what becomes of its chunks when it is killed, and what it refuses.
 */
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { ChunkCrashError } from "../../sweep/src/engine.ts";
import { VERSION } from "../../sweep/src/hash.ts";
import { KEYS, PREFIX, QUEUE } from "../../sweep/src/queue/protocol.ts";
import { lindblad } from "../cli/lindblad.ts";
import {
  failure,
  here,
  longChunk,
  never,
  one,
  openEngine,
  problemOf,
  serverOfItsOwn,
  start,
  startWorker,
} from "./machines.ts";

describe("a worker", () => {
  const chunk = longChunk(2);

  /** The job that a worker has begun, for the nth time. */
  const begun = async (client: Redis, times = 1): Promise<string> => {
    for (;;) {
      for (const id of await client.lrange(`${PREFIX}:${QUEUE}:active`, 0, -1)) {
        // BullMQ counts there how often it was started
        if ((await client.hget(KEYS.job(id), "ats")) === `${times}`) return id;
      }
      await new Promise((next) => setTimeout(next, 10));
    }
  };

  /** An engine whose chunks take a thousand million steps a point. */
  const endless = (url: string) => {
    const solver = { method: "rk4", dt: 2e-9, maxSteps: 2e9 } as const;
    return openEngine(url, problemOf("slow", { model: { ...problemOf("slow").model, solver } }));
  };

  it.each(["SIGTERM", "SIGINT"] as const)(
    "finishes its chunk on %s and ends with 0; twice ends it at once",
    async (signal) => {
      const server = await serverOfItsOwn();
      const worker = await startWorker(server.url);
      const engine = await openEngine(server.url, problemOf(signal));
      const result = engine.submit(chunk, never);
      await begun(server.client());
      worker.process.kill(signal);
      expect((await result).result.scalars.n_end).toEqual(here(chunk.indices.length));
      expect(await worker.ended).toBe(0);
      expect(worker.said).toMatch(/finishing the chunks .*\n1 chunk computed\n$/s);

      const hasty = await startWorker(server.url);
      const slow = await endless(server.url);
      const more = failure(slow.submit(one, never));
      await begun(server.client());
      hasty.process.kill(signal);
      await hasty.says(/once more ends it at once/);
      hasty.process.kill(signal);
      expect(await hasty.ended).toBe(signal === "SIGINT" ? 130 : 143);
      await slow.close();
      expect((await more).message).toBe("the queue was closed");
    },
  );

  // four processes, one after the other, beside whatever else the machine does
  const patience = { timeout: 240_000 };
  it(
    "that is killed leaves its chunk to another; a chunk whose workers die three times is to blame",
    patience,
    async () => {
      const server = await serverOfItsOwn();
      const engine = await openEngine(server.url, problemOf("killed"));
      const rescued = engine.submit(one, never);
      const first = await startWorker(server.url);
      await rescued;
      // One that never ends by itself, however late its workers are killed.
      const poison = failure((await endless(server.url)).submit(chunk, never));
      const client = server.client();
      await begun(client);
      await first.kill("SIGKILL");
      for (const times of [2, 3]) {
        const next = await startWorker(server.url);
        await begun(client, times);
        await next.kill("SIGKILL");
      }
      await startWorker(server.url);
      const error = await poison;
      expect(error).toBeInstanceOf(ChunkCrashError);
      expect(error).toMatchObject({ id: 1 });
      expect(error.message).toMatch(/^chunk 1: job stalled more than allowable limit \(worker on .*\)$/);
    },
  );

  it("gives up a chunk that takes too long, three times", async () => {
    const server = await serverOfItsOwn();
    // Far more than a thread needs to begin, on a machine that has other things to do; far less than the chunk takes.
    await startWorker(server.url, ["--time-limit", "2"]);
    const slow = await endless(server.url);
    const error = await failure(slow.submit(one, never));
    expect(error).toBeInstanceOf(ChunkCrashError);
    expect(error.message).toMatch(/no answer in 2 s/);
    await slow.close();
    // its thread is another one now
    const engine = await openEngine(server.url, problemOf("quick"));
    expect((await engine.submit(one, never)).result.scalars.n_end).toEqual(here(1));
  });

  it("refuses a problem of another version, which ends it", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const engine = await openEngine(server.url, problemOf("future", { version: "99.0.0" }));
    const error = await failure(engine.submit(one, never));
    expect(error).toMatchObject({ code: "VERSION_MISMATCH", found: VERSION, expected: "99.0.0" });
    expect(error.message).toMatch(/^worker on .*: has version .*, expected 99.0.0: install the same version/);
  });

  it("says what is wrong with a problem", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const engine = await openEngine(server.url, problemOf("wrong", { outputs: { scalars: ["m_end"] } }));
    const error = await failure(engine.submit(one, never));
    expect(error.code).toBe("WORKER_REFUSED");
    expect(error.message).toMatch(/outputs: scalars.*m_end/);
  });

  it("does not compute what is not the problem that the job means", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const engine = await openEngine(server.url, problemOf("changed"));
    const client = server.client();
    const [key] = await client.keys("lindblad:problem:*");
    await client.set(key!, "something else");
    const error = await failure(engine.submit(one, never));
    expect(error).toBeInstanceOf(ChunkCrashError);
    expect(error.message).toContain("does not have this hash");
  });

  it("takes its address from the environment", async () => {
    const server = await serverOfItsOwn();
    const worker = start(["worker", "--concurrency", "1"], { LINDBLAD_REDIS: server.url });
    await worker.says(/^worker .* 1 thread, redis:/m);
    const { code, stderr } = await lindblad("worker");
    expect(code).toBe(2);
    expect(stderr).toContain("--redis");
  });
});
