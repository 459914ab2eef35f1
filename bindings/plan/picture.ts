/**
 * The interaction picture: the diagonal of H as exact phases, everything else as the generator.
 * @module
 */
import { Operator } from "../operators/operator.ts";
import { generatorBytes, planGenerator } from "./generator.ts";
import type { RepresentationChoice } from "./plan.ts";
import { matrixRepresentation } from "./representation.ts";

/** Energies: the diagonal of H = i (G - G†)/2, about its middle, so that phases are as small as can be. */
function energiesOf(G: Operator): Float64Array {
  const energies = new Float64Array(G.size);
  G.forEachNonzero((row, column, _re, im) => {
    if (row === column) energies[row] = -im;
  });
  const middle = (Math.max(...energies) + Math.min(...energies)) / 2;
  return energies.map((energy) => energy - middle);
}

/** G without the energies: of its diagonal the real part alone is left. */
function withoutEnergies(G: Operator): Operator {
  const elements: [number, number, number, number][] = [];
  G.forEachNonzero((row, column, re, im) => {
    if (row !== column) elements.push([row, column, re, im]);
    else if (re !== 0) elements.push([row, column, re, 0]);
  });
  return Operator.fromTriplets(G.dims, elements);
}

/** The matrix form in the interaction picture of the diagonal of H. */
export function interactionRepresentation(G: Operator, jumps: readonly Operator[]): RepresentationChoice {
  const plan = planGenerator(withoutEnergies(G), jumps);
  const matrix = matrixRepresentation(plan);
  const energies = energiesOf(G);
  // The operators are kept twice: as they are, and turned.
  const bytes = (kernel: Parameters<typeof matrix.bytes>[0]) => generatorBytes(kernel, plan) + 40 * G.size + 4096;
  return {
    reason: "the interaction picture was asked for",
    representation: {
      ...matrix,
      description: `${matrix.description}; interaction picture`,
      bytes: (kernel) => matrix.bytes(kernel) + bytes(kernel),
      put(kernel, copies, what) {
        const superoperator = matrix.put(kernel, copies, what);
        const energiesAt = kernel.putDoubles(energies, what);
        if (!kernel.functions.setPicture(superoperator, energiesAt)) kernel.allocate(bytes(kernel), what);
        return superoperator;
      },
    },
  };
}

/** Frequencies and rates that limit an explicit method's step, as bounds: the step is about the method's limit over them. */
export interface PictureRates {
  readonly schrodinger: number;
  readonly interaction: number;
}

/**
 * What holds the steps in either picture. Schrödinger's: the largest |E_i - E_j| of all. Interaction: the largest among levels that the rest
 * of G joins (with jumps: between the differences that one jump bridges), for that is how fast L_I turns. To both belongs
 * what the rest does itself, by its norm (Gershgorin's).
 */
export function pictureRates(G: Operator, jumps: readonly Operator[]): PictureRates {
  const energies = energiesOf(G);
  const rows = new Float64Array(G.size);
  let joined = 0;
  G.forEachNonzero((row, column, re, im) => {
    if (row === column) {
      rows[row]! += Math.abs(re);
      return;
    }
    rows[row]! += Math.hypot(re, im);
    joined = Math.max(joined, Math.abs(energies[row]! - energies[column]!));
  });
  for (const jump of jumps) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    jump.forEachNonzero((row, column) => {
      const bridged = energies[row]! - energies[column]!;
      least = Math.min(least, bridged);
      most = Math.max(most, bridged);
    });
    joined = Math.max(joined, most - least);
  }
  const rest = 2 * Math.max(...rows);
  return { schrodinger: Math.max(...energies) - Math.min(...energies) + rest, interaction: joined + rest };
}
