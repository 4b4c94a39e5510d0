/** CASL (https://casl.js.org): an ability for each set of roles, built beforehand and shared by its users. */
import { createMongoAbility, type MongoAbility } from "@casl/ability";
import type { Engine } from "../harness/engine.ts";
import { type Fixtures, intern } from "../harness/fixtures.ts";

/** A map of user → ability. */
export function createCasl({ roles, rolesByUser, checks }: Fixtures): Engine {
  const effectiveByRole = new Map(roles.map(({ name, effective }) => [name, effective]));
  const byRoles = new Map<string, MongoAbility>();
  const abilities = new Map<string, MongoAbility>();
  for (const [user, held] of rolesByUser) {
    const key = held.toSorted().join();
    const ability =
      byRoles.get(key) ?? abilityFor(new Set(held.flatMap((role) => effectiveByRole.get(role) ?? [])));
    byRoles.set(key, ability);
    abilities.set(user, ability);
  }
  const actions = checks.permissions.map((permission) => intern(split(permission)[1]));
  const subjects = checks.permissions.map((permission) => intern(split(permission)[0]));
  const { users } = checks;
  return {
    name: "CASL, abilities prebuilt",
    checksPerRound: 65_536,
    count: (from, to) => {
      let granted = 0;
      for (let at = from; at < to; at += 1)
        if (abilities.get(users[at] ?? "")?.can(actions[at] ?? "", subjects[at] ?? "") === true) granted += 1;
      return granted;
    },
  };
}

function abilityFor(permissions: ReadonlySet<string>): MongoAbility {
  const groups = Map.groupBy(permissions, (permission) => split(permission)[0]);
  return createMongoAbility(
    [...groups].map(([subject, names]) => ({ subject, action: names.map((name) => split(name)[1]) })),
  );
}

function split(permission: string): readonly [string, string] {
  const [group = "", action = ""] = permission.split(":");
  return [group, action];
}
