/**
 * Runs in a form of the superoperator that the test chooses, on vectors as the kernel has them.
 */
import type { Operator } from "../../bindings/index.ts";
import type { Kernel } from "../../bindings/kernel/kernel.ts";
import { couplings, planCoordinates } from "../../bindings/plan/coordinates.ts";
import { noJumpOperator, planGenerator } from "../../bindings/plan/generator.ts";
import {
  coordinatesRepresentation,
  matrixRepresentation,
  type Representation,
  triangleRepresentation,
} from "../../bindings/plan/representation.ts";
import { planTriangle } from "../../bindings/plan/triangle.ts";

export type Form = "matrix" | "coordinates" | "triangle";

export function represent(form: Form, H: Operator, jumps: readonly Operator[], rho: Operator): Representation {
  const G = noJumpOperator(H, jumps);
  if (form === "matrix") return matrixRepresentation(planGenerator(G, jumps));
  if (form === "triangle") return triangleRepresentation(planTriangle(G, jumps)!);
  return coordinatesRepresentation(planCoordinates(couplings(G, jumps), [rho], H.size ** 2)!);
}

export interface Vectors {
  readonly superoperator: number;
  readonly length: number;
  /** A vector with `rho` in it. */
  vector(rho: Operator): number;
  read(pointer: number): Float64Array;
}

/** The superoperator in the open frame of the kernel. */
export function putVectors(kernel: Kernel, representation: Representation): Vectors {
  const length = representation.length(kernel);
  return {
    superoperator: representation.put(kernel, 1, "test"),
    length,
    vector(rho) {
      const pointer = kernel.allocate(8 * length, "test");
      representation.write(kernel, rho, pointer);
      return pointer;
    },
    read: (pointer) => kernel.doubles.slice(pointer / 8, pointer / 8 + length),
  };
}

/** An evolution from `y` over `times` that writes no functionals. */
export function putEvolution(
  kernel: Kernel,
  { superoperator }: Vectors,
  method: string,
  y: number,
  times: readonly number[],
  options: {
    rtol?: number;
    atol?: number;
    step?: number;
    maxSteps?: number;
    stepShare?: number;
    yields?: boolean;
  } = {},
): number {
  const empty = kernel.allocate(8, "test");
  return (
    kernel.functions.createEvolution(
      superoperator,
      kernel.methods.indexOf(method),
      y,
      kernel.putDoubles(times, "test"),
      times.length,
      kernel.functions.createFunctionals(0, empty, empty, empty),
      empty,
      0,
      options.rtol ?? 1e-6,
      options.atol ?? 1e-8,
      options.step ?? 0,
      options.maxSteps ?? 1e6,
      options.stepShare ?? 0,
      0,
      options.yields ? 1 : 0,
    ) >>> 0
  );
}
