/** Prints the reference as a Markdown page of the guide. */

/**
 * @typedef {import("./read-exports.mjs").Exported} Exported
 * @typedef {import("./entry-points.mjs").Labels} Labels
 * @typedef {{ operationId: string, method: string, path: string, tag: string, summary: string }} Operation
 * @typedef {{ code: string, status: number, title: string }} Problem
 * @typedef {{ name: string, about: string, first: readonly string[], exported: readonly Exported[] }} Chapter
 */

/**
 * @param {{ labels: Labels, chapters: readonly Chapter[], operations: readonly Operation[], problems: readonly Problem[] }} given
 */
export function printReference({ labels, chapters, operations, problems }) {
  const toAnchor = createAnchors();
  toAnchor(labels.title);
  return [
    `# ${labels.title}`,
    labels.summary,
    "<!-- Made from the docstrings: node --conditions=gatehouse-source scripts/reference/write-reference.mjs -->",
    labels.intro,
    ...chapters.flatMap((chapter) => printChapter(chapter, labels, toAnchor)),
    ...printOperations(operations, labels),
    `## ${labels.codes}`,
    labels.codesAbout,
    table(
      [labels.code, labels.status, labels.meaning],
      problems.map(({ code, status, title }) => [`\`${code}\``, String(status), title]),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

/** @param {Chapter} chapter @param {Labels} labels @param {(heading: string) => string} toAnchor */
function printChapter(chapter, labels, toAnchor) {
  toAnchor(chapter.name);
  const ordered = sortForReading(chapter);
  const links = ordered.map(({ name }) => `[\`${name}\`](sdk-reference.md#${toAnchor(name)})`);
  const list = (/** @type {boolean} */ wanted, /** @type {string} */ label) => {
    const chosen = links.filter((_, at) => ordered[at]?.isType === wanted);
    return chosen.length === 0 ? [] : [`${label}: ${chosen.join(" · ")}`];
  };
  return [
    `## ${chapter.name}`,
    chapter.about,
    ...(ordered.length > 3 ? [...list(false, labels.values), ...list(true, labels.types)] : []),
    ...ordered.flatMap(printExported),
  ];
}

/**
 * The values that a reader needs first, the other values, and the types in the order in which they are mentioned.
 * @param {Chapter} chapter
 */
function sortForReading({ first, exported }) {
  const place = (/** @type {Exported} */ { name }) =>
    first.includes(name) ? first.indexOf(name) : first.length;
  const ordered = exported
    .filter(({ isType }) => !isType)
    .toSorted((one, other) => place(one) - place(other));
  for (const { code } of ordered)
    for (const [word] of code.matchAll(/\w+/g)) {
      const mentioned = exported.find(({ name, isType }) => isType && name === word);
      if (mentioned !== undefined && !ordered.includes(mentioned)) ordered.push(mentioned);
    }
  return [...ordered, ...exported.filter((one) => !ordered.includes(one))];
}

/** @param {Exported} exported */
function printExported({ name, code, doc, members }) {
  return [
    `### ${name}`,
    `\`\`\`ts\n${simplify(code)}\n\`\`\``,
    doc.text,
    ...doc.throws.map(printThrows),
    ...(members.length === 0 ? [] : [members.map(printMember).join("\n")]),
  ];
}

/**
 * Without what only the compiler needs: `readonly` and the underscore of unused parameters.
 * @param {string} code
 */
function simplify(code) {
  return code.replaceAll(/\breadonly (?=[\w"]+\??:)/g, "").replaceAll(/\b_(?=[a-z])/g, "");
}

/** @param {import("./read-exports.mjs").Member} member */
function printMember({ name, doc }) {
  const text = [doc.text, ...doc.throws.map(printThrows)].join(" ");
  return `- \`${name}\`: ${text.replaceAll("\n", "\n  ")}`;
}

/** @param {string} tag */
function printThrows(tag) {
  const [, error = "", when = ""] = /^(\S+)\s*(.*)$/.exec(tag) ?? [];
  return `Throws \`${error}\`${when === "" ? "" : ` ${when}`}.`;
}

/** @param {readonly Operation[]} operations @param {Labels} labels */
function printOperations(operations, labels) {
  const tags = [...new Set(operations.map(({ tag }) => tag))].toSorted();
  const listed = (/** @type {string} */ tag) =>
    operations
      .filter((one) => one.tag === tag)
      .map((one) => `- \`${one.operationId}\` · \`${one.method} ${one.path}\`\\\n  ${one.summary}`);
  return [
    `## ${labels.operations}`,
    labels.operationsAbout,
    ...tags.flatMap((tag) => [`### ${tag}`, listed(tag).join("\n")]),
  ];
}

/** @param {readonly string[]} columns @param {readonly (readonly string[])[]} rows */
function table(columns, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Makes the anchors of the headings in their order, as GitHub and the guide do. Headings here use Latin letters only. */
function createAnchors() {
  /** @type {Map<string, number>} */
  const taken = new Map();
  return (/** @type {string} */ heading) => {
    const base = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, "")
      .replaceAll(" ", "-");
    const times = taken.get(base) ?? 0;
    taken.set(base, times + 1);
    return times === 0 ? base : `${base}-${times}`;
  };
}
