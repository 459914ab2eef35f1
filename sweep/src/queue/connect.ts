/**
 * Connections to Redis or Valkey: refused at the start with a reason, kept up afterwards.
 * @module
 */
import { isIP } from "node:net";
import { Redis, type RedisOptions } from "ioredis";
import { RedisError } from "./errors.ts";

/** Milliseconds until an address that does not answer counts as one where nobody is. */
const CONNECT_TIMEOUT = 5000;
/** Milliseconds without a byte after which a connection counts as cut: on each something is asked for every few seconds. */
const SILENCE = 30_000;
/** Milliseconds between attempts to connect again: at first, at most. */
const RETRY = { first: 50, most: 2000 };

/** The first that hands out several elements of a list at once. Valkey says 7.2. */
const OLDEST = [6, 2] as const;

const EXPECTED = "expected redis://[user:password@]host[:port][/database], rediss:// for TLS, or unix:///path";

/** Says what is going on, to a person. */
export type Tell = (text: string) => void;

/**
 * A connection that is up.
 * @param url `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS (`NODE_EXTRA_CA_CERTS` names further certificates of
 * authorities), or `unix:///path`
 * @param tell hears when the connection is lost and when it is back; what was sent meanwhile waits
 * @throws {@link RedisError} when there is none within seconds, or the server may throw away what it holds
 */
export async function connect(url: string, tell: Tell): Promise<Redis> {
  const address = addressOf(url);
  let [up, reason, ended] = [false, "", false];
  const client = new Redis({
    ...optionsOf(url),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    socketTimeout: SILENCE,
    // a command waits as long as the connection is away
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (up ? Math.min(RETRY.first * 2 ** times, RETRY.most) : null),
  });
  client.on("error", (error) => {
    reason = reasonOf(error);
  });
  client.on("end", () => {
    ended = true;
  });
  try {
    await client.connect();
    up = true;
    await checkServer(client, address, tell);
  } catch (error) {
    client.disconnect();
    if (error instanceof RedisError) throw error;
    throw new RedisError(address, hint(reason || reasonOf(error)));
  }
  let lost = false;
  client.on("close", () => {
    if (lost || client.status === "end" || ended) return;
    lost = true;
    // one that is closed on purpose ends at once
    setTimeout(() => {
      if (lost && !ended) tell(`lost the connection to Redis at ${address}${reason && `: ${reason}`}; trying again`);
    }, 0).unref();
  });
  client.on("ready", () => {
    if (lost) tell(`connected to Redis at ${address} again`);
    lost = false;
    reason = "";
  });
  return client;
}

/** A second connection of the same kind, for commands that block. */
export async function another(client: Redis): Promise<Redis> {
  const second = client.duplicate();
  // the first one tells
  second.on("error", () => {});
  await second.connect();
  return second;
}

/** Refuses a server that is too old, or may evict keys. @throws {@link RedisError} */
async function checkServer(client: Redis, address: string, tell: Tell): Promise<void> {
  // CONFIG is forbidden on hosted servers; INFO has all of it
  const info = await client.info();
  const setting = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const [major = 0, minor = 0] = setting("redis_version").split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new RedisError(address, `has version ${setting("redis_version")}, expected ${OLDEST.join(".")} or later`);
  }
  const policy = setting("maxmemory_policy");
  if (policy === "noeviction") return;
  const right = "expected maxmemory-policy noeviction (redis-cli config set maxmemory-policy noeviction)";
  if (setting("maxmemory") !== "0") {
    throw new RedisError(address, `when its memory is full it throws away jobs (maxmemory-policy ${policy}): ${right}`);
  }
  tell(`Redis at ${address} has maxmemory-policy ${policy}, harmless without a maxmemory; ${right}`);
}

function optionsOf(url: string): Pick<RedisOptions, "path" | "host" | "port" | "db" | "username" | "password" | "tls"> {
  const parsed = parse(url);
  if (parsed.protocol === "unix:") return { path: decodeURIComponent(parsed.pathname) };
  const { hostname, port, username, password, pathname, protocol } = parsed;
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    port: port === "" ? 6379 : Number(port),
    db: Number(pathname.slice(1)),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    // an address is no name that a server could be asked for
    ...(protocol === "rediss:" ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
  };
}

function parse(url: string): URL {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url);
  } catch {
    // said below
  }
  if (parsed !== undefined && isUsable(parsed)) return parsed;
  // where a password ends in what is no URL, nobody knows: only what cannot be one is shown
  const [scheme] = /^\w+:\/\//.exec(url) ?? [];
  throw new RedisError(
    scheme === undefined ? "an address that is not shown" : `${scheme}…`,
    `${EXPECTED}, with %25 %2F %3A %3F %23 %40 for % / : ? # @ in a password`,
  );
}

function isUsable({ protocol, hostname, pathname, username, password, search, hash }: URL): boolean {
  if (search !== "" || hash !== "") return false;
  if (![username, password, pathname].every(isDecodable)) return false;
  if (protocol === "unix:") return hostname === "" && username === "" && password === "" && pathname.length > 1;
  return ["redis:", "rediss:"].includes(protocol) && hostname !== "" && /^\/?\d*$/.test(pathname);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** A URL that may be shown. @throws {@link RedisError} for one that is wrong */
export function addressOf(url: string): string {
  const parsed = parse(url);
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}

/** Whether Redis may take the same command later: its memory is full, or it is starting, or another server takes over. */
export function isPassing({ message }: Error): boolean {
  return /\b(?:OOM|LOADING|READONLY|MASTERDOWN|TRYAGAIN|BUSY|EXECABORT)\b/.test(message);
}

function reasonOf(error: unknown): string {
  // Node tries several addresses and says why each failed, with an empty text above
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function hint(reason: string): string {
  if (/ECONNREFUSED|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(reason)) {
    return `${reason}: expected a running redis-server or valkey-server there`;
  }
  if (/NOAUTH/.test(reason)) return `${reason}: expected a password in the URL, redis://:PASSWORD@host:port`;
  return reason;
}
