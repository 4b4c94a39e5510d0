import { useEffect, useEffectEvent, useRef } from "react";

/**
 * Puts off what a field does when it is left until the press that left it has ended: what moves the page between the
 * two halves of a press takes the button away from under the pointer, and the press is lost.
 *
 * @example const leave = useAfterPress(() => onTake(text)); <input onBlur={leave} />
 */
export function useAfterPress(run: () => void): () => void {
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
      // The click comes first; it may have done the same already.
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
