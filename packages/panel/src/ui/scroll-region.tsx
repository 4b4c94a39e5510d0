import { type ComponentProps, useLayoutEffect, useRef, useState } from "react";

const focusable = "a[href], button, input, select, textarea, [tabindex='0']";

/**
 * A block that scrolls when its content is too long. While it does and nothing in it takes the focus, it takes the focus itself,
 * so that the arrow keys scroll it.
 */
export function ScrollRegion({ children, ...rest }: ComponentProps<"div">) {
  const region = useRef<HTMLDivElement>(null);
  const [takesFocus, setTakesFocus] = useState(false);
  useLayoutEffect(() => {
    const element = region.current;
    if (element === null) return;
    const look = () =>
      setTakesFocus(element.scrollHeight > element.clientHeight && element.querySelector(focusable) === null);
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    const contents = new MutationObserver(look);
    contents.observe(element, { childList: true, subtree: true });
    return () => {
      sizes.disconnect();
      contents.disconnect();
    };
  }, []);
  return (
    <div {...rest} ref={region} tabIndex={takesFocus ? 0 : undefined}>
      {children}
    </div>
  );
}
