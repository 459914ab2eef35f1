/**
 * Numbers from states and operators: expectation values, variances, matrix elements, overlaps.
 * @module
 */
import { InvalidArgumentError } from "../errors.ts";
import { qeye } from "./builders.ts";
import { checkSameDims } from "./checks.ts";
import { type Complex, toComplex } from "./complex.ts";
import { checkKet, Ket } from "./ket.ts";
import { checkOperator, Operator } from "./operator.ts";

/** Expectation value Tr[O rho], or <psi|O|psi>: a number when `operator` is Hermitian (and the state is), else `{ re, im }`. QuTiP's `expect`.
 * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function expect(operator: Operator, state: Operator | Ket): number | Complex {
  checkPair(operator, state, "expect");
  const value = state instanceof Ket ? sandwich(operator, state, state) : traceOfProduct(operator, state);
  const real = operator.isHermitian() && (state instanceof Ket || state.isHermitian());
  return real ? value.re : value;
}

/**
 * Variance <(O - <O>)²> = <O²> - <O>² in a state of trace (or norm) 1, computed in the first form, which does not lose digits when
 * the mean is large: a number when `operator` is Hermitian (and the state is), else `{ re, im }`. QuTiP's `variance`.
 * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError}
 */
export function variance(operator: Operator, state: Operator | Ket): number | Complex {
  checkPair(operator, state, "variance");
  const mean = toComplex(expect(operator, state), "variance");
  const deviation = operator.sub(qeye(operator.dims).scale(mean));
  return expect(deviation.mul(deviation), state);
}

/** The matrix element <bra|O|ket>. QuTiP's `Qobj.matrix_element`.
 * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function matrixElement(operator: Operator, bra: Ket, ket: Ket): Complex {
  checkOperator(operator, "matrixElement: operator");
  checkKet(bra, "matrixElement: bra");
  checkKet(ket, "matrixElement: ket");
  checkSameDims(operator.dims, bra.dims, "matrixElement: bra");
  checkSameDims(operator.dims, ket.dims, "matrixElement: ket");
  return sandwich(operator, bra, ket);
}

/** The inner product <bra|ket>, antilinear in the first. QuTiP's `Qobj.overlap`.
 * @throws {@link DimensionMismatchError}, {@link InvalidArgumentError} */
export function overlap(bra: Ket, ket: Ket): Complex {
  checkKet(bra, "overlap: bra");
  checkKet(ket, "overlap: ket");
  checkSameDims(bra.dims, ket.dims, "overlap: ket");
  const [x, y] = [bra.toArray(), ket.toArray()];
  let re = 0;
  let im = 0;
  for (let k = 0; k < x.length; k += 2) {
    re += x[k]! * y[k]! + x[k + 1]! * y[k + 1]!;
    im += x[k]! * y[k + 1]! - x[k + 1]! * y[k]!;
  }
  return { re, im };
}

/** Tr[A B] without forming the product. */
export function traceOfProduct(A: Operator, B: Operator): Complex {
  let re = 0;
  let im = 0;
  A.forEachNonzero((row, column, x, y) => {
    const { re: u, im: v } = B.get(column, row);
    re += x * u - y * v;
    im += x * v + y * u;
  });
  return { re, im };
}

/** <x|O|y> */
function sandwich(operator: Operator, x: Ket, y: Ket): Complex {
  const [u, w] = [x.toArray(), y.toArray()];
  let re = 0;
  let im = 0;
  operator.forEachNonzero((row, column, oRe, oIm) => {
    // conj(u_row) · O · w_column
    const [a, b, c, d] = [u[2 * row]!, u[2 * row + 1]!, w[2 * column]!, w[2 * column + 1]!];
    const [pRe, pIm] = [a * c + b * d, a * d - b * c];
    re += oRe * pRe - oIm * pIm;
    im += oRe * pIm + oIm * pRe;
  });
  return { re, im };
}

function checkPair(operator: Operator, state: Operator | Ket, where: string): void {
  checkOperator(operator, `${where}: operator`);
  if (!(state instanceof Ket) && !(state instanceof Operator)) {
    throw new InvalidArgumentError(`${where}: state`, state, "an Operator or a Ket");
  }
  checkSameDims(operator.dims, state.dims, `${where}: state`);
}
