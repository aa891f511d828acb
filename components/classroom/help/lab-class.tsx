"use client";
import { useLab } from "../../lab/lab-context.tsx";
import { Announcements } from "./announcements.tsx";
import { Cards } from "./cards.tsx";
import { ClassBar } from "./class-bar.tsx";
import { EndTypingKey } from "./end-typing-key.tsx";
import { useStepInView } from "./use-step-in-view.ts";

/** What a class adds to the lab page: a bar, cards that ask or tell something, and what screen readers are told. */
export default function LabClass() {
  const { classroom, snapshot } = useLab();
  useStepInView();
  return (
    <>
      {(classroom !== null || snapshot?.shown != null) && <ClassBar />}
      <Cards />
      <Announcements />
      <EndTypingKey />
    </>
  );
}
