import {
  editUser,
  endUserSession,
  endUserSessions,
  exportUsers,
  getUser,
  getUserPermissions,
  listHolders,
  listUserSessions,
  listUsers,
  removeUser,
} from "@gatehouse/sdk/contract";
import { noVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { editUser as edit } from "./edit-user.ts";
import { endUserSessions as endSessions } from "./end-user-sessions.ts";
import { exportUsers as exportAll } from "./export-users.ts";
import { getUser as get } from "./get-user.ts";
import { getUserPermissions as getPermissions } from "./get-user-permissions.ts";
import { listHolders as holders } from "./list-holders.ts";
import { listUserSessions as listSessions } from "./list-user-sessions.ts";
import { listUsers as list } from "./list-users.ts";
import { previewUserEdit } from "./preview-user-edit.ts";
import { removeUser as remove } from "./remove-user.ts";

/** Binds users, their permissions and their sessions to their endpoints. */
export function registerUserRoutes(bind: Bind, deps: Deps): void {
  bind(listUsers, { permission: "users:view" }, async ({ actor, query }) => ({
    body: await list(deps, actor, query),
  }));

  bind(exportUsers, { permission: "users:export" }, async ({ actor }) => ({
    stream: {
      contentType: "text/csv; charset=utf-8",
      filename: "users.csv",
      chunks: await exportAll(deps, actor),
    },
  }));

  bind(getUser, { permission: "users:view" }, async ({ actor, params }) => {
    const { user, version } = await get(deps, actor, params.userId);
    return { body: user, version };
  });

  bind(
    editUser,
    { anyOf: ["users:edit", "users:suspend", "roles:assign"] },
    async ({ actor, params, query, body, ifMatch }) => {
      const { userId } = params;
      if (query.preview === "true")
        return { body: await previewUserEdit(deps, actor, { userId, edit: body }) };
      const { user, version } = await edit(deps, actor, {
        userId,
        version: ifMatch ?? noVersion,
        edit: body,
      });
      return { body: user, version };
    },
  );

  bind(removeUser, { permission: "users:remove" }, async ({ actor, params, ifMatch }) => {
    await remove(deps, actor, { userId: params.userId, version: ifMatch ?? noVersion });
    return {};
  });

  bind(getUserPermissions, { permission: "users:view" }, async ({ actor, params }) => ({
    body: await getPermissions(deps, actor, params.userId),
  }));

  bind(listHolders, { permission: "users:view" }, async ({ actor, params, query }) => ({
    body: await holders(deps, actor, { ...query, permission: params.permission }),
  }));

  bindSessions(bind, deps);
}

/** One's own sessions need no permission, those of others users:suspend: the use cases decide. */
function bindSessions(bind: Bind, deps: Deps): void {
  bind(listUserSessions, { member: true }, async ({ actor, params }) => ({
    body: await listSessions(deps, actor, params.userId),
  }));

  bind(endUserSession, { member: true }, async ({ actor, params }) => {
    const { isOwnEnded } = await endSessions(deps, actor, params);
    return { clearSession: isOwnEnded };
  });

  bind(endUserSessions, { member: true }, async ({ actor, params }) => {
    const { isOwnEnded } = await endSessions(deps, actor, { userId: params.userId, sessionId: null });
    return { clearSession: isOwnEnded };
  });
}
