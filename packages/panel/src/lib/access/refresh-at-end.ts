import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** Longest timeout of a browser, in milliseconds. */
const maxTimeoutMs = 2_147_000_000;

/** Loads everything again when the first of these instants has come: a role that ends is gone without an event. */
export function useRefreshAtEnd(instants: readonly (string | undefined)[]): void {
  const client = useQueryClient();
  const now = Date.now();
  const first = Math.min(
    ...instants.map((instant) => Date.parse(instant ?? "")).filter((instant) => instant > now),
  );
  useEffect(() => {
    // A second later, because this computer's clock may be ahead of the server's.
    const delay = first - Date.now() + 1_000;
    if (!Number.isFinite(delay) || delay > maxTimeoutMs) return;
    const timer = setTimeout(() => {
      void client.invalidateQueries({ queryKey: ["me"] });
      void client.invalidateQueries({ queryKey: ["api"] });
    }, delay);
    return () => clearTimeout(timer);
  }, [client, first]);
}
