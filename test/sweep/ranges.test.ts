/**
 * Ranges beside a plain set of the same integers.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Ranges } from "../../sweep/src/ranges.ts";

const range = fc.tuple(fc.nat(60), fc.nat(12)).map(([from, length]): [number, number] => [from, from + length]);

test.prop([fc.array(range, { maxLength: 30 }), range], { seed: 1, numRuns: 500 })(
  "hold what was added, and say what is missing",
  (added, [from, to]) => {
    const ranges = new Ranges(added);
    const plain = new Set(added.flatMap(([a, b]) => Array.from({ length: b - a }, (_, k) => a + k)));
    const window = Array.from({ length: to - from }, (_, k) => from + k);
    expect(ranges.size).toBe(plain.size);
    expect(window.map((k) => ranges.has(k))).toEqual(window.map((k) => plain.has(k)));
    expect(ranges.count(from, to)).toBe(window.filter((k) => plain.has(k)).length);
    expect([...ranges.missing(from, to)].flatMap(([a, b]) => Array.from({ length: b - a }, (_, k) => a + k))).toEqual(
      window.filter((k) => !plain.has(k)),
    );
    let first = from;
    while (plain.has(first)) first++;
    expect(ranges.firstMissing(from)).toBe(first);
    // as few as can be: sorted, with a gap after each
    const all = [...ranges];
    expect(all.every(([a, b], k) => a < b && (k === 0 || a > all[k - 1]![1]))).toBe(true);
  },
);
