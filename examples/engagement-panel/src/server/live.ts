/** Tells each open page what its person may do, at once when that changes. */
import type { ServerResponse } from "node:http";
import type { Gatehouse } from "@gatehouse/sdk";
import type { LiveEvents } from "../shapes.ts";

/** Open pages. */
export interface Live {
  /** Tells a page until it goes away. The answer's head is not written yet. */
  readonly open: (userId: string, answer: ServerResponse) => void;
  /** A campaign or a segment changed. */
  readonly tellChanged: () => void;
  /** Ends all of them. */
  readonly close: () => void;
}

interface OpenPage {
  readonly userId: string;
  readonly answer: ServerResponse;
  /** What it was told last. */
  told: string;
}

/** Milliseconds between two signs of life. */
const beat = 1_000;

/** Follows who may do what, for the pages that will be open. */
export function createLive(
  gatehouse: Pick<Gatehouse<string>, "permissionsOf" | "status" | "onChange">,
): Live {
  const pages = new Set<OpenPage>();
  const send = <N extends keyof LiveEvents>({ answer }: OpenPage, name: N, event: LiveEvents[N]): void => {
    answer.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const tell = (page: OpenPage): void => {
    const now = { permissions: gatehouse.permissionsOf(page.userId), isSure: gatehouse.status().isFresh };
    const text = JSON.stringify(now);
    if (text === page.told) return;
    page.told = text;
    send(page, "permissions", now);
  };
  const stopListening = gatehouse.onChange(() => {
    for (const page of pages) tell(page);
  });
  const pulse = setInterval(() => {
    for (const page of pages) send(page, "beat", {});
  }, beat);
  return {
    open: (userId, answer) => {
      answer.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      const page: OpenPage = { userId, answer, told: "" };
      pages.add(page);
      answer.once("close", () => pages.delete(page));
      tell(page);
    },
    tellChanged: () => {
      for (const page of pages) send(page, "changed", {});
    },
    close: () => {
      clearInterval(pulse);
      stopListening();
      for (const { answer } of pages) answer.end();
    },
  };
}
