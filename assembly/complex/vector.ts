/**
 * Sums of vectors and norms. A matrix is one vector here: both planes with their padding, a multiple of eight doubles.
 */
import { horizontalSum, madd } from "./simd";

/** Doubles worked on at a time: the block of the result stays in the first-level cache while all terms are added. */
const BLOCK: i32 = 512;

/** out = x + a·p */
function add1(out: usize, x: usize, n: i32, a: f64, p: usize): void {
  const va = f64x2.splat(a);
  const stop = out + ((<usize>n) << 3);
  do {
    v128.store(out, madd(va, v128.load(p), v128.load(x)));
    v128.store(out, madd(va, v128.load(p, 16), v128.load(x, 16)), 16);
    out += 32;
    x += 32;
    p += 32;
  } while (out != stop);
}

/** out = x + a·p + b·q */
function add2(out: usize, x: usize, n: i32, a: f64, p: usize, b: f64, q: usize): void {
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  const stop = out + ((<usize>n) << 3);
  do {
    v128.store(out, madd(vb, v128.load(q), madd(va, v128.load(p), v128.load(x))));
    v128.store(out, madd(vb, v128.load(q, 16), madd(va, v128.load(p, 16), v128.load(x, 16))), 16);
    out += 32;
    x += 32;
    p += 32;
    q += 32;
  } while (out != stop);
}

/** out = x + a·p + b·q + c·r */
function add3(out: usize, x: usize, n: i32, a: f64, p: usize, b: f64, q: usize, c: f64, r: usize): void {
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  const vc = f64x2.splat(c);
  const stop = out + ((<usize>n) << 3);
  do {
    v128.store(out, madd(vc, v128.load(r), madd(vb, v128.load(q), madd(va, v128.load(p), v128.load(x)))));
    v128.store(
      out,
      madd(vc, v128.load(r, 16), madd(vb, v128.load(q, 16), madd(va, v128.load(p, 16), v128.load(x, 16)))),
      16,
    );
    out += 32;
    x += 32;
    p += 32;
    q += 32;
    r += 32;
  } while (out != stop);
}

/**
 * out = x + h·sum_i coefficients[i]·vectors[i] over n doubles, in one pass over memory.
 * @param coefficients pointer to `count` doubles; zeros are skipped
 * @param vectors pointer to `count` pointers
 */
export function combine(out: usize, x: usize, h: f64, coefficients: usize, vectors: usize, count: i32, n: i32): void {
  assert(n > 0 && (n & 7) == 0, "combine: length is not a multiple of eight doubles");
  for (let start = 0; start < n; start += BLOCK) {
    const length = min(BLOCK, n - start);
    const shift = (<usize>start) << 3;
    combineBlock(out + shift, x + shift, h, coefficients, vectors, count, shift, length);
  }
}

/** Frobenius norm of h·sum_i coefficients[i]·vectors[i]; `scratch` holds one block. */
export function combinationNorm(h: f64, coefficients: usize, vectors: usize, count: i32, n: i32, scratch: usize): f64 {
  let sum: f64 = 0;
  for (let start = 0; start < n; start += BLOCK) {
    sum += squaresOfBlock(h, coefficients, vectors, count, (<usize>start) << 3, min(BLOCK, n - start), scratch);
  }
  return Math.sqrt(sum);
}

/**
 * `combine`, and the norms of two other combinations, h·sum_i a[i]·vectors[i] and the same with b, to `norms`: all in one pass over memory.
 * @param scratch holds one block
 */
export function combineWithNorms(
  out: usize,
  x: usize,
  h: f64,
  coefficients: usize,
  a: usize,
  b: usize,
  vectors: usize,
  count: i32,
  n: i32,
  scratch: usize,
  norms: usize,
): void {
  let first: f64 = 0;
  let second: f64 = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const length = min(BLOCK, n - start);
    const shift = (<usize>start) << 3;
    combineBlock(out + shift, x + shift, h, coefficients, vectors, count, shift, length);
    first += squaresOfBlock(h, a, vectors, count, shift, length, scratch);
    second += squaresOfBlock(h, b, vectors, count, shift, length, scratch);
  }
  store<f64>(norms, Math.sqrt(first));
  store<f64>(norms, Math.sqrt(second), 8);
}

