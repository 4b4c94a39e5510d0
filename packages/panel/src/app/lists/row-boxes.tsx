/** The check boxes of a list's rows, and the one in its head. */
import { Checkbox } from "../../ui/checkbox.tsx";
import type { Selection } from "./use-selection.ts";

interface RowBoxProps {
  readonly id: string;
  /** "Select Aydın Kılınç". */
  readonly label: string;
  readonly selection: Selection;
}

/** The box of a row. With Shift, a click or Space takes all rows since the last one along. */
export function RowBox({ id, label, selection }: RowBoxProps) {
  return (
    <Checkbox
      aria-label={label}
      data-row-box=""
      checked={selection.has(id)}
      onChange={({ nativeEvent }) => {
        // A change of a check box is made by a click, by pointer or by key, which knows of Shift.
        const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
        if (isRange) selection.extendTo(id);
        else selection.toggle(id);
      }}
    />
  );
}

/** Id of the box in the head: a page has one list. */
export const pageBoxId = "select-page";

/** The box in the head: hollow with a bar while only some rows are selected. Named by `label`, or a `<label>` round it. */
export function PageBox({ label, selection }: { readonly label?: string; readonly selection: Selection }) {
  return (
    <Checkbox
      id={pageBoxId}
      aria-label={label}
      data-row-box=""
      checked={selection.page === "all"}
      isMixed={selection.page === "some"}
      onChange={selection.togglePage}
    />
  );
}
