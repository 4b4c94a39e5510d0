/** Completes the document that the routes describe: parameters, AuthZEN, named schemas that clients can rely on. */
import { authzenPaths, authzenSchemas } from "./authzen-paths.ts";
import { describeParameter, type Parameter } from "./parameters.ts";

type Json = Readonly<Record<string, unknown>>;

/** The groups of operations, in reading order. */
export const tags = [
  { name: "Users", description: "The users of an organization, their roles, permissions and sessions." },
  { name: "Invitations", description: "Invitations by e-mail, from sending to joining." },
  { name: "Roles", description: "Sets of permissions." },
  { name: "Permissions", description: "The panel's catalogue of permissions, and who has one." },
  { name: "Access checks", description: "OpenID AuthZEN Authorization API 1.0: may this user do that?" },
  { name: "Access", description: "The stream of changes for programs that keep a copy." },
  { name: "Sessions", description: "Sign-in, sign-out, and sign-in to other panels." },
  { name: "Me", description: "One's own account." },
  {
    name: "Account recovery",
    description: "A new password, and changes of the address, by links in e-mails.",
  },
  { name: "Organization", description: "Name, language and rules." },
  { name: "API keys", description: "Keys for programs." },
  { name: "Audit", description: "Who changed what, and when." },
  { name: "Mail", description: "The state of the mail server." },
  { name: "Events", description: "The stream of changes for open pages." },
  { name: "Operator", description: "Organizations, for the operator of the installation." },
  { name: "Set-up", description: "The first organization and its owner." },
] as const;

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses?: Json;
}

interface Document {
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: { readonly schemas?: Json };
}

/** Returns the complete document. */
export function completeDocument<T extends Document>(document: T): T {
  const paths: Record<string, unknown> = {};
  for (const [path, item] of Object.entries(document.paths ?? {}))
    paths[path] = Object.fromEntries(
      Object.entries(item as Readonly<Record<string, Operation>>).map(([method, operation]) => [
        method,
        completeOperation(operation),
      ]),
    );
  const described = { ...paths, ...authzenPaths };
  const { schemas, renamed } = mergeInputs(document.components?.schemas ?? {});
  const all = { ...schemas, ...authzenSchemas };
  const complete = rename({ paths: described, schemas: all }, renamed);
  return {
    ...document,
    paths: complete.paths,
    components: { ...document.components, schemas: pickUsed(complete.paths, complete.schemas) },
  };
}

function completeOperation(operation: Operation): Operation {
  const { operationId = "", parameters, responses } = operation;
  return {
    ...operation,
    ...(parameters === undefined
      ? {}
      : { parameters: parameters.map((parameter) => describeParameter(operationId, parameter)) }),
    responses: acceptNewMembers(responses ?? {}),
  };
}

/** Responses may get new members later: clients must not reject them. */
function acceptNewMembers<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema), (_, value: unknown) => {
    if (typeof value !== "object" || value === null || !("additionalProperties" in value)) return value;
    const { additionalProperties, ...open } = value;
    return additionalProperties === false ? open : value;
  });
}

const inputSuffix = "Input";

/** A schema that is the same in requests and in responses is listed once; what only requests have keeps its name. */
function mergeInputs(schemas: Json): {
  readonly schemas: Json;
  readonly renamed: ReadonlyMap<string, string>;
} {
  const merged: Record<string, unknown> = {};
  const renamed = new Map<string, string>();
  for (const [name, schema] of Object.entries(schemas)) {
    const output = name.endsWith(inputSuffix) ? name.slice(0, -inputSuffix.length) : null;
    if (output === null) merged[name] = acceptNewMembers(schema);
    else if (JSON.stringify(schemas[output]) === JSON.stringify(schema)) renamed.set(name, output);
    else merged[name] = schema;
  }
  return { schemas: merged, renamed };
}

const prefix = "#/components/schemas/";

function rename<T>(document: T, names: ReadonlyMap<string, string>): T {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key !== "$ref" || typeof value !== "string") return value;
    const name = value.slice(prefix.length);
    return `${prefix}${names.get(name) ?? name}`;
  });
}

function pickUsed(paths: unknown, schemas: Json): Json {
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ""] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(paths);
  return Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => used.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
