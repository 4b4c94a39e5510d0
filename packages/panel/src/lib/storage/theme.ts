import { recall, remember } from "./storage.ts";

/** Light, dark, or the system setting. */
export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export function subscribeToTheme(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The saved theme; `public/theme.js` applies it before the first paint. */
export function getTheme(): Theme {
  const theme = recall("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Applies and saves a theme. */
export function setTheme(theme: Theme): void {
  remember("theme", theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const changed of listeners) changed();
}
