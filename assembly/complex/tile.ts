/**
 * What register blocks of different products share: rows of four or eight doubles on their way to C, and the half of a Hermitian
 * product that X + X† completes to the whole: what lies above the diagonal, and half of the diagonal.
 */

/** Bytes at the head of a scratch for one register block: four rows of eight doubles, both planes. */
export const TILE_BYTES: usize = 512;

/** Four doubles to C, or onto them when `keep`. */
// @ts-ignore: decorator
@inline
export function put4(c: usize, v0: v128, v1: v128, keep: bool): void {
  if (keep) {
    const c0 = v128.load(c);
    const c1 = v128.load(c, 16);
    const s0 = f64x2.add(c0, v0);
    const s1 = f64x2.add(c1, v1);
    v128.store(c, s0);
    v128.store(c, s1, 16);
  } else {
    v128.store(c, v0);
    v128.store(c, v1, 16);
  }
}

/** Eight doubles to C, or onto them when `keep`. */
// @ts-ignore: decorator
@inline
export function put8(c: usize, v0: v128, v1: v128, v2: v128, v3: v128, keep: bool): void {
  put4(c, v0, v1, keep);
  put4(c + 32, v2, v3, keep);
}

/**
 * Adds to C the upper half of two rows, `width` doubles each, of a register block that lies densely in `tile`, its planes `tilePlane`
 * apart. The diagonal meets the first row at column `skip`; below zero, both rows are added whole.
 */
export function addUpperHalf(
  tile: usize,
  tilePlane: usize,
  c: usize,
  stride: usize,
  plane: usize,
  skip: i32,
  width: i32,
): void {
  const row = (<usize>width) << 3;
  let upperWeight = f64x2.splat(1);
  let lowerWeight = upperWeight;
  if (skip >= 0) {
    upperWeight = f64x2.replace_lane(upperWeight, 0, 0.5);
    lowerWeight = f64x2.replace_lane(f64x2.splat(0), 1, 0.5);
  }
  for (let at = (<usize>max(skip, 0)) << 3; at < row; at += 16) {
    addScaled(c + at, tile + at, upperWeight);
    addScaled(c + stride + at, tile + row + at, lowerWeight);
    addScaled(c + plane + at, tile + tilePlane + at, upperWeight);
    addScaled(c + plane + stride + at, tile + tilePlane + row + at, lowerWeight);
    upperWeight = f64x2.splat(1);
    lowerWeight = upperWeight;
  }
}

// @ts-ignore: decorator
@inline
function addScaled(c: usize, tile: usize, weight: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(weight, v128.load(tile))));
}
