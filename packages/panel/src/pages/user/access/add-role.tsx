import type { RoleView, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useSession } from "../../../app/session/session.tsx";
import { ceilingText, missingFor, permissionLabels } from "../../../app/users/role-ceiling.ts";
import { useRoles } from "../../../app/users/use-roles.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { LockIcon } from "../../../ui/icons.tsx";
import { firstNameOf } from "../../../ui/initials.ts";
import { SearchField } from "../../../ui/search-field.tsx";
import styles from "../user.module.css";
import access from "./access.module.css";
import type { AccessDraft, RoleRef } from "./draft.ts";
import { rankRoles } from "./rank-roles.ts";

interface AddRoleProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly onAdd: (role: RoleRef) => void;
  readonly onClose: () => void;
}

/** The roles that the user doesn't hold. Typing narrows the list, Enter takes the first that may be given. */
export function AddRole({ user, draft, onAdd, onClose }: AddRoleProps) {
  const { t } = useLingui();
  const firstName = firstNameOf(user.name);
  const [query, setQuery] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const choices = useChoices(draft, query);
  const first = choices.find(({ reason }) => reason === null)?.role;
  const add = (role: RoleRef) => {
    onAdd(role);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (first !== undefined && query.trim() !== "") add(first);
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list.current?.querySelector("button")?.focus();
    }
  };
  return (
    <Dialog title={t`Add a role for ${firstName}`} isOpen onClose={onClose} isNarrow isDismissable>
      <div className={access["find"]}>
        <SearchField
          label={t`Search roles`}
          placeholder={t`Role`}
          value={query}
          onChange={setQuery}
          onKeyDown={onKeyDown}
          autoFocus
        />
      </div>
      <ul className={access["choices"]} ref={list} onKeyDown={moveBetweenChoices}>
        {choices.map(({ role, reason }) => (
          <li key={role.id}>
            {reason === null ? (
              <button
                type="button"
                className={classNames(role === first && query.trim() !== "" && access["first"])}
                onClick={() => add(role)}
              >
                <b>{role.name}</b>
                <span>{role.description}</span>
              </button>
            ) : (
              <div className={access["locked"]}>
                <LockIcon />
                <span>
                  <b>{role.name}</b>
                  <span>{reason}</span>
                </span>
              </div>
            )}
          </li>
        ))}
      </ul>
      {choices.length === 0 ? (
        <p className={styles["empty"]} role="status">
          {query === "" ? (
            <Trans>Every role is held already.</Trans>
          ) : (
            <Trans>No role matches {query}.</Trans>
          )}
        </p>
      ) : null}
    </Dialog>
  );
}

/** Roles to choose from; those beyond one's own rights stay, last, with their reason. */
function useChoices(
  draft: AccessDraft,
  query: string,
): ReadonlyArray<{ readonly role: RoleView; readonly reason: string | null }> {
  const { i18n } = useLingui();
  const roles = useRoles();
  const { permissions } = useSession();
  const { groups } = useCatalogue();
  const labels = useMemo(() => permissionLabels(groups), [groups]);
  const removed = new Set(draft.removed.map((role) => role.id));
  const held = new Set(
    [...draft.held.filter(({ id }) => !removed.has(id)), ...draft.added].map(({ id }) => id),
  );
  const judged = rankRoles(roles ?? [], query)
    .filter((role) => !held.has(role.id))
    .map((role) => {
      const missing = missingFor(role, permissions);
      return { role, reason: missing.length === 0 ? null : ceilingText(role.name, missing, labels, i18n) };
    });
  return [
    ...judged.filter(({ reason }) => reason === null),
    ...judged.filter(({ reason }) => reason !== null),
  ];
}

function moveBetweenChoices(event: KeyboardEvent<HTMLUListElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button.matches(":focus"));
  event.preventDefault();
  buttons[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}
