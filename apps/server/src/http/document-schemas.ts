/** The flag document's parts as OpenAPI components. Written by `spec/make-openapi.ts` from `spec/flag-document.schema.json`. */

export const DOCUMENT_SCHEMAS: Readonly<Record<string, unknown>> = {};
