/** Follows an organization over a real socket of its own, as an open page does. */
import { once } from "node:events";
import { get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { vi } from "vitest";

/** One event as it came. */
interface ReceivedEvent {
  readonly name: string;
  readonly id: string;
  /** Of the event that the id names. */
  readonly sequence: number;
  readonly data: Partial<ChangeEvent>;
}

/** An open stream, or a refusal. */
export interface Following {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What came so far, in order. */
  readonly events: readonly ReceivedEvent[];
  /** Everything that came, as text. */
  readonly text: () => string;
  /** Actions of the changes that came so far. */
  readonly actions: () => readonly string[];
  readonly isOver: () => boolean;
  /** Waits until `condition` holds. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly close: () => void;
}

/** Opens the stream at `url` and waits until it has begun, or was refused. */
export async function followEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Following> {
  const request = get(url, { headers, agent: false });
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const events: ReceivedEvent[] = [];
  let [text, rest, isOver] = ["", "", false];
  answer.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    events.push(...blocks.flatMap(parse));
  });
  answer.on("error", () => undefined); // it was closed from here
  answer.on("close", () => {
    isOver = true;
  });
  const until: Following["until"] = (condition) =>
    vi.waitFor(
      () => {
        if (!condition()) throw new Error(`It didn't come to that: ${text}`);
      },
      { timeout: 8_000, interval: 5 },
    );
  await until(() => events.length > 0 || isOver);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    text: () => text,
    actions: () => events.flatMap(({ name, data: { action = "" } }) => (name === "change" ? [action] : [])),
    isOver: () => isOver,
    until,
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
