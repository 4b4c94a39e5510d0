import type { InvitationView } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useInvitationNews } from "../../app/invite/use-invitation-news.ts";
import { useFieldText, useProblemText } from "../../app/problem-text.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { MinusIcon, UsersIcon } from "../../ui/icons.tsx";
import { DeliveryMark, Status } from "../../ui/marks.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Reason } from "../../ui/reason.tsx";
import styles from "./invite-many.module.css";
import { DownloadRest, type Line, PeopleList } from "./people-list.tsx";
import type { Plan, Result } from "./plan.ts";
import type { useSending } from "./use-sending.ts";

interface SendStepProps {
  readonly plan: Plan;
  readonly sending: ReturnType<typeof useSending>;
  /** Names of roles by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly onMore: () => void;
}

/** How far it has come, and then what became of everybody. */
export function SendStep({ plan, sending, names, onMore }: SendStepProps) {
  const { t } = useLingui();
  const { state, stop, resume, goOn } = sending;
  const phase = state?.phase ?? "left";
  const isBusy = phase === "running" || phase === "stopping";
  const results = useNewest(state?.results ?? [], isBusy);
  const lines = useLines(plan, results, names);
  const heading = useRef<HTMLHeadingElement>(null);
  // The pressed button went with the step before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase has its own buttons
  useEffect(() => heading.current?.focus(), [phase]);
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        <Title phase={phase} results={results} />
      </h2>
      {isBusy ? null : <Deliveries results={results} />}
      {phase === "finished" ? null : <HowFar done={results.length} total={plan.people.length} />}
      {phase === "left" ? (
        <p className={styles["remark"]}>
          <Trans>
            The page was left while this list was on its way. Go on: who has an invitation keeps it, and
            nobody gets two.
          </Trans>
        </p>
      ) : null}
      {phase === "failed" ? <Problem error={state?.error} /> : null}
      {isBusy || lines.length === 0 ? null : (
        <PeopleList label={t`What became of each`} lines={lines} good={t`Invited`} bad={t`Not invited`} />
      )}
      <div className={styles["dock"]}>
        {isBusy ? (
          <Button big pending={phase === "stopping"} onClick={stop}>
            <Trans>Stop</Trans>
          </Button>
        ) : (
          <>
            <Button big onClick={onMore}>
              {phase === "finished" ? <Trans>Invite more</Trans> : <Trans>End here</Trans>}
            </Button>
            <DownloadRest lines={lines} />
          </>
        )}
        {phase === "left" || phase === "stopped" || phase === "failed" ? (
          <Button big variant="primary" onClick={phase === "left" ? goOn : resume}>
            {phase === "failed" ? <Trans>Try again</Trans> : <Trans>Go on</Trans>}
          </Button>
        ) : null}
        {phase === "finished" ? (
          <Link to="/invitations" className={buttonClass({ variant: "primary", big: true })}>
            <Trans>Show invitations</Trans>
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

/** The results with what became of the mails since. */
function useNewest(results: readonly Result[], isBusy: boolean): readonly Result[] {
  const [news, setNews] = useState<ReadonlyMap<string, InvitationView>>(new Map());
  const newest = results.map((result) => {
    const fresh = news.get(result.invitation?.id ?? "");
    return fresh === undefined ? result : { ...result, invitation: fresh };
  });
  useInvitationNews(isBusy ? [] : invitationsOf(newest), (list) =>
    setNews((before) => new Map([...before, ...list.map((one) => [one.id, one] as const)])),
  );
  return newest;
}

const invitationsOf = (results: readonly Result[]) => results.flatMap(({ invitation }) => invitation ?? []);

/** How many mails were sent, wait, and failed; nothing where no mail goes out. */
function Deliveries({ results }: { readonly results: readonly Result[] }) {
  const { i18n } = useLingui();
  const made = invitationsOf(results);
  const states = (["sent", "queued", "failed"] as const).flatMap((delivery) => {
    const count = made.filter((one) => one.delivery === delivery).length;
    return count === 0 ? [] : [{ delivery, count }];
  });
  if (states.length === 0) return null;
  return (
    <ul className={styles["deliveries"]}>
      {states.map(({ delivery, count }) => (
        <li key={delivery}>
          <DeliveryMark delivery={delivery} /> {i18n.number(count)}
        </li>
      ))}
    </ul>
  );
}

/** "On their way" and not "sent": that is the mail server's to say. */
function Title({ phase, results }: TitleProps): ReactNode {
  if (phase === "running" || phase === "stopping") return <Trans>Inviting…</Trans>;
  if (phase === "left") return <Trans>This list is not finished</Trans>;
  const made = invitationsOf(results);
  const count = made.length;
  if (count === 0) return <Trans>Nobody was invited</Trans>;
  if (made.every(({ delivery }) => delivery === "sent"))
    return <Plural value={count} one="# invitation sent" other="# invitations sent" />;
  return made.some(({ delivery }) => delivery === "queued") ? (
    <Plural value={count} one="# invitation is on its way" other="# invitations are on their way" />
  ) : (
    <Plural value={count} one="# invitation created" other="# invitations created" />
  );
}

function HowFar({ done, total }: { readonly done: number; readonly total: number }) {
  const { i18n } = useLingui();
  const so = i18n.number(done);
  const all = i18n.number(total);
  return (
    <Progress done={done} total={total}>
      <Trans>
        {so} of {all}
      </Trans>
    </Progress>
  );
}

function Problem({ error }: { readonly error: unknown }) {
  const { title, text } = useProblemText()(error);
  return (
    <div role="alert">
      <Reason tone="bad">
        {title}. {text}
      </Reason>
    </div>
  );
}

function useLines(plan: Plan, results: readonly Result[], names: SendStepProps["names"]): readonly Line[] {
  const { t } = useLingui();
  const fieldText = useFieldText();
  return results.flatMap((result, index) => {
    const person = plan.people[index];
    if (person === undefined) return [];
    const { line, text, name = "", roleIds } = person;
    const { invitation, status, code = "internal", detail = "" } = result;
    const reason = status === "already-user" ? t`This person has access already.` : fieldText(code, detail);
    return {
      line,
      text,
      name,
      roles: roleIds.map((id) => names.get(id) ?? "").join(", "),
      isGood: invitation !== undefined,
      mark: <ResultMark result={result} />,
      reason: invitation === undefined ? reason : "",
    };
  });
}

function ResultMark({ result: { invitation, status } }: { readonly result: Result }) {
  if (invitation !== undefined) return <DeliveryMark delivery={invitation.delivery} />;
  return status === "already-user" ? (
    <Status icon={<UsersIcon />}>
      <Trans>Already a user</Trans>
    </Status>
  ) : (
    <Status icon={<MinusIcon />}>
      <Trans>Not invited</Trans>
    </Status>
  );
}
