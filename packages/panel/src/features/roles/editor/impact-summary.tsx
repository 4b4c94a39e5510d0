import { difference, permissionSet } from "@gatehouse/access";
import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useProblemText } from "../../../lib/api/problem-text.ts";
import { indexQualifiedLabels } from "../../../lib/labels/permission-labels.ts";
import { useCatalogue } from "../../../lib/labels/use-catalogue.ts";
import { ChangeBadge } from "../../../ui/data-display/badges.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { getChanges, type RoleDraft } from "./role-draft.ts";
import type { RolePreview } from "./use-role.ts";

interface ImpactSummaryProps {
  readonly draft: RoleDraft;
  readonly preview: RolePreview | null;
  readonly groups: readonly CatalogueGroup[];
}

/** How many people the changes affect, losses first: "37 people lose “Segments: Delete”". */
export function ImpactSummary({ draft, preview, groups }: ImpactSummaryProps) {
  const { t } = useLingui();
  const problemText = useProblemText();
  const { lost, gained } = useDifference(draft);
  const { name, description } = getChanges(draft);
  const texts = [name, description].filter((text) => text !== undefined).length;
  const count = lost.length + gained.length + texts;
  const users = preview?.change?.users;
  return (
    <>
      <strong>{t`${plural(count, { 0: "Nothing changes for anybody", one: "# change", other: "# changes" })}`}</strong>
      {lost.length === 0 ? null : (
        <ChangeBadge change="lost">
          <Lost permissions={lost} users={users} groups={groups} />
        </ChangeBadge>
      )}
      {gained.length === 0 ? null : (
        <ChangeBadge change="gained">
          <Gained permissions={gained} users={users} groups={groups} />
        </ChangeBadge>
      )}
      {preview === null || preview.error === null ? null : (
        <span role="alert">
          <InlineNotice tone="bad">{problemText(preview.error).title}</InlineNotice>
        </span>
      )}
    </>
  );
}

interface ChangedProps {
  readonly permissions: readonly string[];
  /** Number of affected users; undefined until the preview has loaded. */
  readonly users: number | undefined;
  readonly groups: readonly CatalogueGroup[];
}

function Lost({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useChangedPermissionsText(permissions, groups);
  if (users === undefined) return <Trans>Takes away {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody loses ${what} today`,
    one: `# person loses ${what}`,
    other: `# people lose ${what}`,
  })}`;
}

function Gained({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useChangedPermissionsText(permissions, groups);
  if (users === undefined) return <Trans>Gives {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody gains ${what} today`,
    one: `# person gains ${what}`,
    other: `# people gain ${what}`,
  })}`;
}

/** The name of a single permission, or the number of permissions. */
function useChangedPermissionsText(
  permissions: readonly string[],
  groups: readonly CatalogueGroup[],
): string {
  const { t } = useLingui();
  const [first = ""] = permissions;
  const name = useMemo(() => indexQualifiedLabels(groups), [groups]).get(first) ?? first;
  if (permissions.length === 1) return t`“${name}”`;
  return t`${plural(permissions.length, { one: "# permission", other: "# permissions" })}`;
}

/** The permissions that the draft adds and removes, implied ones included. */
function useDifference({ saved, chosen }: RoleDraft) {
  const { catalogue } = useCatalogue();
  return useMemo(() => {
    if (catalogue === null) return { lost: [], gained: [] };
    const compile = (permissions: Iterable<string>) => permissionSet.fromStoredNames(catalogue, permissions);
    return difference(compile(saved.permissions), compile(chosen));
  }, [catalogue, saved, chosen]);
}
