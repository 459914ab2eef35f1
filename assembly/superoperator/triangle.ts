/**
 * The generator on one triangle of a Hermitian matrix, for banded G = -iH - ½ sum L†L and jumps on one diagonal each:
 *   L[rho]_ij = sum_s g_s[i] rho_(i+s)j + conj(g_s[j]) rho_i(j+s) + sum l_i conj(l_j) rho_(i+s)(j+s),   g_s[i] = G_i(i+s),
 * for j >= i only. Products from both sides are rows moved along, each row is finished while it is in cache, and an integrator's
 * vectors are half as long as those of whole matrices.
 *
 * A vector: all real parts, then all imaginary parts, of the rows one after another; row i begins at column max(0, i - band) & ~1 and
 * ends with the last whole SIMD vector. What lies left of the diagonal there inside the band is the mirror image of what lies
 * above it, so that every read is contiguous. Before, between and after the parts lie `zeros`, as many as any shift reaches: where rows end a
 * coefficient is zero, and what it multiplies is read from inside the vector. Zeros are never written: vectors come zeroed.
 */
import {
  LEAD_COUPLED,
  LEAD_DIAGONAL,
  LEAD_LOWER,
  LEAD_LOWER_OTHER,
  LEAD_LOWER_RAISE,
  TERM_JUMP_COMPLEX,
  TERM_JUMP_REAL,
  TERM_PAIR_COMPLEX,
  TERM_PAIR_IMAGINARY,
  TERM_PAIR_REAL,
} from "../constants";
import { madd, nmadd } from "../complex/simd";
import { fillRandom } from "../complex/vector";


@unmanaged
export class Triangle {
  d: i32;
  /** Doubles of a vector. */
  length: i32;
  /** Elements left of the diagonal that are kept: one at least, for it may share a SIMD vector with the diagonal. */
  band: i32;
  /** Distance from real to imaginary parts, in bytes. */
  plane: usize;
  /** u32: byte offset of each row's column 0, were it kept. */
  rows: usize;
  /** What the first pass over a row does, LEAD_…: the diagonal of G, the couplings next to it, jumps. */
  lead: i32;
  /** Shift of its other jump. */
  otherJump: i32;
  /** What it needs, a SIMD vector of each side by side: Re g_0, Im g_0, Im g_-1, Im g_1, the real l of its jumps. */
  coefficients: usize;
  /** Array of TriangleTerm: everything else. */
  terms: usize;
  termCount: i32;
}


@unmanaged
export class TriangleTerm {
  /** TERM_… */
  kind: i32;
  shift: i32;
  /** As those of the first pass: g_(-shift), g_shift of a pair, l of a jump; real or imaginary parts, or (complex) real parts and imaginary parts. */
  coefficients: usize;
}

/** out = L[x]; the zeros of `out` are left alone. */
export function applyTriangle(t: Triangle, x: usize, out: usize): void {
  assert(x != out, "applyTriangle: the result overlaps its argument");
  const d = t.d;
  const lead = t.lead;
  const terms = t.terms;
  const stop = terms + <usize>t.termCount * offsetof<TriangleTerm>();
  for (let i = 0; i < d; i++) {
    if (lead == LEAD_DIAGONAL) diagonalRow(t, i, x, out);
    else if (lead == LEAD_COUPLED) leadRow(t, i, x, out, false, false, false);
    else if (lead == LEAD_LOWER) leadRow(t, i, x, out, true, false, false);
    else if (lead == LEAD_LOWER_RAISE) leadRow(t, i, x, out, true, true, false);
    else if (lead == LEAD_LOWER_OTHER) leadRow(t, i, x, out, true, false, true);
    else leadRow(t, i, x, out, false, false, true);
    for (let at = terms; at != stop; at += offsetof<TriangleTerm>()) {
      const term = changetype<TriangleTerm>(at);
      const kind = term.kind;
      if (kind == TERM_JUMP_REAL) jumpRow(t, term, i, x, out, true);
      else if (kind == TERM_JUMP_COMPLEX) jumpRow(t, term, i, x, out, false);
      else if (kind == TERM_PAIR_REAL) pairRow(t, term, i, x, out, TERM_PAIR_REAL);
      else if (kind == TERM_PAIR_IMAGINARY) pairRow(t, term, i, x, out, TERM_PAIR_IMAGINARY);
      else pairRow(t, term, i, x, out, TERM_PAIR_COMPLEX);
    }
    mirrorRow(t, i, out);
  }
}

