import type { CatalogueGroup, RoleChange } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useProblemText } from "../../app/problem-text.ts";
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
  const people = t`${plural(data.users, { 0: "Nobody yet", one: "# person", other: "# people" })}`;
  const [lost, gained] = [named(data.lost, groups), named(data.gained, groups)];
  return (
    <>
      {lost === null ? null : (
        <Delta change="lost">
          {lost.rest === 0 ? (
            <Trans>
              {people}: loses {lost.first}
            </Trans>
          ) : (
            t`${people}: ${plural(lost.count, { one: "loses # permission", other: "loses # permissions" })}`
          )}
        </Delta>
      )}
      {gained === null ? null : (
        <Delta change="gained">
          {gained.rest === 0 ? (
            <Trans>
              {people}: gains {gained.first}
            </Trans>
          ) : (
            t`${people}: ${plural(gained.count, { one: "gains # permission", other: "gains # permissions" })}`
          )}
        </Delta>
      )}
      {lost === null && gained === null ? (
        <strong>
          <Trans>Nothing changes for those who hold it</Trans>
        </strong>
      ) : null}
    </>
  );
}

function named(permissions: readonly string[], groups: readonly CatalogueGroup[]) {
  const [first] = permissions;
  if (first === undefined) return null;
  const group = groups.find(({ actions }) => actions.some(({ permission }) => permission === first));
  const action = group?.actions.find(({ permission }) => permission === first);
  return {
    first: action === undefined ? first : `${group?.label}: ${action.label}`,
    rest: permissions.length - 1,
    count: permissions.length,
  };
}
