/**
 * Quantum jumps against exact laws (those of test/analytic, and more).
 */
import { expect, it } from "vitest";
import {
  basis,
  coherent,
  destroy,
  fock,
  jmat,
  type Ket,
  ket2dm,
  type McsolveOptions,
  mcsolve,
  num,
  type Operator,
  qeye,
  sigmam,
  sigmap,
  sigmax,
  sigmay,
  sigmaz,
  tensor,
} from "../../bindings/index.ts";
import { uniformTimes } from "../support/law.ts";
import { expectMeans } from "../support/sampled.ts";

interface Law {
  readonly H: Operator;
  readonly psi: Ket;
  readonly end: number;
  readonly options: McsolveOptions;
  readonly exact: (t: number) => Record<string, number>;
}

const excited = ket2dm(basis(2, 0));
const plus = basis(2, 0).add(basis(2, 1)).scale(Math.SQRT1_2);
const [e, g] = [basis(2, 0), basis(2, 1)];

const laws: Record<string, () => Law> = {
  "1 decay": () => ({
    H: sigmaz(),
    psi: basis(2, 0),
    end: 4,
    options: { cOps: [{ op: sigmam(), rate: 0.7 }], eOps: { pe: excited } },
    exact: (t) => ({ pe: Math.exp(-0.7 * t) }),
  }),
  "2 thermal qubit": () => {
    const [G, n] = [0.4, 0.6];
    const R = G * (2 * n + 1);
    return {
      H: sigmaz().scale(0.5),
      psi: plus,
      end: 4,
      options: {
        cOps: [
          { op: sigmam(), rate: G * (n + 1) },
          { op: sigmap(), rate: G * n },
        ],
        eOps: { pe: excited, x: sigmax(), y: sigmay() },
      },
      exact: (t) => ({
        pe: n / (2 * n + 1) + (0.5 - n / (2 * n + 1)) * Math.exp(-R * t),
        x: Math.cos(t) * Math.exp((-R * t) / 2),
        y: Math.sin(t) * Math.exp((-R * t) / 2),
      }),
    };
  },
  "3 dephasing": () => ({
    H: sigmaz().scale(0),
    psi: plus,
    end: 3,
    options: { cOps: [{ op: sigmaz(), rate: 0.35 }], eOps: { x: sigmax(), pe: excited } },
    exact: (t) => ({ x: Math.exp(-0.7 * t), pe: 0.5 }),
  }),
  "7 driven damped cavity": () => {
    const [N, D, E, k, start] = [25, 0.6, 0.9, 0.8, 1.2];
    const a = destroy(N);
    // alpha' = -i (D - i k/2) alpha - i E
    const alpha = (t: number) => {
      const decay = Math.exp((-k * t) / 2);
      const size = D * D + (k * k) / 4;
      // E / w, w = D - i k/2
      const [x, y] = [(E * D) / size, (E * k) / 2 / size];
      const [u, v] = [start + x, y];
      const [c, s] = [decay * Math.cos(D * t), -decay * Math.sin(D * t)];
      return [u * c - v * s - x, u * s + v * c - y] as const;
    };
    return {
      H: num(N).scale(D).add(a.add(a.dag()).scale(E)),
      psi: coherent(N, start),
      end: 5,
      options: { cOps: [{ op: a, rate: k }], eOps: { q: a.add(a.dag()).hermitianPart(), n: num(N) } },
      exact: (t) => {
        const [re, im] = alpha(t);
        return { q: 2 * re, n: re * re + im * im };
      },
    };
  },
  "9 loss from a Fock state": () => {
    const [n, N, k] = [6, 8, 0.8];
    const binomial = (j: number) => Array.from({ length: j }, (_, i) => (n - i) / (i + 1)).reduce((x, y) => x * y, 1);
    return {
      H: num(N),
      psi: fock(N, n),
      end: 3,
      options: {
        cOps: [{ op: destroy(N), rate: k }],
        eOps: Object.fromEntries(Array.from({ length: N }, (_, j) => [`p${j}`, ket2dm(fock(N, j))])),
      },
      exact: (t) => {
        const h = Math.exp(-k * t);
        return Object.fromEntries(
          Array.from({ length: N }, (_, j) => [`p${j}`, j > n ? 0 : binomial(j) * h ** j * (1 - h) ** (n - j)]),
        );
      },
    };
  },
  "10 parity of an even cat": () => {
    const [N, alpha, k] = [24, 1.5, 0.5];
    const cat = coherent(N, alpha).add(coherent(N, -alpha));
    const parity = Object.fromEntries(Array.from({ length: N }, (_, n) => [n, n % 2 === 0 ? 1 : -1]));
    const P = ket2dm(fock(N, 0)).scale(0);
    const operator = Array.from({ length: N }, (_, n) => ket2dm(fock(N, n)).scale(parity[n]!)).reduce<Operator>(
      (sum, x) => sum.add(x),
      P,
    );
    return {
      H: num(N).scale(0.3),
      psi: cat.scale(1 / cat.norm()),
      end: 3,
      options: { cOps: [{ op: destroy(N), rate: k }], eOps: { parity: operator.hermitianPart() } },
      exact: (t) => {
        const h = Math.exp(-k * t);
        const a2 = alpha ** 2;
        return {
          parity: (Math.exp(-2 * h * a2) + Math.exp(-2 * (1 - h) * a2)) / (1 + Math.exp(-2 * a2)),
        };
      },
    };
  },
  "13 damped Kerr oscillator": () => {
    const [N, alpha, K, k] = [20, 1.3, 0.7, 0.4];
    const a = destroy(N);
    return {
      H: a
        .dag()
        .mul(a.dag())
        .mul(a)
        .mul(a)
        .scale(K / 2),
      psi: coherent(N, alpha),
      end: 3,
      options: { cOps: [{ op: a, rate: k }], eOps: { q: a.add(a.dag()).hermitianPart() } },
      exact: (t) => {
        // exp(-|alpha|² iK/(k + iK) (1 - exp(-(k + iK) t)))
        const size = k * k + K * K;
        const [u, v] = [(K * K) / size, (K * k) / size];
        const [p, q] = [1 - Math.exp(-k * t) * Math.cos(K * t), Math.exp(-k * t) * Math.sin(K * t)];
        const [re, im] = [-(alpha ** 2) * (u * p - v * q), -(alpha ** 2) * (u * q + v * p)];
        return { q: 2 * alpha * Math.exp((-k * t) / 2 + re) * Math.cos(im) };
      },
    };
  },
  "15 two qubits that decay together": () => {
    const one = tensor(sigmam(), qeye(2)).add(tensor(qeye(2), sigmam()));
    const triplet = tensor(e, g).add(tensor(g, e)).scale(Math.SQRT1_2);
    const G = 0.5;
    return {
      H: tensor(sigmaz(), qeye(2))
        .add(tensor(qeye(2), sigmaz()))
        .scale(0.4),
      psi: tensor(e, e),
      end: 4,
      options: {
        cOps: [{ op: one, rate: G }],
        eOps: { ee: ket2dm(tensor(e, e)), t0: ket2dm(triplet) },
      },
      exact: (t) => ({ ee: Math.exp(-2 * G * t), t0: 2 * G * t * Math.exp(-2 * G * t) }),
    };
  },
  "16 Dicke ladder": () => ({
    // From the highest level of J = 1 the rates are 2G and 2G again.
    H: jmat(1, "z"),
    psi: basis(3, 0),
    end: 3,
    options: {
      cOps: [{ op: jmat(1, "-"), rate: 0.5 }],
      eOps: { top: ket2dm(basis(3, 0)), middle: ket2dm(basis(3, 1)) },
    },
    exact: (t) => ({ top: Math.exp(-t), middle: t * Math.exp(-t) }),
  }),
  "19 two linear cavities": () => {
    const [N, k1, k2, J, start] = [12, 0.5, 0.3, 0.7, 0.8];
    const [a, b] = [tensor(destroy(N), qeye(N)), tensor(qeye(N), destroy(N))];
    // <a>'' + (k1 + k2)/2 <a>' + (k1 k2/4 + J²) <a> = 0
    const w = Math.sqrt(J ** 2 - ((k1 - k2) / 4) ** 2);
    return {
      H: a.dag().mul(b).add(b.dag().mul(a)).scale(J),
      psi: tensor(coherent(N, start), fock(N, 0)),
      end: 4,
      options: {
        cOps: [
          { op: a, rate: k1 },
          { op: b, rate: k2 },
        ],
        eOps: { q: a.add(a.dag()).hermitianPart() },
      },
      exact: (t) => ({
        q: 2 * start * Math.exp((-(k1 + k2) * t) / 4) * (Math.cos(w * t) - (((k1 - k2) / 4) * Math.sin(w * t)) / w),
      }),
    };
  },
};

it.each(Object.keys(laws))("%s", (name) => {
  const { H, psi, end, options, exact } = laws[name]!();
  for (const method of ["dyadic", "dop853"] as const) {
    const run = mcsolve(H, psi, uniformTimes(end, 9), {
      ...options,
      ntraj: method === "dyadic" ? 2000 : 200,
      method,
      seed: 5,
    });
    expectMeans(run, options.eOps, exact);
    expect(run.stats.method).toBe(method);
  }
});
