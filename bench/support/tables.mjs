/** The tables of docs/performance.md and docs/scaling.md, by suite: functions from entries to Markdown. */

import { aimOf, NO_TIME } from "./compare.mjs";
import { pageRows } from "./page.mjs";
import { FORMS } from "./products.mjs";
import { AS_FUNCTIONS, both, verdict } from "./ratios.mjs";

export const tables = {
  mesolve,
  precision,
  scaling,
  rhs,
  startup,
  kernels,
  cost,
  bipartite,
  trajectories,
  phasespace,
  batch,
  queue,
  web: ([entry]) => table(["playground", "median (spread)", "aim"], pageRows(entry)),
  steady: (entries) => [stationary(entries), residualsAndMemory(entries), everyMethod(entries)].join("\n\n"),
  stationary: (entries) => [stationary(entries), memory(entries)].join("\n\n"),
};

function mesolve(entries) {
  const timed = ({ median, error }) => `${plain(1e3 * median)} ms, ${exponent(error)}`;
  const named = (rows, rtol, ratio, solver) => {
    const method = ratio?.sameTolerance?.method;
    const row = rows.find((one) => one.solver === solver && one.rtol === rtol && one.method === method);
    return row === undefined ? "–" : `\`${method}\` ${timed(row)}`;
  };
  const times = table(
    ["problem", "d", "rtol", "ours", "QuTiP, default", "QuTiP, best", "dynamiqs, best"],
    sorted(entries).map(({ key, d, rtol, rows, ratios }) => [
      key,
      d,
      exponent(rtol),
      timed(rows[0]),
      named(rows, rtol, ratios.default, "QuTiP"),
      named(rows, rtol, ratios.best, "QuTiP"),
      named(rows, rtol, ratios.dynamiqs, "dynamiqs"),
    ]),
  );
  const comparisons = table(
    ["problem", "× QuTiP, default", "× QuTiP, best", "without `+run`", "aim", "× dynamiqs", "aim"],
    sorted(entries).map(({ key, ratios, targets, dropped }) => [
      key,
      `${both(ratios.default)}${targets.default === undefined ? "" : ` (${verdict(ratios.default, targets.default)})`}`,
      both(ratios.best),
      ratios.wholeCall === undefined ? "" : both(ratios.wholeCall),
      verdict(ratios.best, targets.best, dropped, "QuTiP"),
      both(ratios.dynamiqs),
      verdict(ratios.dynamiqs, targets.dynamiqs, dropped, "dynamiqs"),
    ]),
  );
  const callbacks = sorted(entries).flatMap(({ key, rows }) => {
    const row = rows.find(({ solver, method }) => solver === "lindblad" && method === AS_FUNCTIONS);
    return row === undefined ? [] : [[key, timed(rows[0]), timed(row), (row.median / rows[0].median).toFixed(2)]];
  });
  const compile = entries.flatMap(({ rows }) => rows.map((row) => row.compile).filter((seconds) => seconds > 0.1));
  const least = Math.min(...compile).toFixed(1);
  const compiling = `dynamiqs' times leave out its compilation, ${least} to ${Math.max(...compile).toFixed(1)} s a problem and method.`;
  return [
    "Medians and errors at the same tolerance:",
    times,
    "Ratios at the same tolerance / at equal error; aims are meant at equal error. ≥: the fastest method was not run at a tolerance tight enough to reach our error. \\*: not every method was tried, for lack of time.",
    comparisons,
    ...(callbacks.length === 0
      ? []
      : [
          "Driven in time, with the library's own coefficients and with functions of JavaScript:",
          table(["problem", "own", "functions", "×"], callbacks),
        ]),
    ...(compile.length === 0 ? [] : [compiling]),
  ].join("\n\n");
}

function precision(entries) {
  return sorted(entries)
    .map(({ key, title, lines }) => {
      const adaptive = lines.filter(
        ({ points }) => points.length > 0 && points.every(({ rtol }) => rtol !== undefined),
      );
      const rtols = [...new Set(adaptive.flatMap(({ points }) => points.map(({ rtol }) => rtol)))].sort(
        (a, b) => b - a,
      );
      const rows = adaptive.map(({ solver, method, points }) => [
        solver === "lindblad" ? `**\`${method}\`**` : `${solver} \`${method}\``,
        ...rtols.map((rtol) => {
          const point = points.find((one) => one.rtol === rtol);
          return point === undefined ? "–" : exponent(point.error);
        }),
      ]);
      return `${key}, ${title}: error reached at rtol\n\n${table(["method", ...rtols.map(exponent)], rows)}`;
    })
    .join("\n\n");
}

