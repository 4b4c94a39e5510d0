import type { AuditEvent, RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { allPermissions, createEvent, createMe, createRole, listOf } from "../../../../test/fixtures.ts";
import { openPage, press } from "../../../../test/render.tsx";
import { json, problem } from "../../../../test/stub-api.ts";

const preview: RoleChange = { gained: [], lost: [], users: 0, invitations: 0 };
const box = (name: string) => page.getByRole("checkbox", { name });
const nameField = page.getByLabelText("Name", { exact: true });
const saveBar = page.getByRole("region", { name: "Unsaved changes" });
const review = page.getByRole("dialog", { name: "Review the changes of Marketer" });

interface Given {
  /** The viewer's permissions. */
  readonly held?: readonly string[];
  readonly role?: Partial<RoleView>;
  readonly change?: RoleChange;
  /** What another user saves while the page is open. */
  readonly theirs?: Partial<RoleView>;
  readonly event?: AuditEvent;
}

/** The role after an edit, for a reader without a language of their own. */
function save(role: RoleView, edit: Partial<RoleView>): RoleView {
  const { name = role.defaultName, description = role.defaultDescription } = edit;
  return { ...role, ...edit, defaultName: name, defaultDescription: description };
}

/** Opens the editor of a role that another user saves after the first load. */
async function openEditor({
  held = allPermissions,
  role = {},
  change = preview,
  theirs = {},
  event = createEvent("Elif Demirci"),
}: Given = {}): Promise<void> {
  const loaded = { role: createRole({ permissions: ["contacts:view"], ...role }), etag: "1" };
  await openPage("/roles/marketer", {
    "GET /me": createMe(held),
    "GET /organizations/:organizationId/roles/:roleId": () => json(loaded.role, loaded.etag),
    "GET /organizations/:organizationId/audit-events": listOf([event]),
    "GET /organizations/:organizationId/users": listOf([]),
    "PATCH /organizations/:organizationId/roles/:roleId": ({ query, body, ifMatch }) => {
      if (query.has("preview")) return change;
      if (Object.keys(theirs).length > 0 && loaded.etag === "1") {
        loaded.role = save(loaded.role, theirs);
        loaded.etag = "2";
      }
      if (ifMatch !== loaded.etag) return problem(412, "request/stale");
      loaded.role = save(loaded.role, body as Partial<RoleView>);
      return json(loaded.role, "3");
    },
  });
  await expect.element(box("View, Campaigns")).toBeVisible();
}

async function reviewAndSave(): Promise<void> {
  await press("Control+s");
  await expect.element(review.getByText("Nobody’s permissions change today.")).toBeVisible();
  await press("Enter");
}

test("the save bar appears with the first change, counts it, and Discard removes both", async () => {
  await openEditor();
  await expect.element(saveBar).not.toBeInTheDocument();
  await box("View, Campaigns").click();
  await expect
    .element(saveBar.getByRole("button", { name: /^Review and save/ }))
    .toHaveAttribute("aria-keyshortcuts", "Control+S");
  await saveBar.getByRole("button", { name: "Discard" }).click();
  await expect.element(saveBar).not.toBeInTheDocument();
  await expect.element(box("View, Campaigns")).not.toBeChecked();
});

test("Ctrl+S opens the review at its save button, and Escape returns to the editor with the draft", async () => {
  await openEditor();
  box("View, Campaigns").element().focus();
  await press("Space", "Control+s");
  await expect.element(review.getByRole("button", { name: /^Save role/ })).toHaveFocus();
  await press("Escape");
  await expect.element(review).not.toBeInTheDocument();
  await expect.element(box("View, Campaigns")).toHaveFocus();
  await expect.element(box("View, Campaigns")).toBeChecked();
});

test("Ctrl+S without a name focuses the name and says what is missing", async () => {
  await openEditor();
  await nameField.fill("");
  await press("Control+s");
  await expect.element(nameField).toHaveFocus();
  await expect.element(nameField).toHaveAttribute("aria-invalid", "true");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
});

test("saving shows a status message and closes review and save bar", async () => {
  await openEditor();
  await box("View, Campaigns").click();
  await reviewAndSave();
  await expect.element(page.getByText("The role Marketer is saved")).toBeVisible();
  await expect.element(review).not.toBeInTheDocument();
  await expect.element(saveBar).not.toBeInTheDocument();
});

test("a conflict names the other user and their changes, and the draft is kept", async () => {
  await openEditor({ theirs: { permissions: ["contacts:block"] } });
  await box("View, Campaigns").click();
  await reviewAndSave();
  const note = review.getByRole("alert");
  await expect.element(note).toMatchTextContent(/^Elif Demirci changed this role/);
  await expect.element(note).toMatchTextContent("Granted: Contacts: Block.");
  await expect.element(note).toMatchTextContent("Taken away: Contacts: View.");
  await expect.element(note).toMatchTextContent("Your changes are kept and applied to the latest version.");
  await press("Escape");
  await expect.element(page.getByRole("main").getByRole("alert")).toMatchTextContent("Contacts: Block");
  await expect.element(box("View, Campaigns")).toBeChecked();
  await expect.element(box("Block, Contacts")).toBeChecked();
});

test("after a conflict the same key saves onto the newer version", async () => {
  await openEditor({ theirs: { permissions: ["contacts:block"] } });
  await box("View, Campaigns").click();
  await reviewAndSave();
  await expect.element(review.getByRole("alert")).toBeVisible();
  await expect.element(review.getByRole("button", { name: /^Save role/ })).toHaveFocus();
  await expect.element(review.getByText("Nobody’s permissions change today.")).toBeVisible();
  await press("Enter");
  await expect.element(page.getByText("The role Marketer is saved")).toBeVisible();
  await expect.element(box("View, Campaigns")).toBeChecked();
  await expect.element(box("Block, Contacts")).toBeChecked();
});

test("where both changed the name, the note offers the other user's", async () => {
  await openEditor({ theirs: { name: "Marketing" } });
  await nameField.fill("Campaign team");
  await press("Control+s");
  await expect.element(review).toBeVisible();
  await press("Enter");
  const inReview = page.getByRole("dialog").getByRole("alert");
  await expect.element(inReview).toMatchTextContent("The name is now “Marketing”. Yours is different.");
  await press("Escape");
  const note = page.getByRole("main").getByRole("alert");
  await expect.element(nameField).toHaveValue("Campaign team");
  await note.getByRole("button", { name: "Use theirs" }).click();
  await expect.element(nameField).toHaveValue("Marketing");
  await expect.element(note.getByRole("button")).not.toBeInTheDocument();
  await expect.element(saveBar).not.toBeInTheDocument();
});

test("a conflict with the user's own other window says so", async () => {
  await openEditor({
    theirs: { description: "New" },
    event: createEvent("Olive Brandt", "olive"),
  });
  await box("View, Campaigns").click();
  await reviewAndSave();
  await expect
    .element(review.getByRole("alert"))
    .toMatchTextContent(/^You changed this role in another window/);
});

test("the review says why fewer people change than have the role, and lists sensitive permissions first", async () => {
  const gained = ["campaigns:view", "campaigns:edit", "campaigns:approve"];
  await openEditor({
    role: { userCount: 2325 },
    change: { gained, lost: ["contacts:view"], users: 2232, invitations: 0 },
  });
  await box("Approve, Campaigns").click();
  await box("View, Contacts").click();
  await expect.element(saveBar.getByText("2,232 people affected")).toBeVisible();
  await expect.element(saveBar.getByText("Gives 3 permissions")).toBeVisible();
  await press("Control+s");
  await expect
    .element(review)
    .toMatchTextContent(
      "Of the 2,325 people with this role, the permissions of 2,232 people change immediately. For 93 people nothing changes, because another of their roles gives the same permissions.",
    );
  await expect
    .element(review)
    .toMatchTextContent(/Gains 3 permissions.*Campaigns · Approve.*Campaigns.*View.*Edit/);
});

test("Delete is offered only for roles that the viewer may change", async () => {
  const button = page.getByRole("button", { name: "Delete role" });
  await openEditor();
  await expect.element(button).toBeVisible();
});

test("Delete isn't offered for a role above the viewer's own permissions", async () => {
  await openEditor({
    role: { permissions: ["contacts:block"] },
    held: ["roles:view", "roles:delete", "roles:edit", "contacts:view"],
  });
  await expect.element(page.getByText(/This role gives permissions that you don’t have/)).toBeVisible();
  await expect.element(page.getByRole("button", { name: "Delete role" })).not.toBeInTheDocument();
});

const templateNote = page.getByText(/^This role comes from the panel\./);

test("a role from the panel says that an edit makes it the organization's own", async () => {
  await openEditor({ role: { template: "marketer" } });
  await expect.element(templateNote).toBeVisible();
  await expect.element(page.getByText(/^From the panel ·/)).toBeVisible();
});

test("a role from the panel says nothing of edits to a viewer who can't edit it", async () => {
  await openEditor({ role: { template: "marketer" }, held: ["roles:view"] });
  await expect.element(page.getByText(/You don’t have permission to edit roles/)).toBeVisible();
  await expect.element(templateNote).not.toBeInTheDocument();
});
