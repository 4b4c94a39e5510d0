import { useEffect, useState, useSyncExternalStore } from "react";
import { createRandomId } from "../random-id.ts";

/** Processes many items in batches: with progress, a stop after the current batch, and a retry of a failed one. */

/** The state of a run. */
export interface BatchState<Result> {
  readonly phase: "running" | "stopping" | "stopped" | "failed" | "finished";
  readonly results: readonly Result[];
  /** The error of the last batch, in phase `failed`. */
  readonly error: unknown;
}

/** Items and their processing. */
export interface BatchPlan<Item, Result> {
  /** The batches; the iterator may fetch them from the server. */
  readonly batches: AsyncIterator<readonly Item[]>;
  /** Processes one batch. A retry passes the same idempotency key, so that nothing is done twice. */
  readonly send: (batch: readonly Item[], key: string) => Promise<readonly Result[]>;
  readonly createKey: () => string;
}

/** A started run. */
export interface BatchRunner<Result> {
  readonly state: () => BatchState<Result>;
  readonly subscribe: (changed: () => void) => () => void;
  /** Stops after the current batch. */
  readonly stop: () => void;
  /** Continues after a failure or a stop; withdraws a pending stop. */
  readonly resume: () => void;
}

/** Starts immediately. */
export function startBatchRunner<Item, Result>(plan: BatchPlan<Item, Result>): BatchRunner<Result> {
  const listeners = new Set<() => void>();
  let state: BatchState<Result> = { phase: "running", results: [], error: null };
  let current: { readonly batch: readonly Item[]; readonly key: string } | null = null;
  const setState = (next: Partial<BatchState<Result>>) => {
    state = { ...state, ...next };
    for (const changed of listeners) changed();
  };
  const step = async (): Promise<boolean> => {
    if (current === null) {
      const { value, done } = await plan.batches.next();
      if (done === true) return false;
      current = { batch: value, key: plan.createKey() };
    }
    const results = await plan.send(current.batch, current.key);
    current = null;
    setState({ results: [...state.results, ...results] });
    return true;
  };
  const run = async () => {
    try {
      while (state.phase === "running" && (await step()));
      setState({ phase: state.phase === "stopping" ? "stopped" : "finished" });
    } catch (error) {
      setState({ phase: "failed", error });
    }
  };
  void run();
  return {
    state: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stop() {
      if (state.phase === "running") setState({ phase: "stopping" });
    },
    resume() {
      if (state.phase === "stopping") setState({ phase: "running" });
      if (state.phase !== "failed" && state.phase !== "stopped") return;
      setState({ phase: "running", error: null });
      void run();
    },
  };
}

/** Splits an array into batches. */
export async function* splitIntoBatches<Item>(
  items: readonly Item[],
  size: number,
): AsyncGenerator<readonly Item[], undefined> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** State and controls of a run. */
export interface BatchControls<Item, Result> {
  /** Null until started. */
  readonly state: BatchState<Result> | null;
  readonly start: (plan: Omit<BatchPlan<Item, Result>, "createKey">) => void;
  readonly stop: () => void;
  readonly resume: () => void;
}

/** Runs batches from a page. The browser asks for confirmation when the window is closed meanwhile. */
export function useBatchRunner<Item, Result>(): BatchControls<Item, Result> {
  const [runner, setRunner] = useState<BatchRunner<Result> | null>(null);
  const state = useSyncExternalStore(runner?.subscribe ?? never, () => runner?.state() ?? null);
  const isBusy = state?.phase === "running" || state?.phase === "stopping";
  useEffect(() => {
    if (!isBusy) return;
    const confirmLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", confirmLeave);
    return () => removeEventListener("beforeunload", confirmLeave);
  }, [isBusy]);
  // Unmounting stops the run after the current batch.
  useEffect(() => {
    if (runner?.state().phase === "stopping") runner.resume();
    return () => runner?.stop();
  }, [runner]);
  return {
    state,
    start: (plan) => setRunner(startBatchRunner({ ...plan, createKey: () => createRandomId() })),
    stop: () => runner?.stop(),
    resume: () => runner?.resume(),
  };
}

const never = () => () => undefined;
