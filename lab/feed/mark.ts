/** Mark: what of a feed has been done already, so that a second start sends nothing twice. */
import { createHash } from "node:crypto";
import type { Store } from "../store";

export interface Fed {
  /** Digest of the data; another data folder is another feed. */
  digest: string;
  history: boolean;
  external: boolean;
  /** Messages acknowledged so far, in the order of the feed. */
  live: number;
}

/** Digest of the data of a feed. */
export const digestOf = (data: unknown): string => createHash("sha256").update(JSON.stringify(data)).digest("hex");

export class Mark {
  constructor(private readonly store: Store<Fed>, private readonly digest: string) {}

  get done(): Fed {
    const kept = this.store.get("feed");
    return kept?.digest === this.digest ? kept : { digest: this.digest, history: false, external: false, live: 0 };
  }

  set(part: Partial<Fed>): void {
    this.store.put("feed", { ...this.done, ...part });
  }
}
