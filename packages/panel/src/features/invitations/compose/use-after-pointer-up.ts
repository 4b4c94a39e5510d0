import { useEffect, useEffectEvent, useRef } from "react";

/**
 * Delays a blur handler until `pointerup`. A layout shift between `pointerdown` and `pointerup` would move the pressed button
 * away from the pointer, and its click would be lost.
 *
 * @example const leave = useAfterPress(() => onTake(text)); <input onBlur={leave} />
 */
export function useAfterPointerUp(run: () => void): () => void {
  const isDown = useRef(false);
  const isWaiting = useRef(false);
  const runLatest = useEffectEvent(run);
  useEffect(() => {
    const down = () => {
      isDown.current = true;
    };
    const up = () => {
      isDown.current = false;
      if (!isWaiting.current) return;
      isWaiting.current = false;
      // The click handler runs first; it may have done the same.
      setTimeout(() => runLatest());
    };
    addEventListener("pointerdown", down, true);
    addEventListener("pointerup", up, true);
    addEventListener("pointercancel", up, true);
    return () => {
      removeEventListener("pointerdown", down, true);
      removeEventListener("pointerup", up, true);
      removeEventListener("pointercancel", up, true);
    };
  }, []);
  return () => {
    if (isDown.current) isWaiting.current = true;
    else run();
  };
}
