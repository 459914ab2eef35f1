/**
 * Whatever takes jump operators takes a list of them: one operator alone, which has no length, would silently be none.
 */
import { describe, expect, it } from "vitest";
import {
  bipartite,
  coherenceG1,
  correlation2op1t,
  correlation3op2t,
  countingStatistics,
  customBath,
  floquetSteadystate,
  InvalidArgumentError,
  largeDeviation,
  liouvillian,
  liouvillianSpectrum,
  mesolve,
  propagator,
  pseudoInverse,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  spectrum,
  steadystate,
} from "../../bindings/index.ts";

const [H, s, rho] = [sigmax(), sigmam(), qeye(2).scale(0.5)];

/** By name, with its jumps. */
const TAKERS: Record<string, (cOps: never) => unknown> = {
  steadystate: (cOps) => steadystate(H, cOps),
  spectrum: (cOps) => spectrum(H, [0], cOps, sigmap(), s),
  liouvillianSpectrum: (cOps) => liouvillianSpectrum(H, cOps),
  countingStatistics: (cOps) => countingStatistics(H, cOps),
  pseudoInverse: (cOps) => pseudoInverse(H, cOps, [s]),
  largeDeviation: (cOps) => largeDeviation(H, cOps, { fields: [0] }),
  liouvillian: (cOps) => liouvillian(H, cOps),
  mesolve: (cOps) => mesolve(H, rho, [0, 1], { cOps }),
  propagator: (cOps) => propagator(H, [0, 1], { cOps }),
  floquetSteadystate: (cOps) => floquetSteadystate(H, 1, { cOps }),
  correlation2op1t: (cOps) => correlation2op1t(H, undefined, [0], sigmap(), s, { cOps }),
  correlation3op2t: (cOps) => correlation3op2t(H, undefined, [0], [0], sigmap(), s, s, { cOps }),
  coherenceG1: (cOps) => coherenceG1(H, undefined, [0], s, { cOps }),
  "correlation2op1t of a state": (cOps) => correlation2op1t(H, rho, [0, 1], sigmap(), s, { cOps }),
  customBath: (cOps) => bipartite({ HA: H, HB: H, V: qeye([2, 2]), baths: [customBath("A", { jumps: cOps })] }),
};

const NO_LISTS = { "one operator": s, "one with a rate": { op: s, rate: 1 }, null: null, text: "s", number: 1 };

describe.each(Object.entries(TAKERS))("%s", (_, take) => {
  it.each(Object.entries(NO_LISTS))("refuses %s", (_, cOps) => {
    const go = () => take(cOps as never);
    expect(go).toThrow(InvalidArgumentError);
    expect(go).toThrow(/(cOps|jumps): expected an array of jump operators, got/);
  });
});

it("undefined is a list only where jumps are an option", () => {
  for (const name of ["spectrum", "countingStatistics", "pseudoInverse", "largeDeviation"]) {
    expect(() => TAKERS[name]!(undefined as never), name).toThrow(
      /cOps: expected an array of jump operators, got undefined/,
    );
  }
});
