/** Signing in to a panel on another host with Gatehouse's sign-in. */
import * as z from "zod/mini";
import { endpoint, inOrganization } from "./common.ts";
import { parsePanelOrigin, parsePanelPath } from "./panel-addresses.ts";

const panelPath = z
  .string()
  .check(z.refine((text) => parsePanelPath(text) !== null, "Write a path of the panel such as /campaigns."));

/** Text of a panel's origin. */
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
    "Hands the signed-in user off to a panel: where their browser goes on, with a code that works once, for a minute. At " +
    "the first visit of a panel the person has to agree",
  params: inOrganization,
  body: z.strictObject({
    origin: panelOrigin,
    /** What the panel's sign-in sent along: SHA-256 of the state in its cookie, base64url. */
    state: z.string().check(z.regex(/^[\w-]{43}$/, "Begin at the panel: open it again.")),
    /** The page that was wanted there. */
    to: z.optional(panelPath),
    /** The person has agreed that this panel learns their name and e-mail address. Kept until the panel is taken off the list. */
    consent: z.optional(z.literal(true)),
  }),
  success: { status: 201, body: z.strictObject({ location: z.string() }) },
});
