"use client";
import { useEffect } from "react";

/** Goes to the place that the address names. The lesson's text comes after the page, when neither the browser nor Next looks for it any more. */
export function GoToPlace() {
  useEffect(() => {
    // An id as it is, or with its other letters written as per cent signs and numbers.
    const hash = location.hash.slice(1);
    const place = [...document.querySelectorAll("#lesson [id]")].find(({ id }) => id === hash || encodeURIComponent(id) === hash);
    place?.scrollIntoView({ behavior: "instant" });
  }, []);
  return null;
}
