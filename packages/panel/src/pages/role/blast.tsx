import type { CatalogueGroup, RoleChange } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useProblemText } from "../../app/problem-text.ts";
import { permissionLabels } from "../../app/users/role-ceiling.ts";
import { Delta } from "../../ui/marks.tsx";
import { Reason } from "../../ui/reason.tsx";
import type { editOf } from "./draft.ts";

interface BlastProps {
  readonly edit: ReturnType<typeof editOf>;
  readonly preview: { readonly data: RoleChange | undefined; readonly error: unknown } | null;
  readonly groups: readonly CatalogueGroup[];
}

/** What the changes do to how many people, the loss first: "37 people lose Segments: Delete". */
export function Blast({ edit, preview, groups }: BlastProps) {
  const { t } = useLingui();
  const problemText = useProblemText();
  const texts = [edit.name, edit.description].filter((text) => text !== undefined).length;
  if (preview === null)
    return <strong>{t`${plural(texts, { one: "# text changed", other: "# texts changed" })}`}</strong>;
  const { data, error } = preview;
  if (data === undefined) {
    if (error === null) return <strong>{t`Working out whom this concerns…`}</strong>;
    return <Reason tone="bad">{problemText(error).title}</Reason>;
  }
  const { users } = data;
  const [lost, gained] = [data.lost, data.gained].map((permissions) => {
    const { length: count } = permissions;
    const named = t`${plural(count, { one: "# permission", other: "# permissions" })}`;
    return count === 0 ? null : count === 1 ? nameOf(permissions[0] ?? "", groups) : named;
  });
  return (
    <>
      {lost == null ? null : (
        <Delta change="lost">
          {t`${plural(users, { 0: `Nobody loses ${lost}`, one: `# person loses ${lost}`, other: `# people lose ${lost}` })}`}
        </Delta>
      )}
      {gained == null ? null : (
        <Delta change="gained">
          {t`${plural(users, { 0: `Nobody gains ${gained}`, one: `# person gains ${gained}`, other: `# people gain ${gained}` })}`}
        </Delta>
      )}
      {lost == null && gained == null ? (
        <strong>
          <Trans>Nothing changes for those who hold it</Trans>
        </strong>
      ) : null}
    </>
  );
}

/** "Segments: Delete". */
function nameOf(permission: string, groups: readonly CatalogueGroup[]): string {
  return permissionLabels(groups).get(permission) ?? permission;
}
