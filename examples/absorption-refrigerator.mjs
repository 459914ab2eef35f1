/**
 * The smallest refrigerator: three qubits, cold, room and hot, that exchange excitations through g(|101><010| + h.c.),
 * E_room = E_cold + E_hot (Linden, Popescu and Skrzypczyk, Phys. Rev. Lett. 105 (2010) 130401). Each bath resets its
 * qubit to the thermal state τ_i at a rate p. With J the rate at which |101> turns into |010>, and r = 2g²/3p,
 *   J = r D/(1 + r K),  D = Π(1 - t_i) - Π t_i,  K = (2e_2 - 2e_1 + 13/2)/3p,
 * t_i = <bit i of 010|τ_i|bit i of 010>, e_1 = Σ t_i, e_2 = Σ_(i<j) t_i t_j (from the equations for one, two and three
 * qubits in turn; other rates: Skrzypczyk et al., J. Phys. A 44 (2011) 492002). Heat from the baths: E_cold J, -E_room
 * J, E_hot J. So the coefficient of performance is E_cold/E_hot, and it cools, J > 0, where that is below Carnot's
 * (β_room - β_hot)/(β_cold - β_room).
 */
import assert from "node:assert/strict";
import { curvesFigure } from "@lindblad/plot";
import { bipartite, customBath, num, projection, qeye, tensor, thermalState } from "lindblad";
import { figure, linspace, near, table } from "./support.mjs";

const [Ecold, Ehot, g, p] = [1, 4, 0.05, 0.1];
const [Troom, Tcold] = [2, 1.2];
const E = { cold: Ecold, room: Ecold + Ehot, hot: Ehot };

/** Jumps √(p τ_m)|m><n| for all m, n: Σ LρL† - ½{L†L, ρ} = p(τ Tr ρ - ρ). */
function reset(energy, beta, embed) {
  const Z = 1 + Math.exp(-beta * energy);
  const weights = [1 / Z, Math.exp(-beta * energy) / Z];
  return [0, 1].flatMap((m) => [0, 1].map((n) => ({ op: embed(projection(2, m, n)), rate: p * weights[m] })));
}

// A is the cold qubit, B the two others; |1> is excited.
const [onRoom, onHot] = [(op) => tensor(op, qeye(2)), (op) => tensor(qeye(2), op)];
const swap = tensor(projection(2, 1, 0), projection(2, 0, 1), projection(2, 1, 0)); // |101><010|
function refrigerator(Thot) {
  return bipartite({
    HA: num(2).scale(E.cold),
    HB: onRoom(num(2))
      .scale(E.room)
      .add(onHot(num(2)).scale(E.hot)),
    V: swap.add(swap.dag()).scale(g),
    baths: [
      customBath("A", { name: "cold", beta: 1 / Tcold, jumps: reset(E.cold, 1 / Tcold, (op) => op) }),
      customBath("B", { name: "room", beta: 1 / Troom, jumps: reset(E.room, 1 / Troom, onRoom) }),
      customBath("B", { name: "hot", beta: 1 / Thot, jumps: reset(E.hot, 1 / Thot, onHot) }),
    ],
  });
}

function closedForm(Thot) {
  const excited = (energy, T) => 1 / (1 + Math.exp(energy / T));
  const t = [1 - excited(E.cold, Tcold), excited(E.room, Troom), 1 - excited(E.hot, Thot)];
  const [e1, e2] = [t[0] + t[1] + t[2], t[0] * t[1] + t[0] * t[2] + t[1] * t[2]];
  const D = (1 - t[0]) * (1 - t[1]) * (1 - t[2]) - t[0] * t[1] * t[2];
  const r = (2 * g ** 2) / (3 * p);
  const J = (r * D) / (1 + (r * (2 * e2 - 2 * e1 + 6.5)) / (3 * p));
  return { cold: E.cold * J, entropy: J * (E.room / Troom - E.cold / Tcold - E.hot / Thot) };
}

// It begins to cool where E_cold/E_hot is Carnot's coefficient of performance.
const window = 1 / (1 / Troom - (E.cold / E.hot) * (1 / Tcold - 1 / Troom));
const temperatures = [Troom, 2.2, window, 3, 5, 8];
const found = temperatures.map((T) => ({ T, steady: refrigerator(T).steady(), exact: closedForm(T) }));
for (const { T, steady, exact } of found) {
  const { cold, room, hot } = Object.fromEntries(Object.entries(steady.heat).map(([name, { local }]) => [name, local]));
  // Linear equations for numbers of order 1: rounding, some ten times over.
  near(cold, exact.cold, 1e-14, `heat from the cold bath at T_hot = ${T}`);
  near(steady.entropyProduction, exact.entropy, 1e-14, "entropy production");
  near(cold + room + hot, 0, 1e-14, "first law");
  near(cold * E.hot, hot * E.cold, 1e-14, "coefficient of performance");
  assert.ok(steady.entropyProduction > -1e-15, "second law");
}
table(
  ["T_hot", "heat from cold", "closed form", "σ", "closed form"],
  found.map(({ T, steady, exact }) => [T, steady.heat.cold.local, exact.cold, steady.entropyProduction, exact.entropy]),
);
console.log(`cools above T_hot = ${window.toFixed(6)}; coefficient of performance ${E.cold / E.hot}`);
near(found[2].steady.heat.cold.local, 0, 1e-14, "edge of the cooling window");

// On the way there, from three qubits at the temperature of the room: both laws, and the ledger of A, B and their
// correlation.
const system = refrigerator(8);
const run = system.evolve(
  thermalState(system.HA.kron(qeye([2, 2])).add(qeye(2).kron(system.HB)), 1 / Troom),
  [0, 20, 100],
  { rtol: 1e-10, atol: 1e-12 },
);
const taken = run.heat.bath.cold.integratedLocal.at(-1);
const { firstLaw } = run.laws;
console.log(`from three qubits as warm as the room, taken from the cold bath up to t = 100: ${taken.toFixed(6)}`);
console.log(`first law to ${firstLaw.toExponential(0)}, ledger to ${run.ledgerDefect.toExponential(0)}`);
assert.ok(firstLaw < 1e-9 && run.ledgerDefect < 1e-9 && run.laws.secondLaw > -1e-9);

const shown = linspace(Troom, 8, 61);
const curves = Array.from(shown, (T) => ({ steady: refrigerator(T).steady(), exact: closedForm(T) }));
figure("absorption-refrigerator", (document) =>
  curvesFigure(
    {
      x: { name: "temperature of the hot bath (energy, Boltzmann's constant 1)", values: shown },
      curves: [
        {
          label: "heat from cold",
          values: curves.map(({ steady }) => steady.heat.cold.local),
          exact: curves.map(({ exact }) => exact.cold),
        },
        {
          label: "entropy",
          values: curves.map(({ steady }) => steady.entropyProduction),
          exact: curves.map(({ exact }) => exact.entropy),
        },
      ],
      quantity: "heat taken from the cold bath, and entropy produced, per time",
      formula: "heat E·J of the cold qubit, J = rD/(1 + rK)",
      marks: [{ at: window, label: "Carnot" }],
    },
    { document, title: "The smallest refrigerator cools above a temperature of its hot bath" },
  ),
);
