/** The reference page: every operation with its schemas, and every error code, as plain HTML without scripts. */
import { problems } from "@gatehouse/sdk/contract";
import { escapeHtml } from "./escape-html.ts";

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}

/** The parts of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface ListedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The page as HTML. */
export function renderReference({ info, servers, paths }: ApiDocument): string {
  const operations = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = [...Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "Other")];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API reference · ${escapeHtml(info.title)}</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/api/reference.css">
</head>
<body>
<main>
<h1>API reference</h1>
<p>${escapeHtml(info.description ?? "")}</p>
<p>For programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. A first call, with an API key:</p>
<pre tabindex="0">curl -H "Authorization: Bearer ghk_…" ${escapeHtml(servers?.[0]?.url ?? "")}/api/v1/organizations/{organizationId}/users</pre>
<nav aria-label="Contents">${groups.map(renderContents).join("")}</nav>
${groups.map(renderGroup).join("\n")}
${renderProblems()}
</main>
</body>
</html>`;
}

function renderContents([tag, members]: readonly [string, readonly ListedOperation[]]): string {
  const links = members.map(
    ({ operation: { operationId = "", summary = "" } }) =>
      `<li><a href="#${escapeHtml(operationId)}">${escapeHtml(summary)}</a></li>`,
  );
  return `<details><summary>${escapeHtml(tag)}</summary><ul>${links.join("")}</ul></details>`;
}

function renderGroup([tag, members]: readonly [string, readonly ListedOperation[]]): string {
  const id = `tag-${tag.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(tag)}</h2>${members.map(renderOperation).join("\n")}</section>`;
}

function renderOperation({ path, method, operation }: ListedOperation): string {
  const { operationId = "", summary = "", description = "", parameters = [], responses = {} } = operation;
  const rows = [
    renderParameters("Query", parameters, "query"),
    renderParameters("Headers", parameters, "header"),
    renderBody("Body", operation.requestBody?.content),
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith("2"))
      .map(([status, { content }]) => renderBody(status, content ?? {})),
  ];
  return `<article id="${escapeHtml(operationId)}">
<h3><code><b>${method}</b> ${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)}. ${escapeHtml(description)}</p>
<dl>${rows.join("")}</dl>
</article>`;
}

function renderParameters(term: string, parameters: readonly Parameter[], where: string): string {
  const lines = parameters
    .filter((parameter) => parameter.in === where)
    .map(
      ({ name, required, schema }) => `${name}${required === true ? "" : "?"}: ${renderSchema(schema ?? {})}`,
    );
  return lines.length === 0 ? "" : renderRow(term, lines.join("\n"));
}

function renderBody(term: string, content: Content | undefined): string {
  if (content === undefined) return "";
  const shapes = Object.entries(content).map(([type, { schema }]) =>
    type === "application/json" ? renderSchema(schema ?? {}) : type,
  );
  return renderRow(term, shapes.join(" | ") || "nothing");
}

function renderRow(term: string, text: string): string {
  return `<dt>${escapeHtml(term)}</dt><dd><pre tabindex="0">${escapeHtml(text)}</pre></dd>`;
}

function renderProblems(): string {
  const rows = Object.entries(problems)
    .toSorted(([, one], [, other]) => one.status - other.status)
    .map(
      ([code, { status, title }]) =>
        `<tr><td>${status}</td><td><code>${code}</code></td><td>${escapeHtml(title)}</td></tr>`,
    );
  return `<section aria-labelledby="problems"><h2 id="problems">Error codes</h2>
<table><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.join("")}</tbody></table></section>`;
}

/** The parts of a JSON schema that are shown. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
}

/** A JSON schema in TypeScript-like notation, one indented line per property: `{ name: string, age?: integer }`. */
export function renderSchema(schema: Schema, indent = ""): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((part) => renderSchema(part, indent)).join(" | ");
  if (schema.items !== undefined) return `[${renderSchema(schema.items, indent)}]`;
  if (schema.properties === undefined) return schema.format ?? [schema.type ?? "any"].flat().join(" | ");
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(
    ([name, part]) =>
      `${indent}  ${name}${required.has(name) ? "" : "?"}: ${renderSchema(part, `${indent}  `)}`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
}
