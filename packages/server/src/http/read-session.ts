/** Whose session a token opens: our own cookie's, or that of a panel on another host. */
import type { Catalogue, PermissionSet } from "@gatehouse/access";
import { parsePanelOrigin } from "@gatehouse/sdk/contract";
import type { Config } from "../config.ts";
import { noVersion } from "../database/row-version.ts";
import type { Deps } from "../deps.ts";
import { hashToken } from "../ports/secrets.ts";
import { catalogueNow } from "./catalogues.ts";
import { panelSessionStatement, rightsUnder, sessionStatement } from "./memberships.ts";
import { idleSince } from "./session-limits.ts";
import { organizationOf } from "./token-tenant.ts";

type ReadDeps = Pick<Deps, "db" | "clock" | "lastUse">;

/** In which organization, and whether it counts as use. */
export interface Where {
  readonly organizationId: string;
  readonly isPassive: boolean;
}

/** Whose session it is, with what they may do if they are active in the organization; written down as use unless it is passive. */
export async function readSession(
  deps: ReadDeps,
  token: string,
  { organizationId, isPassive, panelOrigin = null }: Where & { readonly panelOrigin?: string | null },
) {
  const now = deps.clock.now();
  const query = { tokenHash: hashToken(token), now, idleSince: idleSince(now) };
  const statement =
    panelOrigin !== null && isPanelToken(token)
      ? panelSessionStatement(organizationId, { ...query, panelOrigin })
      : sessionStatement(organizationId, query, panelOrigin);
  const [row = null] = await deps.db.lookUp(organizationId, statement);
  const found =
    row?.status === "active"
      ? {
          row,
          ...rightsUnder(
            await catalogueNow(deps, organizationId, row.catalogueVersion ?? noVersion),
            row.roles,
          ),
        }
      : { row };
  const isUse = "catalogue" in found && !isPassive;
  if (isUse && row !== null) {
    deps.lastUse.noteSession(row, now);
    if (row.userId !== null) {
      deps.lastUse.noteUser(organizationId, { userId: row.userId, lastActiveAt: row.lastActiveAt }, now);
      deps.lastUse.noteSessionHere(organizationId, { ...row, lastUsedHere: row.lastUsedHere ?? null }, now);
    }
  }
  return found;
}

/** An active user whose session a token opens. */
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
  readonly catalogue: Catalogue;
  readonly permissions: PermissionSet;
}

/** A token that a panel was shown, and which panel that is; null for one on our own host. */
export interface ShownToken {
  readonly token: string;
  readonly panelOrigin: string | null;
}

/** Origin of the panel that a text names; null for one at Gatehouse's own address, and where none is named. */
export function readPanelOrigin({ publicUrl }: Pick<Config, "publicUrl">, text = ""): string | null {
  const origin = parsePanelOrigin(text);
  return origin === new URL(publicUrl).origin ? null : origin;
}

/**
 * The active user of an organization whose session a token opens, or null: one of ours, or that of a panel's own cookie,
 * which opens nothing at another panel. Counts as use: the person is at work.
 */
export async function findUserOfSession(
  deps: ReadDeps,
  organizationId: string,
  { token, panelOrigin }: ShownToken,
): Promise<SessionUser | null> {
  if (isPanelToken(token) && (panelOrigin === null || organizationOf("ghp", token) !== organizationId))
    return null;
  const found = await readSession(deps, token, { organizationId, isPassive: false, panelOrigin });
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

/** Whether a token is of the kind that stands in a panel's own cookie. */
const isPanelToken = (token: string): boolean => token.startsWith("ghp_");
