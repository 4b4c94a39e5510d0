/** Who asks: from a cookie or an API key to an account, or to an actor in one organization, in one round trip. */
import type { FastifyRequest } from "fastify";
import type { Deps } from "../deps.ts";
import { hashToken } from "../ports/secrets.ts";
import type { AccountActor, AuthenticatedActor, RequestOrigin } from "./actor.ts";
import { catalogueNow } from "./catalogues.ts";
import "./client-address.ts"; // the type of request.client
import { readSessionCookie } from "./cookies.ts";
import { keyActor, organizationOfKey, refusalOfKey } from "./keys.ts";
import {
  apiKeyStatement,
  capKey,
  findSession,
  type MembershipRow,
  type Rights,
  rightsUnder,
  type SessionRow,
} from "./memberships.ts";
import { readSession, type Where } from "./read-session.ts";
import { notFound, Refusal } from "./refusal.ts";
import { idleSince } from "./session-limits.ts";

type AuthDeps = Pick<Deps, "db" | "clock" | "config" | "lastUse">;

/** Who was authenticated, before it is known for which route. */
type Unbound = Omit<AuthenticatedActor, "policy">;

/** Where a request came from. The address is a proxy's word only when the proxy is trusted. */
export function originOf(request: FastifyRequest): RequestOrigin {
  return {
    ip: request.client.ip,
    userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null,
    requestId: request.id,
  };
}

/**
 * What stands behind `Authorization: Bearer`, or null without it. Other schemes are not ours: a proxy that asks for a
 * password of its own leaves its header on the request.
 */
export function readBearer(request: FastifyRequest): string | null {
  const [scheme = "", ...rest] = (request.headers.authorization ?? "").split(/ +/);
  return scheme.toLowerCase() === "bearer" ? rest.join(" ") : null;
}

/** The signed-in account, or null when the request carries no live session. An API key is nobody's session. */
export async function findAccount(deps: AuthDeps, request: FastifyRequest): Promise<AccountActor | null> {
  const token = readBearer(request) === null ? readSessionCookie(deps.config, request) : null;
  if (token === null) return null;
  const now = deps.clock.now();
  const query = { tokenHash: hashToken(token), now, idleSince: idleSince(now) };
  const row = await deps.db.shared((tx) => findSession(tx, query), { readOnly: true, isPriority: true });
  if (row === null) return null;
  deps.lastUse.noteSession(row, now);
  return accountOf(row, originOf(request));
}

/**
 * The actor in an organization. Whoever has no business there learns nothing about it: an unknown organization and a
 * foreign one get the same answer. A passive request is not noted as use.
 * @throws Refusal auth/*, not-found
 */
export async function authenticateIn(
  deps: AuthDeps,
  request: FastifyRequest,
  organizationId: string,
  { isPassive = false }: { readonly isPassive?: boolean } = {},
): Promise<Unbound> {
  const bearer = readBearer(request);
  const where = { organizationId, isPassive };
  return bearer === null
    ? authenticateUser(deps, request, where)
    : authenticateKey(deps, request, where, bearer);
}

async function authenticateUser(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive }: Where,
): Promise<Unbound> {
  const token = readSessionCookie(deps.config, request);
  if (token === null) throw signInFirst();
  const found = await readSession(deps, token, { organizationId, isPassive });
  const member = requireMember(found.row);
  if (!("catalogue" in found)) throw notFound();
  return userActor(organizationId, member, found, originOf(request));
}

/**
 * The user whom a session opens the organization for.
 * @throws Refusal auth/required, auth/suspended, not-found
 */
export function requireMember<Row extends SessionRow & MembershipRow>(
  row: Row | null,
): Row & { readonly userId: string } {
  if (row === null) throw signInFirst();
  const { status, userId } = row;
  if (status === "suspended") throw suspended(row);
  if (status !== "active" || userId === null) throw notFound();
  return { ...row, userId };
}

/** Who a user is in a request of an organization of theirs. */
export function userActor(
  organizationId: string,
  row: SessionRow & MembershipRow & { readonly userId: string },
  { catalogue, permissions }: Rights,
  origin: RequestOrigin,
): Unbound {
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
    origin,
  };
}

async function authenticateKey(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive }: Where,
  bearer: string,
): Promise<Unbound> {
  const own = organizationOfKey(bearer);
  const now = deps.clock.now();
  const query = { secretHash: hashToken(bearer), now };
  const [row] = await deps.db.lookUp(own, apiKeyStatement(own, query));
  if (row === undefined || row.catalogueVersion === null) throw await refusalOfKey(deps, own, query);
  if (own !== organizationId) throw notFound();
  const catalogue = await catalogueNow(deps, own, row.catalogueVersion);
  const rights = capKey(catalogue, row, rightsUnder(catalogue, row.roles).permissions);
  if (!isPassive) deps.lastUse.noteKey(own, row, now);
  return { ...keyActor(own, row, rights), origin: originOf(request) };
}

/** Who is signed in with a session. */
export function accountOf(row: SessionRow, origin: RequestOrigin): AccountActor {
  const { accountId, sessionId, email, accountName, language, expiresAt } = row;
  return { type: "account", accountId, sessionId, email, name: accountName, language, expiresAt, origin };
}

/** The request needs a session and has none that is alive. */
export function signInFirst(): Refusal {
  return new Refusal("auth/required", {
    detail: "Your session has ended or never began. Sign in and try again.",
  });
}

function suspended(row: MembershipRow): Refusal {
  return new Refusal("auth/suspended", {
    detail: `Your access to ${row.organizationName ?? "this organization"} is suspended. Ask somebody who manages users there.`,
    params: { organization: row.organizationName },
  });
}
