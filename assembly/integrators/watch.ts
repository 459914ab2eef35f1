/**
 * Rows of rho that are watched during a step: a weighted sum of their norms must stay below a limit. The host has cut levels off; the
 * sum bounds the rate at which weight would go there.
 */

/** Row r has the elements starts[r] … starts[r + 1]: byte offsets into the state vector, and what their squares count. */
@unmanaged
export class Watch {
  count: i32;
  /** i32, count + 1 of them. */
  starts: usize;
  /** u32 byte offsets. */
  offsets: usize;
  /** Doubles. */
  squares: usize;
  /** Doubles, one a row. */
  weights: usize;
  limit: f64;
}

/** Elements of all rows. */
export function watchedElements(watch: Watch): i32 {
  return load<i32>(watch.starts + ((<usize>watch.count) << 2));
}

/** values[e] += factor·x[offset of e] */
export function gatherWatched(watch: Watch, factor: f64, x: usize, values: usize): void {
  const n = watchedElements(watch);
  const offsets = watch.offsets;
  for (let e = 0; e < n; e++) {
    const at = values + ((<usize>e) << 3);
    store<f64>(at, load<f64>(at) + factor * load<f64>(x + load<u32>(offsets + ((<usize>e) << 2))));
  }
}

/** The weighted sum of norms. */
export function watchedRate(watch: Watch, values: usize): f64 {
  let rate: f64 = 0;
  let e = 0;
  for (let row = 0; row < watch.count; row++) {
    const end = load<i32>(watch.starts + ((<usize>(row + 1)) << 2));
    let square: f64 = 0;
    for (; e < end; e++) {
      const value = load<f64>(values + ((<usize>e) << 3));
      square += load<f64>(watch.squares + ((<usize>e) << 3)) * value * value;
    }
    rate += load<f64>(watch.weights + ((<usize>row) << 3)) * Math.sqrt(square);
  }
  return rate;
}
