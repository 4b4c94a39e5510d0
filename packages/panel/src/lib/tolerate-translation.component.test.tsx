import { useState } from "react";
import { expect, onTestFinished, test } from "vitest";
import { page } from "vitest/browser";
import { render } from "../../test/render.tsx";
import { tolerateTranslation } from "./tolerate-translation.ts";

function Results() {
  const [count, setCount] = useState(0);
  return (
    <main>
      <button type="button" onClick={() => setCount(count + 1)}>
        {count === 0 ? "Search" : "Search again"}
      </button>
      <p>
        {count} found {count > 0 ? "now" : null}
        {count > 1 ? "twice" : <b>once</b>} in all
      </p>
      {count < 2 ? "Loading" : null}
      <ul>
        {[1, 2, 3].slice(count).map((one) => (
          <li key={one}>Row {one}</li>
        ))}
      </ul>
    </main>
  );
}

/** Replaces the text nodes as browsers do when they translate a page; here into capitals. */
function translate(): void {
  const walker = document.createTreeWalker(
    document.querySelector("main") ?? document.body,
    NodeFilter.SHOW_TEXT,
  );
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.data.trim() === "" || text.parentElement?.closest("font") != null) continue;
    const outer = document.createElement("font");
    const inner = document.createElement("font");
    inner.textContent = text.data.toUpperCase();
    outer.append(inner);
    text.replaceWith(outer);
  }
}

test("a translated page keeps working and shows new texts", async () => {
  onTestFinished(tolerateTranslation());
  await render(<Results />);
  const main = page.getByRole("main");
  await expect.element(main).toHaveTextContent("Search0 found once in allLoadingRow 1Row 2Row 3");

  translate();
  await expect.element(main).toHaveTextContent("SEARCH0 FOUND ONCE IN ALLLOADINGROW 1ROW 2ROW 3");
  await page.getByRole("button").click();
  await expect.element(main).toHaveTextContent("Search again1 FOUND nowONCE IN ALLLOADINGROW 2ROW 3");

  translate();
  await page.getByRole("button").click();
  await expect.element(main).toHaveTextContent("SEARCH AGAIN2 FOUND NOWtwice IN ALLROW 3");
});

test("the browser's own methods are restored", () => {
  const { removeChild } = Node.prototype;
  const restore = tolerateTranslation();
  expect(Node.prototype.removeChild).not.toBe(removeChild);
  restore();
  expect(Node.prototype.removeChild).toBe(removeChild);
});
