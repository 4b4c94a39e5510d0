/** The secret in the fragment of a link that was sent by email, printed or copied. */
import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { basePath } from "../../../lib/base-path.ts";

/** A token is made of these characters; mail programs add others before and after it. */
const tokenPattern = /[\w-][\w.-]*/;

/** The token in a decoded fragment, without the punctuation around the link; empty if there is none. */
export function readLinkToken(fragment: string): string {
  const [found = ""] = tokenPattern.exec(fragment) ?? [];
  return found.replace(/\.+$/, "");
}

/**
 * The token of the page's link. The address bar then shows the link as it was sent. While the page is being left, its token
 * stays: the next address is not its link.
 */
export function useLinkToken(): string {
  const { history } = useRouter();
  const { hash, pathname } = useLocation();
  const [link, setLink] = useState({ hash, pathname });
  if (pathname === link.pathname && hash !== link.hash) setLink({ hash, pathname });
  const token = readLinkToken(link.hash);
  useEffect(() => {
    if (link.hash !== token) history.replace(`${basePath}${link.pathname}#${token}`);
  }, [history, link, token]);
  return token;
}
