import type { ComponentProps } from "react";

/**
 * One part of the grid: it, a row or a cell. Not a `<table>`, because on a phone the rows become cards, which would take
 * a table's meaning from it.
 */
export function Part(props: ComponentProps<"div">) {
  return <div {...props} />;
}
