/**
 * The Schrödinger equation: exact laws, conservation, agreement with mesolve, orders with a drive, operators as initial values, errors.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  type ComplexSeries,
  coherent,
  DimensionMismatchError,
  destroy,
  expect as expectation,
  InvalidArgumentError,
  InvalidTimesError,
  jmat,
  Ket,
  mesolve,
  NotHermitianError,
  NotNormalisedError,
  num,
  Operator,
  overlap,
  pulse,
  qeye,
  type Series,
  type SesolveOptions,
  StepLimitError,
  sesolve,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
  UnknownOptionError,
} from "../../bindings/index.ts";
import { METHODS } from "../../bindings/solvers/options.ts";
import { LAW_TOLERANCE, uniformTimes } from "../support/law.ts";
import { slope } from "../support/order.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";

const tight = { rtol: 1e-12, atol: 1e-14 };
const up = basis(2, 0);
type Options = Omit<SesolveOptions, "eOps">;
const ways: Options[] = [
  ...["auto" as const, ...METHODS].filter((method) => method !== "rk4").map((method) => ({ method, ...tight })),
  { method: "rk4", dt: 1e-3 },
];
const drivenWays = ways.filter(({ method }) => !["expm", "faber", "krylov"].includes(method!));

function randomKet(random: () => number, dims: readonly number[]): Ket {
  const size = 2 * dims.reduce((a, b) => a * b, 1);
  return new Ket(
    dims,
    Array.from({ length: size }, () => 2 * random() - 1),
  ).unit();
}

/** Largest distance of a series from what it should be. */
function deviation(series: Series, times: readonly number[], law: (t: number, k: number) => number): number {
  const values = series instanceof Float64Array ? series : series.re;
  return Math.max(...times.map((t, k) => Math.abs(values[k]! - law(t, k))));
}

function distance(a: Ket, b: Ket): number {
  return a.add(b.scale(-1)).norm();
}

