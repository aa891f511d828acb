"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import * as z from "zod/mini";

/** Milliseconds between looks, and at most as many more: a class does not ask in step. */
const EVERY = 2_500;
const SPREAD = 1_000;

const State = z.object({ version: z.string() });

/** Brings the page up to date by itself when something of the learner's class is not as in `version` any more. */
export function RefreshWhenChanged({ id, version }: { id: string; version: string }) {
  const router = useRouter();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const look = async () => {
      if (document.visibilityState === "visible" && (await isChanged(id, version)) && !isOver) router.refresh();
      if (!isOver) next();
    };
    const next = () => {
      // A look that the page's coming in sight began may end beside another.
      clearTimeout(timer);
      timer = setTimeout(look, EVERY + Math.random() * SPREAD);
    };
    next();
    document.addEventListener("visibilitychange", look);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [id, version, router]);
  return null;
}

async function isChanged(id: string, version: string): Promise<boolean> {
  try {
    const response = await fetch(`/api/class/${id}`, { cache: "no-store" });
    if (response.status === 404) return true;
    return response.ok && State.parse(await response.json()).version !== version;
  } catch {
    // Without a network nothing is new; the next look may have one.
    return false;
  }
}
