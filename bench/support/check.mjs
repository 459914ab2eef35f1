/** That both sides solve the same problem: our operators and the peers', element by element. */
const TOLERANCE = 1e-14;
/** Coefficients are compared at so many times. */
const INSTANTS = 20;

/** @throws naming the first matrix that differs by more than rounding. */
export async function checkSame(problem, peer) {
  const last = problem.points.length - 1;
  const at = instants(problem.times);
  for (const point of new Set([0, Math.floor(last / 2), last])) {
    const theirs = await peer.ask({ op: "describe", problem: problem.name, size: problem.size, point, at });
    const ours = problem.points[point];
    const where = `${problem.key}, point ${point}`;
    same(`${where}: points`, problem.points.length, theirs.points);
    for (const name of ["rtol", "atol"]) same(`${where}: ${name}`, problem[name], theirs[name]);
    same(`${where}: observables`, Object.keys(ours.observables).join(), Object.keys(theirs.observables).join());
    same(`${where}: jumps`, ours.jumps.length, theirs.jumps.length);
    sameNumbers(`${where}: times`, problem.times, theirs.times);
    sameMatrix(`${where}: H`, ours.H, theirs.h);
    sameDrives(where, ours.drives ?? [], theirs.drives, at);
    sameMatrix(`${where}: rho0`, ours.rho0, theirs.rho0);
    ours.jumps.forEach((jump, k) => {
      sameMatrix(`${where}: jump ${k}`, jump, theirs.jumps[k]);
    });
    for (const [name, operator] of Object.entries(ours.observables)) {
      sameMatrix(`${where}: observable ${name}`, operator, theirs.observables[name]);
    }
  }
}

/** From the first time to the last, at no regular distance. */
function instants(times) {
  const [from, to] = [times[0], times.at(-1)];
  return Array.from({ length: INSTANTS }, (_, k) => from + (to - from) * (k / (INSTANTS - 1)) ** 1.1);
}

/** What depends on time: both of our forms of every coefficient. */
function sameDrives(where, ours, theirs, at) {
  same(`${where}: drives`, ours.length, theirs.length);
  ours.forEach(({ operator, coefficient, f }, k) => {
    const name = `${where}: drive ${k}`;
    sameMatrix(name, operator, theirs[k].operator);
    const values = theirs[k].values.flat();
    const own = { coefficient: (t) => coefficient.at(t), function: f };
    for (const [form, valueAt] of Object.entries(own)) {
      const numbers = at.flatMap((t) => {
        const value = valueAt(t);
        return typeof value === "number" ? [value, 0] : [value.re, value.im];
      });
      sameNumbers(`${name}, its ${form}`, numbers, values);
    }
  });
}

function same(where, ours, theirs) {
  if (ours !== theirs) throw new Error(`${where}: ${ours} here, ${theirs} there`);
}

function sameNumbers(where, ours, theirs) {
  same(`${where}, how many`, ours.length, theirs.length);
  const scale = Math.max(...ours.map(Math.abs));
  ours.forEach((value, k) => {
    if (!(Math.abs(value - theirs[k]) <= TOLERANCE * scale)) same(`${where}[${k}]`, value, theirs[k]);
  });
}

function sameMatrix(where, operator, elements) {
  const rest = new Map(elements.map(([row, column, re, im]) => [`${row},${column}`, [re, im]]));
  const scale = operator.maxAbs();
  const compare = (place, ours, theirs) => {
    if (!(Math.hypot(ours[0] - theirs[0], ours[1] - theirs[1]) <= TOLERANCE * scale)) {
      throw new Error(`${where}[${place}]: ${ours} here, ${theirs} there`);
    }
  };
  operator.forEachNonzero((row, column, re, im) => {
    const place = `${row},${column}`;
    compare(place, [re, im], rest.get(place) ?? [0, 0]);
    rest.delete(place);
  });
  for (const [place, theirs] of rest) compare(place, [0, 0], theirs);
}
