import type { InvitationView } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ProblemNotice, useFieldErrorText } from "../../../lib/api/problem-text.tsx";
import { DeliveryBadge, StatusBadge } from "../../../ui/data-display/badges.tsx";
import { Progress } from "../../../ui/feedback/progress.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { MinusIcon, UsersIcon } from "../../../ui/icons.tsx";
import { CopyLinks } from "../results/copy-links.tsx";
import { useInvitationUpdates } from "../results/use-invitation-updates.ts";
import { UserLink } from "../results/user-link.tsx";
import styles from "./invite-many.module.css";
import { DownloadFailures, PeopleList, type PersonRow } from "./people-list.tsx";
import type { Result, SendPlan, useSending } from "./use-sending.ts";

interface SendStepProps {
  readonly plan: SendPlan;
  readonly sending: ReturnType<typeof useSending>;
  /** Names of roles by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly onMore: () => void;
}

/** The progress of sending, then the results. */
export function SendStep({ plan, sending, names, onMore }: SendStepProps) {
  const { t } = useLingui();
  const { state, stop, resume, goOn } = sending;
  const phase = state?.phase ?? "left";
  const isBusy = phase === "running" || phase === "stopping";
  const results = useCurrentResults(state?.results ?? [], isBusy);
  const lines = useLines(plan, results, names);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that had the focus was removed with the previous step.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase has its own buttons
  useEffect(() => heading.current?.focus(), [phase]);
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        <Title phase={phase} results={results} />
      </h2>
      {isBusy ? null : <Deliveries results={results} />}
      {isBusy ? null : <CopyLinks invitations={listInvitations(results)} />}
      {phase === "finished" ? null : <ProgressText done={results.length} total={plan.people.length} />}
      {phase === "left" ? (
        <p className={styles["remark"]}>
          <Trans>
            The page was closed while this list was being sent. Continue to send the rest; nobody is invited
            twice.
          </Trans>
        </p>
      ) : null}
      {phase === "failed" ? <ProblemNotice error={state?.error} /> : null}
      {isBusy || lines.length === 0 ? null : (
        <PeopleList label={t`Results`} lines={lines} good={t`Invited`} bad={t`Not invited`} />
      )}
      <div className={styles["bar"]}>
        {isBusy ? (
          <Button big pending={phase === "stopping"} onClick={stop}>
            <Trans>Stop</Trans>
          </Button>
        ) : (
          <>
            <Button big onClick={onMore}>
              {phase === "finished" ? <Trans>Invite more</Trans> : <Trans>Stop here</Trans>}
            </Button>
            <DownloadFailures lines={lines} />
          </>
        )}
        {phase === "left" || phase === "stopped" || phase === "failed" ? (
          <Button big variant="primary" onClick={phase === "left" ? goOn : resume}>
            {phase === "failed" ? <Trans>Try again</Trans> : <Trans>Continue</Trans>}
          </Button>
        ) : null}
        {phase === "finished" ? (
          <Link to="/invitations" className={buttonClass({ variant: "primary", big: true })}>
            <Trans>See all pending invitations</Trans>
          </Link>
        ) : null}
      </div>
    </section>
  );
}

interface TitleProps {
  readonly phase: NonNullable<ReturnType<typeof useSending>["state"]>["phase"] | "left";
  readonly results: readonly Result[];
}

/** The results with the current delivery state of their emails. */
function useCurrentResults(results: readonly Result[], isBusy: boolean): readonly Result[] {
  const [refreshed, setRefreshed] = useState<ReadonlyMap<string, InvitationView>>(new Map());
  const newest = results.map((result) => {
    const fresh = refreshed.get(result.invitation?.id ?? "");
    return fresh === undefined ? result : { ...result, invitation: fresh };
  });
  useInvitationUpdates(isBusy ? [] : listInvitations(newest), (list) =>
    setRefreshed((before) => new Map([...before, ...list.map((one) => [one.id, one] as const)])),
  );
  return newest;
}

const listInvitations = (results: readonly Result[]) => results.flatMap(({ invitation }) => invitation ?? []);

/** Number of emails sent, waiting and failed. */
function Deliveries({ results }: { readonly results: readonly Result[] }) {
  const { i18n } = useLingui();
  const made = listInvitations(results);
  const states = (["sent", "queued", "failed"] as const).flatMap((delivery) => {
    const count = made.filter((one) => one.delivery === delivery).length;
    return count === 0 ? [] : [{ delivery, count }];
  });
  if (states.length === 0) return null;
  return (
    <ul className={styles["deliveries"]}>
      {states.map(({ delivery, count }) => (
        <li key={delivery}>
          <DeliveryBadge delivery={delivery} /> {i18n.number(count)}
        </li>
      ))}
    </ul>
  );
}

/** "Being sent", not "sent": only the mail server can confirm that. */
function Title({ phase, results }: TitleProps): ReactNode {
  if (phase === "running" || phase === "stopping") return <Trans>Inviting…</Trans>;
  if (phase === "left") return <Trans>This list is not finished</Trans>;
  const made = listInvitations(results);
  const count = made.length;
  if (count === 0) return <Trans>Nobody was invited</Trans>;
  if (made.every(({ delivery }) => delivery === "sent"))
    return <Plural value={count} one="# invitation sent" other="# invitations sent" />;
  return made.some(({ delivery }) => delivery === "queued") ? (
    <Plural value={count} one="# invitation is being sent" other="# invitations are being sent" />
  ) : (
    <Plural value={count} one="# invitation created" other="# invitations created" />
  );
}

function ProgressText({ done, total }: { readonly done: number; readonly total: number }) {
  const { i18n } = useLingui();
  const count = i18n.number(done);
  const all = i18n.number(total);
  return (
    <Progress done={done} total={total}>
      <Trans>
        {count} of {all}
      </Trans>
    </Progress>
  );
}

function useLines(
  plan: SendPlan,
  results: readonly Result[],
  names: SendStepProps["names"],
): readonly PersonRow[] {
  const { t } = useLingui();
  const fieldText = useFieldErrorText();
  return results.flatMap((result, index) => {
    const person = plan.people[index];
    if (person === undefined) return [];
    const { line, text, name = "", roleIds } = person;
    const { invitation, status, userId, code = "internal", detail = "" } = result;
    const reason = status === "already-user" ? t`This person already has access.` : fieldText(code, detail);
    return {
      line,
      text,
      name,
      roles: roleIds.map((id) => names.get(id) ?? ""),
      isGood: invitation !== undefined,
      badge: <ResultBadge result={result} />,
      invited: invitation?.email,
      more: <UserLink userId={userId} />,
      reason: invitation === undefined ? reason : "",
    };
  });
}

function ResultBadge({ result: { invitation, status } }: { readonly result: Result }) {
  if (invitation !== undefined) return <DeliveryBadge delivery={invitation.delivery} />;
  return status === "already-user" ? (
    <StatusBadge icon={<UsersIcon />}>
      <Trans>Already a user</Trans>
    </StatusBadge>
  ) : (
    <StatusBadge icon={<MinusIcon />}>
      <Trans>Not invited</Trans>
    </StatusBadge>
  );
}
