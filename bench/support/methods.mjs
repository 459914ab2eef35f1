/** Which of the peers' methods are tried on a problem. The first of QuTiP's is its default. */

const QUTIP = ["adams", "adams+mf", "tsit5", "tsit5+mf", "vern7", "vern7+mf", "dop853", "krylov", "bdf"];
/** Where everything is small, what a call costs besides counts: solvers built beforehand, and the eigenvectors of the Liouvillian. */
const QUTIP_SMALL = ["vern9+mf", "diag", "diag+run", "adams+mf+run", "tsit5+mf+run", "vern7+mf+run"];

export function qutipMethods({ d, points }) {
  const small = d <= 8 ? QUTIP_SMALL : d <= 16 ? ["diag"] : [];
  // the solvers of a sweep cannot be built beforehand: every point has its own
  const possible = points.length > 1 ? small.filter((method) => !method.endsWith("+run")) : small;
  return [...QUTIP, ...possible, ...(d <= 16 ? ["lsoda"] : [])];
}

export function dynamiqsMethods({ d, stiff = false }) {
  return [
    ...(d <= 4 ? ["expm"] : []),
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
