import { useState } from "react";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { press, render } from "../../../test/render.tsx";
import { Button } from "../forms/button.tsx";
import { AlertDialog, Dialog } from "./dialog.tsx";

const opener = page.getByRole("button", { name: "Open" });

/** A button that opens a dialog with two fields. */
function Form({ onSubmit = () => {}, isDismissable = false }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <a href="#elsewhere">Elsewhere</a>
      <Dialog
        title="Name and phone"
        isOpen={isOpen}
        isDismissable={isDismissable}
        onClose={() => setOpen(false)}
        onSubmit={onSubmit}
        actions={<Button type="submit">Save</Button>}
      >
        <input aria-label="Name" />
        <input aria-label="Phone" />
      </Dialog>
    </>
  );
}

interface ConfirmationProps {
  readonly onConfirm?: () => void;
  readonly isPending?: boolean;
  readonly problem?: string;
}

/** A button that opens a confirmation. */
function Confirmation({ onConfirm = () => {}, isPending = false, problem }: ConfirmationProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <AlertDialog
        title="Remove Omar Haddad?"
        isOpen={isOpen}
        isPending={isPending}
        onCancel={() => setOpen(false)}
        onConfirm={onConfirm}
        confirm="Remove user"
        isDestructive
        {...(problem === undefined ? {} : { problem })}
      >
        Omar loses all access.
      </AlertDialog>
    </>
  );
}

async function openByKeyboard(name: string, role: "dialog" | "alertdialog" = "dialog") {
  await expect.element(opener).toBeVisible();
  await press("Tab");
  await expect.element(opener).toHaveFocus();
  await press("Enter");
  const dialog = page.getByRole(role, { name });
  await expect.element(dialog).toBeVisible();
  return dialog;
}

test("a dialog takes the focus, keeps Tab inside, and returns the focus after Escape", async () => {
  await render(<Form />);
  const dialog = await openByKeyboard("Name and phone");
  await expect.element(dialog).toHaveFocus();
  const stops = [
    dialog.getByRole("button", { name: "Close" }),
    dialog.getByLabelText("Name"),
    dialog.getByLabelText("Phone"),
    dialog.getByRole("button", { name: "Save" }),
  ];
  for (const stop of stops) {
    await press("Tab");
    await expect.element(stop).toHaveFocus();
  }
  await press("Tab");
  await expect.element(dialog.getByRole("button", { name: "Close" })).toHaveFocus();
  await press("Shift+Tab");
  await expect.element(dialog.getByRole("button", { name: "Save" })).toHaveFocus();

  await press("Escape");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("the page behind an open dialog is inert", async () => {
  await render(<Form />);
  await openByKeyboard("Name and phone");
  const behind = page.getByRole("link", { name: "Elsewhere" }).element();
  expect(behind.closest("[inert]")).not.toBeNull();
  await press("Escape");
  await expect.poll(() => behind.closest("[inert]")).toBeNull();
});

test("Enter and Ctrl+Enter submit a dialog's form once", async () => {
  const onSubmit = vi.fn();
  await render(<Form onSubmit={onSubmit} />);
  await openByKeyboard("Name and phone");
  await press("Tab", "Tab", "Enter");
  await expect.poll(() => onSubmit).toHaveBeenCalledTimes(1);
  await press("Control+Enter");
  await expect.poll(() => onSubmit).toHaveBeenCalledTimes(2);
});

test.each([true, false])(
  "with isDismissable=%s a click outside closes the dialog accordingly",
  async (isDismissable) => {
    await render(<Form isDismissable={isDismissable} />);
    const dialog = await openByKeyboard("Name and phone");
    await page.elementLocator(document.body).click({ position: { x: 5, y: 5 } });
    if (isDismissable) await expect.element(dialog).not.toBeInTheDocument();
    else await expect.element(dialog).toBeVisible();
  },
);

test("an alert dialog focuses its cancel button, so that Enter changes nothing", async () => {
  const onConfirm = vi.fn();
  await render(<Confirmation onConfirm={onConfirm} />);
  const dialog = await openByKeyboard("Remove Omar Haddad?", "alertdialog");
  await expect.element(dialog.getByRole("button", { name: "Cancel" })).toHaveFocus();
  await press("Enter");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
  expect(onConfirm).not.toHaveBeenCalled();
});

test("the confirm button of an alert dialog is one Tab away", async () => {
  const onConfirm = vi.fn();
  await render(<Confirmation onConfirm={onConfirm} />);
  await openByKeyboard("Remove Omar Haddad?", "alertdialog");
  await press("Tab", "Enter");
  await expect.poll(() => onConfirm).toHaveBeenCalledTimes(1);
});

test("a pending confirmation is busy and ignores further presses", async () => {
  const onConfirm = vi.fn();
  await render(<Confirmation onConfirm={onConfirm} isPending />);
  const dialog = await openByKeyboard("Remove Omar Haddad?", "alertdialog");
  const confirm = dialog.getByRole("button", { name: "Remove user" });
  await press("Tab");
  await expect.element(confirm).toHaveFocus();
  await expect.element(confirm).toHaveAttribute("aria-busy", "true");
  await expect.element(confirm).toHaveAttribute("aria-disabled", "true");
  await press("Enter", "Space");
  expect(onConfirm).not.toHaveBeenCalled();
});

test("an alert dialog announces the error of the last attempt", async () => {
  await render(<Confirmation problem="Omar is the last owner." />);
  const dialog = await openByKeyboard("Remove Omar Haddad?", "alertdialog");
  await expect.element(dialog.getByRole("alert")).toMatchTextContent("Omar is the last owner.");
});

test("arrow keys scroll a long text that contains nothing focusable", async () => {
  await render(
    <Dialog title="Terms" isOpen onClose={() => {}}>
      <p>{"A long text. ".repeat(1_000)}</p>
    </Dialog>,
  );
  await expect.element(page.getByRole("dialog", { name: "Terms" })).toHaveFocus();
  await press("Tab", "Tab");
  const region = document.activeElement;
  expect(region?.textContent).toMatch(/^A long text/);
  await press("End");
  await expect.poll(() => region?.scrollTop).toBeGreaterThan(100);
});
