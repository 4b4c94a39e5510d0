import { useEffect, useEffectEvent, useRef, useState } from "react";

const patience = 150;

interface SearchText {
  readonly text: string;
  readonly type: (text: string) => void;
  /** Searches at once for what has been typed. */
  readonly flush: () => void;
}

/** What stands in the search box; the address follows after a short rest, and leads when it changes by itself. */
export function useSearchText(searched: string, search: (text: string) => void): SearchText {
  const [text, setText] = useState(searched);
  const asked = useRef(searched);
  useEffect(() => {
    if (searched === asked.current) return;
    asked.current = searched;
    setText(searched);
  }, [searched]);

  const flush = () => {
    const wanted = text.trim();
    if (wanted === asked.current) return;
    asked.current = wanted;
    search(wanted);
  };
  const flushLater = useEffectEvent(flush);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter starts the wait anew
  useEffect(() => {
    const timer = setTimeout(() => flushLater(), patience);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, type: setText, flush };
}
