/** What this browser remembers for this reader. Where storage is blocked nothing is kept, and nothing breaks. */
type Memory = "language" | "theme" | "single-keys" | "organization" | "last-roles" | "recent" | "signed-in";

type TabMemory = "user-jobs" | "invite-many" | "invite-many-text";

/** Keeps a choice; null forgets it. */
export function remember(key: Memory, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`gatehouse.${key}`);
    else localStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // Storage is blocked or full: the choice holds until the page is left.
  }
}

/** Keeps something for this tab alone, over a reload; null forgets it. */
export function rememberInTab(key: TabMemory, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(`gatehouse.${key}`);
    else sessionStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // As above.
  }
}

/** What was kept for this tab, or null. */
export function recallInTab(key: TabMemory): string | null {
  try {
    return sessionStorage.getItem(`gatehouse.${key}`);
  } catch {
    return null;
  }
}

/** A choice that was kept, or null. */
export function recall(key: Memory): string | null {
  try {
    return localStorage.getItem(`gatehouse.${key}`);
  } catch {
    return null;
  }
}
