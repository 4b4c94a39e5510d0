import {
  type ImportField,
  type ImportPreset,
  importFields,
  type UserImportPreview,
  type UserImportView,
} from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { ProblemNotice, ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useCan, useSession } from "../../../lib/session/session.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Chips } from "../../../ui/forms/chips.tsx";
import { ErrorSummary, type FieldError } from "../../../ui/forms/field.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { formatField } from "./import-labels.ts";
import { ImportPreview } from "./import-preview.tsx";
import styles from "./imports.module.css";
import { useCancel, useStart } from "./use-imports.ts";

interface ImportSetupProps {
  readonly one: UserImportView;
  readonly onStarted: () => void;
}

/** What the rows become, and which column has what. */
export function ImportSetup({ one, onStarted }: ImportSetupProps) {
  const { t } = useLingui();
  const [preset, setPreset] = useState<ImportPreset | "none">(one.preset ?? "none");
  const preview = useApiQuery(
    "GET /organizations/:organizationId/user-imports/:importId/preview",
    { params: { importId: one.id }, query: preset === "none" ? {} : { preset } },
    { staleTime: Number.POSITIVE_INFINITY, keepsPrevious: true },
  );
  const source = (
    <Select<ImportPreset | "none">
      label={t`Exported from`}
      value={preset}
      choices={[
        { value: "none", text: t`A spreadsheet or another program` },
        { value: "auth0", text: "Auth0" },
        { value: "better-auth", text: "Better Auth" },
        { value: "clerk", text: "Clerk" },
        { value: "firebase", text: "Firebase" },
        { value: "keycloak", text: "Keycloak" },
      ]}
      onChange={setPreset}
    />
  );
  const body = preview.data?.body;
  if (body === undefined)
    return preview.error === null ? (
      <LoadingState>
        <Skeleton size="long" />
        <Skeleton size="long" />
        <Skeleton size="long" />
      </LoadingState>
    ) : (
      <PreviewProblem one={one} error={preview.error} onRetry={() => preview.refetch()} />
    );
  // For another preset the fields are suggested again; those of the last check stay.
  const known = one.columns !== undefined && (one.preset ?? "none") === preset ? one.columns : null;
  return (
    <SetupForm
      key={`${preset} ${body.columns.map(({ field }) => field).join()}`}
      one={one}
      preset={preset}
      preview={body}
      known={known}
      source={source}
      onStarted={onStarted}
    />
  );
}

/** The file can't be read, or isn't there any more: only another file helps. */
function PreviewProblem({
  one,
  error,
  onRetry,
}: {
  readonly one: UserImportView;
  readonly error: Error;
  readonly onRetry: () => unknown;
}) {
  const cancel = useCancel(one.id);
  return (
    <>
      <ProblemState error={error} onRetry={onRetry} />
      <div className={styles["buttons"]}>
        <Button pending={cancel.isPending} onClick={() => cancel.mutate()}>
          <Trans>Discard the file</Trans>
        </Button>
      </div>
    </>
  );
}

interface SetupFormProps extends ImportSetupProps {
  readonly preset: ImportPreset | "none";
  readonly preview: UserImportPreview;
  /** The fields of the last check by column. */
  readonly known: Readonly<Record<string, ImportField>> | null;
  readonly source: ReactNode;
}

type Kind = "users" | "invitations";
const columnsId = "import-columns";

function SetupForm({ one, preset, preview, known, source, onStarted }: SetupFormProps) {
  const canCreate = useCan("users:create");
  const canInvite = useCan("users:invite");
  const [kind, setKind] = useState<Kind>(one.as ?? (canInvite ? "invitations" : "users"));
  const [fields, setFields] = useState<Readonly<Record<string, ImportField | "none">>>(() =>
    Object.fromEntries(
      preview.columns.map(({ key, field }) => [
        key,
        known === null ? (field ?? "none") : (known[key] ?? "none"),
      ]),
    ),
  );
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const start = useStart(one.id);
  const cancel = useCancel(one.id);
  const columnErrors = useColumnErrors();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = columnErrors(preview, fields);
    setErrors(found);
    if (found.length > 0 || start.isPending) return;
    const columns = Object.fromEntries(
      Object.entries(fields).flatMap(([key, field]) => (field === "none" ? [] : [[key, field]])),
    ) as Record<string, ImportField>;
    start.mutate(
      { as: kind, dryRun: true, columns, ...(preset === "none" ? {} : { preset }) },
      { onSuccess: onStarted },
    );
  };
  return (
    <form
      className={styles["step"]}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) =>
        event.key === "Enter" && (event.ctrlKey || event.metaKey) ? submit(event) : undefined
      }
    >
      {errors.length === 0 ? null : <ErrorSummary errors={errors} />}
      {start.error === null ? null : <ProblemNotice error={start.error} />}
      {cancel.error === null ? null : <ProblemNotice error={cancel.error} />}
      <KindField kind={kind} canCreate={canCreate} canInvite={canInvite} onChange={setKind} />
      {source}
      <ColumnList
        preview={preview}
        fields={fields}
        errors={errors}
        onChange={(key, field) => {
          setErrors([]);
          setFields({ ...fields, [key]: field });
        }}
      />
      <ImportPreview preview={preview} fields={fields} />
      <p className={styles["remark"]}>
        <Trans>The check reads every row and changes nothing.</Trans>
      </p>
      <div className={styles["buttons"]}>
        <Button big type="submit" variant="primary" pending={start.isPending}>
          <Trans>Check the rows</Trans>
        </Button>
        <Button big pending={cancel.isPending} onClick={() => cancel.mutate()}>
          <Trans>Discard the file</Trans>
        </Button>
      </div>
    </form>
  );
}

