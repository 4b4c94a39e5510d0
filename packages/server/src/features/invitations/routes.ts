import {
  acceptInvitation as acceptEndpoint,
  checkInvitations as checkEndpoint,
  copyInvitationLink as copyLinkEndpoint,
  countInvitations as countEndpoint,
  getInvitation as getEndpoint,
  listInvitations as listEndpoint,
  lookUpInvitation as lookUpEndpoint,
  resendInvitation as resendEndpoint,
  resendInvitations as resendSeveralEndpoint,
  restoreInvitations as restoreSeveralEndpoint,
  revokeInvitation as revokeEndpoint,
  revokeInvitations as revokeSeveralEndpoint,
  sendInvitations as sendEndpoint,
} from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import type { Bind } from "../../http/bind.ts";
import { type Idempotency, idempotently } from "../../http/idempotency.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { checkInvitations } from "./check-invitations.ts";
import { type Choice, viewChoices } from "./choose-invitations.ts";
import { copyInvitationLink } from "./copy-invitation-link.ts";
import { countInvitations } from "./count-invitations.ts";
import { getInvitation } from "./get-invitation.ts";
import { listInvitations } from "./list-invitations.ts";
import { lookUpInvitation } from "./look-up-invitation.ts";
import { resendInvitation } from "./resend-invitation.ts";
import { resendInvitations } from "./resend-invitations.ts";
import { restoreInvitations } from "./restore-invitations.ts";
import { revokeInvitation } from "./revoke-invitation.ts";
import { revokeInvitations } from "./revoke-invitations.ts";
import { sendInvitations } from "./send-invitations.ts";

/** The endpoints of invitations: those of managers, and the two that a link leads to. */
export function registerInvitationRoutes(bind: Bind, deps: Deps): void {
  bind(listEndpoint, { permission: "invitations:view" }, async ({ actor, query }) => ({
    body: await listInvitations(deps, actor, query),
  }));
  bind(countEndpoint, { permission: "invitations:view" }, async ({ actor, query }) => ({
    body: await countInvitations(deps, actor, query),
  }));
  bind(sendEndpoint, { permission: "users:invite" }, ({ actor, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      idempotently(deps, tx, actor, idempotency, async () => ({
        status: sendEndpoint.success.status,
        body: await sendInvitations(deps, tx, actor, body),
      })),
    ),
  );
  bind(checkEndpoint, { permission: "users:invite" }, async ({ actor, body }) => ({
    body: await checkInvitations(deps, actor, body),
  }));
  bind(getEndpoint, { permission: "invitations:view" }, async ({ actor, params }) => ({
    body: await getInvitation(deps, actor, params.invitationId),
  }));
  bind(resendEndpoint, { permission: "invitations:send" }, ({ actor, params, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
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
  registerSeveralRoutes(bind, deps);
  registerLinkRoutes(bind, deps);
}

/** What is done with several invitations in one transaction, once for each Idempotency-Key. */
function registerSeveralRoutes(bind: Bind, deps: Deps): void {
  const once = (
    { actor, idempotency }: { readonly actor: AuthenticatedActor; readonly idempotency: Idempotency | null },
    work: (tx: Tx, actor: Actor) => Promise<readonly Choice[]>,
  ) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      idempotently(deps, tx, actor, idempotency, async () => ({
        status: 200,
        body: viewChoices(await work(tx, actor), deps.clock.now()),
      })),
    );
  bind(resendSeveralEndpoint, { permission: "invitations:send" }, (asked) =>
    once(asked, (tx, actor) => resendInvitations(deps, tx, actor, asked.body.invitationIds)),
  );
  bind(revokeSeveralEndpoint, { permission: "invitations:revoke" }, (asked) =>
    once(asked, (tx, actor) => revokeInvitations(deps, tx, actor, asked.body.invitationIds)),
  );
  // Coming back to life is an offer, so it takes the right to send, not the one to withdraw.
  bind(restoreSeveralEndpoint, { permission: "invitations:send" }, (asked) =>
    once(asked, (tx, actor) => restoreInvitations(deps, tx, actor, asked.body.invitationIds)),
  );
}

function registerLinkRoutes(bind: Bind, deps: Deps): void {
  bind(lookUpEndpoint, { public: "the link is the proof" }, async ({ body, caller }) => ({
    body: await lookUpInvitation(deps, body.token, caller),
  }));
  bind(
    acceptEndpoint,
    { public: "the link is the proof", opensSession: true },
    async ({ body, session, origin, caller }) => {
      const { view, ...entered } = await acceptInvitation(deps, { ...body, session, origin, caller });
      return { body: view, ...entered };
    },
  );
}
