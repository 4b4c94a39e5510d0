/** Data of each kind for the fixture of a release, after the main job. */
import { strict as assert } from "node:assert";
import { signInAsOwner } from "./main-job.mjs";

/** @param {string} origin */
export async function fillInstallation(origin) {
  const owner = await signInAsOwner(origin);
  const me = await owner("GET", "/me");
  const organization = `/organizations/${me.body.organizations[0].id}`;
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   */
  const send = async (method, path, body, headers) => {
    const answer = await owner(method, organization + path, body, headers);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const role = await send("POST", "/roles", {
    name: "Night shift",
    description: "Çalışma saatleri dışında",
    permissions: ["users:view", "audit:view"],
  });
  const expiresAt = "2099-01-01T00:00:00.000Z";
  await send("POST", "/users", {
    email: "isil@example.test",
    name: "Işıl Öztürk",
    externalId: "hr-4711",
    roles: [{ id: role.body.id, expiresAt }],
  });
  await send("POST", "/invitations", {
    invitations: ["ali", "veli", "ayse"].map((name) => ({
      email: `${name}@example.test`,
      roles: [{ id: role.body.id, forDays: 30 }],
    })),
    message: "Hoş geldiniz",
    send: false,
  });
  const settings = await send("GET", "");
  await send(
    "PATCH",
    "",
    { security: { sessionIdleMinutes: 60 }, panelOrigins: ["https://panel.example.test"] },
    { "if-match": settings.etag },
  );
  const { body } = await send("GET", "/users?query=isil");
  const user = await send("GET", `/users/${body.items[0].id}`);
  await send("PATCH", `/users/${user.body.id}`, { status: "suspended" }, { "if-match": user.etag });
}
