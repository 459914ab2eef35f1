/**
 * Steady states against exact ones: reference files, closed forms, and each way against the others.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  bellState,
  coherent,
  destroy,
  fock,
  type Ket,
  ket2dm,
  expect as mean,
  mesolve,
  num,
  Operator,
  qeye,
  SteadyStateNotUniqueError,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  steadystate,
  thermalDm,
} from "../../bindings/index.ts";
import { xxzChain } from "../support/chain.ts";
import { generator, maxDifference, randomHermitian, randomOperator } from "../support/random.ts";
import { type Evolution, matrix, REFERENCE_TOLERANCE, readReference, referenceNames } from "../support/reference.ts";

const WAYS = ["auto", "direct", "channel", "dense"] as const;

/** Residual of a state that is as exact as doubles allow, relative to ‖L‖: a few roundings. */
const EXACT = 1e-14;

describe("reference files", () => {
  const names = referenceNames("p1_", "p2_", "p3_", "p4_", "p7_", "p8_", "random_").filter(
    (name) => "steady" in readReference<Evolution & { steady?: number[] }>(name),
  );
  it.each(names.flatMap((name) => WAYS.map((method) => [name, method] as const)))("%s by %s", (name, method) => {
    const { dims, H, jumps, steady } = readReference<Evolution & { steady: number[] }>(name);
    const cOps = jumps.map(({ rate, op }) => ({ op: matrix(dims, op), rate }));
    const found = steadystate(matrix(dims, H), cOps, { method });
    expect(maxDifference(found.rho, Operator.dense(dims, steady))).toBeLessThan(REFERENCE_TOLERANCE);
    expect(found.kernelDimension).toBe(1);
    // What a residual of 1e-12 ‖L‖ leaves over the gap, by the channel.
    expect(found.leastEigenvalue).toBeGreaterThan(method === "channel" ? -1e-11 : -EXACT);
    expect(Math.abs(found.rho.tr().re - 1)).toBeLessThan(EXACT);
    expect(found.relativeResidual).toBeLessThan(method === "channel" ? 1e-12 : EXACT);
    expect(found.warnings).toEqual([]);
  });
});

/** 0F2(a, b; z) by its series. */
function hypergeometric(a: Complex, b: Complex, z: number): Complex {
  let term: Complex = { re: 1, im: 0 };
  let sum = term;
  for (let k = 0; k < 400; k++) {
    term = divide(scaled(term, z / (k + 1)), product(shifted(a, k), shifted(b, k)));
    sum = { re: sum.re + term.re, im: sum.im + term.im };
  }
  return sum;
}

interface Complex {
  re: number;
  im: number;
}
const shifted = (a: Complex, k: number): Complex => ({ re: a.re + k, im: a.im });
const scaled = (a: Complex, x: number): Complex => ({ re: a.re * x, im: a.im * x });
const product = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const divide = (a: Complex, b: Complex): Complex =>
  scaled(product(a, { re: b.re, im: -b.im }), 1 / (b.re ** 2 + b.im ** 2));

