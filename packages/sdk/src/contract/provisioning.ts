/** Users of panels with their own sign-in. */
import * as z from "zod/mini";
import { emailInput, endpoint, id, inOrganization, list, name, phone } from "./common.ts";
import { isOneListOfRoles, twoListsOfRoles } from "./granted-roles.ts";
import { externalId, userDetails, userRoles } from "./users.ts";

/** A user to create: without a password for Gatehouse, for panels with their own sign-in. */
export const newUser = z
  .strictObject({
    email: emailInput,
    name,
    externalId: z.optional(externalId),
    phone: z.optional(phone),
    roleIds: z.optional(list(id, { max: [100, "Give 100 roles at most."] })),
    roles: z.optional(userRoles),
  })
  .check(z.refine(isOneListOfRoles, { error: twoListsOfRoles, path: ["roles"] }));

export const createUser = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/users",
  operationId: "createUser",
  tag: "Users",
  summary: "Creates a user who signs in elsewhere; they have no password for Gatehouse and get no e-mail",
  params: inOrganization,
  body: newUser,
  success: { status: 201, body: userDetails },
  idempotent: true,
  localized: true,
});

export const putUserByExternalId = endpoint({
  method: "PUT",
  path: "/organizations/:organizationId/users/by-external-id/:externalId",
  operationId: "putUserByExternalId",
  tag: "Users",
  summary:
    "Creates the user with this id in another system (201), or changes them to what the body says (200). What the body " +
    "leaves out stays. The id in the path is percent-encoded",
  params: z.extend(inOrganization, { externalId }),
  body: newUser,
  success: { status: 201, existingStatus: 200, body: userDetails },
  localized: true,
});

/** A user to create. */
export type NewUserRequest = z.infer<typeof newUser>;
