/** The tables of docs/performance.md, by suite: functions from entries to Markdown. */

export const tables = { mesolve, precision, scaling, rhs, startup, kernels };

function mesolve(entries) {
  const timed = (row) => (row === undefined ? "–" : `${ms(row.median)}, ${exponent(row.error)}`);
  const rowOf = (rows, rtol, { sameTolerance } = {}, solver = "QuTiP") =>
    rows.find((row) => row.solver === solver && row.rtol === rtol && row.method === sameTolerance?.method);
  const summary = table(
    [
      "problem",
      "d",
      "rtol",
      "ours",
      "QuTiP default",
      "QuTiP best",
      "dynamiqs",
      "× default",
      "× best",
      "× dynamiqs",
      "aims: best, dynamiqs",
    ],
    sorted(entries).map(({ key, d, rtol, rows, ratios, targets }) => {
      const named = (ratio, solver) => {
        const row = rowOf(rows, rtol, ratio, solver);
        return row === undefined ? "–" : `\`${row.method}\` ${timed(row)}`;
      };
      const aim = (ratio, target) =>
        ratio?.equalError === undefined ? "–" : ratio.equalError.ratio >= target ? "met" : "missed";
      const wanted =
        targets.default === undefined ? "" : ` (${targets.default}: ${aim(ratios.default, targets.default)})`;
      return [
        key,
        d,
        exponent(rtol),
        timed(rows[0]),
        named(ratios.default),
        named(ratios.best),
        named(ratios.dynamiqs, "dynamiqs"),
        `${both(ratios.default)}${wanted}`,
        both(ratios.best),
        both(ratios.dynamiqs),
        `${targets.best}: ${aim(ratios.best, targets.best)}, ${targets.dynamiqs}: ${aim(ratios.dynamiqs, targets.dynamiqs)}`,
      ];
    }),
  );
  const compile = entries.flatMap(({ rows }) => rows.map((row) => row.compile).filter((seconds) => seconds > 0.05));
  const line =
    compile.length === 0
      ? ""
      : `\n\nCompiling, which dynamiqs does once for every shape of a problem, took it ${Math.min(...compile).toFixed(1)} to ${Math.max(...compile).toFixed(1)} s more.`;
  return `${summary}${line}`;
}

function both({ sameTolerance, equalError } = {}) {
  const show = (one) => one?.ratio.toFixed(1) ?? "–";
  return `${show(sameTolerance)} / ${show(equalError)}`;
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
    ["problem", "d", "ours, µs", "QuTiP, µs", "×", "RK4 step, in right-hand sides"],
    sorted(entries).map(({ key, d, own, QuTiP, step }) => [
      key,
      d,
      (1e6 * own).toPrecision(3),
      plain(1e6 * QuTiP),
      (QuTiP / own).toFixed(1),
      (step / own).toFixed(1),
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
  const rate = (operations, seconds) => (operations / 1e9 / seconds).toFixed(1);
  const products = table(
    ["d × d, GF/s", "ours", "numpy", "JavaScript loop"],
    of("product").map(({ size, seconds }) => [
      size,
      ...["lindblad", "numpy", "JavaScript"].map((side) => rate(8 * size ** 3, seconds[side])),
    ]),
  );
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

/** By name, then by size. */
function sorted(entries) {
  return entries.toSorted((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function ms(seconds) {
  return `${plain(1e3 * seconds)} ms`;
}

/** So many digits, never as a power of ten. */
function plain(value, digits = 3) {
  return `${Number(value.toPrecision(digits))}`;
}

/** 1.0e-9 -> 1e-9: one digit says how large an error is. */
function exponent(value) {
  return value.toExponential(0);
}
