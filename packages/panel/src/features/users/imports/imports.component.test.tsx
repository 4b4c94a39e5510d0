import type { UserImportView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { allPermissions, createMe, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { noContent, problem, type Stubs } from "../../../../test/stub-api.ts";

const heading = (name: string | RegExp) => page.getByRole("heading", { name });
const button = (name: string | RegExp) => page.getByRole("button", { name });

function createImport(fields: Partial<UserImportView> = {}): UserImportView {
  return {
    id: "import",
    fileName: "people.csv",
    status: "uploaded",
    total: null,
    done: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    removed: 0,
    kept: 0,
    createdBy: { type: "user", id: "olive", name: "Olive Brandt" },
    createdAt: "2026-03-03T10:00:00.000Z",
    startedAt: null,
    finishedAt: null,
    undoableUntil: null,
    ...fields,
  };
}

const counts = { total: 3, done: 3, created: 2, refused: 1 };
const columns = { email: "email", fullname: "name" } as const;
const checked = createImport({ status: "checked", as: "users", columns, ...counts });
const done = createImport({
  ...{ ...checked, status: "done", startedAt: checked.createdAt, finishedAt: checked.createdAt },
  undoableUntil: "2026-03-04T10:00:00.000Z",
});

const preview = {
  columns: [
    { key: "mail", title: "Mail", field: null, isPassword: false },
    { key: "fullname", title: "Full name", field: "name", isPassword: false },
    { key: "passwordhash", title: "Password hash", field: null, isPassword: true },
  ],
  rows: [{ line: 2, cells: ["ada@x.test", "Ada", ""] }],
} as const;

/** The server's import, which the requests of the page change. */
function createServer(first: UserImportView) {
  let now = first;
  const bodies: unknown[] = [];
  const set = (next: UserImportView) => {
    now = next;
    return next;
  };
  const stubs: Stubs = {
    "GET /me": createMe([...allPermissions, "users:create"]),
    "GET /organizations/:organizationId/user-imports": () => listOf([now]),
    "GET /organizations/:organizationId/user-imports/:importId": () => now,
    "GET /organizations/:organizationId/user-imports/:importId/preview": {
      columns: preview.columns.map((column) => ({ ...column })),
      rows: preview.rows.map(({ line, cells }) => ({ line, cells: [...cells] })),
    },
    "POST /organizations/:organizationId/user-imports": ({ body }) => {
      bodies.push(body);
      return set(createImport());
    },
    "POST /organizations/:organizationId/user-imports/:importId/parts": ({ body }) => {
      bodies.push(body);
      return noContent();
    },
    "POST /organizations/:organizationId/user-imports/:importId/start": ({ body }) => {
      bodies.push(body);
      const { dryRun } = body as { dryRun?: boolean };
      return set(dryRun === true ? checked : done);
    },
    "POST /organizations/:organizationId/user-imports/:importId/undo": () =>
      set({ ...done, status: "undone", removed: 1, kept: 1, undoableUntil: null }),
    "DELETE /organizations/:organizationId/user-imports/:importId": () => {
      set({ ...now, status: "cancelled", finishedAt: now.createdAt });
      return noContent();
    },
    "GET /organizations/:organizationId/user-imports/:importId/rows": ({ query }) => {
      const isKept = query.get("outcome") === "kept";
      const code = isKept ? "user-imports/signed-in-since" : "roles/unknown";
      const row = { line: 3, email: "ege@x.test", code, detail: "" };
      return listOf([
        isKept
          ? { ...row, outcome: "kept" as const, subjectId: "ege" }
          : { ...row, outcome: "refused" as const },
      ]);
    },
  };
  return { bodies, stubs, set };
}

test("uploads a file, checks it, imports it and undoes that, with the keyboard", async () => {
  const { bodies, stubs } = createServer(createImport());
  await openPage("/users/imports", stubs);
  const file = new File(["Mail,Full name\nada@x.test,Ada\n"], "people.csv", { type: "text/csv" });
  await userEvent.upload(page.getByLabelText("File to import"), file);
  await expect.element(heading("people.csv")).toBeVisible();
  expect(bodies).toEqual([
    { fileName: "people.csv" },
    { number: 1, text: "Mail,Full name\nada@x.test,Ada\n" },
  ]);
  await expect.element(page.getByText(/^“Password hash” isn’t imported/)).toBeVisible();
  await expect.element(page.getByRole("cell", { name: "Ada", exact: true })).toBeVisible();

  page.getByRole("radio", { name: "Users" }).element().focus();
  await userEvent.keyboard(" ");
  await expect.element(page.getByRole("radio", { name: "Users" })).toBeChecked();
  button("Check the rows").element().focus();
  await press("Enter");
  const summary = page.getByRole("link", { name: "Choose the column with the e-mail addresses" });
  await expect.element(summary).toBeVisible();
  button(/^Mail/).element().focus();
  await press("Enter");
  await expect.element(page.getByRole("option", { name: "E-mail" })).toBeVisible();
  await press("ArrowDown", "Enter");
  await expect.element(button(/^Mail/)).toMatchTextContent("E-mail");
  await press("Control+Enter");
  await expect.element(heading("2 users can be imported")).toBeVisible();
  expect(bodies.at(-1)).toEqual({ as: "users", dryRun: true, columns: { mail: "email", fullname: "name" } });
  await expect.element(page.getByText(/^There is no role with this name/)).toBeVisible();
  await expect.element(page.getByText("Line 3")).toBeVisible();
  const link = page.getByRole("link", { name: "Download as CSV" });
  await expect.element(link).toHaveAttribute("href", expect.stringContaining("/rows/export?outcome=refused"));

  button("Import 2 users").element().focus();
  await press("Enter");
  await expect.element(heading("2 users were created")).toBeVisible();
  expect(bodies.at(-1)).toEqual({ as: "users", columns });
  button("Undo the import").element().focus();
  await press("Enter");
  const question = page.getByRole("alertdialog", { name: "Undo the import of people.csv?" });
  question.getByRole("button", { name: "Remove 2 users" }).element().focus();
  await press("Enter");
  await expect.element(heading("1 user was removed")).toBeVisible();
  await expect.element(heading("1 user was kept")).toBeVisible();
  await expect.element(page.getByText(/^Has signed in since the import/)).toBeVisible();
});

test("shows the progress of an import, and stops it", async () => {
  const { stubs } = createServer(
    createImport({
      status: "running",
      as: "users",
      total: 1_204,
      done: 312,
      created: 312,
      startedAt: "2026-03-03T10:00:00.000Z",
    }),
  );
  await openPage("/users/imports/import", stubs);
  await expect.element(page.getByText("312 of 1,204")).toBeVisible();
  await button("Stop").click();
  await expect.element(heading("312 users were created")).toBeVisible();
  await expect.element(page.getByText(/^892 rows were not processed/)).toBeVisible();
});

test("goes back from the check to the columns, with the fields that were chosen", async () => {
  const { stubs } = createServer({ ...checked, columns: { mail: "email", fullname: "lastName" } });
  await openPage("/users/imports/import", stubs);
  await button("Change the columns").click();
  await expect.element(button(/^Mail/)).toMatchTextContent("E-mail");
  await expect.element(button(/^Full name/)).toMatchTextContent("Last name");
});

test("says why a file can't be uploaded, and uploads nothing", async () => {
  const { bodies, stubs } = createServer(createImport());
  await openPage("/users/imports", stubs);
  const upload = (file: File) => userEvent.upload(page.getByLabelText("File to import"), file);
  await upload(new File(["x"], "people.xlsx"));
  await expect.element(page.getByRole("alert")).toMatchTextContent("Save the sheet as CSV");
  await upload(new File([], "people.csv"));
  await expect.element(page.getByRole("alert")).toMatchTextContent("The file is empty");
  expect(bodies).toEqual([]);
  await upload(new File([new Uint8Array([0x61, 0xfc])], "people.csv"));
  await expect.element(page.getByRole("alert")).toMatchTextContent("This is not text in UTF-8");
  expect(bodies).toEqual([{ fileName: "people.csv" }]);
});

test("a file that can't be read can be discarded", async () => {
  const { stubs } = createServer(createImport());
  await openPage("/users/imports/import", {
    ...stubs,
    "GET /organizations/:organizationId/user-imports/:importId/preview": () =>
      problem(422, "user-imports/unreadable"),
  });
  await expect.element(heading("The file can’t be read")).toBeVisible();
  await button("Discard the file").click();
  await expect.element(heading("Nothing was imported")).toBeVisible();
});
