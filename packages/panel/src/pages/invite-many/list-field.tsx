import { Trans, useLingui } from "@lingui/react/macro";
import { type DragEvent, useRef, useState } from "react";
import { downloadCsv } from "../../app/lists/download.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Field, inputClass } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./invite-many.module.css";
import { mostBytes } from "./read-people.ts";

/** Id of the field, for the error summary. */
export const listFieldId = "people";

interface ListFieldProps {
  readonly text: string;
  readonly error: string | undefined;
  readonly onText: (text: string) => void;
  /** A file that can't be taken, and why. */
  readonly onRefuse: (reason: string) => void;
}

/** The list: written, pasted, dropped as a file or chosen. */
export function ListField({ text, error, onText, onRefuse }: ListFieldProps) {
  const { t } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [isOver, setOver] = useState(false);
  async function take(file: File | undefined) {
    if (file === undefined) return;
    const { name } = file;
    if (file.size > mostBytes)
      onRefuse(t`${name} is larger than 5 MB. A list of 1,000 people is far smaller.`);
    else
      try {
        onText(await file.text());
      } catch {
        onRefuse(t`${name} can’t be read. Choose it again.`);
      }
    area.current?.focus();
  }
  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles["list"]}>
      <Field
        id={listFieldId}
        label={<Trans>People</Trans>}
        hint={
          <Trans>
            Paste or drop up to 1,000: addresses, or a table with the columns E-mail, Name and Roles.
          </Trans>
        }
        {...(error === undefined ? {} : { error })}
      >
        {(control) => (
          <textarea
            {...control}
            ref={area}
            rows={9}
            className={classNames(inputClass(), styles["area"], isOver && styles["over"])}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes("Files")) return;
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
          />
        )}
      </Field>
      <div className={styles["buttons"]}>
        <Button onClick={() => picker.current?.click()}>
          <Trans>Choose a file</Trans>
        </Button>
        <LinkButton onClick={() => downloadCsv("people.csv", [[t`E-mail`, t`Name`, t`Roles`]])}>
          <Trans>Download an empty table</Trans>
        </LinkButton>
        <input
          ref={picker}
          hidden
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          aria-label={t`List of people`}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            // The same file, corrected, can be chosen again.
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}
