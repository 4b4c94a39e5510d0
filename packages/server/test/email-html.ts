/** Checks of the HTML of emails. */

/** Visible texts with a word of 40 letters or more outside of an element with a style that breaks it. */
export function findUnbreakableTexts(html: string): readonly string[] {
  const open: boolean[] = [];
  const found: string[] = [];
  const body = html.slice(html.indexOf("<body")).replace(/<!--[\s\S]*?-->/g, "");
  for (const [, tag = "", text = ""] of body.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (tag.startsWith("/")) open.pop();
    else if (!/^br\b/.test(tag))
      open.push(/overflow-wrap:anywhere;word-break:break-word|word-break:break-all|display:none/.test(tag));
    if (/[^\s&;]{40}/.test(text) && !open.includes(true)) found.push(text);
  }
  return found;
}
