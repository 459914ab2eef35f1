/**
 * Wigner and Husimi functions of an oscillator: closed forms, marginals and integrals, the sum over matrix elements, QuTiP's numbers, bad input.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  catState,
  coherent,
  expect as expectation,
  fock,
  type GridValues,
  InvalidArgumentError,
  init,
  Ket,
  NonFiniteError,
  NotHermitianError,
  Operator,
  parity,
  qeye,
  qfunc,
  squeezedVacuum,
  TooLargeError,
  tensor,
  thermalDm,
  UnknownOptionError,
  wigner,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomState } from "../support/random.ts";
import { casesOfQutip } from "./qutip.ts";

beforeAll(() => init());

/** Sums of at most a few hundred squares of orthonormal functions, each rounded a few times, of at most 1/π. */
const ROUNDING = 1e-13;

const x = Float64Array.of(-3.1, -0.4, 0, 0.7, 2.2, 5.3, 9);
const y = Float64Array.of(-6, -1.3, 0, 0.2, 3.4);

function compare(map: GridValues, exact: (x: number, y: number) => number, tolerance = ROUNDING) {
  expect(map.values).toHaveLength(map.x.length * map.y.length);
  map.y.forEach((b, k) => {
    map.x.forEach((a, i) => {
      expect(Math.abs(map.values[k * map.x.length + i]! - exact(a, b)), `at (${a}, ${b})`).toBeLessThan(tolerance);
    });
  });
}

function laguerre(n: number, order: number, x: number): number {
  let [before, value] = [0, 1];
  for (let k = 0; k < n; k++)
    [before, value] = [value, ((2 * k + 1 + order - x) * value - (k + order) * before) / (k + 1)];
  return value;
}

const gauss = (a: number, b: number) => Math.exp(-a * a - b * b) / Math.PI;

/** The definition by matrix elements of the displaced parity (Cahill and Glauber, Phys. Rev. 177 (1969) 1882), for few levels. */
function bySum(rho: Operator, a: number, b: number): number {
  const r2 = a * a + b * b;
  let sum = 0;
  rho.forEachNonzero((m, n, re, im) => {
    const [low, q] = [Math.min(m, n), Math.abs(m - n)];
    let ratio = 1;
    for (let k = low + 1; k <= low + q; k++) ratio *= Math.sqrt(2 / k);
    // rho_mn of m < n comes with (x + iy)^(n - m), of m > n with its conjugate
    const angle = (n - m) * Math.atan2(b, a);
    const phase = re * Math.cos(angle) - im * Math.sin(angle);
    sum += phase * (-1) ** low * ratio * Math.sqrt(r2) ** q * laguerre(low, q, 2 * r2);
  });
  return sum * gauss(a, b);
}

function hermite(count: number, at: number): number[] {
  const values = [Math.PI ** -0.25 * Math.exp(-at * at * 0.5)];
  for (let k = 0; k + 1 < count; k++) {
    values.push(Math.sqrt(2 / (k + 1)) * at * values[k]! - Math.sqrt(k / (k + 1)) * (values[k - 1] ?? 0));
  }
  return values;
}

const grid = (end: number, step: number) =>
  Float64Array.from({ length: 2 * Math.round(end / step) + 1 }, (_, k) => step * k - end);

const total = ({ values }: GridValues, step: number) => values.reduce((sum, value) => sum + value, 0) * step * step;

