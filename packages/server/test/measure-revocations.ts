/**
 * Measures how long a replica still allows an action after the response that revoked it: roles are removed through several
 * servers while panel processes, each with its own replica, check the users continuously.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { monotonicMs } from "./monotonic-clock.ts";

/** Servers, users and load. */
export interface RevocationOptions {
  /** Server URLs; panel n uses server n. */
  readonly servers: readonly string[];
  readonly organizationId: string;
  /** An API key that may assign roles. */
  readonly key: string;
  /** Users with the permission `campaigns:approve` and version 1. */
  readonly userIds: readonly string[];
  /** Concurrent requests. */
  readonly concurrency: number;
  readonly onProgress?: (done: number) => void;
}

/** Delay of each panel in milliseconds, one number per user and panel. */
export async function measureRevocations(options: RevocationOptions): Promise<readonly number[]> {
  const panels = await Promise.all(options.servers.map((url) => startPanel(options, url)));
  try {
    const arrivals: number[] = [];
    const queue = [...options.userIds];
    const work = async (worker: number) => {
      const server = options.servers[worker % options.servers.length] ?? "";
      for (let userId = queue.pop(); userId !== undefined; userId = queue.pop()) {
        arrivals.push(...(await revoke(options, panels, server, userId)));
        options.onProgress?.(arrivals.length / panels.length);
      }
    };
    await Promise.all(Array.from({ length: options.concurrency }, (_, worker) => work(worker)));
    return arrivals;
  } finally {
    for (const panel of panels) panel.kill("SIGKILL");
  }
}

async function startPanel({ key, organizationId }: RevocationOptions, url: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL("permission-watcher.ts", import.meta.url));
  const panel = fork(program, [url, key, organizationId], { execArgv: ["--conditions=gatehouse-source"] });
  await once(panel, "message");
  return panel;
}

async function revoke(
  { key, organizationId }: RevocationOptions,
  panels: readonly ChildProcess[],
  server: string,
  userId: string,
): Promise<readonly number[]> {
  const { over } = await watch(panels, userId);
  const response = await fetch(`${server}/api/v1/organizations/${organizationId}/users/${userId}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "if-match": '"1"' },
    body: JSON.stringify({ roleIds: [] }),
  });
  const answeredAt = monotonicMs();
  if (response.status !== 200) throw new Error(`The role could not be removed: ${await response.text()}`);
  return (await over).map((lastYes) => {
    if (lastYes === 0) throw new Error("A user lacked the permission before the role was removed.");
    return Math.max(0, lastYes - answeredAt);
  });
}

/** Starts checking a user in all panels. `over` resolves with the times of the last positive checks. */
async function watch(
  panels: readonly ChildProcess[],
  userId: string,
): Promise<{ readonly over: Promise<readonly number[]> }> {
  const said = panels.map((panel) => {
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<number>();
    const listen = (message: { userId: string; watching?: true; lastYes?: number }) => {
      if (message.userId !== userId) return;
      if (message.watching) return begun.resolve();
      panel.off("message", listen);
      over.resolve(message.lastYes ?? 0);
    };
    panel.on("message", listen);
    panel.send(userId);
    return { begun: begun.promise, over: over.promise };
  });
  await Promise.all(said.map(({ begun }) => begun));
  return { over: Promise.all(said.map(({ over }) => over)) };
}
