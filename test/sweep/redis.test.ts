/**
 * Chunks through a real Redis to real workers: the same numbers as here, whatever is killed meanwhile; and what is said when something is wrong.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { selfTest } from "lindblad";
import { runPoints } from "lindblad/model";
import { describe, expect, it, onTestFinished } from "vitest";
import { PREFIX, QUEUE } from "../../sweep/src/queue/protocol.ts";
import { lindblad } from "../cli/lindblad.ts";
import { freePort } from "../support/redis.ts";
import {
  failure,
  here,
  never,
  one,
  openEngine,
  problemOf,
  runThrough,
  serverOfItsOwn,
  startWorker,
} from "./machines.ts";

describe("chunks through Redis", () => {
  it("are what they are here, to the bit, and leave nothing behind", async () => {
    const server = await serverOfItsOwn();
    await Promise.all([startWorker(server.url), startWorker(server.url)]);
    const engine = await openEngine(server.url);
    expect(engine.capacity).toBe(2);
    expect(await runThrough(engine, 1000, 37)).toEqual(here(1000));
    await engine.close();
    const left = await server.client().keys("*");
    // what the queue itself consists of
    expect(left.filter((key) => !/:(meta|id|events|stalled-check|stalled|marker|workers:[\w-]+)$/.test(key))).toEqual(
      [],
    );
  });

  it("carry series, times, failures of points and the kernel's build", async () => {
    const server = await serverOfItsOwn();
    await startWorker(server.url);
    const engine = await openEngine(
      server.url,
      problemOf("series", { outputs: { scalars: ["n_end"], series: ["n"] } }),
    );
    const points = { count: 3, parameters: { g: [0.2, -1, 0.3] } };
    const { result, build, id } = await engine.submit({ id: 7, indices: [4, 5, 6], points }, never);
    const local = runPoints(problemOf("").model, points, { scalars: ["n_end"], series: ["n"] });
    const { seconds: _, ...numbers } = result;
    const { seconds: __, ...expected } = local;
    expect(numbers).toEqual(expected);
    expect(result.errors[1]!.message).toContain("rate");
    expect([id, build]).toEqual([7, selfTest().build]);
  });

  it("wait for a worker, and say so", async () => {
    const server = await serverOfItsOwn();
    const said: string[] = [];
    const engine = await openEngine(server.url, problemOf("lonely"), said);
    expect(said.join()).toMatch(/no worker is there yet: expected lindblad worker --redis/);
    const result = engine.submit(one, never);
    await startWorker(server.url);
    expect((await result).result.scalars.n_end![0]).toBe(here(1)![0]);
  });

  it("that are given up before a worker has them are taken back", async () => {
    const server = await serverOfItsOwn();
    const engine = await openEngine(server.url, problemOf("given up"));
    const controller = new AbortController();
    const error = failure(engine.submit(one, controller.signal));
    controller.abort(new Error("enough"));
    expect((await error).message).toBe("enough");
    expect(await failure(engine.submit(one, controller.signal))).toMatchObject({ message: "enough" });
  });

  it("wait in Redis as few as are submitted", async () => {
    const server = await serverOfItsOwn();
    const engine = await openEngine(server.url, problemOf("window"));
    const all = Array.from({ length: 20 }, (_, id) => failure(engine.submit({ ...one, id, indices: [id] }, never)));
    const client = server.client();
    while ((await client.llen(`${PREFIX}:${QUEUE}:wait`)) < 20) await new Promise((next) => setTimeout(next, 10));
    await engine.close();
    for (const error of await Promise.all(all)) expect(error.message).toBe("the queue was closed");
    expect(await client.llen(`${PREFIX}:${QUEUE}:wait`)).toBe(0);
  });
});

describe("a coordinator", () => {
  it("is the only one of its problem", async () => {
    const server = await serverOfItsOwn();
    await openEngine(server.url, problemOf("mine"));
    const error = await failure(openEngine(server.url, problemOf("mine")));
    expect(error.code).toBe("COORDINATOR_BUSY");
    expect(error.message).toMatch(new RegExp(`run through the same Redis by process ${process.pid} on .*`));
    await openEngine(server.url, problemOf("another"));
  }, 30_000);
});

describe("Redis", () => {
  it("that loses everything, or is killed and comes back, costs nothing but time", async () => {
    const server = await serverOfItsOwn();
    const said: string[] = [];
    const worker = await startWorker(server.url);
    const engine = await openEngine(server.url, problemOf("lost"), said);
    const client = server.client();
    // at these numbers of points
    const strikes = [
      { at: 500, strike: () => client.flushall() },
      { at: 1000, strike: () => server.kill().then(() => server.start()) },
      {
        at: 1500,
        strike: () =>
          server
            .kill()
            .then(() => new Promise((r) => setTimeout(r, 1500)))
            .then(() => server.start()),
      },
    ];
    let struck: Promise<unknown> = Promise.resolve();
    const found = await runThrough(engine, 2000, 25, (points) => {
      if (strikes[0] && points >= strikes[0].at) struck = strikes.shift()!.strike();
      return struck;
    });
    expect(strikes).toEqual([]);
    expect(found).toEqual(here(2000));
    for (const texts of [said.join("\n"), worker.said]) {
      expect(texts).toMatch(/lost the connection to Redis at redis:\/\/127.*trying again/);
      expect(texts).toMatch(/connected to Redis at .* again/);
    }
  });

  it("whose memory is full for a while costs nothing but time, and is named", async () => {
    const server = await serverOfItsOwn();
    const said: string[] = [];
    const worker = await startWorker(server.url);
    const engine = await openEngine(server.url, problemOf("full"), said);
    const client = server.client();
    let full: Promise<unknown> | undefined;
    const found = await runThrough(engine, 1000, 10, (points) => {
      if (points < 300 || full) return;
      full = client
        .config("SET", "maxmemory", "1")
        .then(() => new Promise((next) => setTimeout(next, 2500)))
        .then(() => client.config("SET", "maxmemory", "0"));
    });
    await full;
    expect(found).toEqual(here(1000));
    expect(said.join("\n") + worker.said).toMatch(/OOM command not allowed/);
  });

  it("that is not there is named within seconds", async () => {
    const port = await freePort();
    const started = performance.now();
    const { code, stderr } = await lindblad("worker", "--redis", `redis://:secret@127.0.0.1:${port}`);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: Redis at redis:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*expected a running redis-server/,
    );
    expect(stderr).not.toContain("secret");
    expect(await failure(openEngine(`redis://127.0.0.1:${port}`))).toMatchObject({ code: "REDIS" });
  });

  it.each(["http://127.0.0.1", "127.0.0.1:6379", "redis://127.0.0.1:6379/one", "redis://"])(
    "is not called %s",
    async (url) => {
      expect((await failure(openEngine(url))).message).toMatch(/expected redis:\/\/\[user:password@\]host/);
    },
  );

  it.each([
    "redis://:p@secret@127.0.0.1:99999",
    "redis://:50%secret@127.0.0.1:1",
    "redis://user:12/secret@127.0.0.1:1",
    "redis://user:12#secret@127.0.0.1:1",
    "redis://user:12?secret@127.0.0.1:1",
    "redis://127.0.0.1:1?password=secret",
    "redis:/:secret@127.0.0.1:1",
    "redis:secret@127.0.0.1:1",
    ":secret@127.0.0.1:1",
    "unix://:secret@/redis.sock",
    "unix:///%E0",
  ])("is not called %s, and what may be a password is not shown", async (url) => {
    const error = await failure(openEngine(url));
    expect(error).toMatchObject({ code: "REDIS", message: expect.stringMatching(/expected redis:.*%2F/) });
    expect(error.message).not.toContain("secret");
  });

  it("with a password", async () => {
    const server = await serverOfItsOwn(["--requirepass", "p@ss"], "redis://:p%40ss@");
    await startWorker(server.url);
    const engine = await openEngine(server.url);
    expect(await runThrough(engine, 20, 5)).toEqual(here(20));
    const without = server.url.replace(":p%40ss@", "");
    expect((await failure(openEngine(without))).message).toMatch(/NOAUTH.*expected a password in the URL/);
    expect((await failure(openEngine(server.url.replace("40", "41")))).message).toMatch(/WRONGPASS/);
  });

  it("over TLS, with an authority of one's own", async () => {
    const server = await serverOfItsOwn();
    const at = (name: string) => join(server.folder, name);
    const request = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-nodes"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-keyout", at("key.pem"), "-out", at("cert.pem"), ...request],
      { stdio: "pipe" },
    );
    const certificates = [
      "--tls-cert-file",
      at("cert.pem"),
      "--tls-key-file",
      at("key.pem"),
      "--tls-auth-clients",
      "no",
    ];
    const secure = await serverOfItsOwn(["--tls-port", "PORT", ...certificates], "rediss://");
    const trusting = { NODE_EXTRA_CA_CERTS: at("cert.pem") };
    const worker = await startWorker(secure.url, [], trusting);
    expect(worker.said).toMatch(/^worker .*rediss:\/\/\S+\n$/);
    const { code, stderr } = await lindblad("worker", "--redis", secure.url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/self-signed certificate/);
  });

  it("through a socket", async () => {
    const server = await serverOfItsOwn(["--unixsocket", join("/tmp", `lindblad-PORT.sock`)]);
    const socket = `/tmp/lindblad-${server.port}.sock`;
    onTestFinished(() => rmSync(socket, { force: true }));
    const url = `unix://${socket}`;
    await startWorker(url);
    expect(await runThrough(await openEngine(url), 20, 5)).toEqual(here(20));
  });

  it("that throws away keys when it is full is refused; without a limit it is warned of", async () => {
    const server = await serverOfItsOwn(["--maxmemory-policy", "allkeys-lru", "--maxmemory", "100mb"]);
    expect((await failure(openEngine(server.url))).message).toMatch(
      /throws away jobs \(maxmemory-policy allkeys-lru\): expected/,
    );
    await server.client().config("SET", "maxmemory", "0");
    const said: string[] = [];
    await openEngine(server.url, problemOf("unlimited"), said);
    expect(said.join("\n")).toMatch(/has maxmemory-policy allkeys-lru, harmless without a maxmemory/);
  });
});
