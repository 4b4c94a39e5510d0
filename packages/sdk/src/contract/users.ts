/** Users of an organization: list, details, changes, permissions, sessions. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  flag,
  id,
  inOrganization,
  instant,
  line,
  list,
  listOf,
  name,
  page,
  phone,
  searchText,
  signInMethod,
  textLanguage,
} from "./common.ts";
import { eachRoleOnce, isOneListOfRoles, roleUntil, twoListsOfRoles } from "./granted-roles.ts";

/** `suspended` users keep their roles but have no access. */
export const userStatus = z.enum(["active", "suspended"]);

const grantedRole = z.strictObject({ id, name: z.string(), expiresAt: z.optional(instant) });

const userFields = {
  id,
  accountId: id,
  name: z.string(),
  email: z.string(),
  phone: z.optional(z.string()),
  externalId: z.optional(z.string()),
  status: userStatus,
  /** Whether the account has a second factor: an authenticator app or a passkey. */
  twoFactor: z.boolean(),
  lastActiveAt: z.nullable(instant),
  createdAt: instant,
};

/** A user in the list. */
export const userView = z.strictObject({ ...userFields, roles: z.array(grantedRole) });

/** A user with the origin of each role and of the user. */
export const userDetails = z.strictObject({
  ...userFields,
  roles: z.array(z.extend(grantedRole, { grantedAt: instant, grantedBy: actorReference })),
  invitedBy: z.nullable(actorReference),
});

/** A user's id in another system, unique in the organization. */
export const externalId = line(200);

const userParams = z.extend(inOrganization, { userId: id });
const users = "/organizations/:organizationId/users";

export const listUsers = endpoint({
  method: "GET",
  path: users,
  operationId: "listUsers",
  tag: "Users",
  summary: "Finds users by any part of name or e-mail, by role, by status and by two-factor authentication",
  params: inOrganization,
  query: z.strictObject({
    query: z.optional(searchText),
    role: z.optional(id),
    status: z.optional(userStatus),
    twoFactor: z.optional(flag),
    /** The whole id in another system. */
    externalId: z.optional(externalId),
    sort: z.optional(z.enum(["name", "-name", "lastActiveAt", "-lastActiveAt"])),
    ...textLanguage,
    ...page,
  }),
  success: { status: 200, body: listOf(userView) },
  compressed: true,
  localized: true,
});

export const suggestUserSearches = endpoint({
  method: "GET",
  path: `${users}/suggestions`,
  operationId: "suggestUserSearches",
  tag: "Users",
  summary: "Searches that find somebody and differ from one without matches in one or two letters per word",
  params: inOrganization,
  query: z.strictObject({ query: searchText }),
  success: { status: 200, body: z.strictObject({ items: z.array(z.string()) }) },
});

export const getUser = endpoint({
  method: "GET",
  path: `${users}/:userId`,
  operationId: "getUser",
  tag: "Users",
  summary: "One user",
  params: userParams,
  query: z.strictObject(textLanguage),
  success: { status: 200, body: userDetails },
  versioned: true,
  localized: true,
});

const optionalLine = (maximum: number) => z.optional(z.nullable(line(maximum)));

/** A complete set of roles with their ends. */
export const userRoles = list(roleUntil, { max: [100, "Give 100 roles at most."], rule: eachRoleOnce });

/**
 * `roleIds` is the complete new set; roles that stay keep their ends. `roles` is the same with ends. `null` clears a phone
 * number or an external id.
 */
export const userEdit = z
  .strictObject({
    name: z.optional(name),
    phone: z.optional(z.nullable(phone)),
    externalId: optionalLine(200),
    status: z.optional(userStatus),
    roleIds: z.optional(list(id, { max: [100, "Give 100 roles at most."] })),
    roles: z.optional(userRoles),
  })
  .check(z.refine(isOneListOfRoles, { error: twoListsOfRoles, path: ["roles"] }));

/** A permission whose end a change moves; null for no end. */
export const movedEnd = z.strictObject({
  permission: z.string(),
  before: z.nullable(instant),
  after: z.nullable(instant),
});

/**
 * Permissions that a change would add and remove at once. `ends`, only if there are any: those that stay, but end earlier or
 * later than before.
 */
