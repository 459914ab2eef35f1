/**
 * Looks at a function before a run: on a grid finer than the output times, with bisection of what looks like a jump or a kink.
 * @module
 */
import type { Complex } from "../operators/complex.ts";
import { findKinks } from "./kinks.ts";
import type { Span, Stretch } from "./real.ts";
import { overlay } from "./real.ts";
import { stretchesOf } from "./stretches.ts";

/** Points in all, about; between two output times at least, at most. */
const POINTS = 4096;
const LEAST = 4;
const MOST = 4096;
/** Points in the time that a function declares as its scale, and in all of a run at most. */
const PER_SCALE = 8;
const MOST_PER_RUN = 2 ** 19;
/** A change looks like a jump when it is larger than this share of the function's range and this many times its neighbours … */
const SUSPICIOUS = 1e-6;
const STEEPER = 3;
/** … and is one when this share of it is left between neighbouring numbers. */
const REMAINS = 0.3;
/** As many shares of it there are in a change that does not go to and fro; of noise no more are followed. */
const MOST_HALVES = 3;
/** What keeps its height down to this share of the grid's distance is steep; a smooth change falls apart at a quarter of it. */
const STEEP = 1 / 16;
/** Golden ratio: points that keep off every period. */
const GOLDEN = 0.6180339887498949;

/**
 * What a function of which nothing is known does in a run, as far as can be seen.
 * @param known times at which it is known to jump or have a kink
 */
export function probe(f: (t: number) => Complex, span: Span, known: readonly number[]): Stretch[] {
  const t = grid(span);
  const values = t.map(f);
  const re = values.map((value) => value.re);
  const im = values.map((value) => value.im);
  const jumps = findJumps(f, t, values);
  const lists: Stretch[][] = [hardAt([...jumps.hard, ...kinksOf(f, t, values, jumps.after, span, known)], span)];
  // The sides of a jump are looked at on their own: its height is no slope.
  const cuts = [0, ...jumps.after, t.length];
  const smooth: Stretch[] = [];
  for (let k = 1; k < cuts.length; k++) {
    const [first, stop] = [cuts[k - 1]!, cuts[k]!];
    const end = k === cuts.length - 1 ? span.to : t[stop]!;
    const from = first === 0 ? span.from : t[first]!;
    const piece = { from, to: end, times: span.times };
    smooth.push(...stretchesOf(t.slice(first, stop), [re.slice(first, stop), im.slice(first, stop)], piece));
  }
  lists.push(smooth);
  for (const { time, width } of jumps.steep) lists.push(slowAround(time, width, span));
  return overlay(lists, (zeros) => zeros[1]!);
}

/** The same of a function that changes in `scale` at the fastest, jumps and kinks aside: those are looked for where it is not zero. */
export function probeJumps(
  f: (t: number) => Complex,
  span: Span,
  scale: number,
  known: readonly number[],
  [first, last]: readonly [number, number] = [span.from, span.to],
): Stretch[] {
  const [from, to] = [Math.max(span.from, first), Math.min(span.to, last)];
  const smooth: Stretch = { end: span.to, limit: scale, hard: false, zero: false };
  if (!(from < to)) return [smooth];
  const t = points(from, to, Math.min(MOST_PER_RUN, Math.ceil((PER_SCALE * (to - from)) / scale)));
  const values = t.map(f);
  const { hard, after, steep } = findJumps(f, t, values);
  const kinks = kinksOf(f, t, values, after, span, known);
  const lists = [
    [smooth],
    hardAt([...hard, ...kinks], span),
    ...steep.map(({ time, width }) => slowAround(time, width, span)),
  ];
  return overlay(lists, () => false);
}

/** The output times and points between them, off any regular grid. */
function grid({ from, to, times }: Span): number[] {
  const edges = times.length > 1 ? Array.from(times) : [from, to];
  const between = Math.min(MOST, Math.max(LEAST, Math.ceil(POINTS / (edges.length - 1))));
  const fractions = { last: 0 };
  const found = edges.slice(1).flatMap((end, k) => points(edges[k]!, end, between, fractions).slice(0, -1));
  return [...found, to];
}

/** Two times and `count` points between them, one in each of as many equal parts. */
function points(from: number, to: number, count: number, fractions = { last: 0 }): number[] {
  const found = [from];
  for (let j = 0; j < count; j++) {
    fractions.last = (fractions.last + GOLDEN) % 1;
    const point = from + ((j + 0.1 + 0.8 * fractions.last) * (to - from)) / count;
    if (point > found.at(-1)! && point < to) found.push(point);
  }
  if (to > from) found.push(to);
  return found;
}

function change(a: Complex, b: Complex): number {
  return Math.hypot(b.re - a.re, b.im - a.im);
}

/**
 * Jumps: `hard`, the first number at which the new value holds, and `after`, the first point of the grid beyond. What is steep but no jump:
 * its time and its width.
 */
