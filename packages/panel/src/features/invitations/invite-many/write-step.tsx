import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type KeyboardEvent, useDeferredValue, useMemo, useState } from "react";
import { useProblemText } from "../../../lib/api/problem-text.tsx";
import { useSession } from "../../../lib/session/session.tsx";
import { modifierName } from "../../../lib/shortcuts/shortcuts.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { ErrorSummary, type FieldError } from "../../../ui/forms/field.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import {
  ExpiryAndNote,
  RoleOptions,
  rolesId,
  type useInvitationOptions,
  useWhenRolesLoaded,
} from "../compose/invitation-options.tsx";
import type { useCheck } from "./check-step.tsx";
import styles from "./invite-many.module.css";
import { ListField, listFieldId } from "./list-field.tsx";
import { maxPeople, parsePeople, type ValidatedPerson, validatePeople } from "./listed-people.ts";

interface WriteStepProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly terms: ReturnType<typeof useInvitationOptions>;
  readonly roles: ReturnType<typeof useRolesQuery>;
  readonly check: ReturnType<typeof useCheck>;
  readonly onCheck: (list: readonly ValidatedPerson[]) => void;
}

/** The form: the list, the roles and the expiry. */
export function WriteStep({ text, onText, terms, roles, check, onCheck }: WriteStepProps) {
  const hasMail = useSession().me.mail === "smtp";
  const read = useMemo(() => parsePeople(text), [text]);
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
        onFileError={setFileError}
      />
      <FoundCount text={text} />
      {hasMail ? null : (
        <InlineNotice tone="warn">
          <Trans>
            No mail server is set up, so no e-mail is sent. Copy the links from the list of invitations.
          </Trans>
        </InlineNotice>
      )}
      <p className={styles["remark"]}>
        <Trans>Roles for rows without roles:</Trans>
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
      {/* Shown together with the roles, so that no control moves. */}
      {areRolesHere ? (
        <>
          <ExpiryAndNote options={terms} />
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

type Read = ReturnType<typeof parsePeople>;

/** Validates the form and passes the list to `onCheck` if it is valid. */
function useSubmit(read: Read, { terms, roles, check, onCheck }: Omit<WriteStepProps, "text" | "onText">) {
  const { t } = useLingui();
  const getListError = useListErrorText();
  const [found, setFound] = useState<readonly FieldError[]>(none);
  const { isWaiting, setWanted } = useWhenRolesLoaded(roles, (known) => {
    if (read === "no-text") return;
    const needsRoles = terms.chosen.size === 0 && read.some((person) => person.roles === undefined);
    setFound(needsRoles ? [{ fieldId: rolesId, message: t`Choose at least one role` }] : none);
    if (!needsRoles) onCheck(validatePeople(read, known, [...terms.chosen]));
  });
  function submit(event: FormEvent | KeyboardEvent) {
    event.preventDefault();
    if (check.isPending) return;
    const wrong = getListError(read);
    setFound(wrong === null ? none : [{ fieldId: listFieldId, message: wrong }]);
    setWanted(wrong === null);
  }
  return { found, setFound, submit, isBusy: check.isPending || isWaiting };
}

function CheckLabel({ count }: { readonly count: number }) {
  if (count === 0 || count > maxPeople) return <Trans>Check the list</Trans>;
  return <Plural value={count} one="Check # person" other="Check # people" />;
}

/** The error of the list as a whole, or null. */
function useListErrorText(): (read: Read) => string | null {
  const { t, i18n } = useLingui();
  return (read) => {
    if (read === "no-text")
      return t`This is not a text file. In a spreadsheet, save it as “CSV UTF-8” and choose that file.`;
    if (read.length === 0) return t`Enter at least one e-mail address`;
    const found = i18n.number(read.length);
    if (read.length > maxPeople) return t`The list has ${found} people; the limit is 1,000. Split the list.`;
    return null;
  };
}

/** The number of people found, while the list is edited. */
function FoundCount({ text }: { readonly text: string }) {
  const calm = useDeferredValue(text);
  const fault = useListErrorText();
  const read = useMemo(() => parsePeople(calm), [calm]);
  const isEmpty = calm.trim() === "";
  const count = read.length;
  const wrong = isEmpty ? null : fault(read);
  return (
    <div role="status" className={styles["found"]}>
      {isEmpty ? null : wrong !== null || read === "no-text" ? (
        <InlineNotice tone="bad">{wrong}</InlineNotice>
      ) : (
        <InlineNotice>
          <Plural value={count} one="# person found" other="# people found" />
        </InlineNotice>
      )}
    </div>
  );
}

/** Why the list could not be checked. */
function CheckProblem({ error }: { readonly error: unknown }) {
  const { title, text } = useProblemText()(error);
  return (
    <ErrorSummary title={title} errors={none}>
      {text}
    </ErrorSummary>
  );
}
