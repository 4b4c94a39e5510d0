import type { RoleView, UserStatus } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ListSearchField } from "../../../lib/lists/list-search.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Chips } from "../../../ui/forms/chips.tsx";
import { FilterSelect } from "../../../ui/forms/select.tsx";
import { FilterIcon } from "../../../ui/icons.tsx";
import { Bar, useIsNarrow } from "../../../ui/layout/page.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import type { UserSearch } from "./user-search.ts";

/** The filters in the URL besides the search. */
type Filters = Pick<UserSearch, "status" | "role">;

interface ListBarProps {
  readonly search: UserSearch;
  readonly onSearch: (text: string) => void;
  /** The rows match the URL. */
  readonly isSettled: boolean;
  readonly roles: readonly RoleView[] | null;
  readonly onFilter: (filters: Filters) => void;
  /** Number of matching users, for the button of the filter sheet. */
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
