/** To which page of a panel somebody is led after signing in, and to which never. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { createVisitor, type Visitor } from "../../../test/panel-visitor.ts";

const origin = "https://panel.example.com";
let t: TestApp;
let visitor: Visitor;

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
  visitor = createVisitor(t, { organizationId: acme.organizationId, origin }, person);
});

/** What leads elsewhere, in some browser or other. */
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
  "nobody is led to %j: the panel's start page instead",
  async (_, to = "") => {
    await visitor.begin(encodeURIComponent(to));
    const crafted = await visitor.askForLocation(undefined, to);
    expect(crafted.statusCode).toBe(422);
    const code = await visitor.askForCode();
    expect((await visitor.finish(code, encodeURIComponent(to))).location).toBe(`${origin}/`);
  },
);

test.each(["//evil.example", "/\\evil.example", "/..//evil.example"])(
  "nor to %s as it stands in an address",
  async (to) => {
    await visitor.begin(to);
    const code = await visitor.askForCode();
    expect((await visitor.finish(code, to)).location).toBe(`${origin}/`);
  },
);

test("a page of the panel is led to whatever its address, written as it is or encoded", async () => {
  for (const [to, path] of [
    ["/a?b=1&to=2&code=x&organization=y", "/a?b=1&to=2&code=x&organization=y"],
    [encodeURIComponent("/a?b=1&to=/2"), "/a?b=1&to=/2"],
    [encodeURIComponent("/şehir?q=ı"), "/%C5%9Fehir?q=%C4%B1"],
    ["/%2Fevil.example", "/%2Fevil.example"],
  ] as const) {
    await visitor.begin(to);
    expect((await visitor.finish(await visitor.askForCode())).location).toBe(`${origin}${path}`);
  }
});
