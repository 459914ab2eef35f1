/** Timing with benchmark.js, and the few statistics the tables need. */
import Benchmark from "benchmark";

const WARM_UP_SECONDS = 0.5;

/** Calls `fn` until the engine has compiled it for good. */
export function warmUp(fn) {
  const end = performance.now() + 1000 * WARM_UP_SECONDS;
  do fn();
  while (performance.now() < end);
}

/**
 * Runs functions as a benchmark.js suite for about `seconds` each; by name, its samples: seconds a call, each the mean of the calls of
 * `sampleSeconds` (default: benchmark.js's own, 0.05). Where the peer times single calls, that must be shorter than what a scheduler
 * gives to others at a time, or only this side would be charged for it.
 */
export function sample(functions, seconds, sampleSeconds) {
  const suite = new Benchmark.Suite();
  for (const [name, fn] of Object.entries(functions)) {
    suite.add(name, fn, { maxTime: seconds, ...(sampleSeconds === undefined ? {} : { minTime: sampleSeconds }) });
  }
  suite.run({ async: false });
  return Object.fromEntries(
    Array.from(suite, (bench) => {
      if (bench.error) throw bench.error;
      return [bench.name, bench.stats.sample];
    }),
  );
}

export function median(values) {
  return quantile(values, 0.5);
}

/** How far the middle half of the values reaches, relative to the median. */
export function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

function quantile(values, fraction) {
  const sorted = Float64Array.from(values).sort();
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.ceil(place)] - sorted[below]);
}

/** max |a - b| over two lists of lists. */
export function maxDifference(a, b) {
  return Math.max(...a.map((row, i) => Math.max(...Array.from(row, (value, k) => Math.abs(value - b[i][k])))));
}
