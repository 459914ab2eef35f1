/**
 * Cuts the store of a sweep, and the log of one that was killed, at every byte. Each time the same sweep must refuse what is left, by a StoreCorruptError
 * and without touching it, or go on to the right numbers. An hour of a processor; a share of the places, chosen by a seed, takes as much less.
 *
 *     node scripts/cut.mjs
 *     node scripts/cut.mjs log small --share 0.1 --seed 1
 *
 * Opening a store takes DuckDB ten times as long as finding that it is cut. So most places are first asked of DuckDB alone, in one process, reading only:
 * it attaches the file and reads what the sweep reads on opening. What it takes is given to the sweep, and so is every thousandth place whatever it says.
 */
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";

const POINTS = 12;
const FILE = {
  ...{ version: 1, kind: "lindblad", name: "Decay", dims: [2], parameters: { omega: 1 } },
  ...{ hamiltonian: "omega / 2 * sigmaz", jumps: [{ op: "sigmam", rate: 0.2 }], initial: "basis(2, 0)" },
  ...{ times: { to: 1, count: 3 }, observables: { p: "(qeye(2) + sigmaz) / 2" } },
  sweep: {
    parameters: { omega: { from: 0, to: 2, count: POINTS } },
    outputs: { scalars: ["p_end"] },
  },
};

