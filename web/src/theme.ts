/**
 * Light or dark: the system's, until the reader chooses.
 * @module
 */
import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "lindblad-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>(chosen() ?? ofSystem());

system.addEventListener("change", () => {
  if (chosen() === undefined) theme.value = ofSystem();
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

/** Chooses the other one, and remembers it. */
export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // Where storage is forbidden the choice lasts as long as the page.
  }
}

function ofSystem(): Theme {
  return system.matches ? "dark" : "light";
}

function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === "dark" || value === "light" ? value : undefined;
  } catch {
    return undefined;
  }
}
