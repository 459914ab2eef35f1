/**
 * Vectors of three numbers, and directions.
 * @module
 */
export type Vector = [number, number, number];

/** n + p u + q v */
export function combined(n: Vector, p: number, u: Vector, q: number, v: Vector): Vector {
  return [n[0] + p * u[0] + q * v[0], n[1] + p * u[1] + q * v[1], n[2] + p * u[2] + q * v[2]];
}

/** Two directions at right angles to the direction n and to each other. */
export function tangents(n: Vector): [Vector, Vector] {
  const axis: Vector = Math.abs(n[0]) < 0.6 ? [1, 0, 0] : [0, 1, 0];
  const along = inner(axis, n);
  const u = unit([axis[0] - along * n[0], axis[1] - along * n[1], axis[2] - along * n[2]]);
  return [u, cross(n, u)];
}

/** The direction half way. */
export function between(a: Vector, b: Vector): Vector {
  return unit([a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function inner(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: Vector): Vector {
  const length = Math.sqrt(inner(a, a));
  return [a[0] / length, a[1] / length, a[2] / length];
}
