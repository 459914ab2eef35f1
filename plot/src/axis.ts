/**
 * Linear axes: their range, their ticks, and labels that stay short whatever the numbers. A common power of ten is taken out of
 * very large and very small ones, and stands in the axis' title.
 * @module
 */

/** An axis; domain and ticks count in its unit, from its origin. */
export interface Axis {
  /** What is taken off, so that the rest can be told apart. */
  readonly origin: number;
  readonly unit: number;
  /** The unit in a title: `10⁻⁹`; empty when it is 1. */
  readonly power: string;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly format: (tick: number) => string;
}

/** Numbers from here to there are written out. */
const [PLAIN_FROM, PLAIN_TO] = [1e-3, 1e5];
/** The smallest and largest powers of ten that are doubles. */
const [LEAST_EXPONENT, LARGEST_EXPONENT] = [-323, 308];
/** An axis begins at zero unless the values spread by less than this share of the largest... */
const SMALL_SPREAD = 0.1;
/** ...and by more than this: rounding is not worth a magnifying glass. */
const ROUNDING = 1e-9;
/** Times that differ by less than this share of the latest are counted from the first. */
const LATE = 1e-4;
const MAX_DECIMALS = 15;

/** What is on an axis, with its power of ten. */
export function nameOf({ power }: Axis, text: string): string {
  const unit = power === "" ? "" : `in ${power}`;
  return text === "" || unit === "" ? `${text}${unit}` : `${text}, ${unit}`;
}

/** A vertical axis for values: about `count` ticks, ends at ticks, zero in it unless that hides how the values differ. */
export function valueAxis(values: readonly number[], count: number): Axis {
  const finite = values.filter(Number.isFinite);
  const { unit, power } = unitOf(finite);
  const scaled = finite.map((value) => value / unit);
  let [low, high] = rangeOf(scaled);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // what rounding leaves on the other side of zero needs no room there
  if (low < 0 && -low < ROUNDING * largest) low = 0;
  if (high > 0 && high < ROUNDING * largest) high = 0;
  const spread = high - low;
  if (!(spread > ROUNDING * largest && spread < SMALL_SPREAD * largest))
    [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  if (low === high) [low, high] = [-1, 1];
  // a wider range may ask for wider steps
  for (let round = 0; round < 2; round++) {
    const step = stepOf(high - low, count);
    [low, high] = [Math.floor(low / step + ROUNDING) * step, Math.ceil(high / step - ROUNDING) * step];
  }
  return { origin: 0, unit, power, domain: [low, high], ...ticksOf(low, high, count) };
}

/** A horizontal axis over exactly these times, with as many ticks as `fits` says have room. */
export function timeAxis(times: ArrayLike<number>, fits: (labels: readonly string[]) => boolean): Axis {
  const ends = times.length === 0 ? [0, 1] : [times[0]!, times[times.length - 1]!];
  const [from, to] = ends as [number, number];
  const origin = to > from && to - from < LATE * Math.max(Math.abs(from), Math.abs(to)) ? from : 0;
  const { unit, power } = unitOf([from - origin, to - origin]);
  let [low, high] = [(from - origin) / unit, (to - origin) / unit];
  if (low === high) [low, high] = [low - 1, high + 1];
  let count = 8;
  let made = ticksOf(low, high, count);
  while (count > 1 && !fits(made.ticks.map(made.format))) made = ticksOf(low, high, --count);
  return { origin, unit, power, domain: [low, high], ...made };
}

/** A horizontal or vertical axis over logarithms to base ten: ticks at powers of ten, and between them where there are few. */
export function logAxis(domain: readonly [number, number], fits: (labels: readonly string[]) => boolean): Axis {
  const [low, high] = domain;
  const exponents = (from: number, to: number, step: number) =>
    Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, k) => from + k * step);
  const decades = (step: number) => exponents(Math.ceil(low / step - ROUNDING) * step, high, step);
  const within = (numbers: readonly number[]) =>
    exponents(Math.floor(low), high, 1)
      .flatMap((exponent) => numbers.map((number) => exponent + Math.log10(number)))
      .filter((at) => at >= low && at <= high);
  const format = (at: number) => {
    const exponent = Math.floor(at + ROUNDING);
    const mantissa = Math.round(10 ** (at - exponent));
    if (exponent >= -3 && exponent <= 4) return String(Number(`${mantissa}e${exponent}`));
    return `${mantissa === 1 ? "" : `${mantissa}·`}10${superscript(exponent)}`;
  };
  const choices = [within([1, 2, 5]), decades(1), ...[2, 5, 10, 20, 50, 100, 200].map(decades)];
  const ticks = choices.find((some) => some.length <= 10 && fits(some.map(format))) ?? [];
  return { origin: 0, unit: 1, power: "", domain, ticks, format };
}

function unitOf(values: readonly number[]): { unit: number; power: string } {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0 || (largest >= PLAIN_FROM && largest < PLAIN_TO)) return { unit: 1, power: "" };
  const exponent = Math.min(Math.max(Math.floor(Math.log10(largest)), LEAST_EXPONENT), LARGEST_EXPONENT);
  return { unit: Number(`1e${exponent}`), power: `10${superscript(exponent)}` };
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
}

function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** 1, 2 or 5 times a power of ten. */
function stepOf(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const ratio = raw / power;
  // the geometric means of neighbours, as d3 has them
  return power * (ratio >= Math.sqrt(50) ? 10 : ratio >= Math.sqrt(10) ? 5 : ratio >= Math.sqrt(2) ? 2 : 1);
}

function ticksOf(low: number, high: number, count: number): Pick<Axis, "ticks" | "format"> {
  const step = stepOf(high - low, count);
  const decimals = Math.min(Math.max(0, -Math.floor(Math.log10(step) + ROUNDING)), MAX_DECIMALS);
  const format = (tick: number) =>
    tick
      .toFixed(decimals)
      .replace(/^-(0\.?0*)$/, "$1")
      .replace("-", "−");
  const first = Math.ceil(low / step - ROUNDING);
  const last = Math.floor(high / step + ROUNDING);
  const all = Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  // beyond the digits of a double neighbours look alike
  const ticks = all.filter((tick, k) => k === 0 || format(tick) !== format(all[k - 1]!));
  return { ticks, format };
}

/** A horizontal axis over the numbers 0 to count - 1, half a step wider on both sides. */
export function countAxis(count: number, fits: (labels: readonly string[]) => boolean): Axis {
  const numbers = Math.max(count, 1);
  const format = (tick: number) => String(tick);
  const ticksAt = (step: number) => Array.from({ length: Math.ceil(numbers / step) }, (_, k) => k * step);
  let step = 1;
  while (step < numbers && !fits(ticksAt(step).map(format))) step = stepOf(step * 1.6, 1);
  return { origin: 0, unit: 1, power: "", domain: [-0.5, numbers - 0.5], ticks: ticksAt(step), format };
}
