/** Whether means over trajectories are the exact ones to within their standard errors. */

/** Of standard errors: means of some hundred trajectories that are further off have another cause than chance. */
export const MOST_DEVIATION = 5;
/** Standard errors below so many times the tolerance are no measure: there the tolerance counts. */
const TOLERANCES = 10;

/**
 * How far means are from exact ones, in standard errors: of each observable the root mean square over time of the one over that of the other, the
 * largest of them. `expect` and `stdError` in the order of the observables, or by name in that order.
 */
export function deviation({ rtol }, { expect, stdError }, exact) {
  const [means, errors] = [Object.values(expect), Object.values(stdError)];
  const shares = exact.map((series, k) => {
    const scale = Math.max(1, ...series.map(Math.abs));
    const off = rms(series.map((x, t) => x - means[k][t]));
    return off / Math.max(rms(errors[k]), TOLERANCES * rtol * scale);
  });
  return Math.max(...shares);
}

function rms(values) {
  const list = Array.from(values);
  return Math.sqrt(list.reduce((sum, x) => sum + x * x, 0) / list.length);
}
