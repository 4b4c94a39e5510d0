/** Whether somebody is there: the page is in sight, and not forgotten. */
export interface Presence {
  readonly isThere: () => boolean;
  readonly subscribe: (changed: () => void) => () => void;
}

/** A page out of sight for this long has been left. Milliseconds. */
const grace = 10_000;
/** Nobody who reads goes without a key, a press or a move for this long. A session in use must be able to run out. */
const attention = 30 * 60_000;

/** A pointer that moves tells it sixty times a second: this often is enough. Milliseconds. */
const often = 5_000;

const signs = ["keydown", "pointerdown", "pointermove", "wheel", "focus"] as const;

/** Watches the page. */
export function createPresence(): Presence {
  const listeners = new Set<() => void>();
  let isThere = document.visibilityState === "visible";
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const set = (now: boolean): void => {
    clearTimeout(leaving);
    if (isThere === now) return;
    isThere = now;
    for (const changed of listeners) changed();
  };
  const leaveAfter = (patience: number): void => {
    clearTimeout(leaving);
    leaving = setTimeout(() => set(false), patience);
  };
  let seen = 0;
  const notice = (): void => {
    if (isThere && performance.now() - seen < often) return;
    seen = performance.now();
    look();
  };
  const look = (): void => {
    const isVisible = document.visibilityState === "visible";
    if (isVisible) set(true);
    leaveAfter(isVisible ? attention : grace);
  };
  return {
    isThere: () => isThere,
    subscribe: (changed) => {
      if (listeners.size === 0) {
        document.addEventListener("visibilitychange", look);
        for (const sign of signs) addEventListener(sign, notice, { passive: true, capture: true });
        look();
      }
      listeners.add(changed);
      return () => {
        listeners.delete(changed);
        if (listeners.size > 0) return;
        clearTimeout(leaving);
        document.removeEventListener("visibilitychange", look);
        for (const sign of signs) removeEventListener(sign, notice, { capture: true });
      };
    },
  };
}
