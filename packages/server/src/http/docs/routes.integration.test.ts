import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { cookieName } from "../../auth/cookies.ts";
import { prepareApp } from "../prepare-app.ts";
import { registerHelp } from "./routes.ts";

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers });

describe("a page", () => {
  test("is HTML without scripts, in the requested language", async () => {
    const answer = await get("/help/roles?lang=tr");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.headers["cache-control"]).toBe("public, max-age=300");
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(answer.body).toContain('<html lang="tr">');
    expect(answer.body).toContain('<h1 id="roller">Roller</h1>');
    expect(answer.body).not.toMatch(/<script|asked:/);
  });

  test("uses the browser's language, with English as the fallback", async () => {
    const turkish = await get("/help/roles", { "accept-language": "fr, tr-TR;q=0.8" });
    const english = await get("/help/roles", { "accept-language": "fr" });
    expect(turkish.body).toContain('<html lang="tr">');
    expect(turkish.headers["cache-control"]).toBe("private, no-cache");
    expect(english.body).toContain('<html lang="en">');
  });

  test("prefers the account's language to the browser's", async () => {
    const { owner } = await server.organization();
    await server.as(owner).patch("/me", { language: "tr" });
    const answer = await get("/help/roles", {
      cookie: `${cookieName(server.deps.config)}=${await server.session(owner)}`,
      "accept-language": "en",
    });
    expect(answer.body).toContain('<html lang="tr">');
  });

  test("is Markdown for programs, without search comments", async () => {
    const answer = await get("/help/roles.md?lang=en");
    expect(answer.headers["content-type"]).toBe("text/markdown; charset=utf-8");
    expect(answer.body).toMatch(/^# Roles\n/);
    expect(answer.body).not.toContain("<!--");
  });

  test("is JSON with its HTML for the panel", async () => {
    const answer = await get("/help/roles?lang=en", { accept: "application/json" });
    expect(answer.json()).toMatchObject({
      slug: "roles",
      title: "Roles",
      html: expect.stringContaining("<h1"),
    });
  });
});

describe("a question", () => {
  const ask = "/help/users.md?lang=en&ask=";

  test("returns the passage, other matches and their URLs", async () => {
    const answer = await get(`${ask}${encodeURIComponent("Anna left the company, how do I lock her out?")}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("Suspend");
    expect(answer.body).toContain(
      "http://127.0.0.1:3000/help/user-details?lang=en#suspend-or-restore-a-user",
    );
    expect(answer.body.match(/^- \[/gm)?.length).toBeGreaterThanOrEqual(2);
  });

  test("returns JSON for programs", async () => {
    const answer = await get(`${ask}resend+an+invitation`, { accept: "application/json" });
    expect(answer.json()).toMatchObject({
      question: "resend an invitation",
      answer: {
        title: "Invitations",
        heading: "Send an invitation again",
        html: expect.stringContaining("<p>"),
      },
      excerpts: expect.arrayContaining([expect.objectContaining({ url: expect.stringContaining("/help/") })]),
    });
  });

  test("returns a page with a form, and escapes the question", async () => {
    const answer = await get(`/help?lang=en&ask=${encodeURIComponent('"><script>alert(1)</script> invite')}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("&quot;&gt;&lt;script&gt;");
    expect(answer.body).not.toContain("<script");
  });

  test("that matches nothing returns the list of pages", async () => {
    const answer = await get(`${ask}zzqqxx`);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("says nothing about this");
    expect(answer.body).toContain("/help/invite-people.md");
  });

  test.each([
    ["nothing", ""],
    ["spaces", "%20%20"],
    ["one letter", "a"],
    ["signs alone", "%3F%3F%3F"],
    ["301 letters", "a".repeat(301)],
    ["a control character", "in%00vite"],
    ["two lines", "in%0Avite"],
  ])("of %s is rejected in the requested format", async (_, question) => {
    const markdown = await get(`${ask}${question}`);
    expect(markdown.statusCode).toBe(422);
    expect(markdown.headers["content-type"]).toContain("text/markdown");
    expect(markdown.headers["cache-control"]).toBe("no-store");
    const json = await get(`${ask}${question}`, { accept: "application/json" });
    expect(json.statusCode).toBe(422);
    expect(json.json()).toMatchObject({ code: "request/invalid" });
    const html = await get(`/help?lang=en&ask=${question}`);
    expect(html.statusCode).toBe(422);
    expect(html.headers["content-type"]).toContain("text/html");
  });

  test("with invalid percent-encoding is rejected", async () => {
    expect((await get(`${ask}%FF`)).statusCode).toBe(422);
  });
});

test("an unknown page returns 404 in the requested format", async () => {
  const [html, markdown, json] = await Promise.all([
    get("/help/nothing-here?lang=en"),
    get("/help/nothing-here.md?lang=en"),
    get("/help/nothing-here?lang=en", { accept: "application/json" }),
  ]);
  expect([html, markdown, json].map((answer) => answer?.statusCode)).toEqual([404, 404, 404]);
  expect(html?.body).toContain('href="/help/roles?lang=en"');
  expect(markdown?.body).toContain("(/help/roles.md?lang=en)");
  expect(json?.json()).toMatchObject({ code: "not-found" });
});

test.each(["/help/..%2f..%2fREADME", "/help/..%5cREADME.md", "/help/en%2froles", "/help/roles/extra"])(
  "serves no files outside the guide: %s",
  async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  },
);

test("the index for programs lists every page in both languages", async () => {
  const answer = await get("/llms.txt");
  expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect(answer.body).toMatch(/^# Gatehouse\n\n> /);
  for (const language of ["en", "tr"])
    expect(answer.body).toContain(`(http://127.0.0.1:3000/help/invite-people.md?lang=${language}): `);
});

test.each(["en", "tr"])("serves the SDK reference as HTML and Markdown: %s", async (language) => {
  const [html, markdown, index] = await Promise.all([
    get(`/help/sdk-reference?lang=${language}`),
    get(`/help/sdk-reference.md?lang=${language}`),
    get("/llms.txt"),
  ]);
  expect(html?.body).toContain('<h3 id="creategatehouse">createGatehouse</h3>');
  expect(markdown?.body).toContain("### createGatehouse\n\n```ts\nfunction createGatehouse<");
  expect(markdown?.body).not.toContain("<!--");
  expect(index?.body).toContain(`(http://127.0.0.1:3000/help/sdk-reference.md?lang=${language}): `);
});

test("serves help pages while the database is unavailable", async () => {
  const app = await prepareApp(server.deps);
  const db = { ...server.deps.db, shared: () => Promise.reject(new Error("The database is down.")) };
  registerHelp(app, { ...server.deps, db });
  const cookie = `${cookieName(server.deps.config)}=${"a".repeat(43)}`;
  const answer = await app.inject({ url: "/help/roles", headers: { cookie, "accept-language": "tr" } });
  await app.close();
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('<html lang="tr">');
});
