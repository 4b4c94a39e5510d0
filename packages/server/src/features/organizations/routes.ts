import * as contract from "@gatehouse/sdk/contract";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { hashToken } from "../../ports/secrets.ts";
import { findLostAccess, loadSessionView, toAccount } from "../sessions/index.ts";
import { needsSetup, requireSetupToken, setUp, setupDone } from "./set-up.ts";
import { editOrganization, getOrganization, previewOrganizationEdit } from "./settings.ts";

/** Registers the endpoints of the set-up and the organization's settings. */
export function registerOrganizationRoutes(route: Route, deps: Deps): void {
  route(contract.getSetup, { public: "there are no accounts before the set-up" }, async () => {
    if (!(await deps.db.shared(needsSetup, { readOnly: true }))) throw setupDone();
    return { body: { needed: true as const } };
  });
  const byToken = { public: "the one-time token replaces a session" };
  route(contract.lookUpSetup, byToken, async ({ body, throttleSource }) => {
    await requireSetupToken(deps, { ...body, throttleSource });
    return { body: { needed: true as const } };
  });
  const anonymous = { public: "the sign-in page needs it before sign-in" };
  route(contract.getSessionStatus, anonymous, async ({ session, sessionToken: token }) => {
    const body = await deps.db.shared(
      async (tx) => ({
        session: session === null ? null : await loadSessionView(tx, toAccount(session), session.expiresAt),
        lostAccess: session === null && token !== null ? await findLostAccess(tx, hashToken(token)) : null,
        needsSetup: session === null && (await needsSetup(tx)),
      }),
      { readOnly: true },
    );
    return { body };
  });
  const open = { public: "the one-time token replaces a session", opensSession: true };
  route(contract.setUp, open, async ({ body, origin, throttleSource }) => {
    const { session, view, devices } = await setUp(deps, { ...body, origin, throttleSource });
    return { body: view, session, devices };
  });

  route(contract.getOrganization, { permission: "organization:view" }, async ({ actor }) => {
    const { organization, version } = await getOrganization(deps, actor);
    return { body: organization, version };
  });

  route(
    contract.editOrganization,
    { permission: "organization:edit" },
    async ({ actor, body, query, ifMatch }) => {
      if (query.preview === "true") return { body: await previewOrganizationEdit(deps, actor, body) };
      const { organization, version } = await editOrganization(deps, actor, {
        version: ifMatch ?? noVersion,
        edit: body,
      });
      return { body: organization, version };
    },
  );
}
