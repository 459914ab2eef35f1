import { Operator } from "../../bindings/index.ts";

/** The density matrix of which QuTiP's numbers are: AA† over its trace, A_mk = m + 1 + i(k - m)(k + 1). */
export function stateOfQutip(): Operator {
  const n = 4;
  const A = Operator.dense(
    [n],
    Array.from({ length: n * n }, (_, at) => {
      const [m, k] = [Math.floor(at / n), at % n];
      return [m + 1, (k - m) * (k + 1)];
    }).flat(),
  );
  const positive = A.mul(A.dag());
  return positive.scale(1 / positive.tr().re);
}
