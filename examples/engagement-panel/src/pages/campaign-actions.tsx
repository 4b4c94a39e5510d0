/** The buttons of a campaign. Each is there for whoever holds the permission that the server asks for, and for nobody else. */
import { useEffect, useRef, useState } from "react";
import type { Campaign } from "../shapes.ts";
import { Can, usePermissions } from "./access.ts";
import { problemOf, send } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { CampaignForm } from "./campaign-form.tsx";
import { SendBackForm } from "./send-back-form.tsx";

interface ActionsProps {
  readonly campaign: Campaign;
  /** Gets what an action made of the campaign. */
  readonly onMade: (made: Campaign) => void;
}

/** Buttons, or a sentence that says why there are none. */
export function CampaignActions({ campaign, onMade }: ActionsProps) {
  const [open, setOpen] = useState<"edit" | "send-back" | null>(null);
  const close = (): void => setOpen(null);
  useFocusAfterLoss();
  const isOpenToAuthors = campaign.state === "draft" || campaign.state === "sent-back";
  return (
    <>
      <div className="buttons">
        {isOpenToAuthors && (
          <>
            <Can do="campaigns:edit">
              <button type="button" className="button" onClick={() => setOpen("edit")}>
                Edit
              </button>
            </Can>
            <Can do="campaigns:submit">
              <ActionButton
                campaign={campaign}
                action="submit"
                word="Submit for approval"
                done="is submitted. An approver decides now."
                onMade={onMade}
              />
            </Can>
          </>
        )}
        {campaign.state === "submitted" && (
          <Can do="campaigns:approve">
            <Decision campaign={campaign} onMade={onMade} onSendBack={() => setOpen("send-back")} />
          </Can>
        )}
      </div>
      {open === "edit" && <CampaignForm campaign={campaign} onClose={close} onSaved={onMade} />}
      {open === "send-back" && <SendBackForm campaign={campaign} onClose={close} onMade={onMade} />}
    </>
  );
}

function Decision({ campaign, onMade, onSendBack }: ActionsProps & { readonly onSendBack: () => void }) {
  const { me } = useApp();
  const isOwn = me !== null && [campaign.created.id, campaign.submitted?.id].includes(me.id);
  if (isOwn)
    return <p className="quiet">This is your own campaign, so another approver has to decide about it.</p>;
  return (
    <>
      <button type="button" className="button" onClick={onSendBack}>
        Send back…
      </button>
      <ActionButton campaign={campaign} action="approve" word="Approve" done="is approved." onMade={onMade} />
    </>
  );
}

interface ActionButtonProps extends ActionsProps {
  readonly action: "submit" | "approve";
  readonly word: string;
  /** Ends the sentence that begins with the campaign's name. */
  readonly done: string;
}

function ActionButton({ campaign, action, word, done, onMade }: ActionButtonProps) {
  const { say, recheck } = useApp();
  const [isSending, setIsSending] = useState(false);
  const press = async (): Promise<void> => {
    if (isSending) return;
    setIsSending(true);
    try {
      const { id, version, name } = campaign;
      onMade(await send<Campaign>("POST", `/api/campaigns/${id}/${action}`, { version }));
      say({ tone: "good", text: `“${name}” ${done}` });
    } catch (error) {
      const { status, detail } = problemOf(error);
      if (status === 401) recheck();
      say({ tone: "bad", text: detail });
    } finally {
      setIsSending(false);
    }
  };
  return (
    <button
      type="button"
      className="button primary"
      aria-disabled={isSending}
      aria-busy={isSending}
      onClick={() => void press()}
    >
      {word}
    </button>
  );
}

/** When the button that has the focus goes, the focus goes to the page's title and not to nowhere. */
function useFocusAfterLoss(): void {
  const focused = useRef<EventTarget | null>(null);
  usePermissions(); // a change of them is what takes buttons away
  useEffect(() => {
    const note = ({ target }: FocusEvent): void => {
      focused.current = target;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    const { current } = focused;
    if (!(current instanceof HTMLElement) || current.isConnected) return;
    focused.current = null;
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("h1")?.focus();
  });
}
