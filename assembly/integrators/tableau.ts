/**
 * Explicit Runge-Kutta methods as data: coefficients of the stages, weights, error weights, interpolant.
 * The generators are constant in time, so the nodes c_i are not needed.
 */
import { METHOD_TSIT5 } from "../constants";


@unmanaged
export class Tableau {
  stages: i32;
  /** Order of the solution that is propagated. */
  order: i32;
  /** Whether the last stage is the first of the next step; its argument is then the new state. */
  firstSameAsLast: i32;
  /** Row i holds the i coefficients of stage i; rows are packed one after another. */
  a: usize;
  /** Weights of the step, when the method is not first-same-as-last. */
  b: usize;
  /** Weights of the error estimate; 0 for a method of fixed step. */
  error: usize;
  /** Per stage, the coefficients of theta, theta², theta³, theta⁴ of its interpolation weight; 0 when there is none. */
  interpolant: usize;
  /** Largest |h lambda| on the negative real axis at which the method is stable. */
  stabilityLimit: f64;
}

/** The classical method, Kutta, Z. Math. Phys. 46 (1901) 435. */
// prettier-ignore
const RK4_A: usize = memory.data<f64>([
  0.5,
  0, 0.5,
  0, 0, 1,
]);
const RK4_B: usize = memory.data<f64>([1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]);

/** Tsitouras, Comput. Math. Appl. 62 (2011) 770: 5(4), seven stages, first same as last, free interpolant of order 4. */
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
  1, -2.763706197274826, 2.9132554618219126, -1.0530884977290216,
  0, 0.13169999999999998, -0.2234, 0.1017,
  0, 3.9302962368947516, -5.941033872131505, 2.490627285651253,
  0, -12.411077166933676, 30.33818863028232, -16.548102889244902,
  0, 37.50931341651104, -88.1789048947664, 47.37952196281928,
  0, -27.896526289197286, 65.09189467479366, -34.87065786149661,
  0, 1.5, -4, 2.5,
]);

/** Powers of theta in an interpolant. */
export const INTERPOLANT_DEGREE: i32 = 4;

export function loadTableau(method: i32, tableau: Tableau): void {
  if (method == METHOD_TSIT5) {
    tableau.stages = 7;
    tableau.order = 5;
    tableau.firstSameAsLast = 1;
    tableau.a = TSIT5_A;
    tableau.b = 0;
    tableau.error = TSIT5_ERROR;
    tableau.interpolant = TSIT5_INTERPOLANT;
    tableau.stabilityLimit = 3.5068;
  } else {
    tableau.stages = 4;
    tableau.order = 4;
    tableau.firstSameAsLast = 0;
    tableau.a = RK4_A;
    tableau.b = RK4_B;
    tableau.error = 0;
    tableau.interpolant = 0;
    tableau.stabilityLimit = 2.7853;
  }
}

/** Weights of the interpolant at theta in [0, 1] of a step of length h, one a stage, written to `weights`. */
export function interpolationWeights(tableau: Tableau, theta: f64, h: f64, weights: usize): void {
  for (let i = 0; i < tableau.stages; i++) {
    const row = tableau.interpolant + <usize>(i * INTERPOLANT_DEGREE) * 8;
    const polynomial =
      load<f64>(row) + theta * (load<f64>(row, 8) + theta * (load<f64>(row, 16) + theta * load<f64>(row, 24)));
    store<f64>(weights + ((<usize>i) << 3), h * theta * polynomial);
  }
}
