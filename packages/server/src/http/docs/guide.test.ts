import { expect, test } from "vitest";
import { readGuide, readPage } from "./guide.ts";
import { splitSections } from "./markdown.ts";

const guide = readGuide();

test("both languages have the same pages, each with a summary", () => {
  const slugs = (language: "en" | "tr") => guide.in(language).map(({ slug }) => slug);
  expect(slugs("en").length).toBeGreaterThan(10);
  expect(slugs("tr")).toEqual(slugs("en"));
  for (const { summary, language, slug } of guide.pages)
    expect(summary, `${language}/${slug}`).toMatch(/^\S.{20,160}[.!]$/);
});

test("pages have the same number of sections in both languages", () => {
  const shape = (language: "en" | "tr") =>
    guide.in(language).map(({ slug, sections }) => [slug, sections.length]);
  expect(shape("tr")).toEqual(shape("en"));
});

test("every link inside the guide has an existing target", () => {
  const broken = guide.pages.flatMap((page) =>
    [...page.markdown.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, href = ""]) => {
      const [, slug = "", , anchor] = /^([a-z-]+)\.md(#(.+))?$/.exec(href) ?? [];
      const target = guide.find(page.language, slug);
      const isThere =
        target !== undefined &&
        (anchor === undefined || target.sections.some((section) => section.anchor === anchor));
      return isThere ? [] : [`${page.language}/${page.slug}: ${href}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("splits a page at its headings and generates GitHub's anchors", () => {
  const sections = splitSections(
    "# A *title*\n\nWhat it `is`.\n\n## Çok İş\n\n- one\n- two\n\n## Çok İş\n\n| a | b |\n|---|---|\n| 1 | **2** |\n",
  );
  expect(sections.map(({ heading, anchor, text }) => [heading, anchor, text])).toEqual([
    ["A title", "a-title", "What it is."],
    ["Çok İş", "çok-i̇ş", "one\ntwo"],
    ["Çok İş", "çok-i̇ş-1", "a · b\n1 · 2"],
  ]);
});

test("rejects a page without a title", () => {
  expect(() => readPage("no title", { language: "en", slug: "x" })).toThrow("en/x.md");
});

test("an empty folder is an empty guide", () => {
  expect(readGuide("/nowhere").pages).toEqual([]);
});
