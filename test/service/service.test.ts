import { readNpz } from "lindblad/io";
import { loadModel, runModel } from "lindblad/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "./service.ts";

const MODEL = {
  version: 1,
  kind: "lindblad",
  dims: [8],
  parameters: { kappa: 0.3 },
  hamiltonian: "num(8) + 0.5 * (create(8) + destroy(8))",
  jumps: [{ op: "destroy(8)", rate: "kappa" }],
  initial: "fock(8, 3)",
  times: { to: 5, count: 11 },
  observables: { n: "num(8)", a: "destroy(8)" },
};
/** Takes minutes: a large cavity over a long time. */
const HEAVY = {
  ...MODEL,
  dims: [60],
  hamiltonian: "num(60) + 3 * (create(60) + destroy(60))",
  jumps: ["0.1 * destroy(60)"],
  initial: "fock(60, 0)",
  times: { to: 1e6, count: 2 },
  observables: { n: "num(60)" },
  solver: { maxSteps: 1e9 },
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let round = 0; round < 200; round++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not come about in ten seconds");
};

describe("a service", () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(async () => {
    await service.stop();
  });

  it("solves a model: the numbers of the library, to the bit", async () => {
    const { status, body } = await service.solve(MODEL);
    expect(status).toBe(200);
    const { times, series, stats } = runModel(loadModel(JSON.stringify(MODEL)));
    expect(body).toEqual({
      times: [...times],
      series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, [...values]])),
      stats: { method: stats.method, steps: stats.steps },
    });
  });

  it("takes YAML, and gives npz where it is asked for", async () => {
    const text = JSON.stringify(MODEL);
    const headers = { "content-type": "application/yaml", accept: "application/x-npz" };
    const response = await fetch(`${service.url}/solve`, { method: "POST", headers, body: text });
    expect(response.headers.get("content-type")).toBe("application/x-npz");
    const arrays = readNpz(new Uint8Array(await response.arrayBuffer()));
    expect(arrays.n!.data).toEqual(runModel(loadModel(text)).series.n);
    expect(Object.keys(arrays).sort()).toEqual(["a_im", "a_re", "n", "t"]);
  });

  it.each<[string, number, string, string | Uint8Array | object, object]>([
    ["text that is no JSON", 400, "MODEL", '{\n "version": 1,\n x', { line: 3, column: 2 }],
    ["no text at all", 400, "NOT_UTF8", Uint8Array.of(0xff, 0xfe, 0), {}],
    ["a body that is too large", 413, "FST_ERR_CTP_BODY_TOO_LARGE", { ...MODEL, description: "x".repeat(70_000) }, {}],
    ["a name that is none", 422, "MODEL", { ...MODEL, hamiltonian: "nmu(8)" }, { path: "$.hamiltonian", column: 1 }],
    ["a prototype", 422, "MODEL", '{"__proto__": {"polluted": 1}}', { path: "$.__proto__" }],
    ["too many brackets", 422, "MODEL", "[".repeat(30_000) + "]".repeat(30_000), {}],
    ["too many levels", 422, "MODEL", { ...MODEL, dims: [65] }, { path: "$.dims" }],
    ["levels beyond 2^53", 422, "MODEL", { ...MODEL, dims: Array(20).fill(4096) }, { path: "$.dims" }],
    [
      "expressions that take long",
      422,
      "MODEL",
      { ...MODEL, operators: { p: `tensor(${Array(8).fill("(sigmax+sigmaz)").join(",")})**999` } },
      {},
    ],
    [
      "a formula at every time",
      422,
      "MODEL",
      { ...MODEL, times: { to: 1, count: 10_001 }, compare: { n: `exp(-t)${"+sin(t)".repeat(700)}` } },
      { path: "$.compare" },
    ],
    ["10^9 times", 422, "MODEL", { ...MODEL, times: { to: 1, count: 1e9 } }, { path: "$.times.count" }],
    ["more times than it gives", 422, "LIMIT", { ...MODEL, times: { to: 1, count: 20_000 } }, { path: "$.times" }],
    ["a run that takes long", 422, "LIMIT", HEAVY, { path: "$.times" }],
    ["a state that is none", 422, "MODEL", { ...MODEL, initial: "num(8)" }, { path: "$.initial" }],
    [
      "another kind",
      422,
      "KIND",
      {
        ...MODEL,
        kind: "bipartite",
        dims: undefined,
        hamiltonian: undefined,
        jumps: undefined,
        A: { dim: 2, hamiltonian: "sigmaz" },
        B: { dim: 2, hamiltonian: "sigmaz" },
        V: "0",
        initial: "0",
      },
      { path: "$.kind" },
    ],
  ])("refuses %s", async (_what, status, code, model, place) => {
    const answer = await service.solve(model);
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String), ...place } } });
    expect(answer.body.error.message.length).toBeLessThan(2200);
  });

  it("refuses YAML that would take long to read", async () => {
    const answer = await service.solve(`a: [${"1,".repeat(5000)}1]`, { "content-type": "application/yaml" });
    expect(answer).toMatchObject({
      status: 413,
      body: { error: { code: "LIMIT", message: expect.stringMatching(/JSON/) } },
    });
  });

  it("refuses other types of content, no content, and other paths", async () => {
    expect((await service.solve("x", { "content-type": "text/html" })).status).toBe(415);
    expect((await fetch(`${service.url}/solve`, { method: "POST" })).status).toBe(400);
    expect((await fetch(`${service.url}/nothing`)).status).toBe(404);
  });

  it("says that it is well, and counts", async () => {
    expect(await (await fetch(`${service.url}/health`)).json()).toEqual({ status: "ok" });
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/^lindblad_requests_total\{route="\/solve",status="200"\} \d+$/m);
    expect(await service.metric("lindblad_requests_open")).toBe(0);
  });
});