function scaling(entries) {
  const power = (p) => (p === undefined ? "–" : `d^${p.toFixed(2)}`);
  return table(
    ["family", "d", "ours, ms", "time of a solve", "of a right-hand side", "number of them", "QuTiP default"],
    sorted(entries).map(({ key, title, points, exponents }) => [
      `${key}, ${title}`,
      points.map(({ d }) => d).join(", "),
      points.map(({ own }) => plain(1e3 * own, 2)).join(", "),
      ...["own", "rightHandSide", "evaluations", "QuTiP"].map((name) => power(exponents[name])),
    ]),
  );
}

function rhs(entries) {
  return table(
    [
      "problem",
      "d",
      "matrix form, µs",
      "chosen form, µs",
      "QuTiP, µs",
      "× matrix",
      "× chosen",
      "RK4 step",
      "chosen form",
    ],
    sorted(entries).map(({ key, d, matrix, chosen, QuTiP, step, form }) => [
      key,
      d,
      (1e6 * matrix).toPrecision(3),
      (1e6 * chosen).toPrecision(3),
      plain(1e6 * QuTiP),
      (QuTiP / matrix).toFixed(1),
      (QuTiP / chosen).toFixed(1),
      (step / chosen).toFixed(1),
      form,
    ]),
  );
}

function startup([{ sides }]) {
  return table(
    ["fresh process", "s", "× ours"],
    sides.map(({ solver, median, ratio }) => [solver, median.toFixed(3), ratio.toFixed(1)]),
  );
}

function kernels(entries) {
  const of = (kind) => sorted(entries.filter(({ key }) => key.startsWith(`${kind}:`)));
  const rate = (operations, seconds) => (seconds === undefined ? "–" : (operations / 1e9 / seconds).toFixed(1));
  const products = FORMS.map(({ name, title, operations }) => {
    const rows = of(`product:${name}`).map(({ size, seconds }) => [
      size,
      ...["lindblad", "numpy", "JavaScript"].map((side) => rate(operations(size), seconds[side])),
    ]);
    return `${title[0].toUpperCase()}${title.slice(1)}:\n\n${table(["d", "ours", "numpy", "JavaScript loop"], rows)}`;
  }).join("\n\n");
  const sparse = table(
    ["tridiagonal × dense, GF/s", "ours", "scipy"],
    of("sparse").map(({ size, seconds }) => [
      size,
      ...["lindblad", "scipy"].map((side) => rate(8 * (3 * size - 2) * size, seconds[side])),
    ]),
  );
  const choices = of("choice");
  const worst = choices.reduce((a, b) => (b.loss > a.loss ? b : a));
  const right = choices.filter(({ loss }) => loss <= 1.05).length;
  const model = `Dense or sparse: of ${choices.length} operators the cost model chose the faster form, or one as fast to 5 %, for ${right}; at worst (d = ${worst.size}, ${worst.perRow} elements a row) its choice took ${worst.loss.toFixed(2)} times as long.`;
  const { overhead } = entries.find(({ key }) => key === "overhead");
  return `${products}\n\n${sparse}\n\n${model}\n\nA call of \`mesolve\` with next to nothing to solve takes ${(1e6 * overhead).toFixed(0)} µs.`;
}

