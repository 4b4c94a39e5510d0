import { expect, test } from "vitest";
import { renderMarkdown } from "./markdown.ts";

test("renders heading anchors, and links to help pages in the same language", () => {
  expect(renderMarkdown("## Add a role\n\nSee [roles](roles.md#new).", "tr")).toBe(
    '<h2 id="add-a-role">Add a role</h2>\n<p>See <a href="/help/roles?lang=tr#new">roles</a>.</p>\n',
  );
});

test.each([
  ["<script>alert(1)</script>", "<script"],
  ["a <img src=x onerror=alert(1)> b", "<img"],
  ["[x](javascript:alert(1))", "javascript:"],
  ["[x](data:text/html,y)", "data:"],
  ["![x](https://elsewhere.example/pixel.png)", "elsewhere"],
  ['[x](https://a.example/"onmouseover="alert(1))', '"onmouseover'],
  ["`<b>`", "<b>"],
  ["<!-- asked: x -->", "asked"],
])("doesn't render %s as HTML", (markdown, forbidden) => {
  expect(renderMarkdown(markdown, "en")).not.toContain(forbidden);
});
