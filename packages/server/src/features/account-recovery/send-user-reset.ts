import type { SentPasswordReset } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { listOrganizations } from "../accounts/index.ts";
import { getOrganizationSettings } from "../organizations/index.ts";
import { addAttempt, requireWithinLimit } from "../sessions/index.ts";
import { findTarget, isSelf, type Target } from "../users/index.ts";
import { createResetLink } from "./create-reset-link.ts";
import { resetLinkMs } from "./request-reset.ts";

type ManagerDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "mailer" | "config" | "enqueue">;

type User = Target["user"];

/**
 * Sends a user within the grant ceiling the link to set a new password. The email goes to the user, never to the
 * actor. Without a mail server the actor gets the link, if the account belongs to this organization alone and isn't
 * the actor's own.
 * @throws ApiError not-found, forbidden/grant-ceiling, forbidden/own-account, forbidden/shared-account,
 *   users/no-sign-in, throttled
 */
export async function sendPasswordReset(
  deps: ManagerDeps,
  actor: AuthenticatedActor,
  userId: string,
): Promise<SentPasswordReset> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const now = deps.clock.now();
    const { user } = await findTarget(tx, actor, userId, now);
    if (!user.canSignIn) throw noSignIn(user.name);
    const buckets = [{ name: `password reset of ${user.accountId} by ${actor.organizationId}`, limit: 10 }];
    await requireWithinLimit(tx, buckets, now);
    await addAttempt(tx, buckets, now);
    return deps.mailer.kind === "smtp"
      ? enqueueEmail(deps, tx, actor, user)
      : createLinkForManager(deps, tx, actor, user);
  });
}

async function enqueueEmail(deps: ManagerDeps, tx: Tx, actor: Actor, user: User): Promise<SentPasswordReset> {
  const { name: organization } = await getOrganizationSettings(tx, actor.organizationId);
  const expiresAt = new Date(deps.clock.now().getTime() + resetLinkMs).toISOString();
  const mail = { type: "password-reset", email: user.email, expiresAt, organization } as const;
  await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
  const target = { type: "user", id: user.id, name: user.name };
  await record(deps, tx, actor, [{ action: "users.password-reset-sent", target }]);
  return { delivery: "queued" };
}

async function createLinkForManager(
  deps: ManagerDeps,
  tx: Tx,
  actor: Actor,
  user: User,
): Promise<SentPasswordReset> {
  const { organizationId, type, id } = actor;
  if (type === "system" || id === null) throw new TypeError("Only users and API keys get links.");
  if (isSelf(actor, user.id)) throw ownAccount();
  const link = await createResetLink(deps, tx, {
    accountId: user.accountId,
    manager: { organizationId, type, id },
  });
  if (link === null) throw noSignIn(user.name);
  const organizations = await listOrganizations(tx, user.accountId);
  if (organizations.some(({ id }) => id !== organizationId)) throw sharedAccount(user.name);
  const target = { type: "user", id: user.id, name: user.name };
  await record(deps, tx, actor, [{ action: "users.password-reset-link-created", target }]);
  return { url: link.url, expiresAt: link.expiresAt.toISOString() };
}

function noSignIn(name: string): ApiError {
  return new ApiError("users/no-sign-in", {
    detail: `${name} doesn't sign in to Gatehouse, so there is no password to reset.`,
  });
}

/** A stolen session or API key must not be enough to take over the account. */
function ownAccount(): ApiError {
  return new ApiError("forbidden/own-account", {
    detail: "You can't create this link for your own account. Change your password in My account.",
  });
}

function sharedAccount(name: string): ApiError {
  return new ApiError("forbidden/shared-account", {
    detail: `${name} is a user of other organizations, too, so only they can reset their password: by email, once a mail server is set up, or with the help of the operator of the server.`,
  });
}
