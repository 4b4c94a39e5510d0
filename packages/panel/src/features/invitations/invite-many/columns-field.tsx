import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Chips } from "../../../ui/forms/chips.tsx";
import type { FieldError } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import type { Column, ColumnMeaning } from "../sheet/columns.ts";
import styles from "./columns-field.module.css";
import type { ListedTable } from "./use-list.ts";

interface ColumnsFieldProps {
  readonly table: ListedTable;
  readonly errors: readonly FieldError[];
}

const titlesId = "people-titles";
const columnsId = "people-columns";
const getColumnId = (index: number) => `people-column-${index}`;

/** The columns of a table: what each contains, with a sample. */
export function ColumnsField({ table, errors }: ColumnsFieldProps) {
  const { t } = useLingui();
  const errorAt = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message;
  const undecided = table.columns.filter(({ meaning }) => meaning === null).length;
  const error = errorAt(columnsId);
  return (
    <section className={styles["columns"]} aria-label={t`Columns`}>
      {table.canHaveTitles ? <TitlesField table={table} error={errorAt(titlesId)} /> : null}
      {table.hasTitles === null ? null : (
        <>
          <div className={styles["heading"]} id={columnsId} tabIndex={-1}>
            <b>
              <Trans>Columns</Trans>
            </b>
            {undecided < 2 ? null : (
              <LinkButton onClick={table.ignoreOthers}>
                <Plural value={undecided} one="Ignore # other column" other="Ignore # other columns" />
              </LinkButton>
            )}
          </div>
          {error === undefined ? null : <InlineNotice tone="bad">{error}</InlineNotice>}
          <ul className={styles["list"]}>
            {table.columns.map((column) => (
              <ColumnItem
                key={column.index}
                column={column}
                error={errorAt(getColumnId(column.index))}
                onChange={(meaning) => table.setMeaning(column.index, meaning)}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface TitlesFieldProps {
  readonly table: ListedTable;
  readonly error: string | undefined;
}

function TitlesField({ table, error }: TitlesFieldProps) {
  const { t } = useLingui();
  const cells = table.firstRow.filter((cell) => cell !== "").join(" · ");
  return (
    <div id={titlesId} tabIndex={-1} className={styles["titles"]}>
      <Chips<"" | "titles" | "person">
        legend={t`First row`}
        value={table.hasTitles === null ? "" : table.hasTitles ? "titles" : "person"}
        choices={[
          { value: "titles", text: t`Titles of columns` },
          { value: "person", text: t`A person` },
        ]}
        onChange={(value) => table.setTitles(value === "titles")}
      />
      <p className={styles["sample"]}>{cells}</p>
      {error === undefined ? null : <InlineNotice tone="bad">{error}</InlineNotice>}
    </div>
  );
}

interface ColumnItemProps {
  readonly column: Column;
  readonly error: string | undefined;
  readonly onChange: (meaning: ColumnMeaning) => void;
}

function ColumnItem({ column, error, onChange }: ColumnItemProps) {
  const { t } = useLingui();
  const name = useColumnName()(column);
  const texts = useMeaningTexts();
  return (
    <li>
      <span className={styles["name"]}>{name}</span>
      <span className={styles["sample"]}>{column.sample === "" ? <Trans>Empty</Trans> : column.sample}</span>
      <Select<ColumnMeaning>
        id={getColumnId(column.index)}
        label={name}
        isLabelHidden
        value={column.meaning}
        placeholder={t`Choose`}
        choices={texts}
        onChange={onChange}
        error={error}
      />
    </li>
  );
}

function useMeaningTexts() {
  const { t } = useLingui();
  return [
    { value: "email", text: t`E-mail` },
    { value: "name", text: t`Name` },
    { value: "roles", text: t`Roles` },
    { value: "ignore", text: t`Ignore` },
  ] as const;
}

function useColumnName(): (column: Column) => string {
  const { t, i18n } = useLingui();
  return ({ title, index }) => {
    const number = i18n.number(index + 1);
    return title === "" ? t`Column ${number}` : title;
  };
}

/** The questions about a table that are still open. */
export function useOpenQuestions(): (table: ListedTable) => readonly FieldError[] {
  const { t } = useLingui();
  const getName = useColumnName();
  return ({ hasTitles, columns }) => {
    if (hasTitles === null)
      return [{ fieldId: titlesId, message: t`Choose whether the first row has titles or is a person` }];
    const open = columns.filter(({ meaning }) => meaning === null);
    const questions = open.map((column) => {
      const name = getName(column);
      return { fieldId: getColumnId(column.index), message: t`Choose what the column “${name}” contains` };
    });
    if (questions.length > 0 || columns.some(({ meaning }) => meaning === "email")) return questions;
    return [{ fieldId: columnsId, message: t`Choose the column with the e-mail addresses` }];
  };
}
