import { Trans, useLingui } from "@lingui/react/macro";
import { type DragEvent, useRef, useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { classNames } from "../../../ui/class-names.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Progress } from "../../../ui/feedback/progress.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import styles from "./imports.module.css";
import { type FileFault, FileRejected, fileEndings } from "./read-parts.ts";
import { useUpload } from "./use-imports.ts";

interface UploadFormProps {
  readonly onUploaded: (importId: string) => void;
}

/** Chooses or drops a file, and uploads it. Nothing is imported yet. */
export function UploadForm({ onUploaded }: UploadFormProps) {
  const { t, i18n } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  const [isDraggedOver, setDraggedOver] = useState(false);
  const { upload, progress, error } = useUpload(onUploaded);
  const errorText = useUploadErrorText();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDraggedOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined && progress === null) upload(file);
  };
  const name = progress?.name ?? "";
  const percent = progress === null ? "" : i18n.number(progress.done / progress.total, { style: "percent" });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut for the button
    <div
      className={classNames(styles["drop"], isDraggedOver && styles["over"])}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDraggedOver(true);
      }}
      onDragLeave={() => setDraggedOver(false)}
      onDrop={drop}
    >
      <p>
        <Trans>
          A CSV, JSON or JSON Lines file with up to 100,000 people. You choose its columns and check every row
          before anything is imported.
        </Trans>
      </p>
      <div className={styles["buttons"]}>
        <Button
          variant="primary"
          big
          pending={progress !== null}
          onClick={() => (progress === null ? picker.current?.click() : undefined)}
        >
          <Trans>Choose a file</Trans>
        </Button>
        <LinkButton
          onClick={() =>
            downloadCsv("people.csv", [["email", "name", "roles", "externalId", "phone", "status"]])
          }
        >
          <Trans>Download a template</Trans>
        </LinkButton>
        <input
          ref={picker}
          hidden
          type="file"
          accept={fileEndings}
          aria-label={t`File to import`}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) upload(file);
            // Allows choosing the same file again after correcting it.
            event.target.value = "";
          }}
        />
      </div>
      {progress === null ? null : (
        <Progress done={progress.done} total={progress.total}>
          <Trans>
            Uploading {name}: {percent}
          </Trans>
        </Progress>
      )}
      {error === null ? null : (
        <div role="alert">
          <InlineNotice tone="bad">{errorText(error)}</InlineNotice>
        </div>
      )}
    </div>
  );
}

function useUploadErrorText(): (error: Error) => string {
  const { t } = useLingui();
  const problemSentence = useProblemSentence();
  const texts: Readonly<Record<FileFault, string>> = {
    format: t`This file can’t be read. Save the sheet as CSV, or choose a file whose name ends in .csv, .jsonl or .json.`,
    empty: t`The file is empty. Choose another one.`,
    size: t`The file is larger than 125 MB. Divide it, and import the parts one after the other.`,
    "no-text": t`This is not text in UTF-8. Save the sheet as “CSV UTF-8”, and choose it again.`,
    unreadable: t`The file was moved or changed while it was read. Choose it again.`,
  };
  return (error) => {
    if (error instanceof FileRejected) return texts[error.fault];
    return problemSentence(error);
  };
}
