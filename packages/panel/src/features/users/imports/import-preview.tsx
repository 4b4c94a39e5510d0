import { type ImportField, importFields, type UserImportPreview } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { formatField } from "./import-labels.ts";
import styles from "./imports.module.css";

interface ImportPreviewProps {
  readonly preview: UserImportPreview;
  readonly fields: Readonly<Record<string, ImportField | "none">>;
}

/** The first rows, as they would be imported. */
export function ImportPreview({ preview, fields }: ImportPreviewProps) {
  const { t, i18n } = useLingui();
  const columns = importFields.flatMap((field) => {
    const index = preview.columns.findIndex(({ key }) => fields[key] === field);
    return index < 0 ? [] : [{ field, index }];
  });
  if (columns.length === 0 || preview.rows.length === 0) return null;
  return (
    <div className={styles["columns"]}>
      <h2>
        <Trans>First rows</Trans>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached with the keyboard */}
      <section className={styles["preview"]} aria-label={t`First rows`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Line</Trans>
              </th>
              {columns.map(({ field }) => (
                <th key={field} scope="col">
                  {formatField(field, i18n)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map(({ line, cells }) => (
              <tr key={line}>
                <th scope="row">{i18n.number(line)}</th>
                {columns.map(({ field, index }) => (
                  <td key={field}>{cells[index]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
