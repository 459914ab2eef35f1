/** Rows that take turns, so that a machine that slows down slows all of them. */
import { median, spread } from "./measure.mjs";

const MOST = 9;

/**
 * Every row in turn, `timeRow(row)` giving its times in seconds, for as many rounds as there is time for: `left()` says how many seconds that
 * is; but at least `fewest` of them. The rows get `median`, `spread` and the number of `calls`. @returns the number of rounds
 */
export async function takeTurns(rows, timeRow, left, fewest = 2) {
  const seconds = rows.map(() => []);
  let round = 0;
  let longest = 0;
  while (round < fewest || (round < MOST && left() > longest)) {
    const begin = performance.now();
    for (const [k, row] of rows.entries()) seconds[k].push(...(await timeRow(row)));
    longest = Math.max(longest, (performance.now() - begin) / 1000);
    round++;
  }
  for (const [k, row] of rows.entries()) {
    row.median = median(seconds[k]);
    row.spread = spread(seconds[k]);
    row.calls = seconds[k].length;
  }
  return round;
}
