/**
 * Propagators: closed forms, unitarity, composition, agreement with sesolve and mesolve on everything, errors.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  DimensionMismatchError,
  destroy,
  InvalidArgumentError,
  InvalidTimesError,
  liouvillian,
  mesolve,
  NotHermitianError,
  num,
  type Operator,
  operatorToVector,
  type PropagatorOptions,
  propagator,
  pulse,
  qeye,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
  UnknownOptionError,
  vectorToOperator,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const tight = { rtol: 1e-12, atol: 1e-14 };
/** Local errors of 1e-12 over a few hundred steps. */
const INTEGRATED = 1e-9;

const act = (P: Operator, X: Operator) => vectorToOperator(P.apply(operatorToVector(X)));
const constantWays: PropagatorOptions[] = [{}, { method: "faber", ...tight }, { method: "dop853", ...tight }];

describe("closed systems", () => {
  it("half a turn about x is -i sigma_x", () => {
    const U = propagator(sigmax().scale(0.5), Math.PI);
    expect(maxDifference(U, sigmax().scale({ re: 0, im: -1 }))).toBeLessThan(1e-15);
    expect(maxDifference(propagator(sigmax(), 0), qeye(2))).toBeLessThan(1e-15);
  });

  it.each(constantWays)("constant H: unitary, a group, and what sesolve gives, %j", (options) => {
    for (const [d, dims] of [1, 2, 3, 4, 5, 6, 7, 8, 9, 16].map(
      (size) => [size, size === 6 ? [2, 3] : [size]] as const,
    )) {
      const random = generator(d);
      const H = randomHermitian(random, dims);
      const [one, first, second] = propagator(H, [0.3, 0.7, 1.9], options);
      expect(maxDifference(one!, qeye(dims))).toBeLessThan(1e-13);
      expect(maxDifference(first!, propagator(H, 0.4, options))).toBeLessThan(INTEGRATED);
      expect(maxDifference(second!.dag().mul(second!), qeye(dims))).toBeLessThan(INTEGRATED);
      expect(maxDifference(propagator(H, 1.2, options).mul(first!), second!)).toBeLessThan(INTEGRATED);
      expect(second!.dims).toEqual(dims);
      const psi = basis(
        dims,
        dims.map((dim) => dim - 1),
      );
      const ket = sesolve(H, psi, [0.3, 1.9], tight).finalState;
      expect(second!.apply(psi).add(ket.scale(-1)).norm()).toBeLessThan(INTEGRATED);
    }
  });

  it("is exact to rounding, and unitary to rounding, at long times", () => {
    const H = randomHermitian(generator(3), [8]);
    const U = propagator(H, 1000);
    // Eigenvalues are off by a few eps·‖H‖, phases by that times t.
    const rounding = 1000 * H.norm() * 20 * Number.EPSILON;
    expect(maxDifference(U.dag().mul(U), qeye(8))).toBeLessThan(1e-13);
    expect(maxDifference(propagator(H, 500).mul(propagator(H, 500)), U)).toBeLessThan(rounding);
  });

  it("driven H: unitary, U(t2,t1) U(t1,0) = U(t2,0)", () => {
    const random = generator(9);
    const H = [randomHermitian(random, [2, 2]), [randomHermitian(random, [2, 2]), pulse.cosine({ omega: 2 })] as const];
    const [, first, whole] = propagator(H, [0, 0.8, 2.1], tight);
    const [, second] = propagator(H, [0.8, 2.1], tight);
    expect(maxDifference(second!.mul(first!), whole!)).toBeLessThan(INTEGRATED);
    expect(maxDifference(whole!.dag().mul(whole!), qeye([2, 2]))).toBeLessThan(INTEGRATED);
    expect(maxDifference(propagator(H, 2.1, tight), whole!)).toBeLessThan(INTEGRATED);
  });
});

