/**
 * Runge-Kutta methods as data: coefficients of the stages, weights, error weights, interpolant.
 */
import { METHOD_DOP853, METHOD_KENCARP4, METHOD_TSIT5 } from "../constants";
import { DOP853_A, DOP853_ERROR3, DOP853_ERROR5, DOP853_INTERPOLANT } from "./dop853";


@unmanaged
export class Tableau {
  stages: i32;
  /** Stages that the error estimate needs: the others are left out of a step that is rejected. */
  errorStages: i32;
  /** Stages that only the interpolant needs. */
  extraStages: i32;
  /** Order of the solution that is propagated. */
  order: i32;
  /** Row i holds the i coefficients of stage i; rows are packed one after another. That of the last stage holds the weights of the step. */
  a: usize;
  /** Weights of the error estimate. */
  error: usize;
  /** Weights of an error estimate of lower order, which tempers the other one; 0 when there is none. */
  lowError: usize;
  /** Per stage, `interpolantTerms` numbers F_0, F_1, … of its interpolation weight. */
  interpolant: usize;
  interpolantTerms: i32;
  /**
   * An estimate is the error of a result of lower order: it falls as h^order, the error itself as h^(order + 1). So the error is this times the
   * estimate to the power 1/order, as a part of it (both relative to the state). Measured in closed systems, constant and driven, the largest.
   */
  errorPart: f64;
  /** Coefficient of every stage but the first in its own argument; 0 for an explicit method. */
  diagonal: f64;
  /** Largest |h lambda| on the negative real axis at which the method is stable; 0 when there is none. */
  stabilityLimit: f64;
}

/**
 * Tsitouras, Comput. Math. Appl. 62 (2011) 770: 5(4), seven stages, first same as last, free interpolant of order 4 (its
 * polynomials in the form of `interpolationWeights`). */
// prettier-ignore
const TSIT5_A: usize = memory.data<f64>([
  0.161,
  -0.008480655492356989, 0.335480655492357,
  2.8971530571054935, -6.359448489975075, 4.3622954328695815,
  5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525,
  5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383,
  0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774,
]);
// prettier-ignore
const TSIT5_ERROR: usize = memory.data<f64>([
  -0.00178001105222577714, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629,
  0.5823571654525552, -0.45808210592918697, 0.015151515151515152,
]);
// prettier-ignore
const TSIT5_INTERPOLANT: usize = memory.data<f64>([
  0.096460766818065, 0.903539233181935, -0.8070784663638694, -1.0530884977290216,
  0.00999999999999998, -0.00999999999999998, 0.02, 0.1017,
  0.4798896504144996, -0.4798896504144996, 0.959779300828999, 2.490627285651253,
  1.379008574103742, -1.379008574103742, 2.758017148207484, -16.548102889244902,
  -3.29006951543608, 3.29006951543608, -6.58013903087216, 47.37952196281928,
  2.324710524099764, -2.324710524099764, 4.64942104819956, -34.87065786149661,
  0, 0, -1, 2.5,
]);

/**
 * The implicit half of ARK4(3)6L[2]SA (Kennedy and Carpenter, Appl. Numer. Math. 44 (2003) 139): L-stable, stiffly accurate, the first
 * stage explicit, gamma = 1/4 on the diagonal of all others, an interpolant of order 3. Rows without the diagonal.
 */
// prettier-ignore
const KENCARP4_A: usize = memory.data<f64>([
  1.0 / 4,
  8611.0 / 62500, -1743.0 / 31250,
  5012029.0 / 34652500, -654441.0 / 2922500, 174375.0 / 388108,
  15267082809.0 / 155376265600, -71443401.0 / 120774400, 730878875.0 / 902184768, 2285395.0 / 8070912,
  82889.0 / 524892, 0, 15625.0 / 83664, 69875.0 / 102672, -2260.0 / 8211,
]);
// prettier-ignore
const KENCARP4_ERROR: usize = memory.data<f64>([
  0.0032044943984591762, 0, -0.0024462511366794577, -0.02148007591958727, 0.043946868068572426, -0.02322503541076487,
]);
// prettier-ignore
const KENCARP4_INTERPOLANT: usize = memory.data<f64>([
  0.15791629516167136, 0.8038371050912156, -0.9603504350991645,
  0, 0, 0,
  0.18675894052400077, 0.6006466546623552, -0.17385801449315527,
  0.6805652953093346, -3.426007216175669, 6.214228628237255,
  -0.27524053099500667, 3.978757811607235, -8.566128599663765,
  0.25, -1.957234355185137, 3.486108421018829,
]);

export function loadTableau(method: i32, tableau: Tableau): void {
  if (method == METHOD_TSIT5) {
    tableau.stages = 7;
    tableau.errorStages = 7;
    tableau.order = 5;
    tableau.errorPart = 0.43;
    tableau.a = TSIT5_A;
    tableau.error = TSIT5_ERROR;
    tableau.interpolant = TSIT5_INTERPOLANT;
    tableau.interpolantTerms = 4;
    tableau.stabilityLimit = 3.5068;
  } else if (method == METHOD_KENCARP4) {
    tableau.stages = 6;
    tableau.errorStages = 6;
    tableau.order = 4;
    tableau.errorPart = 5.3;
    tableau.a = KENCARP4_A;
    tableau.diagonal = 0.25;
    tableau.error = KENCARP4_ERROR;
    tableau.interpolant = KENCARP4_INTERPOLANT;
    tableau.interpolantTerms = 3;
  } else {
    assert(method == METHOD_DOP853, "loadTableau: unknown method");
    tableau.stages = 13;
    tableau.errorStages = 12;
    tableau.extraStages = 3;
    tableau.order = 8;
    tableau.errorPart = 0.17;
    tableau.a = DOP853_A;
    tableau.error = DOP853_ERROR5;
    tableau.lowError = DOP853_ERROR3;
    tableau.interpolant = DOP853_INTERPOLANT;
    tableau.interpolantTerms = 7;
    tableau.stabilityLimit = 6.3937;
  }
}

/** Where stage `i` lies in a step of length 1: the sum of its coefficients, without their rounding at the end of the step. */
export function stageTime(tableau: Tableau, i: i32): f64 {
  const row = tableau.a + ((<usize>((i * (i - 1)) >> 1)) << 3);
  let sum = tableau.diagonal;
  for (let j = 0; j < i; j++) sum += load<f64>(row + ((<usize>j) << 3));
  return Math.abs(sum - 1) < 1e-12 ? 1 : sum;
}

/**
 * Weights of the interpolant at theta in [0, 1] of a step of length h, one a stage, written to `weights`:
 * h theta (F_0 + (1 - theta) (F_1 + theta (F_2 + (1 - theta) (F_3 + …)))). F_0 is the weight of the step, F_1 and F_2 fit the slopes at
 * both ends; powers of theta would lose digits to cancellation.
 */
export function interpolationWeights(tableau: Tableau, theta: f64, h: f64, weights: usize): void {
  const terms = tableau.interpolantTerms;
  let row = tableau.interpolant;
  for (let i = 0; i < tableau.stages + tableau.extraStages; i++) {
    let value: f64 = 0;
    for (let k = terms - 1; k >= 0; k--) {
      value = load<f64>(row + ((<usize>k) << 3)) + ((k & 1) != 0 ? theta : 1 - theta) * value;
    }
    store<f64>(weights + ((<usize>i) << 3), h * theta * value);
    row += (<usize>terms) << 3;
  }
}
