/** The reference page: every operation with its shapes, written as plain HTML without a script. */

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

/** As much of an OpenAPI document as the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The page as HTML. */
export function renderReference(document: ApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "Other");
  const sections = [...groups].map(
    ([tag, members]) =>
      `<section aria-labelledby="${slug(tag)}"><h2 id="${slug(tag)}">${escapeHtml(tag)}</h2>${members.map(renderOperation).join("")}</section>`,
  );
  const contents = [...groups.keys()].map((tag) => `<li><a href="#${slug(tag)}">${escapeHtml(tag)}</a></li>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>API reference · Gatehouse</title><link rel="stylesheet" href="/api/reference.css"></head><body><main>
<h1>API reference</h1><p>${escapeHtml(document.info.description ?? "")} The same as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>${sections.join("")}</main></body></html>`;
}

function renderOperation({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const body = schemaIn(operation.requestBody?.content);
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => /^2/.test(status));
  return `<article><h3><code><b>${method}</b> ${escapeHtml(path)}</code></h3>
<p>${escapeHtml(operation.summary ?? "")}. ${escapeHtml(operation.description ?? "")}</p><dl>${[
    query.length > 0
      ? row("Query", query.map(({ name, schema }) => `${name}: ${typeOf(schema)}`).join("\n"))
      : "",
    body === undefined ? "" : row("Body", typeOf(body)),
    ...answers.map(([status, { content }]) => row(`Answer ${status}`, typeOf(schemaIn(content)))),
  ].join("")}</dl></article>`;
}

function schemaIn(
  content: Readonly<Record<string, { readonly schema?: Schema }>> | undefined,
): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

function row(term: string, text: string): string {
  return `<dt>${term}</dt><dd><pre tabindex="0">${escapeHtml(text)}</pre></dd>`;
}

function typeOf(schema: Schema | undefined, indent = ""): string {
  if (schema === undefined) return "nothing";
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((part) => typeOf(part, indent)).join(" | ");
  if (schema.items !== undefined) return `[${typeOf(schema.items, indent)}]`;
  if (schema.properties === undefined) return [schema.type ?? "any", schema.format].filter(Boolean).join(" ");
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(
    ([name, part]) => `${indent}  ${name}${required.has(name) ? "" : "?"}: ${typeOf(part, `${indent}  `)}`,
  );
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function slug(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The page's style sheet. */
export const referenceStyle = `
:root { color-scheme: light dark; --ink: light-dark(#2a2622, #edeae5); --quiet: light-dark(#6a645d, #b5afa7);
  --line: light-dark(#d8d4ce, #46413c); --plane: light-dark(#fdfdfc, #1f1d1b); --sunken: light-dark(#f4f2ee, #282523);
  --accent: light-dark(#00595b, #6fd0c6); }
body { margin: 0; background: var(--plane); color: var(--ink); font: 14px/20px system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 24px 72px; }
h1 { font-size: 28px; line-height: 34px; margin: 0 0 8px; } h2 { font-size: 20px; margin: 48px 0 8px; }
h3 { font-size: 14px; margin: 0 0 4px; overflow-wrap: anywhere; } h3 b { color: var(--accent); }
article { border-top: 1px solid var(--line); padding: 16px 0; } p { margin: 0 0 8px; color: var(--quiet); }
a { color: var(--accent); text-underline-offset: 3px; } nav ul { display: flex; flex-wrap: wrap; gap: 8px 16px; padding: 0; list-style: none; }
dl { margin: 0; display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 8px; } dt { color: var(--quiet); padding-top: 8px; } dd { margin: 0; }
pre { margin: 0; padding: 8px 12px; background: var(--sunken); border-radius: 6px; overflow-x: auto; font: 13px/18px ui-monospace, monospace; }
@media (max-width: 600px) { dl { grid-template-columns: minmax(0, 1fr); } }`;
