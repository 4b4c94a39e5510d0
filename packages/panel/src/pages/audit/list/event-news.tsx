import { Plural } from "@lingui/react/macro";
import type { News } from "../../../app/lists/list-news.tsx";
import { focusPage } from "../../../app/navigation/use-focus-on-navigation.ts";
import { LinkButton } from "../../../ui/text.tsx";

/** "12 new events": what happened since the page was read. It takes no room from the rows. */
export function EventNews({ news: { missing, show } }: { readonly news: News }) {
  return (
    <span role="status">
      {missing === 0 ? null : (
        <LinkButton
          onClick={() => {
            focusPage(); // the button goes
            show();
          }}
        >
          <Plural value={missing} one="# new event" other="# new events" />
        </LinkButton>
      )}
    </span>
  );
}
