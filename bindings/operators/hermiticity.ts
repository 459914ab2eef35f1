/**
 * How far a matrix is from Hermitian.
 * @module
 */
import type { Csr, Dense, Storage } from "./storage.ts";

/** Where an operator deviates most from its adjoint. */
export interface HermiticityDefect {
  /** max |A_ij - conj(A_ji)| */
  readonly deviation: number;
  /** The row of the element. */
  readonly row: number;
  /** Its column. */
  readonly column: number;
}

/** Where and by how much a matrix deviates most from its adjoint: the first such place, row after row. Nothing of the matrix's size is made. */
export function hermiticityDefect(matrix: Storage): HermiticityDefect {
  let worst: HermiticityDefect = { deviation: 0, row: 0, column: 0 };
  /** A_ij - conj(A_ji), of which the place above the diagonal comes first. */
  const visit = (i: number, j: number, re: number, im: number) => {
    if (re === 0 && im === 0) return;
    const deviation = Math.hypot(re, im);
    if (deviation < worst.deviation) return;
    const [row, column] = i < j ? [i, j] : [j, i];
    const isFirst = row < worst.row || (row === worst.row && column < worst.column);
    if (deviation > worst.deviation || isFirst) worst = { deviation, row, column };
  };
  if (matrix.kind === "dense") visitDense(matrix, visit);
  else visitCsr(matrix, visit);
  return worst;
}

type Visit = (row: number, column: number, re: number, im: number) => void;

function visitDense({ size, data }: Dense, visit: Visit): void {
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      const [k, mirrored] = [2 * (row * size + column), 2 * (column * size + row)];
      visit(row, column, data[k]! - data[mirrored]!, data[k + 1]! + data[mirrored + 1]!);
    }
  }
}

function visitCsr({ size, rowPointers, columns, values }: Csr, visit: Visit): void {
  // How far each row has been looked through for the mirrors of elements: they are wanted in the order in which they stand.
  const next = rowPointers.slice();
  for (let row = 0; row < size; row++) {
    for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
      const column = columns[k]!;
      const end = rowPointers[column + 1]!;
      while (next[column]! < end && columns[next[column]!]! < row) next[column]!++;
      const mirrored = next[column]!;
      const isThere = mirrored < end && columns[mirrored] === row;
      const [re, im] = isThere ? [values[2 * mirrored]!, values[2 * mirrored + 1]!] : [0, 0];
      visit(row, column, values[2 * k]! - re, values[2 * k + 1]! + im);
    }
  }
}
