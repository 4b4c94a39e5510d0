import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/**
 * Moves the focus to the heading of a page that has just opened, so that a screen reader reads it and Tab goes on from
 * there. A change of the query keeps the focus; so does a page that has put it somewhere itself.
 */
export function useFocusOnNavigation(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return;
        const main = document.getElementById("main");
        const focused = document.activeElement;
        if (main === null || (focused !== main && main.contains(focused))) return;
        focusPage();
      }),
    [router],
  );
}

/** Puts the focus to the start of the page: on its heading, or on its content where there is none. */
export function focusPage(): void {
  const main = document.getElementById("main");
  const heading = main?.querySelector<HTMLElement>("[data-page-heading]");
  (heading ?? main)?.focus({ preventScroll: true });
}
