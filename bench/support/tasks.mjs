/** What is compared of steady states, spectra and correlations: our calls, what they answer, its error, QuTiP's methods, and what is aimed at. */
import { correlation2op1t, liouvillianSpectrum, spectrum, steadystate } from "lindblad";

/** 0 is none of them: there QuTiP's equations are singular. */
const FREQUENCIES = Array.from({ length: 201 }, (_, k) => (2 * k - 199) / 20);
const DELAYS = Array.from({ length: 101 }, (_, k) => k / 10);
const COUNT = 6;
/** Of correlations: ours by default. */
const TOLERANCE = 1e-8;
/** Bytes of a dense Liouvillian that are not even tried. */
const MOST_DENSE = 2 ** 31;
/** What counts as an error where the values are no numbers: JSON has no infinity. */
const NO_SOLUTION = 1e300;

const SOLVERS = ["gmres", "lgmres", "bicgstab"];
/** QuTiP's methods that hold the Liouvillian, or its exponential, as a dense matrix. */
const isDense = (method) => /dense|lstsq|^svd|^propagator|^es$|^diag/.test(method);

/**
 * By name: `run(problem)` makes the call that is timed, `values` what it answers as numbers `[re, im]`; `at` and `count` go to QuTiP as well, whose
 * methods are listed with its default in front.
 */
export const TASKS = {
  steadystate: {
    run: ({ H, jumps }) => steadystate(H, jumps),
    values: ({ rho }, { observables }) => Object.values(observables).map((operator) => pair(operator.mul(rho).tr())),
    methods: [
      ...["direct", "direct+rcm", "direct+wbm", "direct+rcm+wbm", "direct-splu", "direct+dense", "power", "power+rcm"],
      ...["power+rcm+wbm", "power+dense", "eigen", "eigen+dense", "svd", "propagator"],
      ...SOLVERS.flatMap((solver) => [`iterative-${solver}+precond`, `iterative-${solver}+precond+rtol1e-10`]),
      ...SOLVERS.flatMap((solver) => [`iterative-${solver}`, `iterative-${solver}+rtol1e-10`]),
      ...SOLVERS.map((solver) => `power-${solver}+precond`),
      "direct-lstsq+dense",
    ],
    problems: "P6-P2,P6-P3,P6-P4",
    aim: ({ name, d }) => {
      if (d > 128) return undefined;
      if (d <= 16) return 10;
      return name === "P6-P3" ? { 64: 5, 128: 10 }[d] : 3;
    },
  },
  spectrum: {
    run: ({ H, jumps, A, B }) => spectrum(H, FREQUENCIES, jumps, A, B),
    values: ({ values }) => Array.from(values, (re) => [re, 0]),
    at: FREQUENCIES,
    isRelative: true,
    methods: ["es", "solve", "pi"],
    problems: "P6-atom,P6-P2:16,P6-P2:32",
  },
  liouvillianSpectrum: {
    run: ({ H, jumps }) => liouvillianSpectrum(H, jumps, { count: COUNT }),
    values: ({ eigenvalues }) => eigenvalues.map(pair),
    error: eigenvalueError,
    count: COUNT,
    methods: ["dense", "dense+vectors", "sparse", "sparse+vectors"],
    problems: "P6-P2:16,P6-P2:32,P6-P3:4,P6-P3:5,P6-P4:10",
  },
  correlation2op1t: {
    run: ({ H, jumps, A, B }) => correlation2op1t(H, undefined, DELAYS, A, B, { cOps: jumps }),
    values: ({ re, im }) => Array.from(re, (x, k) => [x, im[k]]),
    at: DELAYS,
    isRelative: true,
    methods: [
      "adams",
      ...["adams", "tsit5", "vern7", "vern9", "dop853", "bdf"].map((name) => `${name}+tol${TOLERANCE}`),
      ...["tsit5", "vern7", "krylov", "tsit5+mf", "vern7+mf"],
      ...["krylov", "tsit5+mf", "vern7+mf"].map((name) => `${name}+tol${TOLERANCE}`),
      "diag",
    ],
    problems: "P6-P2:32",
  },
};

/** The operators of a problem, with those of its correlations: A = B†. */
export function operatorsOf({ points: [point], ladder }) {
  const B = point.observables[ladder];
  return { ...point, A: B?.dag(), B };
}

/** What QuTiP is asked for, but for the method. */
export function requestOf(task, { name, size, ladder }) {
  const { at, count } = TASKS[task];
  return { task, problem: name, size, ladder, at, count };
}

/** Why a method of QuTiP is not tried; undefined where it is. */
export function refusal(method, { d }) {
  const bytes = 16 * d ** 4;
  return isDense(method) && bytes > MOST_DENSE ? `a dense matrix of ${(bytes / 2 ** 30).toFixed(0)} GiB` : undefined;
}

/** The error of values against exact ones: their largest difference, of spectra and correlations relative to the largest exact one. */
export function errorOfValues(task, values, exact) {
  const { error, isRelative = false } = TASKS[task];
  if (values.includes(null) || values.length === 0) return NO_SOLUTION;
  if (error !== undefined) return error(values, exact);
  if (values.length !== exact.length) throw new Error(`${task}: ${values.length} values, not ${exact.length}`);
  const scale = isRelative ? Math.max(...exact.map((z) => Math.hypot(...z))) : 1;
  return Math.max(...values.map((z, k) => distance(z, exact[k]))) / scale;
}

/**
 * How far those given are from the nearest eigenvalue, and whether one is missing: how far their real parts are from those of the slowest ones,
 * or their moduli from those of the ones nearest to zero.
 */
function eigenvalueError(values, exact) {
  const apart = values.map((z) => Math.min(...exact.map((other) => distance(z, other))));
  const missing = [([re]) => -re, (z) => Math.hypot(...z)].map((key) => {
    const leading = exact.map(key).sort((a, b) => a - b);
    const given = values.map(key).sort((a, b) => a - b);
    return Math.max(...given.map((x, k) => Math.abs(x - leading[k])));
  });
  return Math.max(...apart, Math.min(...missing));
}

/** The norm of L[rho], from the operators alone. */
export function residualOf({ H, jumps }, rho) {
  const commutator = H.mul(rho).sub(rho.mul(H)).scale({ re: 0, im: -1 });
  const rate = jumps.reduce((sum, jump) => {
    const square = jump.dag().mul(jump);
    const loss = square.mul(rho).add(rho.mul(square)).scale(0.5);
    return sum.add(jump.mul(rho).mul(jump.dag()).sub(loss));
  }, commutator);
  let squares = 0;
  rate.forEachNonzero((_, __, re, im) => {
    squares += re * re + im * im;
  });
  return Math.sqrt(squares);
}

function pair({ re, im }) {
  return [re, im];
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
