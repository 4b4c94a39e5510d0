/** Roles in a request, with their ends: for a user, or offered by an invitation. */
import * as z from "zod/mini";
import { id, instant, instantInput } from "./common.ts";

/** A role with the instant at which the grant ends; without one, or with null, it doesn't end. */
export const roleUntil = z.strictObject({ id, expiresAt: z.optional(z.nullable(instantInput)) });

/** Whether a body names roles in one of the two ways, not in both. */
export const isOneListOfRoles = ({ roleIds, roles }: { roleIds?: unknown; roles?: unknown }): boolean =>
  roleIds === undefined || roles === undefined;

/** The error for a body with both. */
export const twoListsOfRoles = "Use either roleIds or roles, not both.";

/** The rule of a list of roles: each is named once. */
export const eachRoleOnce = [
  (roles: readonly { readonly id: string }[]): boolean =>
    new Set(roles.map((role) => role.id)).size === roles.length,
  "Name each role once.",
] as const;

/** A role that an invitation offers. `expiresAt` or `forDays` (from joining), if the user is to have it only for a time. */
export const invitationRole = z.strictObject({
  id,
  name: z.string(),
  expiresAt: z.optional(instant),
  forDays: z.optional(z.number()),
});

/** How many roles one request may name. */
export const roleCount = {
  min: [1, "Choose at least one role."],
  max: [100, "Give 100 roles at most."],
} as const;

/** A role that is offered; with an end, or for some days from joining. */
export const offeredRole = z
  .extend(roleUntil, {
    forDays: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(3650, "Use 1 to 3,650 days.")))),
  })
  .check(
    z.refine(({ expiresAt, forDays }) => expiresAt == null || forDays == null, {
      error: "Use either expiresAt or forDays, not both.",
      path: ["forDays"],
    }),
  );
