/** Loads data from the server, and again when it changes. */
import { useEffect, useState } from "react";
import type { Problem } from "../types.ts";
import { getJson, toProblem } from "./api.ts";
import { useApp } from "./app-state.tsx";

/** The loaded data. `value` is kept while it is loaded again, also if that fails. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

/** Loads from a path while the user has the permission. */
export function useLoaded<T>(path: string, isAllowed = true): Loaded<T> {
  const { dataVersion, phase, reconnect } = useApp();
  const [attempts, setAttempts] = useState(0);
  const [loaded, setLoaded] = useState<{ path: string; value: T | null; problem: Problem | null }>({
    path,
    value: null,
    problem: null,
  });
  const isLive = phase === "live";
  // biome-ignore lint/correctness/useExhaustiveDependencies: dataVersion and attempts trigger another load
  useEffect(() => {
    if (!isLive || !isAllowed) return;
    const controller = new AbortController();
    getJson<T>(path, controller.signal).then(
      (value) => setLoaded({ path, value, problem: null }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem = toProblem(error);
        if (problem.status === 401) reconnect();
        setLoaded((before) => ({ path, value: before.path === path ? before.value : null, problem }));
      },
    );
    return () => controller.abort();
  }, [path, isLive, isAllowed, dataVersion, attempts, reconnect]);
  const isCurrent = loaded.path === path;
  return {
    value: isCurrent ? loaded.value : null,
    problem: isCurrent ? loaded.problem : null,
    retry: () => setAttempts((count) => count + 1),
  };
}
