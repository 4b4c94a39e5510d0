import { panelOrigin } from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import { readPanelCookie, readSessionCookie } from "../../auth/cookies.ts";
import { readLanguage } from "../../auth/request-language.ts";
import { requirePermission } from "../../auth/require-permission.ts";
import { findSessionUser, readPanelOrigin } from "../../auth/sessions.ts";
import { getPublicKeys, signDocument } from "../../auth/signed-documents.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, unknownPermissions } from "../../errors/api-error.ts";
import { rejectInvalidQuery } from "../../http/query.ts";
import type { Secrets } from "../../ports/secrets.ts";

/** Strict: a misspelled `permission` parameter must not be ignored. */
const querySchema = z.strictObject({
  organization: z.uuid(),
  origin: z.optional(panelOrigin),
  permission: z.optional(z.union([z.string(), z.array(z.string())])),
});

/**
 * `GET /api/v1/forward-auth?organization={id}&permission={name}`, for nginx' auth_request, Traefik's ForwardAuth and Caddy's
 * forward_auth: whether the user who sent a request to a panel is signed in and has the permissions. Every `permission` is
 * required; without one, any active user is allowed. `&origin=` names the panel; by default it is Gatehouse's own origin. A
 * panel on another host has its own session cookie. The audience of the assertion is that panel, so an unlisted panel gets
 * none. Of the browser's headers only the cookie is used.
 */
export function registerForwardAuth(app: FastifyInstance, deps: Deps): void {
  const publicRoute = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  const why = "a proxy sends the cookie of the panel's visitor";
  app.get("/api/v1/forward-auth", publicRoute(why), async (request, reply) => {
    rejectInvalidQuery(request.url);
    const { organization, permission, origin } = parseQuery(request.query);
    const issuer = deps.config.publicUrl.replace(/\/+$/, "");
    const organizationId = organization.toLowerCase();
    const panelOrigin = readPanelOrigin(deps.config, origin);
    const audience = panelOrigin ?? new URL(issuer).origin;
    const panelToken = panelOrigin === null ? null : readPanelCookie(panelOrigin, request, "panel");
    const token = panelToken ?? readSessionCookie(deps.config, request);
    const found =
      token === null
        ? null
        : await findSessionUser(deps, organizationId, { token, panelOrigin, address: request.client.ip });
    if (found === null) {
      reply.header("x-gatehouse-sign-in", `${issuer}/sign-in`);
      throw authenticationRequired();
    }
    if (found.denied !== undefined) {
      if (found.denied.status === 401) reply.header("x-gatehouse-sign-in", `${issuer}/sign-in`);
      throw found.denied;
    }
    if (!found.isPanelKnown) throw unknownPanel(audience);
    const required = [permission ?? []].flat();
    const unknown = unknownPermissions(found.catalogue, required, () => "permission");
    if (unknown !== null) throw unknown;
    const holder = { ...found, language: readLanguage(request) ?? "en" };
    for (const name of required) requirePermission(holder, name);
    const user = { ...found.user, organizationId };
    return reply
      .headers({
        "x-gatehouse-user": user.id,
        "x-gatehouse-email": encodeURIComponent(user.email).replaceAll("%40", "@"),
        "x-gatehouse-name": encodeURIComponent(user.name),
        "x-gatehouse-organization": organizationId,
        "x-gatehouse-assertion": signAssertion(deps.secrets, { issuer, audience }, user, deps.clock.now()),
      })
      .status(200)
      .send();
  });
  app.get("/.well-known/jwks.json", publicRoute("public keys are public"), async () =>
    getPublicKeys(deps.secrets),
  );
}

function unknownPanel(origin: string): ApiError {
  return new ApiError("forward-auth/unknown-panel", {
    detail: `${origin} is not among the panels of this organization. Ask an owner to add it under Settings, or correct &origin= in the proxy.`,
    params: { origin },
  });
}

function parseQuery(query: unknown): z.output<typeof querySchema> {
  const parsed = querySchema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : String(issue?.path[0] ?? "");
  const detail =
    path === "origin"
      ? "Use the panel's origin, with scheme, host and port only: &origin=https://panel.example.com."
      : "Use ?organization={id}&permission={name}, with as many &permission= as needed, &origin={origin} for a panel at another origin than Gatehouse, and no other parameters.";
  throw new ApiError("request/invalid", {
    detail,
    errors: [{ path: path.slice(0, 100), code: `invalid/${issue?.code.replaceAll("_", "-")}`, detail }],
  });
}

/** The user of an assertion. */
interface AssertedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organizationId: string;
}

/** Issuer and audience. */
interface AssertionParties {
  readonly issuer: string;
  /** Origin of the panel. Every other panel has to reject the assertion. */
  readonly audience: string;
}

/** A proxy gets a new assertion for each request. */
const lifetimeSeconds = 60;

/** Signs an assertion for one panel. */
function signAssertion(
  secrets: Pick<Secrets, "assertions">,
  { issuer, audience }: AssertionParties,
  { id, name, email, organizationId }: AssertedUser,
  now: Date,
): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: id,
    organization: organizationId,
    name,
    email,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  };
  return signDocument(secrets, "JWT", claims);
}