describe("the Wigner function in closed form", () => {
  it("of the vacuum and of number states", () => {
    for (const n of [0, 1, 2, 7, 30]) {
      compare(
        wigner(fock(40, n), x, y),
        (a, b) => (-1) ** n * gauss(a, b) * laguerre(n, 0, 2 * (a * a + b * b)),
        1e-12,
      );
    }
  });

  it("of a coherent state, the imaginary part of alpha along y", () => {
    const state = coherent(60, { re: 1.2, im: -0.7 }, { method: "analytic" });
    compare(wigner(state, x, y), (a, b) => gauss(a - 1.2 * Math.SQRT2, b + 0.7 * Math.SQRT2));
  });

  it("of the squeezed vacuum", () => {
    // ⟨x²⟩ = exp(-2r)/2
    compare(wigner(squeezedVacuum(100, 0.5), x, y), (a, b) => gauss(a * Math.exp(0.5), b * Math.exp(-0.5)));
  });

  it("of a thermal state", () => {
    const width = Math.sqrt(2 * 0.8 + 1);
    compare(wigner(thermalDm(80, 0.8), x, y), (a, b) => gauss(a / width, b / width) / width ** 2);
  });

  it("of a cat: two Gaussians and fringes", () => {
    const shift = 1.9 * Math.SQRT2;
    const norm = 2 * (1 + Math.exp(-2 * 1.9 ** 2));
    compare(
      wigner(catState(70, 1.9, "even", { method: "analytic" }), x, y),
      (a, b) => (gauss(a - shift, b) + gauss(a + shift, b) + 2 * gauss(a, b) * Math.cos(2 * shift * b)) / norm,
    );
  });

  it("in other units: W dx dy stays what it is", () => {
    const g = 2;
    const state = coherent(60, { re: 1.2, im: -0.7 }, { method: "analytic" });
    compare(wigner(state, x, y, { g }), (a, b) => 2 * gauss((a - 1.2) * Math.SQRT2, (b + 0.7) * Math.SQRT2));
  });
});

describe("the Husimi function in closed form", () => {
  it("of a coherent state and of number states", () => {
    const state = coherent(60, { re: 1.2, im: -0.7 }, { method: "analytic" });
    const overlap = (a: number, b: number) => Math.exp(-((a / Math.SQRT2 - 1.2) ** 2) - (b / Math.SQRT2 + 0.7) ** 2);
    compare(qfunc(state, x, y), (a, b) => overlap(a, b) / (2 * Math.PI));
    const poisson = (mean: number) => (Math.exp(-mean) * mean ** 5) / 120;
    compare(qfunc(fock(9, 5), x, y), (a, b) => poisson((a * a + b * b) / 2) / (2 * Math.PI));
    compare(qfunc(fock(9, 5), x, y, { g: 2 }), (a, b) => poisson(a * a + b * b) / Math.PI);
  });
});

describe("of random Hermitian operators", () => {
  const random = generator(81);
  const operators = [1, 2, 3, 4, 5, 6, 9, 10].map((n) => randomHermitian(random, [n]));

  it("the Wigner function is the sum over matrix elements", () => {
    for (const rho of operators) compare(wigner(rho, x, y), (a, b) => bySum(rho, a, b), 1e-12);
  });

  it("of a ket is that of its projector", () => {
    const psi = new Ket(3, [0.3, 0.1, -0.5, 0.2, 0.4, 0.6]);
    const projector = Operator.dense(
      [3],
      [0, 1, 2].flatMap((m) =>
        [0, 1, 2].flatMap((n) => {
          const a = psi.toArray();
          const [p, q, r, s] = [a[2 * m]!, a[2 * m + 1]!, a[2 * n]!, a[2 * n + 1]!];
          return [p * r + q * s, q * r - p * s];
        }),
      ),
    );
    for (const map of [wigner, qfunc]) {
      const exact = map(projector, x, y).values;
      map(psi, x, y).values.forEach((value, k) => {
        expect(Math.abs(value - exact[k]!)).toBeLessThan(ROUNDING);
      });
    }
  });

  it("both integrate to the trace, and the product of two Wigner functions to Tr[AB]/(2π)", () => {
    const step = 0.2;
    const axis = grid(14, step);
    for (const rho of operators) {
      const trace = rho.tr().re;
      expect(Math.abs(total(wigner(rho, axis, axis), step) - trace)).toBeLessThan(1e-11);
      expect(Math.abs(total(qfunc(rho, axis, axis), step) - trace)).toBeLessThan(1e-11);
      const { values } = wigner(rho, axis, axis);
      const square = values.reduce((sum, value) => sum + value * value, 0) * step * step;
      expect(Math.abs(2 * Math.PI * square - rho.mul(rho).tr().re)).toBeLessThan(1e-10);
    }
  });

  it("marginals are the distributions of x and of y", () => {
    const step = 0.1;
    const axis = grid(12, step);
    for (const rho of operators) {
      const density = (at: number, turn: number) => {
        const psi = hermite(rho.size, at);
        let sum = 0;
        // number states have (-i)^n times the same function of y
        rho.forEachNonzero((m, n, re, im) => {
          const angle = turn * (n - m) * (Math.PI / 2);
          sum += (re * Math.cos(angle) - im * Math.sin(angle)) * psi[m]! * psi[n]!;
        });
        return sum;
      };
      const alongX = wigner(rho, [0.3, -1.7], axis);
      const alongY = wigner(rho, axis, [0.3, -1.7]);
      [0.3, -1.7].forEach((at, i) => {
        const overY = alongX.values.reduce((sum, value, k) => sum + (k % 2 === i ? value : 0), 0) * step;
        const overX = alongY.values.slice(i * axis.length, (i + 1) * axis.length).reduce((a, b) => a + b, 0) * step;
        expect(Math.abs(overY - density(at, 0))).toBeLessThan(1e-12);
        expect(Math.abs(overX - density(at, 1))).toBeLessThan(1e-12);
      });
    }
  });

  it("W(0, 0) is the mean parity, and Q of a state is not negative", () => {
    for (const n of [2, 5, 33]) {
      const rho = randomState(random, [n]);
      for (const g of [1, Math.SQRT2, 2]) {
        const W = wigner(rho, [0], [0], { g }).values[0]!;
        expect(Math.abs(W - (g ** 2 / (2 * Math.PI)) * (expectation(parity(n), rho) as number))).toBeLessThan(ROUNDING);
      }
      expect(Math.min(...qfunc(rho, grid(9, 0.5), grid(9, 0.5)).values)).toBeGreaterThan(-1e-16);
    }
  });
});