// @ts-ignore: decorator
@inline
function squaresOfBlock(
  h: f64,
  coefficients: usize,
  vectors: usize,
  count: i32,
  shift: usize,
  length: i32,
  scratch: usize,
): f64 {
  memory.fill(scratch, 0, (<usize>length) << 3);
  combineBlock(scratch, scratch, h, coefficients, vectors, count, shift, length);
  return sumOfSquares(scratch, length);
}

/** Doubles of scratch that norms of combinations need. */
export function scratchLength(): i32 {
  return BLOCK;
}

function combineBlock(
  out: usize,
  x: usize,
  h: f64,
  coefficients: usize,
  vectors: usize,
  count: i32,
  shift: usize,
  n: i32,
): void {
  let source = x;
  let index = 0;
  while (true) {
    // Collect up to three terms whose coefficient is not zero.
    let terms = 0;
    let a: f64 = 0;
    let b: f64 = 0;
    let c: f64 = 0;
    let p: usize = 0;
    let q: usize = 0;
    let r: usize = 0;
    while (index < count && terms < 3) {
      const coefficient = load<f64>(coefficients + ((<usize>index) << 3));
      if (coefficient != 0) {
        const vector = load<usize>(vectors + ((<usize>index) << alignof<usize>())) + shift;
        if (terms == 0) {
          a = h * coefficient;
          p = vector;
        } else if (terms == 1) {
          b = h * coefficient;
          q = vector;
        } else {
          c = h * coefficient;
          r = vector;
        }
        terms++;
      }
      index++;
    }
    if (terms == 0) {
      if (source == x && out != x) memory.copy(out, x, (<usize>n) << 3);
      return;
    }
    if (terms == 1) add1(out, source, n, a, p);
    else if (terms == 2) add2(out, source, n, a, p, b, q);
    else add3(out, source, n, a, p, b, q, c, r);
    source = out;
  }
}

