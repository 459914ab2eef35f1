/**
 * Spectra of generators: closed forms, what eigenmatrices are, and Arnoldi's method against diagonalisation.
 */
import { describe, expect, it } from "vitest";
import {
  type Complex,
  destroy,
  liouvillian,
  liouvillianSpectrum,
  mesolve,
  NonFiniteError,
  num,
  Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmaz,
  steadystate,
} from "../../bindings/index.ts";
import { schurForm } from "../../bindings/kernel/dense.ts";
import { xxzChain } from "../support/chain.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const trace = (a: Operator, b: Operator) => a.dag().mul(b).tr();

/** Largest distance of an eigenvalue from its partner in the other list; lists of one length. */
function distance(a: readonly Complex[], b: readonly Complex[]): number {
  const rest = b.slice();
  return a.reduce((most, { re, im }) => {
    const far = (k: number) => Math.hypot(rest[k]!.re - re, rest[k]!.im - im);
    const best = rest.reduce((p, _, k) => (far(k) < far(p) ? k : p), 0);
    const at = far(best);
    rest.splice(best, 1);
    return Math.max(most, at);
  }, 0);
}

describe("closed forms", () => {
  it("the damped oscillator at zero temperature, exact in any truncation", () => {
    const [levels, w, rate] = [6, 1.3, 0.4];
    const { eigenvalues, kernelDimension, gap, which } = liouvillianSpectrum(
      num(levels).scale(w),
      [{ op: destroy(levels), rate }],
      { count: Number.POSITIVE_INFINITY },
    );
    const exact: Complex[] = [];
    for (let m = 0; m < levels; m++) {
      for (let n = 0; n < levels; n++) exact.push({ re: (-rate * (m + n)) / 2, im: -w * (m - n) });
    }
    expect(eigenvalues).toHaveLength(levels ** 2);
    expect(distance(eigenvalues, exact)).toBeLessThan(1e-13);
    expect(kernelDimension).toBe(1);
    expect(gap).toBeCloseTo(rate / 2, 13);
    expect(which).toBe("slowest");
  });

  it("a thermal qubit", () => {
    const [down, up, w] = [1.1, 0.4, 0.7];
    const { eigenvalues, right, left, conditions } = liouvillianSpectrum(
      sigmaz().scale(w / 2),
      [
        { op: sigmam(), rate: down },
        { op: sigmap(), rate: up },
      ],
      { count: 4 },
    );
    const R = down + up;
    expect(
      distance(eigenvalues, [
        { re: 0, im: 0 },
        { re: -R, im: 0 },
        { re: -R / 2, im: w },
        { re: -R / 2, im: -w },
      ]),
    ).toBeLessThan(1e-14);
    // The conserved quantity is the trace.
    expect(maxDifference(left[0]!.scale(1 / left[0]!.get(0, 0).re), qeye(2))).toBeLessThan(1e-13);
    expect(trace(left[0]!, right[0]!).re).toBeCloseTo(1, 13);
    for (const condition of conditions) expect(condition).toBeGreaterThan(1 - 1e-12);
  });

  it("an exceptional point: conditions grow without bound", () => {
    const kappa = 1;
    const at = (drive: number) =>
      liouvillianSpectrum(sigmax().scale(drive / 2), [sigmaz().scale(Math.sqrt(kappa))], { count: 4 });
    // Driven and dephased: eigenvalues -kappa ± sqrt(kappa² - D²) meet at D = kappa.
    const far = at(2.5);
    expect(
      distance(far.eigenvalues, [
        { re: 0, im: 0 },
        { re: -2 * kappa, im: 0 },
        { re: -kappa, im: Math.sqrt(2.5 ** 2 - 1) },
        { re: -kappa, im: -Math.sqrt(2.5 ** 2 - 1) },
      ]),
    ).toBeLessThan(1e-13);
    expect(Math.max(...far.conditions)).toBeLessThan(2);
    expect(Math.max(...at(kappa * (1 + 1e-6)).conditions)).toBeGreaterThan(300);
    expect(Math.max(...at(kappa).conditions)).toBeGreaterThan(1e6);
  });

  it("an exceptional point of two qubits that decay unlike: at the coupling |k1 - k2| / 4", () => {
    const [k1, k2] = [1, 0.2];
    const critical = (k1 - k2) / 4;
    const at = (coupling: number) => {
      const hop = sigmap().kron(sigmam());
      return liouvillianSpectrum(
        hop.add(hop.dag()).scale(coupling),
        [
          { op: sigmam().kron(qeye(2)), rate: k1 },
          { op: qeye(2).kron(sigmam()), rate: k2 },
        ],
        { count: Number.POSITIVE_INFINITY },
      );
    };
    // Of one excitation -i E = -(k1 + k2) / 4 ± sqrt((k1 - k2)² / 16 - J²)
    const mean = -(k1 + k2) / 4;
    for (const coupling of [0.5 * critical, 1.5 * critical]) {
      const root = critical ** 2 - coupling ** 2;
      for (const sign of [1, -1]) {
        const exact =
          root > 0 ? { re: mean + sign * Math.sqrt(root), im: 0 } : { re: mean, im: sign * Math.sqrt(-root) };
        const off = at(coupling).eigenvalues.map(({ re, im }) => Math.hypot(re - exact.re, im - exact.im));
        expect(Math.min(...off)).toBeLessThan(1e-13);
      }
    }
    const there = at(critical);
    // The root of rounding: some 1e-15 of L, whose norm is 3.
    const close = there.eigenvalues.filter(({ re, im }) => Math.hypot(re - mean, im) < 1e-6);
    expect(close.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...there.conditions)).toBeGreaterThan(1e6);
    expect(Math.max(...at(1.5 * critical).conditions)).toBeLessThan(100);
    expect(Math.max(...there.residuals)).toBeLessThan(1e-13);
  });

  it.each([6, 7, 8, 11])("a count of %d that ends among equal eigenvalues, of two qubits that decay alike", (count) => {
    const jumps = [sigmam().kron(qeye(2)), qeye(2).kron(sigmam())];
    const { eigenvalues, left, right } = liouvillianSpectrum(qeye([2, 2]).scale(0), jumps, { count });
    // Of one qubit 0, -1/2 twice, -1; of two their sums.
    const exact = [0, ...Array(4).fill(-0.5), ...Array(6).fill(-1)].slice(0, count);
    expect(
      distance(
        eigenvalues,
        exact.map((re) => ({ re, im: 0 })),
      ),
    ).toBeLessThan(1e-14);
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < count; k++) {
        const overlap = trace(left[j]!, right[k]!);
        expect(Math.hypot(overlap.re - (j === k ? 1 : 0), overlap.im)).toBeLessThan(1e-13);
      }
    }
  });

  it.each([-1000, -660, -500, -464, 464, 500, 660, 1000])(
    "rates of 2^%d are those of 1, digit for digit",
    (exponent) => {
      const unit = 2 ** exponent;
      const H = sigmax().scale(0.4).add(sigmaz().scale(0.3));
      const at = (rate: number) => liouvillianSpectrum(H.scale(rate), [sigmam().scale(Math.sqrt(rate))]);
      const [plain, scaled] = [at(1), at(unit)];
      expect(scaled.eigenvalues).toEqual(plain.eigenvalues.map(({ re, im }) => ({ re: unit * re, im: unit * im })));
      expect([...scaled.residuals]).toEqual([...plain.residuals].map((x) => unit * x));
      expect(scaled.gap).toBe(unit * plain.gap!);
      expect(scaled.kernelDimension).toBe(1);
      expect(scaled.conditions).toEqual(plain.conditions);
      for (const side of ["right", "left"] as const) {
        plain[side].forEach((X, k) => {
          expect(maxDifference(X, scaled[side][k]!)).toBe(0);
        });
      }
      expect(Math.max(...scaled.residuals)).toBeLessThan(1e-14 * unit);
    },
  );

  it("a generator that overflows is refused", () => {
    expect(() => liouvillianSpectrum(sigmax().scale(1.7e308))).toThrow(NonFiniteError);
  });

  it("several steady states count", () => {
    const J = sigmam().kron(qeye(2)).add(qeye(2).kron(sigmam()));
    const { kernelDimension, left, right } = liouvillianSpectrum(qeye([2, 2]).scale(0), [J], { count: 16 });
    expect(kernelDimension).toBe(4);
    for (let j = 0; j < 4; j++) {
      for (let k = 0; k < 4; k++) {
        const overlap = trace(left[j]!, right[k]!);
        expect(Math.hypot(overlap.re - (j === k ? 1 : 0), overlap.im)).toBeLessThan(1e-12);
      }
    }
  });
});

