/**
 * Continuous measurement: homodyne and heterodyne detection.
 * @module
 */
import type { Ket } from "../operators/ket.ts";
import type { Operator } from "../operators/operator.ts";
import type { Observables } from "../solvers/options.ts";
import { BLOCK } from "./average.ts";
import { runMeasurements } from "./measurement-blocks.ts";
import type { MeasurementOptions } from "./measurement-options.ts";
import { type Measuring, prepareMeasurement } from "./measurement-prepare.ts";
import { MeasurementCollector, type MeasurementSolution } from "./measurement-solution.ts";

/** Milliseconds between progress ticks. */
const TICK = 100;

/**
 * The stochastic Schrödinger equation: a pure state whose jumps are all watched, by homodyne or heterodyne detection (Wiseman and Milburn, Quantum Measurement and Control, section 4.4). QuTiP's `ssesolve`.
 *
 * d|psi> = [-iH - ½ sum_j (c_j†c_j - 2 m_j c_j + m_j²)]|psi> dt + sum_j (c_j - m_j)|psi> dW_j, m_j = ½<c_j + c_j†>, and detector j sees
 * dY_j = <c_j + c_j†> dt + dW_j. hbar = 1; rates are in inverse units of time.
 *
 * @param H Hermitian; constant in time
 * @param psi0 a ket of norm 1
 * @param tlist output times, strictly increasing; the first is the initial time
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError}, {@link NotNormalisedError}, {@link InvalidTimesError}, {@link TooLargeError},
 * {@link NonFiniteError} (the step is too long)
 * @example
 * const { runs } = ssesolve(num(12), coherent(12, 2), [0, 1, 2], { scOps: [destroy(12)] });
 * runs[0].currents[0]; // the homodyne current
 */
export function ssesolve<const E extends Observables = Record<never, never>>(
  H: Operator,
  psi0: Ket,
  tlist: ArrayLike<number>,
  options: Omit<MeasurementOptions, "cOps"> & { eOps?: E | undefined } = {},
): MeasurementSolution<E> {
  return solve("ssesolve", H, psi0, tlist, options) as MeasurementSolution<E>;
}

/**
 * The stochastic master equation: what is known of a state from detectors of any efficiency, while other jumps are not watched. QuTiP's `smesolve`.
 *
 * d(rho) = L[rho] dt + sum_j sqrt(eta_j) (c_j rho + rho c_j† - <c_j + c_j†> rho) dW_j, L the generator with all jumps, watched (`scOps`) or not
 * (`cOps`), and detector j sees dY_j = sqrt(eta_j) <c_j + c_j†> dt + dW_j (Wiseman and Milburn, Quantum Measurement and Control, section 4.8).
 *
 * @param H as in {@link ssesolve}
 * @param tlist as in {@link ssesolve}
 * @param rho0 a density matrix or a ket
 * @throws as {@link ssesolve}; {@link NotDensityMatrixError}
 * @example
 * smesolve(sigmaz(), basis(2, 0), [0, 1, 2], { scOps: [{ op: sigmax(), rate: 0.5, efficiency: 0.8 }], eOps: { x: sigmax() }, ntraj: 100 });
 */
export function smesolve<const E extends Observables = Record<never, never>>(
  H: Operator,
  rho0: Operator | Ket,
  tlist: ArrayLike<number>,
  options: MeasurementOptions & { eOps?: E | undefined } = {},
): MeasurementSolution<E> {
  return solve("smesolve", H, rho0, tlist, options) as MeasurementSolution<E>;
}

function solve(
  where: Measuring,
  H: Operator,
  state: Ket | Operator,
  tlist: ArrayLike<number>,
  options: MeasurementOptions,
): MeasurementSolution {
  const started = performance.now();
  const task = prepareMeasurement(where, H, state, tlist, options);
  const { ntraj } = task;
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const collector = new MeasurementCollector(task);
  let ticked = started;
  const tell = (count: number) => {
    const now = performance.now();
    const last = count === ntraj;
    if (!onProgress || (!last && now - ticked < TICK)) return;
    ticked = now;
    onProgress({ trajectories: count, fraction: count / ntraj, seconds: (now - started) / 1000 });
    if (!last) signal?.throwIfAborted();
  };
  runMeasurements(task, 0, Math.ceil(ntraj / BLOCK), (block) => collector.add(block), tell);
  return collector.solution(started);
}
