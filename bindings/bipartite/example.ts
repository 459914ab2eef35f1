/**
 * The paper's worked example: two qubits whose local states stand still while energy leaves through their correlation.
 * Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [15-17], with the range of c corrected.
 * @module
 */
import { InvalidArgumentError, OutOfRangeError } from "../errors.ts";
import { sigmaz } from "../operators/builders.ts";
import { checkKeys } from "../operators/checks.ts";
import type { Operator } from "../operators/operator.ts";
import { tensor } from "../operators/tensor.ts";
import { checkDensityMatrix, STATE_TOLERANCE } from "../solvers/checks.ts";
import { thermalBath } from "./baths.ts";
import type { Energies } from "./energies.ts";
import { thermalState } from "./gibbs.ts";
import { type BipartiteSystem, bipartite } from "./system.ts";

/** Parameters of the example. */
export interface TwoQubitParameters {
  /** H_A = omegaA sigma_z. */
  omegaA: number;
  /** H_B = omegaB sigma_z. */
  omegaB: number;
  /** V = g sigma_z ⊗ sigma_z. */
  g: number;
  /** Inverse temperature of the bath of A, in units of 1/energy. */
  betaA: number;
  /** Inverse temperature of the bath of B. */
  betaB: number;
  /** rho(0) = pi_A ⊗ pi_B + c sigma_z ⊗ sigma_z. */
  c: number;
}

/** The example with its closed form. */
export interface TwoQubitExample {
  /** The two qubits with their baths. */
  readonly system: BipartiteSystem;
  /** The initial state, pi_A ⊗ pi_B + c sigma_z ⊗ sigma_z. */
  readonly rho0: Operator;
  /** The correlation decays as exp(-lambda t): lambda = 2 cosh(betaA omegaA) + 2 cosh(betaB omegaB). */
  readonly lambda: number;
  /** Values of c for which rho(0) is a state. */
  readonly cRange: {
    /** -exp(-a-b) / (4 cosh a cosh b), a = betaA omegaA, b = betaB omegaB. */
    readonly min: number;
    /** min(exp(-a+b), exp(a-b)) / (4 cosh a cosh b). */
    readonly max: number;
  };
  /** The energies at time t, exactly: all constant but U_chi(t) = 4 g c exp(-lambda t), and U with it. */
  closedForm(t: number): Energies & {
    /** U_chi(t) - U_chi(0) = 4 g c (exp(-lambda t) - 1) [17] */
    readonly deltaUchi: number;
  };
  /**
   * pi_A ⊗ pi_B + chi, for any other correlation. The local states stand still only for a chi in a subspace ({@link BipartiteSystem.storage}); with
   * 0.02 sigma_x ⊗ sigma_z, say, they do not, though both of its partial traces vanish.
   * @throws {@link InvalidArgumentError} when a partial trace of chi does not vanish; {@link NotDensityMatrixError} when the sum is no state
   */
  stateWith(chi: Operator): Operator;
}

/**
 * Two qubits, H = omegaA sigma_z ⊗ 1 + 1 ⊗ omegaB sigma_z + g sigma_z ⊗ sigma_z, each with a thermal bath of its own (rates `"symmetric"`,
 * Gamma 1): the worked example of Pyhäranta, Alipour, Rezakhani, Ala-Nissila (2021), eqs. [15-17]. Local states stand still while their
 * correlation decays and gives off energy.
 * @throws {@link OutOfRangeError} when c gives no state: it must lie in
 * [-exp(-a-b), min(exp(-a+b), exp(a-b))] / (4 cosh a cosh b), a = betaA omegaA, b = betaB omegaB (the paper's range lacks
 * the denominator); {@link InvalidArgumentError}, {@link UnknownOptionError}
 * @example
 * const example = twoQubitExample({ omegaA: 1, omegaB: 0.7, g: 0.3, betaA: 0.5, betaB: 1.2, c: 0.05 });
 * const run = example.system.evolve(example.rho0, [0, 1, 2]);
 * run.energy.Uchi[1] / run.energy.Uchi[0] - Math.exp(-example.lambda); // 0
 */
export function twoQubitExample(parameters: TwoQubitParameters): TwoQubitExample {
  checkKeys(parameters, ["omegaA", "omegaB", "g", "betaA", "betaB", "c"], "twoQubitExample");
  const { omegaA, omegaB, g, betaA, betaB, c } = parameters;
  for (const [name, value] of Object.entries({ omegaA, omegaB, g, betaA, betaB, c })) {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new InvalidArgumentError(`twoQubitExample: ${name}`, value, "a finite number");
    }
  }
  const a = betaA * omegaA;
  const b = betaB * omegaB;
  const ZZ = 4 * Math.cosh(a) * Math.cosh(b);
  const cRange = { min: -Math.exp(-Math.abs(a + b)) / ZZ, max: Math.exp(-Math.abs(a - b)) / ZZ };
  if (c < cRange.min || c > cRange.max) {
    throw new OutOfRangeError(
      "twoQubitExample: c",
      c,
      cRange.min,
      cRange.max,
      "outside it pi_A ⊗ pi_B + c sigma_z ⊗ sigma_z has a negative eigenvalue",
    );
  }
  const HA = sigmaz().scale(omegaA);
  const HB = sigmaz().scale(omegaB);
  const zz = tensor(sigmaz(), sigmaz());
  const system = bipartite({
    HA,
    HB,
    V: zz.scale(g),
    baths: [thermalBath("A", { beta: betaA }), thermalBath("B", { beta: betaB })],
  });
  const product = thermalState(HA, betaA).kron(thermalState(HB, betaB));
  const rho0 = product.add(zz.scale(c));
  const lambda = 2 * Math.cosh(a) + 2 * Math.cosh(b);
  const zA = -Math.tanh(a);
  const zB = -Math.tanh(b);
  const v = g * zA * zB;
  const UA = omegaA * zA + v / 2;
  const UB = omegaB * zB + v / 2;
  return {
    system,
    rho0,
    lambda,
    cRange,
    stateWith(chi) {
      const where = "twoQubitExample: chi";
      const { A, B } = system.reduced(chi);
      const trace = Math.max(A.maxAbs(), B.maxAbs());
      if (trace > STATE_TOLERANCE) throw new InvalidArgumentError(where, trace, "partial traces of 0");
      return checkDensityMatrix(product.add(chi), product.dims, `${where}: pi_A ⊗ pi_B + chi`);
    },
    closedForm(t) {
      const Uchi = 4 * g * c * Math.exp(-lambda * t);
      return { U: UA + UB + Uchi, UA, UB, Ulocal: UA + UB, Uchi, deltaUchi: 4 * g * c * Math.expm1(-lambda * t) };
    },
  };
}
