import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: process.env.ENDPOINT ?? "http://127.0.0.1:8080/graphql",
  documents: ["src/**/*.ts", "!src/generated/**"],
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        strictScalars: true,
        scalars: {
          Date: "string",
          DateTime: "string",
          LocalDateTime: "string",
          TimeZone: "string",
          URL: "string",
          JSON: "unknown",
        },
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
    // For Apollo's cache: which types implement each interface and belong to each union.
    "src/generated/possible-types.ts": { plugins: ["fragment-matcher"] },
    // For urql's cache, which takes the whole schema.
    "src/generated/schema.json": { plugins: ["introspection"], config: { minify: true } },
  },
};

export default config;
