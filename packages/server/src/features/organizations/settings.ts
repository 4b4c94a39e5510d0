import {
  type Language,
  type OrganizationSecurityEdit,
  type OrganizationSecurityPreview,
  type OrganizationView,
  parsePanelOrigin,
} from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import { closureOfRow, type OrganizationClosure } from "../../auth/organization-closure.ts";
import type { Tx } from "../../db/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../../db/row-version.ts";
import { prepare, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound, preconditionFailed } from "../../errors/api-error.ts";
import { requireFreshAuthentication } from "../sessions/index.ts";
import { parseEmailDomains } from "./allowed-emails.ts";
import { isOwner } from "./is-owner.ts";
import {
  applySecurityEdit,
  countAffected,
  listSecurityChanges,
  requireOwnAccess,
  type StoredSecurity,
  securityColumns,
  toSecurityView,
  updateSecurity,
} from "./security-settings.ts";

/** Settings and their version. */
export interface VersionedOrganization {
  readonly organization: OrganizationView;
  readonly version: RowVersion;
}

/**
 * The organization's settings.
 * @throws ApiError not-found
 */
export async function getOrganization(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
): Promise<VersionedOrganization> {
  const settings = await deps.db.tenant(organizationId, (tx) => getOrganizationSettings(tx, organizationId), {
    readOnly: true,
  });
  return toVersionedOrganization(settings);
}

/**
 * The organization with its settings, in the caller's transaction.
 * @throws ApiError not-found
 */
export async function getOrganizationSettings(tx: Tx, organizationId: string): Promise<StoredOrganization> {
  const organization = await findOrganization(tx, organizationId);
  if (organization === null) throw notFound();
  return organization;
}

/** Converts settings to their JSON representation. */
function toVersionedOrganization({
  version,
  createdAt,
  allowedEmailDomains,
  panelOrigins,
  defaultPanelOrigin,
  id,
  name,
  language,
  invitationExpiresInDays,
  ...security
}: StoredOrganization): VersionedOrganization {
  return {
    organization: {
      id,
      name,
      language,
      invitationExpiresInDays,
      allowedEmailDomains: [...allowedEmailDomains],
      panelOrigins: [...panelOrigins],
      defaultPanelOrigin: defaultPanelOrigin ?? panelOrigins[0] ?? null,
      security: toSecurityView(security),
      createdAt: createdAt.toISOString(),
    },
    version,
  };
}

/** Changes of the settings; absent fields stay unchanged. */
export interface OrganizationEdit {
  readonly name?: string | undefined;
  readonly language?: Language | undefined;
  readonly invitationExpiresInDays?: number | undefined;
  /** The whole new list. */
  readonly allowedEmailDomains?: readonly string[] | undefined;
  /** The whole new list. */
  readonly panelOrigins?: readonly string[] | undefined;
  /** One of the origins; null for the first of them. */
  readonly defaultPanelOrigin?: string | null | undefined;
  readonly security?: OrganizationSecurityEdit | undefined;
}

const fields = [
  "name",
  "language",
  "invitationExpiresInDays",
  "allowedEmailDomains",
  "panelOrigins",
  "defaultPanelOrigin",
] as const;

/**
 * Edits the settings if the version still matches. An edit without changes keeps the version and records nothing. Only an
 * owner may add a panel origin, because a panel receives names and sessions of users; removing one needs no owner. A person
 * who changes the rules of sign-in and sessions has to have authenticated recently, and to meet the new rules.
 * @throws ApiError not-found, precondition/failed, forbidden/owner-only, auth/step-up, organization/locks-you-out
 */
export async function editOrganization(
  deps: Pick<Deps, "db" | "clock" | "ids" | "enqueue">,
  actor: AuthenticatedActor,
  input: { readonly version: RowVersion; readonly edit: OrganizationEdit },
): Promise<VersionedOrganization> {
  const { organizationId } = actor;
  const { settings, readVersion } = await authorizeWrite(deps, actor, async (tx, actor) => {
    const now = deps.clock.now();
    // Whether the actor is an owner matters only for a new panel; so the user is locked only then.
    const [before, isByOwner] = await Promise.all([
      getOrganizationSettings(tx, organizationId),
      input.edit.panelOrigins !== undefined && isOwner(tx, organizationId, actor),
    ]);
    const after = applyEdit(before, input.edit, now);
    const securityChanges = listSecurityChanges(before, after);
    const hasNewRules = securityChanges.length > 0;
    const [fresh, access] = await Promise.allSettled(
      hasNewRules
        ? [requireFreshActor(tx, actor, now), requireOwnAccess(tx, actor, { rules: after, now })]
        : [],
    );
    if (fresh?.status === "rejected") throw fresh.reason;
    if (before.version !== input.version) throw preconditionFailed(before.version);
    const changes = [...listChanges(before, after), ...securityChanges];
    if (changes.length === 0) return { settings: before, readVersion: () => before.version };
    const added = after.panelOrigins.filter((origin) => !before.panelOrigins.includes(origin));
    if (added.length > 0 && !isByOwner) throw ownerOnly(added);
    if (access?.status === "rejected") throw access.reason;
    const readVersion = updateOrganization(tx, after);
    if (hasNewRules) updateSecurity(tx, organizationId, after);
    if (after.language !== before.language)
      await deps.enqueue(tx, [{ kind: "sort-users", organizationId, pass: 1 }]);
    const target = { type: "organization", id: organizationId, name: before.name };
    await record(deps, tx, actor, [{ action: "organizations.edited", target, changes }]);
    return { settings: after, readVersion };
  });
  return toVersionedOrganization({ ...settings, version: readVersion() });
}