describe("a service that is busy", () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ MAX_ESTIMATE: 1e9, WORKERS: 1, MAX_QUEUE: 2, MAX_PER_CLIENT: 3, TIMEOUT: 2500 });
  });
  afterAll(async () => {
    await service.stop();
  });

  it("ends a run in time, and solves the next", async () => {
    expect(await service.solve(HEAVY)).toMatchObject({ status: 504, body: { error: { code: "TIMEOUT" } } });
    expect((await service.solve(MODEL)).status).toBe(200);
  });

  it("refuses more of one client than its share", async () => {
    const first = [HEAVY, HEAVY, HEAVY].map((model) => service.solve(model));
    await until(async () => (await service.metric("lindblad_requests_open")) === 3);
    const refused = await service.solve(MODEL);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "TOO_MANY_REQUESTS" } } });
    expect(refused.headers.get("retry-after")).toBe("1");
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(504);
  });

  it("ends the run of a client that is gone", async () => {
    const gone = new AbortController();
    const body = JSON.stringify(HEAVY);
    const headers = { "content-type": "application/json" };
    const request = fetch(`${service.url}/solve`, { method: "POST", headers, body, signal: gone.signal });
    await until(async () => (await service.metric("lindblad_pool_running")) === 1);
    gone.abort();
    await expect(request).rejects.toThrow();
    await until(async () => (await service.metric("lindblad_requests_open")) === 0);
    expect(await service.metric("lindblad_pool_running")).toBe(0);
    expect((await service.solve(MODEL)).status).toBe(200);
  });
});

it("refuses what the queue has no place for, and stops when it is told to, with what runs done", async () => {
  const limits = { MAX_ESTIMATE: 1e9, WORKERS: 1, MAX_QUEUE: 1, MAX_PER_CLIENT: 9, TIMEOUT: 2500 };
  const service = await startService(limits);
  const running = [service.solve(HEAVY), service.solve(HEAVY)];
  await until(async () => (await service.metric("lindblad_requests_open")) === 2);
  const refused = await service.solve(MODEL);
  expect(refused).toMatchObject({ status: 503, body: { error: { code: "BUSY" } } });
  expect(refused.headers.get("retry-after")).toBe("1");
  const ended = service.stop();
  for (const answer of await Promise.all(running)) expect(answer.status).toBe(504);
  expect(await ended).toBe(0);
  await expect(service.solve(MODEL)).rejects.toThrow();
});
