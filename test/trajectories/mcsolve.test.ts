import { describe, expect, it } from "vitest";
import { LANES } from "../../assembly/constants.ts";
import {
  basis,
  coherent,
  DimensionMismatchError,
  destroy,
  fock,
  InvalidArgumentError,
  Ket,
  ket2dm,
  type McsolveOptions,
  mcsolve,
  mesolve,
  NotNormalisedError,
  num,
  type Operator,
  piecewise,
  pulse,
  qeye,
  StepLimitError,
  sesolve,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  tensor,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";
import { type Evolution, matrix, readReference } from "../support/reference.ts";
import { chiSquareBounds, expectMeans } from "../support/sampled.ts";

const TIMES = uniformTimes(3, 7);
const atom = { H: sigmax(), psi: basis(2, 1), cOps: [sigmam()], eOps: { pe: ket2dm(basis(2, 0)), down: sigmam() } };
const solve = (options: McsolveOptions = {}, times: readonly number[] = TIMES) =>
  mcsolve(atom.H, atom.psi, times, { cOps: atom.cOps, eOps: atom.eOps, ...options });

/** A ket of random elements. */
function randomKet(random: () => number, dims: readonly number[]): Ket {
  const d = dims.reduce((a, b) => a * b, 1);
  const psi = new Ket(
    dims,
    Float64Array.from({ length: 2 * d }, () => 2 * random() - 1),
  );
  return psi.scale(1 / psi.norm());
}

/** exp(G t) psi by short Taylor series. */
function evolved(G: Operator, psi: Ket, t: number): Ket {
  const steps = Math.max(1, Math.ceil(4 * t * G.maxAbs()));
  let state = psi;
  for (let step = 0; step < steps; step++) {
    let term = state;
    for (let k = 1; k <= 30; k++) {
      term = G.apply(term).scale(t / steps / k);
      state = state.add(term);
    }
  }
  return state;
}

describe("a trajectory", () => {
  it("is the same alone, in any block, and with other observables", () => {
    const all = solve({ ntraj: 40, keepRuns: true, seed: 9 });
    for (const k of [0, 17, 39]) {
      const one = solve({ ntraj: 1, first: k, keepRuns: true, seed: 9 });
      expect(one.jumps).toEqual([all.jumps[k]]);
      expect(one.runs).toEqual([all.runs![k]]);
    }
    const other = solve({ ntraj: 40, eOps: {}, seed: 9 });
    expect(other.jumps).toEqual(all.jumps);
    expect(solve({ ntraj: 40, seed: 10 }).jumps).not.toEqual(all.jumps);
  });

  it("is the same by every method, to their tolerances", () => {
    const random = generator(4);
    for (const dims of [[2], [3], [2, 3], [8]]) {
      const H = randomHermitian(random, dims);
      const cOps = [randomOperator(random, dims), randomOperator(random, dims, 0.3)];
      const psi = randomKet(random, dims);
      const eOps = { x: randomHermitian(random, dims).hermitianPart() };
      const [exact, ...others] = (["dyadic", "dop853", "tsit5"] as const).map((method) =>
        mcsolve(H, psi, TIMES, { cOps, eOps, ntraj: 20, keepRuns: true, method, rtol: 1e-11, atol: 1e-13 }),
      );
      for (const run of others) {
        run.jumps.forEach(({ times, channels }, k) => {
          expect(channels).toEqual(exact!.jumps[k]!.channels);
          // An error of the norm moves a jump by as much, over its slope.
          times.forEach((t, j) => {
            expect(Math.abs(t - exact!.jumps[k]!.times[j]!)).toBeLessThan(1e-7);
          });
        });
        run.runs!.forEach(({ expect: { x } }, k) => {
          x.forEach((value, j) => {
            expect(Math.abs(value - exact!.runs![k]!.expect.x[j]!)).toBeLessThan(1e-6);
          });
        });
      }
    }
  });

  it("jumps when the exact norm crosses the number that was drawn", () => {
    // From |e> the norm squared is exp(-t): jump times are exponential, and there is one jump at most.
    const run = mcsolve(sigmaz(), basis(2, 0), [0, 50], { cOps: [sigmam()], ntraj: 4000, seed: 3 });
    const waits = Float64Array.from(run.jumps, ({ times }) => times[0]!).toSorted();
    expect(run.jumps.every(({ times }) => times.length === 1)).toBe(true);
    const distance = waits.reduce((most, t, k) => {
      const F = 1 - Math.exp(-t);
      return Math.max(most, F - k / waits.length, (k + 1) / waits.length - F);
    }, 0);
    // Massart's bound: exceeded with a probability of 1e-9.
    expect(distance).toBeLessThan(Math.sqrt(Math.log(2e9) / (2 * waits.length)));
  });

  it("jumps at the number that was drawn, to the tolerance, with up to 16 levels", () => {
    const random = generator(12);
    for (const d of [3, 8, 16]) {
      const H = randomHermitian(random, [d]);
      const cOps = [0.5, 0.7].map((size) => randomOperator(random, [d]).scale(size / Math.sqrt(d)));
      const psi = randomKet(random, [d]);
      const G = cOps.reduce<Operator>((sum, L) => sum.sub(L.dag().mul(L).scale(0.5)), H.scale({ re: 0, im: -1 }));
      for (const [method, tolerance] of [
        ["dyadic", 1e-11],
        ["dop853", 1e-5],
        ["tsit5", 1e-5],
      ] as const) {
        const run = mcsolve(H, psi, [0, 100], { cOps, ntraj: 30, seed: d, method });
        for (const { trajectory, times } of run.jumps) {
          // The first number is that of the initial ket.
          const drawn = getKernel().frame((kernel) => {
            const out = kernel.allocate(16, "test");
            kernel.functions.randomNumbers(d, 0, trajectory, 0, 0, 2, out);
            return kernel.doubles[out / 8 + 1]!;
          });
          expect(Math.abs(evolved(G, psi, times[0]!).norm() ** 2 - drawn)).toBeLessThan(tolerance);
        }
      }
    }
  });

  it("waits between photons of a driven atom as long as the exact distribution says", () => {
    // w(t) = G |c_e(t)|², without a jump: c_e = -i (O/(2 m)) e^(-Gt/4) sin(m t), m = sqrt(O²/4 - G²/16).
    const [O, G] = [2, 1];
    const run = mcsolve(sigmax().scale(O / 2), basis(2, 1), [0, 40], {
      cOps: [{ op: sigmam(), rate: G }],
      ntraj: 400,
      seed: 8,
    });
    const waits = Float64Array.from(
      run.jumps.flatMap(({ times }) => Array.from(times.subarray(0, 20), (t, k) => t - (k > 0 ? times[k - 1]! : 0))),
    ).toSorted();
    const m = Math.sqrt(O ** 2 / 4 - G ** 2 / 16);
    // P(no jump before t) = |c_e|² + |c_g|², c_g = e^(-Gt/4) (cos(mt) + (G/(4m)) sin(mt))
    const survival = (t: number) => {
      const [c, s] = [Math.cos(m * t), Math.sin(m * t)];
      return Math.exp((-G * t) / 2) * (((O * s) / (2 * m)) ** 2 + (c + (G * s) / (4 * m)) ** 2);
    };
    const n = waits.length;
    expect(n).toBeGreaterThan(4000);
    const distance = waits.reduce(
      (most, t, k) => Math.max(most, 1 - survival(t) - k / n, (k + 1) / n - 1 + survival(t)),
      0,
    );
    expect(distance).toBeLessThan(Math.sqrt(Math.log(2e9) / (2 * n)));
  });
});

describe("means", () => {
  it("of 80 random systems are those of the master equation, within their standard errors", () => {
    const random = generator(77);
    let chi = 0;
    for (let system = 0; system < 80; system++) {
      const dims = [[2], [3], [2, 2], [5], [2, 3]][system % 5]!;
      const H = randomHermitian(random, dims);
      const cOps = [randomOperator(random, dims, 0.5), { op: randomOperator(random, dims, 0.3), rate: 0.5 }];
      const psi = randomKet(random, dims);
      const eOps = { x: randomHermitian(random, dims).hermitianPart() };
      const run = mcsolve(H, psi, [0, 0.5, 1], { cOps, eOps, ntraj: 400, seed: system });
      const { expect: exact } = mesolve(H, psi, [0, 0.5, 1], { cOps, eOps, rtol: 1e-9, atol: 1e-11 });
      expectMeans(run, eOps, (_t, k) => ({ x: exact.x[k]! }));
      chi += ((run.expect.x[2]! - exact.x[2]!) / run.stdError.x[2]!) ** 2;
    }
    // Standard errors that are wrong by a factor of 1.6 either way are noticed.
    const [least, most] = chiSquareBounds(80);
    expect(chi).toBeGreaterThan(least);
    expect(chi).toBeLessThan(most);
  });

  it("of the reference cavity: numbers of photons, probability of no jump, number of jumps", () => {
    const reference = readReference<
      Evolution & { psi0: number[]; no_jump_probability: number[]; expected_jumps: number[] }
    >("p8_N12");
    const { dims, t } = reference;
    const cOps = reference.jumps.map(({ rate, op }) => ({ op: matrix(dims, op), rate }));
    const eOps = Object.fromEntries(
      Object.entries(reference.e_ops).map(([name, op]) => [name, matrix(dims, op).hermitianPart()]),
    );
    const H = matrix(dims, reference.H);
    const psi = new Ket(dims, Float64Array.from(reference.psi0));
    const run = mcsolve(H, psi, t, { cOps, eOps, ntraj: 1500, seed: 21 });
    expectMeans(run, eOps, (_t, k) =>
      Object.fromEntries(Object.keys(eOps).map((name) => [name, reference.expect![name]![k]!])),
    );
    // Counts are nearly those of a Poisson process or quieter: six standard errors of one.
    const total = run.jumps.reduce((sum, { times }) => sum + times.length, 0) / run.trajectories;
    const expected = reference.expected_jumps.at(-1)!;
    expect(Math.abs(total - expected)).toBeLessThan(6 * Math.sqrt((2 * expected) / run.trajectories));
    const currents = run.photocurrents[0]!.reduce((sum, x, k) => sum + x * (t[k + 1]! - t[k]!), 0);
    expect(currents).toBeCloseTo(total, 10);
    for (const k of [4, 12, 20]) {
      const { noJumpProbability } = mcsolve(H, psi, t.slice(0, k + 1), { cOps, ntraj: 1, improvedSampling: true });
      expect(Math.abs(noJumpProbability! - reference.no_jump_probability[k]!)).toBeLessThan(1e-11);
    }
  });

  it("with the trajectory without jumps apart: the same, with less noise where jumps are rare", () => {
    const options = { cOps: [{ op: sigmam(), rate: 0.05 }], eOps: { pe: ket2dm(basis(2, 0)) }, ntraj: 800, seed: 2 };
    const plain = mcsolve(sigmax().scale(0.4), basis(2, 0), TIMES, options);
    const improved = mcsolve(sigmax().scale(0.4), basis(2, 0), TIMES, {
      ...options,
      improvedSampling: true,
      storeStates: true,
    });
    const exact = mesolve(sigmax().scale(0.4), basis(2, 0), TIMES, { ...without(options), rtol: 1e-10, atol: 1e-12 });
    expectMeans(improved, options.eOps, (_t, k) => ({ pe: exact.expect.pe[k]! }));
    improved.states!.forEach((rho, k) => {
      expect(rho.tr().re).toBeCloseTo(1, 10);
      expect(rho.get(0, 0).re).toBeCloseTo(improved.expect.pe[k]!, 10);
    });
    expect(improved.jumps.every(({ times }) => times.length > 0)).toBe(true);
    expect(improved.stdError.pe.at(-1)!).toBeLessThan(0.3 * plain.stdError.pe.at(-1)!);
  });

  it("where a jump is impossible the trajectory without jumps is all there is", () => {
    const run = mcsolve(sigmaz(), basis(2, 1), TIMES, {
      cOps: [sigmam()],
      eOps: { z: sigmaz() },
      improvedSampling: true,
    });
    expect(run.noJumpProbability).toBeCloseTo(1, 12);
    expect(run.trajectories).toBe(0);
    run.expect.z.forEach((z) => {
      expect(z).toBeCloseTo(-1, 12);
    });
    run.stdError.z.forEach((error) => {
      expect(error).toBe(0);
    });
  });

  it("from mixed states, given as a density matrix or as kets", () => {
    const rho = ket2dm(basis(3, 0))
      .scale(0.2)
      .add(ket2dm(basis(3, 1)).scale(0.5))
      .add(ket2dm(basis(3, 2)).scale(0.3));
    const cOps = [destroy(3)];
    const eOps = { n: num(3) };
    const exact = mesolve(num(3), rho, TIMES, { cOps, eOps });
    const pairs = [0, 1, 2].map((k) => [basis(3, k), [0.2, 0.5, 0.3][k]!] as const);
    for (const state of [rho, pairs]) {
      for (const improvedSampling of [false, true]) {
        const run = mcsolve(num(3), state, TIMES, { cOps, eOps, ntraj: 1000, improvedSampling, seed: 6 });
        expectMeans(run, eOps, (_t, k) => ({ n: exact.expect.n[k]! }));
        if (improvedSampling) {
          // From |n> no jump happens with probability exp(-n t).
          const none = 0.2 + 0.5 * Math.exp(-3) + 0.3 * Math.exp(-6);
          expect(run.noJumpProbability).toBeCloseTo(none, 10);
        }
      }
    }
  });

  it("of states, and of operators that are not Hermitian", () => {
    const run = solve({ ntraj: 1000, storeStates: true, keepRuns: true });
    const exact = mesolve(atom.H, atom.psi, TIMES, { cOps: atom.cOps, eOps: atom.eOps });
    const { im } = run.expect.down as { re: Float64Array; im: Float64Array };
    const error = run.stdError.down as { re: Float64Array; im: Float64Array };
    TIMES.forEach((_, k) => {
      expect(Math.abs(im[k]! - (exact.expect.down as { im: Float64Array }).im[k]!)).toBeLessThan(
        6 * error.im[k]! + 1e-12,
      );
      const rho = run.states![k]!;
      expect(rho.get(0, 0).re).toBeCloseTo((run.expect.pe as Float64Array)[k]!, 12);
      // <sigma_-> = <g|rho|e>* … the element (e, g) of rho.
      expect(rho.get(0, 1).im).toBeCloseTo(im[k]!, 12);
    });
    expect(run.runs![5]!.states![3]!.norm()).toBeCloseTo(1, 12);
  });

  it("of what depends on time: pulses, rates, jumps of coefficients", () => {
    const drive = pulse.gaussian({ center: 1, sigma: 0.4 });
    const cases: Parameters<typeof mesolve>[] = [
      [[sigmaz(), [sigmax(), drive]], basis(2, 1), TIMES, { cOps: [sigmam()] }],
      [
        sigmax(),
        basis(2, 1),
        TIMES,
        { cOps: [{ op: sigmam(), rate: (t: number) => 1 + Math.sin(t) ** 2 }, sigmaz().scale(0.3)] },
      ],
      [
        sigmax().scale(0.7),
        basis(2, 0),
        TIMES,
        { cOps: [[sigmap(), piecewise([0, 0.9, 1.7, 3], [0, 1.5, 0.2])], { op: sigmam(), rate: 0.2 }] },
      ],
    ];
    const eOps = { z: sigmaz(), x: sigmax() };
    for (const [H, psi, times, options] of cases) {
      const exact = mesolve(H, psi, times, { ...options, eOps, rtol: 1e-9, atol: 1e-11 });
      const run = mcsolve(H, psi as Ket, times, { cOps: options!.cOps, eOps, ntraj: 1500, seed: 31 });
      expect(run.stats.method).toBe("dop853");
      expectMeans(run, eOps, (_t, k) => ({ z: exact.expect.z[k]!, x: exact.expect.x[k]! }));
    }
  });

  it("numbers channels as the jumps were given", () => {
    const run = mcsolve(sigmax(), basis(2, 1), [0, 20], {
      cOps: [
        [sigmap(), (t: number) => 0.1 * Math.cos(t)],
        sigmam(),
        { op: sigmaz(), rate: () => 0 },
        sigmaz().scale(0.01),
      ],
      ntraj: 50,
    });
    const counts = [0, 0, 0, 0];
    for (const { channels } of run.jumps) for (const k of channels) counts[k]!++;
    expect(counts[2]).toBe(0);
    expect(counts[1]).toBeGreaterThan(counts[0]!);
    expect(counts[0]).toBeGreaterThan(0);
    expect(run.photocurrents).toHaveLength(4);
    run.photocurrents.forEach((current, k) => {
      expect(current[0]! * 20 * 50).toBeCloseTo(counts[k]!, 8);
    });
  });
});

it.each(["dyadic", "dop853", "auto"] as const)(
  "without jumps a ket has the phase that Schrödinger's equation gives it: %s",
  (method) => {
    // Far from zero on average: inside, the middle of the spectrum is taken out.
    const H = sigmax().add(qeye(2).scale(7.5));
    const options = { storeStates: true, rtol: 1e-11, atol: 1e-12 };
    const { runs } = mcsolve(H, atom.psi, TIMES, { ...options, ntraj: 2, keepRuns: true, method });
    const { states } = sesolve(H, atom.psi, TIMES, options);
    for (const [k, state] of states!.entries()) {
      const exact = state.toArray();
      for (const [i, value] of runs![1]!.states![k]!.toArray().entries())
        expect(Math.abs(value - exact[i]!)).toBeLessThan(1e-8);
    }
  },
);

describe("how long", () => {
  it("until the standard errors are small enough", () => {
    const run = solve({ ntraj: 100_000, target: 0.02 });
    expect(run.ended).toBe("target");
    expect(run.trajectories % 16).toBe(0);
    expect((run.stdError.pe as Float64Array).every((error) => error <= 0.02)).toBe(true);
    const fewer = solve({ ntraj: run.trajectories - 16 });
    expect(
      (fewer.stdError.pe as Float64Array).some((error) => error > 0.02) ||
        (fewer.stdError.down as { im: Float64Array }).im.some((error) => error > 0.02),
    ).toBe(true);
    expect(solve({ ntraj: 100_000, target: { rel: 0.1, abs: 0.02 } }).trajectories).toBeLessThan(run.trajectories);
  });

  it("not before rare jumps had a chance to be seen", () => {
    // One trajectory in a thousand jumps: of the first 32 none does, and all of them agree.
    const options = {
      cOps: [{ op: sigmam(), rate: 1e-3 }],
      eOps: { pe: ket2dm(basis(2, 0)) },
      ntraj: 100_000,
      seed: 1,
    };
    const run = mcsolve(sigmaz(), basis(2, 0), [0, 1], { ...options, target: 5e-4 });
    expect(run.jumps.slice(0, 32).every(({ times }) => times.length === 0)).toBe(true);
    expect(run.ended).toBe("target");
    // The range of pe is 1.
    expect(run.trajectories).toBeGreaterThanOrEqual(1 / 5e-4);
    // Two of 2000 jump; more than 20 would with a probability below 1e-14.
    expect(Math.abs(run.expect.pe[1]! - Math.exp(-1e-3))).toBeLessThan(0.01);
    const apart = mcsolve(sigmaz(), basis(2, 0), [0, 1], { ...options, target: 5e-4, improvedSampling: true });
    expect(apart.trajectories).toBe(32);
    // Where all values are one there is nothing to wait for.
    const dark = { ...options, eOps: { x: sigmax() }, target: { rel: 0.1 } };
    expect(mcsolve(sigmaz(), basis(2, 1), [0, 1], dark).trajectories).toBe(32);
  });

  it("until it is told to, and is then what as many trajectories are", () => {
    const asked: number[] = [];
    const run = solve({
      ntraj: 100_000,
      until({ trajectories, fraction }) {
        asked.push(trajectories);
        expect(fraction).toBe(trajectories / 100_000);
        return trajectories >= 48;
      },
    });
    expect(asked).toEqual([16, 32, 48]);
    expect(run).toMatchObject({ ended: "until", trajectories: 48 });
    const asMany = solve({ ntraj: 48, until: () => true });
    expect(asMany).toMatchObject({ ended: "until", trajectories: 16 });
    expect(run.expect).toEqual(solve({ ntraj: 48 }).expect);
    expect(solve({ ntraj: 16, until: () => true }).ended).toBe("count");
  });

  it("until time is up, or a signal aborts", () => {
    const timed = mcsolve(num(30), fock(30, 29), [0, 5], { cOps: [destroy(30)], ntraj: 10_000_000, timeout: 0.05 });
    expect(timed.ended).toBe("timeout");
    expect(timed.trajectories).toBeLessThan(10_000_000);
    // Time is up when the first ones, side by side, are done.
    expect(solve({ timeout: 1e-9 })).toMatchObject({ ended: "timeout", trajectories: LANES });
    expect(solve({ timeout: 1e-9, method: "tsit5" })).toMatchObject({ ended: "timeout", trajectories: 1 });
    expect(solve({ timeout: 1e-9, ntraj: 1 })).toMatchObject({ ended: "count", trajectories: 1 });
    const controller = new AbortController();
    const ticks: number[] = [];
    expect(() =>
      solve({
        ntraj: 100_000_000,
        signal: controller.signal,
        onProgress({ trajectories }) {
          ticks.push(trajectories);
          controller.abort(new Error("enough"));
        },
      }),
    ).toThrow("enough");
    expect(ticks).toHaveLength(1);
    expect(() => solve({ signal: controller.signal })).toThrow("enough");
    expect(solve().trajectories).toBe(500);
  });
});

it("refuses what is wrong before it computes", () => {
  const call = (options: object, psi: Parameters<typeof mcsolve>[1] = atom.psi) => {
    return () => mcsolve(atom.H, psi, TIMES, { cOps: atom.cOps, ...options });
  };
  expect(call({ ntrajs: 3 })).toThrow(UnknownOptionError);
  for (const bad of [
    { ntraj: 0 },
    { ntraj: 1.5 },
    { seed: -1 },
    { seed: 2 ** 53 },
    { first: -1 },
    { target: 0 },
    { timeout: 0 },
    { until: true },
  ]) {
    expect(call(bad)).toThrow(InvalidArgumentError);
  }
  expect(call({ target: { relative: 1 } })).toThrow(InvalidArgumentError);
  expect(call({ target: 0.1 })).toThrow(/eOps/);
  expect(call({ method: "expm" })).toThrow(/dyadic/);
  expect(call({}, basis(2, 0).scale(2))).toThrow(NotNormalisedError);
  expect(call({}, basis(3, 0))).toThrow(DimensionMismatchError);
  expect(call({}, [[basis(2, 0), 0.4]])).toThrow(/probabilities/);
  expect(call({}, [])).toThrow(InvalidArgumentError);
  // That of mesolve names an option that there is not here.
  expect(call({ cOps: [{ op: sigmam(), rate: (t: number) => t - 1 }] })).toThrow(/a rate >= 0, got -1$/);
  expect(() =>
    mcsolve(sigmax().scale(1e3), basis(2, 0), [0, 100], { cOps: [sigmam()], method: "tsit5", maxSteps: 50 }),
  ).toThrow(StepLimitError);
  expect(() =>
    mcsolve([[sigmaz(), (t: number) => t]], basis(2, 0), [0, 1], { cOps: [sigmam()], method: "dyadic" }),
  ).toThrow(/dyadic/);
});

it("without jumps it is the Schrödinger equation", () => {
  const run = mcsolve(sigmax().scale(0.5), basis(2, 0), [0, Math.PI], { eOps: { z: sigmaz() }, ntraj: 2 });
  expect(run.expect.z[1]).toBeCloseTo(-1, 12);
  expect(run.jumps.map(({ times }) => times.length)).toEqual([0, 0]);
});

it("prints itself, and becomes JSON", () => {
  const run = solve({ ntraj: 32 });
  expect(String(run)).toContain("32 trajectories");
  expect(JSON.parse(JSON.stringify(run))).toMatchObject({ trajectories: 32, ended: "count" });
});

it("memory stays what it is over many runs", () => {
  const before = getKernel().available;
  const states = [coherent(20, 1), tensor(basis(2, 0), fock(10, 3))];
  for (let k = 0; k < 200; k++) {
    mcsolve(k % 2 ? num(20) : tensor(qeye(2), num(10)), states[k % 2 ? 0 : 1]!, TIMES, {
      cOps: [k % 2 ? destroy(20) : tensor(sigmam(), qeye(10))],
      ntraj: 3,
    });
  }
  expect(getKernel().available).toBe(before);
});

function without<T extends { ntraj: number; seed: number }>({ ntraj, seed, ...rest }: T): Omit<T, "ntraj" | "seed"> {
  return rest;
}
