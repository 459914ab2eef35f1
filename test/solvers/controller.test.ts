/**
 * The kernel's choice of steps against a second implementation, written from the books in plain JavaScript: a run of tsit5 takes, rejects and
 * evaluates exactly as often as that one does.
 */
import { describe, expect, it } from "vitest";
import {
  destroy,
  fock,
  ket2dm,
  mesolve,
  type Operator,
  projection,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

/** Tsitouras, Comput. Math. Appl. 62 (2011) 770; the last row holds the weights of the step. */
const A = [
  [0.161],
  [-0.008480655492356989, 0.335480655492357],
  [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
  [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
  [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
  [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
];
const ERROR = [
  -0.001780011052225777, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629, 0.5823571654525552,
  -0.45808210592918697, 0.015151515151515152,
];
const ORDER = 5;

interface Problem {
  readonly H: Operator;
  readonly jumps: readonly Operator[];
  readonly rho: Operator;
  readonly end: number;
}

/** The generator as a plain matrix of the entries of rho, real and imaginary parts in turn. */
function matrixOf({ H, jumps, rho }: Problem): Float64Array[] {
  const d = rho.size;
  const product = (a: Float64Array, b: Float64Array): Float64Array => {
    const c = new Float64Array(2 * d * d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) {
          const [p, q] = [2 * (i * d + k), 2 * (k * d + j)];
          c[2 * (i * d + j)]! += a[p]! * b[q]! - a[p + 1]! * b[q + 1]!;
          c[2 * (i * d + j) + 1]! += a[p]! * b[q + 1]! + a[p + 1]! * b[q]!;
        }
      }
    }
    return c;
  };
  const h = H.toDense();
  const channels = jumps.map((L) => [L.toDense(), L.dag().toDense(), L.dag().mul(L).toDense()] as const);
  return Array.from({ length: 2 * d * d }, (_, n) => {
    const x = new Float64Array(2 * d * d);
    x[n] = 1;
    const [hx, xh] = [product(h, x), product(x, h)];
    // -i [H, x]
    const out = x.map((_, k) => (k % 2 === 0 ? hx[k + 1]! - xh[k + 1]! : xh[k - 1]! - hx[k - 1]!));
    for (const [L, Ld, LdL] of channels) {
      const [gain, left, right] = [product(product(L, x), Ld), product(LdL, x), product(x, LdL)];
      for (let k = 0; k < out.length; k++) out[k]! += gain[k]! - (left[k]! + right[k]!) / 2;
    }
    return out;
  });
}

const normOf = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

/** y + h sum a_j k_j */
const combined = (y: Float64Array, h: number, a: readonly number[], k: readonly Float64Array[]) =>
  y.map((value, n) => value + h * a.reduce((sum, weight, j) => sum + weight * k[j]![n]!, 0));

/** Steps by the books: Hairer and Wanner, Solving ODEs II, section IV.2, with the constants of OrdinaryDiffEq.jl; the first by Solving ODEs I, section II.4. */
function byTheBooks(problem: Problem, rtol: number, atol: number) {
  const columns = matrixOf(problem);
  let evaluations = 0;
  const f = (x: Float64Array) => {
    evaluations++;
    const out = new Float64Array(x.length);
    for (const [n, column] of columns.entries()) for (let k = 0; k < out.length; k++) out[k]! += x[n]! * column[k]!;
    return out;
  };
  let y = problem.rho.toDense();
  let slope = f(y);
  const scale = atol + rtol * normOf(y);
  const [d0, d1] = [normOf(y) / scale, normOf(slope) / scale];
  const h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
  const euler = f(combined(y, h0, [1], [slope]));
  const d2 = normOf(combined(euler, -1, [1], [slope])) / scale / h0;
  const largest = Math.max(d1, d2);
  const h1 = largest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / largest) ** (1 / (ORDER + 1));
  let h = Math.min(100 * h0, h1);
  let [t, previous, steps, rejected] = [0, 1, 0, 0];
  while (t < problem.end) {
    const remaining = problem.end - t;
    const isLast = remaining <= h * 1.0001;
    const step = isLast ? remaining : h;
    const k = [slope];
    for (const row of A) k.push(f(combined(y, step, row, k)));
    const next = combined(y, step, A[5]!, k);
    const zero = new Float64Array(y.length);
    const error = normOf(combined(zero, step, ERROR, k)) / (atol + rtol * Math.max(normOf(y), normOf(next)));
    if (error > 1) {
      rejected++;
      h = step / Math.min(5, error ** (0.7 / ORDER) / 0.9);
      continue;
    }
    steps++;
    h = step / Math.max(1 / 10, Math.min(5, error ** (0.7 / ORDER) / previous ** (0.4 / ORDER) / 0.9));
    previous = Math.max(error, 1e-4);
    [t, y, slope] = [isLast ? problem.end : t + step, next, k[6]!];
  }
  return { steps, rejected, rhsEvaluations: evaluations };
}

/** 0 – 1 – 2, coupled as given. */
const ladder = (first: number, second: number) => {
  const H = projection(3, 0, 1)
    .scale(first)
    .add(projection(3, 1, 2).scale(second));
  return H.add(H.dag());
};

const random = generator(41);
const dims = [3];
const problems: Record<string, Problem> = {
  "a random qutrit": {
    H: randomHermitian(random, dims),
    jumps: [randomOperator(random, dims)],
    rho: randomState(random, dims),
    end: 8,
  },
  "fast decay, then nothing": { H: sigmaz(), jumps: [sigmam().scale(4)], rho: ket2dm(fock(2, 0)), end: 30 },
  "an oscillation that goes on": {
    H: sigmax().scale(3),
    jumps: [sigmaz().scale(0.05)],
    rho: ket2dm(fock(2, 0)),
    end: 20,
  },
  "a slow start": { H: sigmax().scale(1e-7), jumps: [sigmam().scale(1e-4)], rho: ket2dm(fock(2, 0)), end: 50 },
  "a cavity": { H: destroy(5).add(destroy(5).dag()), jumps: [destroy(5)], rho: ket2dm(fock(5, 2)), end: 6 },
  "a fast pair behind a weak link, which the first step does not see": {
    H: ladder(0.05, 80),
    jumps: [destroy(3).scale(0.3)],
    rho: ket2dm(fock(3, 0)),
    end: 4,
  },
  "at rest": { H: sigmaz(), jumps: [sigmam()], rho: ket2dm(fock(2, 1)), end: 3 },
};

describe.each(Object.entries(problems))("%s", (_, problem) => {
  it.each([1e-3, 1e-5, 1e-7, 1e-9])("steps as by the books at rtol = %d", (rtol) => {
    const { stats } = mesolve(problem.H, problem.rho, [0, problem.end], {
      cOps: problem.jumps,
      method: "tsit5",
      rtol,
      atol: rtol / 100,
    });
    const { steps, rejected, rhsEvaluations } = stats;
    expect({ steps, rejected, rhsEvaluations }).toEqual(byTheBooks(problem, rtol, rtol / 100));
  });
});

it("begins with the shortest step where the state is far below the tolerance", () => {
  const problem = { H: sigmax().scale(100), jumps: [sigmam()], rho: ket2dm(fock(2, 0)), end: 1 };
  const [rtol, atol] = [1e-3, 2e5];
  const { stats } = mesolve(problem.H, problem.rho, [0, 1], { cOps: problem.jumps, method: "tsit5", rtol, atol });
  expect(stats.steps).toBe(byTheBooks(problem, rtol, atol).steps);
});

it("some of these steps are rejected", () => {
  const rejected = Object.values(problems).map((problem) => byTheBooks(problem, 1e-7, 1e-9).rejected);
  expect(Math.max(...rejected)).toBeGreaterThanOrEqual(2);
});
