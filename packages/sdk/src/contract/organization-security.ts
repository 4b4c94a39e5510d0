/** What an organization requires of its users' sign-in and sessions. */
import * as z from "zod/mini";
import { list } from "./common.ts";
import { parseNetwork } from "./networks.ts";

/** The rules of an organization. They are in force in this organization alone, and for people, not for API keys. */
export const organizationSecurity = z.strictObject({
  requireTwoFactor: z.boolean(),
  /** Days after the rule was set, or after joining, in which a user can still do without. */
  twoFactorGraceDays: z.number(),
  /** A session that was unused for longer doesn't work any more. */
  sessionIdleMinutes: z.number(),
  /** People have to sign in again after this many days. */
  sessionMaxDays: z.number(),
  /** An older password has to be changed; null for no limit. */
  passwordMaxAgeDays: z.nullable(z.number()),
  /** Networks from which people may use the organization, in CIDR notation; empty for all. */
  allowedNetworks: z.array(z.string()),
});

const range = (from: number, to: number, unit: string) =>
  z.int().check(z.gte(from, `Use ${from} to ${to} ${unit}.`), z.lte(to, `Use ${from} to ${to} ${unit}.`));
const network = z.string().check(
  z.maxLength(64, { error: "Use 64 characters or fewer.", abort: true }),
  z.refine(
    (text) => parseNetwork(text) !== null,
    "Write a network such as 192.0.2.0/24 or 2001:db8::/32, or an address.",
  ),
);

/** Changes of the rules; absent fields stay unchanged. */
export const organizationSecurityEdit = z.strictObject({
  requireTwoFactor: z.optional(z.boolean()),
  twoFactorGraceDays: z.optional(range(0, 30, "days")),
  sessionIdleMinutes: z.optional(range(5, 10_080, "minutes")),
  sessionMaxDays: z.optional(range(1, 90, "days")),
  passwordMaxAgeDays: z.optional(z.nullable(range(30, 730, "days"))),
  /** The whole new list. */
  allowedNetworks: z.optional(list(network, { max: [100, "Name 100 networks at most."] })),
});

/** How many active users don't meet the rules that an edit would set. */
export const organizationSecurityPreview = z.strictObject({
  withoutTwoFactor: z.number(),
  /** By the address of each user's last sign-in or open session. */
  outsideNetworks: z.number(),
  passwordTooOld: z.number(),
});

/** The rules of an organization. */
export type OrganizationSecurity = z.infer<typeof organizationSecurity>;
/** Changes of the rules. */
export type OrganizationSecurityEdit = z.infer<typeof organizationSecurityEdit>;
/** How many active users don't meet rules. */
export type OrganizationSecurityPreview = z.infer<typeof organizationSecurityPreview>;
