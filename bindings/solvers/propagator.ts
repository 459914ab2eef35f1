/**
 * Propagators: what any initial state becomes, as an operator (closed systems) or a superoperator (open ones).
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { eigenHermitian, multiplyDense } from "../kernel/dense.ts";
import { qeye } from "../operators/builders.ts";
import { checkDims } from "../operators/checks.ts";
import { Operator } from "../operators/operator.ts";
import { LARGEST_PROPAGATOR } from "../plan/plan.ts";
import { checkTimes } from "./checks.ts";
import { planEvolution, type RawSolution } from "./evolve.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { hermitianBasis } from "./hermitian-basis.ts";
import { type MesolveOptions, OPTION_NAMES, type ResolvedOptions, resolveOptions } from "./options.ts";
import { joined } from "./segment.ts";
import { solveKets } from "./sesolve.ts";
import { type ResolvedGenerator, resolveGenerator } from "./terms.ts";

/** Options of {@link propagator}. */
export type PropagatorOptions = Omit<MesolveOptions, "eOps" | "picture" | "checkState" | "storeStates" | "until">;

const OPTIONS = /* @__PURE__ */ OPTION_NAMES.filter(
  (name) => !["eOps", "picture", "checkState", "storeStates", "until"].includes(name),
);

/**
 * The propagator from time 0 to `t`, or from the first time of a list to each of its times. Of a closed system U with |psi(t)> = U|psi>, an
 * operator on `dims`; with `cOps` the superoperator P with rho(t) = P[rho], on `[...dims, ...dims]`, columns stacked as by {@link liouvillian}.
 * hbar = 1. QuTiP's `propagator`.
 *
 * Constant generators are exponentiated as matrices (closed: by the eigenvectors of H), exact to rounding; of open systems over a list of
 * times, once for every length of interval. What depends on time is integrated, with the tolerances of the options.
 *
 * @param hamiltonian as in {@link mesolve}
 * @param t a time >= 0, or times, strictly increasing
 * @returns dense: one operator for a number, a list of them for a list of times, the first of which is the identity
 * @throws {@link UnknownOptionError}, {@link InvalidArgumentError}, {@link DimensionMismatchError}, {@link NotHermitianError},
 * {@link InvalidTimesError}, {@link TooLargeError}: before anything is computed. {@link StepLimitError}, {@link StepSizeError},
 * {@link NonFiniteError}, or the reason of an aborted signal: while running.
 * @example
 * propagator(sigmax().scale(0.5), Math.PI).get(0, 1).im; // -1: it is -i sigma_x
 * const P = propagator(num(10), [0, 1, 2], { cOps: [destroy(10)] });
 * const rho = vectorToOperator(P[2].apply(operatorToVector(ket2dm(fock(10, 1))))); // the state at t = 2
 * rho.get(1, 1); // exp(-2)
 */
export function propagator<T extends number | ArrayLike<number>>(
  hamiltonian: Hamiltonian,
  t: T,
  options: PropagatorOptions = {},
): T extends number ? Operator : Operator[] {
  const started = performance.now();
  const where = "propagator";
  const resolved = { ...resolveOptions(options, where, OPTIONS), checkState: false, storeStates: true };
  const times = readTimes(t, where);
  const span = { from: times[0]!, to: times.at(-1)!, times };
  const generator = resolveGenerator(hamiltonian, resolved.cOps ?? [], span, resolved, where);
  const all = isClosed(generator)
    ? unitaries(generator, times, resolved, started, where)
    : superoperators(generator, times, resolved, where);
  return (typeof t === "number" ? all.at(-1)! : all) as T extends number ? Operator : Operator[];
}

function readTimes(t: number | ArrayLike<number>, where: string): Float64Array {
  if (typeof t !== "number") return checkTimes(t, `${where}: t`);
  if (!Number.isFinite(t) || t < 0) throw new InvalidArgumentError(`${where}: t`, t, "a finite time >= 0, or times");
  return t === 0 ? Float64Array.of(0) : Float64Array.of(0, t);
}

