import { describe, expect, test } from "vitest";
import { isCharacterShortcut, isStep, type Press, progress } from "./match.ts";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe("isStep", () => {
  test.each(["i", "ı", "I", "İ"])("takes %s for i, as Turkish keyboards and Caps Lock write it", (key) => {
    expect(isStep(press(key), "i")).toBe(true);
  });

  test("goes by the character, wherever its key is", () => {
    expect(isStep(press("/", { shiftKey: true }), "/")).toBe(true);
    expect(isStep(press("?", { shiftKey: true }), "?")).toBe(true);
    expect(isStep(press("7", { shiftKey: true }), "/")).toBe(false);
  });

  test("takes Ctrl and ⌘ for mod, and neither for a bare character", () => {
    expect(isStep(press("s", { ctrlKey: true }), "mod+s")).toBe(true);
    expect(isStep(press("S", { metaKey: true }), "mod+s")).toBe(true);
    expect(isStep(press("s"), "mod+s")).toBe(false);
    expect(isStep(press("i", { ctrlKey: true }), "i")).toBe(false);
    expect(isStep(press("i", { metaKey: true }), "i")).toBe(false);
  });

  test("leaves AltGr combinations alone", () => {
    expect(isStep(press("i", { altKey: true }), "i")).toBe(false);
    expect(isStep(press("s", { ctrlKey: true, altKey: true }), "mod+s")).toBe(false);
  });

  test("doesn't take a named key for its first letter", () => {
    expect(isStep(press("Insert"), "i")).toBe(false);
    expect(isStep(press("Dead"), "d")).toBe(false);
  });
});

describe("progress", () => {
  const users = { keys: "g u" };
  const roles = { keys: "g r" };
  const add = { keys: "r" };
  const all = [users, roles, add];

  test("waits for the second key of a row", () => {
    expect(progress(all, [press("g")])).toEqual({ complete: null, isOpen: true });
    expect(progress(all, [press("g"), press("u")])).toEqual({ complete: users, isOpen: false });
  });

  test("finds the row before the single key that ends it", () => {
    expect(progress(all, [press("g"), press("r")]).complete).toBe(roles);
    expect(progress(all, [press("r")]).complete).toBe(add);
  });

  test("knows a dead end", () => {
    expect(progress(all, [press("g"), press("x")])).toEqual({ complete: null, isOpen: false });
  });
});

test("tells shortcuts that can be turned off from those with a modifier", () => {
  expect(["i", "/", "?", "g u"].every(isCharacterShortcut)).toBe(true);
  expect(isCharacterShortcut("mod+s")).toBe(false);
});
