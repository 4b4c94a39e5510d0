import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { downloadCsv } from "../../../lib/lists/download.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Chips } from "../../../ui/forms/chips.tsx";
import { DownloadIcon } from "../../../ui/icons.tsx";
import { LinkButton, linkClass } from "../../../ui/text.tsx";
import styles from "./invite-many.module.css";

/** One row of a checked or sent list. */
export interface PersonRow {
  readonly line: number;
  readonly text: string;
  readonly name: string;
  /** Names of roles. */
  readonly roles: readonly string[];
  readonly isGood: boolean;
  readonly badge: ReactNode;
  /** The invited address, for a link to the invitation. */
  readonly invited?: string | undefined;
  /** A link after the reason. */
  readonly more?: ReactNode;
  /** Why the person gets no invitation; empty if they get one. */
  readonly reason: string;
}

interface PeopleListProps {
  readonly label: string;
  readonly lines: readonly PersonRow[];
  /** Label for valid rows. */
  readonly good: string;
  /** Label for invalid rows. */
  readonly bad: string;
}

type Shown = "all" | "good" | "bad";

/** Rows shown before "Show more". */
const pageSize = 100;

/** The people of a list with their results, failures first. */
export function PeopleList({ label, lines, good, bad }: PeopleListProps) {
  const { t, i18n } = useLingui();
  const [shown, setShown] = useState<Shown>("all");
  const [maxShown, setMaxShown] = useState(pageSize);
  const goodOnes = lines.filter(({ isGood }) => isGood);
  const badOnes = lines.filter(({ isGood }) => !isGood);
  const chosen = { all: [...badOnes, ...goodOnes], good: goodOnes, bad: badOnes }[shown];
  const named = (name: string, { length }: readonly PersonRow[]) => `${name} ${i18n.number(length)}`;
  const more = chosen.length - maxShown;
  return (
    <>
      {badOnes.length === 0 || goodOnes.length === 0 ? null : (
        <Chips
          legend={t`Show`}
          isLegendHidden
          value={shown}
          choices={[
            { value: "all", text: named(t`All`, lines) },
            { value: "good", text: named(good, goodOnes) },
            { value: "bad", text: named(bad, badOnes) },
          ]}
          onChange={(next) => {
            setShown(next);
            setMaxShown(pageSize);
          }}
        />
      )}
      <ul className={styles["lines"]} aria-label={label}>
        {chosen.slice(0, maxShown).map((one) => (
          <PersonItem key={one.line} one={one} />
        ))}
      </ul>
      {more <= 0 ? null : (
        <p className={styles["more"]}>
          <LinkButton onClick={() => setMaxShown(chosen.length)}>
            <Plural value={more} one="Show # more" other="Show # more" />
          </LinkButton>
        </p>
      )}
    </>
  );
}

function PersonItem({ one }: { readonly one: PersonRow }) {
  const { line, text, name, roles, badge, invited, reason, more } = one;
  const { i18n } = useLingui();
  const canView = useCan("invitations:view");
  const number = i18n.number(line);
  return (
    <li>
      <span className={styles["who"]}>
        <b>
          {invited !== undefined && canView ? (
            <Link to="/invitations" search={{ q: invited }} className={linkClass("quiet")}>
              {text}
            </Link>
          ) : text === "" ? (
            <Trans>Row {number}</Trans>
          ) : (
            text
          )}
        </b>
        {[name, roles.join(", ")]
          .filter((part) => part !== "")
          .map((part) => (
            <span key={part} className={styles["second"]}>
              {part}
            </span>
          ))}
      </span>
      <span>{badge}</span>
      {reason === "" ? null : (
        <span className={styles["why"]}>
          <InlineNotice tone="bad">
            {reason} {more}
          </InlineNotice>
        </span>
      )}
    </li>
  );
}

/** Downloads the failures as a file that can be corrected and imported again. */
export function DownloadFailures({ lines }: { readonly lines: readonly PersonRow[] }) {
  const { t } = useLingui();
  const rest = lines.filter(({ isGood }) => !isGood);
  if (rest.length === 0) return null;
  const save = () =>
    downloadCsv("not-invited.csv", [
      [t`E-mail`, t`Name`, t`Roles`, t`Reason`],
      ...rest.map(({ text, name, roles, reason }) => [text, name, roles.join("; "), reason]),
    ]);
  return (
    <Button big icon={<DownloadIcon />} onClick={save}>
      <Trans>Download failures</Trans>
    </Button>
  );
}
