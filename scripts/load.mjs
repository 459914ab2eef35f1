/**
 * Drives the server of examples/service with good, heavy and hostile requests at once, by autocannon on this machine, and says how it bore that:
 * answers a second, times to an answer, statuses, memory. Every answer that should be right is compared with the library's own. Ends with an error where
 * a good one was not right, something crashed, or memory grew.
 *
 *     npm run load                  60 seconds
 *     npm run load -- --seconds 5
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadModel, runModel } from "lindblad/model";
import { main, root } from "./process.mjs";

const service = join(root, "examples", "service");
const autocannon = createRequire(join(service, "package.json"))("autocannon");

const cavity = (levels, drive, more = {}) => ({
  version: 1,
  kind: "lindblad",
  dims: [levels],
  hamiltonian: `num(${levels}) + ${drive} * (create(${levels}) + destroy(${levels}))`,
  jumps: [`0.3 * destroy(${levels})`],
  initial: `fock(${levels}, 1)`,
  times: { to: 10, count: 51 },
  observables: { n: `num(${levels})` },
  ...more,
});
const GOOD = [0.1, 0.2, 0.3, 0.4, 0.5].map((drive) => cavity(10, drive));
const HEAVY = [cavity(48, 2, { times: { to: 60, count: 201 } }), cavity(60, 1, { times: { to: 40, count: 401 } })];
const brackets = (count) => "[".repeat(count) + "]".repeat(count);
const HOSTILE = [
  brackets(30_000),
  '{"__proto__": {"polluted": true}}',
  "{".repeat(1000),
  "x".repeat(100_000),
  JSON.stringify(cavity(4096, 1)),
  JSON.stringify(cavity(4, 1, { times: { to: 1, count: 1e9 } })),
  JSON.stringify(cavity(64, 9, { times: { to: 1e9, count: 2 } })),
  JSON.stringify(cavity(4, 1, { parameters: { a: "b", b: "a" } })),
  JSON.stringify(cavity(4, 1, { hamiltonian: "9**9**9**9 * num(4)" })),
  JSON.stringify(cavity(4, 1, { hamiltonian: `${"(".repeat(4000)}1${")".repeat(4000)}` })),
  JSON.stringify(cavity(4, 1, { operators: { p: `tensor(${Array(9).fill("(sigmax + sigmaz)").join(", ")}) ** 99` } })),
  JSON.stringify(cavity(4, 1, { hamiltonian: "num.constructor.constructor('return process')()" })),
];

/** What each kind of request is to be answered with: a busy server may ask any to come again. */
const KINDS = {
  good: { bodies: GOOD.map((model) => JSON.stringify(model)), connections: 6, fine: [200, 503] },
  heavy: { bodies: HEAVY.map((model) => JSON.stringify(model)), connections: 2, fine: [200, 503, 504] },
  hostile: { bodies: HOSTILE, connections: 4, fine: [400, 413, 422, 503] },
};

/** What the library itself answers, as JSON. */
function expected(body) {
  const { times, series, stats } = runModel(loadModel(body));
  const lists = Object.entries(series).map(([name, values]) => [name, [...values]]);
  return JSON.stringify({
    times: [...times],
    series: Object.fromEntries(lists),
    stats: { method: stats.method, steps: stats.steps },
  });
}

function start() {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PORT: "0", LOG: "silent", MAX_PER_CLIENT: "64" };
    const child = spawn(process.execPath, [join(service, "src", "main.mjs")], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const state = { child, said: "", ended: undefined };
    child.on("close", (code) => {
      state.ended = code;
      reject(new Error(`the service ended with ${code}: ${state.said}`));
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        state.said += chunk;
        state.url ??= /listening on (\S+)/.exec(state.said)?.[1];
        if (state.url) resolve(state);
      });
    }
  });
}

