/** Cedar (https://www.cedarpolicy.com) as WebAssembly: a policy for each role, parsed beforehand; each call passes the user with their roles. */
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { Engine } from "../harness/engine.ts";
import type { Fixtures } from "../harness/fixtures.ts";

/** Cedar stores the policies and receives the entities with each call. */
export function createCedar({ roles, rolesByUser, checks }: Fixtures): Engine {
  const policies = roles.map(({ name, effective }) => {
    const actions = effective.map((permission) => `Action::"${permission}"`).join(", ");
    return `permit(principal in Role::"${name}", action in [${actions}], resource);`;
  });
  const parsed = preparsePolicySet("roles", { staticPolicies: policies.join("\n") });
  if (parsed.type === "failure") throw new Error(`Cedar: ${JSON.stringify(parsed.errors)}`);
  const resource = { type: "Organization", id: "acme" };
  const calls = checks.users.map((user, at) => {
    const principal = { type: "User", id: user };
    const parents = (rolesByUser.get(user) ?? []).map((id) => ({ type: "Role", id }));
    return {
      principal,
      action: { type: "Action", id: checks.permissions[at] ?? "" },
      resource,
      context: {},
      preparsedPolicySetId: "roles",
      entities: [{ uid: principal, attrs: {}, parents }],
    };
  });
  return {
    name: "Cedar (WebAssembly), policies parsed beforehand",
    checksPerRound: 256,
    count: (from, to) => {
      let granted = 0;
      for (let at = from; at < to; at += 1) {
        const call = calls[at];
        if (call === undefined) continue;
        const result = statefulIsAuthorized(call);
        if (result.type === "failure") throw new Error(`Cedar: ${JSON.stringify(result.errors)}`);
        if (result.response.decision === "allow") granted += 1;
      }
      return granted;
    },
  };
}
