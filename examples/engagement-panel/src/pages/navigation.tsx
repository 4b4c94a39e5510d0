/** Client-side navigation with the History API. */
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

/** Navigates to a path of this panel. */
export function navigate(to: string): void {
  window.history.pushState(null, "", to);
  for (const listener of listeners) listener();
}

/** The current path and query. */
export function useLocation(): { readonly path: string; readonly query: URLSearchParams } {
  const text = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  const [path = "/", query = ""] = text.split("?");
  return { path, query: new URLSearchParams(query) };
}

/** A link inside the panel. */
export function Link({ href, ...rest }: ComponentProps<"a"> & { readonly href: string }) {
  const handleClick = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={handleClick} {...rest} />;
}
