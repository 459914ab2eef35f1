import { describe, expect, it } from "vitest";
import {
  basis,
  coherent,
  DimensionMismatchError,
  destroy,
  fock,
  InvalidArgumentError,
  type Ket,
  ket2dm,
  type MeasurementScheme,
  mesolve,
  NonFiniteError,
  NotNormalisedError,
  num,
  Operator,
  qeye,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  smesolve,
  ssesolve,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";
import { uniformTimes } from "../support/law.ts";
import { generator, randomHermitian, randomOperator } from "../support/random.ts";
import { chiSquareBounds } from "../support/sampled.ts";

const plus = basis(2, 0).add(basis(2, 1)).scale(Math.SQRT1_2);
const TIMES = uniformTimes(2, 5);
const SCHEMES: MeasurementScheme[] = ["euler", "milstein", "taylor1.5", "rouchon"];

describe("what a record says", () => {
  it("of a measurement that changes nothing: Bayes' rule", () => {
    // L = sqrt(k) sigma_z with efficiency eta: Y has drift ±a, a = 2 sqrt(k eta), and the odds of |0> over |1> are p0/p1 exp(2 a Y).
    const [k, eta] = [0.4, 0.6];
    const a = 2 * Math.sqrt(k * eta);
    const rho0 = Operator.dense([2], [0.7, 0, 0.2, 0, 0.2, 0, 0.3, 0]);
    for (const method of SCHEMES) {
      const { runs } = smesolve(sigmaz().scale(0.3), rho0, [0, 0.5, 1], {
        scOps: [{ op: sigmaz(), rate: k, efficiency: eta }],
        eOps: { p: ket2dm(basis(2, 0)) },
        ntraj: 20,
        dt: 1e-3,
        method,
        keepRuns: true,
      });
      const worst = runs.reduce((most, { currents, expect: values }) => {
        const Y = currents[0]!.reduce((sum, current) => sum + 0.5 * current, 0);
        const odds = (0.7 / 0.3) * Math.exp(2 * a * Y);
        return Math.max(most, Math.abs(values!.p[2]! - odds / (1 + odds)));
      }, 0);
      // Strong orders 1/2, 1, 3/2, 1, of constants about 1.
      expect(worst).toBeLessThan({ euler: 0.1, milstein: 5e-3, "taylor1.5": 2e-4, rouchon: 5e-3 }[method]);
    }
  });

  it("followed again it leads to the same state, bit for bit", () => {
    for (const method of SCHEMES) {
      const options = { scOps: [{ op: sigmam(), efficiency: 0.7 }, sigmax().scale(0)], cOps: [sigmaz()], method };
      const first = smesolve(sigmax(), basis(2, 0), TIMES, {
        ...options,
        ntraj: 2,
        keepRecords: true,
        keepRuns: true,
        storeStates: true,
      });
      const again = smesolve(sigmax(), basis(2, 0), TIMES, {
        ...options,
        record: first.runs[1]!.record,
        keepRuns: true,
        storeStates: true,
      });
      expect(again.runs[0]!.states!.map((rho) => (rho as Operator).toDense())).toEqual(
        first.runs[1]!.states!.map((rho) => (rho as Operator).toDense()),
      );
      expect(again.runs[0]!.currents).toEqual(first.runs[1]!.currents);
    }
  });

  it("is followed from JSON, and with or without a place for its integrals", () => {
    const options = { scOps: [sigmam()], eOps: { z: sigmaz() }, dt: 1e-2 };
    const first = ssesolve(sigmax(), basis(2, 0), TIMES, { ...options, keepRecords: true });
    const { record } = (JSON.parse(JSON.stringify(first)) as typeof first).runs[0]!;
    expect(Array.isArray(record!.increments[0])).toBe(true);
    expect(ssesolve(sigmax(), basis(2, 0), TIMES, { ...options, record }).expect).toEqual(first.expect);
    const { increments } = record!;
    const [without, empty] = [{ increments }, { increments, integrals: undefined }].map((given) =>
      ssesolve(sigmax(), basis(2, 0), TIMES, { ...options, record: given }),
    );
    expect(empty!.expect).toEqual(without!.expect);
  });

  it("without the integrals of its increments it leads nearly there", () => {
    const options = { scOps: [sigmam()], eOps: { z: sigmaz() }, dt: 1e-3 };
    const first = ssesolve(sigmax(), basis(2, 0), TIMES, { ...options, keepRecords: true });
    const { increments } = first.runs[0]!.record!;
    const again = ssesolve(sigmax(), basis(2, 0), TIMES, { ...options, record: { increments } });
    again.expect.z.forEach((z, k) => {
      expect(Math.abs(z - first.expect.z[k]!)).toBeLessThan(5e-3);
    });
    expect(again.expect.z[4]).not.toBe(first.expect.z[4]);
  });
});

describe("means", () => {
  it("over measurements are those of the master equation", () => {
    const cOps = [sigmaz().scale(0.5)];
    const scOps = [{ op: sigmam(), rate: 1.5, efficiency: 0.8 }];
    const eOps = { x: sigmax(), y: sigmay(), z: sigmaz() };
    const exact = mesolve(sigmax().scale(1.2), plus, TIMES, {
      cOps: [...cOps, { op: sigmam(), rate: 1.5 }],
      eOps,
      rtol: 1e-9,
      atol: 1e-11,
    });
    for (const heterodyne of [false, true]) {
      const run = smesolve(sigmax().scale(1.2), plus, TIMES, {
        cOps,
        scOps,
        eOps,
        heterodyne,
        ntraj: 1500,
        dt: 5e-3,
        seed: 4,
        storeStates: true,
      });
      for (const name of ["x", "y", "z"] as const) {
        TIMES.forEach((_, k) => {
          // Six standard errors, and the bias of the steps: of weak order 3/2 at least.
          const bias = 5 * 5e-3 ** 1.5;
          expect(Math.abs(run.expect[name][k]! - exact.expect[name][k]!)).toBeLessThan(
            6 * run.stdError[name][k]! + bias,
          );
        });
      }
      expect(run.states![4]!.get(0, 0).re - run.states![4]!.get(1, 1).re).toBeCloseTo(run.expect.z[4]!, 10);
      expect(run.runs[0]!.currents).toHaveLength(heterodyne ? 2 : 1);
    }
  });

  it("of 40 random systems are those of the master equation, within their standard errors", () => {
    const random = generator(31);
    let chi = 0;
    for (let system = 0; system < 40; system++) {
      const dims = [[2], [3], [2, 2]][system % 3]!;
      const H = randomHermitian(random, dims);
      const [L, c] = [0.4, 0.5].map((size) => randomOperator(random, dims).scale(size)) as [Operator, Operator];
      const eOps = { x: randomHermitian(random, dims).hermitianPart() };
      const start = dims.map((d) => basis(d, 0)).reduce((a, b) => a.kron(b));
      const run = smesolve(H, start, [0, 0.5, 1], {
        scOps: [{ op: c, efficiency: random() }],
        cOps: [L],
        eOps,
        // Both quadratures commute: weak order 2, and what these steps miss is a small part of a standard error.
        heterodyne: true,
        dt: 5e-3,
        ntraj: 200,
        seed: system,
      });
      expect(run.stats.method).toBe("taylor1.5");
      const exact = mesolve(H, start, [0, 0.5, 1], { cOps: [L, c], eOps, rtol: 1e-9, atol: 1e-11 });
      chi += ((run.expect.x[2]! - exact.expect.x[2]!) / run.stdError.x[2]!) ** 2;
    }
    const [least, most] = chiSquareBounds(40);
    expect(chi).toBeGreaterThan(least);
    expect(chi).toBeLessThan(most);
  });

  it("of currents are those of the field, and their noise is that of the vacuum", () => {
    // The steady state of a driven cavity is coherent: <Y>/dt = sqrt(k) <a + a†>, and what is left is white noise of variance 1/dt.
    const [N, E, k] = [16, 0.8, 1];
    const a = destroy(N);
    const H = a.add(a.dag()).scale(E).hermitianPart();
    const alpha = { re: 0, im: (-2 * E) / k };
    const times = uniformTimes(20, 401);
    const { runs } = ssesolve(H, coherent(N, alpha), times, { scOps: [a.scale({ re: 0, im: 1 })], seed: 2 });
    const current = runs[0]!.currents[0]!;
    const mean = current.reduce((sum, x) => sum + x, 0) / current.length;
    const interval = 20 / 400;
    // c = ia: <c + c†> = 2 Re(i alpha) = 4 E / k
    expect(Math.abs(mean - (4 * E) / k)).toBeLessThan(6 / Math.sqrt(20));
    const variance = current.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (current.length - 1);
    expect(Math.abs(variance * interval - 1)).toBeLessThan(6 * Math.sqrt(2 / 400));
  });

  it("with detectors that see nothing every trajectory is the master equation", () => {
    const scOps = [{ op: sigmam(), rate: 0.8, efficiency: 0 }];
    const exact = mesolve(sigmax(), basis(2, 0), TIMES, {
      cOps: [{ op: sigmam(), rate: 0.8 }],
      eOps: { z: sigmaz() },
      rtol: 1e-11,
      atol: 1e-13,
    });
    const run = smesolve(sigmax(), basis(2, 0), TIMES, { scOps, eOps: { z: sigmaz() }, dt: 1e-3 });
    // The deterministic part is a Taylor series of order 2.
    run.expect.z.forEach((z, k) => {
      expect(Math.abs(z - exact.expect.z[k]!)).toBeLessThan(2e-5);
    });
  });
});

describe("states", () => {
  it("that are pure stay pure when nothing is missed, as kets and as density matrices alike", () => {
    const scOps = [sigmam(), sigmam().scale({ re: 0, im: 1 })];
    const options = {
      eOps: { z: sigmaz() },
      dt: 2e-3,
      seed: 7,
      keepRuns: true,
      storeStates: true,
      method: "taylor1.5" as const,
    };
    const ket = ssesolve(sigmax(), plus, TIMES, { ...options, scOps });
    const rho = smesolve(sigmax(), plus, TIMES, { ...options, scOps });
    rho.runs[0]!.states!.forEach((state, k) => {
      const operator = state as Operator;
      expect(operator.mul(operator).tr().re).toBeCloseTo(1, 4);
      const psi = ket.runs[0]!.states![k] as Ket;
      expect(psi.norm()).toBeCloseTo(1, 12);
      expect(operator.sub(ket2dm(psi)).maxAbs()).toBeLessThan(1e-3);
    });
  });

  it("by Rouchon's steps are positive whatever the step", () => {
    const scOps = [
      { op: sigmam(), rate: 2, efficiency: 0.9 },
      { op: sigmaz(), rate: 1, efficiency: 0.5 },
    ];
    const run = smesolve(sigmax().scale(2), plus, uniformTimes(5, 51), {
      scOps,
      dt: 0.1,
      ntraj: 30,
      keepRuns: true,
      storeStates: true,
    });
    expect(run.stats.method).toBe("rouchon");
    for (const { states } of run.runs) {
      for (const rho of states!) {
        expect((rho as Operator).tr().re).toBeCloseTo(1, 12);
        expect(eigenvaluesHermitian(rho as Operator)[0]!).toBeGreaterThan(-1e-13);
      }
    }
  });
});

it("a trajectory is the same alone and among others", () => {
  const options = { scOps: [destroy(8)], eOps: { n: num(8) }, keepRuns: true, seed: 3 };
  const all = ssesolve(num(8), fock(8, 5), TIMES, { ...options, ntraj: 20 });
  const one = ssesolve(num(8), fock(8, 5), TIMES, { ...options, ntraj: 1, first: 13 });
  expect(one.runs[0]).toEqual(all.runs[13]);
});

it("refuses what is wrong before it computes", () => {
  const call = (options: object) => () => smesolve(sigmaz(), basis(2, 0), TIMES, { scOps: [sigmam()], ...options });
  expect(call({ ntrajs: 1 })).toThrow(UnknownOptionError);
  for (const bad of [{ ntraj: 0 }, { dt: 0 }, { seed: 0.5 }, { heterodyne: 1 }, { method: "platen" }]) {
    expect(call(bad)).toThrow(InvalidArgumentError);
  }
  expect(call({ scOps: [{ op: sigmam(), efficiency: 1.1 }] })).toThrow(/efficiency/);
  expect(call({ scOps: [sigmax(), sigmaz()], method: "taylor1.5" })).toThrow(/commute/);
  expect(call({ scOps: [num(3)] })).toThrow(DimensionMismatchError);
  expect(call({ dt: 1e-9 })).toThrow(/steps at most/);
  expect(call({ record: { increments: [] } })).toThrow(/one a channel/);
  expect(call({ record: { increments: [], times: [0] } })).toThrow(UnknownOptionError);
  expect(call({ record: { increments: ["0"] } })).toThrow(/arrays of numbers/);
  expect(call({ record: { increments: [[1, "2", 1, 1]] }, dt: 0.5 })).toThrow(/\[1\].*finite/);
  expect(call({ record: { increments: [new Float64Array(3)] }, dt: 0.5 })).toThrow(/one a step/);
  expect(call({ record: { increments: [new Float64Array([1, Number.NaN, 1, 1])] }, dt: 0.5 })).toThrow(/finite/);
  expect(call({ record: { increments: [new Float64Array(4)] }, ntraj: 2 })).toThrow(/ntraj/);
  expect(() => ssesolve(sigmaz(), basis(2, 0).scale(2), TIMES)).toThrow(NotNormalisedError);
  expect(() => ssesolve(sigmaz(), basis(2, 0), TIMES, { cOps: [] } as object)).toThrow(UnknownOptionError);
  expect(() => ssesolve(sigmaz(), basis(2, 0), TIMES, { scOps: [{ op: sigmam(), efficiency: 0.5 }] })).toThrow(
    UnknownOptionError,
  );
  expect(() => ssesolve(sigmaz(), ket2dm(basis(2, 0)) as unknown as Ket, TIMES)).toThrow(/smesolve/);
  // No state has a record that says what |0> never does, this loudly in one step.
  const loud = { increments: [Float64Array.of(-10, 0, 0, 0)] };
  expect(call({ scOps: [sigmaz()], record: loud, dt: 0.5, method: "euler" })).toThrow(NonFiniteError);
});

it.each(SCHEMES.filter((scheme) => scheme !== "rouchon"))("steps that are far too long are an error (%s)", (method) => {
  // The traces of such states may be 1 while their eigenvalues are 1000 and -999.
  const options = {
    scOps: [{ op: sigmam(), rate: 4, efficiency: 0.7 }],
    cOps: [sigmaz()],
    eOps: { z: sigmaz() },
    dt: 5,
    ntraj: 20,
  };
  const call = () => smesolve(sigmax().scale(2), plus, uniformTimes(100, 21), { ...options, method });
  expect(call).toThrow(NonFiniteError);
  expect(call).toThrow(/shorter dt/);
});

it.each(SCHEMES)("an energy of all levels is a phase of kets (%s)", (method) => {
  const times = [1, 1.5, 3];
  const measured = (energy: number) =>
    ssesolve(sigmax().add(qeye(2).scale(energy)), plus, times, {
      ...{ scOps: [sigmam()], ntraj: 2, dt: 0.01, seed: 8, storeStates: true, keepRuns: true, method },
    }).runs!;
  const without = measured(0);
  for (const [n, { states }] of measured(7.5).entries()) {
    for (const [k, state] of states!.entries()) {
      const angle = -7.5 * (times[k]! - 1);
      const exact = (without[n]!.states![k] as Ket).scale({ re: Math.cos(angle), im: Math.sin(angle) }).toArray();
      // 200 steps, each rounded a few times.
      for (const [i, value] of (state as Ket).toArray().entries())
        expect(Math.abs(value - exact[i]!)).toBeLessThan(1e-12);
    }
  }
});

it("prints itself, and becomes JSON", () => {
  const run = ssesolve(sigmax(), plus, TIMES, { scOps: [sigmam()], eOps: { z: sigmaz() } });
  expect(String(run)).toContain("taylor1.5");
  expect(JSON.parse(JSON.stringify(run)).runs[0].currents[0]).toHaveLength(4);
});
