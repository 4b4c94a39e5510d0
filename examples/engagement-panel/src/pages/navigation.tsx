/** Where we are: the address, and links that change it without loading the page anew. */
import { type ComponentProps, type MouseEvent, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** Goes to an address of this panel. */
export function go(to: string): void {
  window.history.pushState(null, "", to);
  for (const listener of listeners) listener();
}

/** Path and query, as text: it changes when they do. */
export function useAddress(): { readonly path: string; readonly query: URLSearchParams } {
  const text = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  const [path = "/", query = ""] = text.split("?");
  return { path, query: new URLSearchParams(query) };
}

/** A link inside the panel. */
export function Link({ href, ...rest }: ComponentProps<"a"> & { readonly href: string }) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
