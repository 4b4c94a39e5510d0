/** The panel's app on a real database, with a fake Gatehouse server that has a few sessions. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { createGatehouse } from "@gatehouse/sdk";
import type { FastifyInstance } from "fastify";
import { permissions } from "../src/permissions.ts";
import { createApp } from "../src/server/create-app.ts";
import { openDatabase } from "../src/server/open-database.ts";
import type { Campaign, Problem, Report } from "../src/types.ts";

const author = ["campaigns:view", "campaigns:create", "campaigns:edit", "campaigns:submit", "segments:view"];

/** Users and their permissions. */
const people: Readonly<Record<string, readonly string[]>> = {
  mert: [...author, "segments:create", "reports:view"],
  aylin: ["campaigns:view", "campaigns:approve"],
  tom: ["campaigns:view", "campaigns:approve"],
  both: [...author, "campaigns:approve"],
  vera: ["campaigns:view", "segments:view", "reports:view"],
  nobody: [],
};

/** A user of the fake server. */
export type Who = keyof typeof people;

/** The members that tests read of the panel's responses. Each test compares what it reads, so a missing one fails. */
type AnswerBody = Campaign & Report & Problem & { readonly items: readonly unknown[] };

/** A response of the panel. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: AnswerBody;
}

/** A panel to test. */
export interface TestPanel {
  readonly send: (
    who: Who | null,
    method: "GET" | "POST" | "PATCH",
    path: string,
    body?: unknown,
  ) => Promise<Answer>;
  readonly app: FastifyInstance;
  readonly database: DatabaseSync;
  readonly gatehouseUrl: string;
  /** All campaigns in the database. */
  readonly campaigns: () => unknown;
  /** A second server on the same database. */
  readonly openSecond: () => Promise<TestPanel>;
  /** Stops the fake server: Gatehouse can't be reached. */
  readonly stopGatehouse: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a panel on an empty database. */
export async function createTestPanel(): Promise<TestPanel> {
  const folder = mkdtempSync(join(tmpdir(), "engagement-panel-"));
  const fakeServer = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    response.setHeader("content-type", "application/json");
    if (request.url?.endsWith("/sessions/introspect")) {
      const { token } = JSON.parse(text);
      const user = {
        id: token,
        accountId: `a-${token}`,
        name: `Name of ${token}`,
        email: `${token}@example.test`,
      };
      response.end(JSON.stringify(token in people ? { active: true, user } : { active: false }));
    } else if (request.url === "/access/v1/evaluation") {
      const { subject, action } = JSON.parse(text);
      response.end(JSON.stringify({ decision: people[subject.id]?.includes(action.name) === true }));
    } else response.writeHead(503).end("{}"); // no stream, so that each check asks the server
  });
  await new Promise<void>((resolve) => fakeServer.listen(0, "127.0.0.1", resolve));
  const gatehouseUrl = `http://127.0.0.1:${(fakeServer.address() as AddressInfo).port}`;
  const open = async (): Promise<TestPanel> => {
    const gatehouse = createGatehouse({
      url: gatehouseUrl,
      apiKey: "ghk_x",
      organizationId: "o",
      permissions,
    });
    const database = openDatabase(join(folder, "panel.sqlite"));
    const app = await createApp({ gatehouse, database, gatehouseUrl });
    return {
      app,
      database,
      gatehouseUrl,
      openSecond: open,
      campaigns: () => database.prepare("SELECT * FROM campaigns ORDER BY id").all(),
      stopGatehouse: () => {
        fakeServer.closeAllConnections();
        fakeServer.close();
      },
      send: async (who, method, path, body) => {
        const answer = await app.inject({
          method,
          url: `/api${path}`,
          headers: {
            host: "127.0.0.1:4000",
            origin: "http://127.0.0.1:4000",
            ...(who === null ? {} : { cookie: `gatehouse=${who}` }),
          },
          ...(body === undefined ? {} : { payload: body as object }),
        });
        return {
          status: answer.statusCode,
          type: String(answer.headers["content-type"]),
          body: answer.json(),
        };
      },
      close: async () => {
        await app.close();
        gatehouse.close();
        database.close();
      },
    };
  };
  const first = await open();
  return {
    ...first,
    close: async () => {
      await first.close();
      fakeServer.closeAllConnections();
      fakeServer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