/** Runs something on an empty database. */
async function connected(action) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "1GB" });
  const connection = await instance.connect();
  try {
    return await action((sql) => connection.run(sql));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const log = (store) => `${store}.wal`;
const remove = (store) => {
  for (const file of [store, log(store)]) rmSync(file, { force: true });
};

/**
 * Cuts stores of one small sweep.
 * @param S the library of sweeps
 * @param folder for its stores
 */
export async function makeCutter(S, folder) {
  const { model, spec, outputs } = S.validateSweep(FILE);
  const run = (store, more = {}) => S.sweep(model, spec, { outputs, engine: "inline", chunk: 3, store, ...more });

  /** What cannot differ between two runs. @throws StoreCorruptError */
  const numbersOf = async (store) => {
    const columns = [
      { kind: "parameters", name: "omega" },
      { kind: "scalars", name: "p_end" },
    ];
    return JSON.stringify((await S.readColumns(store, () => columns)).values.map((column) => [...column]));
  };

  /** The store of a sweep that has ended. */
  const finished = join(folder, "finished.duckdb");
  await run(finished);
  const expected = await numbersOf(finished);
  if (JSON.parse(expected)[1].length !== POINTS) throw new Error(`the store has not ${POINTS} points`);
  /** As a process leaves them that is killed after the last chunk: the points are still in the log. */
  const killed = join(folder, "killed.duckdb");
  const running = join(folder, "running.duckdb");
  await run(running, {
    onProgress({ done }) {
      if (done < POINTS) return;
      copyFileSync(running, killed);
      copyFileSync(log(running), log(killed));
    },
  });
  /** The finished one in blocks of 16 kB, DuckDB's smallest, for its 256 kB. */
  const small = join(folder, "small.duckdb");
  await connected(async (query) => {
    await query(`ATTACH '${finished}' AS finished (READ_ONLY)`);
    await query(`ATTACH '${small}' AS small (BLOCK_SIZE 16384)`);
    await query("COPY FROM DATABASE finished TO small");
  });

  /**
   * Goes on with a store: "refused", and left as it is; "right"; or "unread" where the points are complete but reading their values is refused.
   * @throws Error where it is none of them
   */
  async function goOn(store) {
    const before = readFileSync(store);
    const refused = (error) => {
      if (error instanceof S.StoreCorruptError) return true;
      throw error;
    };
    const isRefused = await run(store).then(() => false, refused);
    if (isRefused) {
      if (readFileSync(store).equals(before)) return "refused";
      throw new Error(`${store} was refused, and has been changed`);
    }
    const found = await numbersOf(store).catch(refused);
    if (found === true) return "unread";
    if (found === expected) return "right";
    throw new Error(`${store} went on to other numbers: ${found}`);
  }

  /** Nothing counted yet; `asked` are the places that were put to the sweep itself. */
  const none = () => ({ places: 0, refused: 0, unread: 0, right: 0, asked: 0 });

  return { finished, killed, small, cutStore, cutLog };

  /**
   * A store that ends at each of some places, the last first.
   * @param isAsked whether the sweep itself is asked about a place: DuckDB alone is about the others
   */
  async function cutStore(whole, places, isAsked = () => true, told = () => {}) {
    const store = join(folder, "cut.duckdb");
    const counts = none();
    let file;
    /** Brings back what a sweep that went on has changed. */
    const restore = () => {
      if (file !== undefined) closeSync(file);
      remove(store);
      copyFileSync(whole, store);
      file = openSync(store, "r+");
    };
    restore();
    await connected(async (query) => {
      // Else a question that is wrong itself would refuse every place.
      if (await isRefused(query, store)) throw new Error(`${whole} is whole, and was refused`);
      for (const length of places) {
        ftruncateSync(file, length);
        const isSuspect = !isAsked(length) && (await isRefused(query, store));
        const outcome = isSuspect ? "refused" : await goOn(store);
        counts.places++;
        counts[outcome]++;
        if (!isSuspect) counts.asked++;
        if (outcome !== "refused") restore();
        await told(length, counts);
      }
    });
    closeSync(file);
    remove(store);
    return counts;
  }

  /** The log of the killed one that ends at each of some places, its store whole. */
  async function cutLog(places, told = () => {}) {
    const store = join(folder, "cut.duckdb");
    const counts = none();
    for (const length of places) {
      copyFileSync(killed, store);
      copyFileSync(log(killed), log(store));
      truncateSync(log(store), length);
      counts[await goOn(store)]++;
      counts.places++;
      counts.asked++;
      remove(store);
      await told(length, counts);
    }
    return counts;
  }
}

/** What a sweep reads of its store on opening it. */
const READ = ["error FROM cut.points WHERE status <> 'ok'", "first, count FROM cut.chunks", "hash FROM cut.sweep"];

/** Whether DuckDB refuses a store, or to read of it what a sweep reads. */
async function isRefused(query, store) {
  try {
    await query(`ATTACH '${store}' AS cut (READ_ONLY); ${READ.map((what) => `SELECT ${what}`).join("; ")}`);
    return false;
  } catch {
    return true;
  } finally {
    await query("DETACH DATABASE IF EXISTS cut");
  }
}

/** Numbers below a bound, the largest first; a share of them by chance. */
function* below(bound, share, seed) {
  let state = seed;
  for (let at = bound - 1; at >= 0; at--) {
    // Numerical Recipes' generator: which places they are need only be known
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if (state < share * 2 ** 32) yield at;
  }
}

const WHAT = {
  log: "the log of a sweep that was killed",
  small: "the store of one that has ended, in blocks of 16 kB",
  killed: "the store of one that was killed",
  finished: "the store of one that has ended",
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    options: { share: { type: "string", default: "1" }, seed: { type: "string", default: "1" } },
    allowPositionals: true,
  });
  const [share, seed] = [Number(values.share), Number(values.seed)];
  if (!(share > 0 && share <= 1)) throw new Error("--share: expected a number > 0, at most 1");
  const kinds = positionals.length > 0 ? positionals : Object.keys(WHAT);
  const unknown = kinds.find((kind) => !Object.hasOwn(WHAT, kind));
  if (unknown !== undefined) throw new Error(`${unknown}: expected one of ${Object.keys(WHAT).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "lindblad-cut-"));
  const began = performance.now();
  let last = began;
  const say = (what, { places, refused, unread, right, asked }) =>
    console.log(
      `${what}: ${places} places, ${refused} refused, ${unread} refused on reading, ${right} went on rightly; ${asked} of them were put to the sweep itself; ` +
        `${((performance.now() - began) / 1000).toFixed(0)} s, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
    );
  const told = (length, counts) => {
    if (performance.now() - last < 60_000) return;
    last = performance.now();
    say(`  down to byte ${length}`, counts);
  };
  try {
    const cutter = await makeCutter(await import(new URL("../sweep/dist/index.js", import.meta.url).href), folder);
    for (const kind of kinds) {
      const file = kind === "log" ? log(cutter.killed) : cutter[kind];
      const { size } = statSync(file);
      const places = below(size, share, seed);
      const counts =
        kind === "log"
          ? await cutter.cutLog(places, told)
          : await cutter.cutStore(file, places, (length) => length % 1000 === 0, told);
      say(`${WHAT[kind]}, ${size} bytes`, counts);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
