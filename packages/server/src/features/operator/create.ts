import { parseCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import type { CreatedOrganizationView, NewOrganizationBody } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { RequestOrigin, SystemActor } from "../../auth/actor.ts";
import { operatorUserId } from "../../auth/memberships.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import { named, prepare, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { Idempotency } from "../../http/idempotency.ts";
import { hashToken } from "../../ports/secrets.ts";
import { addOneYear, createApiKey } from "../api-keys/index.ts";
import { sendInvitations } from "../invitations/index.ts";
import {
  chooseStart,
  claimSetup,
  foundOrganization,
  type StartingPoint,
  startingPoints,
  startWith,
} from "../organizations/index.ts";
import { readCatalogue } from "../permissions/index.ts";
import { createOperatorActor } from "./operator-actor.ts";

type CreateDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "mailer" | "enqueue">;

/** A request to create an organization, and where it came from. */
export interface OrganizationRequest {
  readonly body: NewOrganizationBody;
  readonly origin: RequestOrigin;
  /** Null for a request that is never repeated. */
  readonly idempotency: Idempotency | null;
}

/**
 * Creates an organization, invites its owner and creates an API key with every permission, in one transaction. A repeated request
 * gets the same answer for a day: its API key is derived from the idempotency key, of which only a hash is stored.
 * @throws ApiError permissions/invalid, request/invalid, idempotency/reused
 */
export async function createOrganizationForOperator(
  deps: CreateDeps,
  { body, origin, idempotency }: OrganizationRequest,
): Promise<CreatedOrganizationView> {
  const requested = readStart(body.catalogue);
  return deps.db.shared(
    async (tx) => {
      const answered = idempotency === null ? null : await claimRequest(deps, tx, idempotency);
      if (answered !== null) return answered;
      await claimSetup(tx, deps.clock.now());
      const id = deps.ids.next();
      const start = await chooseStart(tx, requested);
      const secret = idempotency === null ? deps.secrets.token() : deriveSecrets(deps, id, idempotency)[0];
      const { name, language = "en" } = body;
      const { ownerRoleId } = await foundOrganization(deps, tx, {
        organizationId: id,
        name,
        language,
        start,
      });
      const actor = createOperatorActor(id, withOwnGroups(start.catalogue), origin);
      const invitation = await inviteOwner(deps, tx, actor, { owner: body.owner, ownerRoleId });
      const target = { type: "organization", id, name };
      const changes = [{ field: "owner", before: null, after: invitation.email }] as const;
      await record(deps, tx, actor, [{ action: "organizations.created", target, changes }]);
      const { text: apiKey } = await createApiKey(deps, tx, actor, {
        name: "Operator",
        permissions: null,
        createdBy: operatorUserId,
        expiresAt: addOneYear(deps.clock.now()),
        ...(secret === undefined ? {} : { secret }),
      });
      if (idempotency !== null) storeAnswer(tx, idempotency, { id, invitation });
      return { id, invitation, apiKey };
    },
    { system: "the operator creates an organization" },
  );
}

/**
 * The starting point that a request asks for; null for what was pushed to all organizations.
 * @throws ApiError permissions/invalid
 */
function readStart(catalogue: NewOrganizationBody["catalogue"]): StartingPoint | null {
  if (catalogue === undefined) return null;
  if (typeof catalogue === "string") return startingPoints[catalogue];
  readCatalogue(catalogue.groups, "catalogue.groups");
  return startWith(parseCatalogue(catalogue.groups));
}

async function inviteOwner(
  deps: CreateDeps,
  tx: Tx,
  actor: SystemActor,
  { owner, ownerRoleId }: { readonly owner: NewOrganizationBody["owner"]; readonly ownerRoleId: string },
): Promise<CreatedOrganizationView["invitation"]> {
  const { email, name, send } = owner;
  const { results } = await sendInvitations(deps, tx, actor, {
    invitations: [{ email, roleIds: [ownerRoleId], ...(name === undefined ? {} : { name }) }],
    ...(send === undefined ? {} : { send }),
  });
  const [result] = results;
  if (result?.invitation !== undefined) return result.invitation;
  const detail = result?.detail ?? "The owner can't be invited.";
  throw new ApiError("request/invalid", {
    detail,
    errors: [{ path: "owner.email", code: result?.code ?? "email/invalid", detail }],
  });
}

/** The secrets that the request's API key may have: made with the current secret key, and with the previous one. */
function deriveSecrets(
  { secrets }: Pick<Deps, "secrets">,
  organizationId: string,
  { key, requestHash }: Idempotency,
): readonly string[] {
  return secrets.listSignatures("operator api key", JSON.stringify([key, requestHash, organizationId]));
}

/**
 * Claims an idempotency key; the answer of an earlier request with it, or null. Waits for one that is in progress.
 * @throws ApiError idempotency/reused
 */
async function claimRequest(
  deps: Pick<Deps, "clock" | "secrets">,
  tx: Tx,
  idempotency: Idempotency,
): Promise<CreatedOrganizationView | null> {
  const { rows } = await tx.query(sql<{
    requestHash: string;
    organizationId: string | null;
    invitation: CreatedOrganizationView["invitation"] | null;
  }>`${prepare("claimOperatorRequest")}
    INSERT INTO operator_requests AS r (key_hash, request_hash, created_at)
    VALUES (${hashToken(idempotency.key)}, ${idempotency.requestHash}, ${deps.clock.now()})
    ON CONFLICT (key_hash) DO UPDATE SET created_at = r.created_at
    RETURNING r.request_hash AS "requestHash", r.organization_id AS "organizationId", r.invitation`);
  const [row] = rows;
  if (row === undefined || row.requestHash !== idempotency.requestHash)
    throw new ApiError("idempotency/reused", {
      detail: "This Idempotency-Key came with another request before. Make a new key for each new request.",
    });
  const { organizationId: id, invitation } = row;
  if (id === null || invitation === null) return null;
  const prefix = `ghk_${id.replaceAll("-", "")}_`;
  const keys = deriveSecrets(deps, id, idempotency).map((secret) => `${prefix}${secret}`);
  await enterOrganization(tx, id);
  const found = await tx.query(sql<{ hash: string }>`${named("findOperatorKey")}
    SELECT k.secret_hash AS hash FROM api_keys k
    WHERE k.organization_id = ${id} AND k.secret_hash = ANY(${keys.map(hashToken)}::text[])`);
  const apiKey = keys.find((key) => hashToken(key) === found.rows[0]?.hash);
  if (apiKey !== undefined) return { id, invitation, apiKey };
  throw new ApiError("api-keys/shown-once", {
    detail: `This request already created the organization ${id}, and its API key was shown then.`,
    params: { organizationId: id },
  });
}

function storeAnswer(
  tx: Pick<Tx, "deferToCommit">,
  { key }: Idempotency,
  { id, invitation }: Omit<CreatedOrganizationView, "apiKey">,
): void {
  tx.deferToCommit(sql`${prepare("storeOperatorAnswer")}
    UPDATE operator_requests SET organization_id = ${id}, invitation = ${JSON.stringify(invitation)}::jsonb
    WHERE key_hash = ${hashToken(key)}`);
}
