/**
 * Frames: what was encoded is what is decoded, to the bit, and bytes that are no frame are refused.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decode, encode, FrameError } from "../../sweep/src/queue/frame.ts";

const seed = { seed: 9 };
const numbers = fc.array(fc.double(), { maxLength: 300 }).map((values) => Float64Array.from(values));
const leaf = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  numbers,
  fc.uint8Array(),
  fc.int32Array(),
  fc.uint32Array(),
);
const tree = fc.letrec((tie) => ({
  tree: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("tree")), fc.dictionary(fc.string(), tie("tree"))),
})).tree;

describe("a frame", () => {
  test.prop([tree], seed)("brings back a tree, to the bit", (given) => {
    // a dictionary may have no prototype, which plain data has
    expect(decode(encode(given))).toEqual(given);
  });

  test.prop([fc.array(fc.double(), { minLength: 200, maxLength: 400 })], seed)(
    "keeps NaN, -0 and infinities",
    (given) => {
      const odd = [...given, Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      const back = decode(encode({ list: odd, array: Float64Array.from(odd) })) as {
        list: number[];
        array: Float64Array;
      };
      expect(back.list.every((value, k) => Object.is(value, odd[k]))).toBe(true);
      expect(new BigUint64Array(back.array.buffer)).toEqual(new BigUint64Array(Float64Array.from(odd).buffer));
    },
  );

  test.prop([tree, fc.nat(), fc.nat(255)], seed)(
    "that was cut or changed is refused, or gives some tree",
    (given, at, to) => {
      const frame = encode(given);
      const changed = frame.slice();
      changed[at % changed.length] = to;
      for (const bytes of [frame.slice(0, at % frame.length), changed]) {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }
    },
  );

  it("keys that mean something to JavaScript are keys", () => {
    const given = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
    given.numbers = Float64Array.of(1);
    const back = decode(encode(given)) as object;
    expect(Object.keys(back)).toEqual(["__proto__", "constructor", "numbers"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it("is nobody else's memory, so that it can be handed to another thread", () => {
    for (const size of [0, 10, 1e5]) {
      const frame = encode({ array: new Uint8Array(size) });
      expect(structuredClone(frame, { transfer: [frame.buffer] }).length).toBeGreaterThan(2);
      expect(frame.length).toBe(0);
    }
  });

  it("of another format says so", () => {
    expect(() => decode(Uint8Array.of(2, 0, 0))).toThrow(/format 2, expected 1/);
    expect(() => decode(new Uint8Array(0))).toThrow(FrameError);
  });

  it("refuses what is no data", () => {
    expect(() => encode({ a: [new Map()] })).toThrow("a.0: expected plain data");
    expect(() => encode({ f: () => 1 })).toThrow(FrameError);
  });

  it("of a smooth series is smaller than its numbers", () => {
    const series = Float64Array.from({ length: 20_000 }, (_, k) => Math.exp(-k / 5000) * Math.cos(k / 300));
    expect(encode(series).length).toBeLessThan(0.85 * series.byteLength);
  });
});
