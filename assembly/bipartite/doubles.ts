/**
 * Vectors of doubles by their addresses.
 */

// @ts-ignore: decorator
@inline
export function at(x: usize, k: i32): f64 {
  return load<f64>(x + ((<usize>k) << 3));
}

// @ts-ignore: decorator
@inline
export function put(x: usize, k: i32, value: f64): void {
  store<f64>(x + ((<usize>k) << 3), value);
}

// @ts-ignore: decorator
@inline
export function plus(x: usize, k: i32, value: f64): void {
  put(x, k, at(x, k) + value);
}

/** y += a·x */
export function addScaled(count: i32, a: f64, x: usize, y: usize): void {
  for (let k = 0; k < count; k++) plus(y, k, a * at(x, k));
}
