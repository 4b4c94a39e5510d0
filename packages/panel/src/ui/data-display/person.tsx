/** Users: avatar, name and a second line. */
import { useLingui } from "@lingui/react";
import type { ReactNode } from "react";
import { classNames } from "../class-names.ts";
import { getTint, initials } from "./initials.ts";
import styles from "./person.module.css";

interface AvatarProps {
  readonly name: string;
  /** Decides the hue. */
  readonly accountId: string;
  readonly isLarge?: boolean;
}

/** An avatar with initials; decorative, next to the name. */
export function Avatar({ name, accountId, isLarge = false }: AvatarProps) {
  const { i18n } = useLingui();
  return (
    <span
      className={classNames(styles["avatar"], isLarge && styles["large"])}
      data-tint={getTint(accountId)}
      aria-hidden="true"
    >
      {initials(name, i18n.locale)}
    </span>
  );
}

interface PersonProps extends AvatarProps {
  /** The displayed name, for instance highlighted; `name` by default. */
  readonly shownName?: ReactNode;
  /** Second line: the e-mail address. */
  readonly second?: ReactNode;
}

/** Avatar, name and a secondary line, truncated with an ellipsis. Wrap it into a `Link`. */
export function Person({ name, accountId, shownName, second }: PersonProps) {
  return (
    <span className={styles["person"]}>
      <Avatar name={name} accountId={accountId} />
      <span>
        <b>{shownName ?? name}</b>
        {second === undefined ? null : <small>{second}</small>}
      </span>
    </span>
  );
}
