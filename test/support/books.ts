/**
 * Runge-Kutta runs of linear equations in plain JavaScript, with steps chosen as the books have it: Hairer, Nørsett, Wanner, Solving ODEs I (first step,
 * section II.4; error of DOP853, section II.10), Hairer and Wanner, Solving ODEs II (PI controller and spectral radius, section IV.2; steps that are
 * kept for their factors, section IV.8), with the constants of OrdinaryDiffEq.jl.
 */
import { readFileSync } from "node:fs";

/** x' = L(t) x */
export interface Equation {
  readonly start: Float64Array;
  /** Columns of L at time t of a stretch between two stops. */
  readonly generator: (t: number, stretch: number) => readonly Float64Array[];
  /** Where L jumps; the last is the end of the run. It begins at 0. */
  readonly stops: readonly number[];
}

export interface Tableau {
  readonly order: number;
  /** Row i - 1 holds the coefficients of stage i; the last row those of the step, whose derivative is the first of the next step. */
  readonly a: readonly (readonly number[])[];
  /** Coefficient of every stage but the first in its own argument: 0 for an explicit method. */
  readonly diagonal: number;
  /** Weights of the estimated error; of two, the second tempers the first. */
  readonly errors: readonly (readonly number[])[];
  /** Stages that only the interpolant needs, and its numbers F_0, F_1, … of every stage: see `missed`. */
  readonly extra: readonly (readonly number[])[];
  readonly interpolant: readonly (readonly number[])[];
  /** The error of a step relative to the state is this times its estimate to the power 1 + 1/order. */
  readonly errorPart: number;
}

const rowsOf = (numbers: readonly number[], count: number) =>
  Array.from({ length: count }, (_, i) => numbers.slice((i * (i + 1)) / 2, ((i + 1) * (i + 2)) / 2));

