/**
 * A sum of products of local factors as a matrix on kets, taken apart into blocks: a level is a pair (c, l), l that of the last sites, of `half` levels together. What acts on the sites before them alone
 * is a number times the identity in each of its blocks; what acts on the last ones is the same small matrix in all of its blocks. Neither indices nor values are read for single elements: a row of blocks
 * costs two loads and two multiply-adds for each number of it, with the numbers of the result kept in registers.
 *
 * The amplitudes of one c lie together, first their real parts, then their imaginary parts.
 */
import { madd, nmadd } from "../complex/simd";
import { addSlices, Coordinates } from "./coordinates";


@unmanaged
export class Local {
  /** Rows of blocks, and levels in each: a multiple of eight. */
  rows: i32;
  half: i32;
  /** Diagonal elements, in the order of amplitudes; or 0. */
  diagonal: usize;
  /** Numbers times the identity: i32 ends of those that are imaginary and of those that are real, in turn, a row after another; of each, where the block begins that it multiplies (u32, bytes) and the number. */
  ends: usize;
  sources: usize;
  numbers: usize;
  /** Small matrices: i32 ends; where the block begins that each multiplies, and which one it is (pointers to Coordinates); a factor. */
  blockEnds: usize;
  blockSources: usize;
  blocks: usize;
  blockFactors: usize;
}

/** out = factor·A·x, or added to it. */
export function applyLocal(a: Local, factor: f64, x: usize, out: usize, add: bool): void {
  const half = (<usize>a.half) << 3;
  const step = half << 1;
  let diagonal = a.diagonal;
  let ends = a.ends;
  let from = 0;
  let blockEnds = a.blockEnds;
  let k = 0;
  let at = x;
  const stop = out + <usize>a.rows * step;
  for (; out != stop; out += step, at += step, ends += 8, blockEnds += 4) {
    const middle = load<i32>(ends);
    const end = load<i32>(ends, 4);
    for (let tile: usize = 0; tile < half; tile += 64) {
      addTile(
        a,
        factor,
        x + tile,
        at + tile,
        diagonal == 0 ? 0 : diagonal + tile,
        half,
        out + tile,
        from,
        middle,
        end,
        add,
      );
    }
    if (diagonal != 0) diagonal += step;
    from = end;
    for (const last = load<i32>(blockEnds); k < last; k++) {
      const block = load<u32>(a.blocks + ((<usize>k) << 2));
      const source = <usize>load<u32>(a.blockSources + ((<usize>k) << 2));
      assert(source < <usize>a.rows * step, "applyLocal: a block lies outside the state");
      addSlices(
        changetype<Coordinates>(block),
        factor * load<f64>(a.blockFactors + ((<usize>k) << 3)),
        x + source,
        out,
      );
    }
  }
}

/** Eight levels of a row of blocks: the diagonal, and numbers times the identity. */
// @ts-ignore: decorator
@inline
function addTile(
  a: Local,
  factor: f64,
  x: usize,
  at: usize,
  diagonal: usize,
  half: usize,
  out: usize,
  from: i32,
  middle: i32,
  end: i32,
  add: bool,
): void {
  let r0 = f64x2.splat(0);
  let r1 = r0;
  let r2 = r0;
  let r3 = r0;
  let i0 = r0;
  let i1 = r0;
  let i2 = r0;
  let i3 = r0;
  if (diagonal != 0) {
    const d = diagonal + half;
    const y = at + half;
    r0 = nmadd(v128.load(d), v128.load(y), f64x2.mul(v128.load(diagonal), v128.load(at)));
    i0 = madd(v128.load(diagonal), v128.load(y), f64x2.mul(v128.load(d), v128.load(at)));
    r1 = nmadd(v128.load(d, 16), v128.load(y, 16), f64x2.mul(v128.load(diagonal, 16), v128.load(at, 16)));
    i1 = madd(v128.load(diagonal, 16), v128.load(y, 16), f64x2.mul(v128.load(d, 16), v128.load(at, 16)));
    r2 = nmadd(v128.load(d, 32), v128.load(y, 32), f64x2.mul(v128.load(diagonal, 32), v128.load(at, 32)));
    i2 = madd(v128.load(diagonal, 32), v128.load(y, 32), f64x2.mul(v128.load(d, 32), v128.load(at, 32)));
    r3 = nmadd(v128.load(d, 48), v128.load(y, 48), f64x2.mul(v128.load(diagonal, 48), v128.load(at, 48)));
    i3 = madd(v128.load(diagonal, 48), v128.load(y, 48), f64x2.mul(v128.load(d, 48), v128.load(at, 48)));
  }
  let k = from;
  for (; k < middle; k++) {
    const re = x + <usize>load<u32>(a.sources + ((<usize>k) << 2));
    const im = re + half;
    const s = v128.load_splat<f64>(a.numbers + ((<usize>k) << 3));
    r0 = nmadd(s, v128.load(im), r0);
    r1 = nmadd(s, v128.load(im, 16), r1);
    r2 = nmadd(s, v128.load(im, 32), r2);
    r3 = nmadd(s, v128.load(im, 48), r3);
    i0 = madd(s, v128.load(re), i0);
    i1 = madd(s, v128.load(re, 16), i1);
    i2 = madd(s, v128.load(re, 32), i2);
    i3 = madd(s, v128.load(re, 48), i3);
  }
  for (; k < end; k++) {
    const re = x + <usize>load<u32>(a.sources + ((<usize>k) << 2));
    const im = re + half;
    const s = v128.load_splat<f64>(a.numbers + ((<usize>k) << 3));
    r0 = madd(s, v128.load(re), r0);
    r1 = madd(s, v128.load(re, 16), r1);
    r2 = madd(s, v128.load(re, 32), r2);
    r3 = madd(s, v128.load(re, 48), r3);
    i0 = madd(s, v128.load(im), i0);
    i1 = madd(s, v128.load(im, 16), i1);
    i2 = madd(s, v128.load(im, 32), i2);
    i3 = madd(s, v128.load(im, 48), i3);
  }
  const f = f64x2.splat(factor);
  if (add) {
    put<i32>(f, out, r0, r1, r2, r3);
    put<i32>(f, out + half, i0, i1, i2, i3);
  } else {
    put<bool>(f, out, r0, r1, r2, r3);
    put<bool>(f, out + half, i0, i1, i2, i3);
  }
}

/** With T = bool what is there is overwritten, with T = i32 added to. */
// @ts-ignore: decorator
@inline
function put<T>(f: v128, out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, isBoolean<T>() ? f64x2.mul(f, a) : madd(f, a, v128.load(out)));
  v128.store(out, isBoolean<T>() ? f64x2.mul(f, b) : madd(f, b, v128.load(out, 16)), 16);
  v128.store(out, isBoolean<T>() ? f64x2.mul(f, c) : madd(f, c, v128.load(out, 32)), 32);
  v128.store(out, isBoolean<T>() ? f64x2.mul(f, d) : madd(f, d, v128.load(out, 48)), 48);
}