describe("exact laws", () => {
  const times = uniformTimes(9, 37);

  it.each(ways)("Rabi oscillations at any detuning, in the rotating frame, %j", (options) => {
    for (const [rabi, detuning] of [
      [1, 0],
      [1.3, 0.7],
      [0.4, -2.1],
      [1e-3, 3],
    ] as const) {
      const H = sigmax()
        .scale(rabi / 2)
        .add(sigmaz().scale(detuning / 2));
      const { expect: values, stats } = sesolve(H, up, times, { eOps: { z: sigmaz() }, ...options });
      const general = Math.hypot(rabi, detuning);
      const law = (t: number) => 1 - 2 * (rabi / general) ** 2 * Math.sin((general * t) / 2) ** 2;
      expect(deviation(values.z, times, law)).toBeLessThan(LAW_TOLERANCE);
      expect(stats.normError).toBeLessThan(LAW_TOLERANCE);
    }
  });

  it.each(drivenWays)("Rabi oscillations by a rotating field, in the laboratory, %j", (options) => {
    const [omega0, omega, rabi] = [5, 4.4, 0.9];
    const H = [
      sigmaz().scale(omega0 / 2),
      [sigmax().scale(rabi / 2), pulse.cosine({ omega })] as const,
      [sigmay().scale(rabi / 2), pulse.sine({ omega })] as const,
    ];
    const { expect: values } = sesolve(H, up, times, { eOps: { z: sigmaz() }, ...options });
    const general = Math.hypot(rabi, omega0 - omega);
    const law = (t: number) => 1 - 2 * (rabi / general) ** 2 * Math.sin((general * t) / 2) ** 2;
    expect(deviation(values.z, times, law)).toBeLessThan(LAW_TOLERANCE);
  });

  it.each(drivenWays)("a linear drive far from any rotating wave agrees with mesolve, %j", (options) => {
    const H = [sigmaz().scale(0.5), [sigmax(), pulse.cosine({ omega: 1.1 }).mul(1.7)] as const];
    const eOps = { x: sigmax(), y: sigmay(), z: sigmaz(), m: sigmam() };
    const result = sesolve(H, up, times, { eOps, ...options });
    const exact = mesolve(H, up, times, { eOps, method: "dop853", ...tight });
    for (const name of ["x", "y", "z"] as const) {
      expect(deviation(result.expect[name], times, (_, k) => exact.expect[name][k]!)).toBeLessThan(LAW_TOLERANCE);
    }
    const [m, n] = [result.expect.m as ComplexSeries, exact.expect.m as ComplexSeries];
    times.forEach((_, k) => {
      expect(Math.hypot(m.re[k]! - n.re[k]!, m.im[k]! - n.im[k]!)).toBeLessThan(LAW_TOLERANCE);
    });
  });

  it("Landau-Zener: exp(-pi Delta²/(2 v)) stay on the other branch", () => {
    const [delta, v, end] = [0.8, 1, 60];
    // Instantaneous eigenstates: H = (v t/2) sigma_z + (Delta/2) sigma_x has energies ± hypot(v t, Delta)/2.
    const ground = (t: number) => {
      const angle = Math.atan2(delta, v * t);
      return new Ket(2, [-Math.sin(angle / 2), 0, Math.cos(angle / 2), 0]);
    };
    const H = [sigmax().scale(delta / 2), [sigmaz().scale(v / 2), (t: number) => t] as const];
    const { finalState } = sesolve(H, ground(-end), [-end, end], { rtol: 1e-10, atol: 1e-12 });
    const { re, im } = overlap(ground(end), finalState);
    // What the eigenstates of the ends lack of being adiabatic to the next order, Delta v/(2 (v T)³), at both ends.
    const left = (2 * delta * v) / (v * end) ** 3;
    expect(Math.abs(1 - re ** 2 - im ** 2 - Math.exp((-Math.PI * delta ** 2) / (2 * v)))).toBeLessThan(left);
  });

  it.each([0.5, 1, 2.5, 6])("free precession of a spin %d", (j) => {
    const size = 2 * j + 1;
    const [jx, jy, jz] = [jmat(j, "x"), jmat(j, "y"), jmat(j, "z")];
    const start = sesolve(jy, basis(size, 0), [0, Math.PI / 2], tight).finalState;
    const { expect: values } = sesolve(jz.scale(1.7), start, times, { eOps: { jx, jy, jz }, ...tight });
    expect(deviation(values.jx, times, (t) => j * Math.cos(1.7 * t))).toBeLessThan(LAW_TOLERANCE);
    expect(deviation(values.jy, times, (t) => j * Math.sin(1.7 * t))).toBeLessThan(LAW_TOLERANCE);
    expect(deviation(values.jz, times, () => 0)).toBeLessThan(LAW_TOLERANCE);
  });

  it.each(ways)("a coherent state swings, %j", (options) => {
    const a = destroy(30);
    const x = a.add(a.dag()).scale(Math.SQRT1_2);
    const psi = coherent(30, 1.2).unit();
    const { expect: values } = sesolve(num(30).scale(0.8), psi, times, { eOps: { x, n: num(30) }, ...options });
    // Every <n|x|n+1> turns alike, truncated or not.
    const start = expectation(x, psi) as number;
    expect(deviation(values.x, times, (t) => start * Math.cos(0.8 * t))).toBeLessThan(LAW_TOLERANCE);
    expect(deviation(values.n, times, () => expectation(num(30), psi) as number)).toBeLessThan(LAW_TOLERANCE);
  });

  it.each(ways)("tunnelling between two sites, %j", (options) => {
    const J = 0.6;
    const hop = tensor(sigmap(), sigmam()).scale(-J);
    const left = tensor(sigmaz().add(qeye(2)).scale(0.5), qeye(2));
    const result = sesolve(hop.add(hop.dag()), basis([2, 2], [0, 1]), times, { eOps: { left }, ...options });
    expect(deviation(result.expect.left, times, (t) => Math.cos(J * t) ** 2)).toBeLessThan(LAW_TOLERANCE);
    // One particle on two sites; of its two amplitudes one stays real, one imaginary.
    expect(result.stats.form).toContain("on 2 of 8");
  });

  it.each(ways)("vacuum Rabi oscillations, %j", (options) => {
    const [N, g] = [12, 0.7];
    const [a, s] = [tensor(destroy(N), qeye(2)), tensor(qeye(N), sigmam())];
    const coupling = a.dag().mul(s).scale(g);
    const H = coupling
      .add(coupling.dag())
      .add(tensor(num(N), qeye(2)).scale(5))
      .add(tensor(qeye(N), sigmaz()).scale(2.5));
    const eOps = { n: tensor(num(N), qeye(2)).asHermitian() };
    const { expect: values, stats } = sesolve(H, basis([N, 2], [0, 0]), times, { eOps, ...options });
    expect(deviation(values.n, times, (t) => Math.sin(g * t) ** 2)).toBeLessThan(LAW_TOLERANCE);
    expect(stats.form).toContain(`on 4 of ${4 * N}`);
  });
});

