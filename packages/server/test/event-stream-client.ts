/** An event stream client on a real socket, like an open page. */
import { once } from "node:events";
import { get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { vi } from "vitest";

/** A received event. */
interface ReceivedEvent {
  readonly name: string;
  readonly id: string;
  /** Of the event in the id. */
  readonly sequence: number;
  readonly data: Partial<ChangeEvent>;
}

/** An open stream, or an error response. */
export interface EventStreamClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Events received so far. */
  readonly events: readonly ReceivedEvent[];
  /** Everything received so far. */
  readonly text: () => string;
  /** Actions of the `change` events received so far. */
  readonly actions: () => readonly string[];
  readonly isClosed: () => boolean;
  /** Waits until `condition` holds. */
  readonly waitUntil: (condition: () => boolean) => Promise<void>;
  readonly close: () => void;
}

/** Opens the stream at `url` and waits for the first event or the error response. */
export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventStreamClient> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const events: ReceivedEvent[] = [];
  let [text, rest, isEnded] = ["", "", false];
  response.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    events.push(...blocks.flatMap(parse));
  });
  response.on("error", () => undefined); // closed by the test
  response.on("close", () => {
    isEnded = true;
  });
  const waitUntil: EventStreamClient["waitUntil"] = (condition) =>
    vi.waitFor(
      () => {
        if (!condition()) throw new Error(`The condition was never met: ${text}`);
      },
      { timeout: 8_000, interval: 5 },
    );
  await waitUntil(() => events.length > 0 || isEnded);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    text: () => text,
    actions: () => events.flatMap(({ name, data: { action = "" } }) => (name === "change" ? [action] : [])),
    isClosed: () => isEnded,
    waitUntil,
    close: () => request.destroy(),
  };
}

function parse(block: string): readonly ReceivedEvent[] {
  const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/, 2) as [string, string]));
  const name = fields.get("event");
  if (name === undefined) return [];
  const id = fields.get("id") ?? "";
  return [{ name, id, sequence: Number(id.split(".")[0]), data: JSON.parse(fields.get("data") ?? "{}") }];
}
