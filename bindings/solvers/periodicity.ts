/**
 * Generators that repeat themselves: whether they do, and times within their period.
 * @module
 */
import { COEFFICIENT_SPLINE } from "../../assembly/constants.ts";
import type { NamedCoefficient } from "../coefficients/named.ts";
import { evaluate, type RealFunction } from "../coefficients/real.ts";
import { InvalidArgumentError, NotPeriodicError } from "../errors.ts";
import type { Complex } from "../operators/complex.ts";

/** Times at which a coefficient is compared with itself, off any regular grid, besides one in every stretch. */
const LOOKS = 256;
const MOST_LOOKS = 4096;
/** Stretches shorter than this share of the period are not looked at: one period later times are rounded. */
const SLIVER = 1e-9;
/** How far it may be from itself, relative to its largest value: digits of a period that was typed … */
const TYPED = 1e-7;
/** … and what a smooth curve through samples is off by between them. */
const INTERPOLATED = 1e-4;

/** @throws {@link InvalidArgumentError} */
export function checkPeriod(period: number, where: string): void {
  if (!(Number.isFinite(period) && period > 0)) {
    throw new InvalidArgumentError(`${where}: period`, period, "a finite number > 0");
  }
}

/** The time in [0, period) that t is a whole number of periods away from. */
export function within(t: number, period: number): number {
  const s = t - Math.floor(t / period) * period;
  return s >= 0 && s < period ? s : 0;
}

/**
 * Compares every coefficient with itself one period later. Samples that end before are taken to go on as in the first period.
 * @throws {@link NotPeriodicError} naming the coefficient that differs most for its size
 */
export function checkPeriodic(named: readonly NamedCoefficient[], period: number, where: string): void {
  for (const { name, coefficient, phaseless } of named) {
    const parts = [coefficient.re, coefficient.im];
    const seen = (value: Complex): Complex => (phaseless ? { re: Math.hypot(value.re, value.im), im: 0 } : value);
    const later = (t: number) => parts.map((f) => onePeriodLater(f, t, period)) as [number, number];
    let [size, deviation, time] = [0, 0, 0];
    for (const t of looks(parts, period)) {
      const [re, im] = later(t);
      const [a, b] = [seen(coefficient.at(t)), seen({ re, im })];
      const difference = Math.hypot(b.re - a.re, b.im - a.im);
      size = Math.max(size, Math.hypot(a.re, a.im), Math.hypot(b.re, b.im));
      if (difference > deviation) [deviation, time] = [difference, t];
    }
    if (deviation > (parts.some(isCurved) ? INTERPOLATED : TYPED) * size) {
      throw new NotPeriodicError(`${where}: ${name}`, period, time, deviation);
    }
  }
}

/** In none of them anything jumps, unless by chance: a jump may fall on either side of a time one period later. */
function looks(parts: readonly RealFunction[], period: number): number[] {
  const golden = 0.6180339887498949;
  const span = { from: 0, to: period, times: Float64Array.of(0, period) };
  const middles = parts.flatMap((f) => {
    const ends = [0, ...f.stretches(span).map(({ end }) => end)];
    return ends.flatMap((end, k) => {
      const begin = ends[k - 1] ?? end;
      return end - begin > SLIVER * period ? [0.5 * (begin + end)] : [];
    });
  });
  const every = Math.ceil(middles.length / MOST_LOOKS);
  return [
    ...Array.from({ length: LOOKS }, (_, k) => ((golden * (k + 1)) % 1) * period),
    ...middles.filter((_, k) => k % every === 0),
  ];
}

function onePeriodLater(f: RealFunction, t: number, period: number): number {
  return evaluate(f, (leaf) => leaf.at(leaf.kind === COEFFICIENT_SPLINE && endOf(leaf) < t + period ? t : t + period));
}

/** The last knot of a spline. */
function endOf({ table, parameters }: RealFunction): number {
  return table![parameters[0]!]!;
}

/** Whether a spline of order 2 or 3 is in it. */
function isCurved(f: RealFunction): boolean {
  return f.operands.some(isCurved) || (f.kind === COEFFICIENT_SPLINE && f.parameters[1]! > 1);
}
