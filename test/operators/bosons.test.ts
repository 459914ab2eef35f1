/**
 * A truncated mode: displacements, squeezings and the states they make, against closed forms of the whole mode where the cut is far,
 * and against what holds at any cut (unitarity, parity, commutators).
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  catState,
  coherent,
  commutator,
  destroy,
  displace,
  expect as expectation,
  fock,
  InvalidArgumentError,
  type Ket,
  ket2dm,
  momentum,
  num,
  type Operator,
  overlap,
  parity,
  position,
  qeye,
  squeeze,
  squeezedVacuum,
  UnknownOptionError,
  variance,
} from "../../bindings/index.ts";
import { maxDifference } from "../support/random.ts";

const ANALYTIC = { method: "analytic" } as const;
/** Exponents have a norm below 64, their series fewer than 128 terms, each rounded by a few 2^-53; so are sums over N. */
const ROUNDING = 1e-13;

function complexDistance(a: { re: number; im: number }, b: { re: number; im: number }): number {
  return Math.hypot(a.re - b.re, a.im - b.im);
}

function ketDistance(a: Ket, b: Ket): number {
  return a.add(b.scale(-1)).norm();
}

/** Largest difference of the elements below `count`, in rows and columns. */
function cornerDifference(a: Operator, b: Operator, count: number): number {
  let worst = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) worst = Math.max(worst, complexDistance(a.get(i, j), b.get(i, j)));
  }
  return worst;
}

function photons(psi: Ket): number[] {
  const data = psi.toArray();
  return Array.from({ length: psi.size }, (_, n) => data[2 * n]! ** 2 + data[2 * n + 1]! ** 2);
}

describe("position, momentum, parity", () => {
  it("[x, p] = i below the cut; parity turns both round", () => {
    const [x, p, P] = [position(7), momentum(7), parity(7)];
    const c = commutator(x, p);
    for (let n = 0; n < 6; n++) expect(complexDistance(c.get(n, n), { re: 0, im: 1 })).toBeLessThan(1e-14);
    expect(complexDistance(c.get(6, 6), { re: 0, im: -6 })).toBeLessThan(1e-14);
    expect(maxDifference(P.mul(x).mul(P), x.scale(-1))).toBe(0);
    expect(maxDifference(P.mul(p).mul(P), p.scale(-1))).toBe(0);
    expect(maxDifference(P.mul(P), qeye(7))).toBe(0);
    expect(variance(x, fock(7))).toBeCloseTo(0.5, 14);
    expect(x.isHermitian(0) && p.isHermitian(0)).toBe(true);
  });
});

describe("displace", () => {
  const alpha = { re: 0.8, im: -0.5 };

  it.each([1, 2, 3, 4, 5, 8, 13, 40])(
    "is unitary at any cut, and its adjoint is the opposite one (%i levels)",
    (levels) => {
      const D = displace(levels, alpha);
      expect(maxDifference(D.mul(D.dag()), qeye(levels))).toBeLessThan(ROUNDING);
      expect(maxDifference(D.dag(), displace(levels, { re: -0.8, im: 0.5 }))).toBeLessThan(ROUNDING);
      expect(maxDifference(displace(levels, 0), qeye(levels))).toBeLessThan(ROUNDING);
    },
  );

  it("has the elements √(n!/m!) α^(m-n) exp(-|α|²/2) L_n^(m-n)(|α|²) (Cahill and Glauber, Phys. Rev. 177 (1969) 1857)", () => {
    const D = displace(60, alpha);
    const x = alpha.re ** 2 + alpha.im ** 2;
    for (let n = 0; n < 8; n++) {
      for (let m = n; m < 8; m++) {
        const k = m - n;
        // L_n^(k)(x) by its recurrence in n
        let [before, laguerre] = [0, 1];
        for (let l = 1; l <= n; l++) {
          [before, laguerre] = [laguerre, ((2 * l - 1 + k - x) * laguerre - (l - 1 + k) * before) / l];
        }
        let factor = Math.exp(-x / 2) * laguerre;
        for (let l = n + 1; l <= m; l++) factor *= Math.hypot(alpha.re, alpha.im) / Math.sqrt(l);
        const angle = k * Math.atan2(alpha.im, alpha.re);
        const exact = { re: factor * Math.cos(angle), im: factor * Math.sin(angle) };
        expect(complexDistance(D.get(m, n), exact), `<${m}|D|${n}>`).toBeLessThan(ROUNDING);
      }
    }
  });

  it("displaces: D†aD = a + α, D(α)D(β) = exp((αβ* - α*β)/2) D(α + β)", () => {
    const levels = 80;
    const D = displace(levels, alpha);
    const a = destroy(levels);
    const shifted = a.add(qeye(levels).scale(alpha));
    expect(cornerDifference(D.dag().mul(a).mul(D), shifted, 10)).toBeLessThan(20 * ROUNDING);
    const beta = { re: -0.3, im: 1.1 };
    const angle = alpha.im * beta.re - alpha.re * beta.im;
    const both = displace(levels, { re: 0.5, im: 0.6 }).scale({ re: Math.cos(angle), im: Math.sin(angle) });
    expect(cornerDifference(D.mul(displace(levels, beta)), both, 10)).toBeLessThan(ROUNDING);
  });

  it("is exactly real where α is", () => {
    expect(
      displace(11, -1.7)
        .toArrays()
        .im.flat()
        .every((x) => x === 0),
    ).toBe(true);
    expect(
      squeeze(11, -0.7)
        .toArrays()
        .im.flat()
        .every((x) => x === 0),
    ).toBe(true);
  });
});

