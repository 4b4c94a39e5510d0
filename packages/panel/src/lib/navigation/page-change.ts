import { useEffect } from "react";

/** Sets the document title: "Users · Gatehouse". */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
}