function findJumps(f: (t: number) => Complex, t: readonly number[], values: readonly Complex[]) {
  const changes = values.slice(1).map((value, k) => change(values[k]!, value));
  const slopes = changes.map((height, k) => height / (t[k + 1]! - t[k]!));
  const range = changes.reduce((most, height) => Math.max(most, height), 0);
  const found = { hard: [] as number[], after: [] as number[], steep: [] as { time: number; width: number }[] };
  changes.forEach((height, k) => {
    const beside = Math.max(slopes[k - 1] ?? 0, slopes[k + 1] ?? 0);
    const lone = slopes[k]! > STEEPER * Math.min(slopes[k - 1] ?? 0, slopes[k + 1] ?? 0);
    if (!(height > SUSPICIOUS * range) || !(slopes[k]! > STEEPER * beside || lone)) return;
    const whole: Part = { ends: [t[k]!, t[k + 1]!], values: [values[k]!, values[k + 1]!] };
    const { jumps, width, time } = halved(f, whole, REMAINS * height);
    if (jumps.length > 0) {
      found.hard.push(...jumps);
      found.after.push(k + 1);
    } else if (width < STEEP * (t[k + 1]! - t[k]!)) {
      // As wide as it takes to fall apart; smooth on the grid's own scale is nothing special.
      found.steep.push({ time, width });
    }
  });
  return found;
}

interface Part {
  readonly ends: readonly [number, number];
  readonly values: readonly [Complex, Complex];
}

/**
 * Halves an interval, and again every half that changes by `least`, {@link MOST_HALVES} of them at most. What changes as much between neighbouring
 * numbers is a jump; the first number at which the new value holds. Without one: how wide the last such part was, and its middle. The half that
 * changes more need not be that of the jump: what a slope adds up to may be more.
 */
function halved(
  f: (t: number) => Complex,
  whole: Part,
  least: number,
): { jumps: number[]; width: number; time: number } {
  const jumps: number[] = [];
  let parts = [whole];
  let [width, time] = [0, 0];
  while (parts.length > 0) {
    [width, time] = [parts[0]!.ends[1] - parts[0]!.ends[0], middleOf(parts[0]!)];
    const halves = parts.flatMap((part): Part[] => {
      const [{ ends, values }, middle] = [part, middleOf(part)];
      if (middle <= ends[0] || middle >= ends[1]) {
        jumps.push(ends[1]);
        return [];
      }
      const value = f(middle);
      return [
        { ends: [ends[0], middle], values: [values[0], value] },
        { ends: [middle, ends[1]], values: [value, values[1]] },
      ];
    });
    parts = halves
      .filter(({ values }) => change(...values) >= least)
      .sort((a, b) => change(...b.values) - change(...a.values))
      .slice(0, MOST_HALVES);
  }
  return { jumps: jumps.sort((a, b) => a - b), width, time };
}

const middleOf = ({ ends: [a, b] }: Part): number => a + 0.5 * (b - a);

/**
 * Kinks between jumps, in increasing order. One that cannot be told from an output time is there; from an end of the run or from what is known
 * anyway, is none.
 * @param after first points beyond the jumps
 */
function kinksOf(
  f: (t: number) => Complex,
  t: readonly number[],
  values: readonly Complex[],
  after: readonly number[],
  { from, to, times }: Span,
  known: readonly number[],
): number[] {
  const cuts = [0, ...after, t.length];
  const near = (a: number, b: number, error: number) => Math.abs(a - b) <= 4 * error;
  return cuts.slice(1).flatMap((stop, k) => {
    const first = cuts[k]!;
    return findKinks(f, t.slice(first, stop), values.slice(first, stop)).flatMap(({ time, error }) => {
      const output = times.find((one) => near(time, one, error)) ?? time;
      const nothing = [from, to, ...known].some((one) => near(output, one, error));
      return nothing || !(output > from && output < to) ? [] : [output];
    });
  });
}

function hardAt(times: readonly number[], { to }: Span): Stretch[] {
  const limit = Number.POSITIVE_INFINITY;
  const increasing = [...new Set(times)].sort((a, b) => a - b);
  const ends = increasing.filter((time) => time < to).map((end) => ({ end, limit, hard: true, zero: false }));
  return [...ends, { end: to, limit, hard: false, zero: false }];
}

function slowAround(time: number, width: number, { from, to }: Span): Stretch[] {
  const limit = Number.POSITIVE_INFINITY;
  const [begin, end] = [time - 4 * width, time + 4 * width];
  return [
    ...(begin > from ? [{ end: begin, limit, hard: false, zero: false }] : []),
    ...(end < to ? [{ end, limit: width, hard: false, zero: false }] : []),
    { end: to, limit: end < to ? limit : width, hard: false, zero: false },
  ];
}
