import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type KeyboardEvent, useDeferredValue, useMemo, useState } from "react";
import { ExpirySelect } from "../../app/invite/expiry-select.tsx";
import { RoleOptions, rolesId } from "../../app/invite/role-options.tsx";
import { useOnceRoles } from "../../app/invite/use-once-roles.ts";
import type { useTerms } from "../../app/invite/use-terms.ts";
import { useProblemText } from "../../app/problem-text.ts";
import { useSession } from "../../app/session/session.tsx";
import { modifierName } from "../../app/shortcuts/shortcuts.tsx";
import type { useRolesQuery } from "../../app/users/use-roles.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorSummary, type FieldError } from "../../ui/error-summary.tsx";
import { TextField } from "../../ui/field.tsx";
import { Reason } from "../../ui/reason.tsx";
import styles from "./invite-many.module.css";
import { judgePeople, type Listed } from "./judge-people.ts";
import { ListField, listFieldId } from "./list-field.tsx";
import { mostPeople, readPeople } from "./read-people.ts";
import type { useCheck } from "./use-check.ts";

interface WriteStepProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly terms: ReturnType<typeof useTerms>;
  readonly roles: ReturnType<typeof useRolesQuery>;
  readonly check: ReturnType<typeof useCheck>;
  readonly onCheck: (list: readonly Listed[]) => void;
}

/** The list, and what everybody in it gets. */
export function WriteStep({ text, onText, terms, roles, check, onCheck }: WriteStepProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const read = useMemo(() => readPeople(text), [text]);
  const { found, setFound, submit, isBusy } = useSubmit(read, { terms, roles, check, onCheck });
  const [fileError, setFileError] = useState<string>();
  const areRolesHere = roles.data !== undefined || roles.error !== null;
  const errorAt = (fieldId: string) => found.find((error) => error.fieldId === fieldId)?.message;
  return (
    <form
      className={styles["form"]}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) =>
        event.key === "Enter" && (event.ctrlKey || event.metaKey) ? submit(event) : undefined
      }
    >
      {found.length === 0 ? null : <ErrorSummary errors={found} />}
      {check.error === null ? null : <CheckProblem error={check.error} />}
      <ListField
        text={text}
        error={fileError ?? errorAt(listFieldId)}
        onText={(next) => {
          setFound(none);
          setFileError(undefined);
          onText(next);
        }}
        onRefuse={setFileError}
      />
      <Found text={text} />
      {hasMail ? null : (
        <Reason tone="warn">
          <Trans>
            No mail server is set up, so nothing is sent: copy the links from the list of invitations.
          </Trans>
        </Reason>
      )}
      <p className={styles["remark"]}>
        <Trans>Everybody whose row names no roles gets these:</Trans>
      </p>
      <RoleOptions
        query={roles}
        chosen={terms.chosen}
        lastUsed={terms.lastUsed}
        error={errorAt(rolesId)}
        onToggle={(id) => {
          setFound(none);
          terms.toggle(id);
        }}
      />
      {/* What stands below the roles comes with them: nothing moves away from a hand. */}
      {areRolesHere ? (
        <>
          <div className={styles["two"]}>
            <ExpirySelect terms={terms} />
            <TextField
              label={t`Note`}
              optional
              maxLength={1000}
              value={terms.note}
              onChange={(event) => terms.setNote(event.target.value)}
            />
          </div>
          <div className={styles["buttons"]}>
            <Button
              big
              type="submit"
              variant="primary"
              pending={isBusy}
              hint={`${modifierName()} ↵`}
              shortcut="Control+Enter Meta+Enter"
            >
              <CheckLabel count={read === "no-text" ? 0 : read.length} />
            </Button>
          </div>
        </>
      ) : null}
    </form>
  );
}

const none: readonly FieldError[] = [];

type Read = ReturnType<typeof readPeople>;

/** Looks over the form, and hands the list on where nothing is wrong with it as a whole. */
function useSubmit(read: Read, { terms, roles, check, onCheck }: Omit<WriteStepProps, "text" | "onText">) {
  const { t } = useLingui();
  const faultOf = useListFault();
  const [found, setFound] = useState<readonly FieldError[]>(none);
  const { isWaiting, setWanted } = useOnceRoles(roles, (known) => {
    if (read === "no-text") return;
    const needsRoles = terms.chosen.size === 0 && read.some((person) => person.roles === undefined);
    setFound(needsRoles ? [{ fieldId: rolesId, message: t`Choose at least one role` }] : none);
    if (!needsRoles) onCheck(judgePeople(read, known, [...terms.chosen]));
  });
  function submit(event: FormEvent | KeyboardEvent) {
    event.preventDefault();
    if (check.isPending) return;
    const wrong = faultOf(read);
    setFound(wrong === null ? none : [{ fieldId: listFieldId, message: wrong }]);
    setWanted(wrong === null);
  }
  return { found, setFound, submit, isBusy: check.isPending || isWaiting };
}

function CheckLabel({ count }: { readonly count: number }) {
  if (count === 0 || count > mostPeople) return <Trans>Check the list</Trans>;
  return <Plural value={count} one="Check # person" other="Check # people" />;
}

/** What is wrong with the list as a whole; null where nothing is. */
function useListFault(): (read: Read) => string | null {
  const { t, i18n } = useLingui();
  return (read) => {
    if (read === "no-text")
      return t`This is no text. In a spreadsheet, save it as “CSV UTF-8” and choose that file.`;
    if (read.length === 0) return t`Write at least one e-mail address`;
    const found = i18n.number(read.length);
    if (read.length > mostPeople) return t`The list has ${found} people, and 1,000 fit into one. Split it.`;
    return null;
  };
}

/** What is in the list, while it is written. */
function Found({ text }: { readonly text: string }) {
  const calm = useDeferredValue(text);
  const fault = useListFault();
  const read = useMemo(() => readPeople(calm), [calm]);
  const isEmpty = calm.trim() === "";
  const count = read.length;
  const wrong = isEmpty ? null : fault(read);
  return (
    <div role="status" className={styles["found"]}>
      {isEmpty ? null : wrong !== null || read === "no-text" ? (
        <Reason tone="bad">{wrong}</Reason>
      ) : (
        <Reason>
          <Plural value={count} one="# person found" other="# people found" />
        </Reason>
      )}
    </div>
  );
}

/** Why the list was not checked; it is still there. */
function CheckProblem({ error }: { readonly error: unknown }) {
  const { title, text } = useProblemText()(error);
  return (
    <ErrorSummary title={title} errors={none}>
      {text}
    </ErrorSummary>
  );
}
