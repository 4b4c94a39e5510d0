/** Set-up, sign-in and one's own account. */
import * as z from "zod/mini";
import {
  emailInput,
  endpoint,
  id,
  inOrganization,
  instant,
  name,
  passwordInput,
  tokenInput,
} from "./common.ts";
import { panelOrigin } from "./hand-offs.ts";

/** The languages of the panel and of mails. */
export const language = z.enum(["en", "tr"]);

/** The signed-in person and where they may go. `user.id` is the account's id. */
export const sessionView = z.strictObject({
  user: z.strictObject({ id, name: z.string(), email: z.string(), language }),
  organizations: z.array(z.strictObject({ id, name: z.string(), userId: id })),
  expiresAt: instant,
});

/** A session that was opened in one organization: by set-up or by accepting an invitation. */
export const enteredView = z.extend(sessionView, { organizationId: id, userId: id });

export const getSetup = endpoint({
  method: "GET",
  path: "/setup",
  operationId: "getSetup",
  tag: "Set-up",
  summary: "Whether the first organization still has to be set up; 410 once it is",
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
  }),
  success: { status: 201, body: enteredView },
});

export const signIn = endpoint({
  method: "POST",
  path: "/sessions",
  operationId: "signIn",
  tag: "Sessions",
  summary: "Signs in and sets the session cookie",
  body: z.strictObject({ email: emailInput, password: passwordInput }),
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

/** What a page needs before anybody is signed in: never an error, whichever it is. */
export const sessionStatus = z.strictObject({
  /** Null when nobody is signed in. */
  session: z.nullable(sessionView),
  /** The first organization still has to be set up. */
  needsSetup: z.boolean(),
});

export const getSessionStatus = endpoint({
  method: "GET",
  path: "/sessions/status",
  operationId: "getSessionStatus",
  tag: "Sessions",
  summary: "Who is signed in, if anybody, and whether set-up is still to be done",
  success: { status: 200, body: sessionStatus },
});

export const signOut = endpoint({
  method: "DELETE",
  path: "/sessions/current",
  operationId: "signOut",
  tag: "Sessions",
  summary: "Signs out here",
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

/** Whose session a token opens; nothing is said about why it opens none. */
export const introspection = z.union([
  z.strictObject({
    active: z.literal(true),
    user: z.strictObject({ id, accountId: id, name: z.string(), email: z.string() }),
    expiresAt: instant,
  }),
  z.strictObject({ active: z.literal(false) }),
]);

export const introspectSession = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/sessions/introspect",
  operationId: "introspectSession",
  tag: "Sessions",
  summary: "Whose session the token of a cookie opens, for panels that rely on this sign-in; for API keys",
  params: inOrganization,
  body: z.strictObject({
    token: tokenInput,
    /** The panel that asks: a token of a panel's own cookie opens nothing elsewhere. */
    origin: z.optional(panelOrigin),
  }),
  success: { status: 200, body: introspection },
});

/** One's account with every organization and what one may do in each. */
export const meView = z.strictObject({
  account: z.strictObject({ id, name: z.string(), email: z.string(), language }),
  organizations: z.array(
    z.strictObject({
      id,
      name: z.string(),
      userId: id,
      status: z.enum(["active", "suspended"]),
      roles: z.array(z.strictObject({ id, name: z.string() })),
      permissions: z.array(z.string()),
      /** Whether one holds the owner role. */
      isOwner: z.boolean(),
    }),
  ),
  /** What this installation can do, so that the panel never promises more: mail is sent, or written to files. */
  mail: z.enum(["smtp", "files"]),
});

export const getMe = endpoint({
  method: "GET",
  path: "/me",
  operationId: "getMe",
  tag: "Me",
  summary: "One's own account, organizations and effective permissions",
  success: { status: 200, body: meView },
});

export const editMe = endpoint({
  method: "PATCH",
  path: "/me",
  operationId: "editMe",
  tag: "Me",
  summary: "Changes one's own name or language",
  body: z.strictObject({ name: z.optional(name), language: z.optional(language) }),
  success: { status: 200, body: meView },
});

/** `en` or `tr`. */
export type Language = z.infer<typeof language>;
/** The signed-in person. */
export type SessionView = z.infer<typeof sessionView>;
/** Who is signed in, if anybody, and whether set-up is still to be done. */
export type SessionStatus = z.infer<typeof sessionStatus>;
/** The answer to set-up and to accepting an invitation. */
export type EnteredView = z.infer<typeof enteredView>;
/** One's own account. */
export type MeView = z.infer<typeof meView>;
/** Whose session a token opens. */
export type Introspection = z.infer<typeof introspection>;
