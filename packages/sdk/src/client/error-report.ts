/** Reports failures of the connection to the program. */
import { notifySafely } from "../replica/runtime.ts";
import type { GatehouseError } from "./gatehouse-error.ts";

/** Where failures go. */
export interface ErrorReport {
  readonly onFailure: (error: GatehouseError) => void;
  /** The connection works again: the same failure is new when it comes back. */
  readonly onSuccess: () => void;
}

/** Calls the program's `onError`. Without one, writes each failure to the console once, as one line. */
export function createErrorReport(
  getListener: () => ((error: GatehouseError) => void) | undefined,
): ErrorReport {
  let written: string | null = null;
  return {
    onFailure: (error) => {
      const listener = getListener();
      if (listener !== undefined) notifySafely(() => listener(error));
      else if (written !== error.message) {
        written = error.message;
        console.error(`Gatehouse: ${error.message} (${error.code})`);
      }
    },
    onSuccess: () => {
      written = null;
    },
  };
}
