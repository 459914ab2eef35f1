/**
 * The kernel's choice of steps against a second implementation, written from the books in plain JavaScript: a run takes, rejects and evaluates
 * exactly as often as that one does.
 */
import { describe, expect, it } from "vitest";
import {
  STATISTIC_REJECTED,
  STATISTIC_SPECTRAL_RADIUS,
  STATISTIC_STEPS,
  STATISTIC_STIFFNESS,
  STATISTIC_TIME,
  STATUS_DONE,
  STATUS_METHOD_FAILED,
  STATUS_NON_FINITE,
  STATUS_STEP_LIMIT,
} from "../../assembly/constants.ts";
import {
  type Coefficient,
  destroy,
  fock,
  ket2dm,
  mesolve,
  type Operator,
  projection,
  pulse,
  StepSizeError,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { byTheBooks, dop853, type Equation, kencarp4, type Settings, stabilityLimit, tsit5 } from "../support/books.ts";
import { putEvolution, putVectors, represent } from "../support/forms.ts";
import { generator, randomHermitian, randomOperator, randomState } from "../support/random.ts";

interface Problem {
  readonly H: Operator;
  readonly jumps: readonly Operator[];
  readonly rho: Operator;
  readonly end: number;
  readonly drive?: Drive;
}

/** A coefficient of an operator, jumps in it, and what it is at time t if that lies in the stretch around a time between two of them. */
interface Drive {
  readonly op: Operator;
  readonly coefficient: Coefficient;
  readonly edges: readonly number[];
  readonly value: (t: number, inside: number) => number;
  /** The longest step that does not miss what it does. */
  readonly longest?: number;
}

/** A generator as a plain matrix of the entries of rho, real and imaginary parts in turn. */
function matrixOf(H: Operator, jumps: readonly Operator[]): Float64Array[] {
  const d = H.size;
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

/** The equation of a problem, whose drive is `value` between two of its edges. */
function equationOf(problem: Problem): Equation {
  const { H, jumps, rho, end, drive } = problem;
  const constant = matrixOf(H, jumps);
  const start = rho.toDense();
  if (drive === undefined) return { start, generator: () => constant, stops: [end] };
  const driven = matrixOf(drive.op, []);
  const stops = [...drive.edges, end];
  return {
    start,
    stops,
    generator(t, stretch) {
      const value = drive.value(t, ((stops[stretch - 1] ?? 0) + stops[stretch]!) / 2);
      return constant.map((column, n) => column.map((x, k) => x + value * driven[n]![k]!));
    },
  };
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

const driven: Record<string, Problem> = {
  "a pulse, and the time after it": {
    H: sigmaz().scale(0.5),
    jumps: [sigmam().scale(0.3)],
    rho: ket2dm(fock(2, 1)),
    end: 9,
    drive: {
      op: sigmax(),
      coefficient: pulse.square({ from: 2, to: 4.5 }),
      edges: [2, 4.5],
      value: (_, inside) => (inside > 2 && inside < 4.5 ? 1 : 0),
    },
  },
  "a ramp": {
    H: sigmaz(),
    jumps: [sigmam().scale(0.5)],
    rho: ket2dm(fock(2, 0)),
    end: 6,
    drive: {
      op: sigmax().scale(3),
      coefficient: pulse.ramp({ from: 1, to: 3 }),
      edges: [1, 3],
      value: (t) => Math.min(Math.max((t - 1) / 2, 0), 1),
    },
  },
  "a slow drive": {
    H: sigmaz().scale(2),
    jumps: [sigmam()],
    rho: ket2dm(fock(2, 0)),
    end: 7,
    // Steps are never longer than half of its period, 40.
    drive: {
      op: sigmax(),
      coefficient: pulse.cosine({ omega: Math.PI / 40 }),
      edges: [],
      value: (t) => Math.cos((Math.PI / 40) * t),
    },
  },
  "a drive so fast and weak that it would be stepped over": {
    H: sigmaz().scale(0.1),
    jumps: [sigmam().scale(0.1)],
    rho: ket2dm(fock(2, 1)),
    end: 5,
    drive: {
      op: sigmax().scale(1e-3),
      coefficient: pulse.cosine({ omega: 9 }),
      edges: [],
      value: (t) => Math.cos(9 * t),
      longest: Math.PI / 9,
    },
  },
};

const tableaux = { tsit5, dop853, kencarp4 };
const methods = ["tsit5", "dop853", "kencarp4"] as const;

/** A run of ours and one by the books, with what is asked of both. */
function both(problem: Problem, method: (typeof methods)[number], options: Omit<Settings, "tableau">) {
  const { H, jumps, rho, end, drive } = problem;
  const { times = [], ...rest } = options;
  const { stats } = mesolve(drive ? [H, [drive.op, drive.coefficient]] : H, rho, [0, ...times, end], {
    cOps: jumps,
    method,
    ...rest,
  });
  return {
    ours: stats,
    books: byTheBooks(equationOf(problem), { tableau: tableaux[method], maxStep: drive?.longest, ...options }),
  };
}

describe.each(methods)("%s", (method) => {
  describe.each(Object.entries({ ...problems, ...driven }))("%s", (_, problem) => {
    it.each([1e-3, 1e-5, 1e-7, 1e-9])("steps as by the books at rtol = %d", (rtol) => {
      const { ours, books } = both(problem, method, { rtol, atol: rtol / 100 });
      expect([ours.steps, ours.rejected]).toEqual([books.steps, books.rejected]);
      // Of an implicit method it also counts what equations are solved by.
      if (method !== "kencarp4") expect(ours.rhsEvaluations).toBe(books.rhsEvaluations);
      // Its last stages lie at different times: they tell no rate, and no rate limits its steps.
      else expect([ours.spectralRadius, ours.stiffness]).toEqual([0, 0]);
    });
  });
});

describe.each(["tsit5", "dop853"] as const)("%s", (method) => {
  // Problems that go on: at rest the estimates are of rounding.
  const names = ["a random qutrit", "an oscillation that goes on", "a cavity", "a ramp", "a slow drive"];
  const going = Object.entries({ ...problems, ...driven }).filter(([name]) => names.includes(name));

  it.each(going)("estimates the largest rate, and how near stability is: %s", (_, problem) => {
    for (const rtol of [1e-3, 1e-6]) {
      const { ours, books } = both(problem, method, { rtol, atol: rtol / 100 });
      // A quotient of small differences, at times that follow from estimates of errors: both lose digits.
      expect(ours.spectralRadius / books.spectralRadius).toBeCloseTo(1, 3);
      // Given to four decimals.
      const limit = (ours.spectralRadius * problem.end) / ours.steps / ours.stiffness;
      expect(Math.abs(limit - stabilityLimit(tableaux[method]))).toBeLessThan(0.00005 + 1e-9);
    }
  });

  it.each(going)("takes no longer steps than it may: %s", (_, problem) => {
    // Of the whole a seventh, and a little less than that.
    for (const maxStep of [problem.end / 7, problem.end / 7.0003, 0.02]) {
      const { ours, books } = both(problem, method, { rtol: 1e-3, atol: 1e-5, maxStep });
      expect([ours.steps, ours.rejected, ours.rhsEvaluations]).toEqual([
        books.steps,
        books.rejected,
        books.rhsEvaluations,
      ]);
    }
  });

  it.each(going)("takes the same steps whatever the output times: %s", (_, problem) => {
    const times = [0.1, 0.3, 0.301, 0.5, 0.77].map((share) => share * problem.end);
    const { ours, books } = both(problem, method, { rtol: 1e-5, atol: 1e-7, times });
    expect([ours.steps, ours.rejected, ours.rhsEvaluations]).toEqual([
      books.steps,
      books.rejected,
      books.rhsEvaluations,
    ]);
  });
});

/** The same by the kernel alone, of a constant generator, with what no option of a solver says. */
function inKernel(
  { H, jumps, rho, end }: Problem,
  method: (typeof methods)[number],
  options: Omit<Settings, "tableau">,
  begin = 0,
) {
  return getKernel().frame((kernel) => {
    const vectors = putVectors(kernel, represent("coordinates", H, jumps, rho));
    const run = putEvolution(kernel, vectors, method, vectors.vector(rho), [begin, begin + end], options);
    const status = kernel.functions.evolutionAdvance(run, 1e6);
    const statistics = kernel.statistics(run);
    return {
      status,
      steps: statistics[STATISTIC_STEPS]!,
      rejected: statistics[STATISTIC_REJECTED]!,
      time: statistics[STATISTIC_TIME]!,
      spectralRadius: statistics[STATISTIC_SPECTRAL_RADIUS]!,
      stiffness: statistics[STATISTIC_STIFFNESS]!,
    };
  });
}
const inBooks = (problem: Problem, method: (typeof methods)[number], options: Omit<Settings, "tableau">) =>
  byTheBooks(equationOf(problem), { tableau: tableaux[method], ...options });

describe.each(methods)("%s where the tolerance is that of the run", (method) => {
  it.each(Object.entries(problems))("gives every step a part of it: %s", (_, problem) => {
    for (const [rtol, stepShare] of [
      [1e-3, 0.02],
      [1e-6, 0.02],
      [1e-8, 0.1],
    ] as const) {
      const options = { rtol, atol: rtol / 100, stepShare };
      const { steps, rejected } = inBooks(problem, method, options);
      expect(inKernel(problem, method, options)).toMatchObject({ status: STATUS_DONE, steps, rejected });
    }
  });
});

it.each(methods)("%s takes the same steps whatever the size of the state, down to rounding", (method) => {
  const problem = { ...problems["a random qutrit"]!, end: 1 };
  // Powers of two scale all numbers without rounding.
  for (const stepShare of [0, 0.02]) {
    const run = (size: number) =>
      inKernel({ ...problem, rho: problem.rho.scale(size) }, method, { rtol: 1e-14, atol: 1e-16 * size, stepShare });
    for (const size of [2 ** -20, 2 ** 20]) expect(run(size)).toEqual(run(1));
  }
});

describe.each(["tsit5", "dop853"] as const)("%s", (method) => {
  const stiff = { H: sigmax(), jumps: [sigmam().scale(10)], rho: ket2dm(fock(2, 0)), end: 100 };

  it("ends after as many steps as it may take, and looks at the generator before", () => {
    for (const maxSteps of [5, 21, 40]) {
      const options = { rtol: 1e-6, atol: 1e-8, maxSteps };
      const { steps, rejected, time, spectralRadius } = inBooks(stiff, method, options);
      const ours = inKernel(stiff, method, options);
      expect(ours).toMatchObject({ status: STATUS_STEP_LIMIT, steps, rejected });
      expect(ours.time / time).toBeCloseTo(1, 3);
      expect(ours.spectralRadius / spectralRadius).toBeCloseTo(1, 3);
    }
  });

  it("gives way where stability holds its steps, unless it is soon done", () => {
    let yielded = 0;
    // At their limit of stability steps are 0.035 and 0.064 long: two hundred of them are 7 and 13.
    for (const end of [5, 10, 14, 14.5, 20, 25, 26, 30, 100]) {
      const options = { rtol: 1e-4, atol: 1e-6, yields: true };
      const books = inBooks({ ...stiff, end }, method, options);
      const { status, steps, rejected } = inKernel({ ...stiff, end }, method, options);
      expect([end, steps, rejected]).toEqual([end, books.steps, books.rejected]);
      expect(status).toBe(books.yielded ? STATUS_METHOD_FAILED : STATUS_DONE);
      if (books.yielded) yielded++;
    }
    expect(yielded).toBeGreaterThanOrEqual(2);
    expect(yielded).toBeLessThanOrEqual(7);
    const accurate = { ...stiff, jumps: [sigmam()], end: 400 };
    const options = { rtol: 1e-10, atol: 1e-12, yields: true };
    expect(inBooks(accurate, method, options).steps).toBeGreaterThan(200);
    expect(inKernel(accurate, method, options).status).toBe(STATUS_DONE);
  });

  it("goes the same way whenever it begins", () => {
    const qutrit = problems["a random qutrit"]!;
    const shared = { rtol: 1e-6, atol: 1e-8, stepShare: 0.02 };
    const yielding = { rtol: 1e-4, atol: 1e-6, yields: true };
    for (const begin of [-qutrit.end / 2, 64]) {
      const { steps, rejected } = inBooks(qutrit, method, shared);
      expect(inKernel(qutrit, method, shared, begin)).toMatchObject({ steps, rejected });
      for (const end of [20, 100]) {
        const books = inBooks({ ...stiff, end }, method, yielding);
        const ours = inKernel({ ...stiff, end }, method, yielding, begin);
        expect(ours.status).toBe(books.yielded ? STATUS_METHOD_FAILED : STATUS_DONE);
        // Where stability holds them, rounding of times moves steps a little.
        expect(ours.stiffness / books.stiffness).toBeCloseTo(1, 2);
      }
    }
  });

  it("takes shorter steps where its interpolant would err", () => {
    const times = Array.from({ length: 400 }, (_, i) => (i + 0.37) / 401);
    // At tighter tolerances rounding, which grows where stability ends, decides on some steps.
    for (const rtol of [1e-4, 1e-7, 1e-8]) {
      const options = { rtol, atol: rtol / 100 };
      const { ours, books } = both({ ...stiff, end: 1 }, method, { ...options, times });
      expect([ours.steps, ours.rejected, ours.rhsEvaluations]).toEqual([
        books.steps,
        books.rejected,
        books.rhsEvaluations,
      ]);
      // That of tsit5 has no stages of its own: its error is not known.
      const plain = both({ ...stiff, end: 1 }, method, options).books;
      if (method === "tsit5") expect(books.rejected).toBe(plain.rejected);
      else expect(books.rejected).toBeGreaterThan(plain.rejected);
    }
  });

  it("ends before its first step where the generator overflows", () => {
    const { status, steps, rejected } = inKernel({ ...stiff, H: sigmax().scale(1.5e308) }, method, {
      rtol: 1e-6,
      atol: 1e-8,
    });
    expect({ status, steps, rejected }).toEqual({ status: STATUS_NON_FINITE, steps: 0, rejected: 0 });
  });

  it("ends where the norm of the state overflows, which no error is measured against", () => {
    // The square of the norm, 0.81e308 (x² + (2 - x)²) with x = exp(-t), is no double from t = 0.4014 on.
    const high = ket2dm(fock(2, 0))
      .add(ket2dm(fock(2, 1)))
      .scale(0.9e154);
    const decay = { H: sigmaz(), jumps: [sigmam()], rho: high, end: 20 };
    const { status, time } = inKernel(decay, method, { rtol: 1e-6, atol: 1e-8, maxSteps: 200 });
    expect(status).toBe(STATUS_NON_FINITE);
    expect(time).toBeLessThan(0.4015);
  });

  it("says so where the clock cannot advance by a step", () => {
    // Times are multiples of 16 there.
    const start = 2 ** 57;
    const run = () => mesolve(sigmax(), fock(2, 0), [start, start + 1600], { method });
    expect(run).toThrow(StepSizeError);
  });
});

it("begins with the shortest step where the state is far below the tolerance", () => {
  const problem = { H: sigmax().scale(100), jumps: [sigmam()], rho: ket2dm(fock(2, 0)), end: 1 };
  const [rtol, atol] = [1e-3, 2e5];
  const { ours, books } = both(problem, "tsit5", { rtol, atol });
  expect(ours.steps).toBe(books.steps);
});

it("some of these steps are rejected", () => {
  const rejected = Object.values(problems).map(
    (problem) => both(problem, "tsit5", { rtol: 1e-7, atol: 1e-9 }).books.rejected,
  );
  expect(Math.max(...rejected)).toBeGreaterThanOrEqual(2);
});
