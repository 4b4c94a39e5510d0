import { useEffect, useRef } from "react";

/** The heading of a step gets the focus when the button that had it was removed with the step before. */
export function useFocusedHeading() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return heading;
}
