/**
 * Processes: QuTiP's numbers, channels in closed form, all forms of one map into each other, averages over kets, bad input.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  averageGateFidelity,
  basis,
  chiToSuper,
  choiToSuper,
  DimensionMismatchError,
  destroy,
  entanglingPower,
  fidelity,
  gellMannMatrices,
  InvalidArgumentError,
  isCompletelyPositive,
  isTracePreserving,
  Ket,
  ket2dm,
  linearEntropy,
  liouvillian,
  expect as mean,
  NotHermitianError,
  num,
  Operator,
  operatorToVector,
  pauliStrings,
  permute,
  processFidelity,
  propagator,
  ptrace,
  qeye,
  sigmam,
  sigmax,
  sigmay,
  sigmaz,
  spre,
  toChi,
  toChoi,
  toKraus,
  toSuper,
  unitarity,
  vectorToOperator,
} from "../../bindings/index.ts";
import {
  conjugated,
  generator,
  maxDifference,
  randomKraus,
  randomLocalUnitary,
  randomOperator,
  randomState,
  randomUnitary,
  throughKraus,
} from "../support/random.ts";
import { readReference } from "../support/reference.ts";

/** Sums of some d⁴ numbers of order one, each rounded. */
const ROUNDING = 1e-12;
const RUNS = { seed: 20261129, numRuns: 30 };

const close = (value: number, expected: number, tolerance = ROUNDING) =>
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);
const same = (a: Operator, b: Operator) => expect(maxDifference(a, b)).toBeLessThan(ROUNDING);
const through = (superoperator: Operator, rho: Operator) =>
  vectorToOperator(superoperator.apply(operatorToVector(rho)));

/** Transposition: positive, not completely positive. */
const transposition = Operator.fromTriplets(
  [2, 2],
  [0, 1].flatMap((i) => [0, 1].map((j): [number, number, number, number] => [2 * i + j, 2 * j + i, 1, 0])),
);
const depolarising = (p: number) => [
  qeye(2).scale(Math.sqrt(1 - (3 * p) / 4)),
  ...[sigmax(), sigmay(), sigmaz()].map((sigma) => sigma.scale(Math.sqrt(p / 4))),
];

interface QutipCase {
  dims: number[];
  kraus: number[][];
  target: number[];
  values: {
    superoperator: number[];
    choi: number[];
    chi?: number[];
    processFidelity: number;
    averageGateFidelity: number;
    unitarity?: number;
    entanglingPower?: number;
    processFidelityToNext?: number;
  };
}

describe("beside QuTiP 5.3.1", () => {
  const { cases } = readReference<{ cases: QutipCase[] }>("qutip_processes");

  it.each(cases.map((one) => [`${one.kraus.length} operators, dims [${one.dims}]`, one] as const))(
    "%s",
    (_name, one) => {
      const { dims, values } = one;
      const kraus = one.kraus.map((data) => Operator.dense(dims, data));
      const U = Operator.dense(dims, one.target);
      const twice = [...dims, ...dims];
      same(toSuper(kraus), Operator.dense(twice, values.superoperator));
      same(toChoi(kraus), Operator.dense(twice, values.choi));
      close(processFidelity(kraus, U), values.processFidelity);
      close(averageGateFidelity(toSuper(kraus), U), values.averageGateFidelity);
      if (values.chi) {
        // QuTiP takes sigma_yᵀ = -sigma_y for sigma_y: elements with an odd number of them have the other sign.
        const signs = dims.reduce<number[]>((all) => all.flatMap((x) => [x, x, -x, x]), [1]);
        const turn = Operator.fromTriplets(
          signs.length,
          signs.map((x, k) => [k, k, x, 0] as const),
        );
        same(toChi(kraus), conjugated(turn, Operator.dense(signs.length, values.chi)));
      }
      if (values.unitarity !== undefined) close(unitarity(kraus), values.unitarity);
      if (values.entanglingPower !== undefined) close(entanglingPower(U, 0), values.entanglingPower);
      if (values.processFidelityToNext !== undefined) {
        const same = cases.filter((other) => `${other.dims}` === `${dims}`);
        const next = same[(same.indexOf(one) + 1) % same.length]!;
        const other = next.kraus.map((data) => Operator.dense(dims, data));
        // QuTiP takes roots of eigenvalues that are zero but for rounding.
        close(processFidelity(kraus, other), values.processFidelityToNext, 1e-7);
      }
    },
  );
});

