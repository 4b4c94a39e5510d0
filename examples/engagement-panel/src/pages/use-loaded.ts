/** Rows from the server, looked at again whenever somebody changed something. */
import { useEffect, useState } from "react";
import type { Problem } from "../shapes.ts";
import { problemOf, read } from "./api.ts";
import { useApp } from "./app-state.tsx";

/** What was loaded. `value` stays while it is looked at again, also when that fails. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

/** Loads from a path while the person may. */
export function useLoaded<T>(path: string, isAllowed = true): Loaded<T> {
  const { news, phase, recheck } = useApp();
  const [tries, setTries] = useState(0);
  const [loaded, setLoaded] = useState<{ path: string; value: T | null; problem: Problem | null }>({
    path,
    value: null,
    problem: null,
  });
  const isLive = phase === "live";
  // biome-ignore lint/correctness/useExhaustiveDependencies: news and tries say that it is time to look again
  useEffect(() => {
    if (!isLive || !isAllowed) return;
    const end = new AbortController();
    read<T>(path, end.signal).then(
      (value) => setLoaded({ path, value, problem: null }),
      (error: unknown) => {
        if (end.signal.aborted) return;
        const problem = problemOf(error);
        if (problem.status === 401) recheck();
        setLoaded((before) => ({ path, value: before.path === path ? before.value : null, problem }));
      },
    );
    return () => end.abort();
  }, [path, isLive, isAllowed, news, tries, recheck]);
  const isThis = loaded.path === path;
  return {
    value: isThis ? loaded.value : null,
    problem: isThis ? loaded.problem : null,
    retry: () => setTries((count) => count + 1),
  };
}
