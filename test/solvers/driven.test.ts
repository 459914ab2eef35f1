/**
 * mesolve with operators that depend on time: exact trajectories, orders, pulses of every kind, what is refused.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  Coefficient,
  callable,
  destroy,
  fock,
  InvalidArgumentError,
  mesolve,
  NotHermitianError,
  num,
  Operator,
  piecewise,
  pulse,
  qeye,
  samples,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { slope } from "../support/order.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";
import { type Evolution, matrix, REFERENCE_TOLERANCE, readReference, referenceNames } from "../support/reference.ts";
import { spin } from "../support/spin.ts";

const { tight, up } = spin;

type Driven = Evolution & {
  H1: Evolution["H"];
  coeff: Record<"A" | "t0" | "s" | "wd", number> & { kind: "cos" | "gauss" };
};

function coefficientOf({ kind, A, t0, s, wd }: Driven["coeff"]): Coefficient {
  const carrier = pulse.cosine({ omega: wd }).mul(A);
  return kind === "cos" ? carrier : carrier.mul(pulse.gaussian({ center: t0, sigma: s }));
}

function functionOf({ kind, A, t0, s, wd }: Driven["coeff"]): (t: number) => number {
  return (t) => A * Math.cos(wd * t) * (kind === "cos" ? 1 : Math.exp(-((t - t0) ** 2) / (2 * s * s)));
}

describe("reproduces the driven reference trajectories", () => {
  const names = referenceNames("p5_");

  it("finds them all", () => {
    expect(names).toHaveLength(6);
  });

  const ways = [{}, { method: "tsit5" }, { picture: "interaction" }, { as: "function" }] as const;
  it.each(names.flatMap((name) => ways.map((way) => [name, way] as const)))("%s, %j", (name, way) => {
    const reference = readReference<Driven>(name);
    const { dims, coeff } = reference;
    const { as, ...options } = { as: undefined, ...way };
    const f = as ? functionOf(coeff) : coefficientOf(coeff);
    const result = mesolve(
      [matrix(dims, reference.H), [matrix(dims, reference.H1), f]],
      Operator.dense(dims, reference.rho0),
      reference.t,
      {
        cOps: reference.jumps.map(({ rate, op }) => ({ op: matrix(dims, op), rate })),
        eOps: Object.fromEntries(Object.entries(reference.e_ops).map(([key, op]) => [key, matrix(dims, op)])),
        storeStates: true,
        ...tight,
        ...options,
      },
    );
    for (const [key, exact] of Object.entries(reference.expect!)) {
      const series = result.expect[key] as Float64Array;
      exact.forEach((value, k) => {
        expect(Math.abs(value - series[k]!), `${key}(t[${k}])`).toBeLessThan(10 * REFERENCE_TOLERANCE);
      });
    }
    reference.rho_index.forEach((index, k) => {
      const exact = Operator.dense(dims, reference.rho[k]!);
      expect(maxDifference(result.states![index]!, exact), `rho(t[${index}])`).toBeLessThan(REFERENCE_TOLERANCE);
    });
  });
});

/** Law 17 of a qubit under E cos(omega t) sigma_x and L = sqrt(G) sigma_x from |e>. */
const { E, omega, G } = spin;
function drivenQubitError(times: ArrayLike<number>, options: object, f: Coefficient | ((t: number) => number)): number {
  const { expect: values } = mesolve([[sigmax(), f]], up, times, {
    cOps: [{ op: sigmax(), rate: G }],
    eOps: { z: sigmaz(), y: sigmay() },
    ...options,
  });
  let error = 0;
  Array.from(times).forEach((t, k) => {
    const angle = ((2 * E) / omega) * Math.sin(omega * t);
    const decay = Math.exp(-2 * G * t);
    error = Math.max(
      error,
      Math.abs(values.z[k]! - decay * Math.cos(angle)),
      Math.abs(values.y[k]! + decay * Math.sin(angle)),
    );
  });
  return error;
}