describe("closed forms", () => {
  it("fidelity of two depolarising channels, of gates and what is no gate", () => {
    // Choi matrices are diagonal in the Bell basis: weights 1 - 3p/4, p/4, p/4, p/4.
    const F = (p: number, q: number) =>
      (Math.sqrt((1 - (3 * p) / 4) * (1 - (3 * q) / 4)) + (3 * Math.sqrt(p * q)) / 4) ** 2;
    for (const [p, q] of [
      [0, 0.3],
      [0.2, 0.9],
      [1, 1],
      [1e-12, 1e-8],
    ] as const) {
      close(processFidelity(depolarising(p), depolarising(q)), F(p, q));
      close(processFidelity(toSuper(depolarising(p)), depolarising(q)), F(p, q));
      close(processFidelity(depolarising(p), toSuper(depolarising(q))), F(p, q));
    }
    close(processFidelity([sigmax()], [sigmaz()]), 0);
    close(processFidelity([sigmax()], toSuper([sigmax()])), 1);
    // 2 x 2 levels: an operator on [2, 2] is a gate, one on [2, 2, 2, 2] a process.
    close(processFidelity([qeye([2, 2])], sigmax().kron(sigmax())), 0);
    close(processFidelity([qeye([2, 2])], toSuper([qeye([2, 2])])), 1);
  });

  it("entangling power", () => {
    const cnot = ket2dm(basis(2, 0))
      .kron(qeye(2))
      .add(ket2dm(basis(2, 1)).kron(sigmax()));
    const swap = Operator.fromTriplets(
      [2, 2],
      [
        [0, 0, 1, 0],
        [1, 2, 1, 0],
        [2, 1, 1, 0],
        [3, 3, 1, 0],
      ],
    );
    close(entanglingPower(cnot, 0), 2 / 9);
    close(entanglingPower(cnot, [1]), 2 / 9);
    close(entanglingPower(swap, 0), 0);
    close(entanglingPower(qeye([3, 2]), 0), 0);
    // exp(iθ sigma_z sigma_z): (1 - cos 4θ)/9
    for (const theta of [0.1, Math.PI / 8, 0.6]) {
      const turned = pauliStrings(2)
        .at(-1)!
        .scale({ re: 0, im: Math.sin(theta) })
        .add(qeye([2, 2]).scale(Math.cos(theta)));
      close(entanglingPower(turned, 0), (1 - Math.cos(4 * theta)) / 9);
    }
  });

  it.each([0, 0.3, 1])("the depolarising channel, p = %d", (p) => {
    const kraus = depolarising(p);
    close(processFidelity(kraus), 1 - (3 * p) / 4);
    close(averageGateFidelity(kraus), 1 - p / 2);
    close(unitarity(kraus), (1 - p) ** 2);
    const chi = toChi(kraus);
    same(
      chi,
      Operator.fromTriplets(
        4,
        [1 - (3 * p) / 4, p / 4, p / 4, p / 4].map((x, k) => [k, k, x, 0] as const),
      ),
    );
    expect(toKraus(kraus)).toHaveLength(p === 0 ? 1 : 4);
  });

  it("amplitude damping by the master equation", () => {
    const [rate, t] = [0.4, 1.3];
    const E = propagator(qeye(2).scale(0), t, { cOps: [sigmam().scale(Math.sqrt(rate))], rtol: 1e-12, atol: 1e-14 });
    const kept = Math.exp(-rate * t);
    close(processFidelity(E), (1 + Math.sqrt(kept)) ** 2 / 4, 1e-10);
    close(unitarity(E), (2 * kept + kept ** 2) / 3, 1e-10);
    const kraus = toKraus(E);
    expect(kraus).toHaveLength(2);
    // |1><0| by which the excited |0> decays has the weight 1 - kept.
    close(Math.min(...kraus.map((K) => K.norm() ** 2)), 1 - kept, 1e-10);
    expect([isCompletelyPositive(E), isTracePreserving(E)]).toEqual([true, true]);
  });

  it("unitaries, and maps that are no processes", () => {
    const U = randomUnitary(generator(2), [2, 2]);
    close(processFidelity([U], U), 1);
    close(averageGateFidelity([U], U), 1);
    close(unitarity([U]), 1);
    expect(toKraus([U])).toHaveLength(1);
    close(processFidelity([sigmax()]), 0);
    close(averageGateFidelity([sigmax()]), 1 / 3);
    expect([isCompletelyPositive(transposition), isTracePreserving(transposition)]).toEqual([false, true]);
    expect(isTracePreserving([sigmam()])).toBe(false);
    expect(isCompletelyPositive([sigmam()])).toBe(true);
    expect(isCompletelyPositive(spre(sigmax()))).toBe(false);
    expect(isTracePreserving(liouvillian(num(3), [destroy(3)]))).toBe(false);
    expect(toKraus(toSuper([qeye(2).scale(0)]))).toEqual([]);
    expect(unitarity([qeye(1)])).toBe(Number.NaN);
    close(averageGateFidelity([qeye(1)]), 1);
  });
});

