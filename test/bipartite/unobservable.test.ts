/**
 * Unobservable subspaces by themselves: chains whose singular values are known, turns, and pairs with a subspace put into them.
 */
import { describe, expect, it } from "vitest";
import { type Sector, unobservable } from "../../bindings/bipartite/unobservable.ts";
import { generator } from "../support/random.ts";

const LIMIT = 1e-12;
const unit = (size: number, k: number, value = 1) =>
  Float64Array.from({ length: size }, (_, j) => (j === k ? value : 0));
const all = (size: number): Sector[] => [{ places: Array.from({ length: size }, (_, k) => k), turn: undefined }];

/** Seen is the first of `size` numbers; number k + 1 moves to number k at a rate each. */
function chain(size: number, first: number, rates: readonly number[], sectors = all(size)) {
  const map = new Float64Array(size ** 2);
  rates.forEach((rate, k) => {
    map[(k + 1) * size + k] = rate;
  });
  return { size, outputs: [unit(size, 0, first)], maps: [map], sectors };
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);

describe("a chain", () => {
  it("is seen link by link: the least singular value, and the least after a weaker one", () => {
    const found = unobservable(chain(4, 1, [0.5, 0.25]), LIMIT);
    expect(found.kept.map((row) => [...row].map(Math.abs))).toEqual([[0, 0, 0, 1]]);
    expect(found.cut).toHaveLength(3);
    expect(found.above).toBeCloseTo(0.25, 14);
    // 0.25, seen through a link of 0.5
    expect(found.margin).toBeCloseTo(0.125, 14);
    expect(found.below).toBe(0);
    // The weakest link first: what follows is not above it.
    const weak = unobservable(chain(4, 0.1, [0.5, 0.25]), LIMIT);
    expect(weak.above).toBeCloseTo(0.1, 14);
    expect(weak.margin).toBeCloseTo(0.025, 14);
  });

  it("ends at a link that counts as zero", () => {
    const found = unobservable(chain(4, 1, [1e-13, 1]), LIMIT);
    expect(found.kept).toHaveLength(3);
    expect(found.below).toBeCloseTo(1e-13, 25);
    expect(found.above).toBeCloseTo(1, 14);
    expect(unobservable(chain(4, 1, [1e-11, 1]), LIMIT).kept).toHaveLength(1);
    expect(unobservable(chain(4, 1, [1e-11, 1]), 1e-10).kept).toHaveLength(3);
  });

  it("ends where a cut at a small value could have let as much in", () => {
    // After a cut at 0.01 rounding of 2e-5 is one of 2e-3.
    const weak = chain(4, 0.01, [1e-3, 1]);
    expect(unobservable(weak, LIMIT).kept).toHaveLength(1);
    expect(unobservable(weak, LIMIT, 2e-5).kept).toHaveLength(3);
    expect(unobservable(weak, LIMIT, 2e-5).below).toBeCloseTo(1e-3, 14);
    expect(unobservable(weak, LIMIT, 5e-6).kept).toHaveLength(1);
    // Before any cut it is what it is.
    expect(unobservable(chain(4, 0.01, [1, 1]), LIMIT, 0.02).kept).toHaveLength(4);
    expect(unobservable(chain(4, 0.01, [1, 1]), LIMIT, 0.005).kept).toHaveLength(1);
  });

  it("that nothing sees is all of it", () => {
    const { kept, cut, above, below, margin } = unobservable({ ...chain(3, 1, [1, 1]), outputs: [] }, LIMIT);
    expect([kept.length, cut.length, above, below, margin]).toEqual([3, 0, Infinity, 0, Infinity]);
    const dark = unobservable(chain(3, 0, [1, 1]), LIMIT);
    expect([dark.kept.length, dark.cut.length]).toEqual([3, 0]);
  });
});

