/**
 * Uses an installation as people and a panel do, from the set-up link on: set up, invite, accept, save roles, and check a
 * permission with the SDK. Throws where a step fails. Needs the built SDK (`npm run build`).
 */
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSdkFolder } from "./built-server.mjs";

const password = "a long enough sentence of words";

/**
 * @param {string} setupLink as the server prints it on its first start
 * @param {string} [sdkFolder] an installed `@gatehouse/sdk`
 */
export async function doMainJob(setupLink, sdkFolder = buildSdkFolder) {
  const { origin, hash } = new URL(setupLink);
  const owner = createSession(origin);
  const set = await owner("POST", "/setup", {
    token: hash.slice(1),
    organization: "Acme",
    name: "Olive Owner",
    email: "olive@example.test",
    password,
    catalogue: "example",
  });
  assert.equal(set.status, 201, JSON.stringify(set.body));
  await inviteAndSave({ origin, owner, sdkFolder });
}

/**
 * Signs the owner in whom `doMainJob` has set up.
 * @param {string} origin
 */
export async function signInAsOwner(origin) {
  const owner = createSession(origin);
  const { status, body } = await owner("POST", "/sessions", { email: "olive@example.test", password });
  assert.equal(status, 201, JSON.stringify(body));
  return owner;
}

/**
 * The main job after the set-up.
 * @param {{ origin: string, owner: Session, sdkFolder: string, guestName?: string }} _
 */
export async function inviteAndSave({ origin, owner, sdkFolder, guestName = "Aydın Yılmaz" }) {
  const me = await owner("GET", "/me");
  const organization = `/organizations/${me.body.organizations[0].id}`;
  const [email] =
    guestName
      .normalize("NFD")
      .toLowerCase()
      .match(/[a-z]+/) ?? [];

  const roles = (await owner("GET", `${organization}/roles?limit=100`)).body.items;
  const editor = roles.find((/** @type {{ system: unknown }} */ { system }) => !system) ?? roles.at(-1);
  const invited = await owner("POST", `${organization}/invitations`, {
    invitations: [{ email: `${email}@example.test`, roleIds: [editor.id] }],
    send: false,
  });
  const [{ status, invitation }] = invited.body.results;
  assert.equal(status, "created");
  const { url } = (await owner("POST", `${organization}/invitations/${invitation.id}/link`)).body;
  const guest = createSession(origin);
  const accepted = await guest("POST", "/invitations/accept", {
    token: new URL(url).hash.slice(1),
    name: guestName,
    password,
  });
  assert.equal(accepted.status, 201, JSON.stringify(accepted.body));

  const found = await owner("GET", `${organization}/users?query=${email}`);
  const [user] = found.body.items;
  const opened = await owner("GET", `${organization}/users/${user.id}`);
  const more = roles
    .filter((/** @type {{ system: unknown }} */ { system }) => system !== "owner")
    .slice(0, 2);
  const roleIds = more.map((/** @type {{ id: string }} */ { id }) => id);
  const saved = await owner(
    "PATCH",
    `${organization}/users/${user.id}`,
    { roleIds },
    { "if-match": opened.etag },
  );
  assert.equal(saved.status, 200, JSON.stringify(saved.body));

  const permissions = (await owner("GET", `${organization}/users/${user.id}/permissions`)).body.items;
  // The panel below declares this permission alone, so it can't be one that another implies.
  const { permission } = permissions.find(
    (/** @type {{ because: { impliedBy?: string }[] }} */ { because }) =>
      because.some(({ impliedBy }) => impliedBy === undefined),
  );
  await checkWithSdk({ origin, owner, organization, sdkFolder, userId: user.id, permission });
}

/**
 * @param {{ origin: string, owner: Session, organization: string, sdkFolder: string, userId: string,
 *   permission: string }} _
 */
async function checkWithSdk({ origin, owner, organization, sdkFolder, userId, permission }) {
  const { body: keyBody, status } = await owner("POST", `${organization}/api-keys`, {
    name: "Panel",
    permissions: ["users:view", "roles:view"],
  });
  assert.equal(status, 201, JSON.stringify(keyBody));
  const require = createRequire(join(sdkFolder, "package.json"));
  const { createGatehouse } = await import(pathToFileURL(join(sdkFolder, "dist", "index.js")).href);
  const { definePermissions } = await import(pathToFileURL(require.resolve("@gatehouse/access")).href);
  const [group = "", action = ""] = permission.split(":");
  const permissions = definePermissions({ [group]: { label: group, actions: { [action]: {} } } });
  const gatehouse = createGatehouse({ url: origin, apiKey: keyBody.secret, permissions });
  try {
    await gatehouse.ready();
    assert.equal(gatehouse.can(userId, permission), true);
    assert.equal(gatehouse.can("00000000-0000-7000-8000-000000000000", permission), false);
  } finally {
    await gatehouse.close();
  }
}

/** @typedef {ReturnType<typeof createSession>} Session */

/**
 * A browser's session: keeps its cookies.
 * @param {string} origin
 */
function createSession(origin) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   */
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        origin,
        cookie: [...cookies.values()].join("; "),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      cookies.set(pair.split("=")[0] ?? "", pair);
    }
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get("etag") ?? "",
      body: text === "" ? null : JSON.parse(text),
    };
  };
}
