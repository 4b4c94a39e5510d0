/** Creates the example's organization in Gatehouse once: permissions, roles, users and the panel's API key. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyFile } from "../src/server/settings.ts";
import { acceptInvitation as joinAs, signInAs } from "./owner-session.ts";
import { organization, owner, password, people, roles } from "./people.ts";
import { type ProcessOptions, runGatehouse, serveGatehouse } from "./run-gatehouse.ts";
import { seedCampaigns } from "./seed-campaigns.ts";

const catalogue = fileURLToPath(new URL("../src/permissions.ts", import.meta.url));

/** Name of Gatehouse's data folder inside the example's. */
export const gatehouseFolder = "gatehouse";

/**
 * Sets up in a temporary folder, which is renamed when it is complete, so that an interrupted set-up is never used.
 * @param data the parent folder of `current`
 */
export async function setUp(data: string, where: Omit<ProcessOptions, "folder">): Promise<void> {
  removeUnfinished(data);
  const temporaryFolder = join(data, `new-${process.pid}`);
  mkdirSync(temporaryFolder, { recursive: true, mode: 0o700 });
  const place = { ...where, folder: join(temporaryFolder, gatehouseFolder) };
  try {
    const { organizationId } = await createOrganization(place);
    const server = await serveGatehouse(place);
    try {
      const created = await createPeople(server.url, organizationId);
      seedCampaigns(join(temporaryFolder, "panel.sqlite"), created.userIds);
      const key = JSON.stringify({ organizationId, apiKey: created.apiKey }, null, 2);
      writeFileSync(join(temporaryFolder, keyFile), `${key}\n`, { mode: 0o600 });
    } finally {
      await server.stop();
    }
    renameSync(temporaryFolder, join(data, "current"));
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

async function createOrganization(place: ProcessOptions): Promise<{ readonly organizationId: string }> {
  const named = ["--organization", organization, "--owner-name", owner.name, "--owner-email", owner.email];
  const args = ["setup", ...named, "--owner-password-stdin", "--catalogue", catalogue];
  return JSON.parse(await runGatehouse(place, args, password));
}

/** Creates roles, users and the API key through the API, as the owner. */
async function createPeople(url: string, organizationId: string) {
  const client = await signInAs(url, organizationId, owner.email, password);
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
  // Set-up created a key with all permissions, which is no longer needed.
  const keys = (await client.listApiKeys({ query: { status: "active" } })).body.items;
  for (const { id, name } of keys)
    if (name === "Set-up") await client.revokeApiKey({ params: { apiKeyId: id } });
  return { userIds, apiKey: secret };
}

/** Removes folders of interrupted set-ups. */
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