describe("agrees with itself and with mesolve", () => {
  const times = uniformTimes(4, 60);

  it.each(ways)("random problems: norm, energy, expectation values, states, %j", (options) => {
    for (let d = 1; d <= 12; d++) {
      const random = generator(10 * d + 3);
      const dims = d === 6 ? [2, 3] : [d];
      const H = randomHermitian(random, dims, 0.7).asHermitian();
      const psi = randomKet(random, dims);
      const A = randomOperator(random, dims, 0.6);
      const eOps = { H, A, C: A.add(A.dag()).asHermitian() };
      const result = sesolve(H, psi, times, { eOps, storeStates: true, ...options });
      const exact = mesolve(H, psi, times, { method: "expm", eOps, storeStates: true });
      const energy = expectation(H, psi) as number;
      expect(deviation(result.expect.H, times, () => energy)).toBeLessThan(LAW_TOLERANCE);
      expect(deviation(result.expect.C, times, (_, k) => exact.expect.C[k]!)).toBeLessThan(LAW_TOLERANCE);
      const values = result.expect.A as { re: Float64Array; im: Float64Array };
      result.states!.forEach((state, k) => {
        expect(Math.abs(state.norm() - 1)).toBeLessThan(LAW_TOLERANCE);
        // What the kernel summed is what the state it handed out gives, to rounding.
        const own = expectation(A, state);
        const { re, im } = typeof own === "number" ? { re: own, im: 0 } : own;
        expect(Math.hypot((values.re ?? values)[k]! - re, (values.im?.[k] ?? 0) - im)).toBeLessThan(1e-13 * d);
        const rho = exact.states![k]!;
        const again = Operator.dense(dims, outer(state));
        expect(maxDifference(rho, again)).toBeLessThan(LAW_TOLERANCE);
      });
      expect(distance(result.states!.at(-1)!, result.finalState)).toBeLessThan(1e-13);
      expect(result.stats.normError).toBeLessThan(LAW_TOLERANCE);
    }
  });

  it.each([3, 4, 5, 8, 15, 16, 17, 23, 24, 25, 31, 32, 33, 48])(
    "a full H is kept whole: d = %i, with a driven term that is, and one that is not",
    (d) => {
      const random = generator(d);
      const H = randomHermitian(random, [d]).scale(1 / Math.sqrt(d));
      const psi = randomKet(random, [d]);
      const result = sesolve(H, psi, [0, 1, 3], { ...tight, method: "faber" });
      // The same motion beside a part that rests.
      const wide = sesolve(tensor(H, qeye(2)), psi.kron(up), [0, 1, 3], { ...tight, method: "dop853" }).finalState;
      expect(distance(result.finalState.kron(up), wide)).toBeLessThan(LAW_TOLERANCE);
      expect(result.stats.form).toContain("dense");
      const terms = [H, randomHermitian(random, [d], 0.05), randomHermitian(random, [d]).scale(1 / d)] as const;
      const f = [pulse.cosine({ omega: 2 }), pulse.sine({ omega: 1 })] as const;
      const driven = sesolve([terms[0], [terms[1], f[0]], [terms[2], f[1]]], psi, [0, 2], tight).finalState;
      const other = sesolve([terms[1].scale(0), [terms[0], () => 1], [terms[1], f[0]], [terms[2], f[1]]], psi, [0, 2], {
        ...tight,
        method: "tsit5",
      }).finalState;
      expect(distance(driven, other)).toBeLessThan(LAW_TOLERANCE);
      const rho = mesolve([terms[0], [terms[1], f[0]], [terms[2], f[1]]], psi, [0, 2], { ...tight, method: "dop853" });
      expect(maxDifference(Operator.dense([d], outer(driven)), rho.finalState)).toBeLessThan(LAW_TOLERANCE);
    },
  );

  it.each(ways)("expectation values are the same whether states are stored or not, %j", (options) => {
    const random = generator(5);
    const H = randomHermitian(random, [7]);
    const psi = randomKet(random, [7]);
    const eOps = { A: randomHermitian(random, [7]).asHermitian() };
    const many = uniformTimes(4, 301);
    const [with_, without] = [true, false].map(
      (storeStates) => sesolve(H, psi, many, { eOps, storeStates, ...options }).expect.A,
    );
    expect(without).toEqual(with_);
  });

  it("an energy that is subtracted is put back as a phase, in all that is returned", () => {
    const H = num(6).add(qeye(6).scale(40));
    const psi = randomKet(generator(1), [6]);
    const { states, finalState } = sesolve(H, psi, times, { ...tight, storeStates: true });
    times.forEach((t, k) => {
      const data = psi.toArray();
      for (let n = 0; n < 6; n++) {
        const [c, s] = [Math.cos((n + 40) * t), -Math.sin((n + 40) * t)];
        const [x, y] = [data[2 * n]!, data[2 * n + 1]!];
        data.set([c * x - s * y, c * y + s * x], 2 * n);
      }
      expect(distance(states![k]!, new Ket(6, data))).toBeLessThan(1e-12);
    });
    expect(distance(states!.at(-1)!, finalState)).toBe(0);
    const U = sesolve(H, qeye(6), times, { ...tight, eOps: { one: qeye(6) }, storeStates: true });
    U.states!.forEach((state, k) => {
      const { re, im } = state.tr();
      expect(Math.hypot(re - U.expect.one.re[k]!, im - U.expect.one.im[k]!)).toBeLessThan(1e-12);
    });
  });

  it("a method that cannot go on hands over, with the same result", () => {
    // Levels far above couple weakly: explicit steps are held by stability.
    const H = Operator.dense(3, [1, 0, 0.3, 0, 0.01, 0, 0.3, 0, 0, 0, 0.02, 0, 0.01, 0, 0.02, 0, 4e4, 0]);
    const slow = [H, [Operator.fromTriplets(3, [[0, 0, 0.2, 0]]), pulse.cosine({ omega: 0.5 })] as const];
    const result = sesolve(slow, basis(3, 0), [0, 2, 4], { rtol: 1e-4, atol: 1e-6, eOps: { n: num(3) } });
    const exact = sesolve(slow, basis(3, 0), [0, 2, 4], { ...tight, method: "dop853", eOps: { n: num(3) } });
    expect(deviation(result.expect.n, [0, 1, 2], (_, k) => exact.expect.n[k]!)).toBeLessThan(1e-3);
  });

  it("a chain of spins: only states of the same magnetisation are there", () => {
    const n = 10;
    const dims = new Array<number>(n).fill(2);
    const elements: [number, number, number, number][] = [];
    for (let state = 0; state < 2 ** n; state++) {
      for (let k = 0; k + 1 < n; k++) {
        const aligned = ((state >> k) & 1) === ((state >> (k + 1)) & 1);
        elements.push([state, state, aligned ? 0.5 : -0.5, 0]);
        if (!aligned) elements.push([state, state ^ (3 << k), 1, 0]);
      }
    }
    const H = Operator.fromTriplets(dims, elements);
    const psi = basis(dims, [1, ...new Array<number>(n - 1).fill(0)]);
    const first = tensor(sigmaz(), qeye(new Array<number>(n - 1).fill(2))).asHermitian();
    const result = sesolve(H, psi, [0, 0.5, 1], { ...tight, eOps: { first, H: H.asHermitian() } });
    expect(result.stats.form).toContain(`on ${2 * n} of ${2 ** (n + 1)}`);
    expect(deviation(result.expect.H, [0, 1, 2], () => expectation(H, psi) as number)).toBeLessThan(1e-11);
    // One spin down hops along n sites: a matrix of n.
    const one = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(Math.abs(i - j) === 1)));
    one.forEach((row, i) => {
      row[i] = (n - 1 - (i === 0 || i === n - 1 ? 2 : 4)) / 2;
    });
    const small = sesolve(Operator.fromArrays({ dims: n, re: one }), basis(n, 0), [0, 0.5, 1], {
      ...tight,
      eOps: { p: Operator.fromTriplets(n, [[0, 0, 1, 0]]).asHermitian() },
    });
    expect(deviation(result.expect.first, [0, 1, 2], (_, k) => 1 - 2 * small.expect.p[k]!)).toBeLessThan(1e-11);
  });
});

