/**
 * Coefficients by the names of the arguments they came with, so that an error can say which one it is about.
 * @module
 */
import { NonFiniteError } from "../errors.ts";
import type { Complex } from "../operators/complex.ts";
import type { Coefficient } from "./coefficient.ts";
import type { Span } from "./real.ts";

export interface NamedCoefficient {
  /** As in `"H[1]"`, `"cOps[0].rate"`. */
  readonly name: string;
  readonly coefficient: Coefficient;
  /** Whether its phase means nothing: that of a jump operator. */
  readonly phaseless?: boolean;
}

/** Where an error of a function comes from: it does not know its name. */
export const UNNAMED = "a coefficient";

/** A jump is looked for this many times the spacing of numbers around a time, at most. */
const REACH = 2 ** 24;
/** What is left of a change between neighbouring numbers is a jump. */
const REMAINS = 0.5;
/** Times at which a coefficient is looked at. */
const LOOKS = 256;

/** In words: what is wrong with a value. */
export function notFinite(t: number, value: Complex): string {
  return `the coefficient is not finite at t = ${t}: ${text(value)}`;
}

/** Whether an error says that some function was not finite. Functions may throw anything, such as a proxy that throws at every question. */
function isUnnamed(error: unknown): error is NonFiniteError {
  try {
    return error instanceof NonFiniteError && error.where === UNNAMED;
  } catch {
    return false;
  }
}

/** What `body` returns. Where a function among the coefficients is not finite the error names it. */
export function namingCoefficients<T>(named: readonly NamedCoefficient[] | undefined, where: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isUnnamed(error) || error.time === undefined) throw error;
    const found = named && notFiniteIn(named, error.time, error.time);
    throw found ? new NonFiniteError(`${where}: ${found.name}`, found.time, found.message) : error;
  }
}

/** The first of the coefficients that overflows between two times, and where. */
export function notFiniteIn(
  named: readonly NamedCoefficient[],
  from: number,
  to: number,
): { name: string; time: number; message: string } | undefined {
  const times = Array.from({ length: from < to ? LOOKS : 1 }, (_, k) => from + (k * (to - from)) / (LOOKS - 1));
  for (const { name, coefficient } of named) {
    const isSound = (t: number) => textOfNonFinite(coefficient, t) === undefined;
    const first = times.findIndex((t) => !isSound(t));
    if (first < 0) continue;
    let [a, b] = [times[Math.max(0, first - 1)]!, times[first]!];
    for (let middle = a + 0.5 * (b - a); middle > a && middle < b; middle = a + 0.5 * (b - a)) {
      if (isSound(middle)) a = middle;
      else b = middle;
    }
    return { name, time: b, message: textOfNonFinite(coefficient, b)! };
  }
  return undefined;
}

function textOfNonFinite(coefficient: Coefficient, t: number): string | undefined {
  try {
    const value = coefficient.at(t);
    return Number.isFinite(value.re) && Number.isFinite(value.im) ? undefined : notFinite(t, value);
  } catch (error) {
    if (isUnnamed(error)) return error.message.slice(UNNAMED.length + 2);
    throw error;
  }
}

/** The largest of the coefficients at a time. */
export function largestAt(
  named: readonly NamedCoefficient[],
  time: number,
): { name: string; size: number } | undefined {
  const all = named.map(({ name, coefficient }) => {
    const { re, im } = coefficient.at(time);
    return { name, size: Math.hypot(re, im) };
  });
  return all.sort((a, b) => b.size - a.size)[0];
}

/** In words: which function jumps next to a time of the run without its being known, and what should be said of it; undefined when none does. */
export function jumpBeside(named: readonly NamedCoefficient[], time: number, span: Span): string | undefined {
  const reach = REACH * Math.max(Math.abs(time) * Number.EPSILON, Number.MIN_VALUE);
  const [from, to] = [Math.max(span.from, time - reach), Math.min(span.to, time + reach)];
  for (const { name, coefficient } of named) {
    // What is data knows its jumps.
    if (coefficient.toJSON() !== undefined) continue;
    const jump = findJump((t) => coefficient.at(t), from, to);
    const known = [coefficient.re, coefficient.im].flatMap((f) => f.stretches(span));
    if (!jump || known.some(({ hard, end }) => hard && end === jump.time)) continue;
    const { before, after } = jump;
    return `the coefficient of ${name} jumps at t = ${jump.time}, from ${text(before)} to ${text(after)}, which was not found before the run: a function is to say where it jumps, callable(f, { breakpoints: [${jump.time}, …] })`;
  }
  return undefined;
}

function findJump(f: (t: number) => Complex, from: number, to: number) {
  let [a, b] = [from, to];
  let [before, after] = [f(a), f(b)];
  const height = distance(before, after);
  if (!(height > 0)) return undefined;
  for (let middle = a + 0.5 * (b - a); middle > a && middle < b; middle = a + 0.5 * (b - a)) {
    const value = f(middle);
    if (distance(before, value) >= distance(value, after)) [b, after] = [middle, value];
    else [a, before] = [middle, value];
  }
  return distance(before, after) > REMAINS * height ? { time: b, before, after } : undefined;
}

function distance(a: Complex, b: Complex): number {
  return Math.hypot(b.re - a.re, b.im - a.im);
}

function text({ re, im }: Complex): string {
  return im === 0 ? `${re}` : `${re} ${im < 0 ? "-" : "+"} ${Math.abs(im)}i`;
}
