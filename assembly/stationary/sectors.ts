/**
 * (s - L0)⁻¹ where G leaves sectors of levels to themselves: X has one Hermitian block a sector, and each is solved for alone. Vectors hold the real
 * coordinates of all blocks (superoperator/coordinates.ts), in any order. The jumps lead from one sector to another, so that their part of L acts on the whole matrix.
 */
import { matrixBytes } from "../complex/layout";
import { applyGenerator, Generator } from "../generator/generator";
import { NoJump, prepareNoJump, solveNoJump } from "../generator/nojump";
import { arenaAllocate } from "../memory";


@unmanaged
export class Sector {
  noJump: usize;
  /** X and its image, planar. */
  x: usize;
  image: usize;
  /** Coordinates of the block. */
  count: i32;
  /** Three u32 each: byte offset in a vector; of the element in X; of its mirror image (0 for an element of the diagonal, which has none). */
  places: usize;
  /** Another sector, or 0. */
  next: usize;
}

/** Adds a sector with the block `g` of G to those that begin with `first`, or begins anew when that is 0. Returns it, or 0 when memory does not suffice. */
export function createSector(first: usize, d: i32, g: usize, count: i32, places: usize): usize {
  const pointer = arenaAllocate(offsetof<Sector>());
  if (pointer == 0) return 0;
  const sector = changetype<Sector>(pointer);
  sector.noJump = prepareNoJump(d, g, 0);
  sector.x = arenaAllocate(matrixBytes(d));
  sector.image = arenaAllocate(matrixBytes(d));
  sector.count = count;
  sector.places = places;
  if (sector.noJump == 0 || sector.x == 0 || sector.image == 0) return 0;
  if (first == 0) return pointer;
  let last = changetype<Sector>(first);
  while (last.next != 0) last = changetype<Sector>(last.next);
  last.next = pointer;
  return pointer;
}

/** out = (s - L0)⁻¹ x */
export function solveSectors(first: usize, s: f64, x: usize, out: usize): void {
  for (let at = first; at != 0; at = changetype<Sector>(at).next) {
    const sector = changetype<Sector>(at);
    const noJump = changetype<NoJump>(sector.noJump);
    const plane = matrixBytes(noJump.d) >> 1;
    scatter(sector.count, sector.places, x, sector.x, plane);
    solveNoJump(noJump, s, sector.x, sector.image);
    gather(sector.count, sector.places, sector.image, out);
  }
}

/** A generator in matrix form (generator/generator.ts) that maps vectors of coordinates to such. */
@unmanaged
export class Placed {
  generator: usize;
  /** Matrix and image, planar. */
  x: usize;
  image: usize;
  /** As those of a sector, but in the whole matrix. */
  count: i32;
  places: usize;
}

/** 0 when memory does not suffice. */
export function createPlaced(generator: usize, count: i32, places: usize): usize {
  const pointer = arenaAllocate(offsetof<Placed>());
  if (pointer == 0) return 0;
  const placed = changetype<Placed>(pointer);
  const bytes = matrixBytes(changetype<Generator>(generator).d);
  placed.generator = generator;
  placed.x = arenaAllocate(bytes);
  placed.image = arenaAllocate(bytes);
  placed.count = count;
  placed.places = places;
  return placed.x != 0 && placed.image != 0 ? pointer : 0;
}

/** out = L x on coordinates; those that the matrix has besides are zero. */
export function applyPlaced(pointer: usize, x: usize, out: usize): void {
  const placed = changetype<Placed>(pointer);
  const generator = changetype<Generator>(placed.generator);
  scatter(placed.count, placed.places, x, placed.x, matrixBytes(generator.d) >> 1);
  applyGenerator(generator, placed.x, placed.image);
  gather(placed.count, placed.places, placed.image, out);
}

function scatter(count: i32, places: usize, x: usize, matrix: usize, plane: usize): void {
  const stop = places + <usize>count * 12;
  for (let at = places; at != stop; at += 12) {
    const place = <usize>load<u32>(at, 4);
    const mirror = <usize>load<u32>(at, 8);
    let value = load<f64>(x + <usize>load<u32>(at));
    if (mirror != 0) {
      value *= Math.SQRT1_2;
      store<f64>(matrix + mirror, place < plane ? value : -value);
    }
    store<f64>(matrix + place, value);
  }
}

function gather(count: i32, places: usize, matrix: usize, out: usize): void {
  const stop = places + <usize>count * 12;
  for (let at = places; at != stop; at += 12) {
    const value = load<f64>(matrix + <usize>load<u32>(at, 4));
    store<f64>(out + <usize>load<u32>(at), load<u32>(at, 8) != 0 ? value * Math.SQRT2 : value);
  }
}
