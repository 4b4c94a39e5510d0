/** Finds texts that don't fit into the window, or into the elements around them. */

/** What makes the page scroll sideways, and every visible text beyond an element around it. Empty if everything fits. */
export function findOverflow(): readonly string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`The page scrolls to ${scrollWidth} px`] : [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (text.textContent?.trim() === "" || parent?.checkVisibility() !== true || isHidden(parent)) continue;
    const outside = findExceeded(text, parent);
    if (outside !== null) found.push(`“${text.textContent?.slice(0, 60)}” beyond ${outside}`);
  }
  return found;
}

/** Only screen readers get the text. */
function isHidden(element: Element | null): boolean {
  return (
    element !== null && (getComputedStyle(element).clipPath !== "none" || isHidden(element.parentElement))
  );
}

/** The first element around a text that is narrower than it, up to one that hides what is too long (an ellipsis). */
function findExceeded(text: Node, parent: Element): string | null {
  // Tabs scroll sideways where they have no room.
  if (parent.closest("nav") !== null) return null;
  const range = document.createRange();
  range.selectNodeContents(text);
  const { left, right } = range.getBoundingClientRect();
  for (let element: Element | null = parent; element !== null; element = element.parentElement) {
    const { textOverflow, webkitLineClamp, position, display } = getComputedStyle(element);
    if (textOverflow === "ellipsis" || webkitLineClamp !== "none") return null;
    const box = element.getBoundingClientRect();
    const isBox = display !== "inline" && display !== "contents";
    if (isBox && (right > box.right + 1 || left < box.left - 1))
      return `${element.outerHTML.slice(0, 120)} (${Math.round(right)} > ${Math.round(box.right)} px)`;
    if (position === "fixed" || position === "absolute") break;
  }
  return right > innerWidth + 1 || left < -1 ? "the window" : null;
}
