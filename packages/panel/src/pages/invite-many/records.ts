/** Records of a table in a text: RFC 4180, and the ways in which spreadsheets bend it. */

/** One record with the line on which it begins, counted from 1. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The separator of a table by its first record: the one that stands there most often, outside quotes. */
export function separatorOf(text: string): string | null {
  const counts = new Map([
    ["\t", 0],
    [";", 0],
    [",", 0],
  ]);
  let isQuoted = false;
  for (const letter of text.slice(0, 10_000)) {
    if (letter === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === "\n" || letter === "\r") break;
    counts.set(letter, (counts.get(letter) ?? -Infinity) + 1);
  }
  const [best] = [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/**
 * Reads records. A quoted cell may hold separators, line breaks and doubled quotes; a quote that stands inside a cell is
 * a letter like any other; a cell whose quote never ends takes the rest. Empty records are left out.
 */
export function readRecords(text: string, separator: string): readonly TableRecord[] {
  const records: TableRecord[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    for (;;) {
      const cell = readCell(text, at, separator);
      cells.push(cell.text.trim());
      line += cell.breaks;
      at = cell.end;
      if (text.charAt(at) !== separator) break;
      at += 1;
    }
    if (text.startsWith("\r\n", at)) at += 2;
    else at += 1;
    line += 1;
    if (cells.some((cell) => cell !== "")) records.push({ line: begin, cells });
  }
  return records;
}

interface Cell {
  readonly text: string;
  /** Where its separator or line break stands. */
  readonly end: number;
  readonly breaks: number;
}

function readCell(text: string, start: number, separator: string): Cell {
  let begin = start;
  while (text.charAt(begin) === " ") begin += 1;
  if (text.charAt(begin) !== '"') {
    const end = endOfCell(text, start, separator);
    return { text: text.slice(start, end), end, breaks: 0 };
  }
  const pieces: string[] = [];
  let from = begin + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    const isLast = quote < 0 || text.charAt(quote + 1) !== '"';
    pieces.push(text.slice(from, quote < 0 ? text.length : quote));
    if (!isLast) {
      pieces.push('"');
      from = quote + 2;
      continue;
    }
    const after = quote < 0 ? text.length : quote + 1;
    const end = endOfCell(text, after, separator);
    const inside = pieces.join("");
    return { text: inside + text.slice(after, end), end, breaks: inside.split(/\r\n|\r|\n/).length - 1 };
  }
}

function endOfCell(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length) {
    const letter = text.charAt(end);
    if (letter === separator || letter === "\n" || letter === "\r") break;
    end += 1;
  }
  return end;
}
