/** A proxy between a program and the server that can be made to cut, tear, hold and delay what comes back. */
import { request as ask, createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A disturbance lasts until `heal`. */
export interface FeedProxy {
  readonly url: string;
  /** Every connection breaks off, and new ones are refused. */
  readonly cut: () => void;
  /** Streams break off and are refused; other requests pass. */
  readonly cutFeed: () => void;
  /** Of what comes next on a stream half comes through, then the stream breaks off; new ones are torn as well. */
  readonly tear: () => void;
  /** Connections stay open and nothing comes through any more. */
  readonly hold: () => void;
  /** All that comes back comes so many milliseconds later, in order. */
  readonly delay: (milliseconds: number) => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

type Mode = "pass" | "cut" | "cut feed" | "tear" | "hold";

/** Starts a proxy on loopback in front of `target`. */
export async function startFeedProxy(target: string): Promise<FeedProxy> {
  let mode: Mode = "pass";
  let late = 0;
  const open = new Set<{ readonly response: ServerResponse; readonly isFeed: boolean }>();
  const server = createServer((request, response) => {
    const isFeed = request.url?.includes("/changes") === true;
    if (mode === "cut" || (mode === "cut feed" && isFeed)) return void response.destroy();
    const entry = { response, isFeed };
    open.add(entry);
    const { method, headers, url } = request;
    const onward = ask(`${target}${url}`, { method, headers, agent: false }, (answer) => {
      // In order, whatever happens: a network may be slow, but it loses nothing out of the middle.
      let line = Promise.resolve();
      const pass = (act: () => void) => {
        const due = performance.now() + late;
        line = line.then(async () => {
          const rest = due - performance.now();
          if (rest > 0) await wait(rest);
          while (mode === "hold" && !response.destroyed) await wait(5);
          act();
        });
      };
      pass(() => response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders());
      answer.on("data", (chunk: Buffer) =>
        pass(() => {
          if (mode !== "tear" || !isFeed) return void response.write(chunk);
          response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => response.destroy());
        }),
      );
      answer.on("end", () => pass(() => void response.end()));
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    response.on("error", () => undefined);
    response.on("close", () => {
      open.delete(entry);
      onward.destroy();
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const breakOff = (only: (isFeed: boolean) => boolean) => {
    for (const { response, isFeed } of open) if (only(isFeed)) response.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      mode = "cut";
      breakOff(() => true);
    },
    cutFeed: () => {
      mode = "cut feed";
      breakOff((isFeed) => isFeed);
    },
    tear: () => {
      mode = "tear";
    },
    hold: () => {
      mode = "hold";
    },
    delay: (milliseconds) => {
      late = milliseconds;
    },
    heal: () => {
      mode = "pass";
      late = 0;
    },
    close: () =>
      new Promise((resolve) => {
        breakOff(() => true);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
