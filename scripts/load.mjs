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
/** A body, and what it says that it is. */
const json = (value) => ({ type: "application/json", body: typeof value === "string" ? value : JSON.stringify(value) });
const yaml = (body) => ({ type: "application/yaml", body });

const GOOD = [
  ...[0.1, 0.2, 0.3, 0.4].map((drive) => json(cavity(10, drive))),
  json(cavity(10, 0.6, { compare: { n: "exp(-0.09 * t)" } })),
  yaml(`
version: 1
kind: lindblad
dims: [10]
hamiltonian: num(10) + 0.5 * (create(10) + destroy(10))
jumps: [0.3 * destroy(10)]
initial: fock(10, 1)
times: { to: 10, count: 51 }
observables: { n: num(10) }
`),
];
const HEAVY = [cavity(48, 2, { times: { to: 60, count: 201 } }), cavity(60, 1, { times: { to: 40, count: 401 } })].map(
  json,
);

const brackets = (count) => "[".repeat(count) + "]".repeat(count);
const part = { dim: 2, hamiltonian: "sigmaz", bath: { beta: 1 } };
/**
 * The connection of a body that is too long is closed once it is refused: a client that is still writing may meet that before the answer. At
 * most this share of such refusals, and no other kind of request has any.
 */
const RESETS = 0.01;
const HOSTILE = [
  ...[brackets(30_000), '{"__proto__": {"polluted": true}}', "{".repeat(1000), "x".repeat(100_000)].map(json),
  json(cavity(4096, 1)),
  json(cavity(4, 1, { times: { to: 1, count: 1e9 } })),
  json(cavity(64, 9, { times: { to: 1e9, count: 2 } })),
  json(cavity(64, 9, { times: { to: 1e308, count: 2 } })),
  json(cavity(4, 1, { times: { from: -1e308, to: 1e308, count: 3 } })),
  json(cavity(4, 1, { parameters: { a: "b", b: "a" } })),
  json(cavity(4, 1, { hamiltonian: "9**9**9**9 * num(4)" })),
  json(cavity(4, 1, { hamiltonian: `${"(".repeat(4000)}1${")".repeat(4000)}` })),
  json(cavity(4, 1, { operators: { p: `tensor(${Array(9).fill("(sigmax + sigmaz)").join(", ")}) ** 99` } })),
  json(cavity(4, 1, { hamiltonian: "num.constructor.constructor('return process')()" })),
  json(cavity(4, 1, { compare: { nothing: "1" } })),
  json(cavity(4, 1, { times: { to: 1, count: 9999 }, compare: { n: `${"1 + ".repeat(2000)}t` } })),
  json(cavity(64, 1, { solver: { method: "expm" } })),
  json(cavity(48, 1, { solver: { maxStep: 1e-300 } })),
  json(cavity(64, 1, { solver: { method: "rk4", dt: 1e-300, maxSteps: 1e15 } })),
  // A worker takes a hundred thousand steps of this one before it gives up.
  json(cavity(4, 1, { solver: { method: "tsit5", maxStep: 1e-12, maxSteps: 100_000 } })),
  json({
    ...{ version: 1, kind: "bipartite", A: part, B: part, V: "tensor(sigmax, sigmax)" },
    ...{ initial: "tensor(piA, piB)", times: { to: 1, count: 3 } },
  }),
  yaml(brackets(3000)),
  yaml("&a ".repeat(2000)),
  yaml("a: b: c\n".repeat(1000)),
  yaml("# ".padEnd(20_000, "x")),
  yaml("a: !!js/function 'function () {}'"),
  yaml(
    [..."abcdefghi"]
      .map((name, k, all) => `${name}: &${name} [${Array(10).fill(k === 0 ? "x" : `*${all[k - 1]}`)}]`)
      .join("\n"),
  ),
];

/**
 * What each kind of request is to be answered with. The queue has room for all connections at once, so that no request may be told to come again; what is
 * heavy, or made to be, may be ended when its time is over.
 */
const KINDS = {
  good: { requests: GOOD, connections: 6, fine: [200] },
  heavy: { requests: HEAVY, connections: 2, fine: [200, 504] },
  hostile: { requests: HOSTILE, connections: 4, fine: [400, 413, 422, 504] },
};

