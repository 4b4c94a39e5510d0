/** The user of a session token, for panels that use this sign-in. */
import * as z from "zod/mini";
import { endpoint, id, inOrganization, instant, tokenInput } from "./common.ts";
import { panelOrigin } from "./hand-offs.ts";
import { parseAddress } from "./networks.ts";

const address = z.string().check(
  z.maxLength(60, { error: "Use an IP address.", abort: true }),
  z.refine((text) => parseAddress(text) !== null, "Use an IP address."),
);

/** The user of a session token. The response doesn't say why a token is not active. */
export const introspection = z.union([
  z.strictObject({
    active: z.literal(true),
    user: z.strictObject({ id, accountId: id, name: z.string(), email: z.string() }),
    expiresAt: instant,
  }),
  z.strictObject({ active: z.literal(false) }),
]);

export const introspectSession = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/sessions/introspect",
  operationId: "introspectSession",
  tag: "Sessions",
  summary: "The user of a cookie's session token, for panels that use this sign-in. For API keys",
  params: inOrganization,
  body: z.strictObject({
    token: tokenInput,
    /** The calling panel's origin. A token from a panel's own cookie is valid for that panel only. */
    origin: z.optional(panelOrigin),
    /**
     * Address of the user's request, for an organization that allows certain networks only. Without it, the address at
     * sign-in counts.
     */
    ip: z.optional(address),
  }),
  success: { status: 200, body: introspection },
});

/** The user of a session token. */
export type Introspection = z.infer<typeof introspection>;