describe("closed forms", () => {
  it.each([
    [30, 0.5, 0.3, 1, 1],
    [60, -1.2, 0.6, 2, 0.5],
    [160, 0.1, 0.02, 1.5, 1],
    [512, 0.5, 0.3, 1, 1],
  ])("driven Kerr oscillator of %i levels (Drummond and Walls)", (levels, delta, U, F, rate) => {
    const a = destroy(levels);
    const n = num(levels);
    const H = n
      .scale(delta)
      .add(
        n
          .mul(n)
          .sub(n)
          .scale(U / 2),
      )
      .add(a.add(a.dag()).scale(F));
    const found = steadystate(H, [{ op: a, rate }]);
    const c = { re: (2 * delta) / U, im: -rate / U };
    const conjugate = { re: c.re, im: -c.im };
    const z = 2 * ((2 * F) / U) ** 2;
    const below = hypergeometric(c, conjugate, z).re;
    const power = (j: number) => {
      let product2 = 1;
      for (let k = 0; k < j; k++) product2 *= (c.re + k) ** 2 + c.im ** 2;
      return (
        ((((2 * F) / U) ** 2) ** j / product2) * (hypergeometric(shifted(c, j), shifted(conjugate, j), z).re / below)
      );
    };
    const amplitude = scaled(
      divide(hypergeometric(shifted(c, 1), conjugate, z), product(c, { re: below, im: 0 })),
      (-2 * F) / U,
    );
    // The law itself is good to 1e-12 (cancellation in its series); moments grow by their own size.
    const mode = mean(a, found.rho) as Complex;
    expect(mean(n, found.rho)).toBeCloseTo(power(1), 10);
    expect((mean(n.mul(n).sub(n), found.rho) as number) / power(2)).toBeCloseTo(1, 10);
    expect(mode.re).toBeCloseTo(amplitude.re, 10);
    expect(mode.im).toBeCloseTo(amplitude.im, 10);
    expect(found.kernelDimension).toBe(1);
    expect(found.relativeResidual).toBeLessThan(EXACT);
  });

  it.each(WAYS)("resonance fluorescence by %s", (method) => {
    const [O, G] = [1.3, 0.7];
    const { rho } = steadystate(sigmax().scale(O / 2), [{ op: sigmam(), rate: G }], { method });
    expect(rho.get(0, 0).re).toBeCloseTo(O ** 2 / (G ** 2 + 2 * O ** 2), 12);
    const s = mean(sigmam(), rho) as Complex;
    expect(s.re).toBeCloseTo(0, 12);
    expect(s.im).toBeCloseTo((-O * G) / (G ** 2 + 2 * O ** 2), 12);
  });

  it.each(WAYS)("an oscillator in a thermal bath by %s", (method) => {
    const [levels, nth] = [12, 0.7];
    const a = destroy(levels);
    const cOps = [
      { op: a, rate: 1 + nth },
      { op: a.dag(), rate: nth },
    ];
    const { rho, gap } = steadystate(num(levels), cOps, { method });
    expect(maxDifference(rho, thermalDm(levels, nth))).toBeLessThan(1e-12);
    if (method === "auto" || method === "direct") expect(gap).toBeGreaterThan(0.5);
  });

  it("a driven damped oscillator is in a coherent state, on the levels that matter", () => {
    const [levels, delta, E, rate] = [200, 0.4, 1.1, 0.8];
    const a = destroy(levels);
    const H = num(levels).scale(delta).add(a.add(a.dag()).scale(E));
    const found = steadystate(H, [{ op: a, rate }]);
    const w = { re: delta, im: -rate / 2 };
    const alpha = divide({ re: -E, im: 0 }, w);
    expect(maxDifference(found.rho, ket2dm(coherent(levels, alpha)))).toBeLessThan(1e-12);
    expect(found.reasons[0]).toMatch(/weight on \d+ of 200 levels/);
    // An eigenvalue of -i delta - rate/2 is nearest to zero.
    expect(found.gap).toBeCloseTo(rate / 2, 1);
  });

  it.each(WAYS)("the dark state of a Lambda system by %s", (method) => {
    const element = (i: number, j: number, x: number) => Operator.fromTriplets([3], [[i, j, x, 0]]);
    const [O1, O2] = [0.9, 1.4];
    const H = element(2, 0, O1 / 2).add(element(2, 1, O2 / 2));
    const { rho } = steadystate(H.add(H.dag()), [element(0, 2, 1), element(1, 2, 0.7)], { method });
    const norm = O1 ** 2 + O2 ** 2;
    expect(rho.get(0, 0).re).toBeCloseTo(O2 ** 2 / norm, 12);
    expect(rho.get(0, 1).re).toBeCloseTo((-O1 * O2) / norm, 12);
    expect(rho.get(2, 2).re).toBeCloseTo(0, 12);
  });
});

