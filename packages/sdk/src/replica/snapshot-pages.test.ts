/** Complete data in columns has the same results as the same users, one by one. */
import { exampleCatalogue } from "@gatehouse/access/example";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessSnapshot, AccessUser } from "../contract/changes.ts";
import { createReplica, type Replica } from "./replica.ts";

const roleIds = ["viewer", "editor", "sender"] as const;
const permissions = ["campaigns:view", "campaigns:edit", "campaigns:approve", "people:view"] as const;
const actors = [
  { type: "system", id: null, name: "Set-up" },
  { type: "user", id: "0199", name: "Zeynep" },
] as const;

const anyGrant = fc.record({
  roleId: fc.constantFrom(...roleIds),
  grantedBy: fc.constantFrom(...actors),
  grantedAt: fc.nat(1_000),
  end: fc.option(fc.integer({ min: 1, max: 40 })),
});
const anyUser = fc.record({
  id: fc.uuid(),
  externalId: fc.option(fc.stringMatching(/^crm-\d{1,3}$/)),
  grants: fc.uniqueArray(anyGrant, { selector: ({ roleId }) => roleId, minLength: 1, maxLength: 3 }),
});
type User = typeof anyUser extends fc.Arbitrary<infer T> ? T : never;

const anyUsers = fc
  .uniqueArray(anyUser, { selector: ({ id }) => id, maxLength: 12 })
  .filter((users) => {
    const ids = users.flatMap(({ externalId }) => externalId ?? []);
    return new Set(ids).size === ids.length;
  })
  .map((users) => users.sort((a, b) => (a.id < b.id ? -1 : 1)));

function toUser({ id, externalId, grants }: User): AccessUser {
  return {
    id,
    ...(externalId === null ? {} : { externalId }),
    grants: grants.map(({ roleId, grantedBy, grantedAt, end }) => ({
      roleId,
      grantedBy,
      grantedAt: new Date(grantedAt).toISOString(),
      ...(end === null ? {} : { expiresAt: new Date(end).toISOString() }),
    })),
  };
}

/** As the server sends it. */
function toSnapshot(users: readonly User[]): AccessSnapshot {
  const grants = users.flatMap((user) => user.grants);
  const starts = users.map((_, index) => users.slice(0, index).flatMap((user) => user.grants).length);
  return {
    read: users.length,
    userIds: users.map(({ id }) => id).join(""),
    starts,
    roleIds: [...roleIds],
    roles: grants.map(({ roleId }) => roleIds.indexOf(roleId)),
    actors: [...actors],
    grantedBy: grants.map(({ grantedBy }) => actors.indexOf(grantedBy)),
    grantedAt: grants.map(({ grantedAt }) => grantedAt),
    expiresAt: Object.fromEntries(grants.flatMap(({ end }, at) => (end === null ? [] : [[at, end]]))),
    externalIds: Object.fromEntries(
      users.flatMap(({ externalId }, at) => (externalId === null ? [] : [[at, externalId]])),
    ),
  };
}

function createEmptyReplica() {
  const replica = createReplica(exampleCatalogue);
  replica.apply("catalogue", { groups: exampleCatalogue.definition } as never);
  replica.apply("roles", {
    roles: [
      { id: "viewer", name: "Viewer", isOwner: false, permissions: ["campaigns:view"] },
      { id: "editor", name: "Editor", isOwner: false, permissions: ["campaigns:edit"] },
      { id: "sender", name: "Sender", isOwner: true, permissions: [] },
    ],
  });
  return replica;
}

/** Everything that a replica says about users at a time. */
function listResults(replica: Replica, ids: readonly string[], time: number) {
  return {
    ofUsers: ids.map((id) =>
      permissions.map((permission) => [
        id,
        replica.can(id, permission, time),
        replica.explain(id, permission, time),
      ]),
    ),
    holders: permissions.map((permission) => replica.usersWith(permission, time).toSorted()),
    hasExpired: replica.hasExpired(time),
  };
}

test("a replica of pages has the same results as one of single users, also after changes", () => {
  fc.assert(
    fc.property(
      anyUsers,
      fc.integer({ min: 1, max: 5 }),
      anyUsers,
      fc.array(fc.uuid(), { maxLength: 4 }),
      (users, pageSize, changes, strangers) => {
        const [paged, single] = [createEmptyReplica(), createEmptyReplica()];
        for (let start = 0; start < users.length; start += pageSize)
          paged.apply("snapshot", toSnapshot(users.slice(start, start + pageSize)));
        single.apply("users", { users: users.map(toUser) });
        // The second change takes everything away from every other user.
        const gone = users.filter((_, index) => index % 2 === 1).map(({ id }) => ({ id, grants: [] }));
        for (const changed of [[], changes.map(toUser), gone]) {
          for (const replica of [paged, single]) replica.apply("users", { users: changed });
          const ids = [...users, ...changes].map(({ id }) => id);
          const others = [...strangers, "", "ada", ...ids.map((id) => id.replaceAll("-", ""))];
          for (const time of [0, 20, 50])
            expect(listResults(paged, [...ids, ...others], time)).toEqual(
              listResults(single, [...ids, ...others], time),
            );
          for (const { externalId } of [...users, ...changes])
            expect(paged.findUserId(externalId ?? "none")).toBe(single.findUserId(externalId ?? "none"));
        }
      },
    ),
    { numRuns: 200 },
  );
});
