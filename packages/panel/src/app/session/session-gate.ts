/** Holds requests back while somebody signs in again, so that drafts outlive a session. */
export interface SessionGate {
  /** Resolves to true once the same account is signed in again, to false when the question was put aside. */
  wait(): Promise<boolean>;
  /** Lets the waiting requests go on, or fail. */
  settle(isSignedIn: boolean): void;
  /** For `useSyncExternalStore`. */
  subscribe(changed: () => void): () => void;
  isWaiting(): boolean;
}

/** One gate for the page. Requests that fail while it is shut wait behind the same question. */
export function createSessionGate(): SessionGate {
  const listeners = new Set<() => void>();
  let waiting: PromiseWithResolvers<boolean> | null = null;
  const tell = () => {
    for (const changed of listeners) changed();
  };
  return {
    wait() {
      if (waiting === null) {
        waiting = Promise.withResolvers<boolean>();
        tell();
      }
      return waiting.promise;
    },
    settle(isSignedIn) {
      waiting?.resolve(isSignedIn);
      waiting = null;
      tell();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    isWaiting: () => waiting !== null,
  };
}
