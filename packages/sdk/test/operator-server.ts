/** A fake Gatehouse server for programs of the operator, whose responses a test can delay and replace. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { definePermissions } from "@gatehouse/access";

export const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });

export const event = (name: string, data: unknown, id?: string) =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
export const current = (id?: string) => event("current", { elapsed: 0, at: new Date().toISOString() }, id);
const grant = {
  roleId: "r",
  grantedBy: { type: "system", id: null, name: "" },
  grantedAt: "2026-01-01T00:00:00Z",
};

/** Starts the server without organizations. */
export async function startOperatorServer() {
  const streams = new Set<ServerResponse>();
  const state = {
    url: "",
    streams,
    /** Paths below `/api/v1/operator`. */
    requests: [] as string[],
    /** By id: whether u1 may view, and the number of the last event. */
    organizations: new Map<string, { allowed: boolean; sequence: number }>(),
    /** What a load waits for before its response. */
    gate: async (_id: string): Promise<unknown> => undefined,
    /** What a load does instead of responding. */
    answer: null as ((id: string, response: ServerResponse) => boolean) | null,
    hash: "ab".repeat(32),
    loading: 0,
    mostLoading: 0,
    add: (id: string, allowed = true) => {
      state.organizations.set(id, { allowed, sequence: 1 });
    },
    /** Changes what u1 may do, and says so on every stream. */
    change: (id: string, allowed: boolean) => {
      const sequence = (state.organizations.get(id)?.sequence ?? 0) + 1;
      state.organizations.set(id, { allowed, sequence });
      for (const stream of streams) stream.write(heads([id]));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const positionOf = (id: string) => `${state.organizations.get(id)?.sequence}.${state.hash}`;
  const heads = (ids: Iterable<string>) =>
    event("organizations", { organizations: [...ids].map((id) => ({ id, position: positionOf(id) })) });
  const openStream = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(heads(state.organizations.keys()) + current());
    streams.add(response);
    response.on("close", () => streams.delete(response));
  };
  const respond = async (id: string, after: string | null, response: ServerResponse) => {
    state.loading += 1;
    state.mostLoading = Math.max(state.mostLoading, state.loading);
    const found = state.organizations.get(id);
    const [allowed, position] = [found?.allowed, positionOf(id)];
    await state.gate(id);
    state.loading -= 1;
    if (state.answer?.(id, response)) return;
    if (found === undefined) {
      response.writeHead(404, { "content-type": "application/problem+json" });
      response.end('{"code":"not-found","detail":"Nothing is here."}');
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (after === null || !after.endsWith(state.hash))
      response.write(
        event("reset", { users: 1 }) +
          event("catalogue", { groups: permissions.definition }) +
          event("roles", { roles: [{ id: "r", name: "R", isOwner: false, permissions: ["a:view"] }] }),
      );
    response.write(event("users", { users: [{ id: "u1", grants: allowed ? [grant] : [] }] }));
    response.end(current(position));
  };
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(String(request.url), "http://x");
    const path = pathname.replace("/api/v1/operator", "");
    state.requests.push(path === "/changes" ? path : path + search);
    if (path === "/changes") return openStream(response);
    void respond(String(path.split("/")[2]), new URLSearchParams(search).get("after"), response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
