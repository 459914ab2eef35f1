/**
 * Eighteen spins, 262 144 levels: too many for a density matrix by far.
 */
import { expect, it } from "vitest";
import { basis, type Ket, mcsolve, type Operator, qeye, sigmam, sigmax, sigmaz, tensor } from "../../bindings/index.ts";
import { getKernel } from "../../bindings/kernel/load.ts";
import { uniformTimes } from "../support/law.ts";

const SPINS = 18;

/** A product with `operator` on one site. */
function at(site: number, operator: Operator): Operator {
  const identities = (count: number) => Array.from({ length: count }, () => qeye(2));
  return tensor(...identities(site), operator, ...identities(SPINS - site - 1));
}

it("eighteen spins are followed through their jumps, in 200 MB of kernel memory", { timeout: 120_000 }, () => {
  const fields = Array.from({ length: SPINS }, (_, k) => 0.6 + 0.05 * k);
  let H = sigmax().scale(fields[0]!);
  for (const field of fields.slice(1)) {
    const before = tensor(...H.dims.map(() => qeye(2)));
    H = tensor(H, qeye(2)).add(tensor(before, sigmax().scale(field)));
  }
  const psi: Ket = tensor(...fields.map(() => basis(2, 0)));
  const times = uniformTimes(1, 3);
  const far = [4, 11, 17];
  const solution = mcsolve(H, psi, times, {
    cOps: [at(0, sigmam()).scale(3)],
    eOps: Object.fromEntries(far.map((k) => [`z${k}`, at(k, sigmaz())])),
    ...{ ntraj: 1, seed: 5, rtol: 1e-9, atol: 1e-11 },
  });
  expect(solution.stats.reasons[0]).toMatch(/^form: products of local factors on 262144 levels/);
  expect(solution.jumps.every(({ times }) => times.length > 0)).toBe(true);
  // The first spin jumps, the others turn in their fields as if they were alone.
  for (const k of far) {
    for (const [j, t] of times.entries()) {
      const z = (solution.expect[`z${k}`] as Float64Array)[j]!;
      expect(Math.abs(z - Math.cos(2 * fields[k]! * t))).toBeLessThan(1e-6);
    }
  }
  expect(8 * getKernel().doubles.length).toBeLessThan(2e8);
});
