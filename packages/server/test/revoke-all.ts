/**
 * Takes roles away through several servers while panels' processes, each with a copy of its own, ask about those people all
 * the time: how long does a yes outlive the answer to whoever took the role?
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Where it happens. */
export interface RevocationScene {
  /** Addresses of the servers; panel n follows server n. */
  readonly servers: readonly string[];
  readonly organizationId: string;
  /** A key that may assign roles. */
  readonly key: string;
  /** Users who may approve campaigns and have never been changed. */
  readonly people: readonly string[];
  /** How many requests are under way at once. */
  readonly atOnce: number;
  readonly onProgress?: (done: number) => void;
}

/** Milliseconds by which the last yes of each panel came after the answer: one figure for each person and panel. */
export async function revokeAll(scene: RevocationScene): Promise<readonly number[]> {
  const panels = await Promise.all(scene.servers.map((url) => startPanel(scene, url)));
  try {
    const arrivals: number[] = [];
    const queue = [...scene.people];
    const work = async (worker: number) => {
      const server = scene.servers[worker % scene.servers.length] ?? "";
      for (let userId = queue.pop(); userId !== undefined; userId = queue.pop()) {
        arrivals.push(...(await revoke(scene, panels, server, userId)));
        scene.onProgress?.(arrivals.length / panels.length);
      }
    };
    await Promise.all(Array.from({ length: scene.atOnce }, (_, worker) => work(worker)));
    return arrivals;
  } finally {
    for (const panel of panels) panel.kill("SIGKILL");
  }
}

async function startPanel({ key, organizationId }: RevocationScene, url: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL("watching-program.ts", import.meta.url));
  const panel = fork(program, [url, key, organizationId], { execArgv: ["--conditions=gatehouse-source"] });
  await once(panel, "message");
  return panel;
}

async function revoke(
  { key, organizationId }: RevocationScene,
  panels: readonly ChildProcess[],
  server: string,
  userId: string,
): Promise<readonly number[]> {
  const { over } = await watch(panels, userId);
  const answer = await fetch(`${server}/api/v1/organizations/${organizationId}/users/${userId}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "if-match": '"1"' },
    body: JSON.stringify({ roleIds: [] }),
  });
  const answeredAt = performance.timeOrigin + performance.now();
  if (answer.status !== 200) throw new Error(`A role could not be taken: ${await answer.text()}`);
  return (await over).map((lastYes) => {
    if (lastYes === 0) throw new Error("Somebody might not do it even before their role was taken.");
    return Math.max(0, lastYes - answeredAt);
  });
}

/** Lets all panels watch somebody; resolves when they do, with what resolves when that person may no longer. */
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
