/** A docstring as Markdown. */

/**
 * @typedef {{ text: string, throws: readonly string[] }} Docstring
 *   `throws` begin with the error's name
 */

/**
 * @param {string} comment with its signs, or nothing
 * @returns {Docstring}
 */
export function readDocstring(comment) {
  const lines = comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [text = "", ...tags] = lines
    .join("\n")
    .trim()
    .split(/\n(?=@)|^(?=@)/);
  return {
    text: text.startsWith("@") ? "" : text.trim(),
    throws: [text, ...tags].flatMap((tag) => {
      const said = /^@throws\s+([\s\S]+)$/.exec(tag)?.[1];
      return said === undefined ? [] : [said.replaceAll(/\s+/g, " ").trim()];
    }),
  };
}
