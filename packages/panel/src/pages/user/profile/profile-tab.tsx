import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useState } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { ConflictFrame } from "../../../app/conflicts/conflict-frame.tsx";
import { useUnsavedGuard } from "../../../app/navigation/use-unsaved-guard.tsx";
import { useFieldText, useProblemText } from "../../../app/problem-text.ts";
import { useCan } from "../../../app/session/session.tsx";
import { modifierName, useShortcut } from "../../../app/shortcuts/shortcuts.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Dock, Section } from "../../../ui/page.tsx";
import { Reason } from "../../../ui/reason.tsx";
import { type SeenUser, useSaveUser } from "../use-user.ts";
import styles from "../user.module.css";

const fields = ["name", "phone", "externalId"] as const;
type Field = (typeof fields)[number];
type Form = Readonly<Record<Field, string>>;

interface ProfileTabProps {
  readonly seen: SeenUser;
  /** What was typed lives on while another tab is shown. */
  readonly isShown: boolean;
  /** Told whether something typed is not saved. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** Who the user is in this organization. Saved as a whole, on the version that was opened. */
export function ProfileTab({ seen, isShown, onUnsaved }: ProfileTabProps) {
  const { t, i18n } = useLingui();
  const formId = useId();
  const labels = useFieldLabels();
  const say = useStatus();
  const mayEdit = useCan("users:edit");
  const { save, show, reload } = useSaveUser(seen.body.id);
  const [opened, setOpened] = useState(seen);
  const [form, setForm] = useState(() => formOf(seen));
  const saved = formOf(opened);
  const changed = fields.filter((field) => form[field] !== saved[field]);
  if (opened.etag !== seen.etag && changed.length === 0) {
    setOpened(seen);
    setForm(formOf(seen));
  }
  const guard = useUnsavedGuard(changed.length > 0);
  const saving = useMutation({
    mutationFn: () =>
      save(Object.fromEntries(changed.map((field) => [field, sentValue(field, form)])), opened.etag),
    onSuccess(newest) {
      setOpened(newest);
      show(newest);
      setForm(formOf(newest));
      say({ tone: "good", text: t`The profile of ${newest.body.name} is saved` });
    },
    async onError(error) {
      if (error instanceof ApiProblem && error.status === 412) await reload();
    },
  });
  const isOvertaken = opened.etag !== seen.etag;
  const discard = () => {
    setOpened(seen);
    setForm(formOf(seen));
    saving.reset();
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    if (changed.length > 0 && !isOvertaken) saving.mutate();
  }
  useShortcut(
    { keys: "mod+s", label: t`Save profile` },
    isShown && changed.length > 0 && !isOvertaken ? () => saving.mutate() : null,
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
            isLocked={!mayEdit}
            email={seen.body.email}
          />
          {isOvertaken ? (
            <Overtaken
              onTakeOver={() => {
                setForm({
                  ...formOf(seen),
                  ...Object.fromEntries(changed.map((field) => [field, form[field]])),
                });
                setOpened(seen);
                saving.reset();
              }}
            />
          ) : (
            <GeneralProblem error={saving.error} />
          )}
          {mayEdit ? null : (
            <Reason tone="locked">
              <Trans>You don’t hold the permission to edit users.</Trans>
            </Reason>
          )}
        </form>
      </Section>
      {changed.length === 0 ? null : (
        <Dock
          label={t`Unsaved changes`}
          actions={
            <>
              <Button variant="quiet" onClick={discard}>
                <Trans>Discard</Trans>
              </Button>
              {isOvertaken ? (
                <Reason tone="warn">
                  <Trans>Choose above before you save</Trans>
                </Reason>
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
        </Dock>
      )}
      {guard}
    </>
  );
}

function useFieldLabels(): Readonly<Record<Field, string>> {
  const { t } = useLingui();
  return { name: t`Name`, phone: t`Phone`, externalId: t`Id in another system` };
}

interface ProfileFieldsProps {
  readonly form: Form;
  readonly setForm: (form: Form) => void;
  readonly error: unknown;
  readonly isLocked: boolean;
  readonly email: string;
}

function ProfileFields({ form, setForm, error, isLocked, email }: ProfileFieldsProps) {
  const { t } = useLingui();
  const labels = useFieldLabels();
  const fieldText = useFieldText();
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
      <TextField label={labels.name} autoComplete="off" maxLength={200} {...shared("name")} />
      <TextField
        label={t`E-mail`}
        value={email}
        readOnly
        hint={t`It belongs to the person’s account and is the same everywhere.`}
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

function Overtaken({ onTakeOver }: { readonly onTakeOver: () => void }) {
  return (
    <ConflictFrame>
      <p>
        <Trans>Somebody else changed this user while you were editing. Nothing that you wrote is lost.</Trans>
      </p>
      <Button onClick={onTakeOver}>
        <Trans>Put my changes on top</Trans>
      </Button>
    </ConflictFrame>
  );
}

function GeneralProblem({ error }: { readonly error: unknown }) {
  const problemText = useProblemText();
  if (error === null) return null;
  const { title, text } = problemText(error);
  return (
    <p role="alert">
      <Reason tone="bad">{`${title}. ${text}`}</Reason>
    </p>
  );
}

function formOf({ body }: SeenUser): Form {
  return { name: body.name, phone: body.phone ?? "", externalId: body.externalId ?? "" };
}

/** An emptied field that may be empty is cleared. */
function sentValue(field: Field, form: Form): string | null {
  const text = form[field].trim();
  return text === "" && field !== "name" ? null : text;
}
