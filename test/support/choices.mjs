/** Random choices that a seed repeats, for what runs outside of vitest: threads, scripts, the choice of mutants. */

/** Marsaglia's xorshift32 (J. Stat. Softw. 8 (2003) 14), seeded through a mix of its bits. */
export function randomOf(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let k = 0; k < 8; k++) next();
  return {
    next,
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}