function cost(entries) {
  const pair = (one) =>
    one === undefined
      ? ["–", "–"]
      : [
          `${micro(one.expected)} / ${micro(1e9 * one.measured)}`,
          one.expected > 0 ? ((1e9 * one.measured) / one.expected).toFixed(2) : "–",
        ];
  const forms = table(
    [
      "problem",
      "d",
      "matrix form: expected / measured, µs",
      "×",
      "coordinates: expected / measured, µs",
      "×",
      "triangle: expected / measured, µs",
      "×",
      "chosen",
      "× the faster",
    ],
    sorted(entries).map(({ key, d, applications: { matrix, coordinates, triangle }, form, formLoss }) => [
      key,
      d,
      ...pair(matrix),
      ...pair(coordinates),
      ...pair(triangle),
      form,
      loss(formLoss),
    ]),
  );
  const runs = table(
    [
      "problem",
      "`faber`: expected / measured, µs",
      "×",
      "`expm`: expected / measured, µs",
      "×",
      "chosen",
      "× the faster",
    ],
    sorted(entries).map(({ key, runs: { faber, expm }, method, methodLoss }) => [
      key,
      ...pair(faber),
      ...pair(expm),
      `\`${method}\``,
      loss(methodLoss),
    ]),
  );
  return [
    "One application; ×: measured over expected:",
    forms,
    "A whole run from the problem's first output time to its last, planning left out:",
    runs,
  ].join("\n\n");
}

function bipartite(entries) {
  const ms = (seconds) => (seconds === undefined ? "–" : plain(1e3 * seconds));
  const us = (seconds) => (seconds === undefined ? "–" : plain(1e6 * seconds, 2));
  const timed = (median, shortest) => (median === undefined ? "–" : `${ms(median)} (${ms(shortest)})`);
  const times = (value, base) => (value === undefined ? "–" : plain(value / base, 2));
  const whole = table(
    [
      "problem",
      "levels",
      "`mesolve`, ms",
      "without measures, ms",
      "× `mesolve`",
      "with measures, ms",
      "× `mesolve`",
      "set-up, ms",
      "ledger defect",
    ],
    entries.map(({ key, title, d, mesolve, without, measured, shortest, setUp, defect }) => [
      `${key}: ${title}`,
      d,
      timed(mesolve, shortest.mesolve),
      timed(without, shortest.without),
      times(shortest.without, shortest.mesolve),
      timed(measured, shortest.measured),
      times(shortest.measured, shortest.mesolve),
      ms(setUp),
      exponent(defect),
    ]),
  );
  const outputs = table(
    ["problem", "right-hand side, µs", "energies, flows and ledger, µs", "entropies and measures, µs"],
    entries.map(({ key, rightHandSide, perOutput, perMeasure }) => [
      key,
      us(rightHandSide),
      us(perOutput),
      us(perMeasure),
    ]),
  );
  return [
    "Whole calls of 101 output times: medians, and in parentheses the shortest, of which the ratios are:",
    whole,
    "For one more output time, and one right-hand side in the form that the solver chooses:",
    outputs,
  ].join("\n\n");
}

function trajectories(entries) {
  const cell = (row) =>
    row === undefined
      ? "–"
      : `\`${row.integrator ?? row.method}\` ${plain(1e3 * row.median)} ms, ${plain(row.rate)}/s, ${row.deviation.toFixed(1)} σ`;
  const cut = (entry) => (wasCut(entry) ? "\\*" : "");
  const times = table(
    ["problem", "d", "trajectories", "ours", "QuTiP, default", "QuTiP, best", "× default", "× best", "aim"],
    sorted(entries).map((entry) => [
      entry.key,
      entry.d,
      entry.theirs === entry.ntraj ? entry.ntraj : `${entry.ntraj}, QuTiP ${entry.theirs}`,
      cell(entry.rows[0]),
      ...sidesOf(entry).map(cell),
      ratioOf(entry.ratios.default),
      `${ratioOf(entry.ratios.best)}${cut(entry)}`,
      aimOf(entry.ratios, entry.aim),
    ]),
  );
  const fresh = sorted(entries).flatMap(({ key, rows }) =>
    rows.slice(1).flatMap((row) => (row.solver === "lindblad" ? [`${key} ${plain(1e3 * row.median)} ms`] : [])),
  );
  const alone = sorted(entries).filter(({ threads }) => threads === 1);
  const each = table(
    ["QuTiP's method, ms a trajectory", ...alone.map(({ key }) => key)],
    [...new Set(alone.flatMap(({ tried }) => tried.map(({ method }) => method)))].map((method) => [
      `\`${method}\``,
      ...alone.map(({ tried }) => {
        const one = tried.find((other) => other.method === method);
        return one === undefined ? "–" : plain(1e3 * one.estimate);
      }),
    ]),
  );
  return [
    "Milliseconds a trajectory, trajectories a second, and how far the means are from the exact ones in standard errors:",
    times,
    ...(fresh.length === 0
      ? []
      : [`With the workers started in the call and ended after it, a trajectory of ours takes: ${fresh.join(", ")}.`]),
    "Every integrator of QuTiP once, with a twenty-fifth of the trajectories, on one thread; –: failed, given up or not tried:",
    each,
  ].join("\n\n");
}

