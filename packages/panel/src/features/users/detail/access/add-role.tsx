import type { RoleView, UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { formatCeilingError, useGrantCeiling } from "../../../../lib/access/grant-ceiling.ts";
import { indexQualifiedLabels, useCatalogue } from "../../../../lib/labels/permission-catalogue.ts";
import { classNames } from "../../../../ui/class-names.ts";
import { getFirstName } from "../../../../ui/data-display/person.tsx";
import { SearchField } from "../../../../ui/forms/search-field.tsx";
import { VirtualList } from "../../../../ui/forms/virtual-list.tsx";
import { LockIcon } from "../../../../ui/icons.tsx";
import { Dialog } from "../../../../ui/overlays/dialog.tsx";
import { searchRoles, sortAllowedFirst } from "../../../roles/role-order.ts";
import { useRoles } from "../../../roles/use-roles.ts";
import styles from "../user.module.css";
import access from "./access.module.css";
import type { AccessDraft, RoleUntil } from "./access-draft.ts";

interface AddRoleProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly onAdd: (role: RoleUntil) => void;
  readonly onClose: () => void;
}

/** The roles that the user doesn't have. Typing filters the list; Enter adds the first allowed one. */
export function AddRole({ user, draft, onAdd, onClose }: AddRoleProps) {
  const { t } = useLingui();
  const firstName = getFirstName(user.name);
  const [query, setQuery] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const choices = useChoices(draft, firstName, query);
  const first = choices.find(({ reason }) => reason === null)?.role;
  const ceiling = useGrantCeiling();
  const add = (role: RoleView) => {
    onAdd({ ...role, expiresAt: ceiling.latestEnd(role) });
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
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the buttons inside */}
      <div ref={list} onKeyDown={moveBetweenChoices}>
        <VirtualList items={choices} getKey={({ role }) => role.id} item="li" className={access["choices"]}>
          {({ role, reason }) =>
            reason === null ? (
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
            )
          }
        </VirtualList>
      </div>
      {choices.length === 0 ? (
        <p className={styles["empty"]} role="status">
          {query === "" ? (
            <Trans>All roles are already given.</Trans>
          ) : (
            <Trans>No role matches {query}.</Trans>
          )}
        </p>
      ) : null}
    </Dialog>
  );
}

/** Roles to choose from; those that can't be chosen come last, with the reason. */
function useChoices(
  draft: AccessDraft,
  firstName: string,
  query: string,
): ReadonlyArray<{ readonly role: RoleView; readonly reason: string | null }> {
  const { t, i18n } = useLingui();
  const roles = useRoles();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const removed = new Set(draft.removed.map((role) => role.id));
  const taken = new Set(
    [...draft.held.filter(({ id }) => !removed.has(id)), ...draft.added].map(({ id }) => id),
  );
  const choices = searchRoles(roles ?? [], query)
    // A search also finds the roles that the user has, so that it doesn't seem that there are none.
    .filter((role) => query.trim() !== "" || !taken.has(role.id))
    .map((role) => {
      const decision = ceiling.checkRole(role);
      const reason = taken.has(role.id)
        ? t`${firstName} already has it.`
        : decision.allowed
          ? null
          : formatCeilingError(role.name, decision.missing, labels, i18n);
      return { role, reason };
    });
  return sortAllowedFirst(choices, ({ reason }) => reason === null);
}

function moveBetweenChoices(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button.matches(":focus"));
  event.preventDefault();
  buttons[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}
