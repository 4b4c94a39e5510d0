/** The reference as a page of the guide. */

/**
 * @typedef {import("./read-exports.mjs").Exported} Exported
 * @typedef {import("./doors.mjs").Words} Words
 * @typedef {{ operationId: string, method: string, path: string, tag: string, summary: string }} Operation
 * @typedef {{ code: string, status: number, title: string }} Problem
 * @typedef {{ door: string, about: string, first: readonly string[], exported: readonly Exported[] }} Chapter
 */

/**
 * @param {{ words: Words, chapters: readonly Chapter[], operations: readonly Operation[], problems: readonly Problem[] }} given
 */
export function printReference({ words, chapters, operations, problems }) {
  const anchorOf = createAnchors();
  anchorOf(words.title);
  return [
    `# ${words.title}`,
    words.summary,
    "<!-- Made from the docstrings: node --conditions=gatehouse-source scripts/reference/write-reference.mjs -->",
    words.intro,
    ...chapters.flatMap((chapter) => printChapter(chapter, words, anchorOf)),
    ...printOperations(operations, words),
    `## ${words.codes}`,
    words.codesAbout,
    table(
      [words.code, words.status, words.meaning],
      problems.map(({ code, status, title }) => [`\`${code}\``, String(status), title]),
    ),
  ]
    .join("\n\n")
    .concat("\n");
}

/** @param {Chapter} chapter @param {Words} words @param {(heading: string) => string} anchorOf */
function printChapter(chapter, words, anchorOf) {
  anchorOf(chapter.door);
  const ordered = inReadingOrder(chapter);
  const links = ordered.map(({ name }) => `[\`${name}\`](sdk-reference.md#${anchorOf(name)})`);
  const list = (/** @type {boolean} */ wanted, /** @type {string} */ label) => {
    const chosen = links.filter((_, at) => ordered[at]?.isType === wanted);
    return chosen.length === 0 ? [] : [`${label}: ${chosen.join(" · ")}`];
  };
  return [
    `## ${chapter.door}`,
    chapter.about,
    ...(ordered.length > 3 ? [...list(false, words.values), ...list(true, words.types)] : []),
    ...ordered.flatMap(printExported),
  ];
}

/**
 * Values with which one begins, the other ones, and types in the order in which all these mention them.
 * @param {Chapter} chapter
 */
function inReadingOrder({ first, exported }) {
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
    `\`\`\`ts\n${simplified(code)}\n\`\`\``,
    doc.text,
    ...doc.throws.map(throwing),
    ...(members.length === 0 ? [] : [members.map(printMember).join("\n")]),
  ];
}

/**
 * Without what speaks to the compiler alone: that a property isn't written, that a parameter isn't read.
 * @param {string} code
 */
function simplified(code) {
  return code.replaceAll(/\breadonly (?=[\w"]+\??:)/g, "").replaceAll(/\b_(?=[a-z])/g, "");
}

/** @param {import("./read-exports.mjs").Member} member */
function printMember({ name, doc }) {
  const text = [doc.text, ...doc.throws.map(throwing)].join(" ");
  return `- \`${name}\`: ${text.replaceAll("\n", "\n  ")}`;
}

/** @param {string} said */
function throwing(said) {
  const [, error = "", when = ""] = /^(\S+)\s*(.*)$/.exec(said) ?? [];
  return `Throws \`${error}\`${when === "" ? "" : ` ${when}`}.`;
}

/** @param {readonly Operation[]} operations @param {Words} words */
function printOperations(operations, words) {
  const tags = [...new Set(operations.map(({ tag }) => tag))].toSorted();
  const listed = (/** @type {string} */ tag) =>
    operations
      .filter((one) => one.tag === tag)
      .map((one) => `- \`${one.operationId}\` · \`${one.method} ${one.path}\`\\\n  ${one.summary}`);
  return [
    `## ${words.operations}`,
    words.operationsAbout,
    ...tags.flatMap((tag) => [`### ${tag}`, listed(tag).join("\n")]),
  ];
}

/** @param {readonly string[]} columns @param {readonly (readonly string[])[]} rows */
function table(columns, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Anchors of headings in their order, as GitHub and the guide make them; every heading is in Latin letters here. */
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