describe("has the order of its method with a drive", () => {
  const drive = pulse.cosine({ omega }).mul(E);
  const loose = { rtol: 0.9, atol: 1e3 };
  // Terms that commute at no two times: nothing cancels.
  const end = (options: object) =>
    mesolve([sigmaz().add(sigmay().scale(0.3)), [sigmax(), drive]], up, [0, 6], {
      cOps: [{ op: sigmam(), rate: 0.2 }],
      ...options,
    }).finalState;
  const exact = end({ method: "dop853", ...tight });

  it.each([
    ["tsit5", 5, [1 / 8, 1 / 16, 1 / 32], "maxStep", loose],
    ["dop853", 8, [1 / 3, 1 / 6, 1 / 9], "maxStep", loose],
    // Its stage equations are solved to a share of what a step may be off by.
    ["kencarp4", 4, [1 / 20, 1 / 40, 1 / 80], "maxStep", { rtol: 1e-15, atol: 2e-6 }],
    ["rk4", 4, [1 / 16, 1 / 32, 1 / 64], "dt", {}],
  ] as const)("%s: %i", (method, order, steps, name, tolerances) => {
    const errors = steps.map((h) => maxDifference(end({ method, ...tolerances, [name]: h }), exact));
    expect(slope([...steps], errors)).toBeGreaterThan(order - 0.4);
    // Terms of higher order still count at the longer steps.
    expect(slope([...steps], errors)).toBeLessThan(order + 1.2);
  });

  it.each(["tsit5", "dop853"] as const)("%s: between steps, in both pictures", (method) => {
    const times = Array.from({ length: 41 }, (_, i) => (i * 5.993) / 40);
    const steps = [1 / 4, 1 / 8, 1 / 16];
    for (const picture of ["schrodinger", "interaction"] as const) {
      const errors = steps.map((maxStep) => drivenQubitError(times, { method, picture, ...loose, maxStep }, drive));
      expect(slope(steps, errors)).toBeGreaterThan(method === "tsit5" ? 3.7 : 6.5);
    }
  });

  it.each([1e-4, 1e-6, 1e-8, 1e-10])("auto keeps to rtol = %d, whatever the coefficient is made of", (rtol) => {
    const t = uniformTimes(20, 101);
    const dense = uniformTimes(20, 4001);
    const value = (x: number) => E * Math.cos(omega * x);
    for (const f of [drive, value, samples(dense, Array.from(dense, value))]) {
      // What the samples leave: (0.005 · 2.1)⁴ · 5/384 · E, times the time.
      const interpolation = f instanceof Coefficient && f !== drive ? 1e-8 : 0;
      expect(drivenQubitError(t, { rtol, atol: rtol / 100 }, f)).toBeLessThan(10 * rtol + interpolation);
    }
  });

  /** All H(t) = A cos(omega t) + offset, times sigmax, commute: a rotation by twice the integral. */
  function rotated([A, omega, offset, end, rtol]: readonly [number, number, number, number, number]) {
    const times = uniformTimes(end, 5);
    const H = [sigmax().scale(offset), [sigmax(), pulse.cosine({ omega }).mul(A)]] as const;
    const { states, stats } = mesolve(H, up, times, { rtol, atol: 0, storeStates: true });
    expect(stats.method).toBe("dop853");
    const errors = states!.map((state, k) => {
      const angle = 2 * (offset * times[k]! + (A / omega) * Math.sin(omega * times[k]!));
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return state.sub(Operator.dense(2, [(1 + c) / 2, 0, 0, s / 2, 0, -s / 2, (1 - c) / 2, 0])).norm();
    });
    return { error: Math.max(...errors), steps: stats.steps };
  }

  it.each([
    [0.4, 0.6, 6, 3000, 1e-5],
    [1.9, 1.2, 1, 2000, 6e-6],
  ] as const)(
    "auto keeps to rtol over thousands of steps, of which nothing is forgotten: %d cos(%d t) + %d",
    (...problem) => {
      const { error, steps } = rotated(problem);
      expect(steps).toBeGreaterThan(5000);
      expect(error).toBeLessThan(problem[4]);
    },
  );

  it("auto keeps to rtol in a few steps, none of which may take more than a fiftieth of it", () => {
    const { error, steps } = rotated([1, 1, 1, 10, 1e-3]);
    expect(steps).toBeLessThan(50);
    // Estimates of a fiftieth each, and errors below a tenth of the estimates.
    expect(error).toBeLessThan(0.1 * 0.02 * steps * 1e-3);
  });
});

