import type { CheckInvitationsResult } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useFieldErrorText } from "../../../lib/api/problem-text.tsx";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useSession } from "../../../lib/session/session.tsx";
import { StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { MinusIcon, SwapIcon, UsersIcon } from "../../../ui/icons.tsx";
import { useAddressErrorText } from "../compose/address-list.ts";
import styles from "./invite-many.module.css";
import { toRequestedRoles, type ValidatedPerson } from "./listed-people.ts";
import { DownloadFailures, PeopleList, type PersonRow } from "./people-list.tsx";

interface CheckStepProps {
  readonly checked: readonly CheckedPerson[];
  /** Names of roles by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly onBack: () => void;
  readonly onSend: () => void;
}

/** The result of the check for each person in the list. */
export function CheckStep({ checked, names, onBack, onSend }: CheckStepProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const lines = useLines(checked, names);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that had the focus was removed with the form.
  useEffect(() => heading.current?.focus(), []);
  const ready = lines.filter(({ isGood }) => isGood).length;
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        {ready === 0 ? (
          <Trans>Nobody in this list can be invited</Trans>
        ) : (
          <Plural value={ready} one="# person can be invited" other="# people can be invited" />
        )}
      </h2>
      <p className={styles["remark"]}>
        <Trans>Nobody has been invited yet.</Trans>
      </p>
      <PeopleList label={t`People in the list`} lines={lines} good={t`Ready`} bad={t`Not ready`} />
      <div className={styles["bar"]}>
        <Button big onClick={onBack}>
          <Trans>Back to the list</Trans>
        </Button>
        <DownloadFailures lines={lines} />
        {ready === 0 ? null : (
          <Button big variant="primary" onClick={onSend}>
            {hasMail ? (
              <Plural value={ready} one="Send invitation" other="Send # invitations" />
            ) : (
              <Plural value={ready} one="Create invitation" other="Create # invitations" />
            )}
          </Button>
        )}
      </div>
    </section>
  );
}

function useLines(checked: readonly CheckedPerson[], names: CheckStepProps["names"]): readonly PersonRow[] {
  const errorText = useErrorText();
  return checked.map((one) => {
    const { line, text, name = "", roles, roleIds } = one.listed;
    return {
      line,
      text,
      name,
      roles: roleIds.length > 0 ? roleIds.map((id) => names.get(id) ?? "") : (roles ?? []),
      isGood: isReady(one),
      badge: <CheckBadge checked={one} />,
      reason: errorText(one),
    };
  });
}

function CheckBadge({ checked: { answer, listed } }: { readonly checked: CheckedPerson }) {
  if (answer?.status === "ready")
    return (
      <StatusBadge>
        <Trans>Ready</Trans>
      </StatusBadge>
    );
  if (answer?.status === "replaces")
    return (
      <StatusBadge tone="warn" icon={<SwapIcon />}>
        <Trans>Already invited: gets a new link</Trans>
      </StatusBadge>
    );
  if (answer?.status === "already-user")
    return (
      <StatusBadge icon={<UsersIcon />}>
        <Trans>Already a user</Trans>
      </StatusBadge>
    );
  return (
    <StatusBadge icon={<MinusIcon />}>
      {listed.error?.is === "duplicate" ? <Trans>Listed twice</Trans> : <Trans>Not ready</Trans>}
    </StatusBadge>
  );
}

/** Why the person can't be invited; empty if they can. */
function useErrorText(): (checked: CheckedPerson) => string {
  const { t } = useLingui();
  const listErrorText = useListErrorText();
  const fieldText = useFieldErrorText();
  return (checked) => {
    const { answer, listed } = checked;
    if (isReady(checked)) return "";
    if (answer === null) return listErrorText(listed);
    if (answer.status === "already-user") return t`This person already has access.`;
    return fieldText(answer.code ?? "internal", answer.detail ?? "");
  };
}

function useListErrorText(): (listed: ValidatedPerson) => string {
  const { t } = useLingui();
  const addressErrorText = useAddressErrorText();
  return ({ text, error }) => {
    switch (error?.is) {
      case "address":
        return text === "" ? t`This row has no address.` : addressErrorText({ text, fault: error.fault });
      case "duplicate":
        return t`The address is also in a row above; that row is used.`;
      case "unknown-role": {
        const { role } = error;
        return t`There is no role “${role}”.`;
      }
      case "ambiguous-roles": {
        const { role } = error;
        return t`“${role}” can be read as different roles. Put a semicolon between the roles.`;
      }
      case "no-role":
        return t`No role is chosen for this row.`;
      case "columns":
        return t`This row has more columns than the first row. Put quotation marks around a text with a comma.`;
      case "lines":
        return t`A cell in this row contains another row. Check its quotation marks.`;
      case undefined:
        return "";
    }
  };
}

/** A person with the server's answer; null if the row was invalid. */
export interface CheckedPerson {
  readonly listed: ValidatedPerson;
  readonly answer: CheckInvitationsResult["results"][number] | null;
}

/** Whether the person can be invited. */
export function isReady({ answer }: CheckedPerson): boolean {
  return answer?.status === "ready" || answer?.status === "replaces";
}

/** Checks a list on the server without inviting anyone. */
export function useCheck() {
  const api = useApi();
  return useMutation({
    async mutationFn(list: readonly ValidatedPerson[]): Promise<readonly CheckedPerson[]> {
      const valid = list.filter(({ error }) => error === null);
      const { results } =
        valid.length === 0
          ? { results: [] }
          : await api("POST /organizations/:organizationId/invitations/check", {
              body: {
                invitations: valid.map((person) => ({ email: person.text, ...toRequestedRoles(person) })),
              },
            });
      const resultsByPerson = new Map(valid.map((listed, index) => [listed, results[index] ?? null]));
      return list.map((listed) => ({ listed, answer: resultsByPerson.get(listed) ?? null }));
    },
  });
}
