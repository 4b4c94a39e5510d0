/** Users: avatar, name and a second line. */
import { useLingui } from "@lingui/react";
import type { ReactNode } from "react";
import { classNames } from "../class-names.ts";
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

const han = /^\p{Script=Han}+$/u;

/**
 * Initials: the first letters of the first word and of the last word in the same script. Lower-case particles ("von",
 * "al-") are skipped. A Chinese name without spaces has its first two characters. Upper case follows the locale: "İ" for
 * "ilker" in Turkish.
 *
 * @example initials("İnci Şahin", "tr") // "İŞ"
 */
export function initials(name: string, locale: string): string {
  const words = name.normalize("NFC").match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [];
  const [first] = words;
  if (first === undefined) return firstGrapheme(name.trim());
  if (han.test(first) && words.every((word) => han.test(word)))
    return graphemes(words.join("")).slice(0, 2).join("");
  const last = words.slice(1).findLast((word) => !han.test(word) || han.test(first));
  const letters = last === undefined ? [firstCapital(first)] : [firstCapital(first), firstCapital(last)];
  return letters.map((letter) => letter.toLocaleUpperCase(locale)).join("");
}

/** The first word of a name. */
export function getFirstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

/** One of nine hues for an account, the same on every page and in every session. */
export function getTint(accountId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < accountId.length; index++)
    hash = Math.imul(hash ^ accountId.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 9;
}

/** The first letter of a word; for "al-Mansuri" the first capital. */
function firstCapital(word: string): string {
  const capital = word.match(/(?<=[-'’])\p{Lu}/u);
  return /^\p{Ll}/u.test(word) && capital ? capital[0] : firstGrapheme(word);
}

function firstGrapheme(text: string): string {
  return graphemes(text)[0] ?? "";
}

/** Splits a text into graphemes. */
export function graphemes(text: string): string[] {
  return Array.from(
    new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text),
    ({ segment }) => segment,
  );
}
