/** Creates users who sign in elsewhere: they have no password for Gatehouse. */
import { compileRoles } from "@gatehouse/access";
import { type NewUserRequest, parseEmail, type UserDetails } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import { firstVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { insertAccountWithoutSignIn } from "../accounts/index.ts";
import { getOrganizationSettings, isEmailAllowed, type StoredOrganization } from "../organizations/index.ts";
import { findRoles, requireValidEnds, type StoredRole, unknownRoles } from "../roles/index.ts";
import {
  applyUserEdit,
  computeUserEdit,
  createReminderJobs,
  findUser,
  insertUsersAtCommit,
  isExternalIdTaken,
  mapDatabaseError,
  requireNoOwner,
  requireTarget,
  type StoredGrant,
  toUserDetails,
} from "../users/index.ts";

type CreateDeps = Pick<Deps, "clock" | "ids" | "enqueue">;

/** What a new user depends on. */
interface CreateContext {
  readonly settings: StoredOrganization;
  /** The requested roles that exist, in the order of their names. */
  readonly roles: readonly StoredRole[];
}

async function loadContext(
  tx: Tx,
  { organizationId }: Actor,
  { roleIds = [], roles = [] }: NewUserRequest,
): Promise<CreateContext> {
  const ids = new Set([...roleIds, ...roles.map(({ id }) => id)]);
  const [settings, found] = await Promise.all([
    getOrganizationSettings(tx, organizationId),
    findRoles(tx, organizationId, [...ids]),
  ]);
  return { settings, roles: found };
}

/**
 * Creates a user with the commit of the caller's transaction, with roles that the actor can give. The user gets an account without an
 * address, so an account that somebody with this address has elsewhere is neither touched nor revealed.
 * A constraint violation is thrown as the database error; `mapDatabaseError` converts it.
 * @throws ApiError request/invalid, invitations/domain-not-allowed, roles/unknown, forbidden/grant-ceiling
 */
export async function createUser(
  deps: CreateDeps,
  tx: Tx,
  actor: Actor,
  request: NewUserRequest,
): Promise<UserDetails> {
  return createFrom(deps, tx, actor, request, await loadContext(tx, actor, request));
}

async function createFrom(
  deps: CreateDeps,
  tx: Tx,
  actor: Actor,
  request: NewUserRequest,
  { settings, roles }: CreateContext,
): Promise<UserDetails> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const grants = planGrants(actor, request, roles, now);
  const email = readEmail(request.email);
  if (!isEmailAllowed(email, settings.allowedEmailDomains)) throw domainNotAllowed(settings.name);
  const [id, accountId] = [deps.ids.next(), deps.ids.next()];
  const { name, phone = null, externalId = null } = request;
  insertAccountWithoutSignIn(tx, { id: accountId, name, language: settings.language, createdAt: now });
  const invitedBy = toActorReference(actor);
  const user = { id, accountId, name, email, phone, externalId, createdAt: now, invitedBy };
  const stored = grants.map(({ role, ...grant }) => ({ roleId: role.id, ...grant }));
  insertUsersAtCommit(tx, organizationId, [{ ...user, grants: stored }]);
  await deps.enqueue(tx, createReminderJobs(deps, { organizationId, userId: id, now }, grants));
  await record(deps, tx, actor, [
    {
      action: "users.created",
      target: { type: "user", id, name },
      changes: [
        { field: "email", before: null, after: email },
        ...(externalId === null ? [] : [{ field: "externalId", before: null, after: externalId } as const]),
        { field: "roles", before: null, after: grants.map(({ role }) => role.name) },
      ],
    },
  ]);
  const initial = { status: "active", twoFactor: false, canSignIn: false, lastActiveAt: null } as const;
  return toUserDetails(
    { ...user, ...initial, version: firstVersion, ownerCount: null, grants },
    actor.language,
  );
}

