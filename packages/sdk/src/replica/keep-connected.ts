/** One connection at a time: opened again when it ends, stalls or fails. */
import type { Connection } from "../client/connection.ts";
import { type GatehouseError, isPermanent, unreachable } from "../client/gatehouse-error.ts";
import { random } from "./runtime.ts";

const minRetryDelayMs = 200;
const maxRetryDelayMs = 5_000;

/** Where, and what to call when a connection failed. */
export interface ReconnectOptions {
  readonly connection: Pick<Connection, "url">;
  readonly onFailure: (error: GatehouseError) => void;
}

/**
 * Calls `connect` until `signal` aborts. It resolves when a connection should be opened again, and rejects when it failed: then the
 * next one waits for a moment, longer after each failure.
 */
export async function keepConnected(
  { connection, onFailure }: ReconnectOptions,
  signal: AbortSignal,
  connect: () => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await connect();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      const failure = unreachable(connection.url, error);
      onFailure(failure);
      if (failure.code === "gatehouse/configuration") return; // it doesn't change while the process runs
      await sleep(getRetryDelay(failure, failures), signal);
      failures += 1;
    }
  }
}

/** Milliseconds before the next attempt after so many failures before this one. */
export function getRetryDelay(failure: GatehouseError, failures: number): number {
  const delayMs = Math.min(maxRetryDelayMs, minRetryDelayMs * 2 ** Math.min(failures, 10));
  return isPermanent(failure) ? maxRetryDelayMs : delayMs * (0.5 + random() / 2);
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
