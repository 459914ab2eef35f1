/** The times that led to a choice of a method, from the words it is explained with (bindings/plan/method.ts). */

const WORDS = /: (\S+) µs expected, (\S+) µs for (a series|propagators)$/;

/** Nanoseconds by method; nothing where no times were compared. @throws when times are mentioned in other words */
export function expectedOf({ method, reason }) {
  const match = WORDS.exec(reason);
  if (match === null) {
    if (reason.includes("µs")) throw new Error(`no expected times are found in "${reason}"`);
    return {};
  }
  const [chosen, other] = match.slice(1, 3).map((us) => 1000 * Number(us));
  return { [method]: chosen, [method === "expm" ? "faber" : "expm"]: other };
}
