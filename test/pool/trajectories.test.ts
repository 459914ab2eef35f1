/**
 * Trajectories shared out among workers: the same bits as on one thread.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  InvalidArgumentError,
  ket2dm,
  mcsolve,
  num,
  sigmam,
  sigmax,
  sigmaz,
  smesolve,
  ssesolve,
  type TrajectoryProgress,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { rejection, testPool } from "./support.ts";

const times = [0, 0.5, 1, 2];
const options = { cOps: [sigmam()], eOps: { pe: ket2dm(basis(2, 0)), down: sigmam() }, ntraj: 200, seed: 12 };

/** What does not depend on the clock. */
function timeless(run: object): unknown {
  const { stats, ...rest } = JSON.parse(JSON.stringify(run)) as { stats: object };
  return { ...rest, stats: { ...stats, milliseconds: 0 } };
}

describe("mcsolve in a pool", () => {
  it.each([
    ["plain", {}],
    ["with states and runs", { storeStates: true, keepRuns: true, ntraj: 50 }],
    ["with the trajectory without jumps apart", { improvedSampling: true, first: 1000 }],
    ["until its errors are small enough", { ntraj: 100_000, target: 0.03 }],
  ])("%s: bit for bit that of one thread, on any number of workers", async (_, more) => {
    const own = timeless(mcsolve(sigmax(), basis(2, 1), times, { ...options, ...more }));
    for (const size of [1, 2, 3]) {
      const shared = await testPool({ size }).mcsolve(sigmax(), basis(2, 1), times, { ...options, ...more });
      expect(timeless(shared)).toEqual(own);
    }
  });

  it("on the levels that carry weight: bit for bit that of one thread", async () => {
    const a = destroy(60);
    const H = a.add(a.dag()).scale(0.4).add(num(60).scale(0.7));
    const wide = { cOps: [a.scale(0.5)], eOps: { n: num(60) }, ntraj: 40, keepRuns: true };
    const own = mcsolve(H, fock(60, 0), times, wide);
    expect(own.stats.reasons[0]).toMatch(/^levels: \d+ of 60/);
    const shared = await testPool({ size: 2 }).mcsolve(H, fock(60, 0), times, wide);
    expect(timeless(shared)).toEqual(timeless(own));
  });

  it("gives every worker some, where trajectories are few and each is long", async () => {
    const few = { ...options, method: "dop853", ntraj: 6 } as const;
    const ticks: TrajectoryProgress[] = [];
    const shared = await testPool({ size: 3 }).mcsolve(sigmax(), basis(2, 1), times, {
      ...few,
      onProgress: (tick) => ticks.push(tick),
    });
    // Three shares.
    expect(ticks.map(({ trajectories }) => trajectories)).toEqual([2, 4, 6]);
    expect(timeless(shared)).toEqual(timeless(mcsolve(sigmax(), basis(2, 1), times, few)));
  });

  it("takes calls at the same time and one after another apart", async () => {
    const workers = testPool({ size: 2 });
    const problems = [sigmax(), sigmax().scale(1.5), sigmax()].map((H, k) => ({ H, more: { ...options, seed: k } }));
    const own = problems.map(({ H, more }) => timeless(mcsolve(H, basis(2, 1), times, more)));
    const run = ({ H, more }: (typeof problems)[number]) => workers.mcsolve(H, basis(2, 1), times, more);
    expect((await Promise.all(problems.map(run))).map(timeless)).toEqual(own);
    for (const [k, problem] of problems.entries()) expect(timeless(await run(problem))).toEqual(own[k]);
  });

  it("tells of its progress, and can be aborted", async () => {
    const workers = testPool({ size: 2 });
    const ticks: TrajectoryProgress[] = [];
    await workers.mcsolve(sigmax(), basis(2, 1), times, { ...options, onProgress: (tick) => ticks.push(tick) });
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.at(-1)).toMatchObject({ trajectories: 200, fraction: 1 });
    const controller = new AbortController();
    const endless = workers.mcsolve(num(60), fock(60, 59), [0, 100], {
      cOps: [destroy(60)],
      ntraj: 10_000_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    expect(await rejection(endless)).toMatchObject({ message: "enough" });
    const again = await workers.mcsolve(sigmax(), basis(2, 1), times, options);
    expect(again.trajectories).toBe(200);
  });

  it("takes arguments as they are when the call is made", async () => {
    const tlist = Float64Array.from(times);
    const own = timeless(mcsolve(sigmax(), basis(2, 1), times, options));
    const shared = testPool().mcsolve(sigmax(), basis(2, 1), tlist, options);
    tlist.fill(0);
    expect(timeless(await shared)).toEqual(own);
  });

  it("ends when time is up", async () => {
    const run = await testPool({ size: 2 }).mcsolve(num(30), fock(30, 29), [0, 5], {
      cOps: [destroy(30)],
      ntraj: 10_000_000,
      timeout: 0.3,
    });
    expect(run.ended).toBe("timeout");
    expect(run.trajectories).toBeGreaterThan(0);
    // A share that time has run out on ends in its first block.
    const one = await testPool().mcsolve(sigmax(), basis(2, 1), times, { ...options, timeout: 1e-9 });
    expect(one).toMatchObject({ ended: "timeout", trajectories: 1 });
  });

  it("ends when it is told to, with what was computed", async () => {
    const run = await testPool({ size: 2 }).mcsolve(sigmax(), basis(2, 1), times, {
      ...options,
      ntraj: 10_000_000,
      until: ({ trajectories }) => trajectories >= 64,
    });
    expect(run).toMatchObject({ ended: "until", trajectories: 64 });
    const own = mcsolve(sigmax(), basis(2, 1), times, { ...options, ntraj: 64 });
    expect(run.expect).toEqual(own.expect);
  });

  it("refuses what is wrong, before a worker hears of it", async () => {
    const workers = testPool();
    const wrong = workers.mcsolve(sigmax(), basis(2, 1), times, { ...options, ntraj: 0 });
    expect(await rejection(wrong)).toBeInstanceOf(InvalidArgumentError);
    expect(workers.running).toBe(0);
    const callable = workers.mcsolve([[sigmax(), (t: number) => t]], basis(2, 1), times, options);
    expect(await rejection(callable)).toBeInstanceOf(InvalidArgumentError);
  });
});

describe("measurements in a pool", () => {
  const options = { scOps: [sigmam()], eOps: { z: sigmaz(), down: sigmam() }, ntraj: 40, seed: 3, dt: 0.02 };

  it.each([
    ["plain", {}],
    ["with states, runs and records", { storeStates: true, keepRuns: true, keepRecords: true, heterodyne: true }],
    ["from another trajectory on, by another scheme", { first: 1000, method: "milstein" as const }],
  ])("%s: bit for bit those of one thread, on any number of workers", async (_, more) => {
    const sse = timeless(ssesolve(sigmax(), basis(2, 0), times, { ...options, ...more }));
    const mixed = { ...options, ...more, scOps: [{ op: sigmam(), efficiency: 0.6 }], cOps: [sigmaz()] };
    const sme = timeless(smesolve(sigmax(), basis(2, 0), times, mixed));
    for (const size of [1, 2, 3]) {
      const workers = testPool({ size });
      const kets = workers.ssesolve(sigmax(), basis(2, 0), times, { ...options, ...more });
      expect(timeless(await workers.smesolve(sigmax(), basis(2, 0), times, mixed))).toEqual(sme);
      expect(timeless(await kets)).toEqual(sse);
    }
  });

  it("follow a record, which may change once the call is made", async () => {
    const [first] = ssesolve(sigmax(), basis(2, 0), times, { ...options, ntraj: 1, keepRecords: true }).runs;
    const followed = { ...options, ntraj: 1, record: first!.record };
    const own = timeless(ssesolve(sigmax(), basis(2, 0), times, followed));
    const shared = testPool().ssesolve(sigmax(), basis(2, 0), times, followed);
    first!.record!.increments[0]!.fill(0);
    expect(timeless(await shared)).toEqual(own);
  });

  it("tell of their progress, can be aborted, and refuse what is wrong", async () => {
    const workers = testPool({ size: 2 });
    const ticks: TrajectoryProgress[] = [];
    await workers.smesolve(sigmax(), basis(2, 0), times, { ...options, onProgress: (tick) => ticks.push(tick) });
    expect(ticks.map(({ trajectories }) => trajectories)).toEqual([32, 40]);
    expect(ticks.at(-1)).toMatchObject({ fraction: 1 });
    const controller = new AbortController();
    const endless = workers.smesolve(sigmax(), basis(2, 0), [0, 1e5], { ...options, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    expect(await rejection(endless)).toMatchObject({ message: "enough" });
    const unknown = workers.ssesolve(sigmax(), basis(2, 0), times, { ...options, cOps: [] } as object);
    expect(await rejection(unknown)).toBeInstanceOf(UnknownOptionError);
    expect(await rejection(workers.smesolve(sigmax(), basis(2, 0), times, { ...options, ntraj: 0 }))).toBeInstanceOf(
      InvalidArgumentError,
    );
    expect(workers.running).toBe(0);
  });
});
