/** Server-sent events out of the body of an answer: https://html.spec.whatwg.org/multipage/server-sent-events.html */

/** One event. */
export interface ServerEvent {
  readonly name: string;
  /** Its lines, joined. */
  readonly data: string;
  /** The id that this event carries; null for one without. */
  readonly id: string | null;
}

/** Reads events until the body ends. `heard` is called whenever anything came. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  const linesOf = createLines();
  const reader = body.getReader();
  let block: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      for (const line of linesOf(decoder.decode(value, { stream: true }))) {
        if (line !== "") {
          block.push(line);
          continue;
        }
        const event = parse(block);
        block = [];
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Cuts what comes piece by piece into the lines that have ended, by any of the three line ends. */
function createLines(): (text: string) => Generator<string, void, undefined> {
  let begun: string[] = [];
  let isAfterReturn = false;
  return function* (text) {
    if (text === "") return;
    const ends = /\r\n|\r|\n/g;
    let start = isAfterReturn && text[0] === "\n" ? 1 : 0;
    isAfterReturn = text.endsWith("\r");
    ends.lastIndex = start;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      yield begun.join("") + text.slice(start, end.index);
      begun = [];
      start = ends.lastIndex;
    }
    begun.push(text.slice(start));
  };
}

function parse(lines: readonly string[]): ServerEvent | null {
  let name: string | null = null;
  let id: string | null = null;
  const data: string[] = [];
  for (const line of lines) {
    const [field = ""] = line.split(":", 1);
    const value = line.slice(field.length + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "id") id = value;
    else if (field === "data") data.push(value);
  }
  return name === null ? null : { name, data: data.join("\n"), id };
}