describe("random channels", () => {
  test.prop([fc.nat(), fc.constantFrom<number[]>([2], [3], [2, 2], [1]), fc.integer({ min: 1, max: 5 })], RUNS)(
    "one map in all forms",
    (seed, dims, count) => {
      const random = generator(seed);
      const d = dims.reduce((a, b) => a * b);
      const kraus = randomKraus(random, d, count).map((K) => Operator.dense(dims, K.toDense()));
      const rho = randomState(random, dims);
      const S = toSuper(kraus);
      same(through(S, rho), throughKraus(kraus, rho));
      const J = toChoi(kraus);
      same(choiToSuper(J), S);
      // E(rho) = Tr_in[J (rhoᵀ ⊗ 1)], and the trace is kept.
      const parts = dims.map((_, k) => k);
      same(
        ptrace(
          J.mul(rho.trans().kron(qeye(dims))),
          parts.map((k) => k + dims.length),
        ),
        through(S, rho),
      );
      same(ptrace(J, parts), qeye(dims));
      const again = toKraus(S);
      expect(again.length).toBeLessThanOrEqual(Math.min(count, d * d));
      same(toSuper(again), S);
      again.forEach((A, i) => {
        again.forEach((B, j) => {
          const { re, im } = A.dag().mul(B).tr();
          if (i !== j) close(Math.hypot(re, im), 0, 1e-11);
        });
      });
      expect([isCompletelyPositive(S), isTracePreserving(S)]).toEqual([true, true]);
      // chi of the Gell-Mann matrices and 1.
      const basis = [qeye(d), ...gellMannMatrices(d)].map((P) => Operator.dense(dims, P.toDense()));
      same(chiToSuper(toChi(S, basis), basis), S);
      if (dims.every((dim) => dim === 2)) {
        const chi = toChi(S);
        same(chiToSuper(chi), S);
        close(chi.tr().re, 1);
        close(chi.get(0, 0).re, processFidelity(S));
      }
      // Any map at all, if not a positive one.
      const map = randomOperator(random, [...dims, ...dims]);
      same(choiToSuper(toChoi(map)), map);
    },
  );

  test.prop([fc.nat(), fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 4 })], RUNS)(
    "fidelities: of a gate before and after, of the mean over a basis of kets, of composed channels; unitarity",
    (seed, d, count) => {
      const random = generator(seed);
      const [U, V] = [randomUnitary(random, [d]), randomUnitary(random, [d])];
      const kraus = randomKraus(random, d, count);
      const F = processFidelity(kraus, U);
      close(processFidelity(kraus.map((K) => U.dag().mul(K))), F);
      close(
        processFidelity(
          kraus.map((K) => V.mul(K)),
          V.mul(U),
        ),
        F,
      );
      close(
        F,
        kraus.reduce((sum, K) => sum + squared(U.dag().mul(K).tr()) / d ** 2, 0),
      );
      close(unitarity(kraus.map((K) => V.mul(K).mul(U))), unitarity(kraus));
      expect(unitarity(kraus)).toBeLessThanOrEqual(1 + ROUNDING);
      // A depolarised channel is as much less unitary.
      const shrunk = toSuper(kraus)
        .scale(0.6)
        .add(toSuper(everything(d)).scale(0.4));
      close(unitarity(shrunk), 0.36 * unitarity(kraus));
      close(processFidelity(shrunk, U), 0.6 * F + 0.4 / d ** 2);
      // Mean over random kets, to five standard errors of 400.
      const fidelities = Array.from({ length: 400 }, () => {
        const psi = gaussianKet(random, d);
        return mean(ket2dm(U.apply(psi)), throughKraus(kraus, ket2dm(psi)).hermitianPart()) as number;
      });
      const average = fidelities.reduce((a, b) => a + b) / 400;
      const variance = fidelities.reduce((a, b) => a + (b - average) ** 2, 0) / 399;
      close(averageGateFidelity(kraus, U), average, 5 * Math.sqrt(variance / 400) + ROUNDING);
    },
  );
});

