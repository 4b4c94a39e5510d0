import {
  displayEmail,
  type UserImportRow,
  type UserImportRowOutcome,
  type UserImportView,
} from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { buildUrl } from "../../../lib/api/request.ts";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { useOrganization } from "../../../lib/session/session.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { DownloadIcon } from "../../../ui/icons.tsx";
import { linkClass } from "../../../ui/text.tsx";
import styles from "./imports.module.css";
import { useRowErrorText } from "./row-error-text.ts";

interface ImportRowsProps {
  readonly one: UserImportView;
  readonly outcome: UserImportRowOutcome;
}

/** Refused rows with their reasons, or users and invitations that the undo kept, and a download. */
export function ImportRows({ one, outcome }: ImportRowsProps) {
  const { id: organizationId } = useOrganization();
  const count = one[outcome];
  if (count === 0) return null;
  const file = buildUrl("GET /organizations/:organizationId/user-imports/:importId/rows/export", {
    params: { organizationId, importId: one.id },
    query: { outcome },
  });
  return (
    <section className={styles["columns"]}>
      <div className={styles["heading"]}>
        <h3>
          {outcome === "refused" ? (
            <Plural value={count} one="# row was refused" other="# rows were refused" />
          ) : one.as === "invitations" ? (
            <Plural value={count} one="# invitation was kept" other="# invitations were kept" />
          ) : (
            <Plural value={count} one="# user was kept" other="# users were kept" />
          )}
        </h3>
        <a className={buttonClass()} href={file} download>
          <DownloadIcon />
          <Trans>Download as CSV</Trans>
        </a>
      </div>
      <RowPage one={one} outcome={outcome} />
    </section>
  );
}

/** A page of rows, with a button for the next one. */
function RowPage({ one, outcome, cursor }: ImportRowsProps & { readonly cursor?: string }) {
  const [showsMore, setShowsMore] = useState(false);
  const page = useApiQuery(
    "GET /organizations/:organizationId/user-imports/:importId/rows",
    {
      params: { importId: one.id },
      query: { outcome, limit: 50, ...(cursor === undefined ? {} : { cursor }) },
    },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  if (page.error !== null) return <ProblemState error={page.error} onRetry={() => page.refetch()} />;
  const { items = [], nextCursor = null } = page.data?.body ?? {};
  return (
    <>
      <ul className={classNames(styles["lines"], styles["reasons"])} aria-busy={page.data === undefined}>
        {items.map((row) => (
          <RowItem key={row.line} one={one} row={row} />
        ))}
      </ul>
      {nextCursor === null ? null : showsMore ? (
        <RowPage one={one} outcome={outcome} cursor={nextCursor} />
      ) : (
        <Button wide onClick={() => setShowsMore(true)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}

function RowItem({ one, row }: { readonly one: UserImportView; readonly row: UserImportRow }) {
  const { t, i18n } = useLingui();
  const errorText = useRowErrorText();
  const { subjectId, email } = row;
  const line = i18n.number(row.line);
  const name = email === "" ? t`No address` : displayEmail(email);
  return (
    <li>
      <span className={styles["who"]}>
        {subjectId === undefined || one.as === "invitations" ? (
          <b>{name}</b>
        ) : (
          <Link to="/users/$userId" params={{ userId: subjectId }} className={linkClass("quiet")}>
            <b>{name}</b>
          </Link>
        )}
        <span className={styles["remark"]}>
          <Trans>Line {line}</Trans>
        </span>
      </span>
      <InlineNotice tone="warn">{errorText(row)}</InlineNotice>
    </li>
  );
}
