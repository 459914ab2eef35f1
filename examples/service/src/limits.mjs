/** What one request may ask of the server, and what all of them may together. Each can be set by an environment variable of the same name. */
const DEFAULTS = {
  /** Largest body, in bytes. */
  MAX_BODY: 65_536,
  /** Largest body in YAML, whose parser takes a dozen times as long as that of JSON and holds the thread that answers everybody. */
  MAX_YAML: 8192,
  /** Largest dimension of a system. */
  MAX_DIMENSION: 64,
  /** Most output times. */
  MAX_TIMES: 10_001,
  /** Multiplications that building a model may take, on the thread that answers everybody: some hundredths of a second. */
  MAX_BUILD_WORK: 4e6,
  /** Longest run by the estimate, in seconds, and largest result, in bytes. */
  MAX_ESTIMATE: 60,
  MAX_RESULT: 16_777_216,
  /** Milliseconds from a request's arrival until its run is ended. */
  TIMEOUT: 10_000,
  /** Workers; requests that wait for one; requests that one client may have at a time. */
  WORKERS: 2,
  MAX_QUEUE: 32,
  MAX_PER_CLIENT: 16,
  /** Milliseconds that runs have to end when the server is told to stop. */
  GRACE: 10_000,
};

/** The limits, as the environment has them. @throws Error for a value that is no number > 0 */
export function limitsOf(environment = {}) {
  return Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, standard]) => {
      const text = environment[name];
      const value = text === undefined ? standard : Number(text);
      if (!(value > 0)) throw new Error(`${name} = ${text}: expected a number > 0`);
      return [name, value];
    }),
  );
}
