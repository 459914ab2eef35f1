/** A kernel of another version is refused, whichever way it comes; the three builds and what the library carries are of this one. */
import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { afterAll, describe, expect, it } from "vitest";
import { init, KernelUnavailableError } from "../../bindings/index.ts";
import { carriedBuild } from "../../bindings/kernel/carried.ts";
import { fingerprintOf } from "../../bindings/kernel/fingerprint.ts";
import { expected } from "../../bindings/kernel/generated/fingerprint.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

const bytesOf = (build: string) => new Uint8Array(readFileSync(`build/wasm/${build}.wasm`));
const tested = getKernel().build;
const whole = bytesOf(tested);
const refusal = (wasm: Uint8Array<ArrayBuffer>) =>
  init({ wasm }).then(
    () => expect.fail("it was accepted"),
    (error: unknown) => error as Error,
  );

afterAll(() => init({ wasm: whole }));

it("is the same in all builds, and in what the library carries", () => {
  const bytes = [...["release", "relaxed", "debug"].map(bytesOf), carriedBuild("simd")!, carriedBuild("relaxed")!];
  expect(bytes.map(fingerprintOf)).toEqual(Array.from(bytes, () => expected));
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(expected).toMatch(new RegExp(`^${version}-[0-9a-f]{16}$`));
});

it("is where an engine finds it", () => {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(whole), "lindblad");
  expect(Buffer.from(section!).toString()).toBe(expected);
});

describe("a kernel", () => {
  // The section ends the file.
  const from = whole.length - expected.length;

  it("of another version is refused, and both are named; the one in use stays", async () => {
    const kernel = getKernel();
    const other = whole.slice();
    other.set(new TextEncoder().encode("9"), from);
    const error = await refusal(other);
    expect(error).toBeInstanceOf(KernelUnavailableError);
    expect(error.message).toContain(`expected the fingerprint "${expected}", got "9${expected.slice(1)}"`);
    expect(getKernel()).toBe(kernel);
  });

  it("without a fingerprint is refused", async () => {
    const bare = whole.slice(0, from - "lindblad".length - 3);
    expect(WebAssembly.validate(bare)).toBe(true);
    expect((await refusal(bare)).message).toMatch(/expected the fingerprint .* got none/);
  });

  test.prop([fc.nat({ max: whole.length - 1 })], { seed: 13, numRuns: 200 })(
    "cut short anywhere is refused",
    async (length) => {
      expect(await refusal(whole.slice(0, length))).toBeInstanceOf(KernelUnavailableError);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 60 })], { seed: 14 })("is not seen in bytes that are none", async (rest) => {
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, ...rest);
    expect(fingerprintOf(bytes)).not.toBe(expected);
    expect(await refusal(bytes)).toBeInstanceOf(KernelUnavailableError);
  });
});
