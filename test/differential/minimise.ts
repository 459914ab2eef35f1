/**
 * Makes a problem smaller as long as something stays wrong with it.
 */
import { type Elements, type InitialData, type Problem, sizeOf } from "./problem.ts";

/** Whether something is still wrong. */
export type Wrong = (problem: Problem) => Promise<boolean>;

/** Problems that are looked at, at most, and seconds. */
const MOST = 300;
const SECONDS = 20;

/**
 * A problem with fewer levels, terms, jumps, elements, times and digits that is still wrong: what can be left out is left out, until
 * nothing can.
 */
export async function minimise(problem: Problem, wrong: Wrong): Promise<Problem> {
  const end = performance.now() + 1000 * SECONDS;
  let smallest = problem;
  let looked = 0;
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerOnes(smallest)) {
      if (++looked > MOST || performance.now() > end) return smallest;
      // One that no solver takes, or that makes none of its own sense, is not wrong in the way that is looked for.
      if (!(await wrong(smaller).catch(() => false))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

/** Problems a little smaller, the smallest first. */
function* smallerOnes(problem: Problem): Generator<Problem> {
  const { dims, H, terms, jumps, times, observables, initial } = problem;
  const d = sizeOf(dims);
  const without = <T>(list: readonly T[], k: number) => list.filter((_, j) => j !== k);
  if (H.length > 0) yield { ...problem, H: [] };
  for (const k of jumps.keys()) yield { ...problem, jumps: without(jumps, k) };
  for (const k of terms.keys()) {
    yield { ...problem, terms: without(terms, k) };
    yield { ...problem, terms: terms.filter((_, j) => j !== k && j !== k + 1) };
  }
  for (const k of observables.keys()) yield { ...problem, observables: without(observables, k) };
  if (problem.functions) yield { ...problem, functions: false };
  for (let level = d - 1; level >= 0 && d > 1; level--) {
    const smaller = withoutLevel(problem, d, level);
    if (smaller) yield smaller;
  }
  for (let k = 1; k < times.length - 1; k++) yield { ...problem, times: without(times, k) };
  if (times.length > 2) yield { ...problem, times: times.slice(0, -1) };
  if (times[0] !== 0 && terms.length === 0) yield { ...problem, times: times.map((t) => t - times[0]!) };
  yield { ...problem, times: times.map((t) => times[0]! + (t - times[0]!) / 2) };
  for (const [k, { coefficient, operator }] of terms.entries()) {
    if (coefficient.kind !== "product" && coefficient.kind !== "sum") continue;
    for (const part of coefficient.of) {
      yield { ...problem, terms: terms.map((term, j) => (j === k ? { operator, coefficient: part } : term)) };
    }
  }
  if (initial.kind !== "ket" || initial.amplitudes.filter((x) => x !== 0).length > 1) {
    for (let level = 0; level < d; level++) yield { ...problem, initial: levelOf(d, level) };
  }
  for (const smaller of pairsOut(H)) yield { ...problem, H: smaller };
  for (const [k, jump] of jumps.entries()) {
    for (let j = 0; j < jump.operator.length && jump.operator.length > 1; j++) {
      const operator = without(jump.operator, j);
      yield { ...problem, jumps: jumps.map((one, at) => (at === k ? { ...one, operator } : one)) };
    }
  }
  for (const [k, term] of terms.entries()) {
    for (const operator of pairsOut(term.operator)) {
      if (operator.length > 0)
        yield { ...problem, terms: terms.map((one, j) => (j === k ? { ...one, operator } : one)) };
    }
  }
  for (const digits of [1, 2, 4]) {
    const rounded = roundedTo(problem, digits);
    if (JSON.stringify(rounded) !== JSON.stringify(problem)) yield rounded;
  }
}

const levelOf = (d: number, level: number): InitialData => ({
  kind: "ket",
  amplitudes: Array.from({ length: 2 * d }, (_, k) => (k === 2 * level ? 1 : 0)),
});

/** A Hermitian operator without one of its elements and its mirror. */
function* pairsOut(elements: Elements): Generator<Elements> {
  for (const [row, column] of elements) {
    if (row > column) continue;
    yield elements.filter(([i, j]) => !(i === row && j === column) && !(i === column && j === row));
  }
}

/** The problem on one level less, where something is left of its state. */
function withoutLevel(problem: Problem, d: number, level: number): Problem | undefined {
  const cut = (elements: Elements): Elements =>
    elements.flatMap(([i, j, re, im]) =>
      i === level || j === level ? [] : [[i > level ? i - 1 : i, j > level ? j - 1 : j, re, im] as const],
    );
  const { initial } = problem;
  let state: InitialData;
  if (initial.kind === "ket") {
    const amplitudes = initial.amplitudes.filter((_, k) => k >> 1 !== level);
    const norm = Math.hypot(...amplitudes);
    if (norm === 0) return undefined;
    state = { kind: "ket", amplitudes: amplitudes.map((x) => x / norm) };
  } else {
    const elements = cut(initial.elements);
    const trace = elements.reduce((sum, [i, j, re]) => sum + (i === j ? re : 0), 0);
    const factor = initial.kind === "state" ? 1 / trace : 1;
    if (!Number.isFinite(factor) || elements.length === 0) return undefined;
    state = { kind: initial.kind, elements: elements.map(([i, j, re, im]) => [i, j, factor * re, factor * im]) };
  }
  return {
    ...problem,
    dims: [d - 1],
    H: cut(problem.H),
    terms: problem.terms.map((term) => ({ ...term, operator: cut(term.operator) })),
    jumps: problem.jumps.map((jump) => ({ ...jump, operator: cut(jump.operator) })),
    observables: problem.observables.map(cut),
    initial: state,
  };
}

/** Fewer digits in operators and times. */
function roundedTo(problem: Problem, digits: number): Problem {
  const round = (x: number) => Number(x.toPrecision(digits));
  const operator = (elements: Elements): Elements =>
    elements.map(([i, j, re, im]) => [i, j, round(re), round(im)] as const);
  return {
    ...problem,
    H: operator(problem.H),
    terms: problem.terms.map((term) => ({ ...term, operator: operator(term.operator) })),
    jumps: problem.jumps.map((jump) => ({ ...jump, operator: operator(jump.operator) })),
    observables: problem.observables.map(operator),
    times: problem.times.map((t, k, all) => (k === 0 || k === all.length - 1 ? round(t) : t)),
  };
}
