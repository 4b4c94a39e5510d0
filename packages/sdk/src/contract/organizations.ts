/** An organization's settings. */
import * as z from "zod/mini";
import { endpoint, flag, id, inOrganization, instant, language, line, list } from "./common.ts";
import { parseEmailDomain } from "./email.ts";
import { panelOrigin } from "./hand-offs.ts";
import {
  organizationSecurity,
  organizationSecurityEdit,
  organizationSecurityPreview,
} from "./organization-security.ts";

/** An organization's settings. */
export const organizationView = z.strictObject({
  id,
  name: z.string(),
  /** Language of emails to people who have no account yet. */
  language,
  /** Default validity of an invitation in days. */
  invitationExpiresInDays: z.number(),
  /** Domains whose addresses may be invited and may accept; empty for all. */
  allowedEmailDomains: z.array(z.string()),
  /** Origins of panels on other hosts that use this sign-in. */
  panelOrigins: z.array(z.string()),
  /** The one of them that people open after they have joined; null if there is none. */
  defaultPanelOrigin: z.nullable(z.string()),
  security: organizationSecurity,
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
  summary:
    "Changes the organization's settings. Only an owner may add a panel's address. Changes of `security` need a recent " +
    "authentication; with preview=true the response says how many users don't meet the new rules, and nothing changes",
  params: inOrganization,
  query: z.strictObject({ preview: z.optional(flag) }),
  body: z.strictObject({
    name: z.optional(line(200)),
    language: z.optional(language),
    invitationExpiresInDays: z.optional(z.int().check(z.gte(1), z.lte(30, "Use 1 to 30 days."))),
    allowedEmailDomains: z.optional(list(domain, { max: [100, "Name 100 domains at most."] })),
    panelOrigins: z.optional(list(panelOrigin, { max: [50, "Name 50 addresses at most."] })),
    /** One of the panel origins; null for the first of them. */
    defaultPanelOrigin: z.optional(z.nullable(panelOrigin)),
    security: z.optional(organizationSecurityEdit),
  }),
  success: { status: 200, body: z.union([organizationView, organizationSecurityPreview]) },
  versioned: true,
});

/** An organization's settings. */
export type OrganizationView = z.infer<typeof organizationView>;
