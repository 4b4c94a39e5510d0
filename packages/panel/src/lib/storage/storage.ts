/** Values in localStorage and sessionStorage. Where storage is blocked, nothing is saved and nothing fails. */
type LocalKey =
  | "language"
  | "theme"
  | "single-keys"
  | "organization"
  | "last-roles"
  | "recent"
  | "signed-in"
  | "second-factor";

type TabKey = "reloaded-for" | "user-jobs" | "invite-many" | "invite-many-text" | "typed-email";

/** Saves a value in this browser; null removes it. */
export function remember(key: LocalKey, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`gatehouse.${key}`);
    else localStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // Storage is blocked or full.
  }
}

/** Saves a value in this tab; null removes it. */
export function rememberInTab(key: TabKey, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(`gatehouse.${key}`);
    else sessionStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // Storage is blocked or full.
  }
}

/** The value saved in this tab, or null. */
export function recallInTab(key: TabKey): string | null {
  try {
    return sessionStorage.getItem(`gatehouse.${key}`);
  } catch {
    return null;
  }
}

/** The value saved in this browser, or null. */
export function recall(key: LocalKey): string | null {
  try {
    return localStorage.getItem(`gatehouse.${key}`);
  } catch {
    return null;
  }
}

/** Fallback when storage is blocked. */
let wasSignedIn = false;

/**
 * Whether this browser had a session at its last visit. Only a hint: the cookie is HttpOnly, and a request without it
 * returns 401, which browsers log as an error.
 */
export function mayBeSignedIn(): boolean {
  return wasSignedIn || recall("signed-in") !== null;
}

/** Saves the hint after sign-in or a 401. */
export function setSignedInHint(isSignedIn: boolean): void {
  wasSignedIn = isSignedIn;
  remember("signed-in", isSignedIn ? "yes" : null);
}

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
