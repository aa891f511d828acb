"use client";
import { useInsertionEffect } from "react";

/**
 * Lets libraries of ours style the page: the terminal, the question in front of a page and others make <style> elements by script and
 * know nothing of the page's nonce, without which the browser ignores them (proxy.ts). Whatever script runs here has had the nonce
 * itself. An element that comes in as text of a page gets none.
 */
export function StyleNonce() {
  useInsertionEffect(giveNonceToStyles, []);
  return null;
}

function giveNonceToStyles(): (() => void) | undefined {
  // The document's own. A page that is moved to by script is told of a newer one, which does not hold here.
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (!nonce) return undefined;
  const { createElement } = document;
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = createElement.call(document, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  return () => {
    document.createElement = createElement;
  };
}