describe("several steady states", () => {
  const levels = 30;
  const alpha = 1.4;
  const a = destroy(levels);
  const twoPhotons = a.mul(a).sub(qeye(levels).scale(alpha ** 2));
  const none = qeye(levels).scale(0);
  const cat = (sign: 1 | -1) => {
    const [plus, minus] = [coherent(levels, alpha), coherent(levels, -alpha)];
    const sum = plus.add(minus.scale(sign));
    return ket2dm(sum.scale(1 / sum.norm()));
  };

  it("two-photon dissipation: the dimension is named", () => {
    const failing = () => steadystate(none, [twoPhotons]);
    expect(failing).toThrow(SteadyStateNotUniqueError);
    expect(failing).toThrow(/kernel of L has dimension 4; .*rho0.*all: true/);
  });

  it.each([
    ["vacuum", fock(levels, 0), 1],
    ["one photon", fock(levels, 1), -1],
  ] as const)("two-photon dissipation from the %s ends in a cat", (_name, start: Ket, sign) => {
    const found = steadystate(none, [twoPhotons], { rho0: start });
    // The cats are exact up to the truncation: |alpha|^(2n)/n! at n = 30 is 1e-24.
    expect(maxDifference(found.rho, cat(sign))).toBeLessThan(1e-10);
    expect(found.leastEigenvalue).toBeGreaterThan(-EXACT);
  });

  it("two-photon dissipation: a basis, conserved quantities, and what a state ends in", () => {
    const all = steadystate(none, [twoPhotons], { all: true });
    expect(all.kernelDimension).toBe(4);
    expect(all.conserved).toHaveLength(4);
    expect(all.residual).toBeLessThan(1e-10);
    const parity = Operator.fromTriplets(
      [levels],
      Array.from({ length: levels }, (_, k) => [k, k, k % 2 === 0 ? 1 : -1, 0] as const),
    );
    // Parity is among the conserved quantities.
    const inside = all.conserved.reduce((sum, J) => sum + (mean(J, parity) as number) ** 2, 0);
    expect(inside / levels).toBeCloseTo(1, 10);
    const start = ket2dm(coherent(levels, 0.8));
    const end = all.from(start);
    const { finalState } = mesolve(none, start, [0, 60], { cOps: [twoPhotons], rtol: 1e-10, atol: 1e-12 });
    expect(maxDifference(end, finalState)).toBeLessThan(1e-8);
  });

  it.each([
    ["a dephased qubit", qeye(2).scale(0), [sigmaz()], 2],
    ["nothing", qeye(2).scale(0), [], 4],
    ["a closed qubit", sigmaz(), [], 2],
    ["collective decay of two qubits", qeye([2, 2]).scale(0), [sigmam().kron(qeye(2)).add(qeye(2).kron(sigmam()))], 4],
    ["two qubits, one closed", sigmaz().kron(qeye(2)), [sigmam().kron(qeye(2))], 4],
  ] as const)("%s", (_name, H, jumps, dimension) => {
    expect(() => steadystate(H, jumps)).toThrow(new RegExp(`dimension ${dimension};`));
    expect(steadystate(H, jumps, { all: true }).kernelDimension).toBe(dimension);
  });

  it("collective decay keeps the singlet", () => {
    const J = sigmam().kron(qeye(2)).add(qeye(2).kron(sigmam()));
    const start = ket2dm(basis([2, 2], [0, 1]));
    const { rho } = steadystate(qeye([2, 2]).scale(0), [J], { rho0: start });
    const singlet = bellState("11");
    expect(mean(ket2dm(singlet), rho)).toBeCloseTo(0.5, 12);
    expect(rho.get(3, 3).re).toBeCloseTo(0.5, 12);
  });

  it("sees what the maximally mixed state does not reach: qubits at infinite temperature are alone all the same", () => {
    const found = steadystate(qeye(2).scale(0), [sigmam(), sigmap()]);
    expect(found.kernelDimension).toBe(1);
    expect(maxDifference(found.rho, qeye(2).scale(0.5))).toBeLessThan(EXACT);
  });
});

