/**
 * Pure dephasing, L = sqrt(G/2) sigma_z: the coherence decays as exp(-Gt). Depolarising, L = sqrt(G/4) sigma_x,y,z:
 * every Pauli expectation value decays as exp(-Gt).
 */
import { expect, it } from "vitest";
import { basis, Operator, sigmax, sigmay, sigmaz } from "../../bindings/index.ts";
import { expectLaw, uniformTimes } from "../support/law.ts";

const psi = basis(2, 0)
  .scale(0.6)
  .add(basis(2, 1).scale({ re: 0.48, im: 0.64 }));
const start = { x: 2 * 0.6 * 0.48, y: 2 * 0.6 * 0.64, z: 0.36 - 0.64 };
const eOps = { x: sigmax(), y: sigmay(), z: sigmaz() };
const H = Operator.fromTriplets(2, []);
const G = 0.7;

it("dephasing", () => {
  expect(psi.norm()).toBeCloseTo(1, 15);
  const cOps = [{ op: sigmaz(), rate: G / 2 }];
  expectLaw({ H, rho0: psi, times: uniformTimes(5, 21), options: { cOps, eOps } }, (t) => ({
    x: start.x * Math.exp(-G * t),
    y: start.y * Math.exp(-G * t),
    z: start.z,
  }));
});

it("depolarising", () => {
  const cOps = [sigmax(), sigmay(), sigmaz()].map((op) => ({ op, rate: G / 4 }));
  expectLaw({ H, rho0: psi, times: uniformTimes(5, 21), options: { cOps, eOps } }, (t) => ({
    x: start.x * Math.exp(-G * t),
    y: start.y * Math.exp(-G * t),
    z: start.z * Math.exp(-G * t),
  }));
});
