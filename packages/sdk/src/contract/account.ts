/** One's own account beyond name and language: the password, and where one is signed in. */
import * as z from "zod/mini";
import { endpoint, id, passwordInput } from "./common.ts";
import { userSession } from "./users.ts";

export const changePassword = endpoint({
  method: "POST",
  path: "/me/password",
  operationId: "changePassword",
  tag: "Me",
  summary: "Changes one's password and ends one's other sessions",
  body: z.strictObject({ currentPassword: passwordInput, newPassword: passwordInput }),
  success: { status: 204, body: null },
});

export const listMySessions = endpoint({
  method: "GET",
  path: "/me/sessions",
  operationId: "listMySessions",
  tag: "Me",
  summary: "Where one is signed in, the place used last first",
  success: { status: 200, body: z.strictObject({ items: z.array(userSession) }) },
});

export const endMySession = endpoint({
  method: "DELETE",
  path: "/me/sessions/:sessionId",
  operationId: "endMySession",
  tag: "Me",
  summary: "Ends one of one's sessions",
  params: z.strictObject({ sessionId: id }),
  success: { status: 204, body: null },
});

export const endMyOtherSessions = endpoint({
  method: "DELETE",
  path: "/me/sessions",
  operationId: "endMyOtherSessions",
  tag: "Me",
  summary: "Ends one's sessions, but for the one that asks",
  success: { status: 204, body: null },
});
