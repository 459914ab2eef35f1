/**
 * A spin j = 0, 1/2, 1, 3/2, …: 2j + 1 levels |j, m>, m = j first and -j last (as |up> is the first of a qubit), ħ = 1.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { checkDims, checkFiniteNumber } from "./checks.ts";
import { powers } from "./complex.ts";
import { Ket } from "./ket.ts";
import { type HermitianOperator, Operator } from "./operator.ts";
import { basis } from "./states.ts";

/** Components of a spin; `"+"` and `"-"` raise and lower: J_± = J_x ± iJ_y. */
export type SpinComponent = "x" | "y" | "z" | "+" | "-";

/**
 * A component of the spin `j`: J_z|j, m> = m|j, m>, J_±|j, m> = sqrt(j(j + 1) - m(m ± 1)) |j, m ± 1>. QuTiP's `jmat`.
 * @throws {@link InvalidArgumentError}
 */
export function jmat(j: number, component: "x" | "y" | "z"): HermitianOperator;
export function jmat(j: number, component: SpinComponent): Operator;
export function jmat(j: number, component: SpinComponent): Operator {
  const levels = spinLevels(j, "jmat: j");
  checkComponent(component, "jmat: component");
  const elements: [number, number, number, number][] = [];
  for (let k = 0; k < levels; k++) {
    if (component === "z") elements.push([k, k, j - k, 0]);
    if (component === "z" || k === levels - 1) continue;
    // <j, m + 1|J_+|j, m> with m = j - (k + 1)
    const raise = Math.sqrt((2 * j - k) * (k + 1));
    if (component === "+") elements.push([k, k + 1, raise, 0]);
    if (component === "-") elements.push([k + 1, k, raise, 0]);
    if (component === "x") elements.push([k, k + 1, raise / 2, 0], [k + 1, k, raise / 2, 0]);
    if (component === "y") elements.push([k, k + 1, 0, -raise / 2], [k + 1, k, 0, raise / 2]);
  }
  return Operator.fromTriplets(levels, elements);
}

/** The state |j, m>. QuTiP's `spin_state`. @throws {@link InvalidArgumentError} */
export function spinState(j: number, m: number): Ket {
  const levels = spinLevels(j, "spinState: j");
  if (typeof m !== "number" || !Number.isInteger(j - m) || Math.abs(m) > j) {
    throw new InvalidArgumentError("spinState: m", m, `one of ${-j}, ${-j + 1}, …, ${j}`);
  }
  return basis(levels, j - m);
}

/**
 * The spin coherent state |theta, phi>, whose mean spin is j (sin theta cos phi, sin theta sin phi, cos theta):
 * sum over k = j - m of sqrt(C(2j, k)) cos(theta/2)^(2j - k) (e^(i phi) sin(theta/2))^k |j, j - k> (Arecchi, Courtens, Gilmore, Thomas,
 * Phys. Rev. A 6 (1972) 2211; the phase is that of QuTiP's `spin_coherent`: |j, j> at theta = 0).
 * @param theta polar angle from z, in radians
 * @param phi azimuth from x, in radians
 * @throws {@link InvalidArgumentError}
 */
export function spinCoherent(j: number, theta: number, phi: number): Ket {
  const levels = spinLevels(j, "spinCoherent: j");
  checkFiniteNumber(theta, "spinCoherent: theta");
  checkFiniteNumber(phi, "spinCoherent: phi");
  const [c, s] = [Math.cos(theta / 2), Math.sin(theta / 2)];
  const phases = powers({ re: Math.cos(phi), im: Math.sin(phi) }, levels);
  let logBinomial = 0;
  const data = phases.flatMap((phase, k) => {
    if (k > 0) logBinomial += Math.log((2 * j - k + 1) / k);
    const n = 2 * j - k;
    const sign = Math.sign(c) ** n * Math.sign(s) ** k;
    // In logarithms: the binomial alone overflows above j = 1000.
    const size = sign * Math.exp(logBinomial / 2 + timesLog(n, c) + timesLog(k, s));
    return [size * phase.re, size * phase.im];
  });
  return new Ket(levels, data);
}

/** n ln|x|, and 0 for n = 0 whatever x is. */
function timesLog(n: number, x: number): number {
  return n === 0 ? 0 : n * Math.log(Math.abs(x));
}

/** 2j + 1. @throws {@link InvalidArgumentError} unless j is 0, 1/2, 1, 3/2, … */
function spinLevels(j: number, where: string): number {
  if (typeof j !== "number" || !Number.isInteger(2 * j) || j < 0)
    throw new InvalidArgumentError(where, j, "one of 0, 1/2, 1, 3/2, …");
  return checkDims(2 * j + 1, where)[0]!;
}

export function checkComponent(component: SpinComponent, where: string): void {
  if (!["x", "y", "z", "+", "-"].includes(component)) {
    throw new InvalidArgumentError(where, component, '"x", "y", "z", "+" or "-"');
  }
}