/** Tsitouras, Comput. Math. Appl. 62 (2011) 770 */
export const tsit5: Tableau = {
  order: 5,
  a: [
    [0.161],
    [-0.008480655492356989, 0.335480655492357],
    [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
    [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
    [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
    [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
  ],
  diagonal: 0,
  errors: [
    [
      -0.001780011052225777, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629, 0.5823571654525552,
      -0.45808210592918697, 0.015151515151515152,
    ],
  ],
  extra: [],
  interpolant: [],
  errorPart: 0.43,
};

/** The numbers of DOP853 are the kernel's, whose orders are tested in dop853.test.ts. */
const dop853Numbers = (name: string): number[] => {
  const text = readFileSync(new URL("../../assembly/integrators/dop853.ts", import.meta.url), "utf8");
  const [, list] = new RegExp(`${name}: usize = memory.data<f64>\\(\\[([^\\]]*)\\]`).exec(text)!;
  return list!
    .split(",")
    .filter((number) => number.trim() !== "")
    .map(Number);
};
const dop853Rows = rowsOf(dop853Numbers("DOP853_A"), 15);
const dop853Interpolant = dop853Numbers("DOP853_INTERPOLANT");
export const dop853: Tableau = {
  order: 8,
  a: dop853Rows.slice(0, 12),
  diagonal: 0,
  errors: [dop853Numbers("DOP853_ERROR5"), dop853Numbers("DOP853_ERROR3")],
  extra: dop853Rows.slice(12),
  interpolant: Array.from({ length: 16 }, (_, i) => dop853Interpolant.slice(7 * i, 7 * i + 7)),
  errorPart: 0.17,
};

/** The implicit half of ARK4(3)6L[2]SA: Kennedy and Carpenter, Appl. Numer. Math. 44 (2003) 139 */
export const kencarp4: Tableau = {
  order: 4,
  a: [
    [1 / 4],
    [8611 / 62500, -1743 / 31250],
    [5012029 / 34652500, -654441 / 2922500, 174375 / 388108],
    [15267082809 / 155376265600, -71443401 / 120774400, 730878875 / 902184768, 2285395 / 8070912],
    [82889 / 524892, 0, 15625 / 83664, 69875 / 102672, -2260 / 8211],
  ],
  diagonal: 1 / 4,
  errors: [
    // b - b̂
    [
      82889 / 524892 - 4586570599 / 29645900160,
      0,
      15625 / 83664 - 178811875 / 945068544,
      69875 / 102672 - 814220225 / 1159782912,
      -2260 / 8211 + 3700637 / 11593932,
      1 / 4 - 61727 / 225920,
    ],
  ],
  extra: [],
  interpolant: [],
  errorPart: 5.3,
};

/** Largest x for which the method is stable at h·lambda = -x: where the stability function (Solving ODEs II, section IV.2) leaves [-1, 1]. */
export function stabilityLimit({ a }: Tableau): number {
  const size = (x: number) => {
    const k = [-x];
    for (const row of a) k.push(-x * (1 + row.reduce((sum, weight, j) => sum + weight * k[j]!, 0)));
    return Math.abs(k.at(-1)! / x);
  };
  let [inside, outside] = [1, 1];
  while (size(outside) <= 1) [inside, outside] = [outside, outside + 0.01];
  for (let i = 0; i < 50; i++) {
    const middle = (inside + outside) / 2;
    if (size(middle) <= 1) inside = middle;
    else outside = middle;
  }
  return inside;
}

export interface Settings {
  readonly tableau: Tableau;
  readonly rtol: number;
  readonly atol: number;
  readonly maxStep?: number | undefined;
  /** Steps, accepted or not, after which the run ends. */
  readonly maxSteps?: number;
  /** Output times: between 0 and the end those that need an interpolant. */
  readonly times?: readonly number[];
  /** Where the tolerance is that of the run: the share of it that the estimate of a single step may have. */
  readonly stepShare?: number;
  /** Whether the run gives up where its steps are held by stability. */
  readonly yields?: boolean;
}

export interface Course {
  steps: number;
  rejected: number;
  rhsEvaluations: number;
  /** Largest rate of L, as the last estimate has it; 0 where there was none. */
  spectralRadius: number;
  /** That times the mean step over the limit of stability, after the last step that was taken. */
  stiffness: number;
  /** Whether it has given up. */
  yielded: boolean;
  time: number;
}

export const normOf = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
/** y + h sum a_j k_j */
function combined(y: Float64Array, h: number, a: readonly number[], k: readonly Float64Array[]): Float64Array {
  const out = y.slice();
  for (const [j, weight] of a.entries()) {
    if (weight !== 0) for (let n = 0; n < out.length; n++) out[n]! += h * weight * k[j]![n]!;
  }
  return out;
}
const difference = (x: Float64Array, y: Float64Array) => x.map((value, n) => value - y[n]!);

export function product(columns: readonly Float64Array[], x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (const [n, column] of columns.entries()) {
    if (x[n] !== 0) for (let k = 0; k < out.length; k++) out[k]! += x[n]! * column[k]!;
  }
  return out;
}

/** Columns of (1 - c L)⁻¹, by elimination with pivots; of the last L and c they are kept. */
function inverter(): (columns: readonly Float64Array[], c: number) => readonly Float64Array[] {
  let last: { of: readonly Float64Array[]; c: number; inverse: Float64Array[] } | undefined;
  return (of, c) => {
    if (last?.of === of && last.c === c) return last.inverse;
    const size = of.length;
    const rows = of.map((_, i) => {
      const row = new Float64Array(2 * size);
      for (let j = 0; j < size; j++) row[j] = (i === j ? 1 : 0) - c * of[j]![i]!;
      row[size + i] = 1;
      return row;
    });
    for (let j = 0; j < size; j++) {
      let pivot = j;
      for (let i = j + 1; i < size; i++) if (Math.abs(rows[i]![j]!) > Math.abs(rows[pivot]![j]!)) pivot = i;
      [rows[j], rows[pivot]] = [rows[pivot]!, rows[j]!];
      const top = rows[j]!;
      for (const row of rows) {
        const factor = row === top ? 0 : row[j]! / top[j]!;
        if (factor !== 0) for (let k = j; k < 2 * size; k++) row[k]! -= factor * top[k]!;
      }
    }
    const inverse = of.map((_, j) => Float64Array.from(rows, (row, i) => row[size + j]! / row[i]!));
    last = { of, c, inverse };
    return inverse;
  };
}

/**
 * What the interpolant of a step of length h misses the argument of its last stage by, which it is not made of: y + h theta (F_0 + (1 - theta) (F_1 +
 * theta (F_2 + …))), Solving ODEs I, section II.10. @param k derivatives of all stages
 */
function missed({ extra, interpolant }: Tableau, h: number, k: readonly Float64Array[]): number {
  const row = extra.at(-1)!;
  const theta = row.reduce((sum, weight) => sum + weight, 0);
  const weights = interpolant.map(
    (F) => theta * F.reduceRight((sum, value, j) => value + (j % 2 === 0 ? 1 - theta : theta) * sum, 0),
  );
  const zero = new Float64Array(k[0]!.length);
  return normOf(
    combined(
      zero,
      h,
      weights.map((weight, i) => weight - (row[i] ?? 0)),
      k,
    ),
  );
}

/** How a run goes. */
export function byTheBooks({ start, generator, stops }: Equation, settings: Settings): Course {
  const { tableau, rtol, atol, maxStep = Number.POSITIVE_INFINITY, maxSteps = Number.POSITIVE_INFINITY } = settings;
  const { order, a, diagonal, errors, errorPart } = tableau;
  const { times = [], stepShare = 0, yields = false } = settings;
  const end = stops.at(-1)!;
  const limit = stabilityLimit(tableau);
  const isConstant = stops.length === 1 && generator(0, 0) === generator(1, 0);
  const nodes = a.map((row) => row.reduce((sum, weight) => sum + weight, diagonal));
  const course: Course = {
    steps: 0,
    rejected: 0,
    rhsEvaluations: 0,
    spectralRadius: 0,
    stiffness: 0,
    yielded: false,
    time: 0,
  };
  let stretch = 0;
  const slopeAt = (t: number, x: Float64Array) => {
    course.rhsEvaluations++;
    return product(generator(t, stretch), x);
  };
  /** What the estimated error of a step of length h may be. Where the errors of all steps may add up to the tolerance, it has h/end of it. */
  const allowed = (h: number, size: number) => {
    const asked = atol + rtol * size;
    if (stepShare === 0) return asked;
    const part = ((asked / size) * h) / end / errorPart;
    return Math.max(Math.min(stepShare * asked, size * part ** (order / (order + 1))), 1e-15 * size);
  };

  const inverse = inverter();
  const solved = (time: number, h: number, x: Float64Array) =>
    product(inverse(generator(time, stretch), h * diagonal), x);

  let y = start;
  let slope = slopeAt(0, y);
  const firstScale = allowed(Number.POSITIVE_INFINITY, normOf(y));
  const [d0, d1] = [normOf(y) / firstScale, normOf(slope) / firstScale];
  const h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
  const scale = allowed(h0, normOf(y));
  const euler = slopeAt(h0, combined(y, h0, [1], [slope]));
  const d2 = normOf(difference(euler, slope)) / scale / h0;
  const largest = Math.max(normOf(slope) / scale, d2);
  const h1 = largest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / largest) ** (1 / (order + 1));
  let h = Math.min(100 * h0, h1);
  let previous = 1;
  while (course.time < end && course.steps + course.rejected < maxSteps) {
    const t = course.time;
    const stop = stops[stretch]!;
    const isLast = stop - t <= Math.min(h * 1.0001, maxStep);
    const step = isLast ? stop - t : Math.min(h, maxStep);
    const k = [slope];
    let [argument, before] = [y, y];
    for (const [i, row] of a.slice(0, -1).entries()) {
      const sum = combined(y, step, row, k);
      const time = t + nodes[i]! * step;
      argument = diagonal === 0 ? sum : solved(time, step, sum);
      k.push(diagonal === 0 ? slopeAt(time, argument) : difference(argument, sum).map((x) => x / (step * diagonal)));
    }
    before = argument;
    const sum = combined(y, step, a.at(-1)!, k);
    const next = diagonal === 0 ? sum : solved(t + step, step, sum);
    const finish = () =>
      k.push(diagonal === 0 ? slopeAt(t + step, next) : difference(next, sum).map((x) => x / (step * diagonal)));
    // DOP853 estimates its error without the derivative at the end.
    const isEarly = errors.length === 2;
    if (!isEarly) finish();
    const zero = new Float64Array(y.length);
    const [e, lower = 0] = errors.map((weights) => normOf(combined(zero, step, weights.slice(0, k.length), k)));
    const estimated = isEarly && e !== 0 ? e! ** 2 / Math.sqrt(e! ** 2 + 0.01 * lower ** 2) : e!;
    const error = estimated / allowed(step, Math.max(normOf(y), normOf(next)));
    const attempt = course.steps + course.rejected + 1;
    const looks = (isLast && stop === end) || attempt >= maxSteps || attempt % 16 === 0;
    if (isEarly && (looks || error <= 1)) finish();
    if (looks && diagonal === 0) {
      if (isConstant) {
        let [power, lowerPower] = [slope, slope];
        for (let m = 1; m < a.length; m++) [power, lowerPower] = [product(generator(t, stretch), power), power];
        course.spectralRadius = normOf(power) / normOf(lowerPower);
      } else {
        course.spectralRadius = normOf(difference(k.at(-1)!, k.at(-2)!)) / normOf(difference(next, before));
      }
    }
    if (yields && course.steps >= 200 && course.stiffness >= 0.7 && ((end - t) * course.steps) / t > 200) {
      course.yielded = true;
      return course;
    }
    if (error > 1) {
      course.rejected++;
      h = step / Math.min(5, error ** (0.7 / order) / 0.9);
      continue;
    }
    const reached = isLast ? stop : t + step;
    if (tableau.extra.length > 0 && times.some((time) => time > t && time < reached)) {
      for (const row of tableau.extra) {
        const time = t + row.reduce((sum, weight) => sum + weight, 0) * step;
        k.push(slopeAt(time, combined(y, step, row, k)));
      }
      // Beyond ten tolerances the step is too long for its interpolant.
      const off = missed(tableau, step, k) / (10 * allowed(step, Math.max(normOf(y), normOf(next))));
      if (off > 1) {
        course.rejected++;
        h = step / Math.min(5, off ** (0.7 / order) / 0.9);
        continue;
      }
    }
    course.steps++;
    const factor = 1 / Math.max(1 / 10, Math.min(5, error ** (0.7 / order) / previous ** (0.4 / order) / 0.9));
    // Factors are dear: a step that would grow a little stays (Solving ODEs II, section IV.8).
    const grown = diagonal > 0 && factor >= 1 && factor < 1.2 ? step : step * factor;
    // A step that was cut short to land on a time says little about the next one.
    h = isLast ? Math.max(h, grown) : grown;
    previous = Math.max(error, 1e-4);
    [course.time, y, slope] = [reached, next, k[a.length]!];
    course.stiffness = diagonal === 0 ? (course.spectralRadius * reached) / course.steps / limit : 0;
    if (isLast && stop < end) {
      stretch++;
      slope = slopeAt(reached, y);
      previous = 1;
    }
  }
  return course;
}