describe("coherent", () => {
  it("a|α> = α|α> up to the cut, and the norm lacks what lies beyond", () => {
    const alpha = { re: 1.1, im: 0.7 };
    const psi = coherent(12, alpha, ANALYTIC);
    const rest = destroy(12).apply(psi).add(psi.scale(alpha).scale(-1)).toArray();
    expect(Math.max(...rest.slice(0, 22).map(Math.abs))).toBeLessThan(1e-15);
    const mean = alpha.re ** 2 + alpha.im ** 2;
    let [term, sum] = [Math.exp(-mean), 0];
    photons(psi).forEach((p, n) => {
      if (n > 0) term *= mean / n;
      sum += term;
      expect(p).toBeCloseTo(term, 15);
    });
    expect(psi.norm() ** 2).toBeCloseTo(sum, 14);
    expect(1 - psi.norm()).toBeGreaterThan(1e-7);
  });

  it("both methods agree far from the cut; by the operator the norm is 1 at any", () => {
    for (const alpha of [2, { re: -1, im: 1.5 }, 0]) {
      expect(ketDistance(coherent(70, alpha), coherent(70, alpha, ANALYTIC))).toBeLessThan(ROUNDING);
      expect(coherent(4, alpha).norm()).toBeCloseTo(1, 13);
    }
    expect(
      coherent(9, 1.5)
        .toArray()
        .every((x, k) => k % 2 === 0 || x === 0),
    ).toBe(true);
  });

  it("both methods agree on large amplitudes too", () => {
    // An exponent of norm 2·20·30, and as many terms.
    const alpha = { re: 16, im: -12 };
    expect(ketDistance(coherent(900, alpha), coherent(900, alpha, ANALYTIC))).toBeLessThan(1200 * 8 * 2 ** -53);
    expect(coherent(3, 1e4).norm()).toBeCloseTo(1, 10);
    expect(ketDistance(coherent(3, 1e-25), fock(3).add(basis(3, 1).scale(1e-25)))).toBeLessThan(1e-40);
  });

  it("large amplitudes do not underflow", () => {
    // exp(-|α|²/2) is 0 in doubles from |α| = 38.6 on; logarithms near 2000 are rounded by 2000·2^-53 a term.
    const psi = coherent(2600, 45, ANALYTIC);
    expect(psi.norm()).toBeCloseTo(1, 9);
    expect(photons(psi).reduce((sum, p, n) => sum + n * p, 0)).toBeCloseTo(2025, 5);
  });

  it("is displaced by its amplitude", () => {
    const psi = coherent(60, { re: 0.6, im: -1.2 });
    expect(expectation(position(60), psi)).toBeCloseTo(0.6 * Math.SQRT2, 12);
    expect(expectation(momentum(60), psi)).toBeCloseTo(-1.2 * Math.SQRT2, 12);
    expect(variance(position(60), psi)).toBeCloseTo(0.5, 12);
    const other = overlap(psi, coherent(60, 1));
    const exponent = { re: -(0.36 + 1.44 + 1) / 2 + 0.6, im: 1.2 };
    const size = Math.exp(exponent.re);
    expect(complexDistance(other, { re: size * Math.cos(exponent.im), im: size * Math.sin(exponent.im) })).toBeLessThan(
      ROUNDING,
    );
  });
});

