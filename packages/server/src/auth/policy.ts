/** Who may call a route. Every route must declare it: a route without a policy stops the start. */
import { type OwnPermission, ownCatalogue } from "@gatehouse/access/catalogue";
import type { FastifyInstance } from "fastify";

/** Who may call an endpoint. */
export type Policy =
  /** Anybody, and why. `opensSession` where the response sets the session cookie. */
  | { readonly public: string; readonly opensSession?: boolean }
  /** Any signed-in account. */
  | { readonly account: true }
  /**
   * Any active user or key of the organization in the path. `isPassive` for background polling, which keeps no
   * session alive.
   */
  | { readonly member: true; readonly isPassive?: boolean }
  /** Any user or key with the permission there. `acceptsClosed` where a key is told that nobody can use the organization. */
  | { readonly permission: OwnPermission; readonly acceptsClosed?: true }
  /** The operator of the installation, with OPERATOR_TOKEN. */
  | { readonly operator: true }
  /**
   * An API key with the permission in its own organization; the route itself loads the key together with what it
   * reads.
   */
  | { readonly key: OwnPermission }
  /** Any user or key with one of them there; the use case checks the rest. */
  | { readonly anyOf: readonly OwnPermission[] };

declare module "fastify" {
  interface FastifyContextConfig {
    policy?: Policy;
  }
}

/** Largest body of a public route, in bytes. */
export const publicBodyLimit = 64 * 1024;

/**
 * Makes the start fail at any route, registered from now on, without a valid `config.policy`. Limits the body of
 * public routes.
 */
export function requirePolicies(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    const { method, url, config, bodyLimit = publicBodyLimit } = route;
    const policy = config?.policy;
    checkPolicy(`${[method].flat().join(", ")} ${url}`, policy);
    if (policy !== undefined && "public" in policy) route.bodyLimit = Math.min(bodyLimit, publicBodyLimit);
  });
}

/** A policy with an unknown permission would let nobody in, an empty one would mean nothing. */
function checkPolicy(route: string, policy: Policy | undefined): void {
  if (policy === undefined || Object.keys(policy).length === 0)
    throw new Error(`${route} has no policy. Say which permission it needs, or why it is public.`);
  if ("public" in policy && policy.public.trim() === "")
    throw new Error(`${route} is public without a reason. Say why.`);
  const permissions = permissionsIn(policy);
  if (permissions?.length === 0)
    throw new Error(`${route} asks for one of no permissions. Name at least one.`);
  const unknown = permissions?.find((permission) => !ownCatalogue.positions.has(permission));
  if (unknown !== undefined)
    throw new Error(`${route} asks for the unknown permission ${unknown}. Name one of Gatehouse's own.`);
}

function permissionsIn(policy: Policy): readonly OwnPermission[] | null {
  if ("permission" in policy) return [policy.permission];
  if ("key" in policy) return [policy.key];
  return "anyOf" in policy ? policy.anyOf : null;
}

/** The policy as text, for the API's description. */
export function describePolicy(policy: Policy): string {
  if ("public" in policy) return `Open to everybody: ${policy.public}.`;
  if ("account" in policy) return "Needs a session.";
  if ("operator" in policy)
    return "Needs OPERATOR_TOKEN of the installation; without one this path does not exist.";
  if ("member" in policy) return "Needs to be a user of the organization, or one of its API keys.";
  if ("key" in policy) return `Needs an API key that holds ${policy.key}.`;
  return `Needs ${"permission" in policy ? policy.permission : policy.anyOf.join(" or ")}.`;
}
