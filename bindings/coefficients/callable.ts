/**
 * Coefficients that are functions of the caller's: probed before a run, for nobody can know what they do between two times.
 * @module
 */
import { InvalidArgumentError, NonFiniteError } from "../errors.ts";
import { readNumbers } from "../operators/checks.ts";
import type { Complex } from "../operators/complex.ts";
import { Coefficient } from "./coefficient.ts";
import { notFinite, UNNAMED } from "./named.ts";
import { probe, probeJumps } from "./probe.ts";
import { hosted, overlay, type Span, type Stretch } from "./real.ts";

/** A function of time, real or complex, and of what a solver's option `args` holds. */
// biome-ignore lint/suspicious/noExplicitAny: what `args` are is between the caller and the function
export type TimeFunction = (t: number, args?: any) => number | Complex;

/** What is known of a function, so that nothing has to be guessed. */
export interface CallableOptions {
  /** Times at which it jumps or has a kink; its value there is that from there on. */
  breakpoints?: readonly number[] | undefined;
  /**
   * The shortest time in which it changes much, jumps aside: no step is longer. The function is then probed for jumps and kinks alone, eight
   * times in that time; two that are closer together than that are to be given as `breakpoints`.
   */
  scale?: number | undefined;
  /** Counts as zero before the first of these times and from the second on, whatever the function says there. */
  support?: readonly [from: number, to: number] | undefined;
  /** The second argument of the function; default: the solver's option `args`. */
  args?: unknown;
}

/**
 * A function as a coefficient. The kernel calls back for every value, some hundred nanoseconds each; {@link pulse} and
 * {@link samples} need no call. Without `scale` the function is probed on a grid finer than the output times, jumps are found to the last
 * digit by bisection, kinks as closely as values tell, and the solution carries a warning: a feature narrower than the grid would be missed.
 * With `scale` there is no warning, and jumps and kinks are found as well.
 * @param f the function of time (and of `args`): a number, or `{ re, im }`
 * @throws {@link InvalidArgumentError}; what the function throws, and {@link NonFiniteError} where it is not finite, when a solver calls it
 * @example
 * mesolve([H0, [H1, callable((t) => Math.exp(-t) * Math.cos(3 * t), { scale: 0.5 })]], rho0, tlist);
 */
export function callable(f: TimeFunction, options: CallableOptions = {}): Coefficient {
  const where = "callable";
  if (typeof f !== "function") throw new InvalidArgumentError(where, f, "a function of time");
  if (typeof options !== "object" || options === null)
    throw new InvalidArgumentError(`${where}: options`, options, "an object");
  const valid = ["breakpoints", "scale", "support", "args"];
  for (const name of Object.keys(options)) {
    if (!valid.includes(name)) throw new InvalidArgumentError(where, name, `one of the options ${valid.join(", ")}`);
  }
  const { breakpoints = [], scale, support, args } = options;
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) {
    throw new InvalidArgumentError(`${where}: scale`, scale, "a finite number > 0");
  }
  const kinks = readTimes(breakpoints, `${where}: breakpoints`);
  const ends = support === undefined ? [] : readTimes(support, `${where}: support`);
  if (support && !(ends.length === 2 && ends[0]! < ends[1]!)) {
    throw new InvalidArgumentError(`${where}: support`, support, "[from, to] with from < to");
  }
  const evaluate = evaluator(support ? within(f, support) : f, args);
  const edges = [...kinks, ...ends].sort((a, b) => a - b);
  const stretches = remembered((span) => {
    const found =
      scale === undefined
        ? probe(evaluate.parts, span, edges)
        : probeJumps(evaluate.parts, span, scale, edges, support);
    return overlay([found, declared(edges, support, span)], (zeros) => zeros.some((zero) => zero));
  });
  return new Coefficient(
    undefined,
    hosted(evaluate.re, stretches),
    hosted(evaluate.im, stretches),
    scale === undefined ? [WARNING] : [],
    args === undefined ? (given) => callable(f, { ...options, args: given }) : undefined,
  );
}

function readTimes(given: ArrayLike<number>, where: string): Float64Array {
  const times = readNumbers(given, where, "finite times");
  if (!times.every(Number.isFinite)) throw new InvalidArgumentError(where, given, "finite times");
  return times;
}

const WARNING =
  "a coefficient is a function: it was probed at times closer than the output times, and what is narrower than their distance would be missed; declare it with callable(f, { scale }), or give samples or a pulse";

/** The function where it counts, zero elsewhere. */
function within(f: TimeFunction, [from, to]: readonly [number, number]): TimeFunction {
  return (t, args) => (t >= from && t < to ? f(t, args) : 0);
}

/** Both parts of one evaluation: the kernel asks for them one after the other, at the same time. */
function evaluator(f: TimeFunction, args: unknown) {
  // The part that was evaluated and not yet asked for: what is asked for twice may have changed.
  let waiting: { part: "re" | "im"; t: number; value: number } | undefined;
  const parts = (t: number): Complex => {
    const given = f(t, args);
    const { re, im } = typeof given === "number" ? { re: given, im: 0 } : (given ?? {});
    if (typeof re !== "number" || typeof im !== "number") {
      throw new InvalidArgumentError(`a coefficient at t = ${t}`, given, "a number or { re, im }");
    }
    if (!Number.isFinite(re) || !Number.isFinite(im)) {
      throw new NonFiniteError(UNNAMED, t, notFinite(t, { re, im }));
    }
    return { re, im };
  };
  const part = (name: "re" | "im", other: "re" | "im") => (t: number) => {
    if (waiting?.part === name && waiting.t === t) {
      const { value } = waiting;
      waiting = undefined;
      return value;
    }
    const both = parts(t);
    waiting = { part: other, t, value: both[other] };
    return both[name];
  };
  return { parts, re: part("re", "im"), im: part("im", "re") };
}

/** What the caller has said. */
function declared(
  edges: readonly number[],
  support: readonly [number, number] | undefined,
  { from, to }: Span,
): Stretch[] {
  const inside = edges.filter((edge) => edge > from && edge < to);
  return [...inside, to].map((end, k) => {
    const middle = ((k === 0 ? from : inside[k - 1]!) + end) / 2;
    const zero = support !== undefined && (middle < support[0] || middle > support[1]);
    return { end, hard: k < inside.length, zero, limit: Number.POSITIVE_INFINITY };
  });
}

/** One probing serves both parts, and all who ask for the same span. */
function remembered(make: (span: Span) => Stretch[]): (span: Span) => Stretch[] {
  let last: { span: Span; stretches: Stretch[] } | undefined;
  return (span) => {
    const { from, to, times } = last?.span ?? {};
    if (!last || from !== span.from || to !== span.to || times !== span.times) last = { span, stretches: make(span) };
    return last.stretches;
  };
}
