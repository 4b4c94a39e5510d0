import { useEffect, useState, useSyncExternalStore } from "react";
import { type ChunkRun, type RunPlan, type RunState, startChunkRun } from "./chunk-run.ts";

/** A run on the page. */
export interface PageRun<Item, Result> {
  /** Null until it has begun. */
  readonly state: RunState<Result> | null;
  readonly start: (plan: Omit<RunPlan<Item, Result>, "makeKey">) => void;
  readonly stop: () => void;
  readonly resume: () => void;
}

/** Work on many things that is watched from a page. Whoever leaves the page or closes the window is asked first. */
export function useChunkRun<Item, Result>(): PageRun<Item, Result> {
  const [run, setRun] = useState<ChunkRun<Result> | null>(null);
  const state = useSyncExternalStore(run?.subscribe ?? never, () => run?.state() ?? null);
  const isBusy = state?.phase === "running" || state?.phase === "stopping";
  useEffect(() => {
    if (!isBusy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isBusy]);
  // What nobody watches any more goes no further than the chunk on its way.
  useEffect(() => {
    if (run?.state().phase === "stopping") run.resume();
    return () => run?.stop();
  }, [run]);
  return {
    state,
    start: (plan) => setRun(startChunkRun({ ...plan, makeKey: () => crypto.randomUUID() })),
    stop: () => run?.stop(),
    resume: () => run?.resume(),
  };
}

const never = () => () => undefined;