describe("random generators", () => {
  it.each([1, 2, 3, 4, 5, 6])("number %i: eigenmatrices, and the evolution they sum up to", (seed) => {
    const random = generator(seed);
    const d = 2 + (seed % 4);
    const H = randomHermitian(random, [d]);
    const jumps = [randomOperator(random, [d]), randomOperator(random, [d], 0.4)];
    const { eigenvalues, right, left, conditions } = liouvillianSpectrum(H, jumps, { count: Number.POSITIVE_INFINITY });
    const { T } = schurForm(liouvillian(H, jumps));
    const n = d * d;
    const direct = Array.from({ length: n }, (_, k) => ({ re: T[2 * (n + 1) * k]!, im: T[2 * (n + 1) * k + 1]! }));
    const worst = Math.max(...conditions);
    // Traces of L and of its square.
    const L = liouvillian(H, jumps);
    const [one, two] = [L.tr(), L.mul(L).tr()];
    const sum1 = eigenvalues.reduce((sum, { re }) => sum + re, 0);
    const sum2 = eigenvalues.reduce((sum, { re, im }) => sum + re * re - im * im, 0);
    expect(Math.abs(sum1 - one.re)).toBeLessThan(1e-12);
    expect(Math.abs(sum2 - two.re)).toBeLessThan(1e-11);
    // Rounding of L (some 1e-15 of its size, here below 20) times the condition.
    expect(distance(eigenvalues, direct)).toBeLessThan(1e-13 * worst);
    const rho0 = randomState(random, [d]);
    const t = 0.7;
    const sum = right.reduce(
      (total, R, k) => {
        const { re, im } = eigenvalues[k]!;
        const size = Math.exp(re * t);
        const phase = { re: size * Math.cos(im * t), im: size * Math.sin(im * t) };
        return total.add(R.scale(trace(left[k]!, rho0)).scale(phase));
      },
      Operator.fromTriplets([d], []),
    );
    const { finalState } = mesolve(H, rho0, [0, t], { cOps: jumps, rtol: 1e-11, atol: 1e-13 });
    expect(maxDifference(sum, finalState)).toBeLessThan(1e-9);
  });
});

