/**
 * An oscillator in a thermal bath, L = sqrt(k (nth + 1)) a and sqrt(k nth) a†: <n>(t) = n0 exp(-kt) + nth (1 - exp(-kt)) from any state; from the vacuum the state is thermal at all times.
 */
import { expect, it } from "vitest";
import { destroy, fock, mesolve, num, thermalDm } from "../../bindings/index.ts";
import { expectLaw, TIGHT, uniformTimes } from "../support/law.ts";
import { maxDifference } from "../support/random.ts";

// Of a thermal state with nth on average (nth/(1 + nth))^60 = 5e-24 lies above the levels.
const [N, nth, k] = [60, 0.7, 0.9];
const a = destroy(N);
const H = num(N).scale(1.3);
const cOps = [
  { op: a, rate: k * (nth + 1) },
  { op: a.dag(), rate: k * nth },
];
/** 60 levels, each some roundings of rates up to 60 k over the whole time. */
const TOLERANCE = 7e-14;

it("from the vacuum to the bath's temperature, thermal all the way", () => {
  const times = uniformTimes(8, 9);
  const { states } = mesolve(H, fock(N, 0), times, { cOps, storeStates: true, ...TIGHT });
  times.forEach((t, j) => {
    const exact = thermalDm(N, nth * (1 - Math.exp(-k * t)));
    expect(maxDifference(states![j]!, exact), `t = ${t}`).toBeLessThan(TOLERANCE);
  });
});

it.each([0, 1, 4])("the mean number from n = %i", (n0) => {
  expectLaw(
    { H, rho0: fock(N, n0), times: uniformTimes(8, 9), options: { cOps, eOps: { n: num(N) }, ...TIGHT } },
    (t) => ({ n: n0 * Math.exp(-k * t) + nth * (1 - Math.exp(-k * t)) }),
    TOLERANCE * Math.max(1, n0),
  );
});
