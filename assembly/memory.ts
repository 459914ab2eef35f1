/**
 * The arena: one growing region above the runtime's heap, used as a stack. The host marks, allocates, runs, releases.
 * Nothing inside a loop allocates.
 */

/** Alignment of every block: a cache line. */
const ALIGNMENT: usize = 64;
/** WebAssembly page. */
const PAGE_BITS: usize = 16;
/** One page below 4 GiB, so that an address one past the end still fits 32 bits. */
const MAX_PAGES: usize = 65535;

let top: usize = 0;
let end: usize = 0;

/** First call: lets the runtime claim the initial memory for its own small heap, then starts the arena above it. */
function open(): void {
  heap.free(heap.alloc(16));
  end = (<usize>memory.size()) << PAGE_BITS;
  top = end;
}

/** The current top, to be given back to `arenaRelease`. */
export function arenaMark(): usize {
  if (end == 0) open();
  return top;
}

/** Gives back everything allocated since the mark was taken. */
export function arenaRelease(mark: usize): void {
  assert(mark <= top, "arena: released above its top");
  top = mark;
}

/** A zeroed block, aligned to a cache line; 0 when it cannot be had. */
export function arenaAllocate(bytes: usize): usize {
  if (end == 0) open();
  const block = top;
  const size = (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (size < bytes || size > arenaAvailable()) return 0;
  if (block + size > end) {
    const pages = (block + size - end + 0xffff) >>> PAGE_BITS;
    const before = memory.grow(<i32>pages);
    if (before < 0) return 0;
    // The runtime's heap must never have grown in between: it holds a few strings and is collected after each use.
    assert((<usize>before) << PAGE_BITS == end, "arena: memory grew behind its back");
    end = (<usize>before + pages) << PAGE_BITS;
  }
  top = block + size;
  memory.fill(block, 0, size);
  return block;
}

/** Bytes that can still be allocated, if the engine grants them. */
export function arenaAvailable(): usize {
  if (end == 0) open();
  return (MAX_PAGES << PAGE_BITS) - top;
}
