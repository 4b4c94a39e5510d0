import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { downloadCsv } from "../../app/lists/download.ts";
import { Button } from "../../ui/button.tsx";
import { Chips } from "../../ui/chips.tsx";
import { DownloadIcon } from "../../ui/icons.tsx";
import { Reason } from "../../ui/reason.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./invite-many.module.css";

/** One line of a checked or a sent list. */
export interface Line {
  readonly line: number;
  readonly text: string;
  readonly name: string;
  /** Names of roles. */
  readonly roles: string;
  readonly isGood: boolean;
  readonly mark: ReactNode;
  /** Why somebody gets no invitation, or empty. */
  readonly reason: string;
}

interface PeopleListProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** What the good ones are called. */
  readonly good: string;
  /** What the others are called. */
  readonly bad: string;
}

type Shown = "all" | "good" | "bad";

/** So many lines are shown until more are asked for. */
const step = 100;

/** The people of a list with what becomes of each; the bad ones first. */
export function PeopleList({ label, lines, good, bad }: PeopleListProps) {
  const { t, i18n } = useLingui();
  const [shown, setShown] = useState<Shown>("all");
  const [most, setMost] = useState(step);
  const goodOnes = lines.filter(({ isGood }) => isGood);
  const badOnes = lines.filter(({ isGood }) => !isGood);
  const chosen = { all: [...badOnes, ...goodOnes], good: goodOnes, bad: badOnes }[shown];
  const named = (name: string, { length }: readonly Line[]) => `${name} ${i18n.number(length)}`;
  const more = chosen.length - most;
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
            setMost(step);
          }}
        />
      )}
      <ul className={styles["lines"]} aria-label={label}>
        {chosen.slice(0, most).map((one) => (
          <PersonLine key={one.line} one={one} />
        ))}
      </ul>
      {more <= 0 ? null : (
        <p className={styles["more"]}>
          <LinkButton onClick={() => setMost(chosen.length)}>
            <Plural value={more} one="Show # more" other="Show # more" />
          </LinkButton>
        </p>
      )}
    </>
  );
}

function PersonLine({ one: { line, text, name, roles, mark, reason } }: { readonly one: Line }) {
  const { i18n } = useLingui();
  const number = i18n.number(line);
  return (
    <li>
      <span className={styles["who"]}>
        <b>{text === "" ? <Trans>Row {number}</Trans> : text}</b>
        {[name, roles]
          .filter((part) => part !== "")
          .map((part) => (
            <span key={part} className={styles["second"]}>
              {part}
            </span>
          ))}
      </span>
      <span>{mark}</span>
      {reason === "" ? null : (
        <span className={styles["why"]}>
          <Reason tone="bad">{reason}</Reason>
        </span>
      )}
    </li>
  );
}

/** Those who get no invitation as a file that can be corrected and given again; nothing where there are none. */
export function DownloadRest({ lines }: { readonly lines: readonly Line[] }) {
  const { t } = useLingui();
  const rest = lines.filter(({ isGood }) => !isGood);
  if (rest.length === 0) return null;
  const save = () =>
    downloadCsv("not-invited.csv", [
      [t`E-mail`, t`Name`, t`Roles`, t`Reason`],
      ...rest.map(({ text, name, roles, reason }) => [text, name, roles, reason]),
    ]);
  return (
    <Button big icon={<DownloadIcon />} onClick={save}>
      <Trans>Download failures</Trans>
    </Button>
  );
}
