/** Authenticates and authorizes a request before its body is read. */
import * as z from "zod/mini";
import "./client-address.ts"; // the type of request.client
import type { FastifyRequest } from "fastify";
import { type Config, listeningUrl } from "../config.ts";
import type { Deps } from "../deps.ts";
import { ApiError, notFound } from "../errors/api-error.ts";
import { hashToken } from "../ports/secrets.ts";
import { truncate } from "../truncate.ts";
import type { AccountActor, AuthenticatedActor, RequestOrigin } from "./actor.ts";
import { explainInvalidKey, parseKeyOrganization, toKeyActor } from "./api-keys.ts";
import { fetchCatalogueAt } from "./catalogue-cache.ts";
import { readSessionCookie } from "./cookies.ts";
import {
  type ApiKeyRow,
  apiKeyStatement,
  capKeyPermissions,
  computePermissions,
  type EffectivePermissions,
  type MembershipRow,
} from "./memberships.ts";
import type { Policy } from "./policy.ts";
import { readLanguage } from "./request-language.ts";
import { requireAnyPermission } from "./require-permission.ts";
import { readWithRoles } from "./role-cache.ts";
import { ruleNotMet } from "./security-rules.ts";
import { findSession, type PanelSessionRow, type SessionRow } from "./session-rows.ts";
import { loadSession, type SessionScope } from "./sessions.ts";

/** The session of a request, or its actor in the organization of its path, as far as the route's policy needs them. */
export interface Caller {
  readonly session: AccountActor | null;
  readonly actor: AuthenticatedActor | null;
}