/** Drives one kind; resolves with times to an answer and statuses. */
function drive(url, { bodies, connections }, seconds, onAnswer) {
  const times = [];
  const statuses = {};
  let wrong = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        ...{ url: `${url}/solve`, connections, duration: seconds, timeout: 30, method: "POST" },
        requests: bodies.map((body) => ({
          ...{ method: "POST", path: "/solve", body, headers: { "content-type": "application/json" } },
          onResponse: (status, answer) => {
            if (!onAnswer(body, status, answer)) wrong++;
          },
        })),
      },
      (error, { errors, timeouts }) =>
        error ? reject(error) : resolve({ times: times.sort((a, b) => a - b), statuses, wrong, errors, timeouts }),
    );
    instance.on("response", (_client, status, _bytes, milliseconds) => {
      times.push(milliseconds);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
  });
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function body() {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
  const seconds = Number(values.seconds);
  if (!(seconds >= 4 && seconds <= 600)) throw new Error("--seconds: expected a number from 4 to 600");
  const right = new Map([...KINDS.good.bodies, ...KINDS.heavy.bodies].map((text) => [text, expected(text)]));
  const state = await start();
  const samples = [];
  const sampler = setInterval(
    async () => {
      const text = await fetch(`${state.url}/metrics`)
        .then((answer) => answer.text())
        .catch(() => "");
      const of = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]) / 2 ** 20;
      samples.push({ rss: of("process_resident_memory_bytes"), heap: of("nodejs_heap_used_bytes") });
    },
    Math.min(1000, seconds * 50),
  );
  const found = Object.fromEntries(
    await Promise.all(
      Object.entries(KINDS).map(async ([kind, plan]) => {
        const check = (text, status, answer) =>
          plan.fine.includes(status) && (status === 200 ? answer === right.get(text) : "error" in JSON.parse(answer));
        return [kind, await drive(state.url, plan, seconds, check)];
      }),
    ),
  );
  clearInterval(sampler);
  // The server is still there, and right.
  const [last] = KINDS.good.bodies;
  const answer = await fetch(`${state.url}/solve`, {
    method: "POST",
    body: last,
    headers: { "content-type": "application/json" },
  });
  const isRight = (await answer.text()) === right.get(last);
  state.child.kill("SIGTERM");
  while (state.ended === undefined) await new Promise((resolve) => setTimeout(resolve, 50));

  const quarter = (k) =>
    samples.slice(Math.floor((k * samples.length) / 4), Math.floor(((k + 1) * samples.length) / 4));
  const at = (k, name) => median(quarter(k).map((sample) => sample[name]));
  console.log(`${seconds} s`);
  console.log("kind      answers/s    p50 ms    p99 ms  not as they should  statuses");
  for (const [kind, { times, statuses, wrong }] of Object.entries(found)) {
    const share = (p) => (times[Math.floor(p * (times.length - 1))] ?? Number.NaN).toFixed(1).padStart(8);
    const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    const rate = (times.length / seconds).toFixed(1).padStart(9);
    console.log(
      `${kind.padEnd(8)}  ${rate}  ${share(0.5)}  ${share(0.99)}  ${String(wrong).padStart(18)}  ${counts.join(", ")}`,
    );
  }
  for (const name of ["rss", "heap"]) {
    const most = Math.max(...samples.map((sample) => sample[name]));
    console.log(
      `${name}: second quarter ${at(1, name).toFixed(0)} MB, last ${at(3, name).toFixed(0)} MB, most ${most.toFixed(0)} MB`,
    );
  }
  const problems = [
    ...Object.entries(found).flatMap(([kind, { wrong, errors, timeouts }]) =>
      wrong + errors + timeouts === 0
        ? []
        : [`${kind}: ${wrong} wrong answers, ${errors} errors, ${timeouts} timeouts`],
    ),
    ...(isRight ? [] : ["the answer after the load is not right"]),
    ...(state.ended === 0 ? [] : [`the service ended with ${state.ended}`]),
    ...((found.good.statuses[200] ?? 0) > 0 ? [] : ["no good request was answered"]),
    // A heap is collected when it has grown: half as much again is no leak that a minute shows.
    ...(at(3, "rss") < 1.5 * at(1, "rss") ? [] : ["memory grew"]),
  ];
  for (const problem of problems) console.error(`error: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

main(body);