function outer(psi: Ket): Float64Array {
  const x = psi.toArray();
  const d = psi.size;
  const out = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const [a, b, c, e] = [x[2 * i]!, x[2 * i + 1]!, x[2 * j]!, x[2 * j + 1]!];
      out.set([a * c + b * e, b * c - a * e], 2 * (i * d + j));
    }
  }
  return out;
}

describe("operators as initial values", () => {
  const times = uniformTimes(3, 20);

  it.each(ways)("columns are kets, and Tr[O X] is what it says, %j", (options) => {
    for (const d of [1, 2, 3, 5, 8]) {
      const random = generator(d);
      const H = randomHermitian(random, [d]);
      const X = randomOperator(random, [d], 0.8);
      const A = randomOperator(random, [d]);
      const result = sesolve(H, X, times, { eOps: { A }, storeStates: true, checkState: false, ...options });
      for (let j = 0; j < d; j++) {
        const column = X.apply(basis(d, j));
        const ket = sesolve(H, column, times, { ...options, checkState: false }).finalState;
        expect(distance(result.finalState.apply(basis(d, j)), ket)).toBeLessThan(LAW_TOLERANCE);
      }
      result.states!.forEach((state, k) => {
        const { re, im } = A.mul(state).tr();
        expect(Math.hypot(re - result.expect.A.re[k]!, im - result.expect.A.im[k]!)).toBeLessThan(1e-12 * d);
      });
      expect(result.stats.normError).toBeLessThan(LAW_TOLERANCE);
    }
  });

  it.each(drivenWays)("from the identity comes a unitary, %j", (options) => {
    const random = generator(77);
    const dims = [2, 3];
    const H = [
      randomHermitian(random, dims),
      [randomHermitian(random, dims), pulse.cosine({ omega: 3 })] as const,
      [randomHermitian(random, dims, 0.3), (t: number) => Math.exp(-t)] as const,
    ];
    const U = sesolve(H, qeye(dims), times, { storeStates: true, ...options });
    for (const state of U.states!) {
      expect(maxDifference(state.dag().mul(state), qeye(dims))).toBeLessThan(LAW_TOLERANCE);
    }
    const psi = randomKet(random, dims);
    expect(distance(U.finalState.apply(psi), sesolve(H, psi, times, options).finalState)).toBeLessThan(LAW_TOLERANCE);
  });
});

