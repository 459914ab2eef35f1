/**
 * A Redis server of a test's own: a free port of the loopback interface, a temporary folder, durable as production needs it; stopped by its process id.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** A server that runs, or has been killed. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Its data. */
  readonly folder: string;
  /** As kill -9. */
  kill(): Promise<void>;
  /** On the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something to ask the server with; closed by `stop`. */
  client(): Redis;
}

/** Milliseconds until a server that does not answer counts as one that cannot start. */
const START = 15_000;

/** Starts a server. @param more further arguments of redis-server @param scheme in its URL, with what stands before the host */
export async function redisServer(more: readonly string[] = [], scheme = "redis://"): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "lindblad-redis-"));
  const port = await freePort();
  const clients: Redis[] = [];
  const isPlain = !more.includes("--tls-port");
  const args = [
    ...["--port", isPlain ? `${port}` : "0", "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    ...["--appendonly", "yes", "--maxmemory-policy", "noeviction"],
    ...more.map((word) => word.replace("PORT", `${port}`)),
  ];
  let child: ChildProcess;
  const server: RedisServer = {
    ...{ port, folder, url: `${scheme}127.0.0.1:${port}` },
    async start() {
      child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (text) => (said += text));
      const failed = once(child, "error").then(([error]) => {
        const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
        throw missing ? new Error("redis-server is not installed: apt-get install redis-server") : error;
      });
      const ended = once(child, "exit").then(([code]) => {
        throw new Error(`redis-server ended with exit code ${code}:\n${said}`);
      });
      failed.catch(() => {});
      ended.catch(() => {});
      await Promise.race([failed, ended, answers(port)]);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
    client() {
      const client = new Redis(server.url, { maxRetriesPerRequest: null });
      client.on("error", () => {});
      clients.push(client);
      return client;
    },
  };
  await server.start();
  return server;
}

/** Resolves when something listens there. */
async function answers(port: number): Promise<void> {
  const until = performance.now() + START;
  while (performance.now() < until) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`redis-server does not answer on port ${port}`);
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
