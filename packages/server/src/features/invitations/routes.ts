import {
  acceptInvitation as acceptEndpoint,
  checkInvitations as checkEndpoint,
  copyInvitationLink as copyLinkEndpoint,
  copyInvitationLinks as copyLinksEndpoint,
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
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { type Idempotency, withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { acceptInvitation } from "./accept/accept-invitation.ts";
import { lookUpInvitation } from "./accept/look-up-invitation.ts";
import { mapStoreError } from "./errors.ts";
import { copyInvitationLink, copyInvitationLinks } from "./manage/copy-invitation-link.ts";
import { countInvitations, getInvitation, listInvitations } from "./manage/list-invitations.ts";
import { resendInvitation, resendInvitations } from "./manage/resend-invitations.ts";
import { restoreInvitations, revokeInvitation, revokeInvitations } from "./manage/revoke-invitations.ts";
import { type Selection, viewSelections } from "./manage/select-invitations.ts";
import { checkInvitations, sendInvitations } from "./send/send-invitations.ts";

/** Registers the endpoints of invitations. */
export function registerInvitationRoutes(route: Route, deps: Deps): void {
  route(listEndpoint, { permission: "invitations:view" }, async ({ actor, query }) => ({
    body: await listInvitations(deps, actor, query),
  }));
  route(countEndpoint, { permission: "invitations:view" }, async ({ actor, query }) => ({
    body: await countInvitations(deps, actor, query),
  }));
  route(sendEndpoint, { permission: "users:invite" }, ({ actor, body, idempotency }) =>
    storeInvitations(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: sendEndpoint.success.status,
        body: await sendInvitations(deps, tx, actor, body),
      })),
    ),
  );
  route(checkEndpoint, { permission: "users:invite" }, async ({ actor, body }) => ({
    body: await checkInvitations(deps, actor, body),
  }));
  route(getEndpoint, { permission: "invitations:view" }, async ({ actor, params }) => ({
    body: await getInvitation(deps, actor, params.invitationId),
  }));
  route(resendEndpoint, { permission: "invitations:send" }, ({ actor, params, idempotency }) =>
    storeInvitations(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: resendEndpoint.success.status,
        body: await resendInvitation(deps, tx, actor, params.invitationId),
      })),
    ),
  );
  route(copyLinkEndpoint, { permission: "invitations:send" }, async ({ actor, params }) => ({
    body: await copyInvitationLink(deps, actor, params.invitationId),
  }));
  route(revokeEndpoint, { permission: "invitations:revoke" }, async ({ actor, params }) => {
    await revokeInvitation(deps, actor, params.invitationId);
    return {};
  });
  route(copyLinksEndpoint, { permission: "invitations:send" }, async ({ actor, body }) => ({
    body: await copyInvitationLinks(deps, actor, body.invitationIds),
  }));
  registerBatchRoutes(route, deps);
  registerLinkRoutes(route, deps);
}

/** `authorizeWrite` for a transaction that writes pending invitations. */
async function storeInvitations<T>(
  deps: Deps,
  actor: AuthenticatedActor,
  work: (tx: Tx, actor: Actor) => Promise<T>,
): Promise<T> {
  try {
    return await authorizeWrite(deps, actor, work);
  } catch (error) {
    throw mapStoreError(error);
  }
}

/** Actions on several invitations in one transaction, once for each Idempotency-Key. */
function registerBatchRoutes(route: Route, deps: Deps): void {
  const runOnce = (
    { actor, idempotency }: { readonly actor: AuthenticatedActor; readonly idempotency: Idempotency | null },
    work: (tx: Tx, actor: Actor) => Promise<readonly Selection[]>,
  ) =>
    storeInvitations(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: 200,
        body: viewSelections(await work(tx, actor), { now: deps.clock.now(), language: actor.language }),
      })),
    );
  route(resendSeveralEndpoint, { permission: "invitations:send" }, (request) =>
    runOnce(request, (tx, actor) => resendInvitations(deps, tx, actor, request.body.invitationIds)),
  );
  route(revokeSeveralEndpoint, { permission: "invitations:revoke" }, (request) =>
    runOnce(request, (tx, actor) => revokeInvitations(deps, tx, actor, request.body.invitationIds)),
  );
  // Restoring makes the link valid again, so it needs the permission to send, not the one to revoke.
  route(restoreSeveralEndpoint, { permission: "invitations:send" }, (request) =>
    runOnce(request, (tx, actor) => restoreInvitations(deps, tx, actor, request.body.invitationIds)),
  );
}

function registerLinkRoutes(route: Route, deps: Deps): void {
  route(lookUpEndpoint, { public: "the link is the proof" }, async ({ body, language, throttleSource }) => ({
    body: await lookUpInvitation(deps, { ...body, language, throttleSource }),
  }));
  route(
    acceptEndpoint,
    { public: "the link is the proof", opensSession: true },
    async ({ body, session, origin, throttleSource }) => {
      const { view, ...entered } = await acceptInvitation(deps, { ...body, session, origin, throttleSource });
      return { body: view, ...entered };
    },
  );
}
