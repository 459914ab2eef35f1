/**
 * Aborted at each of its progress ticks in turn, no kind of run leaves anything behind: the reason comes out, the kernel has all of its memory, nobody
 * listens on the signal any more, and the next run is what it would have been.
 */
import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import {
  basis,
  callable,
  destroy,
  fock,
  mcsolve,
  mesolve,
  mesolveBatch,
  num,
  type Progress,
  propagator,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
  smesolve,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { loadModel, runPoints } from "../../bindings/model/index.ts";
import { sweep } from "../../sweep/src/index.ts";
import { testPool } from "../pool/support.ts";
import { decay, sweepFile } from "../sweep/models.ts";

interface Control {
  readonly signal: AbortSignal;
  // biome-ignore lint/suspicious/noExplicitAny: every kind of run tells of its progress in its own way
  readonly onProgress: (progress: any) => void;
}
type Run = (control: Control) => unknown;

const H = num(6).add(destroy(6).add(destroy(6).dag()));
const cOps = [destroy(6).scale(0.3)];
const eOps = { n: num(6) };
/** So many steps that there are many ticks, and so few that all is over soon. */
const slow = { method: "rk4", dt: 1e-4 } as const;
const drive = callable((t) => Math.cos(3 * t), { scale: 0.3 });
const model = loadModel(JSON.stringify(decay), "json");
const workers = () => testPool({ size: 2 });

const RUNS: [name: string, run: Run, most: number][] = [
  ["mesolve", (c) => mesolve(H, fock(6, 1), [0, 1, 2], { cOps, eOps, ...slow, ...c }).expect.n, 5],
  ["mesolve with states", (c) => mesolve(H, fock(6, 1), [0, 1], { cOps, ...slow, storeStates: true, ...c }).times, 4],
  [
    "mesolve with a function of time",
    (c) => mesolve([H, [eOps.n, drive]], fock(6, 1), [0, 1], { cOps, eOps, ...slow, ...c }).expect.n,
    4,
  ],
  ["sesolve", (c) => sesolve(H, fock(6, 1), [0, 2], { eOps, ...slow, ...c }).expect.n, 4],
  ["propagator", (c) => propagator(sigmax(), [0, 1], { cOps: [sigmam()], ...slow, ...c }).map((U) => U.toDense()), 4],
  ["mcsolve", (c) => mcsolve(H, fock(6, 3), [0, 1], { cOps, eOps, ntraj: 30000, seed: 1, ...c }).expect.n, 4],
  [
    "smesolve",
    (c) =>
      smesolve(sigmaz(), basis(2, 0), [0, 1], { scOps: [sigmam()], eOps: { z: sigmaz() }, ntraj: 3000, seed: 1, ...c })
        .expect.z,
    4,
  ],
  [
    "mesolveBatch",
    (c) =>
      mesolveBatch(
        Array.from({ length: 4000 }, (_, k) => num(6).scale(1 + k / 1000)),
        fock(6, 1),
        // So many numbers come out that the systems are computed in several parts: between them it can be aborted.
        Array.from({ length: 1500 }, (_, k) => k / 1000),
        { cOps, eOps, method: "rk4", dt: 5e-3, ...c },
      ).stats.method,
    4,
  ],
  [
    "points of a model",
    (c) =>
      runPoints(
        model,
        { count: 400, parameters: { gamma: Float64Array.from({ length: 400 }, (_, k) => k / 100) } },
        { scalars: ["p_end"] },
        c,
      ).scalars.p_end,
    4,
  ],
  [
    "a sweep",
    async (c) => {
      const file = sweepFile({ parameters: { omega: { from: 0, to: 1, count: 40 } } });
      return (await sweep(file.model, file.spec, { ...file, engine: "inline", chunk: 5, ...c })).done;
    },
    6,
  ],
  [
    "mesolve in a pool",
    async (c) => (await workers().mesolve(H, fock(6, 1), [0, 1], { cOps, eOps, ...slow, ...c })).expect.n,
    3,
  ],
  [
    "mcsolve in a pool",
    async (c) => (await workers().mcsolve(H, fock(6, 3), [0, 1], { cOps, eOps, ntraj: 6000, seed: 1, ...c })).expect.n,
    3,
  ],
];

/** Runs, and aborts at tick `at`; what came of it, how many ticks there were, and what is left on the signal. */
async function attempt(run: Run, at: number) {
  const controller = new AbortController();
  const reason = new Error(`at tick ${at}`);
  let ticks = 0;
  const onProgress = (_progress: Progress) => {
    if (++ticks === at) controller.abort(reason);
  };
  let [value, error]: unknown[] = [];
  try {
    value = await run({ signal: controller.signal, onProgress });
  } catch (thrown) {
    error = thrown;
  }
  return { value, error, reason, ticks, listeners: getEventListeners(controller.signal, "abort").length };
}

describe.each(RUNS)("%s", (_, run, most) => {
  it("leaves nothing behind, at whichever tick it is aborted", async () => {
    const kernel = getKernel();
    const { available } = kernel;
    const whole = await attempt(run, 0);
    expect(whole.error).toBe(undefined);
    let aborted = 0;
    for (let at = 1; at <= Math.min(most, whole.ticks); at++) {
      const ended = await attempt(run, at);
      // The last tick may be that of the end, and how many there are hangs on the clock.
      if (ended.error !== undefined) {
        expect(ended.error).toBe(ended.reason);
        aborted++;
      } else expect(ended.value).toEqual(whole.value);
      expect(ended.listeners).toBe(0);
      expect(getKernel()).toBe(kernel);
      expect(kernel.available).toBe(available);
    }
    expect(aborted).toBeGreaterThan(0);
    const after = await attempt(run, 0);
    expect(after.value).toEqual(whole.value);
    expect(after.listeners).toBe(0);
  });
});

describe("at each of its steps, by a clock on which every one of them takes an hour", () => {
  const methods = ["auto", "rk4", "tsit5", "dop853", "kencarp4", "krylov", "faber", "expm", "magnus"] as const;
  const times = Array.from({ length: 21 }, (_, k) => k / 20);
  const optionsOf = (method: (typeof methods)[number], c: Control) => ({
    ...{ eOps, method, ...c },
    ...(method === "rk4" ? { dt: 0.05 } : { maxStep: 0.05 }),
  });
  const kinds: [string, Run][] = methods.flatMap((method) => [
    [`mesolve, ${method}`, (c) => mesolve(H, fock(6, 1), times, { cOps, ...optionsOf(method, c) }).expect.n],
    ...(method === "magnus"
      ? []
      : [[`sesolve, ${method}`, (c) => sesolve(H, fock(6, 1), times, optionsOf(method, c)).expect.n] as [string, Run]]),
  ]);

  it.each(kinds)("%s", async (_, run) => {
    let hours = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => 3_600_000 * hours++);
    try {
      const whole = await attempt(run, 0);
      const kernel = getKernel();
      const { available } = kernel;
      expect(whole.error).toBe(undefined);
      expect(whole.ticks).toBeGreaterThan(2);
      for (let at = 1; at < whole.ticks; at++) {
        const ended = await attempt(run, at);
        expect([ended.error, ended.ticks, ended.listeners]).toEqual([ended.reason, at, 0]);
        expect(getKernel()).toBe(kernel);
        expect(kernel.available).toBe(available);
      }
      expect((await attempt(run, 0)).value).toEqual(whole.value);
    } finally {
      clock.mockRestore();
    }
  });
});
