import { describe, expect, test } from "vitest";

const files = import.meta.glob<string>("./*/*.po", { query: "?raw", import: "default", eager: true });

interface Message {
  /** With its context, where it has one. */
  readonly source: string;
  readonly translation: string;
}

/** The messages of a catalogue; its header has an empty source and is left out. */
function read(po: string): readonly Message[] {
  const pairs = po
    .replace(/"\n"/g, "")
    .matchAll(/^(?:msgctxt "(?<context>.*)"\n)?msgid "(?<text>.+)"\nmsgstr "(?<translation>.*)"$/gm);
  return Array.from(pairs, ({ groups: { context = "", text = "", translation = "" } = {} }) => ({
    source: context === "" ? text : `${context}: ${text}`,
    translation,
  }));
}

/** Variables and tags: what a translation must keep. */
function variables(text: string): readonly string[] {
  return [...new Set(text.match(/\{\w+(?=[},])|<\/?\d+\/?>/g))].sort();
}

const turkish = Object.entries(files).filter(([path]) => path.startsWith("./tr/"));

describe.each(turkish)("%s", (path, po) => {
  test("has the messages of its English sibling", () => {
    const english = files[path.replace("./tr/", "./en/")];
    expect(read(po).map(({ source }) => source)).toEqual(read(english ?? "").map(({ source }) => source));
  });

  test("translates every message", () => {
    expect(read(po).filter(({ translation }) => translation === "")).toEqual([]);
  });

  test("keeps variables", () => {
    for (const { source, translation } of read(po))
      expect(variables(translation), source).toEqual(variables(source));
  });

  test("writes no plural after a number", () => {
    for (const { translation } of read(po)) expect(translation).not.toMatch(/(?:#|\{\d\}) [\p{L}]+l[ae]r\b/u);
  });
});

test("a message has the same translation in every catalogue", () => {
  const first = new Map<string, string>();
  for (const [, po] of turkish)
    for (const { source, translation } of read(po)) {
      expect(first.get(source) ?? translation, source).toBe(translation);
      first.set(source, translation);
    }
});

test("there is a Turkish catalogue for each English one", () => {
  const names = (language: string) =>
    Object.keys(files)
      .filter((path) => path.startsWith(`./${language}/`))
      .map((path) => path.slice(5));
  expect(names("tr")).toEqual(names("en"));
});
