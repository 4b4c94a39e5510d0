/** Organizations, for the operator of an installation: requests with OPERATOR_TOKEN. */
import * as z from "zod/mini";
import {
  emailInput,
  endpoint,
  id,
  instant,
  language,
  line,
  listOf,
  name,
  page,
  searchText,
} from "./common.ts";
import { invitationView } from "./invitations.ts";
import { declaration } from "./roles.ts";

/** Whether an organization can be used. A deleted one can be restored until its rows are removed. */
export const organizationStatus = z.enum(["active", "suspended", "deleted"]);

/** An organization, as the operator sees it. */
export const operatedOrganization = z.strictObject({
  id,
  name: z.string(),
  language,
  status: organizationStatus,
  /** Whatever their status. */
  userCount: z.number(),
  /** Active owners: 0 until the first one joins. */
  ownerCount: z.number(),
  /** Pending ones. */
  invitationCount: z.number(),
  /** `users`: the most users and pending invitations; null for no limit. */
  limits: z.strictObject({ users: z.nullable(z.number()) }),
  createdAt: instant,
  /** Until when it can be restored; null unless it is deleted. */
  restorableUntil: z.nullable(instant),
});

const organizations = "/operator/organizations";
const one = `${organizations}/:organizationId` as const;
const tag = "Operator";
const params = z.strictObject({ organizationId: id });

export const listOrganizations = endpoint({
  method: "GET",
  path: organizations,
  operationId: "listOrganizations",
  tag,
  summary: "All organizations of the installation, the newest first, with the numbers of their users",
  query: z.strictObject({ ...page, query: z.optional(searchText), status: z.optional(organizationStatus) }),
  success: { status: 200, body: listOf(operatedOrganization) },
});

export const createOrganization = endpoint({
  method: "POST",
  path: organizations,
  operationId: "createOrganization",
  tag,
  summary:
    "Creates an organization, invites its owner, and returns an API key with every permission, which is shown once. " +
    "`catalogue`: the permissions of its panel; a request that is repeated with its Idempotency-Key gets the same answer",
  body: z.strictObject({
    name: line(200),
    language: z.optional(language),
    catalogue: z.optional(z.union([z.enum(["none", "example"]), z.strictObject({ groups: declaration })])),
    owner: z.strictObject({
      email: emailInput,
      name: z.optional(name),
      /** False to send no email: `POST …/invitations/{id}/link` returns the link. */
      send: z.optional(z.boolean()),
    }),
  }),
  success: {
    status: 201,
    body: z.strictObject({ id, invitation: invitationView, apiKey: z.string() }),
  },
  idempotent: true,
});

export const getOperatedOrganization = endpoint({
  method: "GET",
  path: one,
  operationId: "getOperatedOrganization",
  tag,
  summary: "One organization",
  params,
  success: { status: 200, body: operatedOrganization },
  versioned: true,
});

export const editOperatedOrganization = endpoint({
  method: "PATCH",
  path: one,
  operationId: "editOperatedOrganization",
  tag,
  summary:
    "Suspends an organization, makes it active again, or limits its users. While it is suspended, nobody can use it, every " +
    "access check is denied, and its jobs and emails wait; nothing is lost. Users above a new limit stay, and none can be added",
  params,
  body: z.strictObject({
    status: z.optional(z.enum(["active", "suspended"])),
    limits: z.optional(
      z.strictObject({
        users: z.optional(
          z.nullable(
            z.int().check(z.gte(1, "Allow 1 user or more."), z.lte(2_000_000_000, "Use null for no limit.")),
          ),
        ),
      }),
    ),
  }),
  success: { status: 200, body: operatedOrganization },
  versioned: true,
});

export const deleteOrganization = endpoint({
  method: "DELETE",
  path: one,
  operationId: "deleteOrganization",
  tag,
  summary:
    "Deletes an organization. Nobody can use it from then on. It can be restored for 30 days; then all of its rows are removed, " +
    "and a receipt stays. `name`: its name, as a confirmation",
  params,
  body: z.strictObject({ name: z.string().check(z.maxLength(1000)) }),
  success: { status: 202, body: z.strictObject({ restorableUntil: instant }) },
  versioned: true,
});

export const restoreOrganization = endpoint({
  method: "POST",
  path: `${one}/restore`,
  operationId: "restoreOrganization",
  tag,
  summary: "Restores a deleted organization, with the status that it had",
  params,
  success: { status: 200, body: operatedOrganization },
});

/** An organization, as the operator sees it. */
export type OperatedOrganization = z.infer<typeof operatedOrganization>;
/** An organization to create. */
export type NewOrganizationBody = z.infer<typeof createOrganization.body>;
/** The answer to its creation. */
export type CreatedOrganizationView = z.infer<typeof createOrganization.success.body>;
