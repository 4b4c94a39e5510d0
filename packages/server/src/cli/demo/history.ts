/** What happened in the demo's organization in the last weeks: its invitations, and the events of its audit log. */
import { permissionSet } from "@gatehouse/access";
import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import { foldText } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor } from "../../auth/actor.ts";
import { noEnds } from "../../auth/permission-ends.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { sendInvitations } from "../../features/invitations/index.ts";
import { editUserInTransaction, type RequestedEdit } from "../../features/users/index.ts";
import { createRandom, generatePerson, pick } from "./people.ts";

const day = 24 * 60 * 60_000;
const asDemo = { system: "the demo's data" } as const;
/** Of the requests that created the demo's data. */
export const demoOrigin = { ip: null, userAgent: null, requestId: "demo" };

/** The demo's organization. */
export interface DemoOrganization {
  readonly organizationId: string;
  readonly owner: { readonly id: string; readonly name: string };
  /** Ids by the example's keys. */
  readonly roleIds: ReadonlyMap<string, string>;
  /** Users of at least three weeks, of whom some are edited. */
  readonly users: readonly { readonly id: string; readonly status?: string | undefined }[];
}

interface Act {
  readonly daysAgo: number;
  readonly run: (deps: Deps, tx: Tx, actor: Actor) => Promise<unknown>;
}

/** The dependencies as of an earlier time. */
export function atDaysAgo(deps: Deps, daysAgo: number): Deps {
  const at = new Date(deps.clock.now().getTime() - daysAgo * day);
  return { ...deps, clock: { now: () => at } };
}

/**
 * Creates invitations, and edits users so that they are in the end as they were before, all as the owner. From the oldest to the
 * newest, because the audit log is in this order. Sends no emails, because the people don't exist.
 */
export async function writeHistory(deps: Deps, organization: DemoOrganization): Promise<void> {
  const actor = toActor(organization);
  const acts = [...createInvitations(organization), ...createEdits(organization)];
  for (const { daysAgo, run } of acts.sort((one, other) => other.daysAgo - one.daysAgo))
    await deps.db.tenant(
      organization.organizationId,
      (tx) => run(atDaysAgo(deps, daysAgo), tx, actor),
      asDemo,
    );
}

function toActor({ organizationId, owner: { id, name } }: DemoOrganization): Actor {
  const catalogue = withOwnGroups(exampleCatalogue);
  return {
    type: "user",
    id,
    name,
    organizationId,
    ownUserId: id,
    accountId: null,
    sessionId: null,
    language: "en",
    catalogue,
    permissions: permissionSet.all(catalogue),
    permissionEnds: noEnds,
    origin: demoOrigin,
  };
}

/** Pending and expired invitations. */
function createInvitations({ roleIds }: DemoOrganization): readonly Act[] {
  const random = createRandom(30);
  const taken = new Map<string, number>();
  const wanted = ["marketer", "viewer", "call-center"].flatMap((key) => roleIds.get(key) ?? []);
  return [0.02, 0.1, 0.3, 2, 2.2, 40, 45].map((daysAgo) => {
    const { name, mailbox } = generatePerson(random, taken, foldText);
    const invitations = [{ email: `${mailbox}@agentur-nord.example`, name, roleIds: [pick(random, wanted)] }];
    return {
      daysAgo,
      run: (deps, tx, actor) =>
        sendInvitations(deps, tx, actor, { invitations, send: false, expiresInDays: 7 }),
    };
  });
}

/** Roles given for a project and taken back, a suspension, corrected profiles, and sign-ins of the owner. */
function createEdits({ owner, roleIds, users }: DemoOrganization): readonly Act[] {
  const active = users.filter(({ status }) => status !== "suspended");
  const edit = (daysAgo: number, index: number, change: RequestedEdit): readonly Act[] => {
    const user = active[index];
    if (user === undefined) return [];
    return [
      {
        daysAgo,
        run: (deps, tx, actor) => editUserInTransaction(deps, tx, actor, { userId: user.id, edit: change }),
      },
    ];
  };
  const give = (daysAgo: number, index: number, key: string): readonly Act[] => {
    const id = roleIds.get(key);
    if (id === undefined) return [];
    return [
      ...edit(daysAgo, index, { addedRole: { id, expiresAt: null } }),
      ...edit(daysAgo / 3, index, { removeRoleId: id }),
    ];
  };
  const signIn = (daysAgo: number): Act => ({
    daysAgo,
    run: (deps, tx, actor) =>
      record(deps, tx, actor, [{ action: "sessions.signed-in", target: { type: "user", ...owner } }]),
  });
  return [
    ...[19.3, 12.4, 6.1, 2.3, 0.4].map(signIn),
    ...give(19.2, 0, "developer"),
    ...give(18.7, 1, "campaign-approver"),
    ...give(12.3, 2, "developer"),
    ...edit(16.5, 3, { status: "suspended" }),
    ...edit(6, 3, { status: "active" }),
    ...edit(12.2, 4, { phone: "+90 212 555 01 23" }),
    ...edit(2.1, 5, { phone: "+49 30 5550 142", externalId: "crm-4711" }),
  ];
}
