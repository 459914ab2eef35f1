/**
 * Complex matrix product: which form for which dimension. Small matrices go through four real products (gemm4m.ts), larger ones
 * through three, in place (gemm3m.ts) or packed (gemm-packed.ts); so do the halves of products that are known to be Hermitian.
 */
import { addPacked3M, hasWideTiles, scratchBytesPacked } from "./gemm-packed";
import { product3M, scratchBytes3M } from "./gemm3m";
import { addUpper4M, product4M } from "./gemm4m";
import { planeBytes, wideColumns } from "./layout";
import { scratchBytesReal } from "./gemm-real";

/** From this dimension on three real products, with the sums they need, are faster than four. */
const THREE_PRODUCTS: i32 = 16;
/** From this dimension on rows are so far apart that packing both factors pays. */
const PACKED: i32 = 200;

/** The same for register blocks of twice the height. */
const PACKED_WIDE: i32 = 24;

/** Bytes of scratch that any of the products needs, whatever register blocks are in use. */
export function scratchBytes(d: i32): usize {
  const bytes = max(d < PACKED ? scratchBytes3M(d) : 0, scratchBytesReal(d));
  return d < PACKED_WIDE ? bytes : max(bytes, scratchBytesPacked(d));
}

function isPacked(d: i32): bool {
  return d >= (hasWideTiles() ? PACKED_WIDE : PACKED);
}

/** C = A·B, or C += A·B when `accumulate`. All three d x d, planar; C must not overlap A or B. */
export function multiply(d: i32, a: usize, b: usize, c: usize, scratch: usize, accumulate: bool): void {
  check(a, b, c, scratch);
  if (d < THREE_PRODUCTS) {
    product4M(d, 0, a, b, c, accumulate);
    return;
  }
  if (isPacked(d)) {
    if (!accumulate) memory.fill(c, 0, planeBytes(d) << 1);
    addPacked3M(d, a, b, c, scratch, false);
  } else {
    product3M(d, a, b, c, scratch, accumulate, false);
  }
  product4M(d, wideColumns(d), a, b, c, accumulate);
}

/** C += the upper half (tile.ts) of A·B, which must be Hermitian: half the work. */
export function addUpper(d: i32, a: usize, b: usize, c: usize, scratch: usize): void {
  check(a, b, c, scratch);
  if (d < THREE_PRODUCTS) {
    addUpper4M(d, 0, a, b, c, scratch);
    return;
  }
  if (isPacked(d)) addPacked3M(d, a, b, c, scratch, true);
  else product3M(d, a, b, c, scratch, true, true);
  addUpper4M(d, wideColumns(d), a, b, c, scratch);
}

function check(a: usize, b: usize, c: usize, scratch: usize): void {
  assert(a != c && b != c, "multiply: the result overlaps a factor");
  assert(((a | b | c | scratch) & 63) == 0, "multiply: operands are not aligned");
}
