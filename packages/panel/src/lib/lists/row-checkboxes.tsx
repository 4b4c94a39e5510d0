/** Checkboxes of rows, and the one in the table header. */
import { Checkbox } from "../../ui/forms/checkbox.tsx";
import type { Selection } from "./use-selection.ts";

interface RowCheckboxProps {
  readonly id: string;
  /** "Select Aydın Kılınç". */
  readonly label: string;
  readonly selection: Selection;
}

/** The checkbox of a row. With Shift, a click or Space selects the range since the last toggled row. */
export function RowCheckbox({ id, label, selection }: RowCheckboxProps) {
  return (
    <Checkbox
      aria-label={label}
      data-row-checkbox=""
      checked={selection.has(id)}
      onChange={({ nativeEvent }) => {
        // The change event of a checkbox has a click as native event, which reports Shift.
        const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
        if (isRange) selection.extendTo(id);
        else selection.toggle(id);
      }}
    />
  );
}

/** Id of the checkbox in the header; a page has one list. */
export const selectPageCheckboxId = "select-page";

/** The checkbox in the header: indeterminate while only some rows are selected. Named by `label` or a `<label>`. */
export function SelectPageCheckbox({
  label,
  selection,
}: {
  readonly label?: string;
  readonly selection: Selection;
}) {
  return (
    <Checkbox
      id={selectPageCheckboxId}
      aria-label={label}
      data-row-checkbox=""
      checked={selection.page === "all"}
      isMixed={selection.page === "some"}
      onChange={selection.togglePage}
    />
  );
}