interface KindFieldProps {
  readonly kind: Kind;
  readonly canCreate: boolean;
  readonly canInvite: boolean;
  readonly onChange: (kind: Kind) => void;
}

function KindField({ kind, canCreate, canInvite, onChange }: KindFieldProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  return (
    <div className={styles["kind"]}>
      <Chips<Kind>
        legend={t`Import as`}
        value={kind}
        choices={[
          ...(canInvite ? [{ value: "invitations", text: t`Invitations` } as const] : []),
          ...(canCreate ? [{ value: "users", text: t`Users` } as const] : []),
        ]}
        onChange={onChange}
      />
      <p className={styles["remark"]}>
        {kind === "users" ? (
          <Trans>
            They are users at once and can’t sign in to Gatehouse: for panels with their own sign-in.
          </Trans>
        ) : (
          <Trans>Each person gets an e-mail, chooses a password and arrives with the roles of the row.</Trans>
        )}
      </p>
      {kind === "users" || hasMail ? null : (
        <InlineNotice tone="warn">
          <Trans>
            No mail server is set up, so no e-mail is sent. Copy the links in the list of invitations.
          </Trans>
        </InlineNotice>
      )}
    </div>
  );
}

interface ColumnListProps {
  readonly preview: UserImportPreview;
  readonly fields: Readonly<Record<string, ImportField | "none">>;
  readonly errors: readonly FieldError[];
  readonly onChange: (key: string, field: ImportField | "none") => void;
}

const getColumnId = (key: string) => `import-column-${key}`;

/** Each column with a sample, and the choice of its field. */
function ColumnList({ preview, fields, errors, onChange }: ColumnListProps) {
  const { t, i18n } = useLingui();
  const errorAt = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message;
  const error = errorAt(columnsId);
  const passwords = preview.columns.filter(({ isPassword }) => isPassword);
  const titles = new Intl.ListFormat(i18n.locale).format(passwords.map(({ title }) => `“${title}”`));
  const choices = [
    { value: "none", text: t`Don’t import` } as const,
    ...importFields.map((field) => ({ value: field, text: formatField(field, i18n) })),
  ];
  return (
    <section className={styles["columns"]} aria-labelledby={columnsId}>
      <h2 id={columnsId} tabIndex={-1}>
        <Trans>Columns</Trans>
      </h2>
      {error === undefined ? null : <InlineNotice tone="bad">{error}</InlineNotice>}
      <ul className={styles["fields"]}>
        {preview.columns.map(({ key, title, isPassword }, index) =>
          isPassword ? null : (
            <li key={key}>
              <b>{title}</b>
              <span className={styles["sample"]}>
                {preview.rows.find(({ cells }) => cells[index] !== "")?.cells[index] ?? <Trans>Empty</Trans>}
              </span>
              <Select<ImportField | "none">
                id={getColumnId(key)}
                label={title}
                isLabelHidden
                value={fields[key] ?? "none"}
                choices={choices}
                onChange={(field) => onChange(key, field)}
                error={errorAt(getColumnId(key))}
              />
            </li>
          ),
        )}
      </ul>
      {passwords.length === 0 ? null : (
        <InlineNotice tone="locked">
          <Trans>
            {titles} isn’t imported. Only the operator of the server can import passwords, with gatehouse
            users import.
          </Trans>
        </InlineNotice>
      )}
    </section>
  );
}

function useColumnErrors() {
  const { t, i18n } = useLingui();
  return (preview: UserImportPreview, fields: ColumnListProps["fields"]): readonly FieldError[] => {
    const chosen = preview.columns.flatMap(({ key }) => {
      const field = fields[key] ?? "none";
      return field === "none" ? [] : [{ key, field }];
    });
    const twice = chosen.flatMap(({ key, field }, index) => {
      if (chosen.findIndex((other) => other.field === field) === index) return [];
      const name = formatField(field, i18n);
      return [{ fieldId: getColumnId(key), message: t`Another column is “${name}” already` }];
    });
    if (chosen.some(({ field }) => field === "email")) return twice;
    return [{ fieldId: columnsId, message: t`Choose the column with the e-mail addresses` }, ...twice];
  };
}
