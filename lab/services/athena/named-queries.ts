/** Named queries: texts that people keep beside a workgroup. */
import { randomUUID } from "node:crypto";
import { ApiFault, type Json } from "../../gateway/service";
import type { Store } from "../../store";
import { invalid, type Workgroups } from "./workgroups";

export interface NamedQuery {
  NamedQueryId: string;
  Name: string;
  Description?: string;
  Database: string;
  QueryString: string;
  WorkGroup: string;
  ClientRequestToken?: string;
}

export class NamedQueries {
  constructor(private readonly store: Store<NamedQuery>, private readonly workgroups: Workgroups) {}

  actions = {
    CreateNamedQuery: (input: Json) => ({ NamedQueryId: this.create(input) }),
    GetNamedQuery: ({ NamedQueryId }: Json) => ({ NamedQuery: shown(this.get(NamedQueryId)) }),
    DeleteNamedQuery: ({ NamedQueryId }: Json) => this.store.delete(this.get(NamedQueryId).NamedQueryId),
    ListNamedQueries: ({ WorkGroup = "primary" }: Json) => ({ NamedQueryIds: this.of(this.workgroups.get(WorkGroup).Name).map(({ NamedQueryId }) => NamedQueryId) }),
  };

  of(workgroup: string): NamedQuery[] {
    return this.store.entries().map(([, query]) => query).filter(({ WorkGroup }) => WorkGroup === workgroup);
  }

  removeOf(workgroup: string): void {
    for (const { NamedQueryId } of this.of(workgroup)) this.store.delete(NamedQueryId);
  }

  private get(id: unknown): NamedQuery {
    const found = typeof id === "string" ? this.store.get(id) : undefined;
    if (!found) throw new ApiFault("InvalidRequestException", `NamedQuery ${String(id)} was not found`);
    return found;
  }

  private create({ Name, Description, Database, QueryString, WorkGroup = "primary", ClientRequestToken }: Json): string {
    for (const [what, value] of Object.entries({ Name, Database, QueryString })) if (typeof value !== "string" || !value) throw invalid(`${what} is missing`);
    this.workgroups.get(WorkGroup);
    const again = ClientRequestToken && this.store.entries().find(([, query]) => query.ClientRequestToken === ClientRequestToken)?.[1];
    if (again) return again.NamedQueryId;
    const NamedQueryId = randomUUID();
    this.store.put(NamedQueryId, { NamedQueryId, Name, ...(Description && { Description }), Database, QueryString, WorkGroup, ...(ClientRequestToken && { ClientRequestToken }) });
    return NamedQueryId;
  }
}

const shown = ({ ClientRequestToken: _, ...query }: NamedQuery) => query;
