/** Lets requests wait until the user has signed in again, so that drafts are kept when a session ends. */
export interface Reauthentication {
  /** Resolves to true once the same account is signed in again, to false when the dialog was dismissed. */
  wait(): Promise<boolean>;
  /** Lets the waiting requests continue, or fail. */
  settle(isSignedIn: boolean): void;
  /** For `useSyncExternalStore`. */
  subscribe(changed: () => void): () => void;
  isWaiting(): boolean;
}

/** Creates the one instance of the page. All requests that fail meanwhile wait for the same sign-in. */
export function createReauthentication(): Reauthentication {
  const listeners = new Set<() => void>();
  let waiting: PromiseWithResolvers<boolean> | null = null;
  const notifyListeners = () => {
    for (const changed of listeners) changed();
  };
  return {
    wait() {
      if (waiting === null) {
        waiting = Promise.withResolvers<boolean>();
        notifyListeners();
      }
      return waiting.promise;
    },
    settle(isSignedIn) {
      waiting?.resolve(isSignedIn);
      waiting = null;
      notifyListeners();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    isWaiting: () => waiting !== null,
  };
}
