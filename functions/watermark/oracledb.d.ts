/** What watermark uses of the driver for Oracle, which brings no types of its own. */
declare module "oracledb" {
  interface Connection {
    callTimeout: number;
    execute(sql: string): Promise<{ rows?: unknown[] }>;
    close(): Promise<void>;
  }
  const oracledb: {
    getConnection(options: {
      user: string; password: string; connectString: string; transportConnectTimeout?: number;
      sslServerDNMatch?: boolean; sslServerCertDN?: string; walletContent?: string;
    }): Promise<Connection>;
  };
  export default oracledb;
}
