"use client";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { LabConnection } from "../lab/connection.ts";
import { XrayStore } from "./store.ts";

/** Looks at the X-ray as long as the component that calls this is there and the page is in sight. */
export function useXrayStore(connection: Pick<LabConnection, "lookAtXray">): XrayStore {
  const [store] = useState(() => new XrayStore());
  useEffect(() => {
    let stop: (() => void) | undefined;
    const look = () => {
      if (document.visibilityState === "hidden") {
        stop?.();
        stop = undefined;
      } else stop ??= connection.lookAtXray((message) => store.receive(message));
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      stop?.();
    };
  }, [connection, store]);
  return store;
}

/** The store's snapshot, drawn at most once a frame however much is said. */
export function useXraySnapshot(store: XrayStore) {
  const subscribe = useCallback(
    (changed: () => void) => {
      let frame = 0;
      const unsubscribe = store.subscribe(() => {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          changed();
        });
      });
      return () => {
        cancelAnimationFrame(frame);
        unsubscribe();
      };
    },
    [store],
  );
  return useSyncExternalStore(subscribe, store.getSnapshot, store.getSnapshot);
}

/** What a value was before it became what it is. */
export function usePrevious<T>(value: T): T | undefined {
  const [[current, previous], set] = useState<[T, T | undefined]>([value, undefined]);
  if (current === value) return previous;
  set([value, current]);
  return current;
}
