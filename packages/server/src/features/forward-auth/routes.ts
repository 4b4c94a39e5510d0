import { panelOrigin } from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import { signInFirst } from "../../http/authenticate.ts";
import { unknownPermissions } from "../../http/common-refusals.ts";
import { readPanelCookie, readSessionCookie } from "../../http/cookies.ts";
import { refuseUnreadableQuery } from "../../http/read-query.ts";
import { findUserOfSession, readPanelOrigin } from "../../http/read-session.ts";
import { Refusal } from "../../http/refusal.ts";
import { requirePermission } from "../../http/require.ts";
import { publicKeys, writeAssertion } from "./assertion.ts";

/** Nothing else: a parameter that is misspelt must not be one that asks for nothing. */
const asked = z.strictObject({
  organization: z.uuid(),
  origin: z.optional(panelOrigin),
  permission: z.optional(z.union([z.string(), z.array(z.string())])),
});

/**
 * `GET /api/v1/forward-auth?organization={id}&permission={name}`, for nginx' auth_request, Traefik's ForwardAuth and Caddy's
 * forward_auth: whether whoever sent a request to a panel is signed in here and may. Each `permission` is needed; without
 * one, any active user is let in. `&origin=` names the panel; left out, it is at Gatehouse's own address. One on another host
 * has a cookie of its own, which counts then. The assertion is for that panel alone, so a panel that nobody listed gets
 * none. What the proxy passes on of the browser's own headers counts for nothing but the cookie.
 */
export function registerForwardAuth(app: FastifyInstance, deps: Deps): void {
  const open = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  const why = "a proxy asks with the cookie of whoever visits the panel behind it";
  app.get("/api/v1/forward-auth", open(why), async (request, reply) => {
    refuseUnreadableQuery(request.url);
    const { organization, permission, origin } = readAsked(request.query);
    const issuer = deps.config.publicUrl.replace(/\/+$/, "");
    const organizationId = organization.toLowerCase();
    const panelOrigin = readPanelOrigin(deps.config, origin);
    const audience = panelOrigin ?? new URL(issuer).origin;
    const own = panelOrigin === null ? null : readPanelCookie(panelOrigin, request, "panel");
    const token = own ?? readSessionCookie(deps.config, request);
    const found =
      token === null ? null : await findUserOfSession(deps, organizationId, { token, panelOrigin });
    if (found === null) {
      reply.header("x-gatehouse-sign-in", `${issuer}/sign-in`);
      throw signInFirst();
    }
    if (!found.isPanelKnown) throw unknownPanel(audience);
    const needed = [permission ?? []].flat();
    const unknown = unknownPermissions(found.catalogue, needed, () => "permission");
    if (unknown !== null) throw unknown;
    for (const name of needed) requirePermission(found, name);
    const user = { ...found.user, organizationId };
    return reply
      .headers({
        "x-gatehouse-user": user.id,
        "x-gatehouse-email": encodeURIComponent(user.email).replaceAll("%40", "@"),
        "x-gatehouse-name": encodeURIComponent(user.name),
        "x-gatehouse-organization": organizationId,
        "x-gatehouse-assertion": writeAssertion(deps.secrets, { issuer, audience }, user, deps.clock.now()),
      })
      .status(200)
      .send();
  });
  app.get("/.well-known/jwks.json", open("public keys are public"), async () => publicKeys(deps.secrets));
}

function unknownPanel(origin: string): Refusal {
  return new Refusal("forward-auth/unknown-panel", {
    detail: `${origin} is not among the panels of this organization. Ask an owner to add it under Settings, or correct &origin= in the proxy.`,
    params: { origin },
  });
}

function readAsked(query: unknown): z.output<typeof asked> {
  const parsed = asked.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : String(issue?.path[0] ?? "");
  const detail =
    path === "origin"
      ? "Name the panel's own origin, scheme, host and port alone: &origin=https://panel.example.com."
      : "Ask with ?organization={id}&permission={name}, the latter as often as needed, &origin={origin} for a panel at another address than Gatehouse's, and nothing else.";
  throw new Refusal("request/invalid", {
    detail,
    errors: [{ path: path.slice(0, 100), code: `invalid/${issue?.code.replaceAll("_", "-")}`, detail }],
  });
}
