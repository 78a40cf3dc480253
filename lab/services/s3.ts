/** S3 of the lab. */
export { S3Service } from "./s3/service";
