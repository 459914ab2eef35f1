/** A Redis server for as long as a benchmark runs, as durable as production needs it, and workers of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../cli/bin/lindblad.mjs", import.meta.url));
/** Clock ticks a second of /proc. */
const TICKS = 100;

/** Runs `action` with the URL of a server, and a function that starts a worker of one thread; both end with it. */
export async function withRedis(action) {
  const folder = mkdtempSync(join(tmpdir(), "lindblad-bench-redis-"));
  const socket = join(folder, "redis.sock");
  const children = [];
  const start = async (command, args, stream, ready) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let said = "";
    child.on("error", (error) => {
      throw new Error(`${command} does not start (apt-get install redis-server): ${error.message}`);
    });
    while (!ready.test(said)) said += (await once(child[stream], "data"))[0];
    for (const one of [child.stdout, child.stderr]) one.resume();
    return child.pid;
  };
  try {
    const durable = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""];
    const server = ["--port", "0", "--unixsocket", socket, "--dir", folder, ...durable];
    const pid = await start("redis-server", server, "stdout", /ready to accept connections/i);
    const url = `unix://${socket}`;
    const worker = () =>
      start(process.execPath, [MAIN, "worker", "--redis", url, "--concurrency", "1"], "stderr", /^worker /m);
    return await action({ url, pid, worker });
  } finally {
    for (const child of children.reverse()) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true });
  }
}

/** Processor time of another process, of all its threads, in seconds. */
export function processorSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // the name, in brackets, may have blanks
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