/** Of the server: half a minute for a request, since the machine has the load to do as well. */
const LIMITS = { MAX_PER_CLIENT: "64", MAX_QUEUE: "64", TIMEOUT: "30000" };

/**
 * By how much the least memory of two quarters of a run may differ without anything being kept. Garbage comes and goes, so that the least is compared, but it
 * need not have gone at the time of any sample: the server and its two workers have a heap each, whose new objects take up to 16 MB (V8's
 * --max-semi-space-size) before they are collected.
 */
const YOUNG = 16;
const ISOLATES = 3;

/** What the library itself answers, as JSON. */
function expected({ type, body }) {
  const { times, series, stats } = runModel(loadModel(body, type === "application/yaml" ? "yaml" : "json"));
  const lists = Object.entries(series).map(([name, values]) => [name, [...values]]);
  return JSON.stringify({
    times: [...times],
    series: Object.fromEntries(lists),
    stats: { method: stats.method, steps: stats.steps },
  });
}

function start() {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PORT: "0", LOG: "silent", ...LIMITS };
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
function drive(url, { requests, connections }, seconds, onAnswer) {
  const times = [];
  const statuses = {};
  let wrong = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        ...{ url: `${url}/solve`, connections, duration: seconds, timeout: 60, method: "POST" },
        requests: requests.map((request) => ({
          ...{ method: "POST", path: "/solve", body: request.body, headers: { "content-type": request.type } },
          onResponse: (status, answer) => {
            if (!onAnswer(request, status, answer)) wrong++;
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

async function post(url, { type, body }) {
  const answer = await fetch(`${url}/solve`, { method: "POST", body, headers: { "content-type": type } });
  return answer.text();
}

async function body() {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
  const seconds = Number(values.seconds);
  if (!(seconds >= 4 && seconds <= 600)) throw new Error("--seconds: expected a number from 4 to 600");
  const right = new Map([...GOOD, ...HEAVY].map((request) => [request, expected(request)]));
  const state = await start();
  // Both workers are there, with the memory that the largest needs, before anything is measured.
  for (const request of [...HEAVY, ...GOOD]) await Promise.all([1, 2].map(() => post(state.url, request)));
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
        const check = (request, status, answer) =>
          plan.fine.includes(status) &&
          (status === 200 ? answer === right.get(request) : "error" in JSON.parse(answer));
        return [kind, await drive(state.url, plan, seconds, check)];
      }),
    ),
  );
  clearInterval(sampler);
  // The server is still there, and right.
  const [last] = GOOD;
  const isRight = (await post(state.url, last)) === right.get(last);
  state.child.kill("SIGTERM");
  while (state.ended === undefined) await new Promise((resolve) => setTimeout(resolve, 50));

  const quarter = (k) =>
    samples.slice(Math.floor((k * samples.length) / 4), Math.floor(((k + 1) * samples.length) / 4));
  const leastOf = (k, name) => Math.min(...quarter(k).map((sample) => sample[name]));
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
      `${name}: least of the second quarter ${leastOf(1, name).toFixed(0)} MB, of the last ${leastOf(3, name).toFixed(0)} MB, most ${most.toFixed(0)} MB`,
    );
  }
  const problems = [
    ...Object.entries(found).flatMap(([kind, { wrong, errors, timeouts, statuses }]) =>
      wrong + timeouts === 0 && errors <= RESETS * (statuses[413] ?? 0)
        ? []
        : [`${kind}: ${wrong} wrong answers, ${errors} errors, ${timeouts} timeouts`],
    ),
    ...(isRight ? [] : ["the answer after the load is not right"]),
    ...(state.ended === 0 ? [] : [`the service ended with ${state.ended}`]),
    ...((found.good.statuses[200] ?? 0) > 0 ? [] : ["no good request was answered"]),
    ...(leastOf(3, "rss") < leastOf(1, "rss") + ISOLATES * YOUNG ? [] : ["the memory of the process grew"]),
    ...(leastOf(3, "heap") < leastOf(1, "heap") + YOUNG ? [] : ["the heap of the server grew"]),
  ];
  for (const problem of problems) console.error(`error: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

main(body);
