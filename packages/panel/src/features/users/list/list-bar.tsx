import type { RoleView, UserStatus } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ListSearchField } from "../../../lib/lists/list-search.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Chips } from "../../../ui/forms/chips.tsx";
import { FilterSelect, Select } from "../../../ui/forms/select.tsx";
import { FilterIcon } from "../../../ui/icons.tsx";
import { Bar, useIsNarrow } from "../../../ui/layout/page.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { minRolesForSearch } from "../../roles/role-order.ts";
import { countFilters, type UserSearch } from "./user-search.ts";

/** The filters in the URL besides the search. */
type Filters = Pick<UserSearch, "status" | "role" | "twoFactor">;

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
  const { status, role, twoFactor } = search;
  const filters = { status, role, twoFactor };
  const statuses = useStatusChoices();
  const roleChoices = (roles ?? []).map(({ id, name }) => ({ value: id, text: name }));
  return (
    <>
      <FilterSelect<UserStatus>
        label={t`Status`}
        any={t`any`}
        value={status ?? null}
        choices={statuses}
        onChange={(status) => onFilter({ ...filters, status: status ?? undefined })}
      />
      {roles === null ? null : (
        <FilterSelect
          label={t`Role`}
          any={t`any`}
          value={role ?? null}
          choices={roleChoices}
          onChange={(role) => onFilter({ ...filters, role: role ?? undefined })}
        />
      )}
      <FilterSelect<"true" | "false">
        label={t`Two-factor`}
        any={t`any`}
        value={twoFactor ?? null}
        choices={useTwoFactorChoices()}
        onChange={(value) => onFilter({ ...filters, twoFactor: value ?? undefined })}
      />
    </>
  );
}

function FilterSheet({ search, roles, onFilter, found }: ListBarProps) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const { status, role, twoFactor } = search;
  const filters = { status, role, twoFactor };
  const statuses = useStatusChoices();
  const factors = useTwoFactorChoices();
  const set = countFilters(filters);
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
          value={status ?? ""}
          choices={[{ value: "", text: t`Any` }, ...statuses]}
          onChange={(status) => onFilter({ ...filters, status: status || undefined })}
        />
        <Chips<"true" | "false" | "">
          legend={<Trans>Two-factor</Trans>}
          value={twoFactor ?? ""}
          choices={[{ value: "", text: t`Any` }, ...factors]}
          onChange={(value) => onFilter({ ...filters, twoFactor: value || undefined })}
        />
        {roles === null ? null : (
          <RoleFilter
            roles={roles}
            value={role ?? ""}
            onChange={(role) => onFilter({ ...filters, role: role || undefined })}
          />
        )}
      </Dialog>
    </>
  );
}

interface RoleFilterProps {
  readonly roles: readonly RoleView[];
  readonly value: string;
  readonly onChange: (roleId: string) => void;
}

/** A few roles as chips; more in a select with a search. */
function RoleFilter({ roles, value, onChange }: RoleFilterProps) {
  const { t } = useLingui();
  const choices = [{ value: "", text: t`Any` }, ...roles.map(({ id, name }) => ({ value: id, text: name }))];
  return roles.length < minRolesForSearch ? (
    <Chips legend={<Trans>Role</Trans>} value={value} choices={choices} onChange={onChange} />
  ) : (
    <Select label={t`Role`} value={value} choices={choices} onChange={onChange} />
  );
}

function useStatusChoices() {
  const { t } = useLingui();
  return [
    { value: "active", text: t`Active` },
    { value: "suspended", text: t`Suspended` },
  ] as const;
}

function useTwoFactorChoices() {
  const { t } = useLingui();
  return [
    { value: "true", text: t`On` },
    { value: "false", text: t`Off` },
  ] as const;
}