describe("nearly several", () => {
  // Two wells joined by a rate: the next eigenvalue is known.
  const wells = (rate: number) => {
    const jump = (to: number, from: number, size: number) =>
      Operator.fromTriplets([4], [[to, from, Math.sqrt(size), 0]]);
    return [jump(0, 1, 1), jump(1, 0, 0.5), jump(2, 3, 1), jump(3, 2, 0.5), jump(2, 0, rate), jump(0, 2, 2 * rate)];
  };
  it.each([1e-3, 1e-6, 1e-9, 1e-11])("two wells that a rate of %f joins", (rate) => {
    const found = steadystate(qeye(4).scale(0), wells(rate));
    expect(found.kernelDimension).toBe(1);
    // Populations 0 and 2 hold two thirds of each well; wells are as 2 : 1.
    expect(found.rho.get(0, 0).re).toBeCloseTo(4 / 9, 10 + Math.log10(rate) > 2 ? 10 : 3);
    expect(found.gap! / (2 * rate)).toBeCloseTo(1, 2);
    expect(found.warnings.some((warning) => warning.includes("eigenvalue"))).toBe(rate < 1e-9);
  });
  it("two wells that nothing joins", () => {
    expect(() => steadystate(qeye(4).scale(0), wells(0))).toThrow(/dimension 2;/);
  });
});

describe("invariance", () => {
  it.each(["direct", "channel"] as const)("units: rates of 1e7 or 1e-7, by %s", (method) => {
    const { H, cOps } = xxzChain(4);
    const found = steadystate(H, cOps, { method });
    for (const unit of [1e7, 1e-7, 1e15]) {
      const scaled = steadystate(
        H.scale(unit),
        cOps.map((L) => L.scale(Math.sqrt(unit))),
        { method },
      );
      expect(maxDifference(scaled.rho, found.rho)).toBeLessThan(method === "direct" ? EXACT : 1e-11);
      expect(scaled.gap! / unit / found.gap!).toBeCloseTo(1, 6);
    }
  });

  it("all ways agree on random generators, dense and sparse", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed);
      const d = 2 + (seed % 8);
      const density = [1, 0.5, 0.25][seed % 3]!;
      const H = randomHermitian(random, [d], density);
      const cOps = Array.from({ length: 1 + (seed % 3) }, () => randomOperator(random, [d], density));
      const attempts = WAYS.map((method) => {
        try {
          return steadystate(H, cOps, { method });
        } catch (error) {
          return (error as SteadyStateNotUniqueError).dimension;
        }
      });
      const last = attempts.at(-1)!;
      for (const found of attempts) {
        if (typeof last === "number" || typeof found === "number") expect(found).toBe(last);
        // What a residual of 1e-12 ‖L‖ makes of a state is that over the gap.
        else expect(maxDifference(found.rho, last.rho)).toBeLessThan(1e-9);
      }
    }
  });

  it("a chain of 8 spins, without a matrix of L", () => {
    const { H, cOps } = xxzChain(8);
    const found = steadystate(H, cOps);
    expect(found.method).toBe("channel");
    expect(found.relativeResidual).toBeLessThan(1e-12);
    expect(found.leastEigenvalue).toBeGreaterThan(0);
    expect(found.kernelDimension).toBe(1);
  });
});

describe("bad input", () => {
  it.each([
    [{ method: "lu" }, /steadystate: method.*"lu"/],
    [{ tol: 0 }, /steadystate: tol/],
    [{ rho: 1 }, /"rho"/],
    [{ all: 1 }, /steadystate: all/],
    [{ all: true, tol: 1e-9 }, /steadystate: tol.*beside all/],
    [{ method: "evolution", tol: 1e-13 }, /steadystate: tol.*evolution/],
    [{ rho0: qeye(3) }, /rho0/],
  ])("%o", (options, message) => {
    expect(() => steadystate(sigmaz(), [sigmam()], options as object)).toThrow(message);
  });
  it("operators", () => {
    expect(() => steadystate(sigmam(), [])).toThrow(/steadystate: H.*Hermitian/);
    expect(() => steadystate(sigmaz(), [destroy(3)])).toThrow(/steadystate: cOps\[0\]/);
    expect(() => steadystate(qeye(49).scale(0), [], { all: true })).toThrow(/coordinates/);
  });
});
