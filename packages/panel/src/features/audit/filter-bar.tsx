import type { AuditEvent } from "@gatehouse/sdk/contract";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { formatAction, formatActor } from "../../lib/labels/event-labels.ts";
import { ListSearchField } from "../../lib/lists/list-search.tsx";
import { dateOnly } from "../../ui/data-display/relative-time.ts";
import { useNow } from "../../ui/data-display/time.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { TextField } from "../../ui/forms/field.tsx";
import { FilterSelect } from "../../ui/forms/select.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import { LinkButton } from "../../ui/text.tsx";
import { type AuditSearch, isFiltered, spans, toDay } from "./audit-search.ts";
import styles from "./filters.module.css";
import { PersonFilter } from "./person-filter.tsx";

const areas = [
  ["users.", msg`Users`],
  ["user-jobs.", msg`Bulk user changes`],
  ["user-imports.", msg`Imports`],
  ["roles.", msg`Roles`],
  ["invitations.", msg`Invitations`],
  ["sessions.", msg`Signing in and out`],
  ["accounts.", msg`Accounts`],
  ["api-keys.", msg`API keys`],
  ["organizations.", msg`Organization`],
  ["audit.", msg`Audit log`],
] as const;

const nothing = {
  q: undefined,
  by: undefined,
  about: undefined,
  action: undefined,
  days: undefined,
  from: undefined,
  to: undefined,
} satisfies Partial<AuditSearch>;

interface FilterBarProps {
  readonly search: AuditSearch;
  /** The events shown: they contain the names of the people in the filters. */
  readonly events: readonly AuditEvent[];
  /** The events belong to the search in the URL. */
  readonly isSettled: boolean;
  readonly onSearch: (q: string | undefined) => void;
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** The search and the filters of the log: action, actor, target and time. */
export function FilterBar({ search, events, isSettled, onSearch, onFilter }: FilterBarProps) {
  const { t, i18n } = useLingui();
  const { by, about, action } = search;
  const actor = events.find((event) => event.actor.id === by)?.actor;
  const target = events.find((event) => event.target.id === about)?.target;
  const choices = areas.map(([value, name]): { value: string; text: string } => ({
    value,
    text: i18n._(name),
  }));
  // A single action comes from an event's details or from a link.
  const single =
    action === undefined || choices.some(({ value }) => value === action)
      ? []
      : [{ value: action, text: formatAction(action, i18n) }];
  return (
    <search className={styles["filters"]} aria-label={t`Filters`}>
      <ListSearchField
        label={t`Search by the name of a person, a role or anything else`}
        placeholder={t`Name`}
        shortcutLabel={t`Search the audit log`}
        searched={search.q ?? ""}
        onSearch={(q) => onSearch(q || undefined)}
        isSettled={isSettled}
      />
      <FilterSelect
        label={t`What`}
        any={t`anything`}
        value={action ?? null}
        choices={[...choices, ...single]}
        onChange={(value) => onFilter({ action: value ?? undefined })}
      />
      <PersonFilter
        label={t`Who`}
        any={t`anyone`}
        id={by}
        name={actor === undefined ? undefined : formatActor(actor, i18n)}
        onChange={(id) => onFilter({ by: id })}
      />
      <PersonFilter
        label={t`Target`}
        any={t`everything`}
        id={about}
        name={target?.name}
        onChange={(id) => onFilter({ about: id })}
      />
      <PeriodFilter search={search} onChange={onFilter} />
      {isFiltered(search) ? (
        <LinkButton variant="quiet" onClick={() => onFilter(nothing)}>
          <Trans>Clear filters</Trans>
        </LinkButton>
      ) : null}
    </search>
  );
}

type Period = Pick<AuditSearch, "days" | "from" | "to">;

interface PeriodFilterProps {
  readonly search: Period;
  readonly onChange: (period: Period) => void;
}

/** A filter by time: the last days, or from one day to another. */
function PeriodFilter({ search, onChange }: PeriodFilterProps) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const own = usePeriodText(search);
  const names = {
    1: t`today`,
    7: t`last 7 days`,
    30: t`last 30 days`,
    90: t`last 90 days`,
  } as const;
  const choices = [
    ...spans.map((span) => ({ value: String(span), text: names[span] })),
    { value: "own", text: own ?? t`custom range…` },
  ];
  const value = own === null ? (search.days === undefined ? null : String(search.days)) : "own";
  function choose(next: string | null) {
    if (next === "own") return setOpen(true);
    onChange({ days: next === null ? undefined : Number(next), from: undefined, to: undefined });
  }
  return (
    <>
      <FilterSelect label={t`When`} any={t`at any time`} value={value} choices={choices} onChange={choose} />
      {isOpen ? (
        <PeriodDialog
          search={search}
          onClose={() => setOpen(false)}
          onChange={(period) => {
            setOpen(false);
            onChange(period);
          }}
        />
      ) : null}
    </>
  );
}

/** "3 Nov 2026 – 5 Nov 2026"; null without a custom range. */
function usePeriodText({ from, to }: Period): string | null {
  const { t, i18n } = useLingui();
  const inWords = (day: string) => dateOnly(new Date(`${day}T12:00`), i18n.locale);
  if (from === undefined && to === undefined) return null;
  if (to === undefined) return t`since ${inWords(from ?? "")}`;
  if (from === undefined) return t`until ${inWords(to)}`;
  return `${inWords(from)} – ${inWords(to)}`;
}

interface PeriodDialogProps extends PeriodFilterProps {
  readonly onClose: () => void;
}

function PeriodDialog({ search, onChange, onClose }: PeriodDialogProps) {
  const { t } = useLingui();
  const today = toDay(useNow());
  const [from, setFrom] = useState(search.from ?? "");
  const [to, setTo] = useState(search.to ?? "");
  const [isAsked, setAsked] = useState(false);
  const isWrong = from !== "" && to !== "" && to < from;
  function submit() {
    setAsked(true);
    if (isWrong) return;
    onChange({ days: undefined, from: from || undefined, to: to || undefined });
  }
  return (
    <Dialog
      title={t`Custom range`}
      isOpen
      isNarrow
      isDismissable
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" type="submit">
            <Trans>Show events</Trans>
          </Button>
        </>
      }
    >
      <div className={styles["days"]}>
        <TextField
          type="date"
          label={t`First day`}
          max={today}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          autoFocus
        />
        <TextField
          type="date"
          label={t`Last day`}
          value={to}
          error={isAsked && isWrong ? t`The last day is before the first. Choose a later one.` : undefined}
          onChange={(event) => setTo(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
