/** Which of the peers' methods are tried on a problem, the most promising first: time may run out. */

/** QuTiP's, its default in front. */
const QUTIP = ["tsit5", "vern7", "tsit5+mf", "vern7+mf", "adams+mf", "krylov", "bdf", "dop853"];
/** Where everything is small, what a call costs besides counts: solvers built beforehand, and the eigenvectors of the Liouvillian. */
const QUTIP_SMALL = ["diag+run", "tsit5+mf+run", "vern7+mf+run", "adams+mf+run", "vern9+mf"];

/** Driven in time; "+str": the coefficient in a string, not in a function of Python. */
const QUTIP_DRIVEN = ["tsit5", "vern7", "adams+str", "tsit5+mf", "vern7+mf", "adams+mf", "tsit5+str", "bdf", "dop853"];
const QUTIP_DRIVEN_SMALL = ["vern7+mf+run", "tsit5+mf+run", "adams+mf+run", "adams+mf+str+run", "vern9+mf", "lsoda"];

export function qutipMethods({ d, points, stiff = false, driven = false }) {
  if (driven) return ["adams", ...QUTIP_DRIVEN, ...(d > 8 ? [] : QUTIP_DRIVEN_SMALL)];
  // the solvers of a sweep cannot be built beforehand: every point has its own
  const small = d > 8 ? [] : points.length > 1 ? QUTIP_SMALL.filter((method) => !isPrebuilt(method)) : QUTIP_SMALL;
  const implicit = [...(stiff ? ["bdf"] : []), ...(d <= 16 ? ["lsoda"] : [])];
  const methods = ["adams", ...(d <= 16 ? ["diag"] : []), ...(stiff ? implicit : []), ...QUTIP, ...small, ...implicit];
  return [...new Set(methods)];
}

/** Whether the solver object is built before the time is taken. */
export function isPrebuilt(method) {
  return method.endsWith("+run");
}

export function dynamiqsMethods({ d, stiff = false, driven = false }) {
  return [
    ...(d <= 4 && !driven ? ["expm"] : []),
    "tsit5+dia",
    "dopri8+dia",
    ...(stiff && d <= 16 ? ["kvaerno5+dia"] : []),
    ...(d <= 64 ? ["tsit5"] : []),
  ];
}

/** Methods whose error no tolerance changes. */
export function isExact(method) {
  return ["diag", "expm"].includes(method.split("+")[0]);
}
