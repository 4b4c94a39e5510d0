/** casbin (https://casbin.org): roles and what they give as policies, asked with and without its cache. */
import { newCachedEnforcer, newEnforcer, newModelFromString, StringAdapter } from "casbin";
import type { Engine } from "../harness/engine.ts";
import { literal, type World } from "../harness/world.ts";

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

/** `enforceSync`, and the cached enforcer once it has been asked everything. */
export async function createCasbin({ roles, holders, questions }: World): Promise<readonly Engine[]> {
  const policies = roles.flatMap(({ name, effective }) =>
    effective.map((permission) => `p, ${name}, ${permission.replace(":", ", ")}`),
  );
  const groups = [...holders].flatMap(([user, held]) => held.map((role) => `g, ${user}, ${role}`));
  const text = [...policies, ...groups].join("\n");
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(text));
  const cached = await newCachedEnforcer(newModelFromString(model), new StringAdapter(text));
  const { users } = questions;
  const objects = questions.permissions.map((permission) => literal(permission.split(":")[0] ?? ""));
  const actions = questions.permissions.map((permission) => literal(permission.split(":")[1] ?? ""));
  return [
    {
      name: "casbin enforceSync",
      perRound: 32,
      count: (from, to) => {
        let yes = 0;
        for (let at = from; at < to; at += 1)
          if (enforcer.enforceSync(users[at], objects[at], actions[at])) yes += 1;
        return yes;
      },
    },
    {
      name: "casbin, every question cached",
      perRound: 16_384,
      among: 1_024,
      count: async (from, to) => {
        let yes = 0;
        for (let at = from; at < to; at += 1)
          if (await cached.enforce(users[at], objects[at], actions[at])) yes += 1;
        return yes;
      },
    },
  ];
}
