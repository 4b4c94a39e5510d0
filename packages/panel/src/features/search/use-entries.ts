/** Entries of the command palette by kind. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouteContext } from "@tanstack/react-router";
import { useApi } from "../../lib/api/use-api.tsx";
import { loadPage } from "../../lib/base-path.ts";
import { useCatalogue } from "../../lib/labels/permission-catalogue.ts";
import type { Language } from "../../lib/language.ts";
import { meQuery, useCan, useSession } from "../../lib/session/session.tsx";
import { useShortcutList } from "../../lib/shortcuts/shortcuts.tsx";
import { setTheme } from "../../lib/storage/storage.ts";
import { useRoles } from "../roles/use-roles.ts";
import { type Entry, type EntryGroup, filterEntries } from "./entries.ts";
import { usePeopleEntries } from "./use-people-entries.ts";

/** All matching entries by kind. */
export function useEntryGroups(query: string, onShowHelp: () => void): readonly EntryGroup[] {
  const { t } = useLingui();
  const people = usePeopleEntries(query);
  const roles = useRoleEntries();
  const permissions = usePermissionEntries();
  const pages = usePageEntries();
  const actions = useActionEntries(onShowHelp);
  const organizations = useOrganizationEntries();
  const isSearching = query.trim() !== "";
  return [
    { id: "people", title: t`People`, entries: isSearching ? people.users : [] },
    { id: "invited", title: t`Invited people`, entries: isSearching ? people.invited : [] },
    { id: "suggestions", title: t`Did you mean`, entries: isSearching ? people.suggestions : [] },
    { id: "pages", title: t`Pages`, entries: filterEntries(pages, query) },
    {
      id: "organizations",
      title: t`Organizations`,
      entries: filterEntries(organizations, query).slice(0, 6),
    },
    { id: "actions", title: t`Actions`, entries: filterEntries(actions, query) },
    { id: "roles", title: t`Roles`, entries: isSearching ? filterEntries(roles, query).slice(0, 6) : [] },
    {
      id: "who-can",
      title: t`Who can…`,
      entries: isSearching ? filterEntries(permissions, query).slice(0, 6) : [],
    },
  ].filter(({ entries }) => entries.length > 0);
}

function useRoleEntries(): readonly Entry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (useRoles() ?? []).map(({ id, name, defaultName }) => ({
    id: `role:${id}`,
    text: name,
    about: name === defaultName ? t`Role` : `${t`Role`} · ${defaultName}`,
    run: () => void navigate({ to: "/roles/$roleId", params: { roleId: id } }),
  }));
}

/** The other organizations of the account. */
function useOrganizationEntries(): readonly Entry[] {
  const { t } = useLingui();
  const { me, membership, switchOrganization } = useSession();
  return me.organizations
    .filter(({ id, status }) => status === "active" && id !== membership?.id)
    .map(({ id, name }) => ({
      id: `organization:${id}`,
      text: name,
      about: t`Switch organization`,
      run: () => switchOrganization(id),
    }));
}

/** For each permission: who has it. */
function usePermissionEntries(): readonly Entry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canView = useCan("users:view");
  const { groups } = useCatalogue();
  if (!canView) return [];
  return groups.flatMap((group) =>
    group.actions.map(({ permission, label }) => ({
      id: `who-can:${permission}`,
      text: t`Who can: ${group.label} · ${label}`,
      run: () => void navigate({ to: "/who-can", search: { permission } }),
    })),
  );
}

/** Pages that the user may open. */
function usePageEntries(): readonly Entry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canAssign = useCan("roles:assign");
  const canSuspend = useCan("users:suspend");
  const can = {
    users: useCan("users:view"),
    bulkChanges: canAssign || canSuspend,
    roles: useCan("roles:view"),
    invitations: useCan("invitations:view"),
    audit: useCan("audit:view"),
    keys: useCan("api-keys:view"),
    settings: useCan("organization:view"),
  };
  const pages = [
    { id: "page:users", text: t`Users`, keys: "g u", to: "/users", isOpen: can.users },
    { id: "page:bulk-changes", text: t`Bulk changes`, to: "/users/changes", isOpen: can.bulkChanges },
    { id: "page:roles", text: t`Roles`, keys: "g r", to: "/roles", isOpen: can.roles },
    { id: "page:who-can", text: t`Who can…`, to: "/who-can", isOpen: can.users },
    {
      id: "page:invitations",
      text: t`Invitations`,
      keys: "g v",
      to: "/invitations",
      isOpen: can.invitations,
    },
    { id: "page:audit", text: t`Audit log`, keys: "g a", to: "/audit", isOpen: can.audit },
    { id: "page:settings", text: t`Settings`, to: "/settings/organization", isOpen: can.settings },
    { id: "page:mail", text: t`E-mail settings`, to: "/settings/mail", isOpen: can.settings },
    { id: "page:api-keys", text: t`API keys`, to: "/settings/api-keys", isOpen: can.settings && can.keys },
    { id: "page:account", text: t`My account`, to: "/account", isOpen: true },
  ] as const;
  return pages
    .filter(({ isOpen }) => isOpen)
    .map(({ to, isOpen: _, ...entry }) => ({ ...entry, run: () => void navigate({ to }) }));
}

/** Actions with a shortcut on the current page, and global actions. */
function useActionEntries(onShowHelp: () => void): readonly Entry[] {
  const { t } = useLingui();
  const navigate = useNavigate();
  const api = useApi();
  const client = useQueryClient();
  const { languages } = useRouteContext({ from: "__root__" });
  const canCreateRoles = useCan("roles:create");
  const canInvite = useCan("users:invite");
  const shortcuts = useShortcutList().filter(({ keys }) => !/^g |^mod\+k$|^\?$/.test(keys));
  const switchLanguage = (language: Language) => () => {
    void languages
      .use(language)
      .then(() => api("PATCH /me", { body: { language } }))
      .then((me) => client.setQueryData(meQuery.queryKey, me))
      .catch(() => undefined);
  };
  return [
    ...shortcuts.map(({ keys, label, run }) => ({
      id: `key:${keys.replaceAll(" ", "-")}`,
      text: label,
      keys,
      run,
    })),
    ...(canCreateRoles
      ? [{ id: "do:new-role", text: t`New role`, run: () => void navigate({ to: "/roles/new" }) }]
      : []),
    ...(canInvite
      ? [
          {
            id: "do:invite-many",
            text: t`Invite many from a list or a file`,
            run: () => void navigate({ to: "/invitations/new" }),
          },
        ]
      : []),
    { id: "do:help", text: t`Help for this page`, keys: "?", run: onShowHelp },
    { id: "do:light", text: t`Theme: light`, run: () => setTheme("light") },
    { id: "do:dark", text: t`Theme: dark`, run: () => setTheme("dark") },
    { id: "do:system", text: t`Theme: as the system`, run: () => setTheme("system") },
    { id: "do:en", text: "English", about: t`Language`, run: switchLanguage("en") },
    { id: "do:tr", text: "Türkçe", about: t`Language`, run: switchLanguage("tr") },
    {
      id: "do:sign-out",
      text: t`Sign out`,
      run: () => void api("DELETE /sessions/current").then(() => loadPage("/sign-in")),
    },
  ];
}