describe("squeeze", () => {
  it.each([1, 2, 3, 4, 7, 30])("is unitary at any cut and couples equal parities only (%i levels)", (levels) => {
    const S = squeeze(levels, { re: 0.3, im: 0.4 });
    expect(maxDifference(S.mul(S.dag()), qeye(levels))).toBeLessThan(ROUNDING);
    S.forEachNonzero((row, column) => {
      expect(Math.abs(row - column) % 2).toBe(0);
    });
  });

  it("squeezes: S†aS = a cosh r - a† exp(iθ) sinh r", () => {
    const [r, theta] = [0.4, 1.1];
    const S = squeeze(140, { re: r * Math.cos(theta), im: r * Math.sin(theta) });
    const a = destroy(140);
    const exact = a
      .scale(Math.cosh(r))
      .sub(a.dag().scale({ re: Math.sinh(r) * Math.cos(theta), im: Math.sinh(r) * Math.sin(theta) }));
    // The exponent has norm up to r·140.
    expect(cornerDifference(S.dag().mul(a).mul(S), exact, 6)).toBeLessThan(1e-12);
  });

  it("the vacuum has variances exp(∓2r)/2 along θ/2 and across; both methods agree", () => {
    const [r, theta, levels] = [0.6, -0.9, 180];
    const z = { re: r * Math.cos(theta), im: r * Math.sin(theta) };
    const psi = squeezedVacuum(levels, z);
    expect(ketDistance(psi, squeezedVacuum(levels, z, ANALYTIC))).toBeLessThan(ROUNDING);
    const [x, p] = [position(levels), momentum(levels)];
    const [c, s] = [Math.cos(theta / 2), Math.sin(theta / 2)];
    expect(variance(x.scale(c).add(p.scale(s)), psi)).toBeCloseTo(Math.exp(-2 * r) / 2, 12);
    expect(variance(p.scale(c).sub(x.scale(s)), psi)).toBeCloseTo(Math.exp(2 * r) / 2, 12);
    expect(expectation(num(levels), psi)).toBeCloseTo(Math.sinh(r) ** 2, 12);
    expect(ketDistance(squeezedVacuum(5, 0, ANALYTIC), fock(5))).toBe(0);
    expect(photons(squeezedVacuum(9, 0.8)).filter((_, n) => n % 2 === 1)).toEqual([0, 0, 0, 0]);
  });
});

describe("cat states", () => {
  it.each([ANALYTIC, {}])("have their parity exactly, norm 1, and their mean number (%o)", (options) => {
    const alpha = { re: 1.2, im: 0.9 };
    const x = alpha.re ** 2 + alpha.im ** 2;
    const even = catState(60, alpha, "even", options);
    const odd = catState(60, alpha, "odd", options);
    expect(photons(even).every((p, n) => n % 2 === 0 || p === 0)).toBe(true);
    expect(photons(odd).every((p, n) => n % 2 === 1 || p === 0)).toBe(true);
    expect(even.norm()).toBeCloseTo(1, 14);
    expect(expectation(num(60), even)).toBeCloseTo(x * Math.tanh(x), 12);
    expect(expectation(num(60), odd)).toBeCloseTo(x / Math.tanh(x), 12);
    expect(overlap(even, odd)).toEqual({ re: 0, im: 0 });
    // Yurke and Stoler's has the numbers of the coherent state, hence its parity.
    const yurkeStoler = catState(60, alpha, "yurkeStoler", options);
    expect(expectation(parity(60), yurkeStoler)).toBeCloseTo(Math.exp(-2 * x), 13);
    expect(ketDistance(yurkeStoler, catState(60, alpha, Math.PI / 2, options))).toBeLessThan(ROUNDING);
    expect(maxDifference(ket2dm(odd), ket2dm(catState(60, alpha, Math.PI, options)))).toBeLessThan(ROUNDING);
  });

  it("the odd one of a vanishing amplitude is |1>", () => {
    expect(ketDistance(catState(8, 1e-9, "odd", ANALYTIC), basis(8, 1))).toBeLessThan(1e-15);
  });
});

describe("errors", () => {
  it.each([
    [() => displace(0, 1), InvalidArgumentError, /displace: levels: expected a positive integer, got 0/],
    [() => displace(4, Number.NaN), InvalidArgumentError, /displace: alpha: expected a finite number/],
    [() => displace(4, "1" as never), InvalidArgumentError, /displace: alpha: expected a number or \{ re, im \}/],
    [
      () => displace(4, 1e6),
      InvalidArgumentError,
      /displace: alpha: expected a modulus that 4 levels can hold, at most/,
    ],
    [() => squeeze(4, { re: 0, im: Number.POSITIVE_INFINITY }), InvalidArgumentError, /squeeze: z: expected a finite/],
    [() => squeeze(2.5, 1), InvalidArgumentError, /squeeze: levels/],
    [() => coherent(4, 1, { method: "exact" } as never), InvalidArgumentError, /"operator" or "analytic", got "exact"/],
    [() => coherent(4, 1, { methods: "operator" } as never), UnknownOptionError, /"methods"; valid options are method/],
    [() => coherent(4, 1, "analytic" as never), InvalidArgumentError, /coherent: expected an object with method/],
    [() => squeezedVacuum(4, null as never), InvalidArgumentError, /squeezedVacuum: z/],
    [() => catState(4, 1, "green" as never), InvalidArgumentError, /"even", "odd", "yurkeStoler" or a finite angle/],
    [() => catState(4, 0, "odd"), InvalidArgumentError, /catState: alpha.*is not zero/],
    [() => catState(4, 1, "even", { method: 1 } as never), InvalidArgumentError, /catState: method/],
    [() => position(-1), InvalidArgumentError, /position: levels/],
    [() => momentum(0), InvalidArgumentError, /momentum: levels/],
    [() => parity(0), InvalidArgumentError, /parity: levels/],
  ] as [() => unknown, new (...args: never[]) => Error, RegExp][])("%s", (body, type, message) => {
    expect(body).toThrow(type);
    expect(body).toThrow(message);
  });
});