/** Completes a row whose upper part, and those of the rows above, are there. */
export function mirrorRow(t: Triangle, i: i32, x: usize): void {
  const plane = t.plane;
  const column = x + ((<usize>i) << 3);
  const row = rowOf(t, i, x);
  store<f64>(row + plane + ((<usize>i) << 3), 0);
  for (let k = max(0, i - t.band); k < i; k++) {
    const from = column + load<u32>(t.rows + ((<usize>k) << 2));
    const to = row + ((<usize>k) << 3);
    store<f64>(to, load<f64>(from));
    store<f64>(to + plane, -load<f64>(from + plane));
  }
}

/** Fills a zeroed vector with a Hermitian matrix from a fixed sequence; returns where the sequence goes on. */
export function randomTriangle(t: Triangle, out: usize, seed: u64): u64 {
  for (let i = 0; i < t.d; i++) {
    const diagonal = rowOf(t, i, out) + ((<usize>i) << 3);
    seed = fillRandom(diagonal, t.d - i, seed);
    seed = fillRandom(diagonal + t.plane, t.d - i, seed);
    mirrorRow(t, i, out);
  }
  return seed;
}

/** Where column 0 of row i would be. */
// @ts-ignore: decorator
@inline
function rowOf(t: Triangle, i: i32, x: usize): usize {
  return x + load<u32>(t.rows + ((<usize>i) << 2));
}

/** One past the last vector of row i. */
// @ts-ignore: decorator
@inline
function endOfRow(t: Triangle, i: i32, x: usize): usize {
  return rowOf(t, i, x) + ((<usize>((t.d + 1) & ~1)) << 3);
}

/** The row i + shift, or, where there is none and its coefficients are zero, row i. */
// @ts-ignore: decorator
@inline
function nearRow(t: Triangle, i: i32, shift: i32, x: usize): usize {
  const k = i + shift;
  return rowOf(t, <u32>k < <u32>t.d ? k : i, x);
}

/** The same moved by as many columns. */
// @ts-ignore: decorator
@inline
function movedRow(t: Triangle, i: i32, shift: i32, x: usize): usize {
  const k = i + shift;
  return <u32>k < <u32>t.d ? rowOf(t, k, x) + ((<usize>shift) << 3) : rowOf(t, i, x);
}

/** out_ij = (g_i + conj(g_j)) x_ij */
function diagonalRow(t: Triangle, i: i32, x: usize, out: usize): void {
  const plane = t.plane;
  let c = t.coefficients + ((<usize>(i >> 1)) << 5);
  const own = c + ((<usize>(i & 1)) << 3);
  const gr = v128.load_splat<f64>(own);
  const gi = v128.load_splat<f64>(own, 16);
  const start = (<usize>(i & ~1)) << 3;
  let p = rowOf(t, i, x) + start;
  let o = rowOf(t, i, out) + start;
  const end = endOfRow(t, i, out);
  do {
    const fr = f64x2.add(gr, v128.load(c));
    const fi = f64x2.sub(gi, v128.load(c, 16));
    const xr = v128.load(p);
    const xi = v128.load(p + plane);
    v128.store(o, nmadd(fi, xi, f64x2.mul(fr, xr)));
    v128.store(o + plane, madd(fi, xr, f64x2.mul(fr, xi)));
    p += 16;
    o += 16;
    c += 32;
  } while (o != end);
}

/**
 * Everything in `lead`, both couplings purely imaginary and next to the main diagonal: distances are constants then, and so are those of
 * the jumps `raise` (shift -1) and `lower` (shift 1); `other` has any shift.
 */