describe("has the order of its method with a drive", () => {
  const loose = { rtol: 0.9, atol: 1e3 };
  const H = [sigmaz().add(sigmay().scale(0.3)), [sigmax(), pulse.cosine({ omega: 2.1 }).mul(1.3)] as const];
  const end = (options: SesolveOptions) => sesolve(H, up, [0, 6], options).finalState;
  const exact = end({ method: "dop853", ...tight });

  it.each([
    ["tsit5", 5, [1 / 8, 1 / 16, 1 / 32], "maxStep", loose],
    ["dop853", 8, [1 / 3, 1 / 6, 1 / 9], "maxStep", loose],
    // Its stage equations are solved to a share of what a step may be off by.
    ["kencarp4", 4, [1 / 20, 1 / 30, 1 / 40], "maxStep", { rtol: 1e-15, atol: 1e-6 }],
    ["rk4", 4, [1 / 16, 1 / 32, 1 / 64], "dt", {}],
  ] as const)("%s: %i", (method, order, steps, name, tolerances) => {
    const errors = steps.map((h) => distance(end({ method, ...tolerances, [name]: h }), exact));
    expect(slope([...steps], errors)).toBeGreaterThan(order - 0.4);
    // Terms of higher order still count at the longer steps.
    expect(slope([...steps], errors)).toBeLessThan(order + 1.2);
  });

  it.each(["tsit5", "dop853"] as const)("%s: between steps", (method) => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 5.993) / 40);
    const eOps = { z: sigmaz() };
    const reference = sesolve(H, up, times, { ...tight, method: "dop853", eOps }).expect.z;
    const steps = [1 / 4, 1 / 8, 1 / 16];
    const errors = steps.map((maxStep) =>
      deviation(sesolve(H, up, times, { method, ...loose, maxStep, eOps }).expect.z, times, (_, k) => reference[k]!),
    );
    expect(slope(steps, errors)).toBeGreaterThan(method === "tsit5" ? 3.7 : 6.5);
  });
});

