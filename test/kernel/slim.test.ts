/**
 * lindblad/slim: everything but the kernel's bytes. Modules are loaded anew for each test, as in a program that has imported nothing yet.
 */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as full from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import * as fullModel from "../../bindings/model/index.ts";

const { build } = getKernel();
const wasm = readFileSync(new URL(`../../build/wasm/${build}.wasm`, import.meta.url));

beforeEach(() => vi.resetModules());

const decay = ({ basis, mesolve, sigmam, sigmaz }: typeof full) =>
  mesolve(sigmaz(), basis(2, 0), [0, 1], { cOps: [sigmam()], eOps: { z: sigmaz() } });

describe("lindblad/slim", () => {
  it("has the exports of lindblad, and lindblad/slim/model those of lindblad/model", async () => {
    const slim = await import("../../bindings/slim.ts");
    const slimModel = await import("../../bindings/model/slim.ts");
    expect(Object.keys(slim)).toEqual(Object.keys(full));
    expect(Object.keys(slimModel)).toEqual(Object.keys(fullModel));
  });

  it("says what to do when nobody gave it a kernel, and computes with the one it is given", async () => {
    const slim = await import("../../bindings/slim.ts");
    const unavailable = { code: "KERNEL_UNAVAILABLE", message: expect.stringContaining("await init({ wasm })") };
    expect(() => decay(slim)).toThrow(expect.objectContaining(unavailable));
    await expect(slim.init()).rejects.toMatchObject(unavailable);
    await expect(slim.init({ isa: "simd" })).rejects.toMatchObject(unavailable);
    await slim.init({ wasm });
    const solution = decay(slim);
    expect(solution.stats.build).toBe(build);
    expect(solution.expect.z).toEqual(decay(full).expect.z);
  });

  it.each([
    ["lindblad", () => import("../../bindings/index.ts")],
    ["lindblad/model", () => import("../../bindings/model/index.ts")],
    ["lindblad/pool/shares", () => import("../../bindings/pool/remote.ts")],
    ["lindblad/pool/worker", () => import("../../bindings/pool/worker-web.ts")],
  ] as const)("is given one by whoever imports %s", async (_name, load) => {
    // What a browser's worker listens with.
    vi.stubGlobal("addEventListener", () => {});
    await load();
    vi.unstubAllGlobals();
    const slim = await import("../../bindings/slim.ts");
    await slim.init({ isa: "simd" });
    expect(decay(slim).stats.build).toBe("release");
  });
});
