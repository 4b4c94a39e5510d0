import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { noContent, problem, type Stubs } from "../../../../test/stub-api.ts";
import { stubbedCredentials, stubPasskeys } from "../../../../test/stub-passkeys.ts";

const session = {
  user: { id: "a-olive", name: "Olive Brandt", email: "olive@lodos.example", language: "en" as const },
  organizations: [{ id: "organization", name: "Lodos Retail", userId: "olive" }],
  expiresAt: "2030-01-01T00:00:00.000Z",
};
const { used: credential } = stubbedCredentials;

/** Opens a page. Records the purpose of each request for options, and the bodies of other requests. */
async function open(path: string, stubs: Stubs, language: "en" | "tr" = "en"): Promise<unknown[]> {
  const sent: unknown[] = [];
  const record =
    (respond: () => Response) =>
    ({ body }: { readonly body: unknown }) => {
      sent.push(body);
      return respond();
    };
  localStorage.setItem("gatehouse.language", language);
  await openPage(path, {
    "GET /me": createMe(),
    "GET /me/sessions": { items: [] },
    "GET /sessions/status": { session: null, needsSetup: false, lostAccess: null },
    "POST /sessions/passkey/options": ({ query }) => {
      sent.push(query.get("purpose"));
      return {
        rpId: "localhost",
        challenge: "AAAA",
        timeout: 300_000,
        allowCredentials: [],
        userVerification: "required",
      };
    },
    "POST /sessions/passkey": record(() => Response.json(session, { status: 201 })),
    "POST /sessions/second-factor": record(() => Response.json(session, { status: 201 })),
    "POST /sessions/current/step-up": record(noContent),
    ...stubs,
  });
  return sent;
}

const button = (name = "Use a passkey") => page.getByRole("button", { name, exact: true });
const account = page.getByRole("heading", { name: "My account" });

test("signs in with a passkey, also after cancelling; the e-mail field suggests passkeys", async () => {
  stubPasskeys(["NotAllowedError", "responds"]);
  const sent = await open("/sign-in?next=%2Faccount", {});
  await expect
    .element(page.getByRole("textbox", { name: "E-mail" }))
    .toHaveAttribute("autocomplete", "username webauthn");
  await button().click();
  await expect.element(page.getByText(/^This was cancelled/)).toBeVisible();
  await button().click();
  await expect.element(account).toBeVisible();
  expect(sent).toEqual(["sign-in", "sign-in", { credential }]);
});

test.each([
  ["en", "Use a passkey", /^This passkey can’t be used here/],
  ["tr", "Geçiş anahtarı kullan", /^Bu geçiş anahtarı burada kullanılamıyor/],
] as const)(
  "says in “%s” that a passkey isn't accepted, and offers the password",
  async (language, name, text) => {
    stubPasskeys(["responds"]);
    await open("/sign-in", { "POST /sessions/passkey": () => problem(401, "auth/wrong-passkey") }, language);
    await button(name).click();
    await expect.element(page.getByText(text)).toBeVisible();
    await expect.element(page.getByLabelText(/^(Password|Parola)$/)).toBeVisible();
  },
);

test("is the second step after the password, with a way to another method", async () => {
  stubPasskeys(["NotAllowedError", "responds"]);
  const sent = await open("/sign-in?next=%2Faccount", {
    "POST /sessions": {
      challenge: { methods: ["passkey", "recovery-code"], expiresAt: "2030-01-01T00:10:00.000Z" },
    },
  });
  await page.getByRole("textbox", { name: "E-mail" }).fill("olive@lodos.example");
  await page.getByLabelText("Password", { exact: true }).fill("seven green copper gates");
  await press("Enter");
  await expect.element(button()).toHaveFocus();
  await press("Enter");
  await expect.element(page.getByText(/^This was cancelled/)).toBeVisible();
  await expect.element(page.getByRole("button", { name: "Use a recovery code" })).toBeVisible();
  await button().click();
  await expect.element(account).toBeVisible();
  expect(sent).toEqual(["second-factor", "second-factor", { credential }]);
});

test("leads back to the password once the time for the second step is over", async () => {
  stubPasskeys([]);
  await open("/sign-in", {
    "POST /sessions": { challenge: { methods: ["passkey"], expiresAt: "2030-01-01T00:10:00.000Z" } },
    "POST /sessions/passkey/options": () => problem(401, "auth/challenge-ended"),
  });
  await page.getByRole("textbox", { name: "E-mail" }).fill("olive@lodos.example");
  await page.getByLabelText("Password", { exact: true }).fill("seven green copper gates");
  await press("Enter");
  await button().click();
  await expect.element(page.getByRole("button", { name: "Start again" })).toHaveFocus();
});

test("confirms who it is", async () => {
  stubPasskeys(["responds"]);
  let isFresh = false;
  const sent = await open("/account", {
    "POST /me/email": () =>
      isFresh
        ? Response.json({}, { status: 202 })
        : Response.json(
            { status: 403, code: "auth/step-up", params: { methods: ["passkey"] } },
            { status: 403, headers: { "content-type": "application/problem+json" } },
          ),
    "POST /sessions/current/step-up": ({ body }) => {
      sent.push(body);
      isFresh = true;
      return noContent();
    },
  });
  await page.getByRole("textbox", { name: "New address" }).fill("new@lodos.example");
  await press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Use a passkey" }).click();
  await expect.element(page.getByText(/^A link is on its way/)).toBeVisible();
  expect(sent).toEqual(["step-up", { credential }]);
});
