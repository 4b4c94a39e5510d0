/** The screens of imports, in each of their states. */
import type { Screen } from "./screen.ts";
import type { Stub } from "./stub.ts";

const id = "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b";
const path = `/users/imports/${id}`;
const api = `/user-imports/${id}`;

const uploaded = {
  id,
  fileName: "people-of-lodos-retail-2026.csv",
  status: "uploaded",
  total: null,
  done: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  removed: 0,
  kept: 0,
  createdBy: { type: "user", id, name: "Olive Brandt" },
  createdAt: "2026-01-31T12:00:00.000Z",
  startedAt: null,
  finishedAt: null,
  undoableUntil: null,
};
const counts = { total: 12_048, done: 12_048, created: 11_904, updated: 41, unchanged: 100, refused: 3 };
const started = { startedAt: "2026-01-31T12:05:00.000Z", as: "users" };
const ended = { ...started, finishedAt: "2026-01-31T12:07:00.000Z" };
const states = {
  checking: { ...uploaded, status: "checking", as: "users", total: 12_048, done: 5_000, created: 4_980 },
  checked: { ...uploaded, ...counts, status: "checked", as: "users", columns: { email: "email" } },
  running: { ...uploaded, ...started, status: "running", total: 12_048, done: 7_000, created: 6_990 },
  done: { ...uploaded, ...counts, ...ended, status: "done", undoableUntil: "2026-02-01T12:07:00.000Z" },
  undone: { ...uploaded, ...counts, ...ended, status: "undone", removed: 11_902, kept: 2 },
  failed: {
    ...uploaded,
    status: "failed",
    as: "users",
    failure: { code: "user-imports/unreadable", detail: "Line 2 has a quote that isn't closed." },
  },
  cancelled: {
    ...uploaded,
    ...ended,
    status: "cancelled",
    as: "invitations",
    total: 900,
    done: 400,
    created: 400,
  },
};

const row = (line: number, email: string, code: string) => ({
  line,
  email,
  outcome: "refused",
  code,
  detail: "",
});
const refused = {
  path: `${api}/rows`,
  json: {
    items: [
      row(118, "ayse@", "email/invalid"),
      row(1_203, "mehmet.yilmaz@lodos.example", "roles/unknown"),
      row(9_874, "an.unusually.long.address.of.a.person@marketing.lodos-retail.example", "imports/duplicate"),
    ],
    nextCursor: null,
    total: { count: 3, exact: true },
  },
};
const kept = {
  path: `${api}/rows`,
  json: {
    items: [
      { ...row(12, "ece@lodos.example", "user-imports/signed-in-since"), outcome: "kept", subjectId: id },
      { ...row(77, "can@lodos.example", "user-imports/changed-since"), outcome: "kept", subjectId: id },
    ],
    nextCursor: null,
    total: { count: 2, exact: true },
  },
};
const preview = {
  path: `${api}/preview`,
  json: {
    columns: [
      { key: "email", title: "E-mail", field: "email", isPassword: false },
      { key: "fullname", title: "Full name", field: "name", isPassword: false },
      { key: "rolesofthepanel", title: "Roles of the panel", field: null, isPassword: false },
      { key: "customerid", title: "Customer ID", field: "externalId", isPassword: false },
      { key: "notes", title: "Notes", field: null, isPassword: false },
      { key: "passwordhash", title: "Password hash", field: null, isPassword: true },
    ],
    rows: [
      { line: 2, cells: ["ayse.demir@lodos.example", "Ayşe Demir", "Marketer; Viewer", "crm-10412", "", ""] },
      {
        line: 3,
        cells: ["omar@lodos.example", "Omar Haddad", "Viewer", "crm-10413", "Works on Mondays", ""],
      },
      { line: 4, cells: ["isil@lodos.example", "Işıl Öztürk", "", "crm-10414", "", ""] },
    ],
  },
};

const show = (state: object, ...more: readonly Stub[]): readonly Stub[] => [
  { path: api, json: state },
  ...more,
];

/** The upload, the list, and one import from its columns to its undo. */
export const importScreens: readonly Screen[] = [
  {
    name: "imports",
    path: "/users/imports",
    stubs: [
      {
        path: "/user-imports",
        json: {
          items: [
            { ...states.running, id: id.replace(/b$/, "1") },
            { ...states.done, id: id.replace(/b$/, "2") },
            {
              ...states.undone,
              id: id.replace(/b$/, "3"),
              createdBy: { type: "system", id: null, name: "Command line" },
            },
            { ...states.failed, id: id.replace(/b$/, "4") },
            { ...uploaded, id: id.replace(/b$/, "5") },
          ],
          nextCursor: null,
          total: { count: 5, exact: true },
        },
      },
    ],
  },
  { name: "imports-none", path: "/users/imports" },
  { name: "import-columns", path, stubs: show(uploaded, preview) },
  {
    name: "import-columns-choice",
    path,
    stubs: show(uploaded, preview),
    async prepare(page) {
      await page.locator("main ul button[aria-haspopup]").first().click();
      await page.getByRole("listbox").waitFor();
    },
  },
  {
    name: "import-columns-faults",
    path,
    stubs: show(uploaded, {
      ...preview,
      json: { ...preview.json, columns: preview.json.columns.map((column) => ({ ...column, field: null })) },
    }),
    async prepare(page) {
      await page.locator("main form button[type=submit]").click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  { name: "import-checking", path, stubs: show(states.checking) },
  { name: "import-checked", path, stubs: show(states.checked, refused) },
  { name: "import-running", path, stubs: show(states.running) },
  { name: "import-done", path, stubs: show(states.done, refused) },
  {
    name: "import-undo",
    path,
    stubs: show(states.done, refused),
    async prepare(page) {
      await page.locator("main button[aria-haspopup=dialog]").last().click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
  { name: "import-undone", path, stubs: show({ ...states.undone, refused: 0 }, kept) },
  { name: "import-failed", path, stubs: show(states.failed) },
  { name: "import-cancelled", path, stubs: show(states.cancelled) },
];
