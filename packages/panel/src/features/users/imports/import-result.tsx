import type { UserImportView } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { Fact, Facts } from "../../../ui/data-display/facts.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { ImportRows } from "./import-rows.tsx";
import styles from "./imports.module.css";
import { useRowErrorText } from "./row-error-text.ts";
import { UndoPart } from "./undo-part.tsx";
import { useFocusedHeading } from "./use-focused-heading.ts";
import { useCancel, useStart } from "./use-imports.ts";

interface CheckResultProps {
  readonly one: UserImportView;
  /** Shows the columns again. */
  readonly onEdit: () => void;
}

/** What the import would do, and the button that does it. */
export function CheckResult({ one, onEdit }: CheckResultProps) {
  const start = useStart(one.id);
  const cancel = useCancel(one.id);
  const heading = useFocusedHeading();
  const isInviting = one.as === "invitations";
  const changes = one.created + one.updated;
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        {changes === 0 ? (
          <Trans>Nothing in this file would change anything</Trans>
        ) : isInviting ? (
          <Plural value={changes} one="# person can be invited" other="# people can be invited" />
        ) : (
          <Plural value={changes} one="# user can be imported" other="# users can be imported" />
        )}
      </h2>
      <p className={styles["remark"]}>
        <Trans>Nothing has been changed yet.</Trans>
      </p>
      <Counts one={one} />
      {start.error === null ? null : <ProblemNotice error={start.error} />}
      {cancel.error === null ? null : <ProblemNotice error={cancel.error} />}
      <ImportRows one={one} outcome="refused" />
      <div className={styles["bar"]}>
        <Button big pending={cancel.isPending} onClick={() => cancel.mutate()}>
          <Trans>Discard the file</Trans>
        </Button>
        <Button big onClick={onEdit}>
          <Trans>Change the columns</Trans>
        </Button>
        {changes === 0 ? null : (
          <Button
            big
            variant="primary"
            pending={start.isPending}
            onClick={() =>
              start.mutate({
                as: one.as ?? "users",
                ...(one.columns === undefined ? {} : { columns: one.columns }),
                ...(one.preset === undefined ? {} : { preset: one.preset }),
              })
            }
          >
            {isInviting ? (
              <Plural value={changes} one="Invite # person" other="Invite # people" />
            ) : (
              <Plural value={changes} one="Import # user" other="Import # users" />
            )}
          </Button>
        )}
      </div>
    </section>
  );
}

/** What an import did, and its undo. */
export function ImportResult({ one }: { readonly one: UserImportView }) {
  const errorText = useRowErrorText();
  const heading = useFocusedHeading();
  const { failure } = one;
  const left = one.startedAt === null ? 0 : (one.total ?? one.done) - one.done;
  return (
    <section className={styles["step"]}>
      <h2 ref={heading} tabIndex={-1}>
        <ResultTitle one={one} />
      </h2>
      {failure === undefined ? null : <InlineNotice tone="bad">{errorText(failure)}</InlineNotice>}
      {left === 0 ? null : (
        <InlineNotice tone="warn">
          <Plural
            value={left}
            one="# row was not processed. Upload the file again: rows that were imported stay as they are."
            other="# rows were not processed. Upload the file again: rows that were imported stay as they are."
          />
        </InlineNotice>
      )}
      {one.startedAt === null ? null : <Counts one={one} />}
      {one.startedAt === null ? null : <ImportRows one={one} outcome="kept" />}
      {one.startedAt === null ? null : <ImportRows one={one} outcome="refused" />}
      <UndoPart one={one} />
      <div className={styles["buttons"]}>
        <Link to="/users/imports" className={buttonClass({ big: true })}>
          <Trans>Import another file</Trans>
        </Link>
      </div>
    </section>
  );
}

function ResultTitle({ one }: { readonly one: UserImportView }) {
  const { status, created, removed, as, startedAt } = one;
  if (status === "undone")
    return as === "invitations" ? (
      <Plural value={removed} one="# invitation was revoked" other="# invitations were revoked" />
    ) : (
      <Plural value={removed} one="# user was removed" other="# users were removed" />
    );
  if (startedAt === null) return <Trans>Nothing was imported</Trans>;
  return as === "invitations" ? (
    <Plural value={created} one="# person was invited" other="# people were invited" />
  ) : (
    <Plural value={created} one="# user was created" other="# users were created" />
  );
}

function Counts({ one }: { readonly one: UserImportView }) {
  const { i18n } = useLingui();
  const { total, done, created, updated, unchanged, refused } = one;
  return (
    <Facts>
      <Fact name={<Trans>Rows</Trans>}>{i18n.number(total ?? done)}</Fact>
      <Fact name={<Trans>New</Trans>}>{i18n.number(created)}</Fact>
      <Fact name={<Trans>Changed</Trans>}>{i18n.number(updated)}</Fact>
      <Fact name={<Trans>Unchanged</Trans>}>{i18n.number(unchanged)}</Fact>
      <Fact name={<Trans>Refused</Trans>}>{i18n.number(refused)}</Fact>
    </Facts>
  );
}
