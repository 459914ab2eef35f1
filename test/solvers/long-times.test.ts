/**
 * Times far beyond the slowest mode: propagators are squared forty times and more, and what rounding leaves of an eigenvalue that vanishes must
 * not become an exponent.
 */
import { describe, expect, it } from "vitest";
import {
  basis,
  destroy,
  fock,
  ket2dm,
  mesolve,
  mesolveBatch,
  num,
  Operator,
  qeye,
  sesolve,
  sigmam,
  sigmax,
  sigmaz,
  steadystate,
  tensor,
} from "../../bindings/index.ts";
import { generator, maxDifference, randomHermitian, randomOperator, randomState } from "../support/random.ts";

const TIMES = [1e6, 1e9, 1e12, 1e20, 1e308];
/** Rounding of some tens of products, of which none is amplified, in sums of up to 49 terms; and of the steady state. */
const ROUNDING = 1e-12;

it.each(TIMES)("the steady state is that of t = %s, by mesolve and by batches", (end) => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = generator(seed);
    const d = 2 + seed;
    const H = randomHermitian(random, [d]).asHermitian("H");
    const cOps = [randomOperator(random, [d]), randomOperator(random, [d], 0.5)];
    const rho0 = randomState(random, [d]);
    const { rho } = steadystate(H, cOps);
    for (const method of ["auto", "expm"] as const) {
      const { finalState, stats } = mesolve(H, rho0, [0, end], { cOps, method });
      expect(maxDifference(finalState, rho)).toBeLessThan(ROUNDING);
      expect(stats.method).toBe("expm");
      expect(stats.traceError).toBeLessThan(ROUNDING);
    }
    const { finalStates } = mesolveBatch([H, H.scale(2)], rho0, [0, end], {
      cOps,
      method: "expm",
      storeStates: "final",
    });
    expect(maxDifference(finalStates![0]!, rho)).toBeLessThan(ROUNDING);
    expect(maxDifference(finalStates![1]!, steadystate(H.scale(2), cOps).rho)).toBeLessThan(ROUNDING);
  }
});

describe("what is conserved beside the trace", () => {
  // Pairs of quanta are lost: the weights of even and of odd numbers stay, and with them how much is left in |0> and in |1>.
  const [a, psi] = [destroy(8), fock(8, 3).scale(0.6).add(fock(8, 4).scale(0.8))];
  it.each(TIMES)("the weights of sectors, at t = %s", (end) => {
    const { finalState } = mesolve(num(8), psi, [0, end], { cOps: [a.mul(a)], method: "expm" });
    expect(finalState.get(1, 1).re).toBeCloseTo(0.36, 13);
    expect(finalState.get(0, 0).re).toBeCloseTo(0.64, 13);
  });
});

it("what is left out of a batch may decay: nothing is put back", () => {
  // Only the population above is seen; it has no partner to be put into.
  const eOps = { above: ket2dm(basis(2, 0)) };
  const H = sigmaz();
  const { expect: values, stats } = mesolveBatch([H, H], basis(2, 0), [0, 3], {
    cOps: [sigmam()],
    eOps,
    method: "expm",
  });
  expect(stats.coordinates).toBe(1);
  expect(values.above[1]! / Math.exp(-3)).toBeCloseTo(1, 12);
});

it("small populations keep their digits", () => {
  // A thermal ladder of 12 levels, down to exp(-44): its state at long times is known to every level.
  const [n, levels] = [Math.exp(-4), 12];
  const cOps = [
    destroy(levels).scale(Math.sqrt(1 + n / (1 - n))),
    destroy(levels)
      .dag()
      .scale(Math.sqrt(n / (1 - n))),
  ];
  const { finalState } = mesolve(num(levels), fock(levels, 3), [0, 1e6], { cOps, method: "expm" });
  const weight = (1 - n) / (1 - n ** levels);
  for (let k = 0; k < levels; k++) expect(finalState.get(k, k).re / (weight * n ** k)).toBeCloseTo(1, 9);
});

it("a closed system whose phases rounding of H decides says so", () => {
  const run = (end: number) => [
    sesolve(sigmax(), basis(2, 0), [0, end]).warnings,
    mesolve(sigmax(), basis(2, 0), [0, end]).warnings,
  ];
  // ‖H‖ = √2: phases are off by 3e-16 t.
  expect(run(3e9)).toEqual([[], []]);
  for (const [warning] of run(4e9))
    expect(warning).toMatch(/^rounding of H alone moves phases by up to 0.000001 over a time of 4.00e\+9/);
  expect(mesolve(sigmax(), basis(2, 0), [0, 1e12], { cOps: [sigmam()] }).warnings).toEqual([]);
});

