/** An organization's settings. */
import * as z from "zod/mini";
import { endpoint, id, inOrganization, instant, line, list } from "./common.ts";
import { parseEmailDomain } from "./email.ts";
import { panelOrigin } from "./hand-offs.ts";
import { language } from "./sessions.ts";

/** An organization as its settings show it. */
export const organizationView = z.strictObject({
  id,
  name: z.string(),
  /** Of mails to people who have no account yet. */
  language,
  /** How long an invitation works unless the inviter says otherwise. */
  invitationExpiresInDays: z.number(),
  /** Domains whose addresses may be invited and may accept; empty for any. */
  allowedEmailDomains: z.array(z.string()),
  /** Origins of panels on other hosts to which people go signed in. */
  panelOrigins: z.array(z.string()),
  createdAt: instant,
});

const organization = "/organizations/:organizationId";
const domain = z.string().check(
  z.maxLength(260, { error: "Use 260 characters or fewer.", abort: true }),
  z.refine((text) => parseEmailDomain(text) !== null, "Write a domain such as example.com."),
);

export const getOrganization = endpoint({
  method: "GET",
  path: organization,
  operationId: "getOrganization",
  tag: "Organization",
  summary: "The organization's settings",
  params: inOrganization,
  success: { status: 200, body: organizationView },
  versioned: true,
});

export const editOrganization = endpoint({
  method: "PATCH",
  path: organization,
  operationId: "editOrganization",
  tag: "Organization",
  summary: "Changes the organization's settings. Only an owner adds the address of a panel",
  params: inOrganization,
  body: z.strictObject({
    name: z.optional(line(200)),
    language: z.optional(language),
    invitationExpiresInDays: z.optional(z.int().check(z.gte(1), z.lte(30, "Use 1 to 30 days."))),
    allowedEmailDomains: z.optional(list(domain, { most: [100, "Name 100 domains at most."] })),
    panelOrigins: z.optional(list(panelOrigin, { most: [50, "Name 50 addresses at most."] })),
  }),
  success: { status: 200, body: organizationView },
  versioned: true,
});

/** An organization as its settings show it. */
export type OrganizationView = z.infer<typeof organizationView>;