describe("refuses", () => {
  const H = sigmax();
  const driven = [H, [sigmaz(), pulse.cosine({ omega: 1 })] as const];

  it.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ["a ket that is not normalised", () => sesolve(H, up.scale(1.01), [0, 1]), NotNormalisedError, "norm is 1.01"],
    ["an H that is not Hermitian", () => sesolve(sigmam(), up, [0, 1]), NotHermitianError, "sesolve: H"],
    [
      "a driven H that is not Hermitian",
      () => sesolve([H, [sigmam(), pulse.cosine({ omega: 1 })]], up, [0, 1]),
      NotHermitianError,
      "sesolve: H",
    ],
    ["a ket of another space", () => sesolve(H, basis(3, 0), [0, 1]), DimensionMismatchError, "psi0"],
    ["an operator of another space", () => sesolve(H, qeye(3), [0, 1]), DimensionMismatchError, "psi0"],
    ["no state at all", () => sesolve(H, [1, 0] as never, [0, 1]), InvalidArgumentError, "a Ket, or an Operator"],
    ["an observable of another space", () => sesolve(H, up, [0], { eOps: { n: num(3) } }), DimensionMismatchError, "n"],
    ["times that decrease", () => sesolve(H, up, [1, 0]), InvalidTimesError, "tlist"],
    ["jumps", () => sesolve(H, up, [0, 1], { cOps: [] } as never), UnknownOptionError, '"cOps"'],
    ["a picture", () => sesolve(H, up, [0, 1], { picture: "interaction" } as never), UnknownOptionError, '"picture"'],
    ["a series for a driven H", () => sesolve(driven, up, [0, 1], { method: "faber" }), InvalidArgumentError, "method"],
    [
      "factors that are too large",
      () => sesolve(randomHermitian(generator(1), [400], 0.02), basis(400, 0), [0, 1], { method: "kencarp4" }),
      InvalidArgumentError,
      "608",
    ],
  ])("%s", (_name, run, kind, words) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(words);
  });

  it("any ket is evolved when it is not to be checked", () => {
    const { finalState, stats } = sesolve(H, up.scale(3), [0, 1], { checkState: false, ...tight });
    expect(finalState.norm()).toBeCloseTo(3, 12);
    expect(stats.normError).toBeLessThan(1e-12);
  });

  it("a run that needs too many steps, with what it had", () => {
    const run = () => sesolve(H, up, uniformTimes(100, 11), { method: "tsit5", maxSteps: 100, eOps: { z: sigmaz() } });
    expect(run).toThrow(StepLimitError);
    try {
      run();
    } catch (error) {
      const { partial } = error as StepLimitError<ReturnType<typeof run>>;
      expect(partial!.times.length).toBeGreaterThan(1);
      expect(partial!.finalState).toBeInstanceOf(Ket);
      expect(partial!.expect.z[1]).toBeCloseTo(Math.cos(20), 4);
    }
  });
});

describe("sesolve, as mesolve,", () => {
  const H = sigmax().scale(0.5);
  const times = uniformTimes(10, 101);
  const eOps = { z: sigmaz() };

  it("ends early when told to", () => {
    const result = sesolve(H, basis(2, 0), times, { eOps, until: ({ expect: { z } }) => z < 0 });
    // cos t < 0 from pi/2 on.
    expect(result.stopped).toBeCloseTo(1.6, 12);
    expect(result.times).toHaveLength(17);
    const exact = [Math.cos(0.8), 0, 0, -Math.sin(0.8)];
    result.finalState.toArray().forEach((x, k) => {
      expect(Math.abs(x - exact[k]!)).toBeLessThan(1e-5);
    });
    const U = sesolve(H, qeye(2), times, { eOps, until: ({ time }) => time > 2.95 });
    expect(U.stopped).toBeCloseTo(3, 12);
    U.times.forEach((t, k) => {
      // Tr[sigma_z U] = 0, and U = cos(t/2) - i sin(t/2) sigma_x.
      expect(Math.hypot(U.expect.z.re[k]!, U.expect.z.im[k]!)).toBeLessThan(1e-6);
      if (k === U.times.length - 1) expect(Math.abs(U.finalState.get(0, 0).re - Math.cos(t / 2))).toBeLessThan(1e-5);
    });
  });

  it("keeps states at given times, of a Hamiltonian with an offset and a drive too", () => {
    const shifted = [H.add(qeye(2).scale(7)), [sigmaz(), pulse.sine({ omega: 2 })]] as const;
    const wanted = [0.05, 3.3, 10];
    const result = sesolve(shifted, basis(2, 0), times, { storeStates: wanted, rtol: 1e-10, atol: 1e-12 });
    expect([...result.stateTimes!]).toEqual(wanted);
    expect(result.times).toHaveLength(101);
    const exact = sesolve(shifted, basis(2, 0), [0, ...wanted], { storeStates: true, rtol: 1e-10, atol: 1e-12 });
    result.states!.forEach((state, k) => {
      const difference = state.toArray().map((x, i) => x - exact.states![k + 1]!.toArray()[i]!);
      expect(Math.hypot(...difference)).toBeLessThan(1e-8);
    });
    expect(sesolve(H, basis(2, 0), times, { storeStates: "none" }).finalState).toBeUndefined();
    expect(() => sesolve(H, basis(2, 0), times, { until: { steady: 1e-3 } as never })).toThrow(/never steady/);
  });
});
