/** Creates users who sign in elsewhere: they have no password for Gatehouse. */
import { compileRoles } from "@gatehouse/access";
import { type NewUserRequest, parseEmail, type UserDetails } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { insertAccountWithoutSignIn } from "../accounts/index.ts";
import { getOrganizationSettings, isEmailAllowed } from "../organizations/index.ts";
import { findRoles, requireValidEnds, unknownRoles } from "../roles/index.ts";
import {
  createReminderJobs,
  editUserInTransaction,
  findUser,
  findUserIdByExternalId,
  insertUsers,
  isExternalIdTaken,
  mapDatabaseError,
  type NewUser,
  requireNoOwner,
  toUserDetails,
} from "../users/index.ts";

type CreateDeps = Pick<Deps, "clock" | "ids" | "enqueue">;

/**
 * Creates a user inside the caller's transaction, with roles that the actor can give. The user gets an account without an
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
  const { organizationId } = actor;
  const now = deps.clock.now();
  const grants = await planGrants(tx, actor, request, now);
  const {
    name: organization,
    language,
    allowedEmailDomains,
  } = await getOrganizationSettings(tx, organizationId);
  const email = readEmail(request.email);
  if (!isEmailAllowed(email, allowedEmailDomains)) throw domainNotAllowed(organization);
  const [userId, accountId] = [deps.ids.next(), deps.ids.next()];
  const { name, phone = null, externalId = null } = request;
  await insertAccountWithoutSignIn(tx, { id: accountId, name, language, createdAt: now });
  const invitedBy = toActorReference(actor);
  await insertUsers(tx, organizationId, [
    { id: userId, accountId, name, email, phone, externalId, createdAt: now, invitedBy, grants },
  ]);
  await deps.enqueue(tx, createReminderJobs(deps, { organizationId, userId, now }, grants));
  const user = await findUser(tx, { organizationId, userId, now });
  if (user === null) throw notFound();
  await record(deps, tx, actor, [
    {
      action: "users.created",
      target: { type: "user", id: userId, name },
      changes: [
        { field: "email", before: null, after: email },
        ...(externalId === null ? [] : [{ field: "externalId", before: null, after: externalId } as const]),
        { field: "roles", before: null, after: user.grants.map(({ role }) => role.name) },
      ],
    },
  ]);
  return toUserDetails(user, actor.language);
}

/** The grants of a new user. The owner role isn't among them, because an owner has to be able to sign in. */
async function planGrants(
  tx: Tx,
  actor: Actor,
  { roleIds, roles: requested }: NewUserRequest,
  now: Date,
): Promise<readonly (NewUser["grants"][number] & { readonly expiresAt: Date | null })[]> {
  const wanted =
    requested ?? [...new Set(roleIds)].map((id) => ({ id, expiresAt: null as string | null | undefined }));
  const ids = wanted.map(({ id }) => id);
  const roles = compileRoles(actor.catalogue, await findRoles(tx, actor.organizationId, ids));
  const unknown = ids.filter((id) => !roles.has(id));
  if (unknown.length > 0) throw unknownRoles(unknown, requested === undefined ? "roleIds" : "roles");
  requireValidEnds(wanted, roles, { now, path: "roles" });
  return wanted.map(({ id, expiresAt: end }) => {
    const role = roles.get(id);
    if (role === undefined) throw unknownRoles([id], "roles");
    const expiresAt = end == null ? null : new Date(end);
    const { name, permissions } = role;
    const error = findGrantError(actor, { what: `The role ${name}`, permissions, expiresAt });
    if (error !== null) throw error;
    requireNoOwner([role]);
    return { roleId: id, grantedBy: toActorReference(actor), grantedAt: now, expiresAt };
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
  const { organizationId } = actor;
  const userId = await findUserIdByExternalId(tx, organizationId, draft.externalId);
  if (userId === null) return { user: await createUser(deps, tx, actor, draft), isCreated: true };
  const { email, name, phone, roleIds, roles } = draft;
  const edit = {
    email: readEmail(email),
    name,
    ...(phone === undefined ? {} : { phone }),
    ...(roleIds === undefined ? {} : { roleIds }),
    ...(roles === undefined ? {} : { roles }),
  };
  const { user } = await editUserInTransaction(deps, tx, actor, { userId, edit, isAuthorized: true });
  return { user: toUserDetails(user, actor.language), isCreated: false };
}

function otherExternalId(): ApiError {
  const detail = "The external id of the body is another one than in the path. Leave it out of the body.";
  return new ApiError("request/invalid", {
    detail,
    errors: [{ path: "externalId", code: "request/invalid", detail }],
  });
}
