/**
 * Matrices whose real coordinates are the vectors that are solved for (assembly/stationary/sectors.ts).
 * @module
 */
import type { Kernel, MatrixLayout } from "../kernel/kernel.ts";
import { type GeneratorPlan, putGenerator } from "../plan/generator.ts";

/** Where coordinate k, the real (0) or imaginary (1) `part` of element (i, j), i <= j, lies: byte offsets in a vector, in a matrix, of its mirror image. */
export function pushPlace(
  table: number[],
  { stride, plane }: MatrixLayout,
  k: number,
  i: number,
  j: number,
  part: number,
): void {
  const at = (row: number, column: number) => 8 * (row * stride + column + part * plane);
  table.push(8 * k, at(i, j), i === j ? 0 : at(j, i));
}

/**
 * A generator in matrix form that `applyPlaced` applies to vectors of the coordinates `places`.
 * @throws {@link TooLargeError}
 */
export function putPlaced(kernel: Kernel, plan: GeneratorPlan, places: Int32Array, what: string): number {
  const { d } = plan;
  const layout = kernel.layout(d);
  const table: number[] = [];
  places.forEach((place, k) => {
    const column = (place >> 1) % d;
    pushPlace(table, layout, k, ((place >> 1) - column) / d, column, place & 1);
  });
  const { generator } = putGenerator(kernel, plan);
  const placed = kernel.functions.createPlaced(generator, places.length, kernel.putIntegers(table, what)) >>> 0;
  return placed || kernel.allocate(2 * layout.bytes, what);
}
