/**
 * What "times as fast" means. Points are `{ solver, method, rtol, median, error }`, one for every tolerance a method was run with.
 *
 * Same tolerance: every method gets the problem's rtol and atol; the best is the fastest whose error is at most ten times rtol (times
 * the largest observable where that is above 1), or at most ours: else it has not solved the problem.
 * Equal error: every method gets the time it takes to reach our error. Between two tolerances whose errors lie on either side of it the
 * time is interpolated, both logarithmic; where the loosest that was tried is better already, its time counts; a method that never
 * gets there has none.
 */

/** Below this all errors are rounding, and equal. */
export const ROUNDING = 1e-13;

/** What our row is called whose coefficients are functions of JavaScript. */
export const AS_FUNCTIONS = "auto+functions";

/** The error up to which a method has solved the problem. */
export function usableError(own, { rtol }, reference) {
  const scale = reference.flat(2).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return Math.max(own.error, 10 * rtol * scale);
}

/** The error that "equal error" asks the peers for. */
export function targetError(own) {
  return Math.max(own.error, ROUNDING);
}

/** The time that `points` of one method take to reach `error`; undefined when none of them does. */
export function timeAtError(points, error) {
  const reaching = points.filter((point) => point.error <= error);
  if (reaching.length === 0) return undefined;
  // the loosest that reaches it, and the tightest that does not
  const inside = reaching.reduce((a, b) => (b.error > a.error ? b : a));
  const missing = points.filter((point) => point.error > error);
  if (missing.length === 0)
    return reaching.reduce((least, { median }) => Math.min(least, median), Number.POSITIVE_INFINITY);
  const outside = missing.reduce((a, b) => (b.error < a.error ? b : a));
  const floor = (value) => Math.max(value, ROUNDING / 1e3);
  const share = Math.log(outside.error / error) / Math.log(outside.error / floor(inside.error));
  return outside.median * (inside.median / outside.median) ** share;
}

/**
 * The fastest of these points' methods, at the same tolerance and at equal error: `{ method, seconds, ratio, atLeast }`; `searched` are
 * points that were measured once, for methods that were not timed at our error. With `atLeast`, the fastest is a method that was not run at tolerances tight enough to reach our error: it takes at least so long.
 */
export function compareWith(own, points, { rtol, usable, searched = [] }) {
  const same = points.filter((point) => point.rtol === rtol && point.error <= usable);
  const methods = [...new Set(points.filter((point) => point.error <= usable).map(({ method }) => method))];
  const atError = methods.map((method) => {
    const theirs = points.filter((point) => point.method === method);
    // one that was found slower at our error was not timed again there
    const found = searched.filter((point) => point.method === method);
    const seconds = timeAtError(theirs, targetError(own)) ?? timeAtError(found, targetError(own));
    const tightest = theirs.reduce((a, b) => (b.error < a.error ? b : a));
    return seconds === undefined ? { method, seconds: tightest.median, atLeast: true } : { method, seconds };
  });
  return {
    sameTolerance: best(
      same.map((point) => ({ method: point.method, seconds: point.median, error: point.error })),
      own,
    ),
    equalError: best(atError, own),
  };
}

function best(candidates, own) {
  if (candidates.length === 0) return undefined;
  const fastest = candidates.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  return { ...fastest, ratio: fastest.seconds / own.median };
}

/** The ratios that this library sets out for, by the number of levels. */
export function targets({ key, d, driven = false }) {
  return {
    best: driven ? (d <= 16 ? 10 : 4) : d <= 8 ? 15 : d < 128 ? 8 : 4,
    dynamiqs: 2,
    ...(key === "P9:50" ? { default: 10 } : {}),
  };
}

/** At the same tolerance / at equal error. */
export function both(ratios) {
  const show = (one) => (one === undefined ? "-" : `${one.atLeast ? "≥ " : ""}${one.ratio.toFixed(1)}`);
  return `${show(ratios?.sameTolerance)} / ${show(ratios?.equalError)}`;
}

/** Whether an aim is reached at equal error; with a star when some methods of that solver were not tried for lack of time. */
export function verdict(ratios, aim, dropped = [], solver = undefined) {
  const ratio = ratios?.equalError?.ratio;
  const star = dropped.some((one) => one.solver === solver && one.rtol === undefined) ? "*" : "";
  return ratio === undefined ? "-" : `${aim}: ${ratio >= aim ? "met" : "missed"}${star}`;
}
