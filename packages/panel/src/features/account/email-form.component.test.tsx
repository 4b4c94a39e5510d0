import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { createMe } from "../../../test/fixtures.ts";
import { openPage, press } from "../../../test/render.tsx";
import { noContent, problem, type Stubs } from "../../../test/stub-api.ts";

/** Opens My account. Records the requests that change something. */
async function openAccount(language: "en" | "tr", change: () => Response, stubs: Stubs = {}) {
  const sent: unknown[] = [];
  const me = createMe();
  await openPage("/account", {
    "GET /me": { ...me, account: { ...me.account, language } },
    "GET /me/sessions": { items: [] },
    "POST /me/email": ({ body }) => {
      sent.push(body);
      return change();
    },
    "POST /sessions/current/step-up": ({ body }) => {
      sent.push(body);
      return noContent();
    },
    ...stubs,
  });
  return sent;
}

const field = (name: string) => page.getByRole("textbox", { name, exact: true });

test("asks for the password when the last authentication is too old, then sends the change again", async () => {
  let isFresh = false;
  const sent = await openAccount(
    "en",
    () => (isFresh ? Response.json({}, { status: 202 }) : problem(403, "auth/step-up")),
    {
      "POST /sessions/current/step-up": ({ body }) => {
        sent.push(body);
        isFresh = (body as { password: string }).password === "right";
        return isFresh ? noContent() : problem(422, "passwords/wrong");
      },
    },
  );
  await field("New address").fill("new@lodos.example");
  await press("Enter");
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const password = dialog.getByLabelText("Password", { exact: true });
  await expect.element(password).toHaveFocus();
  await expect.element(password).toHaveAttribute("autocomplete", "current-password");
  await password.fill("wrong");
  await press("Enter");
  await expect.element(dialog.getByText("This isn’t your password").first()).toBeVisible();
  await password.fill("right");
  await press("Enter");
  await expect.element(page.getByText(/^A link is on its way to new@lodos.example/)).toBeVisible();
  const email = { email: "new@lodos.example" };
  expect(sent).toEqual([email, { password: "wrong" }, { password: "right" }, email]);
  await expect.element(field("New address")).toHaveValue("");
});

test("closing the dialog changes nothing and keeps what was typed", async () => {
  const sent = await openAccount("en", () => problem(403, "auth/step-up"));
  await field("New address").fill("new@lodos.example");
  await press("Enter");
  await expect.element(page.getByRole("dialog")).toBeVisible();
  await press("Escape");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  await expect.element(field("New address")).toHaveValue("new@lodos.example");
  expect(sent).toEqual([{ email: "new@lodos.example" }]);
});

test.each([
  ["en", "email-changes/unchanged", "You sign in with this address already"],
  ["tr", "email-changes/unchanged", "Zaten bu adresle oturum açıyorsunuz"],
  ["en", "email/invalid", "This is not an e-mail address"],
] as const)("says in “%s” why the address can't be used: %s", async (language, code, words) => {
  await openAccount(language, () => problem(422, code));
  await field(language === "en" ? "New address" : "Yeni adres").fill("olive@lodos.example");
  await press("Enter");
  await expect.element(page.getByText(words).first()).toBeVisible();
});
