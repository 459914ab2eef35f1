/**
 * How far a matrix is from Hermitian.
 * @module
 */
import { addScaled, adjoint, type Dense, forEachNonzero, type Storage } from "./storage.ts";

/** Where an operator deviates most from its adjoint. */
export interface HermiticityDefect {
  /** max |A_ij - conj(A_ji)| */
  readonly deviation: number;
  /** The row of the element. */
  readonly row: number;
  /** Its column. */
  readonly column: number;
}

/** Where and by how much a matrix deviates most from its adjoint: the first such place, row after row. */
export function hermiticityDefect(matrix: Storage): HermiticityDefect {
  let worst: HermiticityDefect = { deviation: 0, row: 0, column: 0 };
  const visit = (row: number, column: number, re: number, im: number) => {
    const deviation = Math.hypot(re, im);
    if (deviation > worst.deviation) worst = { deviation, row, column };
  };
  if (matrix.kind === "dense") forEachPair(matrix, visit);
  else forEachNonzero(addScaled(1, matrix, -1, adjoint(matrix)), visit);
  return worst;
}

/** A - A† on and above the diagonal, which says what is below; of a dense matrix without two more of its size. */
function forEachPair({ size, data }: Dense, visit: (row: number, column: number, re: number, im: number) => void) {
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      const [k, mirrored] = [2 * (row * size + column), 2 * (column * size + row)];
      const [re, im] = [data[k]! - data[mirrored]!, data[k + 1]! + data[mirrored + 1]!];
      if (re !== 0 || im !== 0) visit(row, column, re, im);
    }
  }
}
