/**
 * A driven spin that dephases, H = (D/2) sigma_x, L = sqrt(k) sigma_z, from |e>: with O = sqrt(D² - k²),
 * z = exp(-kt) (cos Ot + (k/O) sin Ot), y = -(D/O) exp(-kt) sin Ot; the drive as a constant and as a coefficient that stays so.
 */
import { expect, it } from "vitest";
import { basis, mesolve, pulse, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";
import { expectLaw, LAW_TOLERANCE, uniformTimes } from "../support/law.ts";

const [D, k] = [1.7, 0.4];
const O = Math.sqrt(D * D - k * k);
const law = (t: number) => ({
  z: Math.exp(-k * t) * (Math.cos(O * t) + (k / O) * Math.sin(O * t)),
  y: -(D / O) * Math.exp(-k * t) * Math.sin(O * t),
});
const times = uniformTimes(10, 51);
const options = { cOps: [{ op: sigmaz(), rate: k }], eOps: { z: sigmaz(), y: sigmay() } };

it("driven dephasing", () => {
  expectLaw({ H: sigmax().scale(D / 2), rho0: basis(2, 0), times, options }, law);
});

it("driven dephasing, switched on by a pulse that lasts", () => {
  const on = pulse.square({ from: -1, to: 11 }).mul(D / 2);
  const { expect: values } = mesolve([[sigmax(), on]], basis(2, 0), times, { ...options, rtol: 1e-12, atol: 1e-14 });
  times.forEach((t, i) => {
    expect(Math.abs(values.z[i]! - law(t).z)).toBeLessThan(LAW_TOLERANCE);
    expect(Math.abs(values.y[i]! - law(t).y)).toBeLessThan(LAW_TOLERANCE);
  });
});
