/**
 * Builders and functions beside QuTiP 5.3.1: the same expression in both languages, on given matrices. The numbers are in
 * test/reference/qutip_builders.json, each with the Python expression that made it.
 */
import { describe, expect, it } from "vitest";
import {
  anticommutator,
  basis,
  bellState,
  type Complex,
  catState,
  coherent,
  commutator,
  displace,
  expand,
  expect as expectation,
  fermionCreate,
  fermionDestroy,
  ghzState,
  jmat,
  Ket,
  lindbladDissipator,
  liouvillian,
  matrixElement,
  momentum,
  Operator,
  operatorToVector,
  overlap,
  permute,
  position,
  projection,
  ptrace,
  sigmax,
  sigmay,
  sigmaz,
  singletState,
  spinCoherent,
  spinState,
  spost,
  spre,
  sprepost,
  squeeze,
  squeezedVacuum,
  tensor,
  thermalDm,
  tripletStates,
  variance,
  wState,
} from "../../bindings/index.ts";
import { readReference } from "../support/reference.ts";

const { given, values } = readReference<{ given: Record<string, number[]>; values: Record<string, number[]> }>(
  "qutip_builders",
);
const [H, A, B, rho] = ["H", "A", "B", "rho"].map((name) => Operator.dense(3, given[name]!)) as [
  Operator,
  Operator,
  Operator,
  Operator,
];
const C = Operator.dense([2, 3], given.C!);
const psi = new Ket(3, given.psi!);
const z = (re: number, im: number) => ({ re, im });

const OURS: Record<string, Operator | Ket | Complex | number> = {
  "displace(6, 0.7+0.4j)": displace(6, z(0.7, 0.4)),
  "displace(9, -1.3)": displace(9, -1.3),
  "squeeze(7, 0.5-0.2j)": squeeze(7, z(0.5, -0.2)),
  "coherent(8, 0.9+0.6j)": coherent(8, z(0.9, 0.6)),
  "coherent(8, 0.9+0.6j, method='analytic')": coherent(8, z(0.9, 0.6), { method: "analytic" }),
  "(coherent(12, 1.2-0.5j)+np.exp(0.7j)*coherent(12, -1.2+0.5j)).unit()": catState(12, z(1.2, -0.5), 0.7),
  "squeeze(9, 0.6+0.3j)*basis(9, 0)": squeezedVacuum(9, z(0.6, 0.3)),
  "position(5)": position(5),
  "momentum(5)": momentum(5),
  "bell_state('00')": bellState("00"),
  "bell_state('01')": bellState("01"),
  "bell_state('10')": bellState("10"),
  "bell_state('11')": bellState("11"),
  "singlet_state()": singletState(),
  "triplet_states()[0]": tripletStates()[0],
  "triplet_states()[1]": tripletStates()[1],
  "triplet_states()[2]": tripletStates()[2],
  "ghz_state(4)": ghzState(4),
  "w_state(4)": wState(4),
  "basis([2,3,2],[1,2,0])": basis([2, 3, 2], [1, 2, 0]),
  "jmat(1.5,'x')": jmat(1.5, "x"),
  "jmat(1.5,'y')": jmat(1.5, "y"),
  "jmat(2,'z')": jmat(2, "z"),
  "jmat(1.5,'+')": jmat(1.5, "+"),
  "jmat(2,'-')": jmat(2, "-"),
  "spin_state(2,-1)": spinState(2, -1),
  "spin_coherent(2.5, 0.8, -1.1)": spinCoherent(2.5, 0.8, -1.1),
  "thermal_dm(6, 0.7)": thermalDm(6, 0.7),
  "projection(4, 1, 3)": projection(4, 1, 3),
  "fdestroy(3, 0)": fermionDestroy(3, 0),
  "fdestroy(3, 2)": fermionDestroy(3, 2),
  "fcreate(4, 1)": fermionCreate(4, 1),
  "expand_operator(C, dims=[3,2,2], targets=[1,0])": expand(C, [3, 2, 2], [1, 0]),
  "expand_operator(C, dims=[2,3,3], targets=[0,2])": expand(C, [2, 3, 3], [0, 2]),
  "tensor(C, sigmay()).permute([2,0,1])": permute(tensor(C, sigmay()), [2, 0, 1]),
  "tensor(bell_state('11'), Qobj([[0.6],[0.8j],[0]])).permute([1,2,0])": permute(
    tensor(bellState("11"), new Ket(3, [0.6, 0, 0, 0.8, 0, 0])),
    [1, 2, 0],
  ),
  "tensor(C, sigmaz()+0.3*sigmax()).ptrace([2,0])": ptrace(tensor(C, sigmaz().add(sigmax().scale(0.3))), [2, 0]),
  "commutator(A, B)": commutator(A, B),
  "commutator(A, B, kind='anti')": anticommutator(A, B),
  "operator_to_vector(A)": operatorToVector(A),
  "spre(A)": spre(A),
  "spost(B)": spost(B),
  "sprepost(A, B)": sprepost(A, B),
  "liouvillian(H, [A, B])": liouvillian(H, [A, B]),
  "liouvillian(None, [A])": liouvillian(undefined, [A]),
  "lindblad_dissipator(A)": lindbladDissipator(A),
  "A*psi": A.apply(psi),
  "A.trans()": A.trans(),
  "A.conj()": A.conj(),
  "A.dag()": A.dag(),
  "expect(A, rho)": expectation(A, rho),
  "expect(H, psi)": expectation(H, psi),
  "variance(H, rho)": variance(H, rho),
  "variance(A, psi)": variance(A, psi),
  "A.matrix_element(psi, basis(3,1))": matrixElement(A, psi, basis(3, 1)),
  "psi.overlap(Qobj([[0.3],[0.4-0.2j],[0.5j]]))": overlap(psi, new Ket(3, [0.3, 0, 0.4, -0.2, 0, 0.5])),
};

function numbers(value: Operator | Ket | Complex | number): ArrayLike<number> {
  if (typeof value === "number") return [value, 0];
  if (value instanceof Operator) return value.toDense();
  return value instanceof Ket ? value.toArray() : [value.re, value.im];
}

describe("beside QuTiP", () => {
  it("every stored expression is compared", () => {
    expect(Object.keys(OURS)).toEqual(Object.keys(values));
  });

  it.each(Object.keys(OURS))("%s", (name) => {
    const [ours, theirs] = [numbers(OURS[name]!), values[name]!];
    expect(ours.length).toBe(theirs.length);
    // Numbers of order 1 from at most a few hundred operations: exponentials of norm below 10, sums of 9 products.
    theirs.forEach((x, k) => {
      expect(Math.abs(ours[k]! - x), `number ${k}`).toBeLessThan(5e-14);
    });
  });
});