function sumOfSquares(x: usize, n: i32): f64 {
  assert(n > 0 && (n & 7) == 0, "norm: length is not a multiple of eight doubles");
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  const stop = x + ((<usize>n) << 3);
  do {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const c = v128.load(x, 32);
    const d = v128.load(x, 48);
    s0 = madd(a, a, s0);
    s1 = madd(b, b, s1);
    s2 = madd(c, c, s2);
    s3 = madd(d, d, s3);
    x += 64;
  } while (x != stop);
  return horizontalSum(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

/** Frobenius norm of x over n doubles. */
export function norm(x: usize, n: i32): f64 {
  return Math.sqrt(sumOfSquares(x, n));
}

/** Frobenius norm of x - y over n doubles. */
export function distance(x: usize, y: usize, n: i32): f64 {
  assert(n > 0 && (n & 3) == 0, "distance: length is not a multiple of four doubles");
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const stop = x + ((<usize>n) << 3);
  do {
    const a = f64x2.sub(v128.load(x), v128.load(y));
    const b = f64x2.sub(v128.load(x, 16), v128.load(y, 16));
    s0 = madd(a, a, s0);
    s1 = madd(b, b, s1);
    x += 32;
    y += 32;
  } while (x != stop);
  return Math.sqrt(horizontalSum(f64x2.add(s0, s1)));
}

/** x·y over n doubles. */
export function dot(x: usize, y: usize, n: i32): f64 {
  assert(n > 0 && (n & 3) == 0, "dot: length is not a multiple of four doubles");
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const stop = x + ((<usize>n) << 3);
  do {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    x += 32;
    y += 32;
  } while (x != stop);
  return horizontalSum(f64x2.add(s0, s1));
}

/** y += a·x */
export function axpy(y: usize, a: f64, x: usize, n: i32): void {
  add1(y, y, n, a, x);
}

/** sum = from + b·k and stage = y + a·k, in one pass. */
export function addStage(n: i32, k: usize, y: usize, a: f64, stage: usize, from: usize, b: f64, sum: usize): void {
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  const stop = k + ((<usize>n) << 3);
  do {
    const v = v128.load(k);
    v128.store(sum, madd(vb, v, v128.load(from)));
    v128.store(stage, madd(va, v, v128.load(y)));
    k += 16;
    y += 16;
    stage += 16;
    from += 16;
    sum += 16;
  } while (k != stop);
}

/** out = x + a·p; returns its squared norm. n is a multiple of four. */
export function addSum(n: i32, p: usize, x: usize, a: f64, out: usize): f64 {
  const va = f64x2.splat(a);
  let s = f64x2.splat(0);
  let t = s;
  const stop = out + ((<usize>n) << 3);
  do {
    const u = madd(va, v128.load(p), v128.load(x));
    const v = madd(va, v128.load(p, 16), v128.load(x, 16));
    v128.store(out, u);
    v128.store(out, v, 16);
    s = madd(u, u, s);
    t = madd(v, v, t);
    p += 32;
    x += 32;
    out += 32;
  } while (out != stop);
  s = f64x2.add(s, t);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** x = a·x */
export function scale(x: usize, a: f64, n: i32): void {
  const stop = x + ((<usize>n) << 3);
  for (; x != stop; x += 8) store<f64>(x, a * load<f64>(x));
}

/** out = a·p + b·q + c·r and sum += d·out, in one pass. `out` may be one of p, q, r. */
export function recur(
  out: usize,
  a: f64,
  p: usize,
  b: f64,
  q: usize,
  c: f64,
  r: usize,
  sum: usize,
  d: f64,
  n: i32,
): void {
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  const vc = f64x2.splat(c);
  const vd = f64x2.splat(d);
  const stop = out + ((<usize>n) << 3);
  do {
    const v = madd(vc, v128.load(r), madd(vb, v128.load(q), f64x2.mul(va, v128.load(p))));
    v128.store(out, v);
    v128.store(sum, madd(vd, v, v128.load(sum)));
    const w = madd(vc, v128.load(r, 16), madd(vb, v128.load(q, 16), f64x2.mul(va, v128.load(p, 16))));
    v128.store(out, w, 16);
    v128.store(sum, madd(vd, w, v128.load(sum, 16)), 16);
    out += 32;
    p += 32;
    q += 32;
    r += 32;
    sum += 32;
  } while (out != stop);
}

/** Numbers from -½ to ½ of Knuth's multiplicative sequence; returns where it goes on. */
export function fillRandom(out: usize, n: i32, seed: u64): u64 {
  for (let i = 0; i < n; i++) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    store<f64>(out + ((<usize>i) << 3), <f64>(<i32>(seed >> 40)) / 16777216 - 0.5);
  }
  return seed;
}

/**
 * Modified Gram-Schmidt: takes from x its parts along the first `count` vectors of `basis`, n doubles each, one after another, and adds their
 * lengths to numbers that lie `step` bytes apart.
 */
export function orthogonalise(x: usize, basis: usize, count: i32, n: i32, overlaps: usize, step: usize): void {
  for (let i = 0; i < count; i++) {
    const overlap = dot(basis, x, n);
    axpy(x, -overlap, basis, n);
    store<f64>(overlaps, load<f64>(overlaps) + overlap);
    basis += (<usize>n) << 3;
    overlaps += step;
  }
}

/** Whether x is zero, and not only its square. */
export function vanishes(x: usize, n: i32): bool {
  for (let i = 0; i < n; i++) {
    if (load<f64>(x + ((<usize>i) << 3)) != 0) return false;
  }
  return true;
}
