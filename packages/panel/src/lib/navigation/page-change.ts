/** What a screen reader needs when the page changes: the title, and the focus on the new heading. */
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

let organization: string | null = null;

/** Names the organization in the titles of its pages, for people who have several; null for none. */
export function setTitleOrganization(name: string | null): void {
  organization = name;
}

/** Sets the document title: "Users · Gatehouse", with an organization "Users · Lodos · Gatehouse". */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = [title, organization ?? [], "Gatehouse"].flat().join(" · ");
  }, [title]);
}

/**
 * Moves the focus to the heading of a new page, so that a screen reader reads it and Tab continues from there; back in a
 * list, to the row that was open. The focus stays when only the query changes or when the page has already set it.
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
        const origin = main.querySelector<HTMLElement>(
          `[data-row-link][href="${CSS.escape(fromLocation.pathname)}"]`,
        );
        if (origin === null) focusPage();
        else origin.focus({ preventScroll: true });
      }),
    [router],
  );
}

/** Focuses the heading of the page, or its main element where it has none. */
export function focusPage(): void {
  const main = document.getElementById("main");
  const heading = main?.querySelector<HTMLElement>("[data-page-heading]");
  (heading ?? main)?.focus({ preventScroll: true });
}
