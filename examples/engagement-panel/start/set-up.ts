/** Makes the example's organization in Gatehouse, once: its permissions, its roles, its people and the panel's key. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyFile } from "../src/server/settings.ts";
import { inventCampaigns } from "./invent-campaigns.ts";
import { enterAs, join as joinAs } from "./owner-session.ts";
import { organization, owner, password, people, roles } from "./people.ts";
import { type Place, runGatehouse, serveGatehouse } from "./run-gatehouse.ts";

const catalogue = fileURLToPath(new URL("../src/permissions.ts", import.meta.url));

/** Name of Gatehouse's own folder in the example's. */
export const gatehouseFolder = "gatehouse";

/**
 * Sets up in a folder beside and moves that into place when it is complete: a set-up that broke off leaves nothing behind
 * that looks like one.
 * @param data the folder that has `current`, or gets it
 */
export async function setUp(data: string, where: Omit<Place, "folder">): Promise<void> {
  removeUnfinished(data);
  const workshop = join(data, `new-${process.pid}`);
  mkdirSync(workshop, { recursive: true, mode: 0o700 });
  const place = { ...where, folder: join(workshop, gatehouseFolder) };
  try {
    const { organizationId } = await makeOrganization(place);
    const server = await serveGatehouse(place);
    try {
      const made = await makePeople(server.url, organizationId);
      inventCampaigns(join(workshop, "panel.sqlite"), made.userIds);
      const key = JSON.stringify({ organizationId, apiKey: made.apiKey }, null, 2);
      writeFileSync(join(workshop, keyFile), `${key}\n`, { mode: 0o600 });
    } finally {
      await server.stop();
    }
    renameSync(workshop, join(data, "current"));
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

async function makeOrganization(place: Place): Promise<{ readonly organizationId: string }> {
  const named = ["--organization", organization, "--owner-name", owner.name, "--owner-email", owner.email];
  const args = ["setup", ...named, "--owner-password-stdin", "--catalogue", catalogue];
  return JSON.parse(await runGatehouse(place, args, password));
}

/** Does what a person would do in Gatehouse's panel, as the owner. */
async function makePeople(url: string, organizationId: string) {
  const client = await enterAs(url, organizationId, owner.email, password);
  const roleIds = new Map<string, string>();
  for (const role of roles) {
    const { body } = await client.createRole({ body: { ...role, permissions: [...role.permissions] } });
    roleIds.set(role.name, body.id);
  }
  const invitations = people.map(({ email, name, roles: held }) => ({
    email,
    name,
    roleIds: held.flatMap((role) => roleIds.get(role) ?? []),
  }));
  const { results } = (await client.sendInvitations({ body: { invitations, send: false } })).body;
  for (const [index, { name }] of people.entries()) {
    const invitationId = results[index]?.invitation?.id ?? "";
    const link = (await client.copyInvitationLink({ params: { invitationId } })).body.url;
    await joinAs(url, link, name, password);
  }
  const { items } = (await client.listUsers({ query: { limit: "100" } })).body;
  const userIds = new Map(items.map(({ email, id }) => [email, id]));
  const permissions = ["users:view", "roles:view"];
  const { secret } = (await client.createApiKey({ body: { name: "Engagement panel", permissions } })).body;
  // Set-up made a key that may do everything. Nobody needs it any more.
  const keys = (await client.listApiKeys({ query: { status: "active" } })).body.items;
  for (const { id, name } of keys)
    if (name === "Set-up") await client.revokeApiKey({ params: { apiKeyId: id } });
  return { userIds, apiKey: secret };
}

/** Removes what is left of set-ups whose process is gone. */
function removeUnfinished(data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(data)) {
    const pid = Number(/^new-(\d+)$/.exec(name)?.[1]);
    if (!Number.isNaN(pid) && !isRunning(pid)) rmSync(join(data, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
