/**
 * Random coefficients of time, as recipes.
 */
import type { Recipe } from "../../bindings/index.ts";

export type Random = () => number;

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
export const logarithmic = (random: Random, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));
export const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
/** One with a probability, or none. */
export const chance = <T>(random: Random, probability: number, make: () => T): T[] =>
  random() < probability ? [make()] : [];

const pulse = (name: string, parameters: Record<string, number>): Recipe => ({ kind: "pulse", name, parameters });
const product = (a: Recipe, b: Recipe): Recipe => ({ kind: "product", of: [a, b] });
const sum = (a: Recipe, b: Recipe): Recipe => ({ kind: "sum", of: [a, b] });
const constant = (re: number, im = 0): Recipe => ({ kind: "constant", re, im });

interface Window {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

const windowOf = (times: readonly number[]): Window => ({
  from: times[0]!,
  to: times.at(-1)!,
  length: times.at(-1)! - times[0]!,
});

/** A time inside the run. */
const inside = (random: Random, { from, length }: Window) => from + between(random, 0.05, 0.95) * length;

function smooth(random: Random, window: Window): Recipe {
  const { from, length } = window;
  const omega = (2 * Math.PI * logarithmic(random, 0.2, 8)) / length;
  const make = pick<() => Recipe>(random, [
    () => pulse("gaussian", { center: inside(random, window), sigma: logarithmic(random, 0.05, 1) * length }),
    () => pulse("sine", { omega, phase: between(random, -3, 3) }),
    () => pulse("cosine", { omega }),
    () => pulse("chirp", { omega, rate: (omega / length) * between(random, -0.5, 0.5), start: from }),
    () => pulse("exponential", { rate: between(random, -2, 1) / length, start: from }),
    () =>
      product(pulse("gaussian", { center: inside(random, window), sigma: 0.2 * length }), pulse("cosine", { omega })),
  ]);
  return make();
}

function kinked(random: Random, window: Window): Recipe {
  const { from, to, length } = window;
  const [a, b] = [inside(random, window), inside(random, window)].sort((x, y) => x - y) as [number, number];
  const edges = { from: a, to: b > a ? b : to };
  const count = 3 + Math.floor(random() * 8);
  const knots = Array.from({ length: count + 1 }, (_, k) => (k === count ? to : from + (k * length) / count));
  const values = (n: number) => Array.from({ length: n }, () => between(random, -1, 1));
  const make = pick<() => Recipe>(random, [
    () => pulse("square", edges),
    () =>
      pulse("squareWave", { period: length / between(random, 0.7, 4), start: from, duty: between(random, 0.2, 0.8) }),
    () => pulse("ramp", edges),
    () => pulse("smoothRamp", edges),
    () => ({ kind: "piecewise", times: knots, values: values(count) }),
    () => ({ kind: "samples", times: knots, values: values(count + 1), order: pick(random, [0, 1, 2, 3] as const) }),
    () => product(pulse("square", edges), smooth(random, window)),
  ]);
  return make();
}

/** A coefficient of order 1. */
export function driveOf(random: Random, times: readonly number[], kinks: boolean, complex: boolean): Recipe {
  const window = windowOf(times);
  const own = kinks ? kinked(random, window) : smooth(random, window);
  if (!complex || random() < 0.4) return own;
  const omega = (2 * Math.PI * between(random, -4, 4)) / window.length;
  return product(
    own,
    random() < 0.7 ? pulse("rotation", { omega, phase: between(random, -3, 3) }) : constant(0.6, -0.8),
  );
}

/** A rate: a square, or with values below zero. */
export function rateOf(random: Random, times: readonly number[], kinks: boolean, negative: boolean): Recipe {
  const window = windowOf(times);
  const own = kinks ? kinked(random, window) : smooth(random, window);
  return negative ? sum(constant(0.4), product(constant(0.5), own)) : product(own, own);
}

/** Times at which a coefficient jumps or has a kink, in a run. */
export function marksOf(recipe: Recipe, from: number, to: number): number[] {
  switch (recipe.kind) {
    case "constant":
      return [];
    case "conjugate":
      return marksOf(recipe.of, from, to);
    case "sum":
    case "product":
      return recipe.of.flatMap((part) => marksOf(part, from, to));
    case "samples":
    case "piecewise":
      return [...recipe.times];
    default: {
      const { period, start = 0, duty = 0, from: begin, to: end } = recipe.parameters;
      if (period === undefined) return begin === undefined || end === undefined ? [] : [begin, end];
      const periods = Math.ceil((to - from) / period) + 2;
      const first = Math.floor((from - start) / period) - 1;
      return Array.from({ length: periods }, (_, k) => first + k).flatMap((k) => [
        start + k * period,
        start + (k + duty) * period,
      ]);
    }
  }
}
