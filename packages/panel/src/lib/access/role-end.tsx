/** How long a role is given: the choice, and what it means in a request. */
import { msg, plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { dateOnly } from "../../ui/data-display/relative-time.ts";
import { useNow } from "../../ui/data-display/time.tsx";
import { InlineNotice } from "../../ui/feedback/inline-notice.tsx";
import { TextField } from "../../ui/forms/field.tsx";
import { Select } from "../../ui/forms/select.tsx";
import styles from "./role-end.module.css";

/** A number of days, the last day (`2027-05-03`, in local time), or no end. */
export type RoleEnd =
  | { readonly kind: "none" }
  | { readonly kind: "days"; readonly days: number }
  | { readonly kind: "date"; readonly date: string };

/** No end. */
export const noEnd: RoleEnd = { kind: "none" };

const dayMs = 86_400_000;
const presets = [7, 30, 90, 365] as const;

/** Whether a request can have this end: a date needs to be complete and not in the past. */
export function isCompleteEnd(end: RoleEnd, now: Date): boolean {
  if (end.kind !== "date") return true;
  const instant = endOfDay(end.date);
  return instant !== null && instant > now;
}

/** The instant of an end, counted from `start`; null for no end. */
export function toInstant(end: RoleEnd, start: Date): string | null {
  if (end.kind === "none") return null;
  if (end.kind === "days") return new Date(start.getTime() + end.days * dayMs).toISOString();
  return endOfDay(end.date)?.toISOString() ?? null;
}

/** The last millisecond of a day in local time; null for an incomplete date. */
function endOfDay(date: string): Date | null {
  const instant = new Date(`${date}T23:59:59.999`);
  return /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(instant.getTime()) ? instant : null;
}

/**
 * Returns a function that says why a role can't be given for that long; undefined when it can. `latest` is the end of the actor's
 * own access, null for none.
 */
export function useRoleEndError(): (end: RoleEnd, latest: string | null) => string | undefined {
  const { t } = useLingui();
  return (end, latest) => {
    const now = new Date();
    const expiresAt = toInstant(end, now);
    if (!isCompleteEnd(end, now)) return t`Choose today or a later day`;
    const isTooLate = latest !== null && (expiresAt === null || expiresAt > latest);
    return isTooLate ? t`Choose an earlier end` : undefined;
  };
}

/** Returns a function that formats "Marketer", or "Marketer until 3 May 2027". */
export function useRoleEndFormat(): (role: {
  readonly name: string;
  readonly expiresAt: string | null;
}) => string {
  const { t, i18n } = useLingui();
  return ({ name, expiresAt }) => {
    if (expiresAt === null) return name;
    const end = dateOnly(new Date(expiresAt), i18n.locale);
    return t`${name} until ${end}`;
  };
}

interface RoleEndFieldProps {
  readonly label: string;
  readonly value: RoleEnd;
  /** For an invitation, days count from joining, so that no date is known. */
  readonly isFromJoining?: boolean;
  /** Id of the date, for an error summary. */
  readonly id?: string;
  readonly error?: string | undefined;
  readonly isFocused?: boolean;
  /** Until when the signed-in user has the role, which is said below; null for no end. */
  readonly latest?: string | null;
  readonly onChange: (end: RoleEnd) => void;
}

/** Chooses how long a role is given: without end, for a number of days, or until a date. */
export function RoleEndField({
  label,
  value,
  isFromJoining = false,
  id,
  error,
  isFocused = false,
  latest = null,
  onChange,
}: RoleEndFieldProps) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const days = (count: number) => {
    if (isFromJoining)
      return i18n._(msg`${plural(count, { one: "# day from joining", other: "# days from joining" })}`);
    const date = dateOnly(new Date(now.getTime() + count * dayMs), i18n.locale);
    return i18n._(msg`${plural(count, { one: `# day, until ${date}`, other: `# days, until ${date}` })}`);
  };
  const choices = [
    { value: "none", text: t`No end` },
    ...presets.map((count) => ({ value: String(count), text: days(count) })),
    { value: "date", text: t`Until a date` },
  ];
  const choose = (chosen: string) => {
    if (chosen === "none") onChange(noEnd);
    else if (chosen === "date") onChange({ kind: "date", date: "" });
    else onChange({ kind: "days", days: Number(chosen) });
  };
  return (
    <div className={styles["end"]}>
      <Select
        label={label}
        value={value.kind === "days" ? String(value.days) : value.kind}
        choices={choices}
        onChange={choose}
        isFocused={isFocused}
      />
      {value.kind === "date" ? (
        <TextField
          type="date"
          {...(id === undefined ? {} : { id })}
          label={t`Last day`}
          min={toLocalDate(now)}
          max="9999-12-30"
          value={value.date}
          error={error}
          onChange={(event) => onChange({ kind: "date", date: event.target.value })}
        />
      ) : error === undefined ? null : (
        <p role="alert">
          <InlineNotice tone="bad">{error}</InlineNotice>
        </p>
      )}
      {latest === null ? null : (
        <InlineNotice tone="locked">
          <Trans>
            You have this only until {dateOnly(new Date(latest), i18n.locale)}, so it can’t end later.
          </Trans>
        </InlineNotice>
      )}
    </div>
  );
}

function toLocalDate(now: Date): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
