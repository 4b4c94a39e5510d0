/** Set-up, sign-in, sessions and the caller's own account. */
import * as z from "zod/mini";
import {
  emailInput,
  endpoint,
  id,
  instant,
  language,
  listOf,
  name,
  page,
  passwordInput,
  signInMethod,
  tokenInput,
} from "./common.ts";
import { secondFactorProof, signInChallenge } from "./second-factors.ts";
import { userSession } from "./users.ts";

/** The signed-in person and their organizations. `user.id` is the account's id. */
export const sessionView = z.strictObject({
  user: z.strictObject({ id, name: z.string(), email: z.string(), language }),
  organizations: z.array(z.strictObject({ id, name: z.string(), userId: id })),
  expiresAt: instant,
});

/** A session that was created in one organization, by set-up or by accepting an invitation. */
export const enteredView = z.extend(sessionView, { organizationId: id, userId: id });

export const getSetup = endpoint({
  method: "GET",
  path: "/setup",
  operationId: "getSetup",
  tag: "Set-up",
  summary: "Whether the first organization still has to be set up; 410 afterwards",
  success: { status: 200, body: z.strictObject({ needed: z.literal(true) }) },
});

export const lookUpSetup = endpoint({
  method: "POST",
  path: "/setup/lookup",
  operationId: "lookUpSetup",
  tag: "Set-up",
  summary: "Whether a set-up link is valid; changes nothing",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 200, body: z.strictObject({ needed: z.literal(true) }) },
});

export const setUp = endpoint({
  method: "POST",
  path: "/setup",
  operationId: "setUp",
  tag: "Set-up",
  summary: "Creates the first organization and its owner with the one-time token that the server printed",
  body: z.strictObject({
    token: tokenInput,
    organization: name,
    name,
    email: emailInput,
    password: passwordInput,
    /** What the organization starts with: roles for Gatehouse itself (the default), or an example panel. */
    catalogue: z.optional(z.enum(["none", "example"])),
  }),
  success: { status: 201, body: enteredView },
});

export const signIn = endpoint({
  method: "POST",
  path: "/sessions",
  operationId: "signIn",
  tag: "Sessions",
  summary:
    "Signs in and sets the session cookie. For an account with a second factor the response is 200 with a challenge, and sets the challenge's cookie",
  body: z.strictObject({ email: emailInput, password: passwordInput }),
  success: { status: 201, existingStatus: 200, body: z.union([sessionView, signInChallenge]) },
});

export const signInWithSecondFactor = endpoint({
  method: "POST",
  path: "/sessions/second-factor",
  operationId: "signInWithSecondFactor",
  tag: "Sessions",
  summary: "Completes a sign-in that waits for the second factor, and sets the session cookie",
  body: secondFactorProof,
  success: { status: 201, body: sessionView },
});

export const getSession = endpoint({
  method: "GET",
  path: "/sessions/current",
  operationId: "getSession",
  tag: "Sessions",
  summary: "Who is signed in",
  success: { status: 200, body: sessionView },
});

/** What a page needs before sign-in. Never an error. */
export const sessionStatus = z.strictObject({
  /** Null if nobody is signed in. */
  session: z.nullable(sessionView),
  /** The first organization still has to be set up. */
  needsSetup: z.boolean(),
  /** The organization that ended the session of this cookie, and how; null if none did. */
  lostAccess: z.nullable(
    z.strictObject({ reason: z.enum(["suspended", "removed"]), organization: z.string() }),
  ),
});

export const getSessionStatus = endpoint({
  method: "GET",
  path: "/sessions/status",
  operationId: "getSessionStatus",
  tag: "Sessions",
  summary: "Who is signed in, if anyone, and whether set-up is still needed",
  success: { status: 200, body: sessionStatus },
});

export const signOut = endpoint({
  method: "DELETE",
  path: "/sessions/current",
  operationId: "signOut",
  tag: "Sessions",
  summary: "Ends the current session",
  success: { status: 204, body: null },
});

export const signOutEverywhere = endpoint({
  method: "DELETE",
  path: "/sessions",
  operationId: "signOutEverywhere",
  tag: "Sessions",
  summary: "Ends every session of the signed-in account, this one included",
  success: { status: 204, body: null },
});

/** A rule of an organization that a session doesn't meet, and what the person can do. */
export const unmetRule = z.enum([
  /** The operator has suspended the organization: nobody can use it. */
  "organization-suspended",
  /** The operator has deleted the organization, and may restore it. */
  "organization-deleted",
  /** It is too old, or was unused for too long: sign in again. */
  "session",
  /** The request comes from a network that isn't allowed: use another one, or ask the contacts. */
  "network",
  /** The account has no second factor: set one up. */
  "two-factor",
  /** The second factor was not used in this session: confirm it. */
  "second-factor",
  /** The password is too old: change it. */
  "password",
]);