describe("Arnoldi's method", () => {
  it("finds what diagonalisation finds nearest to zero", () => {
    // 23 levels joined in one set of 529 coordinates are too many to be diagonalised; 22 are not.
    const levels = 23;
    const a = destroy(levels);
    const n = num(levels);
    const H = n.scale(0.5).add(n.mul(n).sub(n).scale(0.15)).add(a.add(a.dag()));
    const found = liouvillianSpectrum(H, [a], { count: 8 });
    expect(found.which).toBe("nearest");
    const { T } = schurForm(liouvillian(H, [a]));
    const size = levels ** 2;
    const all = Array.from({ length: size }, (_, k) => ({
      re: T[2 * (size + 1) * k]!,
      im: T[2 * (size + 1) * k + 1]!,
    }));
    all.sort((x, y) => Math.hypot(x.re, x.im) - Math.hypot(y.re, y.im));
    expect(distance(found.eigenvalues, all.slice(0, found.eigenvalues.length))).toBeLessThan(1e-9);
    expect(maxDifference(found.right[0]!.scale(1 / found.right[0]!.tr().re), steadystate(H, [a]).rho)).toBeLessThan(
      1e-12,
    );
    found.right.forEach((R, j) => {
      found.left.forEach((L, k) => {
        const overlap = trace(L, R);
        expect(Math.hypot(overlap.re - (j === k ? 1 : 0), overlap.im)).toBeLessThan(1e-6);
      });
    });
  });

  it("a damped oscillator of 128 levels: -i w (m - n) - kappa (m + n) / 2", () => {
    const [levels, w, rate] = [128, 1.3, 0.4];
    const found = liouvillianSpectrum(num(levels).scale(w), [{ op: destroy(levels), rate }], {
      count: 7,
      which: "nearest",
    });
    const exact: Complex[] = [];
    for (let m = 0; m < 8; m++) {
      for (let n = 0; n < 8; n++) exact.push({ re: (-rate * (m + n)) / 2, im: -w * (m - n) });
    }
    exact.sort((x, y) => Math.hypot(x.re, x.im) - Math.hypot(y.re, y.im));
    // Rounding of L (norm 100) times the largest condition, some 1e7.
    expect(distance(found.eigenvalues, exact.slice(0, found.eigenvalues.length))).toBeLessThan(1e-9);
  });

  it.each([
    [6, 6, "nearest"],
    [6, 6, "slowest"],
    [7, 4, "nearest"],
  ] as const)(
    "an XX chain of %d spins that decay, free fermions: the %d %s",
    (spins, count, which) => {
      const at = (X: Operator, site: number) =>
        Array.from({ length: spins }, (_, k) => (k === site ? X : qeye(2))).reduce((total, Y) => total.kron(Y));
      const bond = (k: number) => at(sigmap(), k).mul(at(sigmam(), k + 1));
      const field = (k: number) => 0.2 + 0.1 * k;
      const rate = (k: number) => 0.5 + 0.15 * k;
      const sites = Array.from({ length: spins }, (_, k) => k);
      const H = sites
        .map((k) => {
          const local = at(sigmap().mul(sigmam()), k).scale(field(k));
          return k + 1 < spins ? local.add(bond(k).add(bond(k).dag()).scale(0.7)) : local;
        })
        .reduce((total, X) => total.add(X));
      const found = liouvillianSpectrum(
        H,
        sites.map((k) => ({ op: at(sigmam(), k), rate: rate(k) })),
        { count, which },
      );
      // Jumps lower the number of excitations on both sides: the spectrum is that of X -> -i (K X - X K†), K quadratic in Jordan and Wigner's fermions.
      const one = Operator.fromTriplets(
        spins,
        sites.flatMap((k) => [
          [k, k, field(k), -rate(k) / 2] as const,
          ...(k + 1 < spins ? [[k, k + 1, 0.7, 0] as const, [k + 1, k, 0.7, 0] as const] : []),
        ]),
      );
      const { T } = schurForm(one);
      let sums: Complex[] = [{ re: 0, im: 0 }];
      for (const k of sites) {
        const [re, im] = [T[2 * (spins + 1) * k]!, T[2 * (spins + 1) * k + 1]!];
        sums = sums.flatMap((E) => [E, { re: E.re + re, im: E.im + im }]);
      }
      const exact = sums.flatMap((E) => sums.map((F) => ({ re: E.im + F.im, im: F.re - E.re })));
      const key = ({ re, im }: Complex) => (which === "nearest" ? Math.hypot(re, im) : -re);
      exact.sort((x, y) => key(x) - key(y));
      expect(found.eigenvalues.length).toBeGreaterThanOrEqual(count);
      expect(distance(found.eigenvalues, exact.slice(0, found.eigenvalues.length))).toBeLessThan(1e-9);
      expect(Math.max(...found.residuals)).toBeLessThan(1e-9 * 100);
      expect(found.gap).toBeCloseTo(-Math.max(...found.eigenvalues.slice(1).map(({ re }) => re)), 12);
    },
    120_000,
  );

  it.each(["nearest", "slowest"] as const)(
    "five alike driven spins: the %s sums of one spin's eigenvalues",
    (which) => {
      const spins = 5;
      const one = sigmax().scale(0.2).add(sigmaz().scale(0.3));
      const at = (X: Operator, site: number) =>
        Array.from({ length: spins }, (_, k) => (k === site ? X : qeye(2))).reduce((total, Y) => total.kron(Y));
      const sites = Array.from({ length: spins }, (_, k) => k);
      const { eigenvalues } = liouvillianSpectrum(
        sites.map((k) => at(one, k)).reduce((total, X) => total.add(X)),
        sites.map((k) => at(sigmam(), k)),
        { count: 12, which },
      );
      const key = ({ re, im }: Complex) => (which === "nearest" ? Math.hypot(re, im) : -re);
      const single = liouvillianSpectrum(one, [sigmam()], { count: 4 }).eigenvalues;
      let exact: Complex[] = [{ re: 0, im: 0 }];
      for (const _ of sites) exact = exact.flatMap((x) => single.map((y) => ({ re: x.re + y.re, im: x.im + y.im })));
      exact.sort((x, y) => key(x) - key(y));
      expect(distance(eigenvalues, exact.slice(0, eigenvalues.length))).toBeLessThan(1e-8);
    },
  );

  it("a driven oscillator, which is a displaced one: slow ones far from zero", () => {
    const [levels, w, rate] = [28, 1.3, 0.4];
    const a = destroy(levels);
    const found = liouvillianSpectrum(num(levels).scale(w).add(a.add(a.dag()).scale(0.3)), [{ op: a, rate }], {
      count: 6,
      which: "slowest",
    });
    const exact = [
      [0, 0],
      [1, 1],
      [1, -1],
      [2, 0],
      [2, 2],
      [2, -2],
    ].map(([decay, phase]) => ({ re: (-rate * decay!) / 2, im: -w * phase! }));
    expect(found.which).toBe("slowest");
    // What is beyond the truncation: |alpha| = 0.23, of which 28 levels leave nothing.
    expect(distance(found.eigenvalues, exact)).toBeLessThan(1e-9);
    expect(found.gap).toBeCloseTo(rate / 2, 10);
  });

  it.each(["nearest", "slowest"] as const)("rates of 1e7 are those of 1, the %s", (which) => {
    const levels = 24;
    const a = destroy(levels);
    const n = num(levels);
    const H = n.scale(0.5).add(n.mul(n).sub(n).scale(0.15)).add(a.add(a.dag()));
    const unit = 1e7;
    const [plain, scaled] = [1, unit].map((rate) =>
      liouvillianSpectrum(H.scale(rate), [{ op: a, rate }], { count: 5, which }),
    );
    // Two runs of a method that leaves 1e-11 of the inverse, times conditions of some 100.
    const inUnits = scaled!.eigenvalues.map(({ re, im }) => ({ re: re / unit, im: im / unit }));
    expect(distance(inUnits, plain!.eigenvalues)).toBeLessThan(1e-9);
    expect(scaled!.gap! / unit).toBeCloseTo(plain!.gap!, 9);
  });

  it("cats by two-photon dissipation: four stationary operators, where there is no inverse", () => {
    const levels = 46;
    const a = destroy(levels);
    const two = a.mul(a);
    const H = two.sub(two.dag()).scale({ re: 0, im: 0.5 });
    const { kernelDimension, eigenvalues } = liouvillianSpectrum(H, [two], { count: 5, which: "slowest" });
    expect(kernelDimension).toBe(4);
    expect(eigenvalues[4]!.re).toBeLessThan(-0.1);
    expect(() => liouvillianSpectrum(H, [two], { count: 5, which: "nearest" })).toThrow(/not unique/);
  });

  it("a chain of 6 spins: sets of coordinates one by one", () => {
    const { H, cOps } = xxzChain(6);
    const { eigenvalues, gap, kernelDimension } = liouvillianSpectrum(H, cOps, { count: 4 });
    expect(kernelDimension).toBe(1);
    expect(eigenvalues[0]).toEqual({ re: 0, im: 0 });
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThanOrEqual(steadystate(H, cOps).gap! * 1.05);
  });

  it("says when it cannot be complete, or is asked for nonsense", () => {
    const { H, cOps } = xxzChain(6);
    expect(() => liouvillianSpectrum(H, cOps, { count: Number.POSITIVE_INFINITY })).toThrow(/at most 512/);
    expect(() => liouvillianSpectrum(H, cOps, { count: 0 })).toThrow(/count/);
    expect(() => liouvillianSpectrum(H, cOps, { which: "largest" as never })).toThrow(/which/);
    expect(() => liouvillianSpectrum(H, cOps, { sort: 1 } as never)).toThrow(/"sort"/);
  });
});
