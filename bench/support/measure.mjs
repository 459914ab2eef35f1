/** Timing: single calls of what takes long, benchmark.js for what does not; and the few statistics the tables need. */
import Benchmark from "benchmark";

const WARM_UP_SECONDS = 0.5;
/** A sample of benchmark.js is made of calls that take about so long together: most of them are not interrupted by other programs. */
const MIN_SECONDS = 3e-4;
const BATCH_SECONDS = 0.02;

/** Calls `fn` until the engine has compiled it for good; the shortest time of a call, in seconds. */
export function warmUp(fn, seconds = WARM_UP_SECONDS) {
  const end = performance.now() + 1000 * seconds;
  let shortest = Number.POSITIVE_INFINITY;
  do shortest = Math.min(shortest, secondsOf(fn));
  while (performance.now() < end);
  return shortest;
}

/** How long one call takes. */
export function secondsOf(fn) {
  const start = performance.now();
  fn();
  return (performance.now() - start) / 1000;
}

/** Times of single calls as the peers take theirs (bench/peers/protocol.py): at least one, more until `seconds` are over. */
export function timeCalls(fn, seconds, timeOf = secondsOf) {
  const times = [];
  const end = performance.now() + 1000 * seconds;
  do times.push(timeOf(fn));
  while (performance.now() < end);
  return times;
}

/**
 * Processor time of one call, of all threads of this process: what other programs take meanwhile is not in it. The mean of as many as take
 * `batch` seconds, if one takes `estimate`: asking for it takes a tenth of a millisecond.
 */
export function processorSecondsOf(fn, estimate, batch = BATCH_SECONDS) {
  // too coarse a clock there
  if (process.platform === "win32") return secondsOf(fn);
  const calls = Math.max(1, Math.ceil(batch / estimate));
  const start = process.cpuUsage();
  for (let k = 0; k < calls; k++) fn();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6 / calls;
}

/**
 * Runs functions as a benchmark.js suite for about `seconds` each, but at least two samples; by name, its samples: seconds a call, each
 * the mean of the calls of `sampleSeconds`. Where the peer times single calls, that must be shorter than what a scheduler gives to others
 * at a time, or only this side would be charged for it.
 */
export function sample(functions, seconds, sampleSeconds = MIN_SECONDS) {
  const suite = new Benchmark.Suite();
  for (const [name, fn] of Object.entries(functions))
    suite.add(name, fn, { maxTime: seconds, minSamples: 2, minTime: sampleSeconds });
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
