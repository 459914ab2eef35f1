/** The other sides of the comparison: servers in bench/peers/ as child processes that answer one request at a time. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVERS = {
  QuTiP: { script: "qutip_server.py", python: () => process.env.BENCH_PYTHON },
  dynamiqs: { script: "dynamiqs_server.py", python: () => process.env.BENCH_PYTHON_DYNAMIQS },
};
const LIMIT_SECONDS = 300;

/** A request that was given up. */
export class PeerError extends Error {}

/** Whether the benchmark was started with an environment for this peer. */
export function hasPeer(name) {
  return SERVERS[name].python() !== undefined;
}

/**
 * A server, started with the first request. `ask(request, seconds)` resolves with its answer; one that takes longer, fails or dies
 * rejects with a {@link PeerError}, and the next request starts the server anew. The child shares this process's core.
 */
export function startPeer(name) {
  const { script, python } = SERVERS[name];
  if (python() === undefined)
    throw new Error("benchmarks are started by `npm run bench`, which makes their environments");
  const file = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
  let child;
  let answers;

  function start() {
    // QuTiP warns on import that it cannot draw.
    child = spawn(python(), ["-W", "ignore", file], { stdio: ["pipe", "pipe", "inherit"] });
    // What is written to a child that has just died: `ask` learns of that from the end of its answers.
    child.stdin.on("error", () => {});
    answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  return {
    name,
    async ask(request, seconds = LIMIT_SECONDS) {
      if (child === undefined) start();
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        child.kill("SIGKILL");
      }, seconds * 1000);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      clearTimeout(timer);
      if (done) {
        child = undefined;
        throw new PeerError(timedOut ? `longer than ${seconds.toFixed(0)} s` : `${name} ended unexpectedly`);
      }
      const answer = JSON.parse(value);
      if (answer.failed !== undefined) throw new PeerError(answer.failed);
      return answer;
    },
    close() {
      child?.kill();
    },
  };
}

/** QuTiP, and dynamiqs where it is installed; `body` gets them as a list, and all are ended after it. */
export async function withPeers(names, body) {
  const peers = names.filter(hasPeer).map(startPeer);
  try {
    return await body(peers);
  } finally {
    for (const peer of peers) peer.close();
  }
}
