/**
 * Keeps the panel working while a browser translates it. A translation replaces each text node with an element, often
 * `<font>`. React keeps the removed node: removing it again, or inserting before it, throws and ends the panel, and a new
 * text would not be shown (https://github.com/facebook/react/issues/11538).
 */

/** Starts once for the whole document, before React renders. Returns a function that restores the browser's methods. */
export function tolerateTranslation(root: Node = document): () => void {
  const replacements = createReplacements(root);
  const { removeChild, insertBefore, replaceChild } = Node.prototype;
  /** The child of `parent` that is shown in place of `node`; `node` itself if it was not replaced. */
  const locate = (parent: Node, node: Node): Node | null => {
    if (node.parentNode === parent) return node;
    const replacement = replacements.get(node);
    return replacement?.parentNode === parent ? replacement : null;
  };
  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    const shown = locate(this, child);
    if (shown !== null) removeChild.call(this, shown);
    else if (child.parentNode !== null) removeChild.call(child.parentNode, child);
    return child;
  };
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    insertBefore.call(this, node, before === null ? null : locate(this, before));
    return node;
  };
  Node.prototype.replaceChild = function <T extends Node>(this: Node, node: Node, child: T): T {
    const shown = locate(this, child);
    if (shown === null) insertBefore.call(this, node, null);
    else replaceChild.call(this, node, shown);
    return child;
  };
  return () => {
    replacements.stop();
    Object.assign(Node.prototype, { removeChild, insertBefore, replaceChild });
  };
}

/** Which element is shown in place of a removed text node. */
interface Replacements {
  readonly get: (removed: Node) => Node | undefined;
  readonly stop: () => void;
}

function createReplacements(root: Node): Replacements {
  const shown = new WeakMap<Node, Node>();
  // A translation may be replaced, too, when the browser translates once more.
  const find = (removed: Node): Node | undefined => {
    const next = shown.get(removed);
    return next === undefined || next.parentNode !== null ? next : find(next);
  };
  const update = (records: readonly MutationRecord[]): void => {
    for (const { type, target, addedNodes, removedNodes, previousSibling, nextSibling } of records) {
      if (type === "characterData") {
        // React wrote into a removed text: show it again, and the browser translates the new words.
        const replacement = find(target);
        shown.delete(target);
        if (!target.isConnected && replacement?.isConnected === true)
          replacement.parentNode?.replaceChild(target, replacement);
        continue;
      }
      for (const removed of removedNodes) {
        const isText = removed.nodeType === Node.TEXT_NODE;
        if (removed.isConnected || !(isText || isTranslation(removed))) continue;
        const replacement = [...addedNodes, previousSibling, nextSibling].find(isTranslation);
        if (replacement === undefined || replacement === null) continue;
        shown.set(removed, replacement);
        if (isText) observer.observe(removed, { characterData: true });
      }
    }
  };
  const observer = new MutationObserver(update);
  observer.observe(root, { childList: true, subtree: true });
  return {
    get(removed) {
      update(observer.takeRecords());
      return find(removed);
    },
    stop: () => observer.disconnect(),
  };
}

/** React creates no `<font>`. */
function isTranslation(node: Node | null): boolean {
  return node?.nodeName === "FONT";
}
