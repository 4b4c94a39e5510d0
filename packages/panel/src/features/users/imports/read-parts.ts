/** Reads a file in parts for the upload, so that it is never in memory as a whole. */
import { maxImportPartLength, maxImportParts } from "@gatehouse/sdk/contract";

/** Why a file can't be uploaded. */
export type FileFault = "format" | "empty" | "size" | "no-text" | "unreadable";

/** A file can't be uploaded. */
export class FileRejected extends Error {
  override readonly name = "FileRejected";
  readonly fault: FileFault;

  constructor(fault: FileFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The endings of names that the server can read. */
export const fileEndings = ".csv,.tsv,.txt,.jsonl,.ndjson,.json";

/** Bytes that fit into the parts in any case. */
const maxBytes = maxImportPartLength * maxImportParts;

/** @throws FileRejected when the file can't be an import, by its name and size */
export function requireImportFile({ name, size }: Pick<File, "name" | "size">): void {
  if (!fileEndings.split(",").some((ending) => name.toLowerCase().endsWith(ending)))
    throw new FileRejected("format");
  if (size === 0) throw new FileRejected("empty");
  if (size > maxBytes) throw new FileRejected("size");
}

/**
 * The text of a file in parts. UTF-16 with a byte order mark, which spreadsheets write as "Unicode text", is decoded, too.
 * @throws FileRejected when it is no text, or can't be read
 */
export async function* readParts(
  file: Blob,
  length = maxImportPartLength,
): AsyncGenerator<{ readonly text: string; readonly bytes: number }> {
  const decoder = new TextDecoder(await detectEncoding(file), { fatal: true });
  const reader = file.stream().getReader();
  let [text, bytes] = ["", 0];
  for (;;) {
    const { value, done } = await reader.read().catch(() => {
      throw new FileRejected("unreadable");
    });
    text += decode(decoder, value, !done);
    if (text.includes("\0")) throw new FileRejected("no-text");
    bytes += value?.length ?? 0;
    while (text.length > length) {
      const end = isHighSurrogate(text, length - 1) ? length - 1 : length;
      yield { text: text.slice(0, end), bytes };
      text = text.slice(end);
    }
    if (done) break;
  }
  if (text !== "") yield { text, bytes };
}

async function detectEncoding(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function decode(decoder: TextDecoder, value: Uint8Array | undefined, stream: boolean): string {
  try {
    return decoder.decode(value, { stream });
  } catch {
    throw new FileRejected("no-text");
  }
}

/** A part must not end between the two halves of a character. */
function isHighSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xd800 && code <= 0xdbff;
}
