/**
 * The paper's example: two qubits in baths of their own exchange energy through their correlation, while both local
 * states stand still (Pyhäranta, Alipour, Rezakhani and Ala-Nissila, Correlation-Enabled Energy Exchange in Quantum
 * Systems without External Driving (2021), equations 15-17). From a model file, as `lindblad run
 * examples/two-qubits.json` does it:
 *   ΔU_χ(t) = 4gc(exp(-λt) - 1),  λ = 2cosh(β_A ω_A) + 2cosh(β_B ω_B).
 */
import { readFileSync } from "node:fs";
import { panelFigure } from "@lindblad/plot";
import { loadModel, runModel } from "lindblad/model";
import { figure, near, table } from "./support.mjs";

const model = loadModel(readFileSync(new URL("two-qubits.json", import.meta.url), "utf8"));
const result = runModel(model);
const { times, series } = result;

const { omegaA, omegaB, g, betaA, betaB, c } = model.parameters;
const lambda = 2 * Math.cosh(betaA * omegaA) + 2 * Math.cosh(betaB * omegaB);
const exact = times.map((t) => 4 * g * c * Math.expm1(-lambda * t));
times.forEach((_, k) => {
  // A hundred times the tolerances of the file, rtol = 1e-12, for energies of order 1.
  near(series.delta_U_chi[k], exact[k], 1e-10, "ΔU_χ");
  near(series.delta_U_A[k], 0, 1e-10, "ΔU_A");
  near(series.delta_U_B[k], 0, 1e-10, "ΔU_B");
});
table(
  ["t", "ΔU_A", "ΔU_B", "ΔU_χ", "closed form"],
  [0, 4, 12, 40, 120].map((k) => [
    times[k].toFixed(1),
    series.delta_U_A[k],
    series.delta_U_B[k],
    series.delta_U_chi[k],
    exact[k],
  ]),
  12,
);

figure("two-qubits", (document) => panelFigure(result, "changes", { document, exact: "dashed", title: model.name }));
