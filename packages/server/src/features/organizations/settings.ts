import { type Language, type OrganizationView, parsePanelOrigin } from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { preconditionFailed } from "../../errors/common-errors.ts";
import { parseEmailDomains } from "./email.ts";
import {
  findOrganization,
  isOwner,
  type StoredOrganization,
  updateOrganization,
} from "./settings-queries.ts";

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
  ...rest
}: StoredOrganization): VersionedOrganization {
  return {
    organization: {
      ...rest,
      allowedEmailDomains: [...allowedEmailDomains],
      panelOrigins: [...panelOrigins],
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
}

const fields = [
  "name",
  "language",
  "invitationExpiresInDays",
  "allowedEmailDomains",
  "panelOrigins",
] as const;

/**
 * Edits the settings if the version still matches. An edit without changes keeps the version and records nothing. Only an
 * owner may add a panel origin, because a panel receives names and sessions of users; removing one needs no owner.
 * @throws ApiError not-found, precondition/failed, forbidden/owner-only
 */
export async function editOrganization(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly version: RowVersion; readonly edit: OrganizationEdit },
): Promise<VersionedOrganization> {
  const { organizationId } = actor;
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const before = await getOrganizationSettings(tx, organizationId);
    if (before.version !== input.version) throw preconditionFailed(before.version);
    const after = applyEdit(before, input.edit);
    const changes = listChanges(before, after);
    if (changes.length === 0) return toVersionedOrganization(before);
    const added = after.panelOrigins.filter((origin) => !before.panelOrigins.includes(origin));
    if (added.length > 0 && !(await isOwner(tx, organizationId, actor))) throw ownerOnly(added);
    const version = await updateOrganization(tx, after);
    if (version === null) throw preconditionFailed(before.version, 1);
    const target = { type: "organization", id: organizationId, name: before.name };
    await record(deps, tx, actor, [{ action: "organizations.edited", target, changes }]);
    return toVersionedOrganization({ ...after, version });
  });
}

function applyEdit(before: StoredOrganization, edit: OrganizationEdit): StoredOrganization {
  const { allowedEmailDomains: domains, panelOrigins: origins } = edit;
  return {
    ...before,
    name: edit.name ?? before.name,
    language: edit.language ?? before.language,
    invitationExpiresInDays: edit.invitationExpiresInDays ?? before.invitationExpiresInDays,
    allowedEmailDomains: domains === undefined ? before.allowedEmailDomains : parseEmailDomains(domains),
    panelOrigins: origins === undefined ? before.panelOrigins : parsePanelOrigins(origins),
  };
}

/** Parses origins, sorted and without duplicates. */
function parsePanelOrigins(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => parsePanelOrigin(text) ?? []))].sort();
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
