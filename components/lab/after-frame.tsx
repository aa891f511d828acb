"use client";
import { type ReactNode, startTransition, useEffect, useState, useSyncExternalStore } from "react";

/**
 * Content that lets the frame around it go ahead: on the way from another page React draws the frame first, so that the page
 * connects to the sandbox while the content, which is long, is made. In a page that comes from the server it stands from the start.
 */
export function AfterFrame({ children }: { children: ReactNode }) {
  const fromServer = useSyncExternalStore(neverChanges, no, yes);
  const [shown, show] = useState(fromServer);
  useEffect(() => startTransition(() => show(true)), []);
  return shown ? children : null;
}

const neverChanges = () => () => {};
const no = () => false;
const yes = () => true;
