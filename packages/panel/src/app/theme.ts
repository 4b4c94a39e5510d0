import { recall, remember } from "./storage.ts";

/** Light, dark, or whatever the system says. */
export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export function subscribeToTheme(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** The theme that was chosen; `public/theme.js` has put it in force before the first paint. */
export function chosenTheme(): Theme {
  const theme = recall("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Puts a theme in force and keeps the choice. */
export function chooseTheme(theme: Theme): void {
  remember("theme", theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const changed of listeners) changed();
}