function phasespace(entries) {
  const list = sorted(entries);
  const methods = [...new Set(list.flatMap(({ tried }) => tried.map(({ method }) => method)))];
  return table(
    ["64 levels, 200 x 200 points", "ours", ...methods.map((method) => `QuTiP \`${method}\``), "× default", "× best"],
    list.map(({ key, rows, tried, ratios }) => [
      key.replace("-matrix", " of a density matrix").replace("-ket", " of a ket"),
      `${plain(1e3 * rows[0].median)} ms, ${exponent(rows[0].error)}`,
      ...methods.map((method) => {
        const once = tried.find((one) => one.method === method);
        const timed = rows.find((row) => row.solver === "QuTiP" && row.method === method);
        if (once === undefined) return "–";
        return `${plain(1e3 * (timed?.median ?? once.seconds))} ms, ${exponent(once.error)}`;
      }),
      ratioOf(ratios.default),
      ratioOf(ratios.best),
    ]),
  );
}

function batch(entries) {
  const parts = entries
    .filter(({ rows }) => rows[0].solver !== undefined)
    .flatMap(({ key, count, rows, verdicts }) => [
      table(
        [`${key}, ${count} systems`, "ms", "error", "systems a second", "× populations", "× all coordinates"],
        rows.map(({ solver, method, median, error }) => [
          solver === "lindblad" ? OWN_BATCHES[method] : `${solver} \`${method}\``,
          plain(1e3 * median),
          exponent(error),
          `${Math.round(count / median)}`,
          ...rows.slice(0, 2).map((own) => (median / own.median).toFixed(1)),
        ]),
      ),
      verdicts
        .map(({ method, solver, theirs, ratio, aim }) => {
          const reached = ratio >= aim ? "met" : "missed";
          return `${OWN_BATCHES[method]} against ${solver} \`${theirs}\`: ${ratio.toFixed(0)} (${aim}: ${reached})`;
        })
        .join("; "),
    ]);
  const growth = entries.find(({ key }) => key === "growth")?.rows ?? [];
  const counts = [...new Set(growth.map(({ count }) => count))];
  const shapes = [...new Map(growth.map(({ structure, d }) => [`${structure} ${d}`, { structure, d }])).values()];
  return [
    ...parts,
    "Microseconds a system by the number of systems: 101 times, two jumps, one observable, full random matrices or chains of levels:",
    table(
      ["", "levels", ...counts.map((count) => `${count}`), "`mesolve`"],
      shapes.map(({ structure, d }) => {
        const of = (count) => growth.find((row) => row.structure === structure && row.d === d && row.count === count);
        const show = (value) => (value === undefined ? "–" : plain(value));
        return [structure, d, ...counts.map((count) => show(of(count)?.microseconds)), show(of(1000)?.alone)];
      }),
    ),
  ].join("\n\n");
}

const OWN_BATCHES = {
  populations: "ours, `mesolveBatch`",
  general: "ours, all 16 coordinates",
  loop: "ours, `mesolve` in a loop",
};

/** Times and errors of what has one answer and no tolerance, and QuTiP's times over ours. */
function stationary(entries) {
  const cell = (row) =>
    row === undefined ? "–" : `\`${row.method}\` ${plain(1e3 * row.median)} ms, ${exponent(row.error)}`;
  return table(
    ["", "d", "ours", "QuTiP, default", "QuTiP, best", "× default", "× best", "aim"],
    sorted(entries).map((entry) => [
      nameOf(entry),
      entry.d,
      cell(entry.rows[0]),
      ...sidesOf(entry).map(cell),
      ratioOf(entry.ratios.default),
      `${ratioOf(entry.ratios.best)}${wasCut(entry) ? "\\*" : ""}`,
      aimOf(entry.ratios, entry.aim),
    ]),
  );
}

function ratioOf(one) {
  return one === undefined ? "–" : one.ratio.toFixed(1);
}

/** Whether there was no time to try some of QuTiP's methods. */
function wasCut({ dropped }) {
  return dropped.some(({ reason }) => reason === NO_TIME);
}

