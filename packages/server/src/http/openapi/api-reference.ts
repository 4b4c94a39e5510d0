/** The reference page: every operation with its schemas, and every error code, as plain HTML without scripts. */
import { problems } from "@gatehouse/sdk/contract";
import { mark } from "../docs/render-page.ts";
import { escapeHtml } from "../escape-html.ts";
import { type ExampleRequest, formatCurl, formatTypeScript, type Schema } from "./request-examples.ts";

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}

/** The parts of an OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface ListedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** What every operation is rendered with. */
interface Context {
  readonly baseUrl: string;
  readonly schemas: Readonly<Record<string, Schema>>;
}

interface Group {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly ListedOperation[];
}

/** The page as HTML. */
export function renderReference(document: ApiDocument): string {
  const { info, servers, components } = document;
  const context = { baseUrl: servers?.[0]?.url ?? "", schemas: components?.schemas ?? {} };
  const groups = listGroups(document);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API reference · ${escapeHtml(info.title)}</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/help/help.css">
<link rel="stylesheet" href="/api/reference.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header><a class="home" href="/">${mark}${escapeHtml(info.title)}</a>
<span><a href="/help/ask-over-http">Guide</a> <a href="/api/v1/openapi.json">OpenAPI 3.1</a></span></header>
<div class="columns">
<nav aria-label="Contents">${groups.map(renderContents).join("")}
<ul><li><a href="#types">Types</a></li><li><a href="#problems">Error codes</a></li></ul></nav>
<main id="content" tabindex="-1">
<h1>API reference</h1>
<p>${escapeHtml(info.description ?? "")}</p>
${groups.map((group) => renderGroup(group, context)).join("\n")}
${renderTypes(context)}
${renderProblems()}
</main>
</div>
</body>
</html>`;
}

/** The operations by tag, in the document's order of tags. */
function listGroups({ paths, tags = [] }: ApiDocument): readonly Group[] {
  const operations = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "Other");
  const names = [...new Set([...tags.map(({ name }) => name), ...byTag.keys()])];
  return names.map((name) => ({
    name,
    description: tags.find((tag) => tag.name === name)?.description ?? "",
    operations: byTag.get(name) ?? [],
  }));
}

function renderContents({ name, operations }: Group): string {
  const links = operations.map(
    ({ operation: { operationId = "", summary = "" } }) =>
      `<li><a href="#${escapeHtml(operationId)}">${escapeHtml(shorten(summary))}</a></li>`,
  );
  return `<details><summary>${escapeHtml(name)}</summary><ul>${links.join("")}</ul></details>`;
}

/** The first sentence. */
function shorten(summary: string): string {
  return summary.split(/[.:] /, 1)[0] ?? summary;
}

function renderGroup({ name, description, operations }: Group, context: Context): string {
  const id = `tag-${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  const articles = operations.map((operation) => renderOperation(operation, context));
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(name)}</h2><p>${escapeHtml(description)}</p>${articles.join("\n")}</section>`;
}

function renderOperation({ path, method, operation }: ListedOperation, context: Context): string {
  const { operationId = "", summary = "", description = "", parameters = [], responses = {} } = operation;
  const rows = [
    renderParameters("Path", parameters, "path"),
    renderParameters("Query", parameters, "query"),
    renderParameters("Headers", parameters, "header"),
    renderBody("Body", operation.requestBody?.content, context),
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith("2"))
      .map(([status, { content }]) => renderBody(status, content ?? {}, context)),
  ];
  const request = toExampleRequest({ path, method, operation }, context);
  return `<article id="${escapeHtml(operationId)}">
<h3>${escapeHtml(shorten(summary))}</h3>
<p class="path"><code><b>${method}</b> ${escapeHtml(path)}</code></p>
<p>${escapeHtml(shorten(summary) === summary ? description : `${summary}. ${description}`)}</p>
<dl>${rows.join("")}</dl>
<details><summary>Example: curl</summary><pre tabindex="0">${escapeHtml(formatCurl(request))}</pre></details>
<details><summary>Example: TypeScript</summary><pre tabindex="0">${escapeHtml(formatTypeScript(request))}</pre></details>
</article>`;
}

function toExampleRequest(
  { path, method, operation }: ListedOperation,
  { baseUrl, schemas }: Context,
): ExampleRequest {
  const { parameters = [], requestBody, security = [] } = operation;
  const json = requestBody?.content?.["application/json"];
  const needs = security.map((requirement) => Object.keys(requirement)[0]);
  return {
    method,
    url: `${baseUrl}${path}`,
    headers: parameters
      .filter(({ in: where, required }) => where === "header" && required)
      .map(({ name }) => name),
    body: json === undefined ? null : { schema: json.schema ?? {}, example: json.example },
    schemas,
    auth: needs.includes("apiKey") ? "apiKey" : needs.includes("session") ? "session" : "none",
  };
}

function renderParameters(term: string, parameters: readonly Parameter[], where: string): string {
  const items = parameters
    .filter((parameter) => parameter.in === where)
    .map(({ name, required, schema, description = "" }) => {
      const type = escapeHtml(renderSchema(schema ?? {}));
      return `<li><code>${escapeHtml(name)}${required === true ? "" : "?"}: ${type}</code><br>${renderCodeSpans(description)}</li>`;
    });
  return items.length === 0 ? "" : `<dt>${escapeHtml(term)}</dt><dd><ul>${items.join("")}</ul></dd>`;
}

/** Escapes the text; what is between backticks is code. */
function renderCodeSpans(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function renderBody(term: string, content: Content | undefined, context: Context): string {
  if (content === undefined) return "";
  const shapes = Object.entries(content).map(([type, { schema }]) =>
    type === "application/json" ? renderSchema(schema ?? {}) : type,
  );
  const html = linkTypes(shapes.join(" | ") || "nothing", context);
  return `<dt>${escapeHtml(term)}</dt><dd><pre tabindex="0">${html}</pre></dd>`;
}

/** Escapes the text, and links the names of types. Members begin with a small letter, types with a capital one. */
function linkTypes(text: string, { schemas }: Context): string {
  return escapeHtml(text).replaceAll(/\b[A-Z][A-Za-z]*\b/g, (name) =>
    Object.hasOwn(schemas, name) ? `<a href="#type-${name}">${name}</a>` : name,
  );
}

function renderTypes(context: Context): string {
  const types = Object.entries(context.schemas).map(
    ([name, schema]) =>
      `<article id="type-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3><pre tabindex="0">${linkTypes(renderSchema(schema), context)}</pre></article>`,
  );
  return `<section aria-labelledby="types"><h2 id="types">Types</h2>${types.join("")}</section>`;
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

/** A JSON schema in TypeScript-like notation, one indented line per property: `{ name: string, age?: integer }`. */
export function renderSchema(schema: Schema, indent = ""): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
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
