/** The Glue Data Catalog of the lab. */
export { GlueCatalogService } from "./glue-catalog/service";
