/** How many streams are open at a time: each holds a socket and asks the database now and then. */

/** Places for streams. */
export interface Places {
  /** Takes a place for a session or a key; gives what frees it again, or null when there is none. */
  readonly take: (holder: string) => (() => void) | null;
}

/** So many places in this process, and so many for each holder. */
export function createPlaces(most = 2_000, mostEach = 10): Places {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take: (holder) => {
      const own = taken.get(holder) ?? 0;
      if (all >= most || own >= mostEach) return null;
      all += 1;
      taken.set(holder, own + 1);
      let isFree = false;
      return () => {
        if (isFree) return;
        isFree = true;
        all -= 1;
        const left = (taken.get(holder) ?? 1) - 1;
        if (left === 0) taken.delete(holder);
        else taken.set(holder, left);
      };
    },
  };
}
