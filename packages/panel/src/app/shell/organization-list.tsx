/** The organizations of an account, to switch between them. Loaded only for accounts that have several. */
import { foldText } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import type { Membership } from "../../lib/session/session.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { SearchField } from "../../ui/forms/search-field.tsx";
import { TickIcon } from "../../ui/icons.tsx";
import styles from "./organization-list.module.css";
import shell from "./shell.module.css";

interface OrganizationListProps {
  readonly organizations: readonly Membership[];
  readonly currentId: string;
  readonly onSwitch: (organizationId: string) => void;
}

/** So many are shown at once; the others are found by name. */
const maxShown = 50;
/** Fewer are found at a glance. */
const minSearched = 8;

/** The current organization first, with a search if there are many. */
export function OrganizationList({ organizations, currentId, onSwitch }: OrganizationListProps) {
  const { t } = useLingui();
  const id = useId();
  const [query, setQuery] = useState("");
  const found = filterOrganizations(organizations, { query, currentId });
  const shown = found.slice(0, maxShown);
  const more = found.length - shown.length;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={shell["legend"]}>{t`Organization`}</h3>
      {organizations.length < minSearched ? null : (
        <SearchField label={t`Find an organization`} value={query} onChange={setQuery} />
      )}
      <ul className={`${shell["rows"]} ${styles["organizations"]}`}>
        {shown.map((organization) => (
          <li key={organization.id}>
            <Button
              variant="quiet"
              aria-current={organization.id === currentId}
              onClick={() => onSwitch(organization.id)}
            >
              <span>{organization.name}</span>
              {organization.id === currentId ? <TickIcon /> : null}
            </Button>
          </li>
        ))}
      </ul>
      <p role="status" className={styles["more"]}>
        {found.length === 0 ? t`No organization has this name` : null}
        {more > 0
          ? t`${plural(more, { one: "# more: search by name", other: "# more: search by name" })}`
          : null}
      </p>
    </section>
  );
}

/** Those whose names contain every word of the query, the current one first. */
function filterOrganizations(
  organizations: readonly Membership[],
  { query, currentId }: { readonly query: string; readonly currentId: string },
): readonly Membership[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  const found = organizations.filter(({ name }) => {
    const folded = foldText(name);
    return words.every((word) => folded.includes(word));
  });
  const isOther = ({ id }: Membership) => (id === currentId ? 0 : 1);
  return found.toSorted((one, other) => isOther(one) - isOther(other));
}