it("chi of four qubits, 256 x 256, and back", () => {
  const dims = [2, 2, 2, 2];
  const S = toSuper(randomKraus(generator(5), 16, 2).map((K) => Operator.dense(dims, K.toDense())));
  const chi = toChi(S);
  same(chiToSuper(chi), S);
  close(chi.get(0, 0).re, processFidelity(S));
});

describe("two processes", () => {
  test.prop(
    [
      fc.nat(),
      fc.constantFrom<number[]>([2], [3], [2, 2]),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
    ],
    RUNS,
  )(
    "the fidelity is that of the Choi matrices, symmetric, the same before and after gates, not less after a channel",
    (seed, dims, first, second) => {
      const random = generator(seed);
      const d = dims.reduce((a, b) => a * b);
      const channel = (count: number) => randomKraus(random, d, count).map((K) => Operator.dense(dims, K.toDense()));
      const [E, G, after] = [channel(first), channel(second), channel(2)];
      const [U, V] = [randomUnitary(random, dims), randomUnitary(random, dims)];
      const F = processFidelity(E, G);
      const state = (kraus: readonly Operator[]) =>
        toChoi(kraus)
          .scale(1 / d)
          .hermitianPart();
      // Roots of eigenvalues at rounding.
      close(F, fidelity(state(E), state(G)) ** 2, 1e-10);
      close(processFidelity(toSuper(E), toSuper(G)), F, 1e-10);
      close(processFidelity(G, E), F);
      close(processFidelity(E, E), 1);
      close(processFidelity(E, [U]), processFidelity(E, U));
      const turned = (kraus: readonly Operator[]) => kraus.map((L) => U.mul(L).mul(V));
      close(processFidelity(turned(E), turned(G)), F);
      const followed = (kraus: readonly Operator[]) => after.flatMap((A) => kraus.map((L) => A.mul(L)));
      expect(processFidelity(followed(E), followed(G))).toBeGreaterThan(F - ROUNDING);
    },
  );

  test.prop([fc.nat(), fc.constantFrom([2, 2], [2, 3], [2, 2, 2])], RUNS)(
    "entangling power: the mean linear entropy of product kets, the same before and after local gates and from either side",
    (seed, dims) => {
      const random = generator(seed);
      const U = randomUnitary(random, dims);
      const parts = dims.length === 3 ? [2, 0] : [0];
      const power = entanglingPower(U, parts);
      const others = dims.map((_, k) => k).filter((k) => !parts.includes(k));
      close(entanglingPower(U, others), power);
      const local = () => randomLocalUnitary(random, dims);
      close(entanglingPower(local().mul(U).mul(local()), parts), power);
      // To five standard errors of 400.
      const sizes = [parts, others].map((group) => group.map((part) => dims[part]!));
      const entropies = Array.from({ length: 400 }, () => {
        const [a, b] = sizes.map((group) => gaussianKet(random, group)) as [Ket, Ket];
        const order = [...parts, ...others];
        const psi = permute(
          a.kron(b),
          order.map((_, part) => order.indexOf(part)),
        );
        return linearEntropy(ptrace(U.apply(psi), others));
      });
      const average = entropies.reduce((a, b) => a + b) / 400;
      const variance = entropies.reduce((a, b) => a + (b - average) ** 2, 0) / 399;
      close(power, average, 5 * Math.sqrt(variance / 400));
    },
  );
});

