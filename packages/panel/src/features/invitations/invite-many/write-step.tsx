import { indexRoleNames } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { RoleEndField, useRoleEndError } from "../../../lib/access/role-end.tsx";
import { useProblemText } from "../../../lib/api/problem-text.tsx";
import { useSession } from "../../../lib/session/session.tsx";
import { modifierName } from "../../../lib/shortcuts/shortcuts.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { ErrorSummary, type FieldError } from "../../../ui/forms/field.tsx";
import type { useRolesQuery } from "../../roles/use-roles.ts";
import {
  ExpiryAndNote,
  endId,
  type useInvitationOptions,
  useWhenRolesLoaded,
} from "../compose/invitation-options.tsx";
import { RoleOptions, rolesId } from "../compose/role-options.tsx";
import type { useCheck } from "./check-step.tsx";
import { ColumnsField, useOpenQuestions } from "./columns-field.tsx";
import styles from "./invite-many.module.css";
import { ListField, listFieldId } from "./list-field.tsx";
import { maxPeople, type ValidatedPerson, validatePeople } from "./listed-people.ts";
import type { PeopleList } from "./use-list.ts";

interface WriteStepProps {
  readonly list: PeopleList;
  readonly terms: ReturnType<typeof useInvitationOptions>;
  readonly roles: ReturnType<typeof useRolesQuery>;
  readonly check: ReturnType<typeof useCheck>;
  readonly onCheck: (list: readonly ValidatedPerson[]) => void;
}

/** The form: the list, the roles and the expiry. */
export function WriteStep(props: WriteStepProps) {
  const { list, terms, roles, check } = props;
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const { found, setFound, submit, isBusy } = useSubmit(props);
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
        text={list.text}
        error={fileError ?? errorAt(listFieldId)}
        onText={(next) => {
          setFound(none);
          setFileError(undefined);
          list.setText(next);
        }}
        onFileError={setFileError}
      />
      <FoundCount list={list} />
      {list.table === null ? null : <ColumnsField table={list.table} errors={found} />}
      {hasMail ? null : (
        <InlineNotice tone="warn">
          <Trans>
            No mail server is set up, so no e-mail is sent. Copy all links afterwards and share them.
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
          <RoleEndField
            label={t`Access lasts`}
            value={terms.end}
            isFromJoining
            id={endId}
            error={errorAt(endId)}
            onChange={(end) => {
              setFound(none);
              terms.setEnd(end);
            }}
          />
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
              <CheckLabel count={list.count} />
            </Button>
          </div>
        </>
      ) : null}
    </form>
  );
}

const none: readonly FieldError[] = [];

/** Validates the form and passes the list to `onCheck` if it is valid. */
function useSubmit({ list, terms, roles, check, onCheck }: WriteStepProps) {
  const { t } = useLingui();
  const getListError = useListErrorText();
  const getOpenQuestions = useOpenQuestions();
  const getEndError = useRoleEndError();
  const [found, setFound] = useState<readonly FieldError[]>(none);
  function findErrors(): readonly FieldError[] {
    const wrong = getListError(list);
    if (wrong !== null) return [{ fieldId: listFieldId, message: wrong }];
    return list.table === null ? none : getOpenQuestions(list.table);
  }
  const { isWaiting, setWanted } = useWhenRolesLoaded(roles, (known) => {
    // Names of roles decide what some columns contain, so the questions are known only now.
    const errors = findErrors();
    if (errors.length > 0) return setFound(errors);
    const people = list.listPeople();
    const needsRoles = terms.chosen.size === 0 && people.some((person) => person.roles === undefined);
    const endError = getEndError(terms.end, null);
    const wrong = [
      ...(needsRoles ? [{ fieldId: rolesId, message: t`Choose at least one role` }] : none),
      ...(endError === undefined ? none : [{ fieldId: endId, message: endError }]),
    ];
    setFound(wrong.length === 0 ? none : wrong);
    if (wrong.length > 0) return;
    const valid = validatePeople(people, indexRoleNames(known), [...terms.chosen]);
    onCheck(
      valid.map((person) => {
        const offered = terms.offer(person.roleIds);
        return offered === undefined ? person : { ...person, offered };
      }),
    );
  });
  function submit(event: FormEvent | KeyboardEvent) {
    event.preventDefault();
    if (check.isPending) return;
    const wrong = getListError(list);
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
function useListErrorText(): (list: PeopleList) => string | null {
  const { t, i18n } = useLingui();
  return ({ unreadable, count }) => {
    if (unreadable?.is === "no-text")
      return t`This is not a text file. In a spreadsheet, save it as “CSV UTF-8” and choose that file.`;
    if (unreadable?.is === "open-quote") {
      const line = i18n.number(unreadable.line);
      return t`Line ${line} has a quotation mark that isn’t closed or is followed by more text. Correct it: the rows after it can’t be told apart.`;
    }
    if (count === 0) return t`Enter at least one e-mail address`;
    const found = i18n.number(count);
    if (count > maxPeople) return t`The list has ${found} people; the limit is 1,000. Split the list.`;
    return null;
  };
}

/** The number of people found, while the list is edited. */
function FoundCount({ list }: { readonly list: PeopleList }) {
  const getError = useListErrorText();
  const { count } = list;
  const isEmpty = list.text.trim() === "";
  const wrong = isEmpty ? null : getError(list);
  return (
    <div role="status" className={styles["found"]}>
      {isEmpty ? null : wrong !== null ? (
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
