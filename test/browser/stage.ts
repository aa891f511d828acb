import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { Product, type ProductOptions } from "./product.ts";
import { openBrowser } from "./visit.ts";

export type Stage = { product: Product; browser: Browser };

/** The product and a browser for all tests of a file. */
export function setStage(options: ProductOptions = {}): () => Stage {
  let product: Product | undefined;
  let browser: Browser | undefined;
  before(async () => {
    product = await Product.start(options);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });
  return () => {
    if (product === undefined || browser === undefined) throw new Error("The stage is not set: the product did not start.");
    return { product, browser };
  };
}
