/**
 * Where Redis is, and what it has to say.
 * @module
 */
import { UsageError } from "./problem.ts";

/** The environment's variable: what is typed can be read by every user of a machine, with its password. */
const VARIABLE = "LINDBLAD_REDIS";

/** What follows `--redis`, or what the environment says when nothing does. @throws {@link UsageError} */
export function redisUrlOf(given: string | true): string {
  const url = given === true ? process.env[VARIABLE] : given;
  if (url !== undefined && url !== "") return url;
  throw new UsageError(`--redis: expected a URL after it, or in ${VARIABLE}, such as redis://:password@host:6379`);
}

/** Says something on stderr, on a line of its own: there may be a bar. */
export function tellOnStderr(text: string): void {
  process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[K" : ""}${text}\n`);
}
