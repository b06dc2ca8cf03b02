export * from "@/prisma/testing/factories/identity";
export * from "@/prisma/testing/factories/metric";
export * from "@/prisma/testing/factories/migration";
export * from "@/prisma/testing/factories/project";
