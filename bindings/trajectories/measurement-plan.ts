/**
 * Continuous measurements made ready for the kernel: what drifts, what is measured, and the form in which the state lies there.
 * @module
 */
import type { Kernel } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";
import type { Ket } from "../operators/ket.ts";
import { type HermitianOperator, Operator } from "../operators/operator.ts";
import { couplings, planCoordinates } from "../plan/coordinates.ts";
import { noJumpOperator, planGenerator } from "../plan/generator.ts";
import { planKets } from "../plan/ket.ts";
import {
  coordinatesRepresentation,
  matrixRepresentation,
  putSlices,
  putSum,
  type Representation,
} from "../plan/representation.ts";
import { putFunctionals } from "../solvers/segment.ts";

/** What one channel of a detector sees: a jump with its rate, and the share of its quanta that is seen. */
export interface Channel {
  readonly operator: Operator;
  readonly efficiency: number;
}

/** What is measured. */
export interface Measured {
  readonly H: HermitianOperator;
  /** Jumps that nobody watches. */
  readonly jumps: readonly Operator[];
  readonly channels: readonly Channel[];
}

/** A measurement in the kernel's terms. */
export interface MeasurementPlan<S = Ket | Operator> {
  readonly form: string;
  /** Doubles of a state; bytes of what `put` copies. */
  readonly length: number;
  readonly bytes: number;
  /** A bound of the rates, that of the default step. */
  readonly rate: number;
  readonly representation: Representation<S>;
  /** What was subtracted from H: kets at time t lack the factor exp(-i energy (t - t_0)). */
  readonly energy?: number;
  put(kernel: Kernel, what: string): MeasurementParts;
}

export interface MeasurementParts {
  readonly drift: number;
  readonly channels: readonly number[];
  /** Byte offsets of the populations; none of a ket. */
  readonly populations: readonly number[];
  readonly rouchon?: { readonly pointer: number; readonly means: number };
}

function generatorOf({ H, jumps, channels }: Measured): { G: Operator; all: Operator[] } {
  const all = [...jumps, ...channels.map(({ operator }) => operator)];
  return { G: noJumpOperator(H, all), all };
}

/** A pure state under measurements that miss nothing. */
export function planMeasuredKet(measured: Measured, psi: Ket): MeasurementPlan<Ket> {
  const { G } = generatorOf(measured);
  const seen = measured.channels.map(({ operator }) => ({ base: operator, terms: [] }));
  const span = { from: 0, to: 1, times: Float64Array.of(0, 1) };
  const { representation, channels, energy } = planKets(G, [], [psi], span, true, seen);
  const kernel = getKernel();
  return {
    form: representation.description,
    length: representation.length(kernel),
    bytes: representation.bytes(kernel) + channels.reduce((sum, { bytes }) => sum + bytes, 0),
    rate: representation.coordinates!.norm + ratesOf(measured),
    representation,
    energy,
    put: (kernel, what) => ({
      drift: representation.put(kernel, 1, what),
      channels: channels.map((channel) => channel.put(kernel, what)),
      populations: [],
    }),
  };
}

/** A density matrix, in the coordinates that it can reach. */
export function planMeasuredState(measured: Measured, rho: Operator): MeasurementPlan<Operator> {
  const { G, all } = generatorOf(measured);
  const d = G.size;
  const seen = measured.channels.map(({ operator, efficiency }) =>
    couplings(operator.scale(Math.sqrt(efficiency)), []),
  );
  const plan = planCoordinates(couplings(G, all), [rho], (d * (d + 1)) / 2, seen)!;
  const representation = coordinatesRepresentation({ ...plan, changing: [] });
  const kernel = getKernel();
  const elements = plan.changing.reduce((sum, { values }) => sum + values.length, 0);
  return {
    form: representation.description,
    length: representation.length(kernel),
    bytes: representation.bytes(kernel) + 12 * elements + plan.changing.length * (plan.length + 4096),
    rate: plan.norm + ratesOf(measured),
    representation,
    put: (kernel, what) => ({
      drift: representation.put(kernel, 1, what),
      channels: plan.changing.map((part) => putSum(kernel, 1, [part], putSlices, what).superoperator),
      populations: Array.from(plan.places.entries()).flatMap(([k, place]) =>
        (place >> 1) % (d + 1) === 0 ? [8 * k] : [],
      ),
    }),
  };
}

/** A density matrix as a whole, for steps that keep it positive. */
export function planPositive(measured: Measured): MeasurementPlan<Operator> {
  const { G, all } = generatorOf(measured);
  const d = G.size;
  const { channels, jumps } = measured;
  const seen = channels.map(({ operator, efficiency }) => operator.scale(Math.sqrt(efficiency)));
  const unseen = channels.map(({ operator, efficiency }) => operator.scale(Math.sqrt(1 - efficiency)));
  const quiet = [...jumps, ...unseen].filter((L) => L.nnz > 0);
  const half = (a: Operator, b: Operator) => a.mul(b).add(b.mul(a)).scale(0.5);
  const quadratic = seen.flatMap((a, j) =>
    seen.slice(0, j + 1).map((b, k) => (j === k ? a.mul(a).scale(0.5) : half(a, b))),
  );
  const base = seen.reduce<Operator>((sum, a) => sum.sub(a.mul(a).scale(0.5)), G);
  const representation = matrixRepresentation(planGenerator(Operator.fromTriplets(G.dims, []), []));
  const kernel = getKernel();
  const { bytes } = kernel.layout(d);
  const count = 1 + seen.length + quadratic.length + quiet.length + 4;
  return {
    form: "the whole density matrix",
    length: bytes / 8,
    bytes: representation.bytes(kernel) + count * (bytes + 64) + kernel.functions.scratchBytes(d),
    rate: 2 * rowSum(G) + all.reduce((sum, L) => sum + rowSum(L.dag().mul(L)), 0) + ratesOf(measured),
    representation,
    put(kernel, what) {
      const list = (operators: readonly Operator[]) =>
        kernel.putIntegers(
          operators.map((operator) => kernel.putMatrix(operator, what) | 0),
          what,
        );
      const pointer =
        kernel.functions.createRouchon(
          d,
          seen.length,
          kernel.putMatrix(base, what),
          list(seen),
          list(quadratic),
          quiet.length,
          list(quiet),
        ) >>> 0;
      if (pointer === 0) kernel.allocate(4 * bytes, what);
      const { stride } = kernel.layout(d);
      const means = putFunctionals(
        kernel,
        representation,
        seen.map((a) => a.add(a.dag())),
        what,
      );
      return {
        drift: representation.put(kernel, 1, what),
        channels: seen.map(() => 0),
        populations: Array.from({ length: d }, (_, i) => 8 * (i * stride + i)),
        rouchon: { pointer, means },
      };
    },
  };
}

/** What measuring adds to rates: sum of ‖c†c‖. */
function ratesOf({ channels }: Measured): number {
  return channels.reduce((sum, { operator, efficiency }) => sum + efficiency * rowSum(operator.dag().mul(operator)), 0);
}

/** Largest sum of a row's absolute values. */
function rowSum(operator: Operator): number {
  const sums = new Float64Array(operator.size);
  operator.forEachNonzero((row, _column, re, im) => {
    sums[row]! += Math.hypot(re, im);
  });
  return sums.reduce((a, b) => Math.max(a, b), 0);
}