/** The caller's account, with each organization and the permissions in it. */
export const meView = z.strictObject({
  account: z.strictObject({ id, name: z.string(), email: z.string(), language }),
  organizations: z.array(
    z.strictObject({
      id,
      name: z.string(),
      userId: id,
      /** The account's name, or the one that an access manager gave the user in this organization. */
      userName: z.string(),
      status: z.enum(["active", "suspended"]),
      roles: z.array(z.strictObject({ id, name: z.string() })),
      permissions: z.array(z.string()),
      /** When permissions end that the user has only for a time; absent if none does. */
      permissionEnds: z.optional(z.record(z.string(), instant)),
      /** Whether the user has the owner role. */
      isOwner: z.boolean(),
      /** Origins of the organization's panels, the default first. */
      panels: z.array(z.string()),
      /** A rule that the session doesn't meet; then it has no roles and permissions there. Null if it meets all. */
      unmetRule: z.nullable(unmetRule),
      /** When the user has to have a second factor; null if that isn't required, or they have one. */
      twoFactorDueAt: z.nullable(instant),
      /** Whom to ask: up to three people who assign roles. Empty for users who have a role and need nobody. */
      contacts: z.array(z.strictObject({ name: z.string(), email: z.string() })),
    }),
  ),
  /** Whether the installation sends emails or writes them to files. */
  mail: z.enum(["smtp", "files"]),
});

export const getMe = endpoint({
  method: "GET",
  path: "/me",
  operationId: "getMe",
  tag: "Me",
  summary: "The caller's account, organizations and effective permissions",
  success: { status: 200, body: meView },
  localized: true,
});

export const editMe = endpoint({
  method: "PATCH",
  path: "/me",
  operationId: "editMe",
  tag: "Me",
  summary: "Changes the caller's name or language",
  body: z.strictObject({ name: z.optional(name), language: z.optional(language) }),
  success: { status: 200, body: meView },
  localized: true,
});

export const changePassword = endpoint({
  method: "POST",
  path: "/me/password",
  operationId: "changePassword",
  tag: "Me",
  summary: "Changes the caller's password and ends their other sessions",
  body: z.strictObject({ currentPassword: passwordInput, newPassword: passwordInput }),
  success: { status: 204, body: null },
});

export const listMySessions = endpoint({
  method: "GET",
  path: "/me/sessions",
  operationId: "listMySessions",
  tag: "Me",
  summary: "The caller's sessions, most recently used first",
  success: { status: 200, body: z.strictObject({ items: z.array(userSession) }) },
});

/** A sign-in of the caller's account, successful or not. */
export const signInEntry = z.strictObject({
  at: instant,
  method: signInMethod,
  outcome: z.enum(["success", "failure", "second-factor-pending"]),
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
});

export const listMySignIns = endpoint({
  method: "GET",
  path: "/me/sign-ins",
  operationId: "listMySignIns",
  tag: "Me",
  summary: "The sign-ins of the caller's account in the last 90 days, failed ones too, newest first",
  query: z.strictObject(page),
  success: { status: 200, body: listOf(signInEntry) },
});

export const endMySession = endpoint({
  method: "DELETE",
  path: "/me/sessions/:sessionId",
  operationId: "endMySession",
  tag: "Me",
  summary: "Ends one of the caller's sessions",
  params: z.strictObject({ sessionId: id }),
  success: { status: 204, body: null },
});

export const endMyOtherSessions = endpoint({
  method: "DELETE",
  path: "/me/sessions",
  operationId: "endMyOtherSessions",
  tag: "Me",
  summary: "Ends the caller's sessions, except the current one",
  success: { status: 204, body: null },
});

/** `en` or `tr`. */
export type Language = z.infer<typeof language>;
/** The signed-in person. */
export type SessionView = z.infer<typeof sessionView>;
/** Who is signed in, if anyone, and whether set-up is still needed. */
export type SessionStatus = z.infer<typeof sessionStatus>;
/** The response to set-up and to accepting an invitation. */
export type EnteredView = z.infer<typeof enteredView>;
/** The caller's account. */
export type MeView = z.infer<typeof meView>;
/** A sign-in, successful or not. */
export type SignInEntry = z.infer<typeof signInEntry>;
/** A rule of an organization that a session doesn't meet. */
export type UnmetRule = z.infer<typeof unmetRule>;
