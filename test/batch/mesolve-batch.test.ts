import { describe, expect, it } from "vitest";
import {
  basis,
  DimensionMismatchError,
  destroy,
  InvalidArgumentError,
  type MesolveBatchOptions,
  mesolve,
  mesolveBatch,
  NonFiniteError,
  NotDensityMatrixError,
  NotHermitianError,
  num,
  Operator,
  StepLimitError,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomKet, randomOperator, randomState } from "../support/random.ts";

const times = [0, 0.5, 1, 1.5, 2];
const random = generator(11);
const g = Array.from({ length: 10 }, (_, k) => k / 5);
const H = g.map((x) => sigmax().scale(x).add(sigmaz()));

describe("mesolveBatch", () => {
  it("is mesolve of every system, whatever each has of its own", () => {
    const d = 3;
    const count = 7;
    const each = <T>(make: () => T) => Array.from({ length: count }, make);
    const own = {
      H: each(() => randomHermitian(random, [d])),
      rho0: each(() => (random() < 0.5 ? randomState(random, [d]) : randomKet(random, [d]))),
      jump: each(() => ({ op: randomOperator(random, [d]), rate: random() })),
    };
    const eOps = { n: num(d), a: destroy(d) };
    const shared = destroy(d).scale(0.3);
    for (const [hamiltonians, states, jumps] of [
      [own.H, own.rho0, [own.jump, shared]],
      [own.H[0]!, own.rho0, [shared]],
      [own.H, own.rho0[0]!, []],
      [own.H[0]!, own.rho0[0]!, [own.jump]],
    ] as const) {
      const batch = mesolveBatch(hamiltonians, states, times, { cOps: jumps, eOps, storeStates: "final" });
      const of = <T>(value: T | readonly T[], k: number) => (Array.isArray(value) ? value[k] : value) as T;
      for (let k = 0; k < count; k++) {
        const alone = mesolve(of<Operator>(hamiltonians, k), of(states, k), times, {
          cOps: jumps.map((jump) => of(jump as never, k)),
          eOps,
          method: "expm",
        });
        const part = (values: Float64Array) => values.slice(k * times.length, (k + 1) * times.length);
        const near = (a: Float64Array, b: Float64Array) => a.forEach((x, t) => void expect(x).toBeCloseTo(b[t]!, 12));
        near(part(batch.expect.n), alone.expect.n);
        const { re, im } = batch.expect.a as { re: Float64Array; im: Float64Array };
        const exact = alone.expect.a as { re: Float64Array; im: Float64Array };
        near(part(re), exact.re);
        near(part(im), exact.im);
        expect(batch.finalStates![k]!.sub(alone.finalState).norm()).toBeLessThan(1e-12);
      }
      expect(batch.failures).toEqual([]);
    }
  });

  it("meets the closed form of a decaying, rotating qubit", () => {
    // <x> + i<y> = exp((2i w - gamma/2) t) from the + state; <z> = -1 + exp(-gamma t)
    const w = [0.3, 1, 2.5];
    const gamma = [0.1, 0.7, 2];
    const plus = basis(2, 0).add(basis(2, 1)).unit();
    const { expect: found } = mesolveBatch(
      w.map((x) => sigmaz().scale(x)),
      plus,
      times,
      { cOps: [gamma.map((rate) => ({ op: sigmam(), rate }))], eOps: { x: sigmax(), y: sigmay(), z: sigmaz() } },
    );
    w.forEach((omega, k) => {
      times.forEach((t, j) => {
        const decay = Math.exp((-gamma[k]! * t) / 2);
        const at = k * times.length + j;
        expect(found.x[at]).toBeCloseTo(decay * Math.cos(2 * omega * t), 13);
        expect(found.y[at]).toBeCloseTo(decay * Math.sin(2 * omega * t), 13);
        expect(found.z[at]).toBeCloseTo(decay ** 2 - 1, 13);
      });
    });
  });

  it("falls with the step as h^4 by rk4, and keeps to the tolerance by tsit5", () => {
    const exact = mesolveBatch(H, basis(2, 0), times, { cOps: [sigmam()], eOps: { z: sigmaz() } }).expect.z;
    const errorOf = (options: Omit<MesolveBatchOptions, "eOps">) => {
      const { z } = mesolveBatch(H, basis(2, 0), times, { cOps: [sigmam()], eOps: { z: sigmaz() }, ...options }).expect;
      return z.reduce((most, value, k) => Math.max(most, Math.abs(value - exact[k]!)), 0);
    };
    const [coarse, fine] = [errorOf({ method: "rk4", dt: 0.05 }), errorOf({ method: "rk4", dt: 0.025 })];
    expect(Math.log2(coarse / fine)).toBeGreaterThan(3.8);
    expect(Math.log2(coarse / fine)).toBeLessThan(4.3);
    for (const rtol of [1e-4, 1e-7, 1e-10]) {
      expect(errorOf({ method: "tsit5", rtol, atol: rtol })).toBeLessThan(30 * rtol);
    }
  });

  it("takes steps of the length dt where one is given, and refuses one where it would mean nothing", () => {
    const eOps = { z: sigmaz() };
    const { expect: found, stats } = mesolveBatch(H, basis(2, 0), times, { eOps, dt: 0.25 });
    expect(stats.method).toBe("rk4");
    H.forEach((one, k) => {
      mesolve(one, basis(2, 0), times, { eOps, dt: 0.25 }).expect.z.forEach((value, t) => {
        expect(found.z[times.length * k + t]).toBeCloseTo(value, 13);
      });
    });
    for (const method of ["expm", "taylor", "tsit5"] as const) {
      expect(() => mesolveBatch(H, basis(2, 0), times, { method, dt: 0.25 })).toThrow(InvalidArgumentError);
    }
  });

  it("refuses the states that mesolve refuses, to the last bit", () => {
    // Smallest eigenvalues around -1e-10, by less and by more than rounding.
    const states = Array.from({ length: 400 }, (_, k) => {
      const p = -1e-10 * (1 + ((k % 9) - 4) * 1e-6);
      const [c, s] = [Math.cos(k), Math.sin(k)];
      const [x, off, y] = [c * c * p + s * s * (1 - p), c * s * (1 - 2 * p), s * s * p + c * c * (1 - p)];
      return Operator.fromArrays({
        dims: [2],
        re: [
          [x, off],
          [off, y],
        ],
      });
    });
    const said = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as Error).name;
      }
      return undefined;
    };
    for (const rho of states) {
      expect(said(() => mesolveBatch([sigmaz()], [rho], times))).toBe(said(() => mesolve(sigmaz(), rho, times)));
    }
  });

  it("computes populations alone where they are all that counts", () => {
    const options = { cOps: [sigmam(), sigmap().scale(0.5)], eOps: { z: sigmaz() } };
    const classical = mesolveBatch(
      g.map((x) => sigmaz().scale(x)),
      basis(2, 0),
      times,
      options,
    );
    expect(classical.stats).toMatchObject({ populations: true, coordinates: 2, blocks: [2] });
    expect(mesolveBatch(H, basis(2, 0), times, options).stats).toMatchObject({ populations: false });
  });

  it("says which system is wrong before anything is computed", () => {
    const crooked = Operator.fromTriplets([2], [[0, 1, 1, 0]]);
    const bad = [...H.slice(0, 9), crooked];
    const run = (...args: Parameters<typeof mesolveBatch>) => mesolveBatch(...args);
    expect(() => run(bad, basis(2, 0), times)).toThrow(NotHermitianError);
    expect(() => run(bad, basis(2, 0), times)).toThrow("H[9]");
    const states = H.map((_, k) => (k === 4 ? sigmaz() : basis(2, 0)));
    expect(() => run(H, states, times)).toThrow(NotDensityMatrixError);
    expect(() => run(H, states, times)).toThrow("rho0[4]");
    // Trace 1 and Hermitian, but not positive.
    const negative = Operator.fromTriplets(
      [2],
      [
        [0, 0, 1.1, 0],
        [1, 1, -0.1, 0],
      ],
    );
    expect(() => run(H, [...Array(9).fill(basis(2, 0)), negative], times)).toThrow("rho0[9]");
    expect(() => run(H, basis(3, 0), times)).toThrow(DimensionMismatchError);
    expect(() => run(H, basis(2, 0), times, { cOps: [[sigmam()]] })).toThrow("10, as many as H");
    expect(() => run(H, basis(2, 0), times, { cOps: [{ op: sigmam(), rate: -1 }] })).toThrow(InvalidArgumentError);
    expect(() => run([], basis(2, 0), times)).toThrow(InvalidArgumentError);
    const full = randomOperator(random, [16]);
    expect(() => run(num(16), basis(16, 0), times, { cOps: Array(20).fill(full) })).toThrow("one by one");
    expect(() => run(num(17), basis(17, 0), times)).toThrow("at most 16 levels");
    expect(() => run(H, basis(2, 0), times, { method: "krylov" as never })).toThrow('"taylor"');
    expect(() => run(H, basis(2, 0), times, { method: "rk4" })).toThrow("dt");
    expect(() => run(H, basis(2, 0), times, { eops: {} } as never)).toThrow(UnknownOptionError);
  });

  it("goes on where a system fails, and says so", () => {
    // 1e200 squared overflows on the way, in one group of four.
    const rates = g.map((_, k) => (k === 3 ? 1e200 : 1));
    const wild = rates.map((rate) => sigmax().scale(rate));
    const { failures, expect: found } = mesolveBatch(wild, basis(2, 0), times, {
      method: "rk4",
      dt: 0.1,
      eOps: { z: sigmaz() },
    });
    expect(failures.map(({ system }) => system)).toEqual([3]);
    expect(failures[0]!.error).toBeInstanceOf(NonFiniteError);
    expect(found.z.subarray(15, 20).every(Number.isNaN)).toBe(true);
    expect(found.z.subarray(0, 15).every(Number.isFinite)).toBe(true);
    const short = mesolveBatch(H, basis(2, 0), times, { method: "tsit5", maxSteps: 2, eOps: { z: sigmaz() } });
    expect(short.failures.length).toBe(10);
    expect(short.failures[0]!.error).toBeInstanceOf(StepLimitError);
  });

  it("stops between slabs when it is told to, and tells how far it is", () => {
    const abort = new AbortController();
    const many = Array.from({ length: 4000 }, (_, k) => sigmaz().scale(k));
    const long = Array.from({ length: 400 }, (_, k) => k);
    const done: number[] = [];
    const onProgress = (count: number) => {
      done.push(count);
      abort.abort(new Error("enough"));
    };
    const run = () =>
      mesolveBatch(many, basis(2, 0), long, {
        eOps: { x: sigmax(), y: sigmay(), z: sigmaz() },
        onProgress,
        signal: abort.signal,
      });
    expect(run).toThrow("enough");
    expect(done.length).toBe(1);
    expect(done[0]).toBeLessThan(4000);
  });
});