// @ts-ignore: decorator
@inline
function leadRow(t: Triangle, i: i32, x: usize, out: usize, lower: bool, raise: bool, other: bool): void {
  const plane = t.plane;
  const stride: usize = 64 + (lower ? 16 : 0) + (raise || other ? 16 : 0);
  let c = t.coefficients + <usize>(i >> 1) * stride;
  const own = c + ((<usize>(i & 1)) << 3);
  const gr = v128.load_splat<f64>(own);
  const gi = v128.load_splat<f64>(own, 16);
  const ga = v128.load_splat<f64>(own, 32);
  const gb = v128.load_splat<f64>(own, 48);
  const l = lower ? v128.load_splat<f64>(own, 64) : gr;
  const m = raise || other ? (lower ? v128.load_splat<f64>(own, 80) : v128.load_splat<f64>(own, 64)) : gr;
  const start = (<usize>(i & ~1)) << 3;
  // One column to the left: offsets are not negative.
  let p = rowOf(t, i, x) + start - 8;
  let pi = p + plane;
  let a = nearRow(t, i, -1, x) + start - 8;
  let ai = a + plane;
  let b = nearRow(t, i, 1, x) + start;
  let bi = b + plane;
  let q = other ? movedRow(t, i, t.otherJump, x) + start : 0;
  let qi = q + plane;
  let o = rowOf(t, i, out) + start;
  let oi = o + plane;
  const end = endOfRow(t, i, out);
  do {
    const fr = f64x2.add(gr, v128.load(c));
    const fi = f64x2.sub(gi, v128.load(c, 16));
    const ca = v128.load(c, 32);
    const cb = v128.load(c, 48);
    let re = f64x2.mul(fr, v128.load(p, 8));
    let im = f64x2.mul(fr, v128.load(pi, 8));
    re = nmadd(fi, v128.load(pi, 8), re);
    im = madd(fi, v128.load(p, 8), im);
    re = madd(ca, v128.load(pi), re);
    im = nmadd(ca, v128.load(p), im);
    re = madd(cb, v128.load(pi, 16), re);
    im = nmadd(cb, v128.load(p, 16), im);
    re = nmadd(ga, v128.load(ai, 8), re);
    im = madd(ga, v128.load(a, 8), im);
    re = nmadd(gb, v128.load(bi), re);
    im = madd(gb, v128.load(b), im);
    if (lower) {
      const f = f64x2.mul(l, v128.load(c, 64));
      re = madd(f, v128.load(b, 8), re);
      im = madd(f, v128.load(bi, 8), im);
    }
    if (raise) {
      const f = f64x2.mul(m, lower ? v128.load(c, 80) : v128.load(c, 64));
      re = madd(f, v128.load(a), re);
      im = madd(f, v128.load(ai), im);
    }
    if (other) {
      const f = f64x2.mul(m, lower ? v128.load(c, 80) : v128.load(c, 64));
      re = madd(f, v128.load(q), re);
      im = madd(f, v128.load(qi), im);
      q += 16;
      qi += 16;
    }
    v128.store(o, re);
    v128.store(oi, im);
    p += 16;
    pi += 16;
    a += 16;
    ai += 16;
    b += 16;
    bi += 16;
    o += 16;
    oi += 16;
    c += stride;
  } while (o != end);
}

