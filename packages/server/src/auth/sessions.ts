/** Sessions by token: of Gatehouse's own cookie, or of a panel on another host. */
import type { Catalogue, PermissionSet } from "@gatehouse/access";
import { type Language, parsePanelOrigin } from "@gatehouse/sdk/contract";
import type { Config } from "../config.ts";
import { noVersion } from "../db/row-version.ts";
import type { Deps } from "../deps.ts";
import type { ApiError } from "../errors/api-error.ts";
import { hashToken } from "../ports/secrets.ts";
import { parseTokenOrganization } from "./api-keys.ts";
import { fetchCatalogueAt } from "./catalogue-cache.ts";
import { computePermissions } from "./memberships.ts";
import { type ReadAhead, readCaller } from "./read-ahead.ts";
import { readWithRoles } from "./role-cache.ts";
import { ruleNotMet } from "./security-rules.ts";
import { isActiveSession, panelSessionStatement, sessionStatement } from "./session-rows.ts";

type ReadDeps = Pick<Deps, "db" | "clock" | "lastUse">;

/** The organization, and whether the request counts as use. */
export interface SessionScope {
  readonly organizationId: string;
  readonly isPassive: boolean;
  /** Where the user's request comes from; null when it is unknown. */
  readonly address: string | null;
  /** What else to read, with the language of the response if the request says so. */
  readonly ahead?: { readonly readAhead: ReadAhead; readonly language: Language | undefined } | null;
}

/**
 * The session's row, with permissions if its user is active in the organization and the session meets its rules. Then it
 * is recorded as use, unless passive.
 */
export async function loadSession(
  deps: ReadDeps,
  token: string,
  {
    organizationId,
    isPassive,
    address,
    ahead: reading = null,
    panelOrigin = null,
  }: SessionScope & { readonly panelOrigin?: string | null },
) {
  const now = deps.clock.now();
  const query = { tokenHash: hashToken(token), now, address };
  const statement =
    panelOrigin !== null && isPanelToken(token)
      ? panelSessionStatement(organizationId, { ...query, panelOrigin })
      : sessionStatement(organizationId, query, panelOrigin);
  const isCaller = isActiveSession(organizationId, query);
  const more = reading?.readAhead({ organizationId, language: reading.language, isCaller }) ?? null;
  const found = await readWithRoles(deps, organizationId, {
    read: () => readCaller(deps, organizationId, statement, more),
    resolve: async ({ row, ahead }) => {
      if (row?.status !== "active" || row.unmetRule !== null) return { row };
      const version = row.catalogueVersion ?? noVersion;
      const catalogue = await fetchCatalogueAt(deps, organizationId, version);
      const permissions = computePermissions(catalogue, row.roles);
      return permissions === null ? null : { row, ahead, ...permissions };
    },
    listRoleIds: ({ row }) => row?.roles.map(({ id }) => id) ?? [],
  });
  const { row } = found;
  const isUse = "catalogue" in found && !isPassive;
  if (isUse && row !== null) {
    deps.lastUse.recordSession(row, now);
    if (row.userId !== null) {
      deps.lastUse.recordUser(organizationId, { userId: row.userId, lastActiveAt: row.lastActiveAt }, now);
      deps.lastUse.recordOrganizationSession(
        organizationId,
        { ...row, lastUsedHere: row.lastUsedHere ?? null },
        now,
      );
    }
  }
  return found;
}

/** An active user, found by session token. */
export interface SessionUser {
  readonly user: {
    readonly id: string;
    readonly accountId: string;
    readonly name: string;
    readonly email: string;
  };
  readonly sessionId: string;
  readonly expiresAt: Date;
  /** Whether the organization lists the panel that was named; true where none was. */
  readonly isPanelKnown: boolean;
  readonly denied?: undefined;
  readonly catalogue: Catalogue;
  readonly permissions: PermissionSet;
}

/** An active user whose session doesn't meet a rule of the organization. */
export interface DeniedUser {
  readonly denied: ApiError;
}

/** A token that a panel received, the panel's origin, null for Gatehouse's own host, and the user's address if it is known. */
export interface PresentedToken {
  readonly token: string;
  readonly panelOrigin: string | null;
  readonly address: string | null;
}

/** The origin of the panel that a text names; null for Gatehouse's own address, and when none is named. */
export function readPanelOrigin({ publicUrl }: Pick<Config, "publicUrl">, text = ""): string | null {
  const origin = parsePanelOrigin(text);
  return origin === new URL(publicUrl).origin ? null : origin;
}

/**
 * The active user of an organization by session token, or null: the token of Gatehouse's own cookie, or that of one
 * panel's cookie, which is valid at that panel only. Counts as use.
 */
export async function findSessionUser(
  deps: ReadDeps,
  organizationId: string,
  { token, panelOrigin, address }: PresentedToken,
): Promise<SessionUser | DeniedUser | null> {
  if (
    isPanelToken(token) &&
    (panelOrigin === null || parseTokenOrganization("ghp", token) !== organizationId)
  )
    return null;
  const found = await loadSession(deps, token, { organizationId, isPassive: false, panelOrigin, address });
  if (found.row?.status === "active" && found.row.unmetRule !== null) {
    const organization = found.row.organizationName ?? "The organization";
    return { denied: ruleNotMet(found.row.unmetRule, { organization, address }) };
  }
  if (!("catalogue" in found) || found.row?.userId == null) return null;
  const { userId, accountId, userName, accountName, email, sessionId, expiresAt, isPanelKnown } = found.row;
  const { catalogue, permissions } = found;
  return {
    user: { id: userId, accountId, name: userName ?? accountName, email },
    sessionId,
    expiresAt,
    isPanelKnown,
    catalogue,
    permissions,
  };
}

/** Whether a token is of a panel's own cookie. */
const isPanelToken = (token: string): boolean => token.startsWith("ghp_");
