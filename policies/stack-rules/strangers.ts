/** Strangers: what a stack takes of, or gives to, accounts that are not its own. */
import { ownAccounts } from "../exposure/buckets";
import type { Answer, Rule } from "../rule";

/** Texts in which rules of their own look for strangers: documents of IAM, and what state machines name. */
const elsewhere = ["policy", "assumeRolePolicy", "inlinePolicies", "definition"];

export const ownAccountsOnly: Rule = {
  name: "st-env-04",
  why: "A role, key, topic or image of another account is ruled there: who has it may read along, or change what runs here.",
  set: "Name what is of this account; where another account's is meant, name that account in the settings under accounts (one's own) or outside.accounts.",
  level: "mandatory",
  promise: "exposure",
  covers: [],
  types: ["*"],
  check: ({ type, props }, stack): Answer[] => {
    const named = [...accountsIn(props), ...(type === "aws:lambda/permission:Permission" && /^\d{12}$/.test(String(props.principal)) ? [String(props.principal)] : [])];
    if (!named.length) return [];
    const own = ownAccounts(stack);
    const strangers = [...new Set(named)].filter((account) => !own.includes(account) && !stack.settings.outside.accounts.includes(account));
    if (strangers.length && !own.length) return [{ undecided: "the account of the stack" }];
    return strangers.map((account) => `it names account ${account}, which is none of this stack's; name what is of its own, or the account in the settings`);
  },
};

/** Accounts in ARNs and in addresses of images, wherever they stand. */
function accountsIn(value: unknown, key = ""): string[] {
  if (typeof value === "string") {
    if (!/\d{12}/.test(value)) return [];
    const images = [...value.matchAll(/\b(\d{12})\.dkr\.ecr\./g)].map(([, account]) => account!);
    const arns = elsewhere.includes(key) ? [] : [...value.matchAll(/arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/g)].map(([, account]) => account!);
    return [...images, ...arns];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (elsewhere.includes(name) && typeof inner !== "string" ? [] : accountsIn(inner, Array.isArray(value) ? key : name)));
}
