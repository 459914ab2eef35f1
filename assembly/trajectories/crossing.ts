/**
 * Where within a step the square of a norm that falls crosses a threshold: regula falsi for its logarithm, which is nearly linear, in the Illinois form (Dowell and Jarratt, BIT 11 (1971) 168).
 */

/** Norms that are asked for at most. */
const MOST: i32 = 60;
/** Length of the last bracket, in steps; and what the square misses the threshold by that is rounding. */
const NARROW: f64 = 4 * f64.EPSILON;
const CLOSE: f64 = 8 * f64.EPSILON;

/** A search between 0 and 1. */
@unmanaged
export class Crossing {
  /** The bracket: above the threshold at `lower`, not above it at `upper`. */
  lower: f64;
  upper: f64;
  /** Where the norm is wanted next, while the search is open. */
  at: f64;
  logThreshold: f64;
  /** What is close enough to it. */
  close: f64;
  /** Logarithm of the square over the threshold, at both ends; halved at one that stays. */
  above: f64;
  below: f64;
  open: bool;
  side: i32;
  evaluations: i32;
}

const SEARCH: usize = memory.data(sizeof<f64>() * 9 + 8, 8);

/**
 * Begins a search; there is one at a time.
 * @param threshold of the square
 * @param first, last the norm at 0 and at 1
 * @param close what the square may miss its threshold by, relative to it
 */
export function beginSearch(threshold: f64, first: f64, last: f64, close: f64): Crossing {
  const search = changetype<Crossing>(SEARCH);
  search.lower = 0;
  search.upper = 1;
  search.logThreshold = Math.log(threshold);
  search.above = 2 * Math.log(first) - search.logThreshold;
  search.below = 2 * Math.log(last) - search.logThreshold;
  search.close = max(CLOSE, close);
  search.open = true;
  search.side = 0;
  search.evaluations = 0;
  chooseNext(search);
  return search;
}

/** The norm at `search.at`. */
export function narrow(search: Crossing, norm: f64): void {
  const value = 2 * Math.log(norm) - search.logThreshold;
  if (value > 0) {
    search.lower = search.at;
    search.above = value;
    if (search.side == 1) search.below *= 0.5;
    search.side = 1;
  } else {
    search.upper = search.at;
    search.below = value;
    if (search.side == -1) search.above *= 0.5;
    search.side = -1;
  }
  search.evaluations++;
  if (Math.abs(value) <= search.close) {
    search.upper = search.at;
    search.open = false;
  } else {
    chooseNext(search);
  }
}

function chooseNext(search: Crossing): void {
  const width = search.upper - search.lower;
  let share = search.above / (search.above - search.below);
  // A norm of zero has no logarithm.
  if (!(share > 0 && share < 1)) share = 0.5;
  search.at = search.lower + share * width;
  search.open = width > NARROW && search.evaluations < MOST && search.at > search.lower && search.at < search.upper;
}
