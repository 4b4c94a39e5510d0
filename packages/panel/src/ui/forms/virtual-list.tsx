import { type ReactNode, type Ref, useLayoutEffect, useRef, useState } from "react";
import { classNames } from "../class-names.ts";
import styles from "./virtual-list.module.css";

/** Up to this number, all items are rendered. */
const maxRendered = 100;
/** Height in pixels of an item that was not rendered yet. */
const estimatedHeight = 52;
/** Pixels rendered above and below the visible part, so that Tab and arrow keys find the next item. */
const overscan = 300;

interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly getKey: (item: T) => string;
  readonly children: (item: T) => ReactNode;
  /** `li` in a list, `div` elsewhere. */
  readonly item: "li" | "div";
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLDivElement>;
}

/** A list that scrolls by itself and renders only the visible items when there are more than 100. */
export function VirtualList<T>({ items, getKey, children, item: Item, className, ref }: VirtualListProps<T>) {
  const List = Item === "li" ? "ul" : "div";
  if (items.length > maxRendered)
    return (
      <ScrollWindow items={items} getKey={getKey} item={Item} className={className} {...(ref ? { ref } : {})}>
        {children}
      </ScrollWindow>
    );
  return (
    <div ref={ref}>
      <List className={className}>
        {items.map((item) => (
          <Item key={getKey(item)}>{children(item)}</Item>
        ))}
      </List>
    </div>
  );
}

function ScrollWindow<T>({ items, getKey, children, item: Item, className, ref }: VirtualListProps<T>) {
  const List = Item === "li" ? "ul" : "div";
  const [view, setView] = useState({ top: 0, height: 600 });
  const [focused, setFocused] = useState<string | null>(null);
  const { heights, list } = useHeights();
  let total = 0;
  const placed = items.map((item) => {
    const key = getKey(item);
    const top = total;
    total += heights.get(key) ?? estimatedHeight;
    return { item, key, top, end: total };
  });
  const from = view.top - overscan;
  const to = view.top + view.height + overscan;
  // The focused item stays, or scrolling would lose the focus.
  const shown = placed.filter(({ key, top, end }) => (end > from && top < to) || key === focused);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only follows the scroll position and the focus inside
    <div
      ref={ref}
      className={styles["window"]}
      onScroll={({ currentTarget }) =>
        setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
      }
      onFocus={({ target }) =>
        setFocused(target.closest<HTMLElement>("[data-virtual-key]")?.dataset["virtualKey"] ?? null)
      }
    >
      <List
        ref={list}
        className={classNames(className, styles["list"])}
        style={{ blockSize: total }}
        data-count={items.length}
      >
        {shown.map(({ item, key, top }) => (
          <Item key={key} data-virtual-key={key} style={{ insetBlockStart: top }}>
            {children(item)}
          </Item>
        ))}
      </List>
    </div>
  );
}

/** Measures the rendered items after each render. */
function useHeights() {
  const [heights] = useState(() => new Map<string, number>());
  const [, setRenderCount] = useState(0);
  const element = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    let isChanged = false;
    for (const child of element.current?.children ?? []) {
      if (!(child instanceof HTMLElement)) continue;
      const key = child.dataset["virtualKey"] ?? "";
      const height = child.offsetHeight;
      if (height === 0 || heights.get(key) === height) continue;
      heights.set(key, height);
      isChanged = true;
    }
    if (isChanged) setRenderCount((count) => count + 1);
  });
  return {
    heights,
    list: (list: HTMLElement | null) => {
      element.current = list;
    },
  };
}
