/** Authenticates and authorizes a request before its body is read. */
import * as z from "zod/mini";
import "./client-address.ts"; // the type of request.client
import type { FastifyRequest } from "fastify";
import type { Deps } from "../deps.ts";
import { ApiError, notFound } from "../errors/api-error.ts";
import { hashToken } from "../ports/secrets.ts";
import type { AccountActor, AuthenticatedActor } from "./actor.ts";
import { explainInvalidKey, parseKeyOrganization } from "./api-keys.ts";
import { fetchCatalogueAt } from "./catalogue-cache.ts";
import { readSessionCookie } from "./cookies.ts";
import { type ActorWithoutPolicy, toAccountActor, toAuthenticatedKey, toUserActor } from "./create-actor.ts";
import {
  apiKeyStatement,
  capKeyPermissions,
  computeCreatorPermissions,
  isKeyLive,
  type MembershipRow,
} from "./memberships.ts";
import { requireOpenOrganization } from "./organization-closure.ts";
import { checkOrigin } from "./own-origins.ts";
import type { Policy } from "./policy.ts";
import { type ExpectedAccount, type ReadAhead, readAccount, readCaller } from "./read-ahead.ts";
import { readLanguage } from "./request-language.ts";
import { readBearerToken, readOrigin } from "./request-source.ts";
import { requireOperator } from "./require-operator.ts";
import { requireAnyPermission } from "./require-permission.ts";
import { readWithRoles } from "./role-cache.ts";
import { ruleNotMet } from "./security-rules.ts";
import { accountOfSession, type PanelSessionRow } from "./session-rows.ts";
import { loadSession } from "./sessions.ts";

/** The session of a request, or its actor in the organization of its path, as far as the route's policy needs them. */
export interface Caller {
  readonly session: AccountActor | null;
  readonly actor: AuthenticatedActor | null;
  /** What was read together with the authentication: only for a caller who is authorized. */
  readonly ahead: unknown;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/**
 * Authenticates the caller as far as the policy needs it. `read` says what to read in the same message.
 * @throws ApiError forbidden/origin, auth/*, not-found
 */
export async function authenticate(
  deps: Deps,
  request: FastifyRequest,
  policy: Policy,
  read: { readonly ahead?: ReadAhead; readonly aheadOfAccount?: ReadAhead<ExpectedAccount> } = {},
): Promise<Caller> {
  const opensSession = "public" in policy && policy.opensSession === true;
  const usesCookie = readBearerToken(request) === null && readSessionCookie(deps.config, request) !== null;
  checkOrigin(deps.config, request, usesCookie || opensSession);
  if ("operator" in policy) {
    await requireOperator(deps, request);
    return { session: null, actor: null, ahead: null };
  }
  if (!("public" in policy || "account" in policy)) {
    const isPassive = "isPassive" in policy && policy.isPassive === true;
    const acceptsClosed = "permission" in policy && policy.acceptsClosed === true;
    const where = {
      organizationId: readOrganizationId(request),
      isPassive,
      acceptsClosed,
      readAhead: read.ahead,
    };
    const { actor, ahead } = await authenticateInOrganization(deps, request, where);
    const language = readLanguage(request) ?? actor.language;
    return { session: null, actor: { ...actor, policy, language }, ahead };
  }
  const { session, ahead } = await findAccountAhead(deps, request, read.aheadOfAccount);
  if (session === null && "account" in policy) throw authenticationRequired(usesCookie);
  return { session, actor: null, ahead };
}

/**
 * Checks the policy of the caller's route.
 * @throws ApiError forbidden/permission
 */
export function authorize({ actor }: Pick<Caller, "actor">): void {
  if (actor === null) return;
  const { policy } = actor;
  if ("permission" in policy) requireAnyPermission(actor, [policy.permission]);
  if ("anyOf" in policy) requireAnyPermission(actor, policy.anyOf);
}

const organizationParams = z.object({ organizationId: z.uuid() });

function readOrganizationId(request: FastifyRequest): string {
  const parsed = z.safeParse(organizationParams, request.params);
  if (!parsed.success) throw notFound();
  return parsed.data.organizationId.toLowerCase();
}

type AuthDeps = Pick<Deps, "db" | "clock" | "config" | "lastUse">;

/** The signed-in account, or null when the request carries no live session. An API key has no session. */
export async function findAccount(deps: AuthDeps, request: FastifyRequest): Promise<AccountActor | null> {
  return (await findAccountAhead(deps, request)).session;
}

async function findAccountAhead(
  deps: AuthDeps,
  request: FastifyRequest,
  readAhead?: ReadAhead<ExpectedAccount>,
): Promise<Pick<Caller, "session" | "ahead">> {
  const token = readBearerToken(request) === null ? readSessionCookie(deps.config, request) : null;
  if (token === null) return { session: null, ahead: null };
  const now = deps.clock.now();
  const query = { tokenHash: hashToken(token), now };
  const more = readAhead?.({ accountId: accountOfSession(query) }) ?? null;
  const { row, ahead } = await readAccount(deps, query, more);
  if (row === null) return { session: null, ahead: null };
  deps.lastUse.recordSession(row, now);
  return { session: toAccountActor(row, readOrigin(request)), ahead };
}

/** The organization of the path, and what to read there. */
interface Place {
  readonly organizationId: string;
  readonly isPassive: boolean;
  /** Whether a key can be used while nobody can use the organization. */
  readonly acceptsClosed: boolean;
  readonly readAhead: ReadAhead | undefined;
}

interface Authenticated {
  readonly actor: ActorWithoutPolicy;
  readonly ahead: unknown;
}

/**
 * The actor in an organization. An unknown organization and one that the caller doesn't belong to get the same error.
 * A passive request doesn't count as use.
 * @throws ApiError auth/*, not-found
 */
async function authenticateInOrganization(
  deps: AuthDeps,
  request: FastifyRequest,
  place: Place,
): Promise<Authenticated> {
  const bearer = readBearerToken(request);
  return bearer === null
    ? authenticateUser(deps, request, place)
    : authenticateKey(deps, request, place, bearer);
}

async function authenticateUser(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive, readAhead }: Place,
): Promise<Authenticated> {
  const token = readSessionCookie(deps.config, request);
  if (token === null) throw authenticationRequired(false);
  const { ip: address } = request.client;
  const language = readLanguage(request) ?? undefined; // else that of the account, which isn't known yet
  const ahead = readAhead === undefined ? null : { readAhead, language };
  const found = await loadSession(deps, token, { organizationId, isPassive, address, ahead });
  const member = requireMember(found.row, address);
  if (!("catalogue" in found)) throw notFound();
  const actor = toUserActor({ organizationId, address }, member, found, readOrigin(request));
  return { actor, ahead: found.ahead };
}