describe("a dark state that is no level of the basis", () => {
  // Two qubits decay together: the singlet, half of |01>, stays for ever, in populations and a coherence.
  const sigmas = [tensor(sigmam(), qeye(2)), tensor(qeye(2), sigmam())] as const;
  const singlet = tensor(basis(2, 0), basis(2, 1))
    .add(tensor(basis(2, 1), basis(2, 0)).scale(-1))
    .scale(Math.SQRT1_2);
  const run = (end: number, cOps: readonly Operator[]) =>
    mesolve(tensor(sigmaz(), sigmaz()), tensor(basis(2, 0), basis(2, 1)), [0, end], {
      cOps,
      eOps: { dark: ket2dm(singlet) },
    });
  const together = [sigmas[0].add(sigmas[1]).scale(Math.sqrt(0.3))];

  it("says by how much rounding may have moved it, also where rounding has made it decay", () => {
    expect(run(1e8, together).warnings).toEqual([]);
    for (const end of [1e12, 1e15]) {
      const { warnings, expect: values } = run(end, together);
      const [, moved] = /by up to (\S+): only the trace/.exec(warnings[0]!)!;
      expect(Math.abs(values.dark.at(-1)! - 0.5)).toBeLessThan(Number(moved));
    }
    expect(run(1e20, together).warnings).toHaveLength(1);
  });

  it("says so too where coherences turn by a third of a circle, and the trace of the propagator is that of one where nothing is left", () => {
    // A level that two others decay to together, and whose difference is dark; both have the energy w.
    for (const [end, phase] of [1e11, 1e12].flatMap((end) =>
      [1, (2 * Math.PI) / 3, Math.PI / 2].map((phase) => [end, phase] as const),
    )) {
      const H = Operator.fromTriplets(
        [3],
        [1, 2].map((k) => [k, k, phase / end, 0]),
      );
      const L = Operator.fromTriplets(
        [3],
        [1, 2].map((k) => [0, k, 1, 0]),
      );
      const psi = basis(3, 0).add(basis(3, 1)).unit();
      const dark = ket2dm(basis(3, 1).add(basis(3, 2).scale(-1)).unit());
      const options = { cOps: [L], eOps: { dark }, rtol: 1e-8, atol: 1e-10 };
      for (const { warnings, expect: values } of [
        mesolve(H, psi, [0, end], options),
        mesolveBatch(H, psi, [0, end], options),
      ]) {
        expect(warnings).toHaveLength(1);
        const [, moved] = /by up to (\S+): only the trace/.exec(warnings[0]!)!;
        expect(Math.abs(values.dark.at(-1)! - 0.25)).toBeLessThan(Number(moved));
      }
    }
  });

  it("and of a batch which systems, and by how much; in blocks of their own and with levels that decay fast", () => {
    const alone = sigmas[1].scale(0.5);
    // Of the second system the second qubit decays by itself besides: nothing stays.
    const cOps = [together[0]!, [alone.scale(0), alone, alone.scale(0)]];
    const dark = { dark: ket2dm(singlet) };
    const batch = (end: number) =>
      mesolveBatch(tensor(sigmaz(), sigmaz()), tensor(basis(2, 0), basis(2, 1)), [0, end], { cOps, eOps: dark });
    expect(batch(1e8).warnings).toEqual([]);
    for (const end of [1e12, 1e15]) {
      const { warnings, expect: values } = batch(end);
      const [, moved] = /^2 of 3 systems, first number 0: .* by up to (\S+): only the trace/.exec(warnings[0]!)!;
      for (const k of [0, 2]) expect(Math.abs(values.dark[2 * k + 1]! - 0.5)).toBeLessThan(Number(moved));
      expect(Math.abs(values.dark[3]!)).toBeLessThan(1e-12);
    }
    const dephased = { cOps: [sigmaz()], eOps: { z: sigmaz(), x: sigmax() } };
    for (const end of TIMES) expect(mesolveBatch([sigmaz()], basis(2, 0), [0, end], dephased).warnings).toEqual([]);
    const H = [sigmax().scale(0), sigmax()];
    const { warnings } = mesolveBatch(H, basis(2, 0), [0, 1e12], { cOps: [], eOps: { z: sigmaz() } });
    expect(warnings[0]).toMatch(/^1 of 2 systems, first number 1: modes/);
  });

  it("is none where each decays by itself", () => {
    const alone = [sigmas[0], sigmas[1].scale(0.3)];
    for (const end of TIMES) expect(run(end, alone).warnings).toEqual([]);
  });
});

describe("auto takes a propagator where it is cheaper than a series, of dense generators", () => {
  // Sums of rows are many times the largest rate where all is coupled: by them a series of 12 levels would cost five times what it does.
  it.each([
    [6, 1e3, "expm"],
    [12, 50, "faber"],
    [12, 200, "faber"],
    [12, 1e4, "expm"],
    [16, 200, "faber"],
    [16, 1e4, "expm"],
  ] as const)("%i levels to t = %d", (d, end, method) => {
    const random = generator(d);
    const H = randomHermitian(random, [d]).asHermitian("H");
    // Rates up to about one, whatever the number of levels.
    const unit = H.scale(2 / Math.sqrt(d));
    const cOps = [randomOperator(random, [d]).scale(1 / d)];
    const times = Float64Array.from({ length: 101 }, (_, k) => (k * end) / 100);
    expect(mesolve(unit, basis(d, 0), times, { cOps }).stats.method).toBe(method);
  });
});

it.each([1e9, 1e12, 1e15])("slow decay keeps its digits beside a dephasing of %s", (rate) => {
  // Populations know nothing of dephasing: three quanta decay by half.
  const cOps = [destroy(4).scale(Math.sqrt(Math.LN2)), num(4).scale(Math.sqrt(1.3 * rate))];
  for (const method of ["auto", "expm", "krylov"] as const) {
    const { expect: values, stats } = mesolve(num(4), fock(4, 3), [0, 1], {
      cOps,
      method,
      eOps: { n: num(4) },
      rtol: 1e-12,
      atol: 1e-14,
    });
    expect(Math.abs(values.n[1]! - 1.5)).toBeLessThan(3e-12);
    expect(stats.traceError).toBeLessThan(1e-13);
  }
  // All coordinates, so that the dephasing is among them.
  const coherent = fock(4, 3).add(fock(4, 2).scale(1e-9)).unit();
  const eOps = { n: num(4) };
  const { expect: values } = mesolveBatch([num(4), num(4)], coherent, [0, 1], { cOps, eOps, method: "expm" });
  expect(Math.abs(values.n[1]! - 1.5)).toBeLessThan(3e-12);
});
