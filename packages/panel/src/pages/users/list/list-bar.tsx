import type { RoleView, UserStatus } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ListSearchField } from "../../../app/lists/list-search-field.tsx";
import { Button } from "../../../ui/button.tsx";
import { Chips } from "../../../ui/chips.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { FilterIcon } from "../../../ui/icons.tsx";
import { Bar } from "../../../ui/page.tsx";
import { FilterSelect } from "../../../ui/select.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import type { ListSearch } from "./list-search.ts";

/** Filters that the address may hold beside the search. */
type Filters = Pick<ListSearch, "status" | "role">;

interface ListBarProps {
  readonly search: ListSearch;
  readonly onSearch: (text: string) => void;
  /** The rows are those of the address. */
  readonly isSettled: boolean;
  readonly roles: readonly RoleView[] | null;
  readonly onFilter: (filters: Filters) => void;
  /** How many the filters leave, for the sheet's button. */
  readonly found: number | null;
}

/** Search and filters; on phones the filters are in a sheet. */
export function ListBar(props: ListBarProps) {
  const { search, onSearch, isSettled } = props;
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  return (
    <Bar role="search">
      <ListSearchField
        label={t`Search users by name or e-mail`}
        placeholder={t`Name or e-mail`}
        shortcutLabel={t`Search users`}
        searched={search.q ?? ""}
        onSearch={onSearch}
        isSettled={isSettled}
      />
      {isNarrow ? <FilterSheet {...props} /> : <FilterBar {...props} />}
    </Bar>
  );
}

function FilterBar({ search, roles, onFilter }: ListBarProps) {
  const { t } = useLingui();
  const statuses = useStatusChoices();
  const roleChoices = (roles ?? []).map(({ id, name }) => ({ value: id, text: name }));
  return (
    <>
      <FilterSelect<UserStatus>
        label={t`Status`}
        any={t`any`}
        value={search.status ?? null}
        choices={statuses}
        onChange={(status) => onFilter({ status: status ?? undefined, role: search.role })}
      />
      {roles === null ? null : (
        <FilterSelect
          label={t`Role`}
          any={t`any`}
          value={search.role ?? null}
          choices={roleChoices}
          onChange={(role) => onFilter({ status: search.status, role: role ?? undefined })}
        />
      )}
    </>
  );
}

function FilterSheet({ search, roles, onFilter, found }: ListBarProps) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const statuses = useStatusChoices();
  const any = { value: "", text: t`Any` };
  const set = [search.status, search.role].filter((filter) => filter !== undefined).length;
  return (
    <>
      <Button icon={<FilterIcon />} onClick={() => setOpen(true)} aria-haspopup="dialog">
        {set === 0 ? <Trans>Filters</Trans> : <Trans>Filters ({set})</Trans>}
      </Button>
      <Dialog
        title={<Trans>Filters</Trans>}
        shape="sheet"
        isDismissable
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          <>
            {set === 0 ? null : (
              <Button big onClick={() => onFilter({})}>
                <Trans>Clear</Trans>
              </Button>
            )}
            <Button big variant="primary" onClick={() => setOpen(false)}>
              {found === null ? (
                <Trans>Show users</Trans>
              ) : (
                <Plural value={found} one="Show # user" other="Show # users" />
              )}
            </Button>
          </>
        }
      >
        <Chips<UserStatus | "">
          legend={<Trans>Status</Trans>}
          value={search.status ?? ""}
          choices={[{ value: "", text: t`Any` }, ...statuses]}
          onChange={(status) => onFilter({ status: status || undefined, role: search.role })}
        />
        {roles === null ? null : (
          <Chips
            legend={<Trans>Role</Trans>}
            value={search.role ?? ""}
            choices={[any, ...roles.map(({ id, name }) => ({ value: id, text: name }))]}
            onChange={(role) => onFilter({ status: search.status, role: role || undefined })}
          />
        )}
      </Dialog>
    </>
  );
}

function useStatusChoices() {
  const { t } = useLingui();
  return [
    { value: "active", text: t`Active` },
    { value: "suspended", text: t`Suspended` },
  ] as const;
}
