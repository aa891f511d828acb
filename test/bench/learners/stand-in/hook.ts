/**
 * Loaded before a lab-server (`node --import`): it gets a driver of which only the first sandboxes are real, UNBOXED_BENCH_REAL of them. All
 * else is the lab-server as it is.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const isMain = context.parentURL?.endsWith("/lab-server/main.ts") && specifier === "./sandbox/runc/driver.ts";
    return isMain ? next(new URL("./driver.ts", import.meta.url).href, context) : next(specifier, context);
  },
});
