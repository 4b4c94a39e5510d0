/** People: a doorway with initials, and the two lines that name somebody. */
import { useLingui } from "@lingui/react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { initials, tintOf } from "./initials.ts";
import styles from "./person.module.css";

interface ArchProps {
  readonly name: string;
  /** Decides the hue. */
  readonly accountId: string;
  readonly isLarge?: boolean;
}

/** Somebody's doorway: decoration beside the name. */
export function Arch({ name, accountId, isLarge = false }: ArchProps) {
  const { i18n } = useLingui();
  return (
    <span
      className={classNames(styles["arch"], isLarge && styles["large"])}
      data-tint={tintOf(accountId)}
      aria-hidden="true"
    >
      {initials(name, i18n.locale)}
    </span>
  );
}

interface PersonProps extends ArchProps {
  /** The name as it is shown, marks included; `name` itself by default. */
  readonly shownName?: ReactNode;
  /** Second line: the e-mail address. */
  readonly second?: ReactNode;
}

/** Doorway, name, and a quieter line below; both end in an ellipsis. Wrap it into a `Link`. */
export function Person({ name, accountId, shownName, second }: PersonProps) {
  return (
    <span className={styles["person"]}>
      <Arch name={name} accountId={accountId} />
      <span>
        <b>{shownName ?? name}</b>
        {second === undefined ? null : <small>{second}</small>}
      </span>
    </span>
  );
}
