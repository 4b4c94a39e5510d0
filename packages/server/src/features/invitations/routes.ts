import {
  acceptInvitation as acceptEndpoint,
  copyInvitationLink as copyLinkEndpoint,
  getInvitation as getEndpoint,
  listInvitations as listEndpoint,
  lookUpInvitation as lookUpEndpoint,
  resendInvitation as resendEndpoint,
  revokeInvitation as revokeEndpoint,
  sendInvitations as sendEndpoint,
} from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { idempotently } from "../../http/idempotency.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { copyInvitationLink } from "./copy-invitation-link.ts";
import { getInvitation } from "./get-invitation.ts";
import { listInvitations } from "./list-invitations.ts";
import { lookUpInvitation } from "./look-up-invitation.ts";
import { resendInvitation } from "./resend-invitation.ts";
import { revokeInvitation } from "./revoke-invitation.ts";
import { sendInvitations } from "./send-invitations.ts";

/** The endpoints of invitations: those of managers, and the two that a link leads to. */
export function registerInvitationRoutes(bind: Bind, deps: Deps): void {
  bind(listEndpoint, { permission: "invitations:view" }, async ({ actor, query }) => ({
    body: await listInvitations(deps, actor, query),
  }));
  bind(sendEndpoint, { permission: "users:invite" }, ({ actor, body, idempotency }) =>
    deps.db.tenant(actor.organizationId, (tx) =>
      idempotently(deps, tx, actor, idempotency, async () => ({
        status: sendEndpoint.success.status,
        body: await sendInvitations(deps, tx, actor, body),
      })),
    ),
  );
  bind(getEndpoint, { permission: "invitations:view" }, async ({ actor, params }) => ({
    body: await getInvitation(deps, actor, params.invitationId),
  }));
  bind(resendEndpoint, { permission: "invitations:send" }, ({ actor, params, idempotency }) =>
    deps.db.tenant(actor.organizationId, (tx) =>
      idempotently(deps, tx, actor, idempotency, async () => ({
        status: resendEndpoint.success.status,
        body: await resendInvitation(deps, tx, actor, params.invitationId),
      })),
    ),
  );
  bind(copyLinkEndpoint, { permission: "invitations:send" }, async ({ actor, params }) => ({
    body: await copyInvitationLink(deps, actor, params.invitationId),
  }));
  bind(revokeEndpoint, { permission: "invitations:revoke" }, async ({ actor, params }) => {
    await revokeInvitation(deps, actor, params.invitationId);
    return {};
  });
  registerLinkRoutes(bind, deps);
}

function registerLinkRoutes(bind: Bind, deps: Deps): void {
  bind(lookUpEndpoint, { public: "the link is the proof" }, async ({ body, origin }) => ({
    body: await lookUpInvitation(deps, body.token, origin),
  }));
  bind(
    acceptEndpoint,
    { public: "the link is the proof", opensSession: true },
    async ({ body, session, origin }) => {
      const entered = await acceptInvitation(deps, { ...body, session, origin });
      return { body: entered.view, session: entered.session };
    },
  );
}
