/** Cedar (https://www.cedarpolicy.com) as WebAssembly: a policy for each role, parsed beforehand; the user comes with their roles. */
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import type { Engine } from "../harness/engine.ts";
import type { World } from "../harness/world.ts";

/** Cedar keeps policies and is given the entities with each question. */
export function createCedar({ roles, holders, questions }: World): Engine {
  const policies = roles.map(({ name, effective }) => {
    const actions = effective.map((permission) => `Action::"${permission}"`).join(", ");
    return `permit(principal in Role::"${name}", action in [${actions}], resource);`;
  });
  const parsed = preparsePolicySet("roles", { staticPolicies: policies.join("\n") });
  if (parsed.type === "failure") throw new Error(`Cedar: ${JSON.stringify(parsed.errors)}`);
  const resource = { type: "Organization", id: "acme" };
  const asked = questions.users.map((user, at) => {
    const principal = { type: "User", id: user };
    const parents = (holders.get(user) ?? []).map((id) => ({ type: "Role", id }));
    return {
      principal,
      action: { type: "Action", id: questions.permissions[at] ?? "" },
      resource,
      context: {},
      preparsedPolicySetId: "roles",
      entities: [{ uid: principal, attrs: {}, parents }],
    };
  });
  return {
    name: "Cedar (WebAssembly), policies parsed beforehand",
    perRound: 256,
    count: (from, to) => {
      let yes = 0;
      for (let at = from; at < to; at += 1) {
        const question = asked[at];
        if (question === undefined) continue;
        const answer = statefulIsAuthorized(question);
        if (answer.type === "failure") throw new Error(`Cedar: ${JSON.stringify(answer.errors)}`);
        if (answer.response.decision === "allow") yes += 1;
      }
      return yes;
    },
  };
}
