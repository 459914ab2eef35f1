/**
 * mesolve against exact trajectories: benchmark problems P1-P4, P7, P8 and random generators, to the tolerance that the
 * files themselves are certain to.
 */
import { describe, expect, it } from "vitest";
import { maximallyMixedDm, mesolve, Operator, ptrace } from "../../bindings/index.ts";
import { applyGenerator } from "../../bindings/solvers/apply.ts";
import { maxDifference } from "../support/random.ts";
import { type Evolution, matrix, REFERENCE_TOLERANCE, readReference, referenceNames } from "../support/reference.ts";

const names = referenceNames("p1_", "p2_", "p3_", "p4_", "p7_", "p8_", "random_").filter(
  (name) => !name.includes("nonhermitian"),
);

function build(reference: Evolution) {
  const { dims } = reference;
  return {
    H: matrix(dims, reference.H),
    cOps: reference.jumps.map(({ rate, op }) => ({ op: matrix(dims, op), rate })),
    rho0: Operator.dense(dims, reference.rho0),
    eOps: Object.fromEntries(Object.entries(reference.e_ops).map(([name, op]) => [name, matrix(dims, op)])),
  };
}

/** Tight enough that the error is that of the files, not ours. */
const tight = { rtol: 1e-12, atol: 1e-14 };

describe("mesolve reproduces the reference trajectories", () => {
  it("finds them all", () => {
    expect(names.length).toBeGreaterThanOrEqual(24);
  });

  it.each(names)("%s", (name) => {
    const reference = readReference<Evolution>(name);
    const { H, cOps, rho0, eOps } = build(reference);
    const result = mesolve(H, rho0, reference.t, { cOps, eOps, storeStates: true, ...tight });
    for (const [key, exact] of Object.entries(reference.expect ?? {})) {
      const series = result.expect[key] as Float64Array;
      const error = Math.max(...exact.map((value, k) => Math.abs(value - series[k]!)));
      // Relative to the operator: <n> of 30 photons carries 30 times the error of the state.
      expect(error / Math.max(1, eOps[key]!.maxAbs()), key).toBeLessThan(REFERENCE_TOLERANCE);
    }
    for (const [key, exact] of Object.entries(reference.expect_complex ?? {})) {
      const { re, im } = result.expect[key] as { re: Float64Array; im: Float64Array };
      const error = Math.max(...Array.from(re, (x, k) => Math.hypot(x - exact[2 * k]!, im[k]! - exact[2 * k + 1]!)));
      expect(error / Math.max(1, eOps[key]!.maxAbs()), key).toBeLessThan(REFERENCE_TOLERANCE);
    }
    reference.rho_index.forEach((index, k) => {
      const exact = Operator.dense(reference.dims, reference.rho[k]!);
      expect(maxDifference(result.states![index]!, exact), `rho(t[${index}])`).toBeLessThan(REFERENCE_TOLERANCE);
    });
    const slope = applyGenerator(
      H,
      cOps.map(({ op, rate }) => op.scale(Math.sqrt(rate))),
      rho0,
    );
    const exactSlope = Operator.dense(reference.dims, reference.drho0);
    expect(maxDifference(slope, exactSlope)).toBeLessThan(1e-13 * Math.max(1, exactSlope.maxAbs()) * reference.d);
  });

  it("random_3_nonhermitian_X0, as a combination of states", () => {
    const reference = readReference<Evolution>("random_3_nonhermitian_X0");
    const { H, cOps, rho0: X0 } = build(reference);
    const { dims } = reference;
    const one = maximallyMixedDm(dims).scale(reference.d);
    // X = P + iQ with P, Q Hermitian, and P = (P + s) - s: each term is a multiple of a state.
    const parts = [X0.add(X0.dag()).scale(0.5), X0.sub(X0.dag()).scale({ re: 0, im: -0.5 })];
    const evolveState = (rho: Operator) => mesolve(H, rho, reference.t, { cOps, storeStates: true, ...tight }).states!;
    const mixed = evolveState(one.scale(1 / reference.d));
    const [P, Q] = parts.map((part): Operator[] => {
      const shift = 1 + part.norm();
      const positive = part.add(one.scale(shift));
      const weight = positive.tr().re;
      const states = evolveState(positive.scale(1 / weight));
      return states.map((state, k) => state.scale(weight).sub(mixed[k]!.scale(shift * reference.d)));
    }) as [Operator[], Operator[]];
    reference.rho_index.forEach((index, k) => {
      const X = P[index]!.add(Q[index]!.scale({ re: 0, im: 1 }));
      expect(maxDifference(X, Operator.dense(dims, reference.rho[k]!))).toBeLessThan(20 * REFERENCE_TOLERANCE);
    });
  });

  it.each(referenceNames("random_").filter((name) => /\dx\d/.test(name)))("%s: partial traces", (name) => {
    const reference = readReference<Evolution>(name);
    const rho0 = Operator.dense(reference.dims, reference.rho0);
    const { A, B } = reference.partial_traces_rho0!;
    for (const [keep, exact] of [A!, B!].entries()) {
      const part = ptrace(rho0, keep);
      expect(maxDifference(part, Operator.dense(part.dims, exact))).toBeLessThan(1e-15);
    }
  });
});
