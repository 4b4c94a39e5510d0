import { useEffect, useState } from "react";

type Lookup<T> =
  | { readonly is: "loading" }
  | { readonly is: "failed"; readonly error: unknown }
  | { readonly is: "found"; readonly value: T };

/** Loads what a link is for, and again on `retry`. `load` must be stable. */
export function useLookup<T>(load: () => Promise<T>): readonly [lookup: Lookup<T>, retry: () => void] {
  const [lookup, setLookup] = useState<Lookup<T>>({ is: "loading" });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let isCurrent = true;
    const show = (found: Lookup<T>) => (isCurrent ? setLookup(found) : undefined);
    load().then(
      (value) => show({ is: "found", value }),
      (error: unknown) => show({ is: "failed", error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [load, attempt]);
  return [lookup, () => setAttempt((before) => before + 1)];
}