/**
 * Requires that the session's account is an active user of the organization, and that the session meets its rules.
 * `address`: where the request came from.
 * @throws ApiError auth/*, not-found
 */
export function requireMember(
  row: PanelSessionRow | null,
  address: string | null,
): PanelSessionRow & { readonly userId: string } {
  if (row === null) throw authenticationRequired();
  const { status, userId, unmetRule, organizationName } = row;
  if (status === "suspended") throw userSuspended(row);
  if (status !== "active" || userId === null) throw notFound();
  if (unmetRule !== null)
    throw ruleNotMet(unmetRule, { organization: organizationName ?? "The organization", address });
  return { ...row, userId };
}

async function authenticateKey(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive, acceptsClosed, readAhead }: Place,
  bearer: string,
): Promise<Authenticated> {
  const keyOrganizationId = parseKeyOrganization(bearer);
  const now = deps.clock.now();
  const query = { secretHash: hashToken(bearer), now };
  const statement = apiKeyStatement(keyOrganizationId, query);
  const isCaller = isKeyLive(keyOrganizationId, query);
  const more =
    keyOrganizationId === organizationId
      ? (readAhead?.({ organizationId, language: readLanguage(request), isCaller }) ?? null)
      : null;
  const { row, permissions, ahead } = await readWithRoles(deps, keyOrganizationId, {
    read: () => readCaller(deps, keyOrganizationId, statement, more),
    resolve: async ({ row, ahead }) => {
      if (row === null || row.catalogueVersion === null)
        throw await explainInvalidKey(deps, keyOrganizationId, query);
      if (keyOrganizationId !== organizationId) throw otherOrganization(keyOrganizationId);
      if (!acceptsClosed) requireOpenOrganization(row);
      const catalogue = await fetchCatalogueAt(deps, keyOrganizationId, row.catalogueVersion);
      const creators = computeCreatorPermissions(catalogue, row);
      return creators === null ? null : { row, permissions: capKeyPermissions(row, creators), ahead };
    },
    listRoleIds: ({ row }) => row?.roles.map(({ id }) => id) ?? [],
  });
  if (!isPassive) deps.lastUse.recordKey(keyOrganizationId, row, now);
  return { actor: toAuthenticatedKey(keyOrganizationId, row, permissions, readOrigin(request)), ahead };
}

/** The same for every other id, whether such an organization exists or not. */
function otherOrganization(keyOrganizationId: string): ApiError {
  return new ApiError("not-found", {
    detail: `This API key belongs to the organization ${keyOrganizationId}, not to the one in the URL. Use that id, or a key of the other organization.`,
  });
}

/** The error for a request that needs a live session and has none. Without a cookie it comes from a program. */
export function authenticationRequired(hasCookie = true): ApiError {
  return new ApiError("auth/required", {
    detail: hasCookie
      ? "Your session has ended. Sign in and try again."
      : "The request has no credentials. Programs send an API key as Authorization: Bearer ghk_…; people sign in.",
  });
}

function userSuspended(row: MembershipRow): ApiError {
  return new ApiError("auth/suspended", {
    detail: `Your access to ${row.organizationName ?? "this organization"} is suspended. Ask someone who manages users there.`,
    params: { organization: row.organizationName },
  });
}
