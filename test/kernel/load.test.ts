/**
 * Which build of the kernel runs, and what is refused in its place.
 */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import {
  basis,
  InvalidArgumentError,
  init,
  KernelUnavailableError,
  mesolve,
  sigmam,
  sigmax,
  sigmaz,
} from "../../bindings/index.ts";
import { getKernel, supports } from "../../bindings/kernel/load.ts";

const bytesOf = (build: string) => readFileSync(new URL(`../../build/wasm/${build}.wasm`, import.meta.url));
const tested = getKernel().build;

afterEach(() => init({ wasm: bytesOf(tested) }));

describe("init", () => {
  it("takes the relaxed build where the engine has it, and plain SIMD where asked to", async () => {
    await init();
    expect(getKernel().build).toBe(supports("relaxed") ? "relaxed" : "release");
    await init({ isa: "simd" });
    expect(getKernel().build).toBe("release");
  });

  it("takes the bytes it is given, also as a view or a response", async () => {
    const bytes = bytesOf("debug");
    const larger = new Uint8Array(bytes.length + 16);
    larger.set(bytes, 8);
    for (const wasm of [bytes, larger.subarray(8, 8 + bytes.length), new Response(Uint8Array.from(bytes))]) {
      await init({ wasm });
      expect(getKernel().build).toBe("debug");
    }
  });

  it("refuses bytes that are not the kernel, an isa it does not know, and unknown options, and keeps what was there", async () => {
    const kernel = getKernel();
    await expect(init({ wasm: new TextEncoder().encode("<!DOCTYPE html>") })).rejects.toThrow(/not WebAssembly.*<!DO/);
    const missing = new Response("no such file", { status: 404 });
    await expect(init({ wasm: missing })).rejects.toThrow(/could not be loaded.*HTTP status 404/);
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await expect(init({ wasm: empty })).rejects.toThrow(KernelUnavailableError);
    await expect(init({ isa: "avx" as "simd" })).rejects.toThrow(/expected "simd" or "relaxed"/);
    expect(() => supports("avx" as "simd")).toThrow(/supports: isa: expected "simd" or "relaxed", got "avx"/);
    await expect(init({ url: "x" } as object)).rejects.toThrow(/unknown option "url"/);
    await expect(init(null as never)).rejects.toThrow(InvalidArgumentError);
    await expect(init(5 as never)).rejects.toThrow(InvalidArgumentError);
    structuredClone(empty.buffer, { transfer: [empty.buffer] });
    for (const bytes of [empty, empty.buffer]) {
      await expect(init({ wasm: bytes })).rejects.toThrow(KernelUnavailableError);
    }
    expect(getKernel()).toBe(kernel);
  });

  it("gives the same numbers on every build, to the fused operations' rounding", async () => {
    const results: Float64Array[] = [];
    for (const build of supports("relaxed") ? ["release", "debug", "relaxed"] : ["release", "debug"]) {
      await init({ wasm: bytesOf(build) });
      const { finalState } = mesolve(sigmax(), basis(2, 0), [0, 3], { cOps: [sigmam(), sigmaz()], dt: 0.01 });
      results.push(finalState.toDense());
    }
    const [release, debug, relaxed] = results;
    expect(debug).toEqual(release);
    // 300 steps of four right-hand sides, each a handful of operations.
    for (const [k, x] of (relaxed ?? []).entries()) {
      expect(Math.abs(x - release![k]!)).toBeLessThan(300 * 4 * 10 * Number.EPSILON);
    }
  });
});