declare module "fastify" {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/**
 * Authenticates the caller as far as the policy needs it.
 * @throws ApiError forbidden/origin, auth/*, not-found
 */
export async function authenticate(deps: Deps, request: FastifyRequest, policy: Policy): Promise<Caller> {
  const opensSession = "public" in policy && policy.opensSession === true;
  const usesCookie = readBearerToken(request) === null && readSessionCookie(deps.config, request) !== null;
  checkOrigin(deps.config, request, usesCookie || opensSession);
  if (!("public" in policy || "account" in policy)) {
    const isPassive = "isPassive" in policy && policy.isPassive === true;
    const actor = await authenticateInOrganization(deps, request, readOrganizationId(request), { isPassive });
    return { session: null, actor: { ...actor, policy, language: readLanguage(request) ?? actor.language } };
  }
  const session = await findAccount(deps, request);
  if (session === null && "account" in policy) throw authenticationRequired(usesCookie);
  return { session, actor: null };
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

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Rejects an unsafe request that carries or sets the session cookie unless its `Origin` is ours (CSRF). A missing one
 * is rejected too: every browser sends it with unsafe methods.
 * @throws ApiError forbidden/origin
 */
function checkOrigin(config: Config, request: FastifyRequest, usesCookie: boolean): void {
  if (!usesCookie || safeMethods.has(request.method)) return;
  const { origin } = request.headers;
  if (origin !== undefined && listOwnOrigins(config).has(origin)) return;
  throw foreignOrigin(config, origin);
}

/** Names PUBLIC_URL, because a panel that is opened at another address is the likeliest cause. */
function foreignOrigin({ isPublicUrlSet, publicUrl }: Config, origin: string | undefined): ApiError {
  const sent = origin === undefined ? null : truncate(origin, 100);
  const setting = isPublicUrlSet ? `PUBLIC_URL is ${publicUrl}` : `PUBLIC_URL is unset (${publicUrl})`;
  const shown = sent !== null && URL.parse(sent)?.origin === sent ? sent : null;
  return new ApiError("forbidden/origin", {
    detail:
      `The request came from ${sent === null ? "no origin" : sent}, but ${setting}. Open the panel at ${publicUrl}` +
      `${shown === null ? "" : `, or set PUBLIC_URL=${shown} if that is its address`}. Programs use an API key in place of a cookie.`,
    params: { origin: shown, publicUrl },
  });
}

/** The origins at which the panel may be opened: that of `PUBLIC_URL`, or without it any loopback origin with our port. */
export function listOwnOrigins({
  isPublicUrlSet,
  publicUrl,
  port,
}: Pick<Config, "isPublicUrlSet" | "publicUrl" | "port">): ReadonlySet<string> {
  if (isPublicUrlSet) return new Set([new URL(publicUrl).origin]);
  return new Set([publicUrl, ...["127.0.0.1", "localhost", "::1"].map((host) => listeningUrl(host, port))]);
}

type AuthDeps = Pick<Deps, "db" | "clock" | "config" | "lastUse">;

/** An authenticated actor, before its route's policy is added. */
type ActorWithoutPolicy = Omit<AuthenticatedActor, "policy">;

/** Where a request came from. `X-Forwarded-For` counts only from a trusted proxy. */
export function readOrigin(request: FastifyRequest): RequestOrigin {
  return {
    ip: request.client.ip,
    userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null,
    requestId: request.id,
  };
}

/**
 * The token of `Authorization: Bearer`, or null without one. Other schemes are ignored: a proxy with basic
 * authentication leaves its header on the request.
 */
export function readBearerToken(request: FastifyRequest): string | null {
  const [scheme = "", ...rest] = (request.headers.authorization ?? "").split(/ +/);
  return scheme.toLowerCase() === "bearer" ? rest.join(" ") : null;
}

/** The signed-in account, or null when the request carries no live session. An API key has no session. */
export async function findAccount(deps: AuthDeps, request: FastifyRequest): Promise<AccountActor | null> {
  const token = readBearerToken(request) === null ? readSessionCookie(deps.config, request) : null;
  if (token === null) return null;
  const now = deps.clock.now();
  const query = { tokenHash: hashToken(token), now };
  const row = await deps.db.shared((tx) => findSession(tx, query), { readOnly: true, isPriority: true });
  if (row === null) return null;
  deps.lastUse.recordSession(row, now);
  return toAccountActor(row, readOrigin(request));
}

/**
 * The actor in an organization. An unknown organization and one that the caller doesn't belong to get the same error.
 * A passive request doesn't count as use.
 * @throws ApiError auth/*, not-found
 */
async function authenticateInOrganization(
  deps: AuthDeps,
  request: FastifyRequest,
  organizationId: string,
  { isPassive = false }: { readonly isPassive?: boolean } = {},
): Promise<ActorWithoutPolicy> {
  const bearer = readBearerToken(request);
  const where = { organizationId, isPassive };
  return bearer === null
    ? authenticateUser(deps, request, where)
    : authenticateKey(deps, request, where, bearer);
}

async function authenticateUser(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive }: Omit<SessionScope, "address">,
): Promise<ActorWithoutPolicy> {
  const token = readSessionCookie(deps.config, request);
  if (token === null) throw authenticationRequired(false);
  const { ip: address } = request.client;
  const found = await loadSession(deps, token, { organizationId, isPassive, address });
  const member = requireMember(found.row, address);
  if (!("catalogue" in found)) throw notFound();
  return toUserActor({ organizationId, address }, member, found, readOrigin(request));
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

/** The actor for a user of the organization, whose request came from `address`. */
export function toUserActor(
  { organizationId, address }: Pick<SessionScope, "organizationId" | "address">,
  row: SessionRow & MembershipRow & { readonly userId: string },
  { catalogue, permissions, permissionEnds }: EffectivePermissions,
  origin: RequestOrigin,
): ActorWithoutPolicy {
  return {
    type: "user",
    id: row.userId,
    name: row.userName ?? row.accountName,
    organizationId,
    ownUserId: row.userId,
    accountId: row.accountId,
    sessionId: row.sessionId,
    language: row.language,
    catalogue,
    permissions,
    permissionEnds,
    origin,
    authority: {
      organizationId,
      userId: row.userId,
      membership: row,
      session: { accountId: row.accountId, sessionId: row.sessionId, address },
      apiKeyId: null,
    },
  };
}

async function authenticateKey(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive }: Omit<SessionScope, "address">,
  bearer: string,
): Promise<ActorWithoutPolicy> {
  const keyOrganizationId = parseKeyOrganization(bearer);
  const now = deps.clock.now();
  const query = { secretHash: hashToken(bearer), now };
  const statement = apiKeyStatement(keyOrganizationId, query);
  const { row, permissions } = await readWithRoles(deps, keyOrganizationId, {
    read: async () => (await deps.db.readInOneRoundTrip(keyOrganizationId, statement))[0],
    resolve: async (row) => {
      if (row === undefined || row.catalogueVersion === null)
        throw await explainInvalidKey(deps, keyOrganizationId, query);
      if (keyOrganizationId !== organizationId) throw otherOrganization(keyOrganizationId);
      const catalogue = await fetchCatalogueAt(deps, keyOrganizationId, row.catalogueVersion);
      const creators = computePermissions(catalogue, row.roles);
      return creators === null ? null : { row, permissions: capKeyPermissions(row, creators) };
    },
    listRoleIds: (row) => row?.roles.map(({ id }) => id) ?? [],
  });
  if (!isPassive) deps.lastUse.recordKey(keyOrganizationId, row, now);
  return toAuthenticatedKey(keyOrganizationId, row, permissions, readOrigin(request));
}

/** The actor for an API key of the organization. */
export function toAuthenticatedKey(
  organizationId: string,
  row: ApiKeyRow,
  permissions: EffectivePermissions,
  origin: RequestOrigin,
): ActorWithoutPolicy {
  return {
    ...toKeyActor(organizationId, row, permissions),
    origin,
    authority: {
      organizationId,
      userId: row.createdBy,
      membership: row,
      session: null,
      apiKeyId: row.apiKeyId,
    },
  };
}

/** The same for every other id, whether such an organization exists or not. */
function otherOrganization(keyOrganizationId: string): ApiError {
  return new ApiError("not-found", {
    detail: `This API key belongs to the organization ${keyOrganizationId}, not to the one in the URL. Use that id, or a key of the other organization.`,
  });
}

/** The account actor of a session. */
export function toAccountActor(row: SessionRow, origin: RequestOrigin): AccountActor {
  const { accountId, sessionId, email, accountName, language, expiresAt } = row;
  return { type: "account", accountId, sessionId, email, name: accountName, language, expiresAt, origin };
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
