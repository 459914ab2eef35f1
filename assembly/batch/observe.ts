/**
 * Functionals of the states of a group: sums of a few coordinates each.
 */
import { madd } from "../complex/simd";
import { arenaAllocate } from "../memory";
import { Block } from "./block";
import { integerAt, ROW } from "./rows";

/** Where results go: those of functional f at time t of system s are at out + f·functional + t·time + s·system. */

@unmanaged
export class Target {
  out: usize;
  functional: usize;
  time: usize;
  system: usize;
  /** Of the present group: how many systems it has, how far the results of each are from those of system 0, and whether they lie side by side. */
  lanes: i32;
  areTogether: bool;
  first: usize;
  second: usize;
  third: usize;
  fourth: usize;
}

/** Adds a row of results to what stands there; the first block of a system writes it. @param at those of system 0 */
// @ts-ignore: decorator
@inline
export function putRow(target: Target, at: usize, low: v128, high: v128, isFirst: bool): void {
  if (target.areTogether) {
    at += target.first;
    v128.store(at, isFirst ? low : f64x2.add(low, v128.load(at)));
    v128.store(at, isFirst ? high : f64x2.add(high, v128.load(at, 16)), 16);
    return;
  }
  putOne(at + target.first, f64x2.extract_lane(low, 0), isFirst);
  if (target.lanes < 2) return;
  putOne(at + target.second, f64x2.extract_lane(low, 1), isFirst);
  if (target.lanes < 3) return;
  putOne(at + target.third, f64x2.extract_lane(high, 0), isFirst);
  if (target.lanes < 4) return;
  putOne(at + target.fourth, f64x2.extract_lane(high, 1), isFirst);
}

// @ts-ignore: decorator
@inline
function putOne(at: usize, value: f64, isFirst: bool): void {
  store<f64>(at, isFirst ? value : value + load<f64>(at));
}

/** A target whose results are rows, one after another; 0 when memory does not suffice. */
export function createRows(): usize {
  const pointer = arenaAllocate(offsetof<Target>());
  if (pointer == 0) return 0;
  const target = changetype<Target>(pointer);
  target.functional = ROW;
  target.areTogether = true;
  return pointer;
}

/** The functionals of x as the results of a time. @param at those of functional 0 of system 0 */
export function writeFunctionals(k: Block, functionals: i32, x: usize, target: Target, at: usize, isFirst: bool): void {
  let value = k.coefficients;
  let e = 0;
  for (let f = 0; f < functionals; f++, at += target.functional) {
    const stop = integerAt(k.functionalStarts, f + 1);
    if (e == stop && !isFirst) continue;
    let low = f64x2.splat(0);
    let high = low;
    for (; e < stop; e++, value += ROW) {
      const row = x + <usize>integerAt(k.functionalColumns, e) * ROW;
      low = madd(v128.load(value), v128.load(row), low);
      high = madd(v128.load(value, 16), v128.load(row, 16), high);
    }
    putRow(target, at, low, high, isFirst);
  }
}
