import * as contract from "@gatehouse/sdk/contract";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { editUser, previewUserEdit, removeUser } from "./edit-user.ts";
import { exportUsers } from "./export-users.ts";
import { getUser, getUserPermissions } from "./get-user.ts";
import { listUsers, readUsersAhead } from "./list-users.ts";
import { listUsersWithPermission } from "./list-users-with-permission.ts";
import { findUserAhead } from "./queries.ts";
import { remindTwoFactor } from "./remind-two-factor.ts";
import { suggestSearches } from "./suggest-searches.ts";
import { endUserSessions, listUserSessions } from "./user-sessions.ts";

/** Registers the endpoints of users, their permissions and their sessions. */
export function registerUserRoutes(route: Route, deps: Deps): void {
  route(
    contract.listUsers,
    { permission: "users:view" },
    ({ query, caller }) => readUsersAhead(deps, caller, query),
    async ({ actor, query, ahead }) => ({ body: await listUsers(deps, actor, query, ahead) }),
  );

  route(contract.suggestUserSearches, { permission: "users:view" }, async ({ actor, query }) => ({
    body: await suggestSearches(deps, actor, query.query),
  }));

  route(contract.exportUsers, { permission: "users:export" }, async ({ actor, query }) => {
    const { columns: names, format = "csv", ...filter } = query;
    const columns = names === undefined ? undefined : contract.parseUserExportColumns(names);
    return {
      stream: {
        contentType: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
        filename: format === "csv" ? "users.csv" : "users.jsonl",
        chunks: await exportUsers(deps, actor, { ...filter, format, columns }),
      },
    };
  });

  route(
    contract.getUser,
    { permission: "users:view" },
    ({ params: { userId }, caller: { organizationId, isCaller } }) =>
      findUserAhead({ organizationId, userId, now: deps.clock.now() }, isCaller),
    async ({ actor, params, ahead }) => {
      const { user, version } = await getUser(deps, actor, params.userId, ahead);
      return { body: user, version };
    },
  );

  route(
    contract.editUser,
    { anyOf: ["users:edit", "users:suspend", "roles:assign"] },
    async ({ actor, params, query, body, ifMatch }) => {
      const { userId } = params;
      if (query.preview === "true")
        return { body: await previewUserEdit(deps, actor, { userId, edit: body }) };
      const { user, version } = await editUser(deps, actor, {
        userId,
        version: ifMatch ?? noVersion,
        edit: body,
      });
      return { body: user, version };
    },
  );

  route(contract.removeUser, { permission: "users:remove" }, async ({ actor, params, ifMatch }) => {
    await removeUser(deps, actor, { userId: params.userId, version: ifMatch ?? noVersion });
    return {};
  });

  route(contract.getUserPermissions, { permission: "users:view" }, async ({ actor, params, query }) => ({
    body: await getUserPermissions(deps, actor, { userId: params.userId, cursor: query.cursor }),
  }));

  route(contract.listHolders, { permission: "users:view" }, async ({ actor, params, query }) => ({
    body: await listUsersWithPermission(deps, actor, { ...query, permission: params.permission }),
  }));

  const reminders = { permission: "users:reset-credentials" } as const;
  route(contract.remindTwoFactor, reminders, async ({ actor, params }) => ({
    body: await remindTwoFactor(deps, actor, params.userId),
  }));

  route(contract.remindAllTwoFactor, reminders, async ({ actor }) => ({
    body: await remindTwoFactor(deps, actor, null),
  }));

  registerUserSessionRoutes(route, deps);
}

/** Own sessions need no permission, those of other users need users:suspend; the use cases check it. */
function registerUserSessionRoutes(route: Route, deps: Deps): void {
  route(contract.listUserSessions, { member: true }, async ({ actor, params }) => ({
    body: await listUserSessions(deps, actor, params.userId),
  }));

  route(contract.endUserSession, { member: true }, async ({ actor, params }) => {
    const { isCurrentSessionEnded } = await endUserSessions(deps, actor, params);
    return { clearSession: isCurrentSessionEnded };
  });

  route(contract.endUserSessions, { member: true }, async ({ actor, params }) => {
    const { isCurrentSessionEnded } = await endUserSessions(deps, actor, {
      userId: params.userId,
      sessionId: null,
    });
    return { clearSession: isCurrentSessionEnded };
  });
}
