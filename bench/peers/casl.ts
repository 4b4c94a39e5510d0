/** CASL (https://casl.js.org): an ability for each different set of roles, made beforehand and shared by who holds it. */
import { createMongoAbility, type MongoAbility } from "@casl/ability";
import type { Engine } from "../harness/engine.ts";
import { literal, type World } from "../harness/world.ts";

/** A map of user → ability. */
export function createCasl({ roles, holders, questions }: World): Engine {
  const gives = new Map(roles.map(({ name, effective }) => [name, effective]));
  const made = new Map<string, MongoAbility>();
  const abilities = new Map<string, MongoAbility>();
  for (const [user, held] of holders) {
    const key = held.toSorted().join();
    const ability = made.get(key) ?? abilityFor(new Set(held.flatMap((role) => gives.get(role) ?? [])));
    made.set(key, ability);
    abilities.set(user, ability);
  }
  const actions = questions.permissions.map((permission) => literal(split(permission)[1]));
  const subjects = questions.permissions.map((permission) => literal(split(permission)[0]));
  const { users } = questions;
  return {
    name: "CASL, abilities prebuilt",
    perRound: 65_536,
    count: (from, to) => {
      let yes = 0;
      for (let at = from; at < to; at += 1)
        if (abilities.get(users[at] ?? "")?.can(actions[at] ?? "", subjects[at] ?? "") === true) yes += 1;
      return yes;
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
