import { foldText } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { SensitiveBadge } from "../../../ui/data-display/badges.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Checkbox, CheckboxField } from "../../../ui/forms/checkbox.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import styles from "./api-keys.module.css";

/** Id of the search box, for the error. */
export const permissionChoiceId = "key-permissions";

interface PermissionChoiceProps {
  readonly chosen: ReadonlySet<string>;
  readonly error: string | undefined;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** The user's own permissions by group: a key can't have more. */
export function PermissionChoice({ chosen, error, onChange }: PermissionChoiceProps) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const catalogue = useCatalogue();
  const groups = useGroups(text);
  function set(permissions: readonly string[], isOn: boolean) {
    const next = new Set(chosen);
    for (const permission of permissions) {
      if (isOn) next.add(permission);
      else next.delete(permission);
    }
    onChange(next);
  }
  return (
    <fieldset
      className={styles["permissions"]}
      aria-describedby={error === undefined ? undefined : "key-error"}
    >
      <legend>
        <Trans>Permissions</Trans>
      </legend>
      <p className={styles["second"]}>
        <Trans>Only permissions that you have. Choose as few as the program needs.</Trans>
      </p>
      <SearchField
        id={permissionChoiceId}
        label={t`Search permissions`}
        placeholder={t`Permission`}
        value={text}
        onChange={setText}
        onKeyDown={(event) => (event.key === "Enter" ? event.preventDefault() : undefined)}
      />
      {error === undefined ? null : (
        <InlineNotice id="key-error" tone="bad">
          {error}
        </InlineNotice>
      )}
      {catalogue.isLoaded ? null : catalogue.error === null ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <ProblemState error={catalogue.error} onRetry={() => catalogue.refetch()} />
      )}
      {catalogue.isLoaded && groups.length === 0 ? (
        <p className={styles["second"]} role="status">
          <Trans>None of your permissions matches.</Trans>
        </p>
      ) : null}
      <div className={styles["groups"]}>
        {groups.map((group) => {
          const names = group.actions.map(({ permission }) => permission);
          const count = names.filter((permission) => chosen.has(permission)).length;
          return (
            <fieldset key={group.key} aria-label={group.label}>
              <label className={styles["group"]}>
                <Checkbox
                  checked={count === names.length}
                  isMixed={count > 0 && count < names.length}
                  onChange={() => set(names, count < names.length)}
                />
                <b>{group.label}</b>
                <span className={styles["second"]}>
                  {count}/{names.length}
                </span>
              </label>
              {group.actions.map(({ permission, label, sensitive }) => (
                <CheckboxField
                  key={permission}
                  checked={chosen.has(permission)}
                  onChange={(event) => set([permission], event.target.checked)}
                >
                  {label} {sensitive ? <SensitiveBadge /> : null}
                </CheckboxField>
              ))}
            </fieldset>
          );
        })}
      </div>
    </fieldset>
  );
}

/** The user's permissions that match the text. */
function useGroups(text: string) {
  const { permissions } = useSession();
  const { groups } = useCatalogue();
  const term = foldText(text.trim());
  return groups
    .map((group) => ({
      ...group,
      actions: group.actions.filter(
        ({ permission, label, description = "" }) =>
          permissions.has(permission) &&
          foldText(`${group.label} ${label} ${description} ${permission}`).includes(term),
      ),
    }))
    .filter(({ actions }) => actions.length > 0);
}
