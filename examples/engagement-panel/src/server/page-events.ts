/** Server-sent events for open pages: the user's permissions and their changes. */
import type { ServerResponse } from "node:http";
import type { Gatehouse } from "@gatehouse/sdk";
import type { PageEvents } from "../types.ts";

/** The open pages' streams. */
export interface PageEventStream {
  /** Starts a page's stream. The response's head must not be written yet. */
  readonly open: (userId: string, response: ServerResponse) => void;
  /** A campaign or a segment changed. */
  readonly sendChanged: () => void;
  /** Ends all streams. */
  readonly close: () => void;
}

interface OpenPage {
  readonly userId: string;
  readonly response: ServerResponse;
  /** The permissions event that was sent last. */
  lastSent: string;
}

/** Milliseconds between two heartbeats. */
const heartbeatMs = 1_000;

/** Sends permission changes to the pages that are opened later. */
export function createPageEvents(
  gatehouse: Pick<Gatehouse<string>, "permissionsOf" | "status" | "onChange">,
): PageEventStream {
  const pages = new Set<OpenPage>();
  const send = <N extends keyof PageEvents>({ response }: OpenPage, name: N, event: PageEvents[N]): void => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const sendPermissions = (page: OpenPage): void => {
    const event = { permissions: gatehouse.permissionsOf(page.userId), isSure: gatehouse.status().isFresh };
    const text = JSON.stringify(event);
    if (text === page.lastSent) return;
    page.lastSent = text;
    send(page, "permissions", event);
  };
  const removeListener = gatehouse.onChange(() => {
    for (const page of pages) sendPermissions(page);
  });
  const heartbeat = setInterval(() => {
    for (const page of pages) send(page, "beat", {});
  }, heartbeatMs);
  return {
    open: (userId, response) => {
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      const page: OpenPage = { userId, response, lastSent: "" };
      pages.add(page);
      response.once("close", () => pages.delete(page));
      sendPermissions(page);
    },
    sendChanged: () => {
      for (const page of pages) send(page, "changed", {});
    },
    close: () => {
      clearInterval(heartbeat);
      removeListener();
      for (const { response } of pages) response.end();
    },
  };
}
