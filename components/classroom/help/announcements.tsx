"use client";
import { useLab } from "../../lab/lab-context.tsx";
import { inLine, listed, pace } from "./words.ts";

/** What changes in the class, for screen readers. What stands here is said whenever it changes. */
export function Announcements() {
  const { snapshot, classroom, demonstration, tasks } = useLab();
  const { helpers = [], messages = [] } = snapshot ?? {};
  const names = listed(helpers.map(({ name }) => name));
  const typing = helpers.filter((helper) => helper.typing === "yes").map(({ name }) => name);
  const asking = helpers.filter((helper) => helper.typing === "asks").map(({ name }) => name);
  const hand = snapshot?.class?.hand;
  const last = messages.at(-1);
  return (
    <div className="sr-only">
      <p role="status">{names && `${names} ${helpers.length === 1 ? "is" : "are"} looking at your terminal.`}</p>
      <p role="alert">{typing.length > 0 && `${listed(typing)} may type into your terminal now.`}</p>
      <p role="alert">{asking.length > 0 && `${listed(asking)} asks to type into your terminal.`}</p>
      <p role="status">{last && `Message from ${last.from}: ${last.text}`}</p>
      <p role="status">{demonstration.now && `${demonstration.now.from} shows a terminal to the class.`}</p>
      <p role="status">{hand && `Your hand is up. ${inLine(hand.place)}.`}</p>
      <p role="status">{classroom && pace(classroom.step, tasks.length)}</p>
    </div>
  );
}
