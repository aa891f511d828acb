import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeAccount, PASSWORD, type Person } from "../lab/people.ts";
import { axeFindsNothing } from "./axe.ts";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";

const stage = setStage({ env: { UNBOXED_POOL: "0" } });

/** An account of the product, with which this browser is signed in where `visitor` is given. */
async function person(name: string, role: "learner" | "instructor" | "operator", visitor?: Visit): Promise<Person> {
  const { product } = stage();
  const made = await makeAccount(
    {
      database: join(product.stateFolder, "database/unboxed.sqlite"),
      secret: readFileSync(join(product.stateFolder, "secret"), "utf8").trim(),
      origin: product.url,
    },
    { name, email: `${name.toLowerCase().replaceAll(/\W+/g, ".")}@example.org`, role },
  );
  const at = made.cookie.indexOf("=");
  const cookie = { name: made.cookie.slice(0, at), value: made.cookie.slice(at + 1), url: product.url };
  await visitor?.context.addCookies([{ ...cookie, httpOnly: true, sameSite: "Lax" }]);
  return made;
}

visit("the first start prints how to become the operator, who finds the way to the people's page", stage, async (visitor) => {
  const { page, product } = visitor;
  const path = /\/setup\/[\w-]+/.exec(product.output)?.[0] ?? "";
  assert.ok(path, product.output);
  await visitor.open(path);
  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByLabel("E-mail address").fill("grace@example.org");
  await page.getByLabel("Password", { exact: true }).fill("grace hopper 2026");
  await page.getByRole("button", { name: "Make the operator’s account" }).click();
  await page.getByText("easy to guess").waitFor();
  const field = page.getByLabel("Password", { exact: true });
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  assert.ok(await field.evaluate((input) => input === document.activeElement), "what is wrong has the focus");
  assert.equal(await page.getByLabel("Name").inputValue(), "Grace Hopper", "what was typed stays");
  await page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await field.getAttribute("type"), "text");
  await field.fill(PASSWORD);
  await page.getByRole("button", { name: "Make the operator’s account" }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  await page.getByRole("button", { name: "Account of Grace Hopper" }).click();
  for (const name of ["Account", "My classes", "Operator page", "People", "Sign out"])
    await page.getByRole("menuitem", { name, exact: true }).waitFor();
});

visit("a learner's progress goes into the account, and out of sight when they sign out", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
  await learner.isDone("look");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Make one" }).click();
  await page.getByLabel("Name").fill("Ada Byron");
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.waitForURL("**/lessons/namespaces");
  await learner.isDone("look");
  await page.getByRole("button", { name: "Account of Ada Byron" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await learner.open("/lessons/namespaces");
  await learner.task("look").waitFor();
  assert.notEqual(await learner.task("look").getAttribute("data-state"), "done");
});

visit("an operator changes a role, makes a password link and an invitation, and removes an account", stage, async (visitor) => {
  const { page } = visitor;
  await person("Otto Operator", "operator", visitor);
  await person("Lea Learner", "learner");
  await visitor.open("/people?q=lea");
  const role = page.getByLabel("Role of Lea Learner");
  await role.selectOption("instructor");
  await page.waitForFunction(
    () => document.querySelector<HTMLSelectElement>('[aria-label="Role of Lea Learner"]')?.value === "instructor",
  );
  await page.getByRole("button", { name: "More for Lea Learner" }).click();
  await page.getByRole("menuitem", { name: "Make a password link" }).click();
  await page.getByText(/\/password\/[\w-]{43}/).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Invite an instructor" }).click();
  await page.getByText(/\/invitation\/[\w-]{43}/).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "More for Lea Learner" }).click();
  await page.getByRole("menuitem", { name: "Remove the account" }).click();
  await page.getByRole("button", { name: "Remove the account" }).click();
  await page.getByText("Nobody is called so.").waitFor();
});

visit("somebody signed in in two browsers ends the other one, and reads where", stage, async (visitor) => {
  const { page } = visitor;
  const { email } = await person("Two Browsers", "learner", visitor);
  const other = await stage().browser.newContext();
  const elsewhere = await other.newPage();
  await elsewhere.goto(`${visitor.product.url}/sign-in`);
  await elsewhere.getByLabel("E-mail address").fill(email);
  await elsewhere.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await elsewhere.getByRole("button", { name: "Account of Two Browsers" }).waitFor();
  await visitor.open("/account");
  await page.getByText("This browser").waitFor();
  await page.getByRole("button", { name: /^Sign out Chrome on Linux/ }).click();
  await page.getByRole("button", { name: /^Sign out Chrome on Linux/ }).waitFor({ state: "detached" });
  await elsewhere.goto(`${visitor.product.url}/account`);
  await elsewhere.getByRole("heading", { name: "Sign in" }).waitFor();
  await other.close();
});

visit(
  "without scripts one signs in and out all the same",
  stage,
  async (visitor) => {
    const { page } = visitor;
    const { email } = await person("No Scripts", "learner");
    await visitor.open("/sign-in?next=/account");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("this is not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The e-mail address or the password is wrong.").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  },
  { javaScriptEnabled: false },
);

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["desktop", { width: 1280, height: 800 }],
    ["phone", { width: 390, height: 844 }],
  ] as const) {
    visit(
      `axe finds nothing on the pages of accounts, and nothing is wider than the screen, ${colorScheme}, ${size}`,
      stage,
      async (visitor) => {
        for (const path of ["/sign-in?error=account_not_linked", "/sign-up", "/setup/none"])
          await isFine(visitor, path, viewport.width);
        await person(`Olaf ${colorScheme} ${size}`, "operator", visitor);
        for (const path of ["/account", "/people"]) await isFine(visitor, path, viewport.width);
      },
      { colorScheme, viewport },
    );
  }
}

async function isFine(visitor: Visit, path: string, width: number): Promise<void> {
  await visitor.open(path);
  await axeFindsNothing(visitor);
  assert.ok(
    (await visitor.page.evaluate(() => document.documentElement.scrollWidth)) <= width,
    `${path} is wider than the screen`,
  );
}
