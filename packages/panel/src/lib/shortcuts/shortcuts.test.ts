import { describe, expect, test } from "vitest";
import { isCharacterShortcut, type KeyPress, matchesStep, matchShortcut } from "./shortcuts.tsx";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe("matchesStep", () => {
  test.each(["i", "ı", "I", "İ"])("matches %s with i, for Turkish keyboards and Caps Lock", (key) => {
    expect(matchesStep(press(key), "i")).toBe(true);
  });

  test("compares characters, not key positions", () => {
    expect(matchesStep(press("/", { shiftKey: true }), "/")).toBe(true);
    expect(matchesStep(press("?", { shiftKey: true }), "?")).toBe(true);
    expect(matchesStep(press("7", { shiftKey: true }), "/")).toBe(false);
  });

  test("matches mod with Ctrl and ⌘, and a single character with neither", () => {
    expect(matchesStep(press("s", { ctrlKey: true }), "mod+s")).toBe(true);
    expect(matchesStep(press("S", { metaKey: true }), "mod+s")).toBe(true);
    expect(matchesStep(press("s"), "mod+s")).toBe(false);
    expect(matchesStep(press("i", { ctrlKey: true }), "i")).toBe(false);
    expect(matchesStep(press("i", { metaKey: true }), "i")).toBe(false);
  });

  test("ignores combinations with AltGr", () => {
    expect(matchesStep(press("i", { altKey: true }), "i")).toBe(false);
    expect(matchesStep(press("s", { ctrlKey: true, altKey: true }), "mod+s")).toBe(false);
  });

  test("doesn't match a named key with its first letter", () => {
    expect(matchesStep(press("Insert"), "i")).toBe(false);
    expect(matchesStep(press("Dead"), "d")).toBe(false);
  });
});

describe("matchShortcut", () => {
  const users = { keys: "g u" };
  const roles = { keys: "g r" };
  const add = { keys: "r" };
  const all = [users, roles, add];

  test("waits for the second key of a sequence", () => {
    expect(matchShortcut(all, [press("g")])).toEqual({ complete: null, isOpen: true });
    expect(matchShortcut(all, [press("g"), press("u")])).toEqual({ complete: users, isOpen: false });
  });

  test("prefers a sequence to the single-key shortcut of its last key", () => {
    expect(matchShortcut(all, [press("g"), press("r")]).complete).toBe(roles);
    expect(matchShortcut(all, [press("r")]).complete).toBe(add);
  });

  test("returns nothing for an unknown sequence", () => {
    expect(matchShortcut(all, [press("g"), press("x")])).toEqual({ complete: null, isOpen: false });
  });
});

test("only shortcuts without a modifier are character shortcuts", () => {
  expect(["i", "/", "?", "g u"].every(isCharacterShortcut)).toBe(true);
  expect(isCharacterShortcut("mod+s")).toBe(false);
});
