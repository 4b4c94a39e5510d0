import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { moveBetweenRows } from "../../../../app/lists/row-keys.ts";
import { ProblemState } from "../../../../app/problem-state.tsx";
import { useApiQuery } from "../../../../app/session/api.tsx";
import { useCan } from "../../../../app/session/session.tsx";
import { Button } from "../../../../ui/button.tsx";
import { classNames } from "../../../../ui/class-names.ts";
import { Dialog } from "../../../../ui/dialog.tsx";
import { ChevronDownIcon } from "../../../../ui/icons.tsx";
import { Person } from "../../../../ui/person.tsx";
import { SearchField } from "../../../../ui/search-field.tsx";
import select from "../../../../ui/select.module.css";
import { Bone, Skeleton } from "../../../../ui/states.tsx";
import styles from "./filters.module.css";

interface PersonFilterProps {
  readonly label: string;
  /** Printed for "no filter": "Who: anybody". */
  readonly any: string;
  readonly id: string | undefined;
  /** Of whom is chosen; undefined where no event in sight tells it. */
  readonly name: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** A filter by a person, who is searched for among the users. */
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

/** The name of whom a link filters by, where no event in sight tells it. */
function useName(id: string | undefined, name: string | undefined): string {
  const { t } = useLingui();
  const canView = useCan("users:view");
  const user = useApiQuery(
    "GET /organizations/:organizationId/users/:userId",
    { params: { userId: id ?? "" } },
    { enabled: canView && id !== undefined && name === undefined, staleTime: 60_000 },
  );
  return name ?? user.data?.body.name ?? t`chosen`;
}

function People({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const query = useRested(text.trim());
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
        <ProblemState error={found.error} onRetry={() => void found.refetch()} />
      ) : people === undefined ? (
        <Skeleton>
          <Bone size="long" />
        </Skeleton>
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

/** A text that has rested for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
