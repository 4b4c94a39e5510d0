import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query matches, from the first render on. */
function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Below 760 px: cards instead of tables, sheets instead of filter bars. */
export function useIsNarrow(): boolean {
  return useMediaQuery("(max-width: 760px)");
}