export const permissionChange = z.strictObject({
  gained: z.array(z.string()),
  lost: z.array(z.string()),
  ends: z.optional(z.array(movedEnd)),
});

export const editUser = endpoint({
  method: "PATCH",
  path: `${users}/:userId`,
  operationId: "editUser",
  tag: "Users",
  summary:
    "Changes profile, status or roles. With preview=true it returns the gained and lost permissions, and changes nothing",
  params: userParams,
  query: z.strictObject({ preview: z.optional(flag) }),
  body: userEdit,
  success: { status: 200, body: z.union([userDetails, permissionChange]) },
  versioned: true,
  localized: true,
});

export const removeUser = endpoint({
  method: "DELETE",
  path: `${users}/:userId`,
  operationId: "removeUser",
  tag: "Users",
  summary: "Removes a user from the organization",
  params: userParams,
  success: { status: 204, body: null },
  versioned: true,
});

/** One source of a permission. */
export const reason = z.strictObject({
  roleId: id,
  roleName: z.string(),
  grantedBy: actorReference,
  grantedAt: instant,
  expiresAt: z.optional(instant),
  /** The role's permission that implies this one. */
  impliedBy: z.optional(z.string()),
});

export const getUserPermissions = endpoint({
  method: "GET",
  path: `${users}/:userId/permissions`,
  operationId: "getUserPermissions",
  tag: "Users",
  summary: "A user's permissions and their sources. A page ends after 600 sources",
  params: userParams,
  query: z.strictObject({ ...textLanguage, cursor: page.cursor }),
  success: {
    status: 200,
    body: listOf(z.strictObject({ permission: z.string(), because: z.array(reason) })),
  },
  compressed: true,
  localized: true,
});

/** How many emails were queued: none for people who have two factors, can't sign in, or were reminded within a day. */
export const twoFactorReminders = z.strictObject({ count: z.number() });

export const remindTwoFactor = endpoint({
  method: "POST",
  path: `${users}/:userId/two-factor-reminder`,
  operationId: "remindTwoFactor",
  tag: "Users",
  summary: "Asks a user by email to set up two-factor authentication, at most once a day",
  params: userParams,
  success: { status: 202, body: twoFactorReminders },
});

export const remindAllTwoFactor = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/two-factor-reminders",
  operationId: "remindAllTwoFactor",
  tag: "Users",
  summary:
    "Asks active users without two-factor authentication by email to set it up, each at most once a day and at most 5,000 with one request",
  params: inOrganization,
  success: { status: 202, body: twoFactorReminders },
});

/** A session of an account. */
export const userSession = z.strictObject({
  id,
  current: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant,
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  method: signInMethod,
});

export const listUserSessions = endpoint({
  method: "GET",
  path: `${users}/:userId/sessions`,
  operationId: "listUserSessions",
  tag: "Users",
  summary: "The sessions of a user",
  params: userParams,
  success: { status: 200, body: z.strictObject({ items: z.array(userSession) }) },
});

export const endUserSession = endpoint({
  method: "DELETE",
  path: `${users}/:userId/sessions/:sessionId`,
  operationId: "endUserSession",
  tag: "Users",
  summary: "Ends one session of a user",
  params: z.extend(userParams, { sessionId: id }),
  success: { status: 204, body: null },
});

export const endUserSessions = endpoint({
  method: "DELETE",
  path: `${users}/:userId/sessions`,
  operationId: "endUserSessions",
  tag: "Users",
  summary: "Signs a user out everywhere",
  params: userParams,
  success: { status: 204, body: null },
});

/** `active` or `suspended`. */
export type UserStatus = z.infer<typeof userStatus>;
/** A user in the list. */
export type UserView = z.infer<typeof userView>;
/** A user with the origin of each role. */
export type UserDetails = z.infer<typeof userDetails>;
/** Changes of a user. */
export type UserEdit = z.infer<typeof userEdit>;
/** A permission whose end moves. */
export type MovedEnd = z.infer<typeof movedEnd>;
/** Permissions gained and lost. */
export type PermissionChange = z.infer<typeof permissionChange>;
/** One source of a permission. */
export type Reason = z.infer<typeof reason>;
/** A session of an account. */
export type UserSession = z.infer<typeof userSession>;
