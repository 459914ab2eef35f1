/** The tables of `npm run test:soak`, in Markdown, from what its children wrote. */

/** What is read off the form's own words. */
const FORMS = [
  [/batch|superoperator/, (form) => form],
  [/kets?|amplitudes|elements of psi/i, () => "kets"],
  [/triangle/, () => "triangle"],
  [/coordinates/, () => "coordinates"],
  [/matrix form/, () => "matrices"],
];

function formOf(form) {
  const [, name] = FORMS.find(([pattern]) => pattern.test(form)) ?? [undefined, () => "other"];
  return name(form);
}

const short = (x) => (x === 0 ? "0" : x >= 0.01 && x < 1000 ? Number(x.toPrecision(2)).toString() : x.toExponential(0));

function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

export function tablesOf(results) {
  const verdicts = results.flatMap(({ seed, build, verdicts: own }) =>
    own.map((verdict) => ({ ...verdict, seed, build })),
  );
  return [honesty(verdicts.filter(({ build }) => build === "release")), worst(verdicts), agreement(results)];
}

/** The share `part` of sorted numbers lies below this. */
const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];

/** Errors of whole runs over the tolerance, by method and tolerance. */
function honesty(verdicts) {
  const methods = [...new Set(verdicts.filter(({ promised }) => promised !== "fixed").map(({ way }) => way))];
  const tolerances = [1e-4, 1e-6, 1e-8, 1e-10];
  const rows = methods.flatMap((way) => {
    const cells = tolerances.map((rtol) => {
      const ratios = verdicts
        .filter((one) => one.way === way && one.rtol === rtol)
        .map(({ ratio }) => ratio)
        .sort((a, b) => a - b);
      return ratios.length === 0
        ? ""
        : `${short(quantile(ratios, 0.5))}, ${short(quantile(ratios, 0.99))} (${ratios.length})`;
    });
    return cells.every((cell) => cell === "") ? [] : [[`\`${way}\``, ...cells]];
  });
  const head = ["", ...tolerances.map((rtol) => `rtol ${rtol.toExponential(0)}`)];
  return `Errors of whole runs over the tolerance: median, 99th percentile (number of problems).\n\n${table(head, rows)}`;
}

/** The worst of every method and form, over what it may be. */
function worst(verdicts) {
  const groups = grouped(verdicts);
  const rows = [...groups].map(([key, own]) => {
    const most = own.reduce((a, b) => (b.ratio / b.allowed > a.ratio / a.allowed ? b : a));
    const builds = [...new Set(own.map(({ build }) => build))];
    return [
      ...key.split("|"),
      own.length,
      short(own.reduce((top, { ratio }) => Math.max(top, ratio), 0)),
      short(most.ratio / most.allowed),
      most.seed,
      builds.join(", "),
    ];
  });
  rows.sort(([a, b], [c, d]) => (a + b < c + d ? -1 : 1));
  const head = ["way", "form", "runs", "worst error/tolerance", "worst share of what is allowed", "problem", "builds"];
  return `The worst of every way and form.\n\n${table(head, rows)}`;
}

const keyOf = ({ way, form }) => `\`${way}\`|${formOf(form)}`;

function grouped(verdicts) {
  const groups = new Map();
  for (const verdict of verdicts) {
    const key = keyOf(verdict);
    groups.set(key, [...(groups.get(key) ?? []), verdict]);
  }
  return groups;
}

/** QuTiP beside our reference. */
function agreement(results) {
  const asked = results.filter(({ qutip }) => qutip);
  if (asked.length === 0) return "QuTiP was not asked.";
  const distances = asked.map(({ qutip }) => qutip.distance).sort((a, b) => a - b);
  const most = asked.reduce((a, b) => (b.qutip.distance > a.qutip.distance ? b : a));
  return `QuTiP, ${asked.length} problems: its distance from our reference is ${short(quantile(distances, 0.5))} in the median, ${short(quantile(distances, 0.99))} in the 99th percentile, ${short(most.qutip.distance)} at most (problem ${most.seed}).`;
}