describe("never misses a pulse", () => {
  // qutip#1945: H = 2 pi 2e-3 sigma_x on 100 <= t <= 600 of 700.
  const angle = 4 * Math.PI * 2e-3;
  it.each([2, 267, 268, 800])("the case that others skip, %i output times", (count) => {
    const times = uniformTimes(700, count);
    for (const f of [
      (t: number) => (t >= 100 && t <= 600 ? 1 : 0),
      pulse.square({ from: 100, to: 600 }),
      piecewise([0, 100, 600, 700], [0, 1, 0]),
    ]) {
      const { expect: values } = mesolve([[sigmax(), pulseOf(f).mul(angle / 2)]], up, times, { eOps: { z: sigmaz() } });
      Array.from(times).forEach((t, k) => {
        const exact = Math.cos(angle * (Math.min(Math.max(t, 100), 600) - 100));
        expect(Math.abs(values.z[k]! - exact)).toBeLessThan(1e-6);
      });
    }
  });

  it("200 random pulses in a long wait, with no step options", () => {
    const random = generator(2026);
    for (let trial = 0; trial < 200; trial++) {
      const T = 10 ** (1 + 3 * random());
      const width = T * 10 ** (-1 - 2 * random());
      const center = T * (0.1 + 0.8 * random());
      const angle = Math.PI * (0.2 + 2 * random());
      const kind = trial % 4;
      const sigma = width / 6;
      // Every shape turns the spin by `angle` in all: H = ½ f(t) sigma_x, z = cos(∫ f).
      const square = pulse.square({ from: center - width / 2, to: center + width / 2 }).mul(angle / width);
      const gaussian = pulse.gaussian({ center, sigma }).mul(angle / (sigma * Math.sqrt(2 * Math.PI)));
      const hump = (t: number) =>
        Math.abs(t - center) < width / 2 ? (2 * angle * Math.cos((Math.PI * (t - center)) / width) ** 2) / width : 0;
      const knots = Array.from({ length: 9 }, (_, k) => center - width / 2 + (k * width) / 8);
      const triangle = samples(
        [0, ...knots, T],
        [0, 0, 1, 2, 3, 4, 3, 2, 1, 0, 0].map((x) => (2 * x * angle) / (4 * width)),
        { order: 1 },
      );
      const f = [square, gaussian, hump, triangle][kind]!;
      const { expect: values } = mesolve([[sigmax().scale(0.5), f]], up, [0, T / 3, T], { eOps: { z: sigmaz() } });
      // A function is known at points T/4096 apart: narrower humps than a few of them may be missed, and are not asked for.
      if (kind === 2 && width < T / 300) continue;
      const lost = kind === 1 && (center < 9 * sigma || T - center < 9 * sigma) ? 1e-4 : 0;
      expect(
        Math.abs(values.z[2]! - Math.cos(angle)),
        `trial ${trial}, kind ${kind}, T ${T}, width ${width}`,
      ).toBeLessThan(1e-5 + lost);
    }
  });

  it("a thousand jumps cost a step each", () => {
    const random = generator(5);
    const times = Array.from({ length: 1001 }, (_, k) => k / 100);
    const values = times.slice(1).map(() => random() - 0.5);
    const f = piecewise(times, values);
    const result = mesolve([[sigmax().scale(0.5), f]], up, [0, 10], { eOps: { z: sigmaz() } });
    const total = values.reduce((sum, value) => sum + value / 100, 0);
    expect(Math.abs(result.expect.z[1]! - Math.cos(total))).toBeLessThan(1e-9);
    expect(result.stats.steps).toBeLessThan(1100);
  });

  function pulseOf(f: Coefficient | ((t: number) => number)): Coefficient {
    return f instanceof Coefficient ? f : callable(f);
  }
});

