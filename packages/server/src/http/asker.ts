/** Who sent a request, found out before its body is read. */
import type { FastifyRequest } from "fastify";
import * as z from "zod/mini";
import type { Deps } from "../deps.ts";
import type { AccountActor, AuthenticatedActor } from "./actor.ts";
import { authenticateIn, findAccount, readBearer, signInFirst } from "./authenticate.ts";
import { checkOrigin } from "./check-origin.ts";
import { readSessionCookie } from "./cookies.ts";
import type { Policy } from "./policy.ts";
import { notFound } from "./refusal.ts";
import { requireAnyPermission } from "./require.ts";

/** The session of a request, or its actor in the organization of its path, as far as the route's policy asks for them. */
export interface Asker {
  readonly session: AccountActor | null;
  readonly actor: AuthenticatedActor | null;
}

declare module "fastify" {
  interface FastifyRequest {
    asker: Asker | null;
  }
}

/**
 * Finds out who asks, as far as the policy wants to know.
 * @throws Refusal forbidden/origin, auth/*, not-found
 */
export async function identify(deps: Deps, request: FastifyRequest, policy: Policy): Promise<Asker> {
  const opensSession = "public" in policy && policy.opensSession === true;
  const usesCookie = readBearer(request) === null && readSessionCookie(deps.config, request) !== null;
  checkOrigin(deps.config, request, usesCookie || opensSession);
  if (!("public" in policy || "account" in policy)) {
    const isPassive = "isPassive" in policy && policy.isPassive === true;
    const actor = await authenticateIn(deps, request, organizationIn(request), { isPassive });
    return { session: null, actor: { ...actor, policy } };
  }
  const session = await findAccount(deps, request);
  if (session === null && "account" in policy) throw signInFirst();
  return { session, actor: null };
}

/**
 * Lets in whom the policy lets in.
 * @throws Refusal forbidden/permission
 */
export function admit({ actor }: Pick<Asker, "actor">): void {
  if (actor === null) return;
  const { policy } = actor;
  if ("permission" in policy) requireAnyPermission(actor, [policy.permission]);
  if ("anyOf" in policy) requireAnyPermission(actor, policy.anyOf);
}

const inOrganization = z.object({ organizationId: z.uuid() });

function organizationIn(request: FastifyRequest): string {
  const parsed = z.safeParse(inOrganization, request.params);
  if (!parsed.success) throw notFound();
  return parsed.data.organizationId.toLowerCase();
}
