/** casbin (https://casbin.org): roles and permissions as policies, with and without its cache. */
import { newCachedEnforcer, newEnforcer, newModelFromString, StringAdapter } from "casbin";
import type { Engine } from "../harness/engine.ts";
import { type Fixtures, intern } from "../harness/fixtures.ts";

const model = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
`;

/** `enforceSync`, and the cached enforcer with a warm cache. */
export async function createCasbin({ roles, rolesByUser, checks }: Fixtures): Promise<readonly Engine[]> {
  const policies = roles.flatMap(({ name, effective }) =>
    effective.map((permission) => `p, ${name}, ${permission.replace(":", ", ")}`),
  );
  const groups = [...rolesByUser].flatMap(([user, held]) => held.map((role) => `g, ${user}, ${role}`));
  const text = [...policies, ...groups].join("\n");
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(text));
  const cached = await newCachedEnforcer(newModelFromString(model), new StringAdapter(text));
  const { users } = checks;
  const objects = checks.permissions.map((permission) => intern(permission.split(":")[0] ?? ""));
  const actions = checks.permissions.map((permission) => intern(permission.split(":")[1] ?? ""));
  return [
    {
      name: "casbin enforceSync",
      checksPerRound: 32,
      count: (from, to) => {
        let granted = 0;
        for (let at = from; at < to; at += 1)
          if (enforcer.enforceSync(users[at], objects[at], actions[at])) granted += 1;
        return granted;
      },
    },
    {
      name: "casbin, every check cached",
      checksPerRound: 16_384,
      checkLimit: 1_024,
      count: async (from, to) => {
        let granted = 0;
        for (let at = from; at < to; at += 1)
          if (await cached.enforce(users[at], objects[at], actions[at])) granted += 1;
        return granted;
      },
    },
  ];
}
