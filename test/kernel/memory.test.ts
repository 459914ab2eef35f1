/**
 * Arena, build, marshalling: what the host relies on.
 */
import { describe, expect, it } from "vitest";
import { METHOD_RK4, METHOD_TSIT5, STATISTIC_COUNT } from "../../assembly/constants.ts";
import { TooLargeError } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

describe("arena", () => {
  it("gives zeroed, aligned blocks, and takes them back", () => {
    const kernel = getKernel();
    const before = kernel.available;
    kernel.frame(() => {
      const first = kernel.allocate(1000, "test");
      expect(first % 64).toBe(0);
      kernel.doubles.fill(7, first / 8, first / 8 + 125);
      kernel.frame(() => expect(kernel.allocate(8, "test")).toBeGreaterThanOrEqual(first + 1000));
    });
    kernel.frame(() => {
      const again = kernel.allocate(1000, "test");
      expect(kernel.doubles.slice(again / 8, again / 8 + 125).every((x) => x === 0)).toBe(true);
    });
    expect(() =>
      kernel.frame(() => {
        kernel.allocate(64, "test");
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(kernel.available).toBe(before);
  });

  it("makes new views after growth, and keeps what was written before it", () => {
    const kernel = getKernel();
    kernel.frame(() => {
      const pointer = kernel.putDoubles([1, 2, 3], "test");
      const old = kernel.doubles;
      kernel.allocate(old.byteLength + (1 << 20), "test");
      expect(old.length).toBe(0);
      expect([...kernel.doubles.slice(pointer / 8, pointer / 8 + 3)]).toEqual([1, 2, 3]);
    });
  });

  it("refuses what 4 GiB cannot hold, and sizes that would wrap around", () => {
    const kernel = getKernel();
    for (const bytes of [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 64, 2 ** 53]) {
      expect(() => kernel.frame(() => kernel.allocate(bytes, "test"))).toThrow(TooLargeError);
    }
  });
});

describe("as-bind", () => {
  it("hands out copies that later calls and growth leave alone", () => {
    const kernel = getKernel();
    expect(kernel.methods[METHOD_RK4]).toBe("rk4");
    expect(kernel.methods[METHOD_TSIT5]).toBe("tsit5");
    expect(["release", "relaxed", "debug"]).toContain(kernel.build);
    const pages = kernel.doubles.byteLength;
    kernel.frame(() => {
      const evolution = kernel.allocate(512, "test");
      // Statistics are read from any zeroed block: a copy each time, the runtime's heap collected after each.
      const first = kernel.statistics(evolution);
      for (let k = 0; k < 20_000; k++) kernel.statistics(evolution);
      expect(first.every((x) => x === 0)).toBe(true);
      expect(first).toHaveLength(STATISTIC_COUNT);
    });
    expect(kernel.doubles.byteLength).toBe(pages);
  });
});

describe("assertions", () => {
  it("stop the debug build, with the place, and cost the others nothing", () => {
    const kernel = getKernel();
    kernel.frame(() => {
      const generator = kernel.functions.createGenerator(2, 0, 0);
      const beyond = () => kernel.functions.setShiftTerm(generator, 1, 0, 1, 0, 0, 0);
      if (kernel.build === "debug")
        expect(beyond).toThrow(/setShiftTerm: index out of range at .*assembly\/index\.ts:\d+/);
      else expect(beyond).not.toThrow();
    });
  });
});
