/** What this browser remembers for this reader. Where storage is blocked nothing is kept, and nothing breaks. */
type Memory = "language" | "theme" | "single-keys" | "organization" | "last-roles";

/** Keeps a choice; null forgets it. */
export function remember(key: Memory, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`gatehouse.${key}`);
    else localStorage.setItem(`gatehouse.${key}`, value);
  } catch {
    // Storage is blocked or full: the choice holds until the page is left.
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
