/**
 * Results of chunks on their way: what is unpacked is what was packed, to the bit; times that all points share are sent once.
 */
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { PointsResult } from "../../bindings/model/index.ts";
import { decode, encode } from "../../sweep/src/queue/frame.ts";
import { type PackedPoints, packPoints, unpackPoints } from "../../sweep/src/queue/packed.ts";

const sent = (result: PointsResult) => unpackPoints(decode(encode(packPoints(result, "release"))) as PackedPoints);

const results = fc
  .record({
    failed: fc.array(fc.boolean(), { maxLength: 20 }),
    length: fc.nat(4),
    differ: fc.boolean(),
    numbers: fc.infiniteStream(fc.double()),
  })
  .map(({ failed, length, differ, numbers }): PointsResult => {
    const count = failed.length;
    const draw = (n: number) => Float64Array.from({ length: n }, () => numbers.next().value);
    const own = draw(length);
    const times = failed.flatMap((no) => [
      ...(no ? new Float64Array(length).fill(Number.NaN) : differ ? draw(length) : own),
    ]);
    return {
      ...{ count, scalars: { a: draw(count) }, series: { b: draw(count * length) }, times: Float64Array.from(times) },
      errors: failed.map((no, k) => (no ? { name: "ModelError", message: `of ${k}` } : undefined)),
      seconds: draw(count),
      batched: count,
    };
  });

test.prop([results], { seed: 9 })("a result arrives as it was", (result) => {
  expect(sent(result)).toEqual(result);
});

it("times that all points share take no more than those of one", () => {
  const [count, length] = [100, 1000];
  const times = Float64Array.from({ length: count * length }, (_, k) => Math.sin(k % length));
  const errors = new Array<undefined>(count).fill(undefined);
  const result = { count, scalars: {}, series: {}, times, errors, seconds: new Float64Array(count), batched: 0 };
  expect(encode(packPoints(result, "release")).length).toBeLessThan(length * 8 + 1000);
  expect(sent(result)).toEqual(result);
});
