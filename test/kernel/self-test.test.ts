/** The kernel's test of itself passes on every build and with every form of its register blocks, and fails on a wrong product. */
import { afterEach, expect, it } from "vitest";
import { init, KernelUnavailableError, selfTest } from "../../bindings/index.ts";
import type { Kernel, KernelFunctions } from "../../bindings/kernel/kernel.ts";
import { getKernel } from "../../bindings/kernel/load.ts";

const tested = getKernel().build;

afterEach(() => {
  getKernel().functions.useWideTiles(0);
});

it("passes, and says what is in use", () => {
  expect(selfTest()).toEqual({ build: tested, wideTiles: false });
  getKernel().functions.useWideTiles(1);
  expect(selfTest()).toEqual({ build: tested, wideTiles: true });
});

it.each([16, 29, 66, 203])("fails when one element of a product of dimension %i is wrong, or is no number", (wrong) => {
  const kernel = getKernel() as { functions: KernelFunctions } & Kernel;
  const { functions } = kernel;
  try {
    for (const error of [1e-10, Number.NaN]) {
      const multiply: KernelFunctions["multiply"] = (d, a, b, c, scratch, accumulate) => {
        functions.multiply(d, a, b, c, scratch, accumulate);
        if (d === wrong) kernel.doubles[c / 8 + d - 1]! += error;
      };
      kernel.functions = { ...functions, multiply };
      expect(() => selfTest()).toThrow(KernelUnavailableError);
      expect(() => selfTest()).toThrow(`of dimension ${wrong} is off by`);
    }
  } finally {
    kernel.functions = functions;
  }
  selfTest();
});

it.each([
  ["in matrix form", 1, 1],
  // Behind two zeros.
  ["on one triangle", 2, 3],
])("fails when one element of a right-hand side is wrong %s", (_form, wrong, place) => {
  const kernel = getKernel() as { functions: KernelFunctions } & Kernel;
  const { functions } = kernel;
  let calls = 0;
  try {
    const rightHandSide: KernelFunctions["rightHandSide"] = (superoperator, x, out) => {
      functions.rightHandSide(superoperator, x, out);
      // Row 0, column 1.
      if (++calls === wrong) kernel.doubles[out / 8 + place]! += 1e-10;
    };
    kernel.functions = { ...functions, rightHandSide };
    expect(() => selfTest()).toThrow("a right-hand side of dimension 2 is off by");
    expect(calls).toBe(wrong);
  } finally {
    kernel.functions = functions;
  }
});

it("init refuses wide tiles that are no boolean", async () => {
  await expect(init({ wideTiles: 1 as unknown as boolean })).rejects.toThrow(/wideTiles.*expected true or false/);
});
