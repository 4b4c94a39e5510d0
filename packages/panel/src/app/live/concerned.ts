/** Which answers of the API are no longer true after something happened. Pure. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { RouteName } from "../api/routes.ts";

/** A query's key, as `useApiKey` makes it, without what it begins with. */
export interface AskedRoute {
  readonly name: unknown;
  /** What was asked for, where the query is that of one call. */
  readonly call: unknown;
}

type Things = "users" | "permissions" | "roles" | "invitations" | "sessions" | "organizations";

/** Answers about everything of a kind. */
const lists: Readonly<Record<Things, readonly RouteName[]>> = {
  users: [
    "GET /organizations/:organizationId/users",
    "GET /organizations/:organizationId/permissions/:permission/users",
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/roles/:roleId",
  ],
  permissions: [
    "GET /organizations/:organizationId/permissions",
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/roles/:roleId",
    "GET /organizations/:organizationId/users/:userId/permissions",
    "GET /organizations/:organizationId/permissions/:permission/users",
  ],
  roles: [
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/users",
    "GET /organizations/:organizationId/users/:userId",
    "GET /organizations/:organizationId/users/:userId/permissions",
    "GET /organizations/:organizationId/permissions/:permission/users",
    "GET /organizations/:organizationId/invitations",
  ],
  invitations: [
    "GET /organizations/:organizationId/invitations",
    "GET /organizations/:organizationId/invitations/counts",
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/roles/:roleId",
  ],
  sessions: ["GET /organizations/:organizationId/users/:userId/sessions"],
  organizations: [],
};

/** Answers about one thing, by the parameter that names it. */
const single: Readonly<Record<Things, readonly [parameter: string, names: readonly RouteName[]]>> = {
  users: [
    "userId",
    [
      "GET /organizations/:organizationId/users/:userId",
      "GET /organizations/:organizationId/users/:userId/permissions",
      "GET /organizations/:organizationId/users/:userId/sessions",
    ],
  ],
  roles: ["roleId", ["GET /organizations/:organizationId/roles/:roleId"]],
  invitations: ["invitationId", ["GET /organizations/:organizationId/invitations/:invitationId"]],
  permissions: ["organizationId", []],
  sessions: ["sessionId", []],
  organizations: ["organizationId", []],
};

/** What was done to whom. */
export type Change = Pick<ChangeEvent, "action" | "target">;

/** Whether an answer has to be read again after a change. */
export function isConcerned({ name, call }: AskedRoute, { action, target }: Change): boolean {
  if (name === "GET /organizations/:organizationId/audit-events") return concernsLog(call, target.id);
  const things = action.slice(0, action.indexOf("."));
  if (!isKnown(things)) return false;
  if (lists[things].some((listed) => listed === name)) return true;
  const [parameter, names] = single[things];
  return names.some((one) => one === name) && partOf(partOf(call, "params"), parameter) === target.id;
}

/** The log of one thing, and the whole log where nobody narrowed it down. */
function concernsLog(call: unknown, targetId: string | null): boolean {
  const query = partOf(call, "query");
  const wanted = partOf(query, "target");
  return query !== undefined && (wanted === undefined || wanted === targetId);
}

function isKnown(things: string): things is Things {
  return Object.hasOwn(lists, things);
}

function partOf(whole: unknown, key: string): unknown {
  return typeof whole === "object" && whole !== null ? (whole as Record<string, unknown>)[key] : undefined;
}
