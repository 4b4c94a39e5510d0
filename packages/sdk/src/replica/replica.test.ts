import { definePermissions } from "@gatehouse/access";
import { exampleCatalogue } from "@gatehouse/access/example";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessEvents } from "../contract/changes.ts";
import { createReplica } from "./replica.ts";

const users = ["ada", "ben", "cem", "dil"] as const;
const roleIds = ["viewer", "editor", "sender"] as const;
const permissions = ["campaigns:view", "campaigns:edit", "campaigns:approve", "people:view"] as const;

const anyUser = fc.record({
  id: fc.constantFrom(...users),
  /** Role → expiry; 0 for none. */
  grants: fc.dictionary(fc.constantFrom(...roleIds), fc.nat(40)),
});
const anyRole = fc.record({ id: fc.constantFrom(...roleIds), permissions: fc.subarray([...permissions]) });
const anyStep = fc.oneof(
  fc.record({ user: anyUser }),
  fc.record({ role: anyRole }),
  fc.record({ wait: fc.nat(20) }),
);

const user = ({ id, grants }: typeof anyUser extends fc.Arbitrary<infer T> ? T : never) => ({
  users: [
    {
      id,
      grants: Object.entries(grants).map(([roleId, end]) => ({
        roleId,
        grantedBy: { type: "system", id: null, name: "Test" } as const,
        grantedAt: new Date(0).toISOString(),
        ...(end === 0 ? {} : { expiresAt: new Date(end).toISOString() }),
      })),
    },
  ],
});

test("after any changes, a used replica has the same results as a new one", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const events: [keyof AccessEvents, never][] = [
        ["catalogue", { groups: exampleCatalogue.definition } as never],
      ];
      const old = createReplica(exampleCatalogue);
      for (const [name, data] of events) old.apply(name, data);
      let time = 0;
      for (const step of steps) {
        if ("wait" in step) {
          const before = users.map((id) => old.permissionsOf(id, time));
          old.hasExpired(time);
          time += step.wait;
          const after = users.map((id) => old.permissionsOf(id, time));
          const hasEnded = old.hasExpired(time);
          if (!hasEnded) expect(after).toEqual(before);
          expect(old.hasExpired(time)).toBe(false);
        } else {
          const event: [keyof AccessEvents, never] =
            "user" in step
              ? ["users", user(step.user) as never]
              : ["roles", { roles: [{ ...step.role, name: step.role.id, isOwner: false }] } as never];
          events.push(event);
          old.apply(...event);
        }
        const fresh = createReplica(exampleCatalogue);
        for (const [name, data] of events) fresh.apply(name, data);
        const results = users.map((id) => permissions.map((permission) => old.can(id, permission, time)));
        expect(results).toEqual(
          users.map((id) => permissions.map((name) => fresh.explain(id, name, time).allowed)),
        );
        expect(users.map((_, index) => permissions.filter((_, at) => results[index]?.[at]))).toEqual(
          users.map((id) => {
            const held = old.permissionsOf(id, time);
            return permissions.filter((name) => held.includes(name));
          }),
        );
        expect(permissions.map((permission) => old.usersWith(permission, time).toSorted())).toEqual(
          permissions.map((permission) => users.filter((id) => fresh.can(id, permission, time))),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("nobody has a permission that only the panel declares, and an undeclared permission throws, for known and unknown users", () => {
  const declared = definePermissions({ pages: { label: "Pages", actions: { view: {} } } });
  const replica = createReplica(declared);
  replica.apply("catalogue", { groups: exampleCatalogue.definition } as never);
  replica.apply("roles", { roles: [{ id: "viewer", name: "Viewer", isOwner: true, permissions: [] }] });
  replica.apply("users", user({ id: "ada", grants: { viewer: 0 } }));
  expect(replica.can("ada", "campaigns:view", 1)).toBe(true);
  for (const id of ["ada", "ben"]) {
    expect(replica.can(id, "pages:view", 1)).toBe(false);
    expect(() => replica.can(id, "pages:edit", 1)).toThrow("pages:edit");
  }
});

test("finds users by external id, whichever way an id moves between them", () => {
  const replica = createReplica(exampleCatalogue);
  const apply = (...changes: [id: string, externalId?: string][]) =>
    replica.apply("users", {
      users: changes.map(([id, externalId]) => ({ id, externalId, grants: [] })),
    } as never);
  apply(["ada", "crm/1"], ["ben"]);
  expect(replica.findUserId("crm/1")).toBe("ada");
  expect(replica.findUserId("undefined")).toBeUndefined();
  apply(["ben", "crm/1"], ["ada"]);
  expect(replica.findUserId("crm/1")).toBe("ben");
  apply(["ben", "crm/2"], ["ada", "crm/1"]);
  expect([replica.findUserId("crm/1"), replica.findUserId("crm/2")]).toEqual(["ada", "ben"]);
  apply(["ada"], ["ben"]);
  expect([replica.findUserId("crm/1"), replica.findUserId("crm/2")]).toEqual([undefined, undefined]);
});
