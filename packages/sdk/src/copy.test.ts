import { definePermissions } from "@gatehouse/access";
import { exampleCatalogue } from "@gatehouse/access/example";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessEvents } from "./contract/changes.ts";
import { createCopy } from "./copy.ts";

const users = ["ada", "ben", "cem", "dil"] as const;
const roleIds = ["viewer", "editor", "sender"] as const;
const asked = ["campaigns:view", "campaigns:edit", "campaigns:approve", "people:view"] as const;

const anyUser = fc.record({
  id: fc.constantFrom(...users),
  /** Role → time at which it ends; 0 for never. */
  grants: fc.dictionary(fc.constantFrom(...roleIds), fc.nat(40)),
});
const anyRole = fc.record({ id: fc.constantFrom(...roleIds), permissions: fc.subarray([...asked]) });
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

test("whatever changes and however time passes, a copy that was asked in between answers like one that was just made", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const events: [keyof AccessEvents, never][] = [
        ["catalogue", { groups: exampleCatalogue.definition } as never],
      ];
      const old = createCopy(exampleCatalogue);
      for (const [name, said] of events) old.take(name, said);
      let time = 0;
      for (const step of steps) {
        if ("wait" in step) {
          const before = users.map((id) => old.permissionsOf(id, time));
          old.hasEnded(time);
          time += step.wait;
          const after = users.map((id) => old.permissionsOf(id, time));
          const hasEnded = old.hasEnded(time);
          if (!hasEnded) expect(after).toEqual(before);
          expect(old.hasEnded(time)).toBe(false);
        } else {
          const event: [keyof AccessEvents, never] =
            "user" in step
              ? ["users", user(step.user) as never]
              : ["roles", { roles: [{ ...step.role, name: step.role.id, isOwner: false }] } as never];
          events.push(event);
          old.take(...event);
        }
        const fresh = createCopy(exampleCatalogue);
        for (const [name, said] of events) fresh.take(name, said);
        for (const id of users) {
          const answers = asked.map((permission) => old.can(id, permission, time));
          expect(answers).toEqual(asked.map((permission) => fresh.explain(id, permission, time).allowed));
          expect(asked.filter((_, at) => answers[at])).toEqual(
            asked.filter((name) => old.permissionsOf(id, time).includes(name)),
          );
        }
        for (const permission of asked)
          expect(old.holders(permission, time).toSorted()).toEqual(
            users.filter((id) => fresh.can(id, permission, time)),
          );
      }
    }),
    { numRuns: 300 },
  );
});

test("what only the panel declares is nobody's, and what nobody declares is a mistake, whether a user is known or not", () => {
  const declared = definePermissions({ pages: { label: "Pages", actions: { view: {} } } });
  const copy = createCopy(declared);
  copy.take("catalogue", { groups: exampleCatalogue.definition } as never);
  copy.take("roles", { roles: [{ id: "viewer", name: "Viewer", isOwner: true, permissions: [] }] });
  copy.take("users", user({ id: "ada", grants: { viewer: 0 } }));
  expect(copy.can("ada", "campaigns:view", 1)).toBe(true);
  for (const id of ["ada", "ben"]) {
    expect(copy.can(id, "pages:view", 1)).toBe(false);
    expect(() => copy.can(id, "pages:edit", 1)).toThrow("pages:edit");
  }
});
