/** The most common passwords, and the variations by which people make them pass rules. */
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { decodeSubstitutions, foldText, isRepeated } from "@gatehouse/sdk/contract";

/** Shorter parts of a password are no sign that it is a common one. */
const minLength = 4;

/**
 * Whether a password is one of the most common ones: as it is, reversed or repeated, in any case, with digits and symbols before
 * or after it or instead of letters, with separators between its letters.
 */
export function isCommonPassword(password: string): boolean {
  const folded = foldText(password);
  return [folded, folded.replaceAll(/[\s._-]+/g, "")]
    .flatMap(listCores)
    .some((core) => isRepeated(core) || isListed(core) || isListed([...core].reverse().join("")));
}

/** The text, without what people add at its ends, and with letters instead of the digits and symbols that replace them. */
function listCores(text: string): readonly string[] {
  const withoutEnd = text.replace(/[^\p{L}]+$/u, "");
  const cores = [
    text,
    withoutEnd,
    text.replace(/^[^\p{L}]+/u, ""),
    withoutEnd.replace(/^[^\p{L}]+/u, ""),
    text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""),
  ];
  const decoded = cores.flatMap((core) => [
    decodeSubstitutions(core),
    decodeSubstitutions(core.replaceAll(/[1!]/g, "l")),
  ]);
  return [...new Set([...cores, ...decoded])].filter((core) => core.length >= minLength);
}

/** The list, one password a line, in the order of its bytes. Read at the first use. */
let list: Buffer | null = null;

const lineFeed = 10;

/** Binary search. */
function isListed(text: string): boolean {
  list ??= brotliDecompressSync(readFileSync(new URL("passwords.txt.br", import.meta.url)));
  const wanted = Buffer.from(text);
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = middle === 0 ? 0 : list.lastIndexOf(lineFeed, middle - 1) + 1;
    const end = list.indexOf(lineFeed, middle);
    const order = list.compare(wanted, 0, wanted.length, start, end);
    if (order === 0) return true;
    if (order < 0) low = end + 1;
    else high = start;
  }
  return false;
}