/** Adds g_s[i] x_(i+s)j + conj(g_s[j]) x_i(j+s) for s = ±shift. */
// @ts-ignore: decorator
@inline
function pairRow(t: Triangle, term: TriangleTerm, i: i32, x: usize, out: usize, kind: i32): void {
  const plane = t.plane;
  const stride: usize = kind == TERM_PAIR_COMPLEX ? 64 : 32;
  let c = term.coefficients + <usize>(i >> 1) * stride;
  const own = c + ((<usize>(i & 1)) << 3);
  const ga = v128.load_splat<f64>(own);
  const gb = v128.load_splat<f64>(own, 16);
  const ha = kind == TERM_PAIR_COMPLEX ? v128.load_splat<f64>(own, 32) : ga;
  const hb = kind == TERM_PAIR_COMPLEX ? v128.load_splat<f64>(own, 48) : gb;
  const start = (<usize>(i & ~1)) << 3;
  const move = (<usize>term.shift) << 3;
  let p = rowOf(t, i, x) + start;
  let pi = p + plane;
  let a = nearRow(t, i, -term.shift, x) + start;
  let ai = a + plane;
  let b = nearRow(t, i, term.shift, x) + start;
  let bi = b + plane;
  let o = rowOf(t, i, out) + start;
  let oi = o + plane;
  const end = endOfRow(t, i, out);
  do {
    let re = v128.load(o);
    let im = v128.load(oi);
    const ca = v128.load(c);
    const cb = v128.load(c, 16);
    if (kind != TERM_PAIR_IMAGINARY) {
      re = madd(ga, v128.load(a), re);
      re = madd(gb, v128.load(b), re);
      re = madd(ca, v128.load(p - move), re);
      re = madd(cb, v128.load(p + move), re);
      im = madd(ga, v128.load(ai), im);
      im = madd(gb, v128.load(bi), im);
      im = madd(ca, v128.load(pi - move), im);
      im = madd(cb, v128.load(pi + move), im);
    }
    if (kind != TERM_PAIR_REAL) {
      const ea = kind == TERM_PAIR_COMPLEX ? v128.load(c, 32) : ca;
      const eb = kind == TERM_PAIR_COMPLEX ? v128.load(c, 48) : cb;
      re = nmadd(ha, v128.load(ai), re);
      re = nmadd(hb, v128.load(bi), re);
      re = madd(ea, v128.load(pi - move), re);
      re = madd(eb, v128.load(pi + move), re);
      im = madd(ha, v128.load(a), im);
      im = madd(hb, v128.load(b), im);
      im = nmadd(ea, v128.load(p - move), im);
      im = nmadd(eb, v128.load(p + move), im);
    }
    v128.store(o, re);
    v128.store(oi, im);
    p += 16;
    pi += 16;
    a += 16;
    ai += 16;
    b += 16;
    bi += 16;
    o += 16;
    oi += 16;
    c += stride;
  } while (o != end);
}

/** Adds l_i conj(l_j) x_(i+shift)(j+shift). */
// @ts-ignore: decorator
@inline
function jumpRow(t: Triangle, term: TriangleTerm, i: i32, x: usize, out: usize, real: bool): void {
  const plane = t.plane;
  const stride: usize = real ? 16 : 32;
  let c = term.coefficients + <usize>(i >> 1) * stride;
  const own = c + ((<usize>(i & 1)) << 3);
  const lr = v128.load_splat<f64>(own);
  const li = real ? lr : v128.load_splat<f64>(own, 16);
  if (!v128.any_true(v128.or(lr, li))) return;
  const start = (<usize>(i & ~1)) << 3;
  let q = movedRow(t, i, term.shift, x) + start;
  let qi = q + plane;
  let o = rowOf(t, i, out) + start;
  let oi = o + plane;
  const end = endOfRow(t, i, out);
  do {
    const jr = v128.load(c);
    const xr = v128.load(q);
    const xi = v128.load(qi);
    let re = v128.load(o);
    let im = v128.load(oi);
    if (real) {
      const f = f64x2.mul(lr, jr);
      re = madd(f, xr, re);
      im = madd(f, xi, im);
    } else {
      const ji = v128.load(c, 16);
      const fr = madd(li, ji, f64x2.mul(lr, jr));
      const fi = nmadd(lr, ji, f64x2.mul(li, jr));
      re = nmadd(fi, xi, madd(fr, xr, re));
      im = madd(fi, xr, madd(fr, xi, im));
    }
    v128.store(o, re);
    v128.store(oi, im);
    q += 16;
    qi += 16;
    o += 16;
    oi += 16;
    c += stride;
  } while (o != end);
}
