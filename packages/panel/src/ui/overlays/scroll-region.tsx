import { type ComponentProps, useLayoutEffect, useRef, useState } from "react";

const focusable = "a[href], button, input, select, textarea, [tabindex='0']";

/**
 * A scrollable block. While it overflows and contains nothing focusable, it is focusable itself, so that arrow keys scroll
 * it.
 */
export function ScrollRegion({ children, ...rest }: ComponentProps<"div">) {
  const region = useRef<HTMLDivElement>(null);
  const [isFocusable, setFocusable] = useState(false);
  useLayoutEffect(() => {
    const element = region.current;
    if (element === null) return;
    const update = () =>
      setFocusable(element.scrollHeight > element.clientHeight && element.querySelector(focusable) === null);
    update();
    const sizes = new ResizeObserver(update);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    const contents = new MutationObserver(update);
    contents.observe(element, { childList: true, subtree: true });
    return () => {
      sizes.disconnect();
      contents.disconnect();
    };
  }, []);
  return (
    <div {...rest} ref={region} tabIndex={isFocusable ? 0 : undefined}>
      {children}
    </div>
  );
}
