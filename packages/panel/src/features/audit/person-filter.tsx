import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../lib/api/use-api.tsx";
import { moveBetweenRows } from "../../lib/lists/list-rows.tsx";
import { useCan } from "../../lib/session/session.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Person } from "../../ui/data-display/person.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { SearchField } from "../../ui/forms/search-field.tsx";
import select from "../../ui/forms/select.module.css";
import { ChevronDownIcon } from "../../ui/icons.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import styles from "./filters.module.css";

interface PersonFilterProps {
  readonly label: string;
  /** The text for "no filter": "Who: anyone". */
  readonly any: string;
  readonly id: string | undefined;
  /** The name of the selected person; undefined if no shown event contains it. */
  readonly name: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** A filter by person, with a search for users. */
export function PersonFilter({ label, any, id, name, onChange }: PersonFilterProps) {
  const [isOpen, setOpen] = useState(false);
  const known = useName(id, name);
  const choose = (next: string | undefined) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <>
      <button
        type="button"
        className={classNames(select["select"], select["filter"], id !== undefined && select["set"])}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {label}: <b className={styles["chosen"]}>{id === undefined ? any : known}</b>
        <ChevronDownIcon />
      </button>
      {isOpen ? (
        <Dialog title={label} isOpen isNarrow isDismissable onClose={() => setOpen(false)}>
          <People onChoose={choose} />
          {id === undefined ? null : (
            <Button onClick={() => choose(undefined)}>
              <Trans>No filter</Trans>
            </Button>
          )}
        </Dialog>
      ) : null}
    </>
  );
}

/** The name of the person in the URL, if no shown event contains it. */
function useName(id: string | undefined, name: string | undefined): string {
  const { t } = useLingui();
  const canView = useCan("users:view");
  const user = useApiQuery(
    "GET /organizations/:organizationId/users/:userId",
    { params: { userId: id ?? "" } },
    { enabled: canView && id !== undefined && name === undefined, staleTime: 60_000 },
  );
  return name ?? user.data?.body.name ?? t`selected`;
}

function People({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const query = useDebounced(text.trim());
  const found = useApiQuery(
    "GET /organizations/:organizationId/users",
    { query: { limit: "8", ...(query === "" ? {} : { query }) } },
    { keepsPrevious: true },
  );
  const people = found.data?.body.items;
  return (
    <>
      <div className={styles["find"]}>
        <SearchField
          autoFocus
          label={t`Search users by name or e-mail`}
          placeholder={t`Name or e-mail`}
          value={text}
          onChange={setText}
          onKeyDown={(event) => {
            const first = people?.[0];
            if (event.key === "Enter" && first !== undefined && query === text.trim()) onChoose(first.id);
            if (event.key === "ArrowDown")
              event.currentTarget.closest("[role=dialog]")?.querySelector<HTMLElement>("li button")?.focus();
          }}
        />
      </div>
      {found.error !== null && people === undefined ? (
        <ProblemState error={found.error} onRetry={() => found.refetch()} />
      ) : people === undefined ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : people.length === 0 ? (
        <p role="status" className={styles["none"]}>
          <Trans>Nobody matches {query}</Trans>
        </p>
      ) : (
        <ul className={styles["people"]} aria-busy={found.isPlaceholderData} onKeyDown={moveBetweenRows}>
          {people.map((user) => (
            <li key={user.id}>
              <button type="button" onClick={() => onChoose(user.id)}>
                <Person name={user.name} accountId={user.accountId} second={displayEmail(user.email)} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The text, debounced. */
function useDebounced(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
