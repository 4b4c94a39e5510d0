/** Who asks: from a cookie or an API key to an account, or to an actor in one organization, in one round trip. */
import type { FastifyRequest } from "fastify";
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { hashToken } from "../ports/secrets.ts";
import type { AccountActor, Actor, RequestOrigin } from "./actor.ts";
import { readSessionCookie } from "./cookies.ts";
import {
  type EndOfKey,
  findApiKey,
  findEndOfKey,
  findSession,
  type MembershipRow,
  rightsOfKey,
  type SessionRow,
} from "./memberships.ts";
import { readSession, touchSession, type Where } from "./read-session.ts";
import { notFound, Refusal } from "./refusal.ts";
import { idleSince, isDueForTouch } from "./session-limits.ts";
import { organizationOf } from "./token-tenant.ts";
import { plainAddress } from "./trusted-proxies.ts";

type AuthDeps = Pick<Deps, "db" | "clock" | "config">;

/** Where a request came from. The address is a proxy's word only when the proxy is trusted. */
export function originOf(request: FastifyRequest): RequestOrigin {
  return {
    ip: plainAddress(request.ip),
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
  const row = await deps.db.shared((tx) => findSession(tx, query), { readOnly: true });
  if (row === null) return null;
  if (isDueForTouch(row.lastSeenAt, now)) await deps.db.shared((tx) => touchSession(tx, row, now));
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
): Promise<Actor> {
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
): Promise<Actor> {
  const token = readSessionCookie(deps.config, request);
  if (token === null) throw signInFirst();
  const found = await readSession(deps, token, { organizationId, isPassive });
  if (found.row === null) throw signInFirst();
  if (found.row.status === "suspended") throw suspended(found.row);
  if (!("catalogue" in found) || found.row.userId === null) throw notFound();
  const { row, catalogue, permissions } = found;
  return {
    type: "user",
    id: found.row.userId,
    name: row.userName ?? row.accountName,
    organizationId,
    ownUserId: row.userId,
    accountId: row.accountId,
    sessionId: row.sessionId,
    language: row.language,
    catalogue,
    permissions,
    origin: originOf(request),
  };
}

async function authenticateKey(
  deps: AuthDeps,
  request: FastifyRequest,
  { organizationId, isPassive }: Where,
  bearer: string,
): Promise<Actor> {
  const { actor, touch } = await readKey(deps, request, bearer, async () => undefined);
  if (actor.organizationId !== organizationId) throw notFound();
  if (!isPassive) await touch();
  return actor;
}

/**
 * The actor behind the API key of a request, in the key's own organization, and what `alongside` reads there at the same
 * time: one round trip for both. What was read is nothing yet: the caller checks what the key may know.
 * @throws Refusal auth/*
 */
export async function askWithKey<T>(
  deps: AuthDeps,
  request: FastifyRequest,
  alongside: (tx: Tx, organizationId: string) => Promise<T>,
): Promise<{ readonly actor: Actor; readonly found: T }> {
  const bearer = readBearer(request);
  if (bearer === null)
    throw new Refusal("auth/required", {
      detail: "Only API keys may ask here. Send one as Authorization: Bearer ghk_….",
    });
  const { actor, found, touch } = await readKey(deps, request, bearer, alongside);
  await touch();
  return { actor, found };
}

async function readKey<T>(
  deps: AuthDeps,
  request: FastifyRequest,
  bearer: string,
  alongside: (tx: Tx, organizationId: string) => Promise<T>,
): Promise<{ readonly actor: Actor; readonly found: T; readonly touch: () => Promise<void> }> {
  const own = organizationOf("ghk", bearer);
  if (own === null) throw invalidKey(null);
  const now = deps.clock.now();
  const query = { secretHash: hashToken(bearer), now };
  const read = await deps.db.tenant(
    own,
    async (tx) => {
      const [row, found] = await Promise.all([findApiKey(tx, own, query), alongside(tx, own)]);
      if (row !== null && row.catalogueVersion !== null)
        return { row, found, ...(await rightsOfKey(tx, own, row)) };
      return findEndOfKey(tx, own, query);
    },
    { readOnly: true },
  );
  if (read === null || typeof read === "string") throw invalidKey(read);
  const { row, found, catalogue, permissions } = read;
  const actor: Actor = {
    type: "api-key",
    id: row.apiKeyId,
    name: row.name,
    organizationId: own,
    ownUserId: row.createdBy,
    accountId: null,
    sessionId: null,
    language: "en",
    catalogue,
    permissions,
    origin: originOf(request),
  };
  const touch = async (): Promise<void> => {
    if (isDueForTouch(row.lastUsedAt, now))
      await deps.db.tenant(own, (tx) => touchKey(tx, own, row.apiKeyId, now));
  };
  return { actor, found, touch };
}

function accountOf(row: SessionRow, origin: RequestOrigin): AccountActor {
  const { accountId, sessionId, email, accountName, language, expiresAt } = row;
  return { type: "account", accountId, sessionId, email, name: accountName, language, expiresAt, origin };
}

async function touchKey(tx: Tx, organizationId: string, apiKeyId: string, now: Date): Promise<void> {
  await sql`UPDATE api_keys SET last_used_at = ${now} WHERE organization_id = ${organizationId} AND api_key_id = ${apiKeyId}`.execute(
    tx,
  );
}

/** The request needs a session and has none that is alive. */
export function signInFirst(): Refusal {
  return new Refusal("auth/required", {
    detail: "Your session has ended or never began. Sign in and try again.",
  });
}

/** Only who has the whole key learns that there was one, and what became of it. */
function invalidKey(end: EndOfKey | null): Refusal {
  if (end === "revoked")
    return new Refusal("auth/revoked-key", {
      detail: "This API key was revoked. Ask for a new one where it came from.",
    });
  if (end === "expired")
    return new Refusal("auth/expired-key", {
      detail: "This API key has expired. Ask for a new one where it came from.",
    });
  return new Refusal("auth/invalid-key", {
    detail: "This is no API key of this installation. Send one whole, as Authorization: Bearer ghk_….",
  });
}

function suspended(row: MembershipRow): Refusal {
  return new Refusal("auth/suspended", {
    detail: `Your access to ${row.organizationName ?? "this organization"} is suspended. Ask somebody who manages users there.`,
    params: { organization: row.organizationName },
  });
}