describe("laws with a drive", () => {
  it("a rate k exp(-t): n = n0 exp(-k (1 - exp(-t))), as a rate, as a factor of L, as a function", () => {
    const [N, k] = [7, 0.7];
    const times = uniformTimes(5, 51);
    const rate = pulse.exponential({ rate: -1 }).mul(k);
    const root = pulse.exponential({ rate: -0.5 }).mul(Math.sqrt(k));
    const a = destroy(N);
    for (const jump of [{ op: a, rate }, [a, root] as const, { op: a, rate: (t: number) => k * Math.exp(-t) }]) {
      const { expect: values } = mesolve(num(N), fock(N, 4), times, {
        cOps: [jump],
        eOps: { n: num(N) },
        rtol: 1e-10,
        atol: 1e-12,
      });
      Array.from(times).forEach((t, i) => {
        expect(Math.abs(values.n[i]! - 4 * Math.exp(-k * (1 - Math.exp(-t))))).toBeLessThan(1e-8);
      });
    }
  });

  it("Landau and Zener: exp(-2 pi g²/v) stay", () => {
    // H = ½ v t sigma_z + g sigma_x; Zener, Proc. R. Soc. A 137 (1932) 696. The sweep ends at 400, where what is left oscillates by g/(v t).
    const [v, g] = [1, 0.3];
    const sweep = callable((t) => v * t, { scale: 10 });
    const end = 400;
    const run = mesolve([sigmax().scale(g), [sigmaz().scale(0.5), sweep]], up, [-end, end], {
      eOps: { z: sigmaz() },
      rtol: 1e-8,
      atol: 1e-10,
    });
    const stay = (1 + run.expect.z[1]!) / 2;
    expect(Math.abs(stay - Math.exp((-2 * Math.PI * g * g) / v))).toBeLessThan((4 * g) / (v * end));
  });

  it("Rabi: a rotating drive at any detuning", () => {
    // H = ½ w sz + ½ W (exp(-i v t) sp + h.c.): p = W²/(W² + D²) sin²(½ sqrt(W² + D²) t), D = w - v.
    const [w, v, W] = [3, 2.4, 0.8];
    const D = w - v;
    const times = uniformTimes(12, 61);
    const f = pulse.rotation({ omega: -v }).mul(W / 2);
    const { expect: values } = mesolve(
      [sigmaz().scale(w / 2), [sigmap(), f], [sigmam(), f.conj()]],
      basis(2, 1),
      times,
      {
        eOps: { p: sigmap().mul(sigmam()) },
        rtol: 1e-10,
        atol: 1e-12,
      },
    );
    const full = Math.hypot(W, D);
    Array.from(times).forEach((t, k) => {
      const exact = (W / full) ** 2 * Math.sin((full * t) / 2) ** 2;
      const p = values.p as { re: Float64Array } | Float64Array;
      expect(Math.abs(("re" in p ? p.re[k]! : p[k]!) - exact)).toBeLessThan(1e-8);
    });
  });
});

describe("agrees with itself", () => {
  const random = generator(91);
  const dims = [2, 3];
  const H0 = randomHermitian(random, dims);
  const H1 = randomHermitian(random, dims, 0.5);
  const L = randomOperator(random, dims).scale(0.3);
  const M = randomOperator(random, dims, 0.4).scale(0.3);
  const rho0 = randomState(random, dims);
  const f = pulse
    .gaussian({ center: 1, sigma: 0.4 })
    .mul(pulse.cosine({ omega: 5 }))
    .mul(2);
  const z = pulse.rotation({ omega: 2 });
  const times = uniformTimes(3, 7);
  const cOps = [L, [M, [L, z]] as const, { op: M, rate: pulse.ramp({ from: 0.5, to: 2 }) }];
  const run = (options: object) =>
    mesolve([H0, [H1, f]], rho0, times, { cOps, storeStates: true, ...tight, ...options });
  const first = run({});

  it.each([
    { method: "tsit5" },
    { method: "kencarp4", rtol: 1e-9, atol: 1e-11 },
    { method: "rk4", dt: 1e-3 },
    { picture: "interaction" },
    { checkState: false },
  ])("%j", (options) => {
    run(options).states!.forEach((state, k) => {
      expect(maxDifference(state, first.states![k]!)).toBeLessThan(1e-9);
    });
  });

  it("keeps trace, Hermiticity and positivity", () => {
    for (const state of first.states!) {
      expect(Math.abs(state.tr().re - 1)).toBeLessThan(1e-12);
      expect(state.hermiticityDefect().deviation).toBeLessThan(1e-15);
    }
    expect(first.stats.minEigenvalue).toBeGreaterThan(-1e-12);
  });

  it("evolves operators that are not Hermitian", () => {
    const X = randomOperator(random, dims);
    const parts = [X.add(X.dag()).scale(0.5), X.sub(X.dag()).scale({ re: 0, im: -0.5 })];
    const evolve = (rho: Operator) =>
      mesolve([H0, [H1, f]], rho, times, { cOps, checkState: false, ...tight }).finalState;
    const [P, Q] = parts.map(evolve);
    expect(maxDifference(evolve(X), P!.add(Q!.scale({ re: 0, im: 1 })))).toBeLessThan(1e-11);
  });

  it("a coefficient that is constant is a constant operator, bit for bit", () => {
    const plain = mesolve(H0.add(H1.scale(0.5)), rho0, times, { cOps: [L] });
    const same = mesolve([H0, [H1, 0.5]], rho0, times, { cOps: [L] });
    expect(same.finalState.toDense()).toEqual(plain.finalState.toDense());
    expect(same.stats.method).toBe(plain.stats.method);
  });

  it("gives bit-identical results again, watched or not", () => {
    const seen: number[] = [];
    const again = run({ onProgress: ({ time }: { time: number }) => seen.push(time) });
    expect(again.finalState.toDense()).toEqual(run({}).finalState.toDense());
    expect(seen.at(-1)).toBe(3);
  });

  it("hands over to an implicit method when the drive makes it stiff", () => {
    const stiff = (options: object) =>
      mesolve([sigmaz(), [sigmax(), pulse.cosine({ omega: 0.5 })]], up, [0, 40], {
        cOps: [{ op: sigmam(), rate: 3000 }],
        eOps: { z: sigmaz(), x: sigmax() },
        ...options,
      });
    const auto = stiff({});
    expect(auto.stats.method).toBe("kencarp4");
    const exact = stiff({ method: "dop853", rtol: 1e-10, atol: 1e-12 });
    expect(Math.abs(auto.expect.z[1]! - exact.expect.z[1]!)).toBeLessThan(1e-6);
    expect(Math.abs(auto.expect.x[1]! - exact.expect.x[1]!)).toBeLessThan(1e-6);
  });
});

