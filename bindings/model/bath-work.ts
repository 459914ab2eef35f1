/**
 * What baths and states take besides the expressions of a model, in the same multiplications: a bath of a hundred levels has ten thousand jumps,
 * which a few characters ask for. Bounds from above, by the blocks that a Hamiltonian falls into; measured on builds of such models.
 * @module
 */
import type { Bath, DaviesBath, Site } from "../bipartite/index.ts";
import { qeye } from "../operators/builders.ts";
import type { Operator } from "../operators/operator.ts";

/** Of a jump for each level of the whole system, and of an element of a jump. */
const JUMP_WORK = 100;
const ELEMENT_WORK = 50;
/** Of the cube of a dimension: eigenvalues, and the eigenvectors and products that a Davies bath needs. */
const EIGENVALUES_WORK = 1 / 8;
const EIGENVECTORS_WORK = 2;
/** Of the cube of a block: the sum of the projectors on its eigenvectors. */
const OUTER_WORK = 32;

/** The numbers of the blocks that the levels belong to, and how large each block is: no element leads out of one. */
function blocksOf(operator: Operator): { readonly blockOf: Int32Array; readonly sizes: Int32Array } {
  const blockOf = Int32Array.from({ length: operator.size }, (_, level) => level);
  const root = (level: number): number => {
    let at = level;
    while (blockOf[at] !== at) {
      blockOf[at] = blockOf[blockOf[at]!]!;
      at = blockOf[at]!;
    }
    return at;
  };
  operator.forEachNonzero((row, column) => {
    blockOf[root(row)] = root(column);
  });
  const sizes = new Int32Array(operator.size);
  for (let level = 0; level < operator.size; level++) {
    const block = root(level);
    blockOf[level] = block;
    sizes[block]!++;
  }
  return { blockOf, sizes };
}

/** What each bath acts on: the Hamiltonians of the parts, and of the whole, which is large and made only for baths that ask for it. */
type Hamiltonians = Readonly<Record<Site, Operator>>;

/** Finding the jumps of a bath, and the system that it is in. */
export function bathWork(bath: Bath, bare: Hamiltonians): number {
  const whole = bare.A.size * bare.B.size;
  if (bath.kind === "thermal") return thermalWork(bare[bath.site], whole);
  if (bath.kind === "davies") return daviesWork(bath, bare);
  const own = bath.jumps.length * JUMP_WORK * whole;
  return bath.beta === undefined ? own : own + gibbsWork(bare[bath.site]);
}

/** Jumps between all eigenstates of H. */
function thermalWork(H: Operator, whole: number): number {
  const elements = blocksOf(H).sizes.reduce((sum, size) => sum + size * size, 0) ** 2;
  return H.size ** 2 * JUMP_WORK * whole + (whole / H.size) * elements * ELEMENT_WORK + gibbsWork(H);
}

/** Jumps between the eigenstates of H that a coupling connects. */
function daviesWork({ couplings, on }: DaviesBath, bare: Hamiltonians): number {
  const { blockOf, sizes } = blocksOf(bare.global);
  const size = blockOf.length;
  return couplings.reduce((sum, coupling) => {
    const pairs = new Set<number>();
    const embedded =
      on === "A" ? coupling.kron(qeye(bare.B.dims)) : on === "B" ? qeye(bare.A.dims).kron(coupling) : coupling;
    embedded.forEachNonzero((row, column) => {
      pairs.add(blockOf[row]! * size + blockOf[column]!);
    });
    let [jumps, elements] = [0, 0];
    for (const pair of pairs) {
      const product = sizes[Math.floor(pair / size)]! * sizes[pair % size]!;
      jumps += product;
      elements += product ** 2;
    }
    return sum + jumps * JUMP_WORK * size + elements * ELEMENT_WORK + 2 * EIGENVECTORS_WORK * size ** 3;
  }, 0);
}

/** The Gibbs state of H. */
export function gibbsWork(H: Operator): number {
  return EIGENVECTORS_WORK * H.size ** 3 + OUTER_WORK * blocksOf(H).sizes.reduce((sum, size) => sum + size ** 3, 0);
}

/** The smallest eigenvalue of a state, of whose levels those without elements take no time. */
export function positivityWork(state: Operator): number {
  const occupied = new Set<number>();
  let diagonal = true;
  state.forEachNonzero((row, column) => {
    occupied.add(row);
    diagonal &&= row === column;
  });
  return diagonal ? 0 : EIGENVALUES_WORK * occupied.size ** 3;
}
