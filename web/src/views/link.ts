/**
 * Opens the model that the page's address holds.
 * @module
 */
import type { Check } from "../editor/checker.ts";
import { isOpening, openModel, refusal, source } from "../state.ts";
import { view } from "./tabs.tsx";

/** Whether an address may hold a model; the rest is loaded when it does. */
const isLink = (hash: string): boolean => /^#m\d+=/.test(hash);

/** Follows the fragment of the address, now and when it changes. */
export function followLinks(): void {
  addEventListener("hashchange", () => void openLink(location.hash));
  void openLink(location.hash);
}

/** Milliseconds after which it is said that a link is being opened. */
const LONG = 300;

let latest = 0;
/** Made when there is a link. */
let check: Check | undefined;

async function openLink(hash: string): Promise<void> {
  if (!isLink(hash)) return;
  const own = ++latest;
  const before = source.value;
  /** A later link, or a model that was chosen meanwhile, is what is wanted now. */
  const isWanted = () => own === latest && source.value === before;
  const slow = setTimeout(() => {
    isOpening.value = isWanted();
  }, LONG);
  try {
    const [{ decodeText }, { makeCheck }] = await Promise.all([
      import("../share/link.ts"),
      import("../editor/checker.ts"),
    ]);
    check ??= makeCheck();
    const checked = await check(await decodeText(hash), "json");
    if (!isWanted()) return;
    if ("problems" in checked) {
      const [first] = checked.problems;
      refusal.value = `The link's model cannot be used: ${first!.path}: ${first!.message}`;
      return;
    }
    openModel(checked.file as object, checked.model);
    view.value = "run";
  } catch (error) {
    if (isWanted()) refusal.value = (error as Error).message;
  } finally {
    clearTimeout(slow);
    if (own === latest) isOpening.value = false;
  }
}
