/** Parses delimited text: RFC 4180 and the variants that spreadsheets write. */

/** A record and the number of its first line, from 1. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The most frequent separator in the first record, outside quotes. */
export function detectSeparator(text: string): string | null {
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
 * Parses records. A quoted cell may contain separators, line breaks and doubled quotes; a quote inside an unquoted cell is
 * literal; a cell whose quote is not closed takes the rest of the text. Empty records are skipped.
 */
export function parseRecords(text: string, separator: string): readonly TableRecord[] {
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
  /** Index of the separator or line break after it. */
  readonly end: number;
  readonly breaks: number;
}

function readCell(text: string, start: number, separator: string): Cell {
  let begin = start;
  while (text.charAt(begin) === " ") begin += 1;
  if (text.charAt(begin) !== '"') {
    const end = findCellEnd(text, start, separator);
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
    const end = findCellEnd(text, after, separator);
    const inside = pieces.join("");
    return { text: inside + text.slice(after, end), end, breaks: inside.split(/\r\n|\r|\n/).length - 1 };
  }
}

function findCellEnd(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length) {
    const letter = text.charAt(end);
    if (letter === separator || letter === "\n" || letter === "\r") break;
    end += 1;
  }
  return end;
}
