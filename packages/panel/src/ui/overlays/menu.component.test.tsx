import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { press, render } from "../../../test/render.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "./menu.tsx";

const button = page.getByRole("button", { name: "Actions for Elif" });
const item = (name: string) => page.getByRole("menuitem", { name });

async function renderMenu(onAction: (name: string) => void = () => {}) {
  await render(
    <MenuButton label="Actions for Elif">
      <MenuItem onAction={() => onAction("open")}>Open</MenuItem>
      <MenuItem isOff about="Only an owner can do this" onAction={() => onAction("suspend")}>
        Suspend
      </MenuItem>
      <MenuSeparator />
      <MenuItem isDangerous onAction={() => onAction("remove")}>
        Remove
      </MenuItem>
    </MenuButton>,
  );
  await expect.element(button).toBeVisible();
  await press("Tab");
  await expect.element(button).toHaveFocus();
}

test.each([
  ["Enter", "Open"],
  ["Space", "Open"],
  ["ArrowDown", "Open"],
  ["ArrowUp", "Remove"],
])("%s opens the menu and focuses “%s”", async (key, focused) => {
  await renderMenu();
  await expect.element(button).toHaveAttribute("aria-expanded", "false");
  await press(key);
  await expect.element(item(focused)).toHaveFocus();
  await expect.element(page.getByRole("menu", { name: "Actions for Elif" })).toBeVisible();
});

test("arrow keys wrap around and skip disabled items; Home, End and typing move the focus", async () => {
  await renderMenu();
  await press("Enter");
  await expect.element(item("Open")).toHaveFocus();
  await press("ArrowDown");
  await expect.element(item("Remove")).toHaveFocus();
  await press("ArrowDown");
  await expect.element(item("Open")).toHaveFocus();
  await press("End");
  await expect.element(item("Remove")).toHaveFocus();
  await press("Home");
  await expect.element(item("Open")).toHaveFocus();
  await press("r");
  await expect.element(item("Remove")).toHaveFocus();
});

test("a disabled item shows the reason", async () => {
  await renderMenu();
  await press("Enter");
  const disabled = page.getByRole("menuitem", { name: "Suspend Only an owner can do this" });
  await expect.element(disabled).toHaveAttribute("aria-disabled", "true");
});

test("Enter runs the action once, closes the menu and returns the focus", async () => {
  const onAction = vi.fn();
  await renderMenu(onAction);
  await press("ArrowUp");
  await expect.element(item("Remove")).toHaveFocus();
  await press("Enter");
  await expect.element(page.getByRole("menu")).not.toBeInTheDocument();
  expect(onAction.mock.calls).toEqual([["remove"]]);
  await expect.element(button).toHaveFocus();
});

test("Escape closes the menu without an action and returns the focus", async () => {
  const onAction = vi.fn();
  await renderMenu(onAction);
  await press("Enter");
  await expect.element(item("Open")).toHaveFocus();
  await press("Escape");
  await expect.element(page.getByRole("menu")).not.toBeInTheDocument();
  await expect.element(button).toHaveFocus();
  await expect.element(button).toHaveAttribute("aria-expanded", "false");
  expect(onAction).not.toHaveBeenCalled();
});