describe("many levels, far out", () => {
  it("W of |399> integrates to 1, though exp(-x² - y²) is no double where it ends", () => {
    const step = 0.08;
    const axis = grid(32, step);
    expect(Math.abs(total(wigner(fock(400, 399), axis, axis), step) - 1)).toBeLessThan(1e-11);
  });

  it("is zero beyond all states, and never overflows", () => {
    const far = [40, 300, 1e6, 1e155, Number.MAX_VALUE];
    for (const map of [wigner, qfunc]) {
      expect(Array.from(map(fock(200, 199), far, [0, -1e200]).values).every((value) => Math.abs(value) < 1e-40)).toBe(
        true,
      );
    }
  });

  it("W(0, 0) of all number states", () => {
    const n = 200;
    for (const k of [0, 1, 100, 199]) {
      expect(Math.abs(wigner(fock(n, k), [0], [0]).values[0]! - (-1) ** k / Math.PI)).toBeLessThan(ROUNDING);
    }
  });
});

it.each(casesOfQutip())("numbers of QuTiP 5.3.1, $levels levels, g = $g", ({ levels, rho, x, y, g, values }) => {
  const state = Operator.dense(levels, rho);
  for (const [map, expected] of [
    [wigner, values.wigner],
    [qfunc, values.qfunc],
  ] as const) {
    map(state, x, y, { g }).values.forEach((value, k) => {
      expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-15);
    });
  }
});

describe("bad input", () => {
  const one = fock(3, 1);

  it.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    ["no state", () => wigner(3 as never, x, y), InvalidArgumentError, /wigner: state.*an Operator or a Ket/],
    ["two parts", () => wigner(tensor(qeye(2), qeye(2)), x, y), InvalidArgumentError, /dims \[2,2\]/],
    ["a ket of two parts", () => wigner(fock(2).kron(fock(2)), x, y), InvalidArgumentError, /dims \[2,2\]/],
    [
      "not Hermitian",
      () => qfunc(Operator.dense([2], [0, 0, 1, 0, 0, 0, 0, 0]), x, y),
      NotHermitianError,
      /qfunc: state/,
    ],
    ["no points", () => wigner(one, [], y), InvalidArgumentError, /wigner: x.*at least one/],
    ["no list", () => wigner(one, x, 3 as never), InvalidArgumentError, /wigner: y/],
    ["NaN", () => wigner(one, x, [0, Number.NaN]), NonFiniteError, /wigner: y: number 1 is NaN/],
    ["an option", () => wigner(one, x, y, { method: "fft" } as never), UnknownOptionError, /method.*g/],
    ["units", () => qfunc(one, x, y, { g: 0 }), InvalidArgumentError, /options.g.*positive/],
    [
      "too many points",
      () => wigner(one, new Float64Array(30_000), new Float64Array(30_000)),
      TooLargeError,
      /wigner of 3 levels on 30000 x 30000 points/,
    ],
  ])("%s", (_what, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});