describe("a rate below zero", () => {
  const rate = pulse.cosine({ omega: 3 }).add(0.2);

  it("is refused unless asked for, at the time where it is", () => {
    const run = () => mesolve(sigmaz(), up, [0, 2], { cOps: [{ op: sigmam(), rate }] });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(/negativeRates/);
  });

  it("has no interaction picture, and says so", () => {
    const options = { cOps: [{ op: sigmam(), rate }], negativeRates: true, picture: "interaction" } as const;
    expect(() => mesolve(sigmaz(), up, [0, 2], options)).toThrow(/mesolve: picture: expected "schrodinger": rates/);
  });

  it("follows dp/dt = -rate(t) p when asked for", () => {
    const times = uniformTimes(4, 41);
    const { expect: values } = mesolve(sigmaz(), up, times, {
      cOps: [{ op: sigmam(), rate }],
      eOps: { z: sigmaz() },
      negativeRates: true,
      rtol: 1e-10,
      atol: 1e-12,
    });
    Array.from(times).forEach((t, k) => {
      const p = Math.exp(-(Math.sin(3 * t) / 3 + 0.2 * t));
      expect(Math.abs((1 + values.z[k]!) / 2 - p)).toBeLessThan(1e-8);
    });
  });
});

describe("functions of time", () => {
  it("get the solver's args, are warned about unless they say how fast they are", () => {
    const f = (t: number, { w }: { w: number }) => Math.cos(w * t);
    const run = mesolve([[sigmax(), f]], up, [0, 1], { args: { w: 2 }, eOps: { z: sigmaz() } });
    expect(run.expect.z[1]).toBeCloseTo(Math.cos(Math.sin(2)), 6);
    expect(run.warnings).toHaveLength(1);
    expect(mesolve([[sigmax(), callable(f, { scale: 1, args: { w: 2 } })]], up, [0, 1]).warnings).toEqual([]);
    expect(mesolve(sigmax(), up, [0, 1]).warnings).toEqual([]);
  });

  it("may themselves solve, and may throw", () => {
    const inner = (t: number) => mesolve(sigmax(), up, [0, t + 1e-9], { eOps: { z: sigmaz() } }).expect.z[1]!;
    const run = mesolve([[sigmax(), callable(inner, { scale: 1 })]], up, [0, 1], { eOps: { z: sigmaz() } });
    // ∫ cos(2t) = sin(2)/2
    expect(run.expect.z[1]).toBeCloseTo(Math.cos(Math.sin(2)), 6);
    const bad = callable(
      (t) => {
        if (t > 0.5) throw new RangeError("enough");
        return 1;
      },
      { scale: 1 },
    );
    expect(() => mesolve([[sigmax(), bad]], up, [0, 1])).toThrow("enough");
    // The kernel's memory was given back, and works.
    expect(mesolve(sigmax(), up, [0, 1], { eOps: { z: sigmaz() } }).expect.z[1]).toBeCloseTo(Math.cos(2), 6);
  });

  it("that are not finite say when", () => {
    const run = () => mesolve([[sigmax(), callable((t) => 1 / (t - 1), { scale: 1 })]], up, [1, 2]);
    expect(run).toThrow(/t = 1/);
  });
});

