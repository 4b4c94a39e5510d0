import { Trans, useLingui } from "@lingui/react/macro";
import { type DragEvent, useRef, useState } from "react";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Button } from "../../../ui/forms/button.tsx";
import { Field, inputClass } from "../../../ui/forms/field.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import styles from "./invite-many.module.css";
import { maxBytes } from "./listed-people.ts";

/** Id of the field, for the error summary. */
export const listFieldId = "people";

interface ListFieldProps {
  readonly text: string;
  readonly error: string | undefined;
  readonly onText: (text: string) => void;
  /** Why a file can't be read. */
  readonly onFileError: (reason: string) => void;
}

/** The list field: type, paste, drop or choose a file. */
export function ListField({ text, error, onText, onFileError }: ListFieldProps) {
  const { t } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [isDraggedOver, setDraggedOver] = useState(false);
  async function readFile(file: File | undefined) {
    if (file === undefined) return;
    const { name } = file;
    if (file.size > maxBytes) onFileError(t`${name} is larger than 5 MB. Choose a smaller file.`);
    else
      try {
        onText(await readText(file));
      } catch {
        onFileError(t`${name} can’t be read. Choose it again.`);
      }
    area.current?.focus();
  }
  const drop = (event: DragEvent) => {
    setDraggedOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void readFile(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles["list"]}>
      <Field
        id={listFieldId}
        label={<Trans>People</Trans>}
        hint={
          <Trans>
            Paste or drop up to 1,000 people: addresses, or a table with the columns E-mail, Name and Roles.
          </Trans>
        }
        {...(error === undefined ? {} : { error })}
      >
        {(control) => (
          <textarea
            {...control}
            ref={area}
            rows={9}
            className={classNames(inputClass(), styles["area"], isDraggedOver && styles["over"])}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes("Files")) return;
              event.preventDefault();
              setDraggedOver(true);
            }}
            onDragLeave={() => setDraggedOver(false)}
            onDrop={drop}
          />
        )}
      </Field>
      <div className={styles["buttons"]}>
        <Button onClick={() => picker.current?.click()}>
          <Trans>Choose a file</Trans>
        </Button>
        <LinkButton onClick={() => downloadCsv("people.csv", [[t`E-mail`, t`Name`, t`Roles`]])}>
          <Trans>Download a template</Trans>
        </LinkButton>
        <input
          ref={picker}
          hidden
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          aria-label={t`List of people`}
          onChange={(event) => {
            void readFile(event.target.files?.[0]);
            // Allows choosing the same file again after correcting it.
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}

/** Decodes a file: UTF-16 with a byte order mark, which spreadsheets write as "Unicode text", otherwise UTF-8. */
async function readText(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return new TextDecoder(isUtf16 ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
}