describe("open systems", () => {
  it("a decaying qubit, element by element", () => {
    const [rate, t] = [0.4, 1.3];
    const P = propagator(sigmaz().scale(0.5), t, { cOps: [{ op: sigmam(), rate }] });
    expect(P.dims).toEqual([2, 2]);
    const e = Math.exp(-rate * t);
    const h = Math.exp((-rate * t) / 2);
    // vec(rho) = (00, 10, 01, 11), rho_01 turns as exp(-it).
    for (const [row, column, re, im] of [
      [0, 0, e, 0],
      [3, 0, 1 - e, 0],
      [1, 1, h * Math.cos(t), h * Math.sin(t)],
      [2, 2, h * Math.cos(t), -h * Math.sin(t)],
      [3, 3, 1, 0],
      [0, 3, 0, 0],
      [1, 2, 0, 0],
    ] as const) {
      const element = P.get(row, column);
      expect(Math.hypot(element.re - re, element.im - im)).toBeLessThan(1e-14);
    }
  });

  it.each(constantWays)("constant generators: the exponential of the liouvillian on every operator, %j", (options) => {
    for (const dims of [[1], [2], [3], [2, 2], [5]]) {
      const random = generator(dims.length + dims[0]!);
      const H = randomHermitian(random, dims);
      const cOps = [randomOperator(random, dims).scale(0.5), { op: randomOperator(random, dims, 0.5), rate: 0.3 }];
      const [one, first, second] = propagator(H, [1, 1.25, 1.75], { cOps, ...options });
      const n = one!.size;
      expect(maxDifference(one!, qeye(n === 1 ? [1, 1] : [...dims, ...dims]))).toBeLessThan(1e-13);
      expect(maxDifference(propagator(H, 0.5, { cOps, ...options }).mul(first!), second!)).toBeLessThan(INTEGRATED);
      // Its derivative at t = 0 is the generator, to second order of a difference of both sides.
      const L = liouvillian(H, cOps);
      const [h, back] = [1e-4, propagator(H, 1e-4, { cOps, ...options })];
      const slope = back.sub(qeye([...dims, ...dims])).scale(1 / h);
      expect(maxDifference(slope, L)).toBeLessThan(h * L.norm() ** 2 + 1e-8);
      const X = randomOperator(random, dims);
      const exact = mesolve(H, X, [0, 0.75], { cOps, checkState: false, ...tight }).finalState;
      expect(maxDifference(act(second!, X), exact)).toBeLessThan(INTEGRATED);
    }
  });

  it("driven: what mesolve gives on every operator of a basis; trace and Hermiticity are kept", () => {
    for (const d of [2, 3, 4]) {
      const random = generator(40 + d);
      const H = [randomHermitian(random, [d]), [randomHermitian(random, [d]), pulse.sine({ omega: 2 })] as const];
      const cOps = [
        { op: destroy(d), rate: (t: number) => 0.3 * (1 + Math.cos(t)) },
        [num(d), pulse.cosine({ omega: 1 })] as const,
      ];
      const [, first, P] = propagator(H, [0, 0.4, 1.5], { cOps, ...tight });
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const E = unit(d, i, j);
          const options = { cOps, checkState: false, ...tight };
          const { finalState } = mesolve(H, E, [0, 1.5], options);
          expect(maxDifference(act(P!, E), finalState)).toBeLessThan(INTEGRATED);
          const { re, im } = act(P!, E).tr();
          expect(Math.hypot(re - (i === j ? 1 : 0), im)).toBeLessThan(INTEGRATED);
        }
      }
      const rho = randomState(random, [d]);
      expect(act(P!, rho).isHermitian(1e-12)).toBe(true);
      const [, second] = propagator(H, [0.4, 1.5], { cOps, ...tight });
      expect(maxDifference(second!.mul(first!), P!)).toBeLessThan(INTEGRATED);
    }
  });

  it("a driven H without dissipation: conj(U) ⊗ U", () => {
    const H = [sigmaz(), [sigmax(), pulse.cosine({ omega: 1.5 })] as const];
    const U = propagator(H, 2, tight);
    const P = propagator(H, 2, { cOps: [{ op: sigmam(), rate: 0 }], ...tight });
    expect(maxDifference(P, U.conj().kron(U))).toBeLessThan(INTEGRATED);
  });
});

function unit(d: number, i: number, j: number): Operator {
  return vectorToOperator(basis([d, d], [j, i]));
}

describe("refuses", () => {
  it.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ["a time before 0", () => propagator(sigmax(), -1), InvalidArgumentError, ">= 0"],
    ["no time", () => propagator(sigmax(), Number.NaN), InvalidArgumentError, ">= 0"],
    ["times that decrease", () => propagator(sigmax(), [1, 0]), InvalidTimesError, "propagator: t"],
    ["an H that is not Hermitian", () => propagator(sigmam(), 1), NotHermitianError, "propagator: H"],
    ["jumps of another space", () => propagator(sigmax(), 1, { cOps: [num(3)] }), DimensionMismatchError, "cOps[0]"],
    ["observables", () => propagator(sigmax(), 1, { eOps: {} } as never), UnknownOptionError, '"eOps"'],
    [
      "a series for what depends on time",
      () => propagator([sigmax(), [sigmaz(), Math.sin]], 1, { method: "faber" }),
      InvalidArgumentError,
      "method",
    ],
  ])("%s", (_name, run, kind, words) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(words);
  });
});