describe("refuses", () => {
  it("a sum that is not Hermitian, at the time where it is not", () => {
    const run = () => mesolve([sigmaz(), [sigmap(), pulse.ramp({ from: 0.5, to: 1 })]], up, [0, 2]);
    expect(run).toThrow(NotHermitianError);
    expect(run).toThrow(/at t = /);
  });

  const wrong: [string, () => unknown][] = [
    ["an empty sum", () => mesolve([], up, [0, 1])],
    ["a term without an operator", () => mesolve([[2, sigmax()]] as never, up, [0, 1])],
    ["a coefficient that is a text", () => mesolve([[sigmax(), "cos(t)"]] as never, up, [0, 1])],
    ["parts of different dims", () => mesolve([sigmax(), [qeye(3), 2]], up, [0, 1])],
    [
      "a jump of other dims",
      () => mesolve(sigmax(), up, [0, 1], { cOps: [[tensor(sigmam(), qeye(2)), pulse.sine({ omega: 1 })]] }),
    ],
    [
      "a complex rate",
      () => mesolve(sigmax(), up, [0, 1], { cOps: [{ op: sigmam(), rate: pulse.rotation({ omega: 1 }) }] }),
    ],
    [
      "a method for constant generators",
      () => mesolve([[sigmax(), pulse.sine({ omega: 1 })]], up, [0, 1], { method: "faber" }),
    ],
  ];

  it.each(wrong)("%s", (_, run) => {
    expect(run).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/INVALID_ARGUMENT|DIMENSION_MISMATCH/) }),
    );
  });
});

it("reproduces the driven two parts of the thermodynamic reference: states and energy", () => {
  interface Stored {
    params: Record<"wA" | "a" | "b" | "Om", number>;
    H_B: number[];
    V: number[];
    baths: { jumps: { rate: number; op: number[] }[] }[];
    rho0: number[];
    t: number[];
    rho_index: number[];
    rho: number[][];
    series: { U: number[] };
  }
  const { params, H_B, V, baths, rho0, t, rho_index, rho, series } = readReference<Stored>("driven_thermo");
  const dims = [2, 2];
  const onA = (o: Operator) => tensor(o, qeye(2));
  const still = onA(sigmaz().scale(params.wA))
    .add(tensor(qeye(2), Operator.dense([2], H_B)))
    .add(Operator.dense(dims, V));
  const result = mesolve(
    [
      still,
      [onA(sigmaz()), pulse.sine({ omega: params.Om }).mul(params.a)],
      [onA(sigmax()), pulse.cosine({ omega: params.Om }).mul(params.b)],
    ],
    Operator.dense(dims, rho0),
    t,
    {
      cOps: baths.flatMap(({ jumps }) => jumps.map(({ rate, op }) => ({ op: Operator.dense(dims, op), rate }))),
      eOps: { still, z: onA(sigmaz()), x: onA(sigmax()) },
      storeStates: true,
      ...tight,
    },
  );
  rho_index.forEach((index, k) => {
    expect(maxDifference(result.states![index]!, Operator.dense(dims, rho[k]!))).toBeLessThan(REFERENCE_TOLERANCE);
  });
  const { still: energy, z, x } = result.expect as Record<string, Float64Array>;
  t.forEach((time, k) => {
    const { a, b, Om } = params;
    const U = energy![k]! + a * Math.sin(Om * time) * z![k]! + b * Math.cos(Om * time) * x![k]!;
    expect(Math.abs(U - series.U[k]!)).toBeLessThan(REFERENCE_TOLERANCE);
  });
});
