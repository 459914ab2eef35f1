/**
 * A pool returns what the functions themselves return, bit for bit, for many calls on few workers.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  basis,
  callable,
  destroy,
  InvalidArgumentError,
  KernelUnavailableError,
  LindbladError,
  mesolve,
  mesolveBatch,
  NotDensityMatrixError,
  num,
  Operator,
  PoolClosedError,
  type Progress,
  propagator,
  pulse,
  qeye,
  RunError,
  type Series,
  StepLimitError,
  samples,
  sesolve,
  sigmax,
  sigmaz,
  UnknownOptionError,
} from "../../bindings/index.ts";
import type { PoolOptions } from "../../bindings/pool/web.ts";
import { contentsOf, dist, ENDLESS, oscillator, rejection, testPool } from "./support.ts";

describe("other functions on a worker", () => {
  it("sesolve: kets and operators cross", async () => {
    const times = [0, 0.5, 1];
    const options = { eOps: { z: sigmaz() }, storeStates: true };
    const workers = testPool();
    const ket = await workers.sesolve(sigmax(), basis(2, 0), times, options);
    const own = sesolve(sigmax(), basis(2, 0), times, options);
    expect(ket.finalState.toArray()).toEqual(own.finalState.toArray());
    expect(ket.states!.map((state) => state.toArray())).toEqual(own.states!.map((state) => state.toArray()));
    expect(ket.expect.z).toEqual(own.expect.z);
    expect(ket.stats.normError).toBe(own.stats.normError);
    expect(JSON.parse(JSON.stringify(ket)).finalState).toEqual(JSON.parse(JSON.stringify(own)).finalState);
    const operator = await workers.sesolve(sigmax(), qeye(2), times);
    expect(operator.finalState.toDense()).toEqual(sesolve(sigmax(), qeye(2), times).finalState.toDense());
  });

  it("propagator: an operator, or a list of superoperators", async () => {
    const workers = testPool();
    const U = await workers.propagator(sigmax(), 0.7);
    expect(U.toDense()).toEqual(propagator(sigmax(), 0.7).toDense());
    const cOps = [destroy(2)];
    const all = await workers.propagator(sigmax(), [0, 1], { cOps });
    expect(all.map((P) => P.toDense())).toEqual(propagator(sigmax(), [0, 1], { cOps }).map((P) => P.toDense()));
  });

  it("mesolveBatch: a list of systems, whose failures are errors there too", async () => {
    const H = [1, 1e200, 2, 3, 4].map((g) => sigmax().scale(g));
    const options = { eOps: { z: sigmaz() }, storeStates: "final", method: "rk4", dt: 0.1 } as const;
    const done: number[] = [];
    const result = await testPool().mesolveBatch(H, basis(2, 0), [0, 1], {
      ...options,
      onProgress: (count) => done.push(count),
    });
    const own = mesolveBatch(H, basis(2, 0), [0, 1], options);
    expect(result.expect.z).toEqual(own.expect.z);
    expect(result.finalStates![4]!.toDense()).toEqual(own.finalStates![4]!.toDense());
    expect(result.failures.map(({ system }) => system)).toEqual(own.failures.map(({ system }) => system));
    expect(result.failures[0]!.error).toBeInstanceOf(LindbladError);
    expect(done).toEqual([5]);
  });
});

describe("mesolve on a worker", () => {
  it("returns the same numbers, states and statistics", async () => {
    const [H, psi, times, options] = oscillator();
    const all = { ...options, storeStates: true };
    const result = await testPool().mesolve(H, psi, times, all);
    expect(contentsOf(result)).toEqual(contentsOf(mesolve(H, psi, times, all)));
    expect(result.expect.a).toHaveProperty("im");
    expect(result.states).toHaveLength(3);
    expect(result.stats.milliseconds).toBeGreaterThan(0);
  });

  it("takes coefficients of time, but no functions", async () => {
    const drive = pulse.gaussian({ center: 1, sigma: 0.3 }).mul(pulse.cosine({ omega: 3 }));
    const H = [sigmaz(), [sigmax(), drive], [sigmax(), samples([0, 1, 2, 3], [0, 1, 0, 1])]] as const;
    const options = { cOps: [{ op: sigmax(), rate: pulse.ramp({ from: 0, to: 2 }) }], storeStates: true };
    const result = await testPool().mesolve(H, basis(2, 0), [0, 1, 2], options);
    expect(contentsOf(result)).toEqual(contentsOf(mesolve(H, basis(2, 0), [0, 1, 2], options)));
    for (const f of [(t: number) => t, callable((t) => t), drive.mul(callable((t) => t))]) {
      const refused = await rejection(testPool().mesolve([sigmaz(), [sigmax(), f]], basis(2, 0), [0, 1]));
      expect(refused).toBeInstanceOf(InvalidArgumentError);
      expect((refused as InvalidArgumentError).where).toMatch(/\[1\]\[1\]/);
    }
  });

  it("takes any initial operator, and matrices in both storages", async () => {
    const X = Operator.dense([2], [0.1, 0.2, 0, 1, 2, -0, 0.5, 0]);
    const H = Operator.dense([2], sigmax().toDense());
    const options = { checkState: false, cOps: [X], eOps: { X, z: sigmaz() } };
    const result = await testPool().mesolve(H, X, Float64Array.of(0, 1), options);
    expect(contentsOf(result)).toEqual(contentsOf(mesolve(H, X, [0, 1], options)));
    expect(result.finalState.isHermitian()).toBe(false);
  });

  it("knows the types of expectation values", async () => {
    const [H, psi, times] = oscillator();
    const { expect: values } = await testPool().mesolve(H, psi, times, { eOps: { n: num(8), a: destroy(8) } });
    expectTypeOf(values.n).toEqualTypeOf<Float64Array>();
    expectTypeOf(values.a).toEqualTypeOf<Series>();
    // @ts-expect-error there is no such observable
    expect(values.b).toBeUndefined();
  });

  it("tells the progress, ending with all of it", async () => {
    const [H, psi, times, options] = oscillator();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => {
      seen.push(progress);
    };
    const workers = testPool();
    const { stats } = await workers.mesolve(H, psi, times, { ...options, method: "rk4", dt: 1e-4, onProgress });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual({ time: 1, fraction: 1, steps: stats.steps });
    expect(seen.map(({ steps }) => steps)).toEqual(seen.map(({ steps }) => steps).sort((a, b) => a - b));
  });

  it("takes arguments as they are when it is called", async () => {
    const workers = testPool();
    const [H, psi, , options] = oscillator();
    const times = Float64Array.of(0, 1);
    const first = workers.mesolve(H, psi, times, options);
    const second = workers.mesolve(H, psi, times, options);
    times[1] = 2;
    expect(times.byteLength).toBe(16);
    expect((await first).times).toEqual(Float64Array.of(0, 1));
    expect((await second).times).toEqual(Float64Array.of(0, 1));
  });
});

describe("many calls", () => {
  it("on two workers all return their own results", async () => {
    const workers = testPool({ size: 2 });
    const rates = Array.from({ length: 30 }, (_, k) => k / 30);
    const promises = rates.map((rate) => workers.mesolve(...oscillator(8, rate)));
    expect([workers.size, workers.running, workers.pending]).toEqual([2, 2, 28]);
    const results = await Promise.all(promises);
    expect(results.map(contentsOf)).toEqual(rates.map((rate) => contentsOf(mesolve(...oscillator(8, rate)))));
    expect([workers.running, workers.pending]).toEqual([0, 0]);
  });

  it("on one worker return in the order in which they were made", async () => {
    const workers = testPool();
    const done: number[] = [];
    // The first take longest.
    const sizes = [30, 20, 10, 5, 4, 3, 2].map((n) => n + 2);
    await Promise.all(
      sizes.map(async (d, k) => {
        await workers.mesolve(num(d), basis(d, 1), [0, 1], { cOps: [destroy(d)], method: "rk4", dt: 1e-3 });
        done.push(k);
      }),
    );
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("errors", () => {
  it("arrive with class, fields and message", async () => {
    const workers = testPool();
    const [H, times] = [num(2), [0, 1, 2]];
    const error = await rejection(workers.mesolve(H, qeye(2), times));
    expect(error).toBeInstanceOf(NotDensityMatrixError);
    expect(error).toBeInstanceOf(LindbladError);
    let same: unknown;
    try {
      mesolve(H, qeye(2), times);
    } catch (thrown) {
      same = thrown;
    }
    expect({ ...error, message: error.message }).toEqual({ ...(same as Error), message: (same as Error).message });
    // The worker goes on.
    expect((await workers.mesolve(H, basis(2, 0), times)).times).toHaveLength(3);
  });

  it("bring what was computed until then", async () => {
    const [H, psi, times, options] = oscillator();
    const short = { ...options, method: "dop853", maxSteps: 1, rtol: 1e-12 } as const;
    const error = (await rejection(testPool().mesolve(H, psi, times, short))) as RunError;
    expect(error).toBeInstanceOf(StepLimitError);
    expect(error).toBeInstanceOf(RunError);
    let same: unknown;
    try {
      mesolve(H, psi, times, short);
    } catch (thrown) {
      same = thrown;
    }
    expect(contentsOf(error.partial!)).toEqual(contentsOf((same as RunError).partial!));
  });

  it("are those of the function for what the pool takes out of the options", async () => {
    const workers = testPool();
    const [H, psi, times] = oscillator();
    const wrong = { onProgress: 5, storeStates: true } as object;
    expect((await rejection(workers.mesolve(H, psi, times, wrong))).message).toBe(
      "mesolve: onProgress: expected a function, got 5",
    );
    expect((await rejection(workers.mesolve(H, psi, times, { signal: 5 } as object))).message).toBe(
      "mesolve: signal: expected an AbortSignal, got 5",
    );
    expect(await rejection(workers.mesolve(H, psi, times, { speed: 1 } as object))).toBeInstanceOf(UnknownOptionError);
  });

  it("say which argument cannot be sent, before anything is", async () => {
    const workers = testPool();
    const [H, psi, times, options] = oscillator();
    const until = await rejection(workers.mesolve(H, psi, times, { ...options, until: () => true } as object));
    expect(until).toBeInstanceOf(InvalidArgumentError);
    expect(until).toMatchObject({ where: "mesolve: options.until" });
    expect(until.message).toMatch(/no function: a worker cannot call it; give values/);
    const nested = { cOps: [{ op: destroy(8), rate: () => 1 }] } as object;
    expect(await rejection(workers.mesolve(H, psi, times, nested))).toMatchObject({
      where: "mesolve: options.cOps[0].rate",
    });
    const map = new Map() as unknown as Operator;
    expect((await rejection(workers.mesolve(map, psi, times))).message).toMatch(
      /^mesolve: argument 1: expected an Operator.*got a Map$/,
    );
    expect([workers.running, workers.pending]).toEqual([0, 0]);
  });
});

describe("pool", () => {
  it("refuses options that are wrong", () => {
    const refused: [PoolOptions, string][] = [
      [{ size: 0 }, "pool: size: expected a positive integer, got 0"],
      [{ worker: 5 as never }, "pool: worker: expected a function that makes a worker, got 5"],
      [{ startTimeout: Number.NaN }, "pool: startTimeout: expected a number > 0, below 2^31, got NaN"],
      [{ init: null as never }, "pool: init: expected the options of init, got null"],
      [{ init: { wasm: new Response() as never } }, "pool: init.wasm: expected bytes or a URL"],
      [{ threads: 2 } as object, 'pool: unknown option "threads"; valid options are size, worker'],
    ];
    for (const [options, message] of refused) expect(() => testPool(options)).toThrow(message);
  });

  it("runs the kernel that it is told to, and rejects when there is none", async () => {
    const { stats } = await testPool({ init: { isa: "simd" } }).mesolve(...oscillator());
    expect(stats.build).toBe("release");
    const broken = testPool({ init: { wasm: new TextEncoder().encode("<!DOCTYPE html>") } });
    expect(await rejection(broken.mesolve(...oscillator()))).toBeInstanceOf(KernelUnavailableError);
    expect(
      await rejection(testPool({ init: { wasm: new URL("file:///none.wasm") } }).mesolve(...oscillator())),
    ).toBeInstanceOf(KernelUnavailableError);
    const odd = { isa: () => "simd" } as never;
    expect((await rejection(testPool({ init: odd }).mesolve(...oscillator()))).message).toMatch(/could not be cloned/);
  });

  it("closes while it works: everything unfinished is rejected, and nothing is taken any more", async () => {
    const workers = testPool({ size: 2 });
    await workers.mesolve(...oscillator());
    const calls = [1, 2, 3, 4].map(() => rejection(workers.mesolve(...ENDLESS)));
    const closed = workers.close();
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(PoolClosedError);
    expect(workers.close()).toBe(closed);
    await closed;
    expect([workers.running, workers.pending]).toEqual([0, 0]);
    expect(await rejection(workers.mesolve(...oscillator()))).toMatchObject({ code: "POOL_CLOSED", where: "mesolve" });
  });

  it("is disposed of by `await using`", async () => {
    const workers = testPool();
    const call = rejection(workers.mesolve(...ENDLESS));
    await workers[Symbol.asyncDispose]();
    expect(await call).toBeInstanceOf(PoolClosedError);
  });
});

describe("a process", () => {
  const run = (lines: string) =>
    execFileSync(process.execPath, ["--input-type=module", "--eval", `${imports}\n${lines}`], {
      encoding: "utf8",
      timeout: 50_000,
    });
  const imports = `
    import { fock, num } from ${JSON.stringify(dist("index.js").href)};
    import { pool } from ${JSON.stringify(dist("pool/node.js").href)};`;

  it("lives while a pool works and ends when all are idle", () => {
    const out = run(`
      const workers = pool();
      workers.mesolve(num(3), fock(3, 1), [0, 1]).then(({ times }) => console.log(times.length, workers.size >= 1));
    `);
    expect(out).toBe("2 true\n");
  });

  it("ends after awaiting, aborting and closing", () => {
    const out = run(`
      const workers = pool({ size: 2 });
      const signal = AbortSignal.timeout(300);
      const call = workers.mesolve(num(3), fock(3, 1), [0, 1e6], { method: "rk4", dt: 1e-6, maxSteps: 1e15, signal });
      console.log((await call.catch((error) => error)).name);
      await workers.mesolve(num(3), fock(3, 1), [0, 1]);
      await workers.close();
      console.log("closed");
      pool();
    `);
    expect(out).toBe("TimeoutError\nclosed\n");
  });
});