/** API keys are not asked. */
async function requireFreshActor(tx: Tx, { accountId, sessionId }: Actor, now: Date): Promise<void> {
  if (accountId !== null && sessionId !== null)
    await requireFreshAuthentication(tx, { accountId, sessionId }, now);
}

/**
 * How many users don't meet the rules that an edit would set. Changes nothing.
 * @throws ApiError not-found, organization/locks-you-out
 */
export async function previewOrganizationEdit(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  edit: OrganizationEdit,
): Promise<OrganizationSecurityPreview> {
  return authorizeRead(deps, actor, async (tx, actor) => {
    const now = deps.clock.now();
    const rules = applyEdit(await getOrganizationSettings(tx, actor.organizationId), edit, now);
    await requireOwnAccess(tx, actor, { rules, now });
    return countAffected(tx, actor.organizationId, { rules, now });
  });
}

function applyEdit(before: StoredOrganization, edit: OrganizationEdit, now: Date): StoredOrganization {
  const { allowedEmailDomains: domains, panelOrigins: origins } = edit;
  const panelOrigins = origins === undefined ? before.panelOrigins : parsePanelOrigins(origins);
  return {
    ...before,
    ...applySecurityEdit(before, edit.security, now),
    name: edit.name ?? before.name,
    language: edit.language ?? before.language,
    invitationExpiresInDays: edit.invitationExpiresInDays ?? before.invitationExpiresInDays,
    allowedEmailDomains: domains === undefined ? before.allowedEmailDomains : parseEmailDomains(domains),
    panelOrigins,
    defaultPanelOrigin: chooseDefaultPanel(panelOrigins, before.defaultPanelOrigin, edit.defaultPanelOrigin),
  };
}

/** Parses origins, sorted and without duplicates. */
function parsePanelOrigins(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => parsePanelOrigin(text) ?? []))].sort();
}

/**
 * The default panel after an edit: null stands for the first, also after the chosen one was removed from the list.
 * @throws ApiError request/invalid for a default that isn't in the list
 */
function chooseDefaultPanel(
  origins: readonly string[],
  before: string | null,
  text: string | null | undefined,
): string | null {
  if (text === null) return null;
  if (text === undefined) return before !== null && origins.includes(before) ? before : null;
  const wanted = parsePanelOrigin(text);
  if (wanted !== null && origins.includes(wanted)) return wanted;
  const detail = "Name one of the panel addresses of the organization.";
  throw new ApiError("request/invalid", {
    detail,
    errors: [{ path: "defaultPanelOrigin", code: "request/invalid", detail }],
  });
}

function ownerOnly(origins: readonly string[]): ApiError {
  return new ApiError("forbidden/owner-only", {
    detail: `Only an owner adds the address of a panel. Ask an owner to add ${origins.slice(0, 3).join(", ")}; you can remove addresses.`,
    params: { origins },
  });
}

function listChanges(before: StoredOrganization, after: StoredOrganization): readonly AuditChange[] {
  return fields
    .filter((field) => String(before[field]) !== String(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

/** An organization as it is stored. */
export interface StoredOrganization extends StoredSecurity {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
  readonly invitationExpiresInDays: number;
  readonly allowedEmailDomains: readonly string[];
  readonly panelOrigins: readonly string[];
  /** Null for the first of the origins. */
  readonly defaultPanelOrigin: string | null;
  readonly version: RowVersion;
  readonly createdAt: Date;
  /** Why nobody can use it; null if it is active. */
  readonly closure: OrganizationClosure | null;
}

/** The organization that the transaction has entered. */
async function findOrganization(tx: Tx, organizationId: string): Promise<StoredOrganization | null> {
  const { rows } = await tx.query(sql<StoredOrganization>`${prepare("findOrganization")}
    SELECT o.organization_id AS id, o.name, o.language, o.invitation_days AS "invitationExpiresInDays",
      o.allowed_domains AS "allowedEmailDomains", o.panel_origins AS "panelOrigins", o.default_panel AS "defaultPanelOrigin",
      ${securityColumns}, ${rowVersion("o")} AS version,
      o.created_at AS "createdAt", ${closureOfRow} AS closure
    FROM organizations o WHERE o.organization_id = ${organizationId}`);
  return rows[0] ?? null;
}

/**
 * Updates the settings with the commit, which fails as a conflict if they don't have `version` any more. Returns a function for the
 * new version, to be called after the transaction.
 */
function updateOrganization(
  tx: Pick<Tx, "queryAtCommit">,
  organization: Omit<StoredOrganization, "createdAt" | "closure">,
): () => RowVersion {
  const read = tx.queryAtCommit(sql<{ version: RowVersion }>`${prepare("updateOrganization")}
    WITH edited AS (UPDATE organizations o SET name = ${organization.name}, language = ${organization.language},
      invitation_days = ${organization.invitationExpiresInDays},
      allowed_domains = ${organization.allowedEmailDomains}::text[],
      panel_origins = ${organization.panelOrigins}::text[], default_panel = ${organization.defaultPanelOrigin}, version = o.version + 1
    WHERE o.organization_id = ${organization.id} AND ${rowVersion("o")} = ${organization.version}
    RETURNING ${rowVersion("o")} AS version),
    checked AS MATERIALIZED (SELECT require_unchanged_authority(EXISTS (SELECT 1 FROM edited)) IS NULL AS "isUnchanged")
    SELECT e.version FROM checked LEFT JOIN edited e ON true`);
  return () => read().rows[0]?.version ?? noVersion;
}
