/** Reports failures of the connection to the program. */
import { notifySafely } from "../replica/runtime.ts";
import type { GatehouseError } from "./gatehouse-error.ts";

/** Where failures go. */
export interface ErrorReport {
  readonly onFailure: (error: GatehouseError) => void;
  /** The connection works again: the same failure is new when it comes back. */
  readonly onSuccess: () => void;
}

/** Calls the program's `onError`s. Without any, writes each failure to the console once, as one line. */
export function createErrorReport(
  getListeners: () => readonly ((error: GatehouseError) => void)[],
): ErrorReport {
  let written: string | null = null;
  return {
    onFailure: (error) => {
      const listeners = getListeners();
      for (const listener of listeners) notifySafely(() => listener(error));
      if (listeners.length > 0 || written === error.message) return;
      written = error.message;
      console.error(`Gatehouse: ${error.message} (${error.code})`);
    },
    onSuccess: () => {
      written = null;
    },
  };
}
