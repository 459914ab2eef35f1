/**
 * Integrals of many functions over panels of a run, from rows of their values at the panels' nodes: Gauss-Kronrod rules, whose error is
 * estimated as QUADPACK does (Piessens et al. 1983, QK15).
 */
import { at, put } from "./doubles";

// @ts-ignore: decorator
@inline
function integerAt(x: usize, k: i32): i32 {
  return load<i32>(x + ((<usize>k) << 2));
}

/**
 * @param panels of them; panel p has the nodes `starts[p]` to `starts[p + 1]` and the pieces `pieces[p]` to `pieces[p + 1]`
 * @param halves half the length of every panel
 * @param places where each node's row begins, in doubles
 * @param kronrod weights of the nodes of all panels, and `gauss` those of the embedded rule
 * @param weights of the nodes of a panel in each of its pieces, piece after piece
 * @param count functions, the numbers `first` to `first + count` of a row
 * @param values `count` integrals of every piece
 * @param errors `count` of every panel
 */
export function integratePanels(
  panels: i32,
  starts: usize,
  pieces: usize,
  halves: usize,
  places: usize,
  kronrod: usize,
  gauss: usize,
  weights: usize,
  table: usize,
  first: i32,
  count: i32,
  values: usize,
  errors: usize,
): void {
  table += (<usize>first) << 3;
  const bytes = (<usize>count) << 3;
  memory.fill(values, 0, bytes * integerAt(pieces, panels));
  for (let p = 0; p < panels; p++) {
    const start = integerAt(starts, p);
    const stop = integerAt(starts, p + 1);
    const half = at(halves, p);
    for (let piece = integerAt(pieces, p); piece < integerAt(pieces, p + 1); piece++) {
      for (let n = start; n < stop; n++) {
        const row = table + ((<usize>integerAt(places, n)) << 3);
        const weight = half * load<f64>(weights);
        weights += 8;
        for (let f = 0; f < count; f++) put(values, f, at(values, f) + weight * at(row, f));
      }
      values += bytes;
    }
    for (let f = 0; f < count; f++) {
      let value: f64 = 0;
      let other: f64 = 0;
      for (let n = start; n < stop; n++) {
        const x = at(table, integerAt(places, n) + f);
        value += at(kronrod, n) * x;
        other += at(gauss, n) * x;
      }
      let range: f64 = 0;
      for (let n = start; n < stop; n++) {
        range += at(kronrod, n) * Math.abs(at(table, integerAt(places, n) + f) - 0.5 * value);
      }
      const difference = Math.abs(value - other);
      const ratio = range == 0 ? 0 : min(1, (200 * difference) / range);
      put(errors, f, half * (range == 0 ? difference : range * ratio * Math.sqrt(ratio)));
    }
    errors += bytes;
  }
}
