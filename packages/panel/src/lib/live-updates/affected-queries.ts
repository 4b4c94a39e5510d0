/** Which queries have to be refetched after a change. Pure. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { RouteName } from "../api/request.ts";

/** The endpoint and arguments in a query key of `useApiKey`. */
export interface QueryDescriptor {
  readonly name: unknown;
  /** The arguments, where the key has them. */
  readonly call: unknown;
}

type ResourceType =
  | "users"
  | "permissions"
  | "roles"
  | "invitations"
  | "sessions"
  | "organizations"
  | "user-imports"
  | "user-jobs";

/** Queries that depend on any resource of the type. */
const listQueries: Readonly<Record<ResourceType, readonly RouteName[]>> = {
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
  "user-imports": ["GET /organizations/:organizationId/user-imports"],
  "user-jobs": ["GET /organizations/:organizationId/user-jobs"],
};

/** Queries about one resource, with the path parameter of its id. */
const resourceQueries: Readonly<
  Record<ResourceType, readonly [parameter: string, names: readonly RouteName[]]>
> = {
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
  "user-imports": ["importId", ["GET /organizations/:organizationId/user-imports/:importId"]],
  "user-jobs": ["jobId", ["GET /organizations/:organizationId/user-jobs/:jobId"]],
};

/** Action and target of a change. */
export type Change = Pick<ChangeEvent, "action" | "target">;

/** Whether a query has to be refetched after a change. */
export function isAffected({ name, call }: QueryDescriptor, { action, target }: Change): boolean {
  if (name === "GET /organizations/:organizationId/audit-events") return affectsAuditLog(call, target.id);
  const type = action.slice(0, action.indexOf("."));
  if (!isResourceType(type)) return false;
  if (listQueries[type].some((listed) => listed === name)) return true;
  const [parameter, names] = resourceQueries[type];
  return (
    names.some((one) => one === name) && getProperty(getProperty(call, "params"), parameter) === target.id
  );
}

/** The audit log without a target filter, or filtered by this target. */
function affectsAuditLog(call: unknown, targetId: string | null): boolean {
  const query = getProperty(call, "query");
  const targetFilter = getProperty(query, "target");
  return query !== undefined && (targetFilter === undefined || targetFilter === targetId);
}

function isResourceType(type: string): type is ResourceType {
  return Object.hasOwn(listQueries, type);
}

function getProperty(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