/** The grants of a new user. The owner role isn't among them, because an owner has to be able to sign in. */
function planGrants(
  actor: Actor,
  { roleIds, roles: requested }: NewUserRequest,
  known: readonly StoredRole[],
  now: Date,
): readonly StoredGrant[] {
  const wanted =
    requested ?? [...new Set(roleIds)].map((id) => ({ id, expiresAt: null as string | null | undefined }));
  const ids = wanted.map(({ id }) => id);
  const roles = compileRoles(actor.catalogue, known);
  const unknown = ids.filter((id) => !roles.has(id));
  if (unknown.length > 0) throw unknownRoles(unknown, requested === undefined ? "roleIds" : "roles");
  requireValidEnds(wanted, roles, { now, path: "roles" });
  const ends = new Map(
    wanted.map(({ id, expiresAt }) => [id, expiresAt == null ? null : new Date(expiresAt)]),
  );
  return known.map((role) => {
    const compiled = roles.get(role.id);
    if (compiled === undefined) throw unknownRoles([role.id], "roles");
    const expiresAt = ends.get(role.id) ?? null;
    const { name, permissions } = compiled;
    const error = findGrantError(actor, { what: `The role ${name}`, permissions, expiresAt });
    if (error !== null) throw error;
    requireNoOwner([role]);
    return { role, grantedBy: toActorReference(actor), grantedAt: now, expiresAt };
  });
}

function readEmail(typed: string): string {
  const parsed = parseEmail(typed);
  if (parsed.ok) return parsed.email;
  const detail = "This is no valid e-mail address. Write it like name@company.com.";
  throw new ApiError("request/invalid", {
    detail,
    errors: [{ path: "email", code: "email/invalid", detail }],
  });
}

function domainNotAllowed(organization: string): ApiError {
  return new ApiError("invitations/domain-not-allowed", {
    detail: `${organization} allows only addresses of certain domains, and this one isn't among them. Change that in the settings, or use another address.`,
    params: { organization },
  });
}

/** The user, and whether they were created. */
interface PutResult {
  readonly user: UserDetails;
  readonly isCreated: boolean;
}

/** Attempts when another request creates the user at the same moment. */
const maxAttempts = 3;

/**
 * Creates the user with this id in another system, or changes them to what the request says; what it leaves out stays. The same
 * request again changes nothing.
 * @throws ApiError as `createUser` and an edit do, users/email-taken, users/own-sign-in
 */
export async function putUser(
  deps: CreateDeps & Pick<Deps, "db">,
  actor: AuthenticatedActor,
  externalId: string,
  request: NewUserRequest,
): Promise<PutResult> {
  if (request.externalId !== undefined && request.externalId !== externalId) throw otherExternalId();
  const draft = { ...request, externalId };
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await authorizeWrite(deps, actor, (tx, current) => putInTransaction(deps, tx, current, draft));
    } catch (error) {
      if (isExternalIdTaken(error) && attempts < maxAttempts) continue;
      throw mapDatabaseError(error);
    }
  }
}

async function putInTransaction(
  deps: CreateDeps,
  tx: Tx,
  actor: Actor,
  draft: NewUserRequest & { readonly externalId: string },
): Promise<PutResult> {
  const now = deps.clock.now();
  const [user, context] = await Promise.all([
    findUser(tx, { organizationId: actor.organizationId, externalId: draft.externalId, now }),
    loadContext(tx, actor, draft),
  ]);
  if (user === null) return { user: await createFrom(deps, tx, actor, draft, context), isCreated: true };
  const { email, name, phone, roleIds, roles } = draft;
  const edit = {
    email: readEmail(email),
    name,
    ...(phone === undefined ? {} : { phone }),
    ...(roleIds === undefined ? {} : { roleIds }),
    ...(roles === undefined ? {} : { roles }),
  };
  const plan = computeUserEdit(actor, requireTarget(actor, user, now), {
    edit,
    now,
    newRoles: context.roles,
  });
  const edited = await applyUserEdit(deps, tx, actor, plan, now);
  return { user: toUserDetails(edited.user, actor.language), isCreated: false };
}

function otherExternalId(): ApiError {
  const detail = "The external id of the body is another one than in the path. Leave it out of the body.";
  return new ApiError("request/invalid", {
    detail,
    errors: [{ path: "externalId", code: "request/invalid", detail }],
  });
}
