/** The secret in the fragment of a link that was sent by email, printed or copied. */
import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** A token is made of these characters; mail programs add others before and after it. */
const tokenPattern = /[\w-][\w.-]*/;

/** The token in a decoded fragment, without the punctuation around the link; empty if there is none. */
export function readLinkToken(fragment: string): string {
  const [found = ""] = tokenPattern.exec(fragment) ?? [];
  return found.replace(/\.+$/, "");
}

/** The token of the page's link. The address bar then shows the link as it was sent. */
export function useLinkToken(): string {
  const { history } = useRouter();
  const { hash, pathname } = useLocation();
  const token = readLinkToken(hash);
  useEffect(() => {
    if (hash !== token) history.replace(`${pathname}#${token}`);
  }, [history, pathname, hash, token]);
  return token;
}
