/**
 * Fermions on sites, as qubits, by the transformation of Jordan and Wigner (Z. Phys. 47 (1928) 631): site k is tensor factor k, |0> is empty and |1> occupied,
 * and c_k = sigma_z ⊗ … ⊗ sigma_z ⊗ |0><1| ⊗ 1 ⊗ … ⊗ 1 with sigma_z on the sites before k: c_k|n> = (-1)^(n_0 + … + n_(k-1)) |… n_k - 1 …>.
 * (The sign is that of the order |n> = (c_0†)^n_0 (c_1†)^n_1 … |empty>.) As QuTiP's `fdestroy` and `fcreate`. Hence {c_j, c_k} = 0 and {c_j, c_k†} = delta_jk.
 * |0> is also the excited state of sigma_z, so that n_k = (1 - sigma_z)/2 on site k.
 * @module
 */
import { checkIndex } from "./checks.ts";
import { Operator } from "./operator.ts";
import { bitCount, qubitDims } from "./qubits.ts";

/**
 * The annihilation operator c_k of a fermion on site `k` of `sites`, after Jordan and Wigner (Z. Phys. 47 (1928) 631); dims are `sites` twos. QuTiP's `fdestroy`.
 * @param k from 0
 * @throws {@link InvalidArgumentError}
 */
export function fermionDestroy(sites: number, k: number): Operator {
  return destroyFermion(sites, k, "fermionDestroy");
}

/**
 * The creation operator c_k† of a fermion on site `k` of `sites`, the adjoint of {@link fermionDestroy}. QuTiP's `fcreate`.
 * @param k from 0
 * @throws {@link InvalidArgumentError}
 */
export function fermionCreate(sites: number, k: number): Operator {
  return destroyFermion(sites, k, "fermionCreate").dag();
}

function destroyFermion(sites: number, k: number, where: string): Operator {
  const dims = qubitDims(sites, `${where}: sites`);
  checkIndex(k, sites, `${where}: k`);
  const occupied = 2 ** (sites - 1 - k);
  const elements: [number, number, number, number][] = [];
  for (let index = 0; index < 2 ** sites; index++) {
    if ((index & occupied) === 0) continue;
    // The sites before k are the bits above it.
    elements.push([index ^ occupied, index, 1 - 2 * (bitCount(index >> (sites - k)) % 2), 0]);
  }
  return Operator.fromTriplets(dims, elements);
}
