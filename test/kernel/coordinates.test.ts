/**
 * The generator on real coordinates: against its definition, and which coordinates are kept.
 */
import { describe, expect, it } from "vitest";
import {
  destroy,
  fock,
  ket2dm,
  maximallyMixedDm,
  num,
  Operator,
  qeye,
  sigmam,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { couplings, planCoordinates } from "../../bindings/plan/coordinates.ts";
import { noJumpOperator } from "../../bindings/plan/generator.ts";
import { coordinatesRepresentation } from "../../bindings/plan/representation.ts";
import { definition } from "../support/definition.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

function plan(H: Operator, jumps: readonly Operator[], rho: Operator) {
  return planCoordinates(couplings(noJumpOperator(H, jumps), jumps), [rho], H.size * H.size)!;
}

describe("the generator on real coordinates", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 17])("d = %i agrees with the definition, dense and sparse", (d) => {
    const random = generator(4000 + d);
    const kernel = getKernel();
    for (const density of [1, 0.3]) {
      const H = randomHermitian(random, [d], density);
      const jumps = [1, 2].map(() => randomOperator(random, [d], density));
      const full = randomState(random, [d]);
      for (const rho of [full, ket2dm(fock(d, d - 1))]) {
        const representation = coordinatesRepresentation(plan(H, jumps, rho));
        kernel.frame(() => {
          const bytes = 8 * representation.length(kernel);
          const superoperator = representation.put(kernel, 1, "test");
          const x = kernel.allocate(bytes, "test");
          const out = kernel.allocate(bytes, "test");
          const canary = kernel.allocate(4096, "test");
          representation.write(kernel, rho, x);
          kernel.functions.rightHandSide(superoperator, x, out);
          const computed = Operator.dense(d, representation.read(kernel, out, "test"));
          // 6 d terms below 2 d in modulus each.
          expect(maxDifference(computed, definition(H, jumps, rho))).toBeLessThan(64 * d * d * Number.EPSILON);
          expect(kernel.doubles.slice(canary / 8, canary / 8 + 512).every((value) => value === 0)).toBe(true);
          // Norms are Frobenius norms.
          const vector = kernel.doubles.slice(x / 8, x / 8 + representation.length(kernel));
          expect(Math.hypot(...vector)).toBeCloseTo(rho.norm(), 14);
        });
      }
    }
  });

  it("keeps the populations alone where a state stays diagonal", () => {
    const H = tensor(sigmaz(), qeye(3)).add(tensor(qeye(2), num(3)));
    const jumps = [tensor(sigmam(), qeye(3)), tensor(qeye(2), destroy(3))];
    expect(plan(H, jumps, maximallyMixedDm([2, 3])).count).toBe(6);
    expect(plan(H, jumps, ket2dm(tensor(fock(2, 0), fock(3, 1)))).count).toBe(4);
  });

  it("keeps what conserved excitations leave of a Jaynes-Cummings model", () => {
    const N = 12;
    const a = tensor(destroy(N), qeye(2));
    const minus = tensor(qeye(N), sigmam());
    const exchange = a.mul(minus.dag());
    const H = exchange.add(exchange.dag());
    const rho = ket2dm(tensor(fock(N, 3), fock(2, 0)));
    // Four excitations and fewer: |n,g>, |n-1,e>; their coherence stays imaginary on resonance.
    expect(plan(H, [a], rho).count).toBe(1 + 4 * 3);
    const resonant = H.add(a.dag().mul(a)).add(minus.dag().mul(minus));
    expect(plan(resonant, [a], rho).count).toBe(1 + 4 * 3);
    expect(plan(H.add(tensor(qeye(N), sigmaz())), [a], rho).count).toBe(1 + 4 * 4);
  });

  it("gives up beyond its limit", () => {
    const H = destroy(10).add(destroy(10).dag());
    const parts = couplings(noJumpOperator(H, []), []);
    expect(planCoordinates(parts, [ket2dm(fock(10, 0))], 54)).toBeUndefined();
    expect(planCoordinates(parts, [ket2dm(fock(10, 0))], 55)!.count).toBe(100 - 45);
  });
});
