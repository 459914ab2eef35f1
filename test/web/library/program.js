/** What is computed in Node, in a page and in a worker. */

const TIMES = [0, 0.5, 1, 2, 4];

/**
 * Numbers that must agree to the bit: nothing here needs the engine's own exp or log, which differ between engines.
 * @param library the exports of lindblad, or of lindblad/slim
 */
export function solve(library) {
  return { driven: drivenAtom(library), exchange: exchange(library) };
}

const KAPPA = 0.3;
const QUANTA = 3;

/** The arguments of `mesolve` for an oscillator that loses its quanta: ⟨n⟩(t) = n₀ exp(−κt). */
export const decaying = ({ destroy, fock, num }) => [
  num(8),
  fock(8, QUANTA),
  TIMES,
  { cOps: [{ op: destroy(8), rate: KAPPA }], eOps: { n: num(8) }, rtol: 1e-10, atol: 1e-12 },
];

/** Its number of quanta as computed, and how far that is from the closed form. */
export function decay(library) {
  const n = Array.from(library.mesolve(...decaying(library)).expect.n);
  const off = n.map((value, k) => Math.abs(value - QUANTA * Math.exp(-KAPPA * TIMES[k])));
  return { n, off: Math.max(...off) };
}

/** An atom in a leaking cavity, driven more and more. */
function drivenAtom({ basis, destroy, fock, mesolve, num, pulse, qeye, sigmam, sigmap, sigmax, tensor }) {
  const a = tensor(destroy(5), qeye(2));
  const exchange = a
    .dag()
    .mul(tensor(qeye(5), sigmam()))
    .add(a.mul(tensor(qeye(5), sigmap())));
  const drive = [tensor(qeye(5), sigmax()), pulse.ramp({ from: 0, to: 2 })];
  const { expect, finalState, stats } = mesolve([exchange.scale(0.7), drive], tensor(fock(5, 1), basis(2, 1)), TIMES, {
    cOps: [{ op: a, rate: 0.2 }],
    eOps: { n: tensor(num(5), qeye(2)), a },
  });
  return {
    n: Array.from(expect.n),
    a: [Array.from(expect.a.re), Array.from(expect.a.im)],
    state: Array.from(finalState.toDense()),
    stats: [stats.method, stats.form, stats.steps, stats.build],
  };
}

/** Two unlike parts between baths whose rates are numbers: energies and the ledger. */
function exchange({ basis, bipartite, create, customBath, destroy, ket2dm, num, sigmam, sigmap, sigmaz, tensor }) {
  const system = bipartite({
    HA: sigmaz().scale(0.5),
    HB: num(3),
    V: tensor(sigmap(), destroy(3))
      .add(tensor(sigmam(), create(3)))
      .scale(0.3),
    baths: [
      customBath("A", {
        jumps: [
          { op: sigmam(), rate: 0.7 },
          { op: sigmap(), rate: 0.2 },
        ],
      }),
      customBath("B", { jumps: [{ op: destroy(3), rate: 0.1 }] }),
    ],
  });
  const run = system.evolve(ket2dm(tensor(basis(2, 1), basis(3, 0))), TIMES, { measures: false });
  return { energy: numbersOf(run.energy), ledger: numbersOf(run.ledger), state: Array.from(run.finalState.toDense()) };
}

/** A model file run, numbers written, and what is said of a model with a slip of the pen. */
export function solveModel({ buildModel, loadModel, runBuilt }, { csv, npz }, text) {
  const { series } = runBuilt(buildModel(loadModel(text)));
  const data = Float64Array.from({ length: 100 }, (_, k) => 1 / (k + 1));
  return {
    series: numbersOf(series),
    written: [csv({ data }), Array.from(npz({ data: { dtype: "float64", data, shape: [10, 10] } }))],
    fault: messageOf(() => loadModel("kind: bipartite\nversoin: 1", "yaml")),
  };
}

function messageOf(run) {
  try {
    run();
  } catch (error) {
    return error.message;
  }
}

/** A tree of series as lists of numbers. */
function numbersOf(tree) {
  if (ArrayBuffer.isView(tree)) return Array.from(tree);
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, numbersOf(branch)]));
}
