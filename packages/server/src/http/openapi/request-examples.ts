/** Example requests for the reference page: curl and TypeScript. */

/** The parts of a JSON schema that are shown. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly minimum?: number;
}

/** What an example needs of an operation. */
export interface ExampleRequest {
  readonly method: string;
  /** Absolute, with `{name}` for parameters. */
  readonly url: string;
  readonly headers: readonly string[];
  /** Null without a body. */
  readonly body: { readonly schema: Schema; readonly example?: unknown } | null;
  /** Where `$ref`s point to. */
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly auth: "apiKey" | "session" | "none";
}

const sampleTexts: Readonly<Record<string, string>> = {
  uuid: "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b",
  "date-time": "2026-01-31T12:00:00Z",
  email: "ayse@example.com",
};

/** Texts of members whose schema only says that they are strings. */
const sampleMembers: Readonly<Record<string, string>> = {
  email: "ayse@example.com",
  password: "correct horse battery staple",
  name: "Ayşe Yılmaz",
  permissions: "campaigns:view",
};

/** A value that the schema accepts, with its required members alone. */
export function createSample(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  member = "",
): unknown {
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)];
    return target === undefined ? {} : createSample(target, schemas, member);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return createSample(schema.anyOf[0], schemas, member);
  if (schema.items !== undefined) return [createSample(schema.items, schemas, member)];
  const type = [schema.type ?? "object"].flat()[0];
  if (type === "string") return sampleTexts[schema.format ?? ""] ?? sampleMembers[member] ?? "…";
  if (type === "boolean") return true;
  if (type === "number" || type === "integer") return schema.minimum ?? 1;
  if (type === "null") return null;
  const required = Object.entries(schema.properties ?? {}).filter(([name]) =>
    schema.required?.includes(name),
  );
  return Object.fromEntries(required.map(([name, part]) => [name, createSample(part, schemas, name)]));
}

const headerValues: Readonly<Record<string, string>> = {
  "Idempotency-Key": "a-new-uuid",
  "If-Match": '"the ETag"',
};

function listHeaders({ headers, body, auth }: ExampleRequest): readonly (readonly [string, string])[] {
  return [
    ...(auth === "apiKey" ? [["Authorization", "Bearer ghk_…"] as const] : []),
    ...(body === null ? [] : [["Content-Type", "application/json"] as const]),
    ...headers.map((name) => [name, headerValues[name] ?? "…"] as const),
  ];
}

function sampleBody({ body, schemas }: ExampleRequest): unknown {
  return body === null ? null : (body.example ?? createSample(body.schema, schemas));
}

/** The request as a curl command. */
export function formatCurl(request: ExampleRequest): string {
  const { method, url, auth, body } = request;
  const options = [
    ...(method === "GET" ? [] : [`-X ${method}`]),
    ...(auth === "session" ? ["--cookie cookies.txt"] : []),
    ...listHeaders(request).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(body === null ? [] : [`-d '${JSON.stringify(sampleBody(request)).replaceAll("'", "'\\''")}'`]),
  ];
  return [`curl ${url}`, ...options.map((option) => `  ${option}`)].join(" \\\n");
}

/** The request with `fetch`. */
export function formatTypeScript(request: ExampleRequest): string {
  const { method, url, auth, body } = request;
  const headers = listHeaders(request).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  const options = [
    ...(method === "GET" ? [] : [`method: "${method}"`]),
    ...(auth === "session" ? [`credentials: "include"`] : []),
    ...(headers.length === 0 ? [] : [`headers: { ${headers.join(", ")} }`]),
    ...(body === null ? [] : [`body: JSON.stringify(${JSON.stringify(sampleBody(request))})`]),
  ];
  const address = `\`${url.replaceAll("{", "$" + "{")}\``;
  if (options.length === 0) return `const response = await fetch(${address});`;
  return `const response = await fetch(${address}, {\n${options.map((option) => `  ${option},`).join("\n")}\n});`;
}
