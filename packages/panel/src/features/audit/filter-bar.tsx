import type { AuditEvent } from "@gatehouse/sdk/contract";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { formatAction, formatActor } from "../../../../lib/labels/event-labels.ts";
import { FilterSelect } from "../../../../ui/forms/select.tsx";
import { LinkButton } from "../../../../ui/text.tsx";
import { type AuditSearch, isFiltered } from "../../audit-search.ts";
import styles from "./filters.module.css";
import { PeriodFilter } from "./period-filter.tsx";
import { PersonFilter } from "./person-filter.tsx";

const areas = [
  ["users.", msg`Users`],
  ["user-jobs.", msg`Bulk user changes`],
  ["roles.", msg`Roles`],
  ["invitations.", msg`Invitations`],
  ["sessions.", msg`Signing in and out`],
  ["accounts.", msg`Accounts`],
  ["api-keys.", msg`API keys`],
  ["organizations.", msg`Organization`],
  ["audit.", msg`Audit log`],
] as const;

const nothing = {
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
  readonly onFilter: (filters: Partial<AuditSearch>) => void;
}

/** The filters of the log: action, actor, target and time. */
export function FilterBar({ search, events, onFilter }: FilterBarProps) {
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