/** Kraus operators of the channel to the maximally mixed state. */
const everything = (d: number) =>
  Array.from({ length: d * d }, (_, k) => Operator.fromTriplets(d, [[Math.floor(k / d), k % d, 1 / Math.sqrt(d), 0]]));

/** Uniform over all kets: normal amplitudes. */
function gaussianKet(random: () => number, dims: number | readonly number[]): Ket {
  const levels = typeof dims === "number" ? dims : dims.reduce((a, b) => a * b);
  const amplitudes = Array.from({ length: 2 * levels }, () => {
    return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  });
  return new Ket(dims, amplitudes).unit();
}

const squared = ({ re, im }: { re: number; im: number }) => re * re + im * im;

describe("bad input", () => {
  it("is refused", () => {
    expect(() => toChoi(qeye([2, 3]))).toThrow(
      /toChoi: process: expected dims that repeat, \[\.\.\.dims, \.\.\.dims\], got dims \[2,3\]/,
    );
    expect(() => toChoi(qeye(4))).toThrow(DimensionMismatchError);
    expect(() => toSuper([])).toThrow(/a superoperator, or a list of Kraus operators/);
    expect(() => toSuper([sigmax(), qeye(3)])).toThrow(/toSuper: process\[1\]/);
    expect(() => toSuper([1] as never)).toThrow(InvalidArgumentError);
    expect(() => choiToSuper(qeye(3))).toThrow(DimensionMismatchError);
    expect(() => toKraus(transposition)).toThrow(/a completely positive map, got .*eigenvalue -1\.000e\+0/);
    expect(() => toKraus(spre(sigmam()))).toThrow(NotHermitianError);
    expect(() => toChi([qeye(3)])).toThrow(/toChi: process: expected qubits, or a basis/);
    expect(() => toChi([qeye(2)], [qeye(2)])).toThrow(/a list of d² = 4 operators/);
    expect(() => toChi([qeye(2)], [qeye(2), sigmax(), sigmay(), sigmax().add(sigmaz())])).toThrow(
      /toChi: basis\[3\]: expected operators that are orthogonal to each other/,
    );
    expect(() => toChi([qeye(2)], [qeye(2), sigmax(), sigmay(), sigmaz().scale(0)])).toThrow(/the zero operator/);
    expect(() => chiToSuper(qeye(5))).toThrow(DimensionMismatchError);
    expect(() => pauliStrings(0)).toThrow(InvalidArgumentError);
    expect(() => pauliStrings(9)).toThrow(/at most 8/);
    expect(() => processFidelity([qeye(2)], sigmam())).toThrow(/processFidelity: target: expected a unitary operator/);
    expect(() => processFidelity([qeye(2)], qeye(3))).toThrow(DimensionMismatchError);
    expect(() => processFidelity([qeye(2)], transposition)).toThrow(
      /processFidelity: target: expected a completely positive map/,
    );
    expect(() => processFidelity([qeye(2)], [qeye(3)])).toThrow(DimensionMismatchError);
    expect(() => processFidelity([qeye(2)], [])).toThrow(
      /processFidelity: target: expected a superoperator, or a list/,
    );
    expect(() => entanglingPower(spre(sigmam()), 0)).toThrow(/entanglingPower: U: expected a unitary operator/);
    expect(() => entanglingPower(qeye([2, 2]), [0, 1])).toThrow(
      /entanglingPower: parts: expected parts that leave at least one out/,
    );
    expect(() => averageGateFidelity([sigmam()])).toThrow(/a process that keeps the trace/);
  });
});
