import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useProblemText } from "../../app/problem-text.ts";
import { givenBy, impliedOf } from "../../app/roles/implied.ts";
import { permissionLabels } from "../../app/users/role-ceiling.ts";
import { Delta } from "../../ui/marks.tsx";
import { Reason } from "../../ui/reason.tsx";
import { editOf, type RoleDraft } from "./draft.ts";
import type { RolePreview } from "./use-role.ts";

interface BlastProps {
  readonly draft: RoleDraft;
  readonly preview: RolePreview | null;
  readonly groups: readonly CatalogueGroup[];
}

/** What the changes do to how many people, the loss first: "37 people lose “Segments: Delete”". */
export function Blast({ draft, preview, groups }: BlastProps) {
  const { t } = useLingui();
  const problemText = useProblemText();
  const { lost, gained } = useDifference(draft, groups);
  const { name, description } = editOf(draft);
  const texts = [name, description].filter((text) => text !== undefined).length;
  const count = lost.length + gained.length + texts;
  const users = preview?.change?.users;
  return (
    <>
      <strong>{t`${plural(count, { 0: "Nothing changes for anybody", one: "# change", other: "# changes" })}`}</strong>
      {lost.length === 0 ? null : (
        <Delta change="lost">
          <Lost permissions={lost} users={users} groups={groups} />
        </Delta>
      )}
      {gained.length === 0 ? null : (
        <Delta change="gained">
          <Gained permissions={gained} users={users} groups={groups} />
        </Delta>
      )}
      {preview === null || preview.error === null ? null : (
        <span role="alert">
          <Reason tone="bad">{problemText(preview.error).title}</Reason>
        </span>
      )}
    </>
  );
}

interface ChangedProps {
  readonly permissions: readonly string[];
  /** How many it concerns; undefined until the server has said so. */
  readonly users: number | undefined;
  readonly groups: readonly CatalogueGroup[];
}

function Lost({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useObject(permissions, groups);
  if (users === undefined) return <Trans>Takes away {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody loses ${what} today`,
    one: `# person loses ${what}`,
    other: `# people lose ${what}`,
  })}`;
}

function Gained({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useObject(permissions, groups);
  if (users === undefined) return <Trans>Gives {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody gains ${what} today`,
    one: `# person gains ${what}`,
    other: `# people gain ${what}`,
  })}`;
}

/** The one permission by its name, or how many: the object of "loses". */
function useObject(permissions: readonly string[], groups: readonly CatalogueGroup[]): string {
  const { t } = useLingui();
  const [first = ""] = permissions;
  const name = useMemo(() => permissionLabels(groups), [groups]).get(first) ?? first;
  if (permissions.length === 1) return t`“${name}”`;
  return t`${plural(permissions.length, { one: "# permission", other: "# permissions" })}`;
}

/** What the role gives after saving and not before, and the other way round, with all that comes along. */
function useDifference({ saved, chosen }: RoleDraft, groups: readonly CatalogueGroup[]) {
  const implied = useMemo(() => impliedOf(groups), [groups]);
  return useMemo(() => {
    const [before, after] = [givenBy(saved.permissions, implied), givenBy(chosen, implied)];
    return {
      lost: [...before].filter((permission) => !after.has(permission)),
      gained: [...after].filter((permission) => !before.has(permission)),
    };
  }, [saved, chosen, implied]);
}
