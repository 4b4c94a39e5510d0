import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { ProblemState, useProblemText } from "../../../lib/api/problem-text.tsx";
import { useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { createRandomId } from "../../../lib/random-id.ts";
import { RequirePermission } from "../../../lib/session/session.tsx";
import { modifierName, useShortcut } from "../../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { PageHeader, SaveBar } from "../../../ui/layout/page.tsx";
import { useRolesQuery } from "../use-roles.ts";
import { RoleMatrix } from "./matrix/role-matrix.tsx";
import styles from "./role.module.css";
import { createDraft, type RoleDraft, toRequestBody } from "./role-draft.ts";
import { BackToRoles, EditorSkeleton, focusText, RoleFields } from "./role-fields.tsx";
import { findTakenName, useSaveRole } from "./use-role.ts";

const route = getRouteApi("/shell/roles/new");

/** The page for creating a role, empty or as a copy. */
export function NewRolePage() {
  const { t } = useLingui();
  usePageTitle(t`New role`);
  return (
    <RequirePermission permission="roles:create" name={t`Create roles`}>
      <BackToRoles />
      <LoadedTemplate />
    </RequirePermission>
  );
}

function LoadedTemplate() {
  const { from } = route.useSearch();
  const roles = useRolesQuery();
  const catalogue = useCatalogue();
  // The copy has only permissions that the user can grant, which depends on the catalogue.
  const pending = roles.data === undefined ? roles : catalogue.isLoaded ? undefined : catalogue;
  if (pending !== undefined && from !== undefined)
    return pending.error === null ? (
      <EditorSkeleton />
    ) : (
      <ProblemState isPage error={pending.error} onRetry={() => pending.refetch()} />
    );
  return <NewRole key={from ?? ""} template={roles.data?.find(({ id }) => id === from) ?? null} />;
}

function NewRole({ template }: { readonly template: RoleView | null }) {
  const { t } = useLingui();
  const { catalogue, groups, error, refetch } = useCatalogue();
  const ceiling = useGrantCeiling();
  const allowed = useMemo(
    () => template?.permissions.filter((one) => ceiling.checkPermissions([one]).allowed) ?? [],
    [template, ceiling],
  );
  const leftOut = (template?.permissions.length ?? 0) - allowed.length;
  const [draft, setDraft] = useState<RoleDraft>(() => {
    const copied = createDraft(template ?? emptyRole, "").texts;
    const name = template === null ? "" : t`Copy of ${template.defaultName}`;
    // Names in other languages would be those of another role.
    const texts = { ...copied, name, "name.en": "", "name.tr": "" };
    return { ...createDraft(emptyRole, ""), texts, chosen: new Set(allowed) };
  });
  const creation = useCreateRole(draft);
  const guard = useUnsavedGuard(!creation.isSuccess && (draft.texts.name !== "" || draft.chosen.size > 0));
  const [isNameMissing, setNameMissing] = useState(false);
  const create = () => {
    const isMissing = draft.texts.name.trim() === "";
    setNameMissing(isMissing);
    if (isMissing) focusText("name");
    else creation.mutate();
  };
  const nameError =
    isNameMissing && draft.texts.name.trim() === ""
      ? ({ field: "name", text: t`Enter a name.` } as const)
      : creation.nameError(draft);
  useShortcut({ keys: "mod+s", label: t`Create role` }, create);
  const count = draft.chosen.size;
  return (
    <>
      <PageHeader title={template === null ? t`New role` : t`New role, from ${template.name}`} />
      {leftOut === 0 ? null : (
        <p className={styles["note"]}>
          <InlineNotice tone="locked">
            {t`${plural(leftOut, {
              one: "# permission is left out because you don’t have it yourself.",
              other: "# permissions are left out because you don’t have them yourself.",
            })}`}
          </InlineNotice>
        </p>
      )}
      <RoleFields draft={draft} isReadOnly={false} onChange={setDraft} nameError={nameError} isFocused />
      {error !== null ? (
        <ProblemState error={error} onRetry={() => refetch()} />
      ) : catalogue !== null ? (
        <RoleMatrix
          name={draft.texts.name.trim() === "" ? t`New role` : draft.texts.name}
          catalogue={catalogue}
          groups={groups}
          saved={template === null ? null : allowed}
          chosen={draft.chosen}
          isReadOnly={false}
          onChange={(chosen) => setDraft({ ...draft, chosen })}
        />
      ) : (
        <EditorSkeleton />
      )}
      <SaveBar
        label={t`New role`}
        actions={
          <Button
            variant="primary"
            hint={`${modifierName()} S`}
            shortcut="Control+S"
            pending={creation.isPending}
            onClick={create}
          >
            <Trans>Create role</Trans>
          </Button>
        }
      >
        {creation.problem === null ? (
          <strong>{t`${plural(count, { 0: "No permission yet", one: "# permission", other: "# permissions" })}`}</strong>
        ) : (
          <span role="alert">
            <InlineNotice tone="bad">{creation.problem}</InlineNotice>
          </span>
        )}
      </SaveBar>
      {guard}
    </>
  );
}

function useCreateRole(draft: RoleDraft) {
  const { t } = useLingui();
  const say = useStatusMessage();
  const navigate = useNavigate();
  const problemText = useProblemText();
  const { create } = useSaveRole();
  // One idempotency key for each draft: a double click creates one role, a corrected draft is a new request.
  const attempt = useMemo(() => ({ draft, key: createRandomId() }), [draft]);
  const creation = useMutation({
    mutationFn: (tried: RoleDraft) => create(toRequestBody(tried), attempt.key),
    async onSuccess({ body: role }) {
      await navigate({ to: "/roles/$roleId", params: { roleId: role.id }, ignoreBlocker: true });
      say({ tone: "good", text: t`The role ${role.name} is created` });
    },
    onError(error) {
      const field = findTakenName(error);
      if (field !== null) focusText(field);
    },
  });
  const { error } = creation;
  const taken = findTakenName(error);
  const tried = creation.variables;
  const words = error === null || taken !== null ? null : problemText(error);
  return {
    mutate: () => creation.mutate(attempt.draft),
    isPending: creation.isPending,
    isSuccess: creation.isSuccess,
    problem: words === null ? null : `${words.title}. ${words.text}`,
    /** Set while the field contains the rejected name. */
    nameError: ({ texts }: RoleDraft) =>
      taken !== null && tried?.texts[taken].trim() === texts[taken].trim()
        ? { field: taken, text: t`Another role has this name. Choose another.` }
        : undefined,
  };
}

const emptyRole = { defaultName: "", defaultDescription: "", translations: {}, permissions: [] };
