/** What went wrong on the way over the provider of OpenID Connect, told to whoever came back from there. */

/** `code`: what the way back has as `error`, the library's or the provider's (OpenID Connect Core 1.0, section 3.1.2.6). */
export function providerProblem(code: string, provider = "the provider"): string {
  switch (code) {
    case "account_not_linked":
      return `There is an account with your e-mail address already. Sign in to it by its password, then link ${provider} on your account page.`;
    case "account_already_linked_to_different_user":
      return `This identity of ${provider} is linked to another account here.`;
    case "email_not_found":
      return `${provider} does not tell your e-mail address, which an account needs. Ask whoever runs it.`;
    case "access_denied":
      return `You were not signed in: ${provider} says that you, or it, did not allow it.`;
    case "state_mismatch":
    case "state_not_found":
    case "please_restart_the_process":
      return "That took too long, or was begun in another browser. Try again.";
    default:
      return `Signing in with ${provider} did not work. Try again; if it stays so, tell whoever runs this site: its log says why.`;
  }
}
