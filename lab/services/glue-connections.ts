/**
 * Glue connections, security configurations and the catalogue's encryption settings.
 *
 * Connections are used by crawlers and jobs; the other two are kept and shown, and encrypt nothing in the lab.
 */
import { ApiFault, jsonHandler, type Json, type JsonActions, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import type { Store } from "../store";
import { paged } from "./glue-catalog/answers";

const now = (): number => Math.floor(Date.now() / 1000);

export class GlueConnectionsService implements Service {
  readonly names = ["glue"];
  private readonly connections: Store<Json>;
  private readonly configurations: Store<Json>;
  private readonly settings: Store<Json>;

  private readonly calls: JsonActions = {
    CreateConnection: ({ ConnectionInput: input }) => {
      if (this.connections.has(nameOf(input))) throw new ApiFault("AlreadyExistsException", "Connection already exists.");
      this.connections.put(input.Name, { ...input, CreationTime: now(), LastUpdatedTime: now(), Status: "READY" });
      return { CreateConnectionStatus: "READY" };
    },
    GetConnection: ({ Name }) => ({ Connection: found(this.connections, "Connection", Name) }),
    GetConnections: (input) => paged("ConnectionList", this.connections.entries().map(([, one]) => one), input),
    UpdateConnection: ({ Name, ConnectionInput: input }) => {
      const was = found(this.connections, "Connection", Name);
      this.connections.put(Name, { ...input, Name, CreationTime: was.CreationTime, LastUpdatedTime: now(), Status: "READY" });
    },
    DeleteConnection: ({ ConnectionName }) => {
      found(this.connections, "Connection", ConnectionName);
      this.connections.delete(ConnectionName);
    },

    CreateSecurityConfiguration: (input) => {
      if (this.configurations.has(nameOf(input))) throw new ApiFault("AlreadyExistsException", "Security configuration already exists.");
      const one = { Name: input.Name, EncryptionConfiguration: input.EncryptionConfiguration, CreatedTimeStamp: now() };
      this.configurations.put(input.Name, one);
      return { Name: one.Name, CreatedTimestamp: one.CreatedTimeStamp };
    },
    GetSecurityConfiguration: ({ Name }) => ({ SecurityConfiguration: found(this.configurations, "Security configuration", Name) }),
    GetSecurityConfigurations: (input) => paged("SecurityConfigurations", this.configurations.entries().map(([, one]) => one), input),
    DeleteSecurityConfiguration: ({ Name }) => {
      found(this.configurations, "Security configuration", Name);
      this.configurations.delete(Name);
    },

    PutDataCatalogEncryptionSettings: ({ DataCatalogEncryptionSettings: one }) => this.settings.put("catalog", one),
    GetDataCatalogEncryptionSettings: () => ({
      DataCatalogEncryptionSettings: this.settings.get("catalog") ?? {
        EncryptionAtRest: { CatalogEncryptionMode: "DISABLED" }, ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
      },
    }),
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(lab: Lab) {
    this.connections = lab.store<Json>("glue-connections");
    this.configurations = lab.store<Json>("glue-security-configurations");
    this.settings = lab.store<Json>("glue-settings");
  }
}

function nameOf({ Name }: Json): string {
  if (typeof Name === "string" && /^.{1,255}$/.test(Name)) return Name;
  throw new ApiFault("InvalidInputException", `Name is ${JSON.stringify(Name)}; set 1 to 255 characters.`);
}

function found(store: Store<Json>, what: string, name: string): Json {
  const one = store.get(name);
  if (!one) throw new ApiFault("EntityNotFoundException", `${what} ${name} not found.`);
  return one;
}
