import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { useFaultText } from "../../app/invite/fault-text.ts";
import { useFieldText } from "../../app/problem-text.ts";
import { useSession } from "../../app/session/session.tsx";
import { Button } from "../../ui/button.tsx";
import { MinusIcon, SwapIcon, UsersIcon } from "../../ui/icons.tsx";
import { Status } from "../../ui/marks.tsx";
import styles from "./invite-many.module.css";
import type { Listed } from "./judge-people.ts";
import { DownloadRest, type Line, PeopleList } from "./people-list.tsx";
import { type Checked, isReady } from "./use-check.ts";

interface CheckStepProps {
  readonly checked: readonly Checked[];
  /** Names of roles by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly onBack: () => void;
  readonly onSend: () => void;
}

/** What would become of everybody in the list. */
export function CheckStep({ checked, names, onBack, onSend }: CheckStepProps) {
  const { t } = useLingui();
  const hasMail = useSession().me.mail === "smtp";
  const lines = useLines(checked, names);
  const heading = useRef<HTMLHeadingElement>(null);
  // The pressed button went with the form.
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
      <div className={styles["dock"]}>
        <Button big onClick={onBack}>
          <Trans>Back to the list</Trans>
        </Button>
        <DownloadRest lines={lines} />
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

function useLines(checked: readonly Checked[], names: CheckStepProps["names"]): readonly Line[] {
  const reasonFor = useReason();
  return checked.map((one) => {
    const { line, text, name = "", roles, roleIds } = one.listed;
    return {
      line,
      text,
      name,
      roles: (roleIds.length > 0 ? roleIds.map((id) => names.get(id) ?? "") : (roles ?? [])).join(", "),
      isGood: isReady(one),
      mark: <CheckMark checked={one} />,
      reason: reasonFor(one),
    };
  });
}

function CheckMark({ checked: { answer, listed } }: { readonly checked: Checked }) {
  if (answer?.status === "ready")
    return (
      <Status>
        <Trans>Ready</Trans>
      </Status>
    );
  if (answer?.status === "replaces")
    return (
      <Status tone="warn" icon={<SwapIcon />}>
        <Trans>Invited already: gets a new link</Trans>
      </Status>
    );
  if (answer?.status === "already-user")
    return (
      <Status icon={<UsersIcon />}>
        <Trans>Already a user</Trans>
      </Status>
    );
  return (
    <Status icon={<MinusIcon />}>
      {listed.fault?.is === "duplicate" ? <Trans>Duplicate</Trans> : <Trans>Not ready</Trans>}
    </Status>
  );
}

/** Why somebody can't be invited, or empty. */
function useReason(): (checked: Checked) => string {
  const { t } = useLingui();
  const listReason = useListReason();
  const fieldText = useFieldText();
  return (checked) => {
    const { answer, listed } = checked;
    if (isReady(checked)) return "";
    if (answer === null) return listReason(listed);
    if (answer.status === "already-user") return t`This person has access already.`;
    return fieldText(answer.code ?? "internal", answer.detail ?? "");
  };
}

function useListReason(): (listed: Listed) => string {
  const { t } = useLingui();
  const faultText = useFaultText();
  return ({ text, fault }) => {
    switch (fault?.is) {
      case "address":
        return text === "" ? t`There is no address in this row.` : faultText({ text, fault: fault.fault });
      case "duplicate":
        return t`The address stands further up as well; that row counts.`;
      case "unknown-role": {
        const { role } = fault;
        return t`There is no role “${role}” here.`;
      }
      case "no-role":
        return t`No role is chosen for this row.`;
      case undefined:
        return "";
    }
  };
}
