import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type Ref, useEffect, useId, useRef, useState } from "react";
import { ProblemNotice, useFieldErrorText } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { ConflictAlert } from "../../../lib/edit-conflict.tsx";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { modifierName, useShortcut } from "../../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { SaveBar, Section } from "../../../ui/layout/page.tsx";
import { useSaveUser, type VersionedUser } from "./use-user.ts";
import styles from "./user.module.css";

const fields = ["name", "phone", "externalId"] as const;
type Field = (typeof fields)[number];
type Form = Readonly<Record<Field, string>>;

interface ProfileTabProps {
  readonly seen: VersionedUser;
  /** Unsaved input is kept while another tab is shown. */
  readonly isShown: boolean;
  /** Called with whether there is unsaved input. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** The user's profile in this organization. Saved as a whole, based on the version that was opened. */
export function ProfileTab({ seen, isShown, onUnsaved }: ProfileTabProps) {
  const { t, i18n } = useLingui();
  const formId = useId();
  const labels = useFieldLabels();
  const say = useStatusMessage();
  const canEdit = useCan("users:edit");
  const { save, show, reload } = useSaveUser(seen.body.id);
  const [opened, setOpened] = useState(seen);
  const [form, setForm] = useState(() => toForm(seen));
  const [isAsked, setAsked] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const saved = toForm(opened);
  const changed = fields.filter((field) => form[field] !== saved[field]);
  if (opened.etag !== seen.etag && changed.length === 0) {
    setOpened(seen);
    setForm(toForm(seen));
  }
  const guard = useUnsavedGuard(changed.length > 0);
  const saving = useMutation({
    mutationFn: () =>
      save(Object.fromEntries(changed.map((field) => [field, toRequestValue(field, form)])), opened.etag),
    onSuccess(newest) {
      setOpened(newest);
      show(newest);
      setForm(toForm(newest));
      setAsked(false);
      say({ tone: "good", text: t`The profile of ${newest.body.name} is saved` });
    },
    async onError(error) {
      if (error instanceof ApiProblem && error.status === 412) await reload();
    },
  });
  const hasConflict = opened.etag !== seen.etag;
  const discard = () => {
    setOpened(seen);
    setForm(toForm(seen));
    setAsked(false);
    saving.reset();
  };
  const isNameless = form.name.trim() === "";
  const saveChanges = () => {
    if (changed.length === 0 || hasConflict) return;
    setAsked(true);
    if (isNameless) nameField.current?.focus();
    else saving.mutate();
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    saveChanges();
  }
  useShortcut(
    { keys: "mod+s", label: t`Save profile` },
    isShown && changed.length > 0 && !hasConflict ? saveChanges : null,
  );
  useEffect(() => onUnsaved(changed.length > 0), [onUnsaved, changed.length]);
  if (!isShown) return guard;
  return (
    <>
      <Section title={<Trans>Profile</Trans>}>
        <form id={formId} className={styles["form"]} onSubmit={submit} noValidate>
          <ProfileFields
            form={form}
            setForm={setForm}
            error={saving.error}
            nameField={nameField}
            isNameMissing={isAsked && isNameless}
            isLocked={!canEdit}
            email={seen.body.email}
          />
          {hasConflict ? (
            <ConflictNotice
              onTakeOver={() => {
                setForm({
                  ...toForm(seen),
                  ...Object.fromEntries(changed.map((field) => [field, form[field]])),
                });
                setOpened(seen);
                saving.reset();
              }}
            />
          ) : (
            <ProblemNotice error={saving.error} fields={fields} />
          )}
          {canEdit ? null : (
            <InlineNotice tone="locked">
              <Trans>You don’t have permission to edit users.</Trans>
            </InlineNotice>
          )}
        </form>
      </Section>
      {changed.length === 0 ? null : (
        <SaveBar
          label={t`Unsaved changes`}
          actions={
            <>
              <Button variant="quiet" onClick={discard}>
                <Trans>Discard</Trans>
              </Button>
              {hasConflict ? (
                <InlineNotice tone="warn">
                  <Trans>Choose above before you save</Trans>
                </InlineNotice>
              ) : (
                <Button
                  variant="primary"
                  type="submit"
                  form={formId}
                  pending={saving.isPending}
                  hint={`${modifierName()} S`}
                  shortcut="Control+S"
                >
                  <Trans>Save profile</Trans>
                </Button>
              )}
            </>
          }
        >
          <strong>{t`${plural(changed.length, { one: "# change", other: "# changes" })}`}</strong>
          <span>{new Intl.ListFormat(i18n.locale).format(changed.map((field) => labels[field]))}</span>
        </SaveBar>
      )}
      {guard}
    </>
  );
}

function useFieldLabels(): Readonly<Record<Field, string>> {
  const { t } = useLingui();
  return { name: t`Name`, phone: t`Phone`, externalId: t`External ID` };
}

interface ProfileFieldsProps {
  readonly form: Form;
  readonly setForm: (form: Form) => void;
  readonly error: unknown;
  readonly nameField: Ref<HTMLInputElement>;
  readonly isNameMissing: boolean;
  readonly isLocked: boolean;
  readonly email: string;
}

function ProfileFields({
  form,
  setForm,
  error,
  nameField,
  isNameMissing,
  isLocked,
  email,
}: ProfileFieldsProps) {
  const { t } = useLingui();
  const labels = useFieldLabels();
  const fieldText = useFieldErrorText();
  const problems = error instanceof ApiProblem ? (error.errors ?? []) : [];
  const shared = (field: Field) => {
    const problem = problems.find(({ path }) => path === field);
    return {
      value: form[field],
      readOnly: isLocked,
      onChange: (event: { readonly target: { readonly value: string } }) =>
        setForm({ ...form, [field]: event.target.value }),
      ...(problem === undefined ? {} : { error: fieldText(problem.code, problem.detail) }),
    };
  };
  return (
    <>
      <TextField
        ref={nameField}
        label={labels.name}
        autoComplete="off"
        maxLength={200}
        hint={t`It changes with the person’s account until someone changes it here.`}
        {...shared("name")}
        {...(isNameMissing ? { error: t`Enter a name.` } : {})}
      />
      <TextField
        label={t`E-mail`}
        value={email}
        readOnly
        hint={t`It belongs to the person’s account and is the same in every organization.`}
      />
      <TextField
        label={labels.phone}
        optional
        type="tel"
        autoComplete="off"
        maxLength={40}
        {...shared("phone")}
      />
      <TextField
        label={labels.externalId}
        optional
        autoComplete="off"
        maxLength={200}
        {...shared("externalId")}
      />
    </>
  );
}

function ConflictNotice({ onTakeOver }: { readonly onTakeOver: () => void }) {
  return (
    <ConflictAlert>
      <p>
        <Trans>Someone else changed this user while you were editing. Your changes are still here.</Trans>
      </p>
      <Button onClick={onTakeOver}>
        <Trans>Apply my changes</Trans>
      </Button>
    </ConflictAlert>
  );
}

function toForm({ body }: VersionedUser): Form {
  return { name: body.name, phone: body.phone ?? "", externalId: body.externalId ?? "" };
}

/** The value to send; null clears an optional field. */
function toRequestValue(field: Field, form: Form): string | null {
  const text = form[field].trim();
  return text === "" && field !== "name" ? null : text;
}
