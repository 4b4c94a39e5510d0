/** Shutdown with an open stream. */
import { expect, test } from "vitest";
import { createTestApp } from "../../../test/create-test-app.ts";

test.each(["changes", "events"])(
  "the stream of %s ends at shutdown and doesn't delay it",
  async (name) => {
    const t = await createTestApp();
    const acme = await t.organization();
    const { key } = await t.apiKey(acme, {});
    const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
    const cookie = `gatehouse=${await t.session(acme.owner)}`;
    const headers: Record<string, string> =
      name === "changes" ? { authorization: `Bearer ${key}` } : { cookie };
    const { body, status } = await fetch(`${base}/api/v1/organizations/${acme.organizationId}/${name}`, {
      headers,
    });
    expect(status).toBe(200);
    const received = new Response(body).text();
    const closing = t.close();
    expect(await received).toContain("event: ");
    await closing;
  },
  20_000,
);
