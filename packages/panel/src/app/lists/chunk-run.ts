/** Work on many things, some at a time: with progress, a stop between two chunks, and another try of one that failed. */

/** What is known of a run. */
export interface RunState<Result> {
  readonly phase: "running" | "stopping" | "stopped" | "failed" | "finished";
  readonly results: readonly Result[];
  /** Why the last chunk got no answer, in phase `failed`. */
  readonly error: unknown;
}

/** What to do. */
export interface RunPlan<Item, Result> {
  /** The things, chunk by chunk; may ask the server for the next ones. */
  readonly chunks: AsyncIterator<readonly Item[]>;
  /** Does the work on one chunk. Called again with the same key when it failed, so that nothing is done twice. */
  readonly send: (chunk: readonly Item[], key: string) => Promise<readonly Result[]>;
  readonly makeKey: () => string;
}

/** A run that has begun. */
export interface ChunkRun<Result> {
  readonly state: () => RunState<Result>;
  readonly subscribe: (changed: () => void) => () => void;
  /** Ends after the chunk that is on its way. */
  readonly stop: () => void;
  /** Goes on after a failure or a stop, or as if nobody had asked for one. */
  readonly resume: () => void;
}

/** Begins at once. */
export function startChunkRun<Item, Result>(plan: RunPlan<Item, Result>): ChunkRun<Result> {
  const listeners = new Set<() => void>();
  let state: RunState<Result> = { phase: "running", results: [], error: null };
  let open: { readonly chunk: readonly Item[]; readonly key: string } | null = null;
  const become = (next: Partial<RunState<Result>>) => {
    state = { ...state, ...next };
    for (const changed of listeners) changed();
  };
  const step = async (): Promise<boolean> => {
    if (open === null) {
      const { value, done } = await plan.chunks.next();
      if (done === true) return false;
      open = { chunk: value, key: plan.makeKey() };
    }
    const results = await plan.send(open.chunk, open.key);
    open = null;
    become({ results: [...state.results, ...results] });
    return true;
  };
  const run = async () => {
    try {
      while (state.phase === "running" && (await step()));
      become({ phase: state.phase === "stopping" ? "stopped" : "finished" });
    } catch (error) {
      become({ phase: "failed", error });
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
      if (state.phase === "running") become({ phase: "stopping" });
    },
    resume() {
      if (state.phase === "stopping") become({ phase: "running" });
      if (state.phase !== "failed" && state.phase !== "stopped") return;
      become({ phase: "running", error: null });
      void run();
    },
  };
}

/** Chunks of a list that is at hand. */
export async function* chunksOf<Item>(
  items: readonly Item[],
  size: number,
): AsyncGenerator<readonly Item[], undefined> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
