import { describe, expect, it } from "vitest";
import { basis, mesolve, NonFiniteError, sigmax, sigmaz } from "../../bindings/index.ts";

describe("a generator whose norm overflows", () => {
  // Twice the largest element is beyond what a double holds: no ellipse lies around the spectrum.
  for (const method of ["auto", "faber"] as const) {
    it(`is an error by ${method}, not an endless run`, () => {
      const H = sigmax().scale(9e307);
      expect(() => mesolve(H, basis(2, 0), [0, 1], { method, eOps: { z: sigmaz() } })).toThrow(NonFiniteError);
    });
  }
});
