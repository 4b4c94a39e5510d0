import { useEffect } from "react";

/** Names the page in the browser's tab and history: "Users · Gatehouse". */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
}
