/**
 * Finds second implementations of the rules that belong to `@gatehouse/access`: the grant ceiling, the closure of implied
 * permissions, and who may act on whom. A heuristic: it knows the shapes that such copies had.
 */
import { parseSync, Visitor } from "oxc-parser";

/** Names of sets of permissions: `held`, `own`, `permissions`, `actorPermissions`. */
const permissionsName = /^(?:held|own|actor|granted|.*permissions)$/i;
/** Names of functions that decide what access decides. */
const ruleName =
  /^(?:(?:can|may|is)(?:Give|Grant|Act|Assign)(?:On|Role|Roles)?|(?:find|list|get|count)MissingPermissions?|(?:compute|expand|collect|get)(?:Closures?|Implied(?:Permissions)?)|isWithinCeiling)$/;

/**
 * @typedef {{ rule: "ceiling" | "closure" | "function name", line: number }} Copy
 * @param {string} file
 * @param {string} text the file's content
 * @returns {Copy[]}
 */
export function findCopies(file, text) {
  /** @type {Copy[]} */
  const copies = [];
  const report = (/** @type {Copy["rule"]} */ rule, /** @type {number} */ offset) => {
    copies.push({ rule, line: text.slice(0, offset).split("\n").length });
  };
  const visitor = new Visitor({
    // held.has(…) negated, in a filter: the permissions that somebody doesn't have. Or every(… has …): a subset.
    CallExpression({ callee, arguments: [callback], start }) {
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      const method = callee.property.name;
      const operands = [
        callee.object,
        ...(callback === undefined || callback.type === "SpreadElement" ? [] : [callback]),
      ];
      if (["isSubsetOf", "isSupersetOf"].includes(method) && operands.some(isPermissions))
        report("ceiling", start);
      if (callback?.type !== "ArrowFunctionExpression") return;
      const body = returnedBy(callback);
      const isNegated = body?.type === "UnaryExpression" && body.operator === "!";
      const test = isNegated ? body.argument : body;
      const wanted =
        method === "every" ? !isNegated : isNegated && ["filter", "find", "some"].includes(method);
      if (wanted && test !== undefined && isMembership(test)) report("ceiling", start);
    },
    // A closure is computed from what each permission implies.
    MemberExpression({ property, start }) {
      if (isClosureName(property)) report("closure", start);
    },
    ObjectPattern({ properties }) {
      for (const property of properties)
        if (property.type === "Property" && isClosureName(property.key)) report("closure", property.start);
    },
    FunctionDeclaration({ id, start }) {
      if (id !== null && ruleName.test(id.name)) report("function name", start);
    },
    VariableDeclarator({ id, init, start }) {
      if (id.type === "Identifier" && ruleName.test(id.name) && init?.type === "ArrowFunctionExpression")
        report("function name", start);
    },
  });
  visitor.visit(parseSync(file, text).program);
  return copies;
}

/** @param {import("oxc-parser").ArrowFunctionExpression} callback */
function returnedBy({ body }) {
  if (body.type !== "BlockStatement") return body;
  const [first] = body.body;
  return first?.type === "ReturnStatement" ? (first.argument ?? undefined) : undefined;
}

/** @param {import("oxc-parser").Expression} test `held.has(…)` or `held.includes(…)` */
function isMembership(test) {
  return (
    test.type === "CallExpression" &&
    test.callee.type === "MemberExpression" &&
    test.callee.property.type === "Identifier" &&
    ["has", "includes"].includes(test.callee.property.name) &&
    isPermissions(test.callee.object)
  );
}

/** @param {import("oxc-parser").Expression | import("oxc-parser").Super} expression `held`, `session.permissions` */
function isPermissions(expression) {
  if (expression.type === "Identifier") return permissionsName.test(expression.name);
  return (
    expression.type === "MemberExpression" &&
    expression.property.type === "Identifier" &&
    permissionsName.test(expression.property.name)
  );
}

/** @param {import("oxc-parser").PropertyKey} key */
function isClosureName(key) {
  return key.type === "Identifier" && ["implies", "closures"].includes(key.name);
}
