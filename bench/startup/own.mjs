/** What a fresh process does: import this library, build the two qubits, solve, print one number. */
import { mesolve } from "lindblad";
import { problem } from "../problems/index.mjs";

const { times, rtol, atol, points } = problem("P1");
const [{ H, rho0, jumps, observables }] = points;
const { expect } = mesolve(H, rho0, times, { cOps: jumps, eOps: observables, rtol, atol });
console.log(expect.szsz.at(-1));
