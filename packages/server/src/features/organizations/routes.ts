import * as contract from "@gatehouse/sdk/contract";
import { noVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { accountOf, viewSession } from "../sessions/index.ts";
import { editOrganization } from "./edit-organization.ts";
import { getOrganization } from "./get-organization.ts";
import { setUp, setupDone } from "./set-up.ts";
import { needsSetup } from "./setup-token.ts";

/** Binds set-up and the organization's settings. */
export function registerOrganizationRoutes(bind: Bind, deps: Deps): void {
  bind(contract.getSetup, { public: "before set-up nobody can be signed in" }, async () => {
    if (!(await deps.db.shared(needsSetup, { readOnly: true }))) throw setupDone();
    return { body: { needed: true as const } };
  });
  const anybody = { public: "the sign-in page asks before anybody is signed in" };
  bind(contract.getSessionStatus, anybody, async ({ session }) => {
    const body = await deps.db.shared(
      async (tx) => ({
        session: session === null ? null : await viewSession(tx, accountOf(session), session.expiresAt),
        needsSetup: session === null && (await needsSetup(tx)),
      }),
      { readOnly: true },
    );
    return { body };
  });
  const open = { public: "the one-time token stands in for a session", opensSession: true };
  bind(contract.setUp, open, async ({ body, origin, caller }) => {
    const { session, view, devices } = await setUp(deps, { ...body, origin, caller });
    return { body: view, session, devices };
  });

  bind(contract.getOrganization, { permission: "organization:view" }, async ({ actor }) => {
    const { organization, version } = await getOrganization(deps, actor);
    return { body: organization, version };
  });

  bind(contract.editOrganization, { permission: "organization:edit" }, async ({ actor, body, ifMatch }) => {
    const { organization, version } = await editOrganization(deps, actor, {
      version: ifMatch ?? noVersion,
      edit: body,
    });
    return { body: organization, version };
  });
}
