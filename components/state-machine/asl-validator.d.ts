/** The grammar check of a definition; the package brings no types of its own. */
declare module "asl-validator" {
  interface Result {
    isValid: boolean;
    errors: unknown[];
    errorsText(separator?: string): string;
  }
  function validate(definition: object, options?: { checkPaths?: boolean; checkArn?: boolean }): Result;
  export = validate;
}