describe("sectors", () => {
  const pair = (places: readonly [number, number]): Sector => ({
    places,
    turn: [
      { partner: 1, sign: 1 },
      { partner: 0, sign: -1 },
    ],
  });

  it("that turn show both of their numbers where one is seen", () => {
    const of = (sectors: Sector[], outputs: Float64Array[]) =>
      unobservable({ size: 4, outputs, maps: [], sectors }, LIMIT);
    const still = of(all(4), [unit(4, 2)]);
    expect(still.kept).toHaveLength(3);
    const sectors = [pair([0, 2]), pair([3, 1])];
    const turning = of(sectors, [unit(4, 2)]);
    expect(turning.kept).toHaveLength(2);
    for (const row of turning.kept) expect([row[0], row[2]]).toEqual([0, 0]);
    expect(of(sectors, [unit(4, 2), unit(4, 3)]).kept).toHaveLength(0);
    // A functional of two sectors is one of each.
    const both = Float64Array.of(1, 1, 0, 0);
    expect(of(all(4), [both]).kept).toHaveLength(3);
    expect(of(sectors, [both]).kept).toHaveLength(0);
  });

  it("by two functionals turn as a rotation does, which leads each subspace into itself", () => {
    // On four numbers, x0 and x1, x2 and x3 turn together: x0 + x3 and x1 - x2 are the same functional, a quarter turn apart.
    const sector: Sector = {
      places: [0, 1, 2, 3],
      turn: [
        { partner: 1, sign: 1 },
        { partner: 0, sign: -1 },
        { partner: 3, sign: 1 },
        { partner: 2, sign: -1 },
      ],
    };
    const one = Float64Array.of(1, 0, 0, 1);
    const quarter = Float64Array.of(0, 1, -1, 0);
    for (const outputs of [[one], [quarter], [one, quarter]]) {
      const { kept } = unobservable({ size: 4, outputs, maps: [], sectors: [sector] }, LIMIT);
      expect(kept).toHaveLength(2);
      for (const row of kept) for (const f of [one, quarter]) expect(Math.abs(dot(row, f))).toBeLessThan(1e-14);
    }
  });
});

describe("pairs with a subspace that nothing sees", () => {
  it.each([
    [6, 2, 1],
    [7, 3, 2],
    [5, 0, 1],
    [5, 4, 2],
  ])(
    "of %i numbers %i are left, by %i functionals: orthonormal, not seen, and led into themselves",
    (size, hidden, seen) => {
      const random = generator(100 + size + hidden);
      const number = () => 2 * random() - 1;
      // Numbers from `size - hidden` on lead nowhere else; then a rotation of all of it.
      const open = size - hidden;
      const maps = [0, 1].map(() =>
        Float64Array.from({ length: size ** 2 }, (_, at) =>
          Math.floor(at / size) >= open && at % size < open ? 0 : number() / size,
        ),
      );
      const outputs = Array.from({ length: seen }, () =>
        Float64Array.from({ length: size }, (_, k) => (k < open ? number() / size : 0)),
      );
      const v = Float64Array.from({ length: size }, number);
      const square = dot(v, v);
      const reflect = (x: Float64Array) => x.map((value, k) => value - (2 * dot(x, v) * v[k]!) / square);
      const rows = (M: Float64Array) => Array.from({ length: size }, (_, k) => M.slice(k * size, (k + 1) * size));
      const transposed = (M: Float64Array[]) => M.map((_, k) => Float64Array.from(M, (row) => row[k]!));
      const turned = maps.map((M) => {
        const half = rows(M).map(reflect);
        return Float64Array.from(transposed(transposed(half).map(reflect)).flatMap((row) => [...row]));
      });
      const found = unobservable({ size, outputs: outputs.map(reflect), maps: turned, sectors: all(size) }, LIMIT);
      expect(found.kept).toHaveLength(hidden);
      expect(found.cut).toHaveLength(open);
      expect(found.below).toBeLessThan(1e-14);
      expect(found.above).toBeGreaterThan(1e-6);
      const together = [...found.kept, ...found.cut];
      together.forEach((row, j) => {
        together.forEach((other, k) => {
          expect(Math.abs(dot(row, other) - (j === k ? 1 : 0))).toBeLessThan(1e-13);
        });
      });
      for (const row of found.kept) {
        for (const f of outputs) expect(Math.abs(dot(row, reflect(f)))).toBeLessThan(1e-13);
        for (const M of turned) {
          const image = transposed(rows(M)).map((column) => dot(row, column));
          for (const other of found.cut) expect(Math.abs(dot(Float64Array.from(image), other))).toBeLessThan(1e-13);
        }
      }
    },
  );
});
