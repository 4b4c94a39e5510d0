/** Hand-off: signing in to a panel on another host with Gatehouse's sign-in. */
import * as z from "zod/mini";
import { endpoint, inOrganization } from "./common.ts";

const loopback = /^(?:(?:[a-z0-9._-]+\.)?localhost|127\.0\.0\.1|\[::1\])$/;
const host = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

const panelPath = z
  .string()
  .check(z.refine((text) => parsePanelPath(text) !== null, "Write a path of the panel such as /campaigns."));

/** A panel's origin. */
export const panelOrigin = z
  .string()
  .check(
    z.refine(
      (text) => parsePanelOrigin(text) !== null,
      "Write an address such as https://panel.example.com.",
    ),
  );

export const createHandOff = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/hand-offs",
  operationId: "createHandOff",
  tag: "Sessions",
  summary:
    "Hands the signed-in user off to a panel. Returns the URL to redirect to, with a one-time code that is valid for a " +
    "minute. At the first visit of a panel the user has to consent",
  params: inOrganization,
  body: z.strictObject({
    origin: panelOrigin,
    /** From the panel's sign-in request: SHA-256 of the state in its cookie, base64url. */
    state: z.string().check(z.regex(/^[\w-]{43}$/, "Start at the panel: open it again.")),
    /** The requested page of the panel. */
    to: z.optional(panelPath),
    /** The user consents that this panel receives their name and e-mail address. Stored until the panel is removed from the list. */
    consent: z.optional(z.literal(true)),
  }),
  success: { status: 201, body: z.strictObject({ location: z.string() }) },
});

/**
 * Parses a panel's origin, with an optional trailing slash: scheme, host and port in the format of `URL.origin`. http is allowed
 * for loopback addresses only. Null if it is invalid.
 */
export function parsePanelOrigin(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 300 || !URL.canParse(trimmed)) return null;
  const { protocol, hostname, origin, href } = new URL(trimmed);
  if (href !== `${origin}/` || !host.test(hostname)) return null;
  return protocol === "https:" || (protocol === "http:" && loopback.test(hostname)) ? origin : null;
}

/**
 * Parses a path in a panel: path, query and fragment, in ASCII. Null if a browser could resolve it to another host (open
 * redirect), if it has control characters, or if it is too long for a URL parameter.
 */
export function parsePanelPath(text: string): string | null {
  const rootRelative = /^\/(?![/\\])/;
  if (!rootRelative.test(text) || /[\\\p{Cc}]/u.test(text) || !text.isWellFormed()) return null;
  const base = "https://panel.invalid";
  if (!URL.canParse(text, base)) return null;
  const { origin, pathname, search, hash } = new URL(text, base);
  const path = `${pathname}${search}${hash}`;
  return origin === base && rootRelative.test(path) && encodeURIComponent(path).length <= 1200 ? path : null;
}