/** QuTiP's rows that the ratios name. */
function sidesOf({ rows, ratios }) {
  return [ratios.default, ratios.best].map(
    (ratio) => ratio && rows.find(({ solver, method }) => solver === "QuTiP" && method === ratio.method),
  );
}

/** The function is not named where all entries are of one. */
function nameOf({ task, problem }) {
  return task === "steadystate" ? problem : `\`${task}\` ${problem}`;
}

function residualsAndMemory(entries) {
  const each = (entry, cell) => [entry.rows[0], ...sidesOf(entry)].map((row) => (row === undefined ? "–" : cell(row)));
  const sides = ["ours", "QuTiP, default", "QuTiP, best"];
  return table(
    ["", ...sides.map((side) => `‖L ρ‖, ${side}`), ...sides.map((side) => `MB, ${side}`)],
    sorted(entries).map((entry) => [
      nameOf(entry),
      ...each(entry, ({ residual }) => exponent(residual)),
      ...each(entry, ({ peak }) => megabytes(peak)),
    ]),
  );
}

function memory(entries) {
  return table(
    ["", "MB, ours", "MB, QuTiP, default", "MB, QuTiP, best"],
    sorted(entries).map((entry) => [
      nameOf(entry),
      ...[entry.rows[0], ...sidesOf(entry)].map((row) => (row === undefined ? "–" : megabytes(row.peak))),
    ]),
  );
}

/** What a process takes at its peak, and what it took before the call. */
function megabytes({ before, after }) {
  return `${(after / 1e6).toFixed(0)} (${(before / 1e6).toFixed(0)})`;
}

function everyMethod(entries) {
  const list = sorted(entries);
  const methods = [
    ...new Set(list.flatMap(({ tried, dropped }) => [...tried, ...dropped].map(({ method }) => method))),
  ];
  const cell = ({ tried, usable }, method) => {
    const one = tried.find((other) => other.method === method);
    if (one === undefined) return "–";
    const ms = plain(1e3 * one.seconds, 2);
    return one.error <= usable ? ms : `(${ms})`;
  };
  const times = table(
    ["QuTiP's method", ...list.map(nameOf)],
    methods.map((method) => [`\`${method}\``, ...list.map((entry) => cell(entry, method))]),
  );
  const given = list.flatMap((entry) =>
    entry.ratios.default === undefined ? [`${nameOf(entry)} ${entry.dropped[0].reason}`] : [],
  );
  const defaults = given.length === 0 ? "" : ` QuTiP's default was given up for ${given.join(", ")}.`;
  return `Every method of QuTiP once, ms; in brackets where its error is above 1e-6 and above ours; –: failed, given up or not tried.${defaults}\n\n${times}`;
}

function queue(entries) {
  const us = (seconds) => plain(1e6 * seconds);
  const chunks = entries.filter(({ key }) => key !== "record");
  const through = table(
    ["a chunk through Redis", "coordinator, µs", "Redis, µs", "worker, µs", "sent, bytes", "returned", "uncompressed"],
    chunks.map(({ title, coordinator, redis, worker, sent, returned, plain: numbers }) => [
      title,
      ...[coordinator, redis, worker].map(us),
      ...[sent, returned, numbers].map((bytes) => bytes.toFixed(0)),
    ]),
  );
  const recorded = table(
    ["a store", "processor, µs a point", "in all, µs", "bytes a point", "joined from two, µs a point"],
    entries
      .filter(({ key }) => key === "record")
      .map(({ title, processor, wall, bytes, merge }) => [title, us(processor), us(wall), plain(bytes), us(merge)]),
  );
  return `${through}\n\n${recorded}`;
}

/** Nanoseconds as microseconds. */
function micro(nanoseconds) {
  return nanoseconds === undefined ? "–" : plain(nanoseconds / 1000);
}

function loss(value) {
  return value === undefined ? "–" : value.toFixed(2);
}

/** By name, then by size. */
function sorted(entries) {
  return entries.toSorted((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** So many digits, never as a power of ten. */
function plain(value, digits = 3) {
  return `${Number(value.toPrecision(digits))}`;
}

/** 1.0e-9 -> 1e-9: one digit says how large an error is. */
function exponent(value) {
  return value.toExponential(0);
}
