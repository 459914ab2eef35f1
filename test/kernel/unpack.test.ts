/** What a program carries makes the very builds that were compiled, by either inflater; and a delta leads from any bytes to any others. */
import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, vi } from "vitest";
import relaxedFromRelease from "../../bindings/kernel/generated/relaxed.ts";
import release from "../../bindings/kernel/generated/release.ts";
import { inflate, patch } from "../../bindings/kernel/unpack.ts";
import { deltaOf } from "../../scripts/kernel-delta.mjs";

const compiled = (name: string) => readFileSync(`build/wasm/${name}.wasm`);

afterEach(() => vi.restoreAllMocks());

describe.each([
  ["Node's inflater", () => {}],
  ["the inflater of browsers", () => vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never)],
])("by %s", (_name, arrange) => {
  test("the release build is the one compiled", () => {
    arrange();
    expect(compiled("release").equals(inflate(release))).toBe(true);
  });

  test("the relaxed build is the one compiled", () => {
    arrange();
    expect(compiled("relaxed").equals(patch(inflate(release), inflate(relaxedFromRelease)))).toBe(true);
  });
});

describe("a delta", () => {
  // Few values, so that pieces of the one are found in the other, at home and moved.
  const bytes = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 300 });
  const pieces = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 80 }), bytes), { maxLength: 6 });

  test.prop([fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 })], { seed: 11 })(
    "leads from any bytes to any others",
    (base, target) => {
      expect(patch(base, deltaOf(Buffer.from(base), Buffer.from(target)))).toEqual(new Uint8Array(target));
    },
  );

  test.prop([bytes, pieces], { seed: 12 })("leads to bytes made of pieces of the first", (first, cuts) => {
    const base = Buffer.from(first);
    const target = Buffer.concat(
      cuts.flatMap(([at, length, own]) => [
        base.subarray(at % (base.length + 1)).subarray(0, length),
        Buffer.from(own),
      ]),
    );
    expect(patch(base, deltaOf(base, target))).toEqual(new Uint8Array(target));
  });

  test("of what differs in one place is short", () => {
    const base = compiled("release");
    const target = Buffer.from(base);
    target[1000]! ^= 255;
    // the four lengths, two copies of at most 3 + 3 numbers' bytes, one byte of its own
    expect(deltaOf(base, target).length).toBeLessThan(24);
  });
});
