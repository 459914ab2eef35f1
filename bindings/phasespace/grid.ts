/**
 * Functions on a grid of two coordinates, computed in the kernel.
 * @module
 */
import { NonFiniteError } from "../errors.ts";
import type { Elements, KernelFunctions } from "../kernel/kernel.ts";
import { getKernel } from "../kernel/load.ts";

/** What a function of the kernel needs: where its arguments are. */
export interface GridMemory {
  /** Real parts of the elements of the operator, then imaginary parts. */
  readonly elements: number;
  readonly columns: number;
  readonly rows: number;
  readonly out: number;
  readonly scratch: number;
}

/** A function of the kernel. */
export interface GridTask {
  /** Doubles of scratch for so many levels, columns and rows. */
  scratch(functions: KernelFunctions, size: readonly [number, number, number]): number;
  run(functions: KernelFunctions, memory: GridMemory): void;
}

/** Row by row. @throws {@link TooLargeError}, {@link NonFiniteError} */
export function onGrid(
  rho: Elements,
  columns: Float64Array,
  rows: Float64Array,
  { scratch: scratchOf, run }: GridTask,
  where: string,
): Float64Array {
  const n = rho.size;
  const [width, height] = [columns.length, rows.length];
  return getKernel().frame((kernel) => {
    const what = `${where} of ${n} levels on ${width} x ${height} points`;
    const { functions } = kernel;
    const stride = functions.phaseSpaceStride(width);
    const outBytes = 8 * stride * 4 * Math.ceil(height / 4);
    const scratchBytes = 8 * scratchOf(functions, [n, width, height]);
    kernel.require(16 * n * n + 8 * (width + height) + outBytes + scratchBytes + 1024, what);
    const elements = kernel.allocate(16 * n * n, what);
    const { doubles } = kernel;
    rho.forEachNonzero((row, column, re, im) => {
      doubles[elements / 8 + row * n + column] = re;
      doubles[elements / 8 + n * n + row * n + column] = im;
    });
    const [columnsAt, rowsAt] = [kernel.putDoubles(columns, what), kernel.putDoubles(rows, what)];
    const out = kernel.allocate(outBytes, what);
    const scratch = kernel.allocate(scratchBytes, what);
    run(functions, { elements, columns: columnsAt, rows: rowsAt, out, scratch });
    const values = new Float64Array(width * height);
    for (let k = 0; k < height; k++) {
      const start = out / 8 + k * stride;
      values.set(kernel.doubles.subarray(start, start + width), k * width);
    }
    if (!values.every(Number.isFinite)) throw new NonFiniteError(where, undefined, "the result is not finite");
    return values;
  });
}
