/**
 * The XXZ chain of the benchmarks (problem P3), pumped at its first spin.
 */
import { type Operator, qeye, sigmam, sigmap, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";

export function xxzChain(spins: number): { H: Operator; cOps: Operator[] } {
  const site = (operator: Operator, at: number) =>
    Array.from({ length: spins }, (_, k) => (k === at ? operator : qeye(2))).reduce((a, b) => a.kron(b));
  const pair = (operator: Operator, k: number, size: number) =>
    site(operator, k)
      .mul(site(operator, k + 1))
      .scale(size);
  const parts: Operator[] = [];
  for (let k = 0; k + 1 < spins; k++)
    parts.push(pair(sigmax(), k, 0.25), pair(sigmay(), k, 0.25), pair(sigmaz(), k, 0.125));
  for (let k = 0; k < spins; k++) parts.push(site(sigmaz(), k).scale(0.1));
  const cOps = Array.from({ length: spins }, (_, k) => [
    site(sigmam(), k).scale(Math.sqrt(0.1)),
    site(sigmaz(), k).scale(Math.sqrt(0.025)),
  ]).flat();
  cOps.push(site(sigmap(), 0).scale(Math.sqrt(0.2)));
  return { H: parts.reduce((a, b) => a.add(b)).hermitianPart(), cOps };
}
