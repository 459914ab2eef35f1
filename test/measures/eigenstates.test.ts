/** Eigenstates: H|k> = E_k|k>, an orthonormal basis, energies in order, whatever is degenerate. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  eigenenergies,
  eigenstates,
  NotHermitianError,
  overlap,
  qeye,
  sigmam,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { generator, randomHermitian } from "../support/random.ts";

describe("eigenstates", () => {
  test.prop([fc.integer({ min: 1, max: 12 }), fc.integer()])("of random Hamiltonians", (d, seed) => {
    const H = randomHermitian(generator(seed), [d]);
    const { energies, states } = eigenstates(H);
    expect(energies).toEqual(eigenenergies(H));
    // LAPACK's bound for one-sided methods: some d roundings of the norm
    const limit = 64 * d * 2 ** -52 * Math.max(1, H.norm());
    states.forEach((state, k) => {
      const residual = H.apply(state).toArray();
      const amplitudes = state.toArray();
      residual.forEach((x, i) => {
        expect(Math.abs(x - energies[k]! * amplitudes[i]!)).toBeLessThan(limit);
      });
      states.forEach((other, l) => {
        const { re, im } = overlap(state, other);
        expect(Math.hypot(re - (k === l ? 1 : 0), im)).toBeLessThan(64 * d * 2 ** -52);
      });
    });
  });

  it("keep the dims of the parts, and are a basis where energies are equal", () => {
    const { energies, states } = eigenstates(tensor(sigmaz(), qeye(3)));
    expect(Array.from(energies)).toEqual([-1, -1, -1, 1, 1, 1]);
    expect(states.map(({ dims }) => dims)).toEqual(new Array(6).fill([2, 3]));
    expect(states.map((state) => Math.max(...state.toArray()))).toEqual(new Array(6).fill(1));
  });

  it("refuses what is not Hermitian", () => {
    expect(() => eigenstates(sigmam())).toThrow(NotHermitianError);
  });
});
