import { type Language, parsePanelOrigin } from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { stale } from "../../http/common-refusals.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { readDomains } from "./email-domains.ts";
import { type VersionedOrganization, viewOrganization } from "./get-organization.ts";
import {
  findOrganization,
  isOwner,
  type StoredOrganization,
  updateOrganization,
} from "./settings-queries.ts";

/** What may be changed; what is absent stays. */
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
 * Changes the settings that still have the version the caller saw. An edit that changes nothing leaves version and log
 * alone. A panel that is added gets people's names and sessions, so an owner has to add it; anybody who may change the
 * settings takes one off.
 * @throws Refusal not-found, precondition/failed, forbidden/owner-only
 */
export async function editOrganization(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly version: RowVersion; readonly edit: OrganizationEdit },
): Promise<VersionedOrganization> {
  const { organizationId } = actor;
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const before = await findOrganization(tx, organizationId);
    if (before === null) throw notFound();
    if (before.version !== input.version) throw stale(before.version);
    const after = apply(before, input.edit);
    const changes = changesOf(before, after);
    if (changes.length === 0) return viewOrganization(before);
    const added = after.panelOrigins.filter((origin) => !before.panelOrigins.includes(origin));
    if (added.length > 0 && !(await isOwner(tx, organizationId, actor))) throw ownerOnly(added);
    const version = await updateOrganization(tx, after);
    if (version === null) throw stale(before.version, 1);
    const target = { type: "organization", id: organizationId, name: before.name };
    await record(deps, tx, actor, [{ action: "organizations.edited", target, changes }]);
    return viewOrganization({ ...after, version });
  });
}

function apply(before: StoredOrganization, edit: OrganizationEdit): StoredOrganization {
  const { allowedEmailDomains: domains, panelOrigins: origins } = edit;
  return {
    ...before,
    name: edit.name ?? before.name,
    language: edit.language ?? before.language,
    invitationExpiresInDays: edit.invitationExpiresInDays ?? before.invitationExpiresInDays,
    allowedEmailDomains: domains === undefined ? before.allowedEmailDomains : readDomains(domains),
    panelOrigins: origins === undefined ? before.panelOrigins : readOrigins(origins),
  };
}

/** Origins as they are stored: each once, in order. */
function readOrigins(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => parsePanelOrigin(text) ?? []))].sort();
}

function ownerOnly(origins: readonly string[]): Refusal {
  return new Refusal("forbidden/owner-only", {
    detail: `Only an owner adds the address of a panel. Ask an owner to add ${origins.slice(0, 3).join(", ")}; you can remove addresses.`,
    params: { origins },
  });
}

function changesOf(before: StoredOrganization, after: StoredOrganization): readonly AuditChange[] {
  return fields
    .filter((field) => String(before[field]) !== String(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
