import { useEffect, useRef } from "react";
import { focusFirstRow } from "./row-keys.ts";

/**
 * Arrow down in the search box: on to the first row, once the rows are those that were searched for. `isSettled` says
 * that they are.
 */
export function useFirstRow(isSettled: boolean): () => void {
  const isWanted = useRef(false);
  useEffect(() => {
    if (!isSettled || !isWanted.current) return;
    isWanted.current = false;
    focusFirstRow();
  }, [isSettled]);
  return () => {
    isWanted.current = !isSettled;
    if (isSettled) focusFirstRow();
  };
}
