/** Reads server-sent events of a response body: https://html.spec.whatwg.org/multipage/server-sent-events.html */

/** One event. */
export interface ServerEvent {
  readonly name: string;
  /** The data lines, joined. */
  readonly data: string;
  /** The event's id; null without one. */
  readonly id: string | null;
}

/** Reads events until the body ends. `onActivity` is called for every chunk. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onActivity: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  const splitLines = createLineSplitter();
  const reader = body.getReader();
  let eventLines: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onActivity();
      for (const line of splitLines(decoder.decode(value, { stream: true }))) {
        if (line !== "") {
          eventLines.push(line);
          continue;
        }
        const event = parseEvent(eventLines);
        eventLines = [];
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Splits chunks into complete lines, with any of the three line endings. */
function createLineSplitter(): (text: string) => Generator<string, void, undefined> {
  let partial: string[] = [];
  let isAfterCarriageReturn = false;
  return function* (text) {
    if (text === "") return;
    const ends = /\r\n|\r|\n/g;
    let start = isAfterCarriageReturn && text[0] === "\n" ? 1 : 0;
    isAfterCarriageReturn = text.endsWith("\r");
    ends.lastIndex = start;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      yield partial.join("") + text.slice(start, end.index);
      partial = [];
      start = ends.lastIndex;
    }
    partial.push(text.slice(start));
  };
}

function parseEvent(lines: readonly string[]): ServerEvent | null {
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

/** Whether a response is a stream of such events. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") === true;
}
