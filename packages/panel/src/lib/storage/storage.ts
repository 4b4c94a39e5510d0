/** Values in localStorage and sessionStorage. Where storage is blocked, nothing is saved and nothing fails. */
type LocalKey = "language" | "theme" | "single-keys" | "organization" | "last-roles" | "recent" | "signed-in";

type TabKey = "user-jobs" | "invite-many" | "invite-many-text";

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
