/** The page of a panel to which a user returns after signing in. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { createPanelBrowser, type PanelBrowser } from "../../../test/panel-browser.ts";

const origin = "https://panel.example.com";
let t: TestApp;
let browser: PanelBrowser;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  const acme = await t.organization();
  const person = await t.user(acme, { roles: ["viewer"] });
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    [origin],
    acme.organizationId,
  ]);
  browser = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, person);
});

/** Paths that lead to another origin in some browser. */
const evil = [
  "//evil.example",
  "https://evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/\t/evil.example",
  "/x\r\nSet-Cookie: a=b",
  "javascript:alert(1)",
  "evil.example",
  "@evil.example",
  "",
  `/${"a".repeat(2_000)}`,
];

test.each(evil.map((to) => [to.slice(0, 40), to]))(
  "redirects to the panel's start page instead of %j",
  async (_, to = "") => {
    await browser.startSignIn(encodeURIComponent(to));
    const crafted = await browser.requestHandOff(undefined, to);
    expect(crafted.statusCode).toBe(422);
    const code = await browser.requestCode();
    expect((await browser.finishSignIn(code, encodeURIComponent(to))).location).toBe(`${origin}/`);
  },
);

test.each(["//evil.example", "/\\evil.example", "/..//evil.example"])(
  "redirects to the panel's start page instead of unencoded %s",
  async (to) => {
    await browser.startSignIn(to);
    const code = await browser.requestCode();
    expect((await browser.finishSignIn(code, to)).location).toBe(`${origin}/`);
  },
);

test("redirects to a page of the panel, encoded or not", async () => {
  for (const [to, path] of [
    ["/a?b=1&to=2&code=x&organization=y", "/a?b=1&to=2&code=x&organization=y"],
    [encodeURIComponent("/a?b=1&to=/2"), "/a?b=1&to=/2"],
    [encodeURIComponent("/şehir?q=ı"), "/%C5%9Fehir?q=%C4%B1"],
    ["/%2Fevil.example", "/%2Fevil.example"],
  ] as const) {
    await browser.startSignIn(to);
    expect((await browser.finishSignIn(await browser.requestCode())).location).toBe(`${origin}${path}`);
  }
});
