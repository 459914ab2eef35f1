/** What must not be in the built documentation: links that lead nowhere, anything that a browser would fetch from another server, comments as text. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

const ELSEWHERE = /^(?:https?:)?\/\//;

/** The faults of a site that was built into `folder` for the path `base` of a server, as lines. */
export function checkSite(folder, base = "/") {
  const files = readdirSync(folder, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const pages = new Map(
    files.filter((file) => file.endsWith(".html")).map((file) => [file, readPage(join(folder, file))]),
  );
  if (pages.size === 0) return ["there is no page"];
  const linksIn = [...pages].flatMap(([file, { links }]) =>
    [...new Set(links)].flatMap((link) => {
      const fault = faultOf(link, file, { folder, base, pages });
      return fault === undefined ? [] : [`${file}: ${link}: ${fault}`];
    }),
  );
  const fetched = [...pages].flatMap(([file, { resources }]) =>
    resources.filter((url) => ELSEWHERE.test(url)).map((url) => `${file}: fetches ${url}`),
  );
  const comments = [...pages].flatMap(([file, { shown }]) =>
    [...shown.matchAll(/<p>(&lt;!--[^<]*)/g)].map(([, text]) => `${file}: shows ${text.slice(0, 40)}`),
  );
  const styles = files
    .filter((file) => file.endsWith(".css"))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const urls = [...text.matchAll(/(?:url\(|@import\s*)["']?((?:https?:)?\/\/[^"')\s]+)/g)];
      return urls.map(([, url]) => `${file}: fetches ${url}`);
    });
  return [...linksIn, ...fetched, ...comments, ...styles];
}

/** Where a page has anchors, where its links lead, what it makes a browser fetch, and its text. */
function readPage(file) {
  // What is drawn, not what is hidden from a reader.
  const html = readFileSync(file, "utf8").replace(/<script\b(?![^>]*\bsrc=)[^>]*>[\s\S]*?<\/script>/g, "");
  const attributes = (tags, name) =>
    [...html.matchAll(new RegExp(`<(?:${tags})\\b[^>]*?\\s${name}="([^"]*)"`, "g"))].map(([, value]) => decode(value));
  const ids = new Set(attributes("[a-z][\\w-]*", "id"));
  const links = attributes("a", "href");
  const resources = [...attributes("script|img|iframe|source|video|audio|embed", "src"), ...attributes("link", "href")];
  return { ids, links, resources, shown: html };
}

const decode = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name]);

/** What is wrong with a link of the page `file`; undefined when nothing is. */
function faultOf(link, file, { folder, base, pages }) {
  if (/^[a-z][a-z\d+.-]*:/i.test(link) || ELSEWHERE.test(link)) return undefined;
  const { pathname, hash } = new URL(link, `http://site${posix.join(base, file)}`);
  const path = decodeURIComponent(pathname);
  if (!path.startsWith(base)) return `is outside of ${base}`;
  const name = path.slice(base.length);
  const target = [name, `${name}.html`, posix.join(name, "index.html")].find(
    (candidate) =>
      candidate !== "" && existsSync(join(folder, candidate)) && statSync(join(folder, candidate)).isFile(),
  );
  if (target === undefined) return "there is no such page";
  const anchor = decodeURIComponent(hash.slice(1));
  if (anchor === "" || pages.get(target)?.ids.has(anchor)) return undefined;
  return `${target} has no such heading`;
}