/** Whether there are no jumps. */
function isClosed({ jumps, driven }: ResolvedGenerator): boolean {
  return jumps.length === 0 && (driven?.sandwiches.length ?? 0) === 0;
}

function unitaries(
  generator: ResolvedGenerator,
  times: Float64Array,
  options: ResolvedOptions,
  started: number,
  where: string,
): Operator[] {
  const { H, driven } = generator;
  if (options.method === "auto" && options.dt === undefined && !driven) {
    options.signal?.throwIfAborted();
    return exponentials(H, times);
  }
  const psi0: Operator = qeye(H.dims);
  return [...solveKets({ generator, psi0, times, eOps: {}, options, started, where }).states!];
}

/** exp(-iH(t - t_0)) = V exp(-iE(t - t_0)) V† */
function exponentials(H: Operator, times: Float64Array): Operator[] {
  const d = H.size;
  const { values, vectors } = eigenHermitian(H);
  const adjoint = new Float64Array(2 * d * d);
  vectors.forEach((vector, k) => {
    for (let j = 0; j < d; j++) adjoint.set([vector[2 * j]!, -vector[2 * j + 1]!], 2 * (d * k + j));
  });
  return Array.from(times, (time) => {
    const left = new Float64Array(2 * d * d);
    vectors.forEach((vector, k) => {
      const angle = -values[k]! * (time - times[0]!);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = 0; i < d; i++) {
        const [x, y] = [vector[2 * i]!, vector[2 * i + 1]!];
        left.set([c * x - s * y, c * y + s * x], 2 * (d * i + k));
      }
    });
    return Operator.dense(H.dims, multiplyDense(d, left, adjoint));
  });
}

function superoperators(
  generator: ResolvedGenerator,
  times: Float64Array,
  options: ResolvedOptions,
  where: string,
): Operator[] {
  const { dims } = generator.G;
  const doubled = checkDims([...dims, ...dims], `${where}: dims`);
  return evolveBasis(generator, times, options, where).states.map((state) => toSuperoperator(doubled, state));
}

/** What the Hermitian basis of operators becomes, one after another, at every time. */
export function evolveBasis(
  { G, jumps, driven }: ResolvedGenerator,
  times: Float64Array,
  options: ResolvedOptions,
  where: string,
): RawSolution {
  const exact = options.method === "auto" && options.dt === undefined && !driven && G.size ** 2 <= LARGEST_PROPAGATOR;
  const raw = planEvolution({
    G,
    jumps,
    driven,
    states: hermitianBasis(G.dims),
    times,
    functionals: [],
    options: exact ? { ...options, method: "expm" } : options,
    combine: joined,
    where,
  }).run();
  if (raw.failure) throw raw.failure;
  return raw;
}

/** The superoperator of what became of the Hermitian basis: columns are the images of |i><j| = (S_ij - iA_ij)/sqrt(2). */
function toSuperoperator(dims: readonly number[], images: Float64Array): Operator {
  const n = Math.sqrt(images.length / 2);
  const d = Math.sqrt(n);
  const out = new Float64Array(2 * n * n);
  let basis = 0;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const S = images.subarray(2 * n * basis, 2 * n * (basis + 1));
      const A = images.subarray(2 * n * (basis + 1), 2 * n * (basis + 2));
      basis += i === j ? 1 : 2;
      for (let row = 0, k = 0; row < d; row++) {
        for (let column = 0; column < d; column++, k += 2) {
          const at = 2 * n * (column * d + row);
          if (i === j) {
            out.set([S[k]!, S[k + 1]!], at + 2 * (i * d + i));
            continue;
          }
          const [x, y, u, v] = [S[k]!, S[k + 1]!, A[k]!, A[k + 1]!];
          // |i><j| is number j·d + i; |j><i| = (S + iA)/sqrt(2).
          out.set([(x + v) * Math.SQRT1_2, (y - u) * Math.SQRT1_2], at + 2 * (j * d + i));
          out.set([(x - v) * Math.SQRT1_2, (y + u) * Math.SQRT1_2], at + 2 * (i * d + j));
        }
      }
    }
  }
  return Operator.dense(dims, out);
}
